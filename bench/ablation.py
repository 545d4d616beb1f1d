"""The papers' ablation (dsc.md C6) at our size: `python -m bench.ablation --data people:DIR --steps 500 -o OUT`.

Every row is trained alike, on the same pairs in the same order, then all draw the same held-out pairs, beside the Puppet
and the photo left as it is. OUT gets the runs, `table.md`, `table.json` and `grid.png`. Begun again, it goes on.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import msgspec

from engine.data.opening import open_data
from engine.data.sample import Sample
from engine.generators.dsc import reposer
from engine.generators.dsc.training import ABLATION
from engine.messages import Image
from engine.metrics import reposing
from engine.metrics.bootstrap import Measured
from engine.metrics.repose_evaluation import COPY, TRUTH, ahead
from engine.metrics.repose_sheet import Sheet
from engine.metrics.reposers import PUPPET, Program, Reposer, copied
from engine.metrics.reposing import DISTANCE, L1, MASKED_SSIM, PCK, SSIM, Case, Examiner, Tally
from engine.training import command

ROWS = ("baseline", "dsc", "full")
TITLES = {
    COPY: "the photo as it is",
    PUPPET: "Puppet",
    "baseline": "baseline, no deformable skips",
    "dsc": "DSC, L1",
    "full": "DSC, nearest neighbours",
    TRUTH: "the true picture",
}
KINDS = (SSIM, MASKED_SSIM, L1, DISTANCE, "PCK@0.05")
BETTER = (("dsc", "baseline"), ("full", "dsc"), ("full", PUPPET))  # the first should be better than the second


def trained(row: str, folder: Path, data: str, steps: int, threads: int) -> Path:
    """The weights of a row."""
    done = folder / "weights.safetensors"
    if not done.exists():
        going = any(folder.glob("checkpoint-*"))
        asked = command.Asked("dsc", folder, data=data, steps=steps, threads=threads, resume=going)
        print(command.sentence(command.run(asked, ABLATION[row])), flush=True)
    return done


def measured(weights: dict[str, Path], data: str, count: int, sheet: Path) -> dict[str, Measured]:
    """“who: kind”, and “who − other: kind”."""
    program, examiner, tally = Program("cpu"), Examiner("cpu"), Tally()
    drawing: dict[str, Reposer] = {COPY: copied, PUPPET: program.posed}
    drawing |= {row: reposer.opened(path, "cpu", program) for row, path in weights.items()}
    test = open_data(data).split("test")
    pairs = test.pairs()[:count]
    shown = Sheet(len(pairs))
    for case, pictures in ahead((test.paired(*pair) for pair in pairs), partial(_drawn, drawing)):
        if case is None:
            continue
        found = reposing.compared(case, pictures, KINDS, examiner, {}) | {TRUTH: examiner.hits(case, case.truth)}
        tally.add(case.person, {f"{who}: {kind}": n for who, row in found.items() for kind, n in row.items()})
        shown.offer(case, {who: picture for who, picture in pictures.items() if who != COPY})
    shown.write(sheet)
    alone = {f"{who}: {kind}": tally.measured(f"{who}: {kind}") for who in drawing for kind in KINDS}
    alone |= {f"{TRUTH}: {kind}": tally.measured(f"{TRUTH}: {kind}") for kind in KINDS if kind in PCK}
    compared = [(one, two) for one, two in BETTER if {one, two} <= drawing.keys()]
    apart = {f"{a} − {b}: {k}": tally.apart(f"{a}: {k}", f"{b}: {k}") for a, b in compared for k in KINDS}
    return alone | apart


def _drawn(drawing: dict[str, Reposer], sample: Sample) -> tuple[Case | None, dict[str, Image]]:
    case = Case.of(sample)
    if case is None:
        return None, {}
    return case, {who: draw(case.photo, case.source, case.target) for who, draw in drawing.items()}


def table(found: dict[str, Measured], rows: Sequence[str]) -> str:
    """Markdown."""
    lines = ["| | " + " | ".join(KINDS) + " |", "|---" * (1 + len(KINDS)) + "|"]
    for who in (COPY, PUPPET, *rows, TRUTH):
        cells = [_cell(found.get(f"{who}: {kind}")) for kind in KINDS]
        lines.append(f"| {TITLES.get(who, who)} | " + " | ".join(cells) + " |")
    for one, two in BETTER:
        if {one, two} <= {PUPPET, *rows}:
            cells = [_cell(found.get(f"{one} − {two}: {kind}"), "+.3f") for kind in KINDS]
            lines.append(f"| {TITLES[one]} − {TITLES[two]} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _cell(one: Measured | None, form: str = ".3f") -> str:
    return "" if one is None else f"{one.value:{form}} ({one.low:{form}} … {one.high:{form}})"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="people:DIR, drawn with --pairs, at 128 px or more")
    parser.add_argument("--steps", type=int, default=500, help="to train each row")
    parser.add_argument("--count", type=int, default=500, help="held-out pairs to measure on")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rows", default=",".join(ROWS), help=f"of {', '.join(ABLATION)}")
    parser.add_argument("-o", "--out", type=Path, required=True)
    asked = parser.parse_args(arguments)
    rows = asked.rows.split(",")
    asked.out.mkdir(parents=True, exist_ok=True)
    runs = {row: trained(row, asked.out / row, asked.data, asked.steps, asked.threads) for row in rows}
    found = measured(runs, asked.data, asked.count, asked.out / "grid.png")
    told = table(found, rows)
    (asked.out / "table.md").write_text(told)
    (asked.out / "table.json").write_bytes(msgspec.json.format(msgspec.json.encode(found)))
    print(told)


if __name__ == "__main__":
    main()
