"""How many threads the engine computes with. Chosen by bench/threads.py, which measures what they do to the window."""

from __future__ import annotations

import os
import sys
from types import ModuleType

WAIT_POLICY = "PASSIVE"  # active waiting takes from the window what it does not use
SWITCH_SECONDS = 0.0001  # Python's own 5 ms are a third of a frame


def prepare_environment() -> None:
    """To be called before torch or OpenCV are imported: idle OpenMP threads sleep instead of spinning."""
    os.environ.setdefault("OMP_WAIT_POLICY", WAIT_POLICY)
    os.environ.setdefault("KMP_BLOCKTIME", "0")


def share_the_interpreter() -> None:
    """Hand the interpreter from thread to thread often: window and engine both do small steps in Python."""
    sys.setswitchinterval(SWITCH_SECONDS)


def engine_threads(cores: int | None = None) -> int:
    """Threads for the engine's kernels: all cores but the one the window needs, at least one."""
    return max(1, (cores or os.cpu_count() or 1) - 1)


def limit_opencv() -> None:
    import cv2

    cv2.setNumThreads(engine_threads())


def limit_torch(torch: ModuleType) -> None:
    torch.set_num_threads(engine_threads())
