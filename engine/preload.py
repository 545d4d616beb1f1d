"""Importing torch beside a living window: its libraries are loaded first, without holding the interpreter.

Python holds the interpreter while it loads a library, and torch's largest takes a quarter of a second: the window would
stand still. A foreign call does not hold it.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import sys
from pathlib import Path

LIBRARIES = ("c10", "torch_cpu")  # in the order they need each other


def load_libraries() -> None:
    """What cannot be loaded this way is loaded by the import that follows."""
    found = importlib.util.find_spec("torch")
    if found is None or found.origin is None or sys.platform == "win32" or "torch" in sys.modules:
        return
    suffix = "dylib" if sys.platform == "darwin" else "so"
    load = ctypes.CDLL(None).dlopen
    load.restype, load.argtypes = ctypes.c_void_p, (ctypes.c_char_p, ctypes.c_int)
    for name in LIBRARIES:
        library = Path(found.origin).parent / "lib" / f"lib{name}.{suffix}"
        if library.exists():
            load(os.fsencode(library), os.RTLD_NOW)
