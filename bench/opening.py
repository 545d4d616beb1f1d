"""From choosing a photo until it stands in the window with skeleton, label map and matte: `python main.py bench opening PHOTO …`.

Every photo is opened twice in one window, the second time with everything loaded; the first photo's first time is what a
new user waits for.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bench.window import wait
from engine.messages import BadInput

if TYPE_CHECKING:
    from main import Running


def main(photos: Sequence[Path], json_path: Path | None = None) -> None:
    """Raises BadInput for photos that are not there, TimeoutError if one does not open."""
    if missing := [photo for photo in photos if not photo.is_file()]:
        raise BadInput(f"There is no file {missing[0]}.")
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    import main as program

    running = program.build_window(remember=False)
    rounds = [[seconds(running, photo) for photo in photos] for _ in range(2)]
    running.end()
    running.window.close()
    figures = {
        "first photo, s": rounds[0][0],
        "afterwards, median s": float(np.median(rounds[1])),
        "afterwards, slowest s": max(rounds[1]),
        "photos": len(photos),
    }
    print("\n".join(f"{what:<28}{value:8.2f}" for what, value in figures.items()))
    if json_path is not None:
        json_path.write_text(json.dumps(figures, indent=1))


def seconds(running: Running, photo: Path) -> float:
    """Until the photo is the document, with everything proposed, and its picture is drawn."""
    window, opened = running.window, []
    if window.editor.document is not None:
        window.editor.mark_saved(window.editor.document)
    window.files.opened.connect(opened.append)
    begun = time.perf_counter()
    window.files.open(photo)
    wait(running.app, lambda: bool(opened))
    document, picture = opened[0].document, window.link.picture
    wait(running.app, lambda: picture.frame is not None and picture.frame.document == document)
    taken = time.perf_counter() - begun
    window.files.opened.disconnect(opened.append)
    if not (document.source.cutout and document.source.labels):
        print(f"{photo.name}: nobody was found")
    return taken
