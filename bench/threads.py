"""What the engine's threads cost the pointer: overlay latency of the real window while torch convolves behind it.

`python -m bench.threads [--json FILE]` runs each combination of thread count and OpenMP wait policy in a process of its
own. engine/threads.py was set from this table.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import product
from pathlib import Path

ROOT = Path(__file__).parents[1]
POLICIES = ("PASSIVE", "ACTIVE")


def main() -> None:
    counts = sorted({1, max(1, (os.cpu_count() or 1) - 1), os.cpu_count() or 1})
    rows = [{"threads": 0, "policy": "idle", **one(0, "PASSIVE")}]
    rows += [{"threads": n, "policy": policy, **one(n, policy)} for n, policy in product(counts, POLICIES)]
    report(rows)
    if "--json" in sys.argv:
        Path(sys.argv[sys.argv.index("--json") + 1]).write_text(json.dumps(rows, indent=1))


def one(threads: int, policy: str) -> dict[str, float]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "OMP_WAIT_POLICY": policy}
    if policy == "ACTIVE":
        environment["KMP_BLOCKTIME"] = "200"  # milliseconds, the library's own default
    command = [sys.executable, "-m", "bench.threads", "--one", str(threads)]
    answer = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return json.loads(answer.splitlines()[-1])


def measure(threads: int) -> dict[str, float]:
    """Drag in a window without live pictures while another thread convolves; milliseconds, and convolutions a second."""
    from threading import Event, Thread

    from bench import drag
    from bench.window import opened

    done, stop = [0], Event()

    def convolve() -> None:
        import torch

        torch.set_num_threads(threads)
        network, x = torch.nn.Conv2d(64, 64, 3, padding=1), torch.randn(1, 64, 128, 128)
        with torch.inference_mode():
            network(x)
            ready.set()
            while not stop.is_set():
                network(x)
                done[0] += 1

    with opened(1024) as running:
        running.window.state.set(live=False)
        ready, load = Event(), Thread(target=convolve)
        if threads:
            load.start()
            ready.wait()
        waits = drag.pull(running)
        stop.set()
        if threads:
            load.join()
    figures = drag.shares("overlay", waits["overlay"])
    return figures | {"convolutions/s": 1000 * done[0] / (drag.MOVES * drag.PERIOD_MS)}


def report(rows: list[dict]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"Threads, {os.cpu_count()} cores")
    for name in rows[0]:
        table.add_column(name, justify="right")
    for row in rows:
        table.add_row(*(f"{v:.1f}" if isinstance(v, float) else str(v) for v in row.values()))
    Console().print(table)


if __name__ == "__main__":
    if "--one" in sys.argv:
        print(json.dumps(measure(int(sys.argv[-1]))))
    else:
        main()
