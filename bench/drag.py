"""From a drag to the new picture, through the real window: a recorded drag of 300 moves at 60 a second.

Prints a table and writes JSON. `make bench`, or `python main.py bench drag --json OUT`.
"""

from __future__ import annotations

import json
import math
import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bench.window import opened, wait

if TYPE_CHECKING:
    from main import Running

MOVES, PERIOD = 300, 1 / 60  # seconds between moves
SIZE = 1024  # pixels of the photo's side
STARTS = 3


def main(json_path: Path) -> None:
    starts = [start_up() for _ in range(STARTS)]
    with opened(SIZE) as running:
        figures = drag(running)  # type: ignore[arg-type]
        figures |= {"memory of the process, MB": memory_peak()}
    figures |= {
        "window painted and answering, s": float(np.median([s[0] for s in starts])),
        "first picture of a project, s": float(np.median([s[1] for s in starts])),
    }
    report(figures, json_path)


def recorded_path(start: tuple[float, float], reach: float) -> list[tuple[float, float]]:
    """MOVES pointer positions around `start`: a hand that sweeps, slows down and turns back."""
    path = []
    for i in range(MOVES):
        t = 2 * math.pi * i / MOVES
        path.append((start[0] + reach * math.sin(2 * t + 0.6 * math.sin(5 * t)), start[1] - reach * (1 - math.cos(3 * t))))
    return path


def drag(running: Running) -> dict[str, float]:
    """Drag the left wrist along the recorded path with real mouse events, and measure what the hand would feel."""
    from PySide6.QtCore import QEvent, QObject, QPointF, Qt
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QApplication

    from engine.messages import Quality
    from engine.skeleton import L_WRIST

    class PaintWatch(QObject):
        def __init__(self, painted: list[bool]) -> None:
            super().__init__()
            self._painted = painted

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                self._painted.append(True)
            return False

    window, app = running.window, running.app
    window.state.set(mode="target")
    assert window.panes is not None
    pane, picture, editor = window.panes.pane("result"), window.link.picture, window.editor
    assert editor.document is not None
    canvas = pane.surface.viewport()
    screen = pane.mapping()
    start = screen.at(editor.document.target.keypoints[L_WRIST])
    sent: dict[object, float] = {}
    waits: dict[str, list[float]] = {"overlay": [], "draft": [], "final": [], "block": []}

    def shown(frame: object) -> None:
        document = frame.document  # type: ignore[attr-defined]
        if document in sent and frame.quality == Quality.DRAFT:  # type: ignore[attr-defined]
            waits["draft"].append(time.perf_counter() - sent.pop(document))

    def mouse(kind: QEvent.Type, at: tuple[float, float], button: Qt.MouseButton, held: Qt.MouseButton) -> None:
        where = QPointF(*at)
        event = QMouseEvent(kind, where, canvas.mapToGlobal(where.toPoint()).toPointF(), button, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(canvas, event)

    def live(until: float) -> None:
        """Answer events until then, and once in any case, noting how long each round kept the thread."""
        while True:
            begun = time.perf_counter()
            app.processEvents()
            waits["block"].append(time.perf_counter() - begun)
            if time.perf_counter() >= until:
                return
            time.sleep(0.0005)

    painted: list[bool] = []
    watch = PaintWatch(painted)
    canvas.installEventFilter(watch)
    picture.frame_shown.connect(shown)
    none, left = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton
    before, reach = picture.dropped, 0.12 * SIZE * screen.scale
    first = (start.x, start.y)
    mouse(QEvent.Type.MouseMove, first, none, none)
    mouse(QEvent.Type.MouseButtonPress, first, left, left)
    begun = time.perf_counter()
    for i, at in enumerate(recorded_path(first, reach)):
        moved = time.perf_counter()
        mouse(QEvent.Type.MouseMove, at, none, left)
        sent[editor.document] = moved
        waits["block"].append(time.perf_counter() - moved)
        painted.clear()
        while not painted:
            round_begun = time.perf_counter()
            app.processEvents()
            waits["block"].append(time.perf_counter() - round_begun)
        waits["overlay"].append(time.perf_counter() - moved)
        live(begun + (i + 1) * PERIOD)
    mouse(QEvent.Type.MouseButtonRelease, at, left, none)
    picture.frame_shown.disconnect(shown)
    canvas.removeEventFilter(watch)
    assert editor.document is not None
    waits["final"] = finals(running)
    drawn = len(waits["draft"])
    return {
        **shares("pointer to overlay, ms", waits["overlay"]),
        **shares("drag to draft, ms", waits["draft"]),
        **shares("release to final, ms", waits["final"]),
        "longest block of the window's thread, ms": 1000 * max(waits["block"]),
        "drafts shown of 300 moves": drawn,
        "late frames dropped": picture.dropped - before,
        "draft size, share of the photo": draft_scale(running),
    }


def finals(running: Running, times: int = 20) -> list[float]:
    """Seconds from a committed edit to its final picture."""
    from engine.edits import MoveJoints
    from engine.geometry import Point
    from engine.skeleton import L_WRIST

    editor, picture, found = running.window.editor, running.window.link.picture, []
    for i in range(times):
        assert editor.document is not None
        at = editor.document.target.keypoints[L_WRIST]
        begun = time.perf_counter()
        editor.apply(MoveJoints.of("target", {L_WRIST: Point(at.x + (-1) ** i * 6, at.y + 2)}), "Pose: bench")
        wait(running.app, lambda: picture.frame is not None and picture.frame.quality == 1 and picture.frame.document == editor.document)
        found.append(time.perf_counter() - begun)
    return found


def draft_scale(running: Running) -> float:
    frames = [f for f in (running.window.link.picture.frame,) if f is not None]
    return frames[0].picture[0].shape[1] / SIZE


def shares(name: str, seconds: list[float]) -> dict[str, float]:
    p50, p95 = (1000 * float(np.percentile(seconds, p)) if seconds else math.nan for p in (50, 95))
    return {f"{name}, p50": p50, f"{name}, p95": p95}


def memory_peak() -> float:
    if sys.platform == "win32":
        return math.nan
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


def start_up() -> tuple[float, float]:
    """Seconds from starting Python to a painted window that answers, and to the first picture of a project."""
    answer = subprocess.run(
        [sys.executable, "-m", "bench.start", str(time.time())],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        cwd=Path(__file__).parents[1],
    ).stdout
    usable, pictured = json.loads(answer.splitlines()[-1])
    return usable, pictured


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
