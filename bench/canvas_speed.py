"""How fast the canvas follows the pointer: `python bench/canvas_speed.py [--json FILE]`.

Off-screen, a 1024 × 1024 photo in panes of 800 × 800 logical px, source and result side by side. "wall" is what the user
waits for and includes whatever else the machine is doing; "cpu" is the work of this process alone.
"""

from __future__ import annotations

import json
import math
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from engine.document import Document, Person
from engine.messages import Pyramid
from engine.skeleton import R_WRIST, Keypoints
from gui.canvas.view import Pane
from gui.canvas.viewport import Viewport
from gui.editor import Editor
from gui.view_state import ViewState

SIZE, PANE, TIMES = 1024, 800, 300
XS = (80, 80, 62, 52, 46, 98, 108, 114, 70, 66, 64, 90, 94, 96, 76, 84, 70, 90)
YS = (30, 50, 52, 80, 108, 52, 80, 108, 108, 145, 182, 108, 145, 182, 26, 26, 29, 29)
FIGURE = Keypoints.of((x * 5 + 100, y * 5 + 20) for x, y in zip(XS, YS, strict=True))
Row = dict[str, float]


def photo(seed: int) -> Pyramid:
    """Noise: nothing is cheaper than expected because it is flat."""
    full = np.random.default_rng(seed).integers(0, 256, (SIZE, SIZE, 3), dtype=np.uint8)
    return tuple(np.ascontiguousarray(full[::step, ::step]) for step in (1, 2, 4, 8))


class Bench:
    def __init__(self, app: QApplication) -> None:
        self.app, self.editor, self.state, self.viewport = app, Editor(), ViewState(), Viewport()
        self.panes = [Pane(kind, self.editor, self.state, self.viewport) for kind in ("source", "result")]
        self.pictures = [photo(0), photo(1)]
        for pane in self.panes:
            pane.resize(PANE, PANE)
            pane.show()
        self.editor.open(Document.of(Person("noise", "hash", SIZE, SIZE, FIGURE)))
        for pane in self.panes:
            pane.set_picture(self.pictures[0], SIZE, SIZE)
            pane.set_source_picture(self.pictures[0])
        app.processEvents()

    def measure(self, act: Callable[[int], object]) -> Row:
        """Milliseconds from the event until everything it changed is painted."""
        wall, cpu = [], []
        for i in range(TIMES):
            started, worked = time.perf_counter(), time.process_time()
            act(i)
            self.app.processEvents()
            wall.append(1e3 * (time.perf_counter() - started))
            cpu.append(1e3 * (time.process_time() - worked))
        quantiles = {"wall median": wall, "wall p95": wall, "cpu median": cpu, "cpu p95": cpu}
        return {k: round(float(np.percentile(v, 50 if "median" in k else 95)), 2) for k, v in quantiles.items()}

    def new_picture(self, i: int) -> None:
        self.panes[1].set_picture(self.pictures[i % 2], SIZE, SIZE)

    def pull(self, i: int) -> None:
        wrist = FIGURE[R_WRIST]
        at = (wrist.x + 90 * math.sin(i / 15), wrist.y - 60 + 60 * math.cos(i / 11))
        self.mouse(QEvent.Type.MouseMove, at, Qt.MouseButton.LeftButton)

    def hover(self, i: int) -> None:
        self.mouse(QEvent.Type.MouseMove, (200 + 2 * i, 150 + 2 * i), Qt.MouseButton.NoButton)

    def mouse(self, kind: QEvent.Type, at: tuple[float, float], held: Qt.MouseButton) -> None:
        pane = self.panes[1]
        area, spot = pane.surface.viewport(), QPointF(*pane.mapping().at(at))
        button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
        event = QMouseEvent(kind, spot, area.mapToGlobal(spot), button, held, Qt.KeyboardModifier.NoModifier)
        self.app.sendEvent(area, event)


def run(bench: Bench) -> dict[str, Row]:
    rows = {"hover": bench.measure(bench.hover)}
    bench.mouse(QEvent.Type.MouseButtonPress, FIGURE[R_WRIST], Qt.MouseButton.LeftButton)
    rows["drag a joint"] = bench.measure(bench.pull)
    bench.mouse(QEvent.Type.MouseButtonRelease, FIGURE[R_WRIST], Qt.MouseButton.NoButton)
    rows["new picture, fitted"] = bench.measure(bench.new_picture)
    rows["pan both panes"] = bench.measure(lambda i: bench.viewport.pan(3 if i % 2 else -3, 1 if i % 2 else -1, 1.0))
    bench.viewport.actual_size()
    rows["new picture, 100 %"] = bench.measure(bench.new_picture)
    return rows


def main() -> None:
    rows = run(Bench(QApplication([])))
    print(f"{'milliseconds':24}" + "".join(f"{name:>14}" for name in next(iter(rows.values()))))
    for name, row in rows.items():
        print(f"{name:24}" + "".join(f"{value:14.2f}" for value in row.values()))
    if "--json" in sys.argv:
        Path(sys.argv[sys.argv.index("--json") + 1]).write_text(json.dumps(rows, indent=2))


if __name__ == "__main__":
    main()
