"""The libraries of torch are loaded first, and torch works all the same."""

from __future__ import annotations

import subprocess
import sys

import pytest

LOADED = """
import sys
from engine.preload import load_libraries
load_libraries()
assert "torch" not in sys.modules
assert "libtorch_cpu" in open("/proc/self/maps").read()
import torch
assert float(torch.ones(3).sum()) == 3
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux lists a program's libraries in a file")
def test_torch_works_after_its_libraries_were_loaded() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
