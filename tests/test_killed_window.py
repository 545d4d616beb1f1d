"""The real window, killed by `kill -9` in the middle of work: the next one has every step, and damaged no project."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine.annotate import SAMPLES
from engine.history import Kept
from engine.io import project, recovery
from engine.skeleton import R_WRIST
from engine.store import Store

ROOT = Path(__file__).parents[1]
LIFE = """
import sys
from pathlib import Path
from time import monotonic
import main
from engine.edits import MoveJoints
from engine.geometry import Point
from engine.skeleton import R_WRIST
from PySide6.QtCore import QTimer

running = main.build_window()
window, steps = running.window, iter(range(1, 10**6))

def step():
    number = next(steps)
    window.editor.apply(MoveJoints.of("target", {R_WRIST: Point(number, 3)}), "Pose: right wrist")
    print(number, monotonic(), flush=True)
    if number % 5 == 0:
        window.files.save()

def begin(*_):
    window.files.project = Path(sys.argv[2])
    timer.start(20)

timer = QTimer(interval=20)
timer.timeout.connect(step)
window.link.picture.frame_shown.connect(lambda frame: timer.isActive() or begin())
window.files.open(Path(sys.argv[1]))
running.app.exec()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are those of Unix")
@pytest.mark.parametrize(
    "steps", [1, pytest.param(7, marks=pytest.mark.slow), pytest.param(40, marks=pytest.mark.slow)]
)
def test_the_next_window_has_every_step(steps: int, tmp_path: Path, own_state: Path) -> None:
    command = [sys.executable, "-c", LIFE, str(SAMPLES / "sample.png"), str(tmp_path / "me.lay")]
    environment = os.environ | {"XDG_CONFIG_HOME": str(tmp_path / "config"), "HOME": str(tmp_path)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as window:
        assert window.stdout is not None
        told: list[tuple[int, float]] = []
        for line in window.stdout:
            number, when = line.split()
            told.append((int(number), float(when)))
            if len(told) >= steps and told[-1][1] > told[0][1] + 0.1:
                break
        window.send_signal(signal.SIGKILL)
    assert len(told) >= steps, "the window has ended by itself"
    old = max(number for number, when in told if when <= told[-1][1] - 0.1)
    (left,) = recovery.unfinished()
    assert left.problem == ""
    history = recovery.load(left.session, Store()).history
    newest = max(round(c.document.target.keypoints[R_WRIST].x) for c in history.changes() if isinstance(c, Kept))
    assert newest >= old
    if (tmp_path / "me.lay").exists():
        assert project.load(tmp_path / "me.lay", Store()).history is not None
