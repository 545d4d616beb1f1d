"""How long the program takes to be there. Run as a process of its own: `python -m bench.start SECONDS_SINCE_EPOCH`."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path


def run(started: float) -> tuple[float, float]:
    """Seconds from `started` to a painted window that answers events, and to the first picture of a project."""
    import main
    from bench.window import wait

    running = main.build_window(remember=False)
    while running.window.panes is None:  # panes come after the first paint, before anything can be done
        running.app.processEvents()
    running.app.processEvents()
    usable = time.time() - started
    with tempfile.TemporaryDirectory() as folder:
        from bench.window import square_sample

        begun = time.time()
        project = square_sample(Path(folder) / "photo.png", 1024)
        making = time.time() - begun
        running.window.files.open(project)
        picture = running.window.link.picture
        wait(running.app, lambda: picture.frame is not None)
        pictured = time.time() - started - making
        running.end()
    return usable, pictured


if __name__ == "__main__":
    print(json.dumps(run(float(sys.argv[1]))))
