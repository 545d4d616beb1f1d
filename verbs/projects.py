"""Photos and projects without a window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.messages import BadInput
from engine.skeleton import JOINT_NAMES
from engine.threads import limit_opencv
from verbs.answers import Device, Json, Out, say

if TYPE_CHECKING:
    from engine.service import Engine

PROJECT = ".lay"


def annotate(
    photo: Annotated[Path, typer.Argument(help="A picture of a person.")],
    out: Out,
    keypoints: Annotated[Path | None, typer.Option(help="Keypoint file: table, OpenPose or COCO.")] = None,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Find the person in a photo and write a project."""
    check_project_name(out)
    engine = new_engine(device)
    document, notice = engine.annotate(photo, keypoints)
    engine.save(document, out)
    source = document.source
    facts = {
        "project": str(out),
        "width": source.width,
        "height": source.height,
        "keypoints": source.keypoints_from,
        "missing": source.keypoints.missing(),
        "unsure": [JOINT_NAMES[j] for j in sorted(source.unsure())],
        "matte": source.cutout_from if source.cutout else "derived",
        "labels": source.labels_from if source.labels else "derived",
        "notice": notice,
    }
    sentence = f"{out}: {source.width} × {source.height} pixels, keypoints {source.keypoints_from}."
    if source.unsure():
        sentence += f" Check {', '.join(JOINT_NAMES[j] for j in sorted(source.unsure()))}."
    say(facts if as_json else f"{sentence} {notice}".strip())


def render(
    project: Annotated[Path, typer.Argument(help="A project.")],
    out: Out,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Draw a project and write the picture: the same pixels as the window's."""
    engine = new_engine(device)
    opened = engine.open(project)
    document = opened.document
    engine.export(document, out)
    source = document.source
    facts = {
        "picture": str(out),
        "width": source.width,
        "height": source.height,
        "generator": document.generator,
        "notice": opened.notice,
    }
    say(facts if as_json else f"{out}: {source.width} × {source.height} pixels. {opened.notice}".strip())


def check_project_name(path: Path) -> None:
    if path.suffix.lower() != PROJECT:
        raise BadInput(f"{path.name} cannot be written: project files end in {PROJECT}.")


def new_engine(device: str) -> Engine:
    from engine.service import Engine

    limit_opencv()
    return Engine(device)
