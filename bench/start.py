"""How long the program takes to be there. Run as a process of its own: `python -m bench.start SECONDS_SINCE_EPOCH`."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path


def run(started: float) -> tuple[float, float, float]:
    """Seconds from `started` to a painted window that answers events, and to the first picture of a project.

    Also the longest time in seconds that the window's thread did not answer, once its loop had begun.
    """
    import main
    from bench.window import square_sample, wait

    running = main.build_window(remember=False)
    from bench.knocker import Knocker

    knocker = Knocker()
    knocker.start()
    while running.window.panel is None:  # the panel comes last, after the first paint, before anything can be done
        running.app.processEvents()
    running.app.processEvents()
    usable = time.time() - started
    knocker.end()
    running.app.processEvents()
    with tempfile.TemporaryDirectory() as folder:
        begun = time.time()
        project = square_sample(Path(folder) / "photo.png", 1024)
        making = time.time() - begun
        running.window.files.open(project)
        picture = running.window.link.picture
        wait(running.app, lambda: picture.frame is not None)
        pictured = time.time() - started - making
        running.end()
    return usable, pictured, max(knocker.waits)


if __name__ == "__main__":
    print(json.dumps(run(float(sys.argv[1]))))
