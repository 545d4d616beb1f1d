"""More training data from what there is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from verbs.answers import Device, Json, say


def synthesise(
    data: Annotated[str, typer.Argument(help="market1501:DIR, people:DIR, deepfashion:DIR …")],
    folder: Annotated[Path, typer.Option("-o", "--out", help="The folder to fill; one begun before is gone on with.")],
    per_photo: Annotated[int, typer.Option(min=1, max=1000, help="Pictures drawn of every training photo.")] = 2,
    seed: Annotated[int, typer.Option(min=0, max=2**31, help="Which poses they are drawn in.")] = 0,
    apart: Annotated[bool, typer.Option("--apart", help="Give drawn pictures labels of their own.")] = False,
    weights: Annotated[
        Path | None, typer.Option(help="DSC's weights: of a training run, or a released checkpoint after “convert”.")
    ] = None,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Draw the people of a data set in each other's poses, to train re-identification on."""
    from engine.generators.dsc import synthesis

    facts = synthesis.run(synthesis.Asked(data, folder, per_photo, seed, apart, weights, device))
    say(facts if as_json else synthesis.sentence(facts))
