"""Data sets of rendered people."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from verbs.answers import Device, Json, say

MOST_PEOPLE = 1_000_000


def people(
    folder: Annotated[Path, typer.Argument(help="The folder to fill; one begun before is gone on with.")],
    count: Annotated[int, typer.Option(min=1, max=MOST_PEOPLE, help="How many pictures.")],
    seed: Annotated[int, typer.Option(min=0, max=2**31, help="The first person's number.")] = 0,
    kind: Annotated[str, typer.Option(help="full, upper, street or face.")] = "full",
    pairs: Annotated[bool, typer.Option("--pairs", help="Show everybody twice: posed and seen anew.")] = False,
    near: Annotated[
        bool, typer.Option("--near", help="With --pairs: only some limbs move from the first to the second.")
    ] = False,
    size: Annotated[int | None, typer.Option(help="Height in pixels, if not the usual one of that kind.")] = None,
    workers: Annotated[int, typer.Option(min=1, max=256, help="Processes that draw.")] = os.cpu_count() or 1,
    sheet: Annotated[Path | None, typer.Option(help="A PNG to draw the first 64 on, with their annotation.")] = None,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Make a data set of rendered people with exact annotation."""
    from engine.people import command

    asked = command.Asked(folder, count, seed, kind, pairs, size, workers, device, sheet, near)
    facts = command.run(asked)
    say(facts if as_json else f"{folder}: {count} pictures, {facts['drawn']} of them new. {facts['notice']}".strip())
