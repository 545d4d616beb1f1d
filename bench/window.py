"""A window to measure: the real one, off-screen, with a photo of a given size and settings that touch nobody's own."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from main import Running

SAMPLE = Path(__file__).parents[1] / "assets" / "people" / "sample.png"
PATIENCE = 60.0  # seconds until something that should happen counts as broken


@contextmanager
def opened(size: int) -> Iterator[Running]:
    """A main.Running whose window shows the sample on a square of `size` pixels, its first final picture drawn."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    import main

    with tempfile.TemporaryDirectory() as folder:
        photo = Path(folder) / "photo.png"
        document = square_sample(photo, size)
        running = main.build_window(remember=False)
        running.window.resize(1440, 900)
        running.window.files.open(document)
        picture = running.window.link.picture
        wait(running.app, lambda: picture.frame is not None and picture.frame.quality == 1)
        try:
            yield running
        finally:
            if running.window.editor.document is not None:
                running.window.editor.mark_saved(running.window.editor.document)
            running.end()
            running.window.close()


def square_sample(path: Path, size: int) -> Path:
    """Write the sample as a project on a square canvas of `size` pixels; returns the project's path."""
    import cv2
    from PIL import Image

    from engine.document import Document, Person
    from engine.geometry import Point
    from engine.io import project
    from engine.io.keypoints import read_keypoints
    from engine.skeleton import Keypoints
    from engine.store import Store

    picture = np.asarray(Image.open(SAMPLE).convert("RGB"))
    height, width = picture.shape[:2]
    given = read_keypoints(SAMPLE.with_suffix(".json"), SAMPLE.name, width, height)
    scale = size / max(height, width)
    left, top = (size - scale * width) / 2, (size - scale * height) / 2
    shrink = np.array([[scale, 0, left], [0, scale, top]])
    square = cv2.warpAffine(picture, shrink, (size, size), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    figure = Keypoints(tuple(Point(scale * p.x + left, scale * p.y + top) for p in given.points), given.visibility)
    store = Store()
    document = Document.of(Person("bench.png", store.put(square), size, size, figure, "imported"))
    target = path.with_suffix(".lay")
    project.save(target, document, store)
    return target


def wait(app: QApplication, condition: Callable[[], bool]) -> None:
    """Let the window live until the condition holds. Raises TimeoutError."""
    end = time.perf_counter() + PATIENCE
    while not condition():
        if time.perf_counter() > end:
            raise TimeoutError("what was waited for did not happen")
        app.processEvents()
        time.sleep(0.001)
