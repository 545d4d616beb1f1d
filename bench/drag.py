"""From a drag to the new picture, through the real window: a recorded drag of 300 moves, one every 16 ms.

Drags and starts are done three times and medians given. Prints a table and writes JSON. `make bench`, or `python main.py bench drag --json OUT`.
"""

from __future__ import annotations

import json
import math
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from bench.knocker import Knocker
from bench.window import opened, wait
from engine.edits import MoveJoints
from engine.geometry import Point
from engine.messages import Frame, Quality
from engine.skeleton import L_WRIST

if TYPE_CHECKING:
    from main import Running

MOVES, PERIOD_MS = 300, 16  # between two moves
SIZE = 1024  # pixels of the photo's side
STARTS, DRAGS = 3, 3  # medians of these: the machines are shared


def main(json_path: Path) -> None:
    starts = [start_up() for _ in range(STARTS)]
    with opened(SIZE) as running:
        drags = [drag(running) for _ in range(DRAGS)]
        figures = {name: summary(name, [d[name] for d in drags]) for name in drags[0]}
        figures |= {"memory of the process, MB": memory_peak()}
    figures |= {
        "window painted and answering, s": float(np.median([s[0] for s in starts])),
        "first picture of a project, s": float(np.median([s[1] for s in starts])),
        "longest time until the window's thread answers until it is usable, ms": 1000 * max(s[2] for s in starts),
    }
    report(figures, json_path)


def summary(name: str, values: list[float]) -> float:
    """The median, or for what should never happen the worst."""
    return max(values) if name.startswith("longest") else float(np.median(values))


def recorded_path(start: tuple[float, float], reach: float) -> list[tuple[float, float]]:
    """MOVES pointer positions around `start`: a hand that sweeps, slows down and turns back."""
    path = []
    for i in range(MOVES):
        t = 2 * math.pi * i / MOVES
        path.append(
            (start[0] + reach * math.sin(2 * t + 0.6 * math.sin(5 * t)), start[1] - reach * (1 - math.cos(3 * t)))
        )
    return path


def drag(running: Running) -> dict[str, float]:
    """What the hand feels in one recorded drag and twenty edits after it."""
    before = running.window.link.picture.dropped
    waits = pull(running)
    waits["final"] = finals(running)
    return {
        **shares("pointer to overlay, ms", waits["overlay"]),
        **shares("drag to draft, ms", waits["draft"]),
        **shares("release to final, ms", waits["final"]),
        "longest time until the window's thread answers, ms": 1000 * max(waits["block"]),
        "drafts shown of 300 moves": len(waits["draft"]),
        "late frames dropped": running.window.link.picture.dropped - before,
        "median draft size, share of the photo": float(np.median(waits["size"])) if waits["size"] else math.nan,
    }


class PaintWatch(QObject):
    """Calls back once a widget has been painted."""

    def __init__(self, done: Callable[[], object]) -> None:
        super().__init__()
        self._done = done

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, self._done)  # the painting itself comes first
        return False


def pull(running: Running) -> dict[str, list[float]]:
    """Drag the left wrist along the recorded path with real mouse events, in the program's own event loop.

    Returns seconds: from a move to the painted overlay, from a move to its draft on show, from a knock at the window's
    thread to its answer; and the drafts' sizes.
    """
    window, loop = running.window, QEventLoop()
    window.state.set(mode="target")
    assert window.panes is not None
    pane, picture, editor = window.panes.pane("result"), window.link.picture, window.editor
    canvas, screen = pane.surface.viewport(), pane.mapping()
    assert editor.document is not None
    first = screen.at(editor.document.target.keypoints[L_WRIST])
    sent: dict[object, float] = {}
    unpainted: list[float] = []
    waits: dict[str, list[float]] = {"overlay": [], "draft": [], "size": []}

    def shown(frame: Frame) -> None:
        if frame.quality == Quality.DRAFT and frame.document in sent:
            waits["draft"].append(time.perf_counter() - sent.pop(frame.document))
            waits["size"].append(frame.picture[0].shape[1] / frame.document.source.width)

    def painted() -> None:
        waits["overlay"].extend(time.perf_counter() - moved for moved in unpainted)
        unpainted.clear()

    def mouse(kind: QEvent.Type, at: tuple[float, float], button: Qt.MouseButton, held: Qt.MouseButton) -> None:
        where, none = QPointF(*at), Qt.KeyboardModifier.NoModifier
        event = QMouseEvent(kind, where, canvas.mapToGlobal(where.toPoint()).toPointF(), button, held, none)
        QApplication.sendEvent(canvas, event)

    none, left, move = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton, QEvent.Type.MouseMove
    way = iter(recorded_path(first, 0.12 * SIZE * screen.scale))

    def step() -> None:
        at, moved = next(way, None), time.perf_counter()
        if at is None:
            loop.quit()
            return
        unpainted.append(moved)
        mouse(move, at, none, left)
        sent[editor.document] = moved

    picture.frame_shown.connect(shown)
    watch, knocker, hand = (
        PaintWatch(painted),
        Knocker(),
        QTimer(timerType=Qt.TimerType.PreciseTimer, interval=PERIOD_MS),
    )
    canvas.installEventFilter(watch)
    hand.timeout.connect(step)
    mouse(move, first, none, none)
    mouse(QEvent.Type.MouseButtonPress, first, left, left)
    knocker.start()
    hand.start()
    loop.exec()
    hand.stop()
    knocker.end()
    mouse(QEvent.Type.MouseButtonRelease, first, left, none)
    canvas.removeEventFilter(watch)
    picture.frame_shown.disconnect(shown)
    return waits | {"block": knocker.waits}


def finals(running: Running, times: int = 20) -> list[float]:
    """Seconds from a committed edit to its final picture."""
    editor, picture, found = running.window.editor, running.window.link.picture, []
    for i in range(times):
        assert editor.document is not None
        at = editor.document.target.keypoints[L_WRIST]
        begun = time.perf_counter()
        editor.apply(MoveJoints.of("target", {L_WRIST: Point(at.x + (-1) ** i * 6, at.y + 2)}), "Pose: bench")
        wait(
            running.app,
            lambda: (
                picture.frame is not None and picture.frame.quality == 1 and picture.frame.document == editor.document
            ),
        )
        found.append(time.perf_counter() - begun)
    return found


def shares(name: str, seconds: list[float]) -> dict[str, float]:
    p50, p95 = (1000 * float(np.percentile(seconds, p)) if seconds else math.nan for p in (50, 95))
    return {f"{name}, p50": p50, f"{name}, p95": p95}


def memory_peak() -> float:
    if sys.platform == "win32":
        return math.nan
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


def start_up() -> tuple[float, float, float]:
    """Seconds from starting Python to a painted window that answers, and to the first picture of a project; and the
    longest time the window did not answer on the way."""
    answer = subprocess.run(
        [sys.executable, "-m", "bench.start", str(time.time())],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        cwd=Path(__file__).parents[1],
    ).stdout
    usable, pictured, silent = json.loads(answer.splitlines()[-1])
    return usable, pictured, silent


def report(figures: dict[str, float], json_path: Path) -> None:
    from rich.console import Console
    from rich.table import Table

    machine = f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, {platform.system()}"
    table = Table(title=f"Drag, {SIZE} × {SIZE} pixels, {machine}")
    table.add_column("measured")
    table.add_column("value", justify="right")
    for name, value in figures.items():
        table.add_row(name, f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}")
    Console().print(table)
    json_path.parent.mkdir(parents=True, exist_ok=True)
    json_path.write_text(json.dumps({"machine": machine, "figures": figures}, indent=1))
