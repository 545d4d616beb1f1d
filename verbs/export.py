"""What is made of a project's way from its source pose to its target pose: strips, grids, films. And edits, replayed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from engine.between import STEPS
from engine.messages import BadInput
from engine.products import MAX_HEIGHT, MAX_STEPS, Privacy, Product
from engine.watch import Watch
from verbs.answers import Device, Json, Out, say
from verbs.projects import check_project_name, new_engine

Project = Annotated[Path, typer.Argument(help="A project.")]
Steps = Annotated[int, typer.Option(min=1, max=MAX_STEPS, help="From source to target; one picture more than steps.")]
Height = Annotated[
    int | None, typer.Option(min=16, max=MAX_HEIGHT, help="Of each picture in pixels; the photo's if not said.")
]
Captions = Annotated[bool, typer.Option(help="Write below each picture which step it is.")]
Title = Annotated[str, typer.Option(help="A line above the pictures.")]
Said = Annotated[str, typer.Option("--privacy", help="What the file says of itself: recipe, provenance or none.")]


def strip(
    project: Project,
    out: Out,
    steps: Steps = 8,
    height: Height = None,
    captions: Captions = True,
    title: Title = "",
    privacy: Said = "recipe",
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Draw the steps from source to target pose in a row."""
    _export(project, out, device, as_json, kind="strip", steps=steps, height=height, captions=captions,
            title=title, privacy=_privacy(privacy))  # fmt: skip


def grid(
    project: Project,
    out: Out,
    steps: Steps = 8,
    columns: Annotated[int, typer.Option(min=0, max=MAX_STEPS + 1, help="About as many as rows if 0.")] = 0,
    height: Height = None,
    captions: Captions = True,
    title: Title = "",
    privacy: Said = "recipe",
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Draw the steps from source to target pose in rows and columns."""
    _export(project, out, device, as_json, kind="grid", steps=steps, columns=columns, height=height,
            captions=captions, title=title, privacy=_privacy(privacy))  # fmt: skip


def animate(
    project: Project,
    out: Out,
    steps: Steps = STEPS,
    rate: Annotated[float, typer.Option(min=0.1, max=100, help="Frames a second.")] = 12.0,
    back: Annotated[bool, typer.Option("--back", help="Go back to the source pose, too.")] = False,
    once: Annotated[bool, typer.Option("--once", help="Do not start again at the end (MP4 never does).")] = False,
    height: Height = None,
    quality: Annotated[int, typer.Option(min=1, max=100, help="Of WebP and MP4.")] = 95,
    privacy: Said = "recipe",
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Film the way from source to target pose: .mp4, .gif, .webp or .png (animated)."""
    _export(project, out, device, as_json, kind="film", steps=steps, rate=rate, back=back, loop=not once,
            height=height, quality=quality, privacy=_privacy(privacy))  # fmt: skip


def apply(
    edits: Annotated[Path, typer.Argument(help="A JSON list of edits; docs/scripting.md explains.")],
    project: Annotated[Path, typer.Argument(help="A project, or a photo.")],
    out: Out,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Replay a list of edits on a project and write the project that comes of it."""
    from engine.io import edit_lists

    check_project_name(out)
    listed = edit_lists.read_edits(edits)
    engine = new_engine(device)
    opened = engine.open(project)
    document = edit_lists.replay(edits, listed, opened.document, engine.store, frozenset(engine.generators))
    engine.save(document, out)
    facts = {"project": str(out), "edits": len(listed), "changed": document != opened.document, "notice": opened.notice}
    count = f"{len(listed)} edit{'' if len(listed) == 1 else 's'}"
    say(facts if as_json else f"{out}: {count} applied to {project.name}. {opened.notice}".strip())


def _privacy(name: str) -> Privacy:
    match name:
        case "recipe" | "provenance" | "none":
            return name
    raise BadInput(f"The privacy is {name!r}, possible are recipe, provenance and none.")


def _export(project: Path, out: Path, device: str, as_json: bool, **fields: Any) -> None:
    product = Product(**fields)
    engine = new_engine(device)
    opened = engine.open(project)
    with _told(not as_json) as watch:
        engine.export(opened.document, out, product, watch)
    count = len(product.order)
    facts = {"file": str(out), "pictures": count, "generator": opened.document.generator, "notice": opened.notice}
    say(facts if as_json else f"{out}: {count} pictures. {opened.notice}".strip())


@contextmanager
def _told(wanted: bool) -> Iterator[Watch]:
    """A bar for people; a pipe gets none."""
    if not wanted or not sys.stderr.isatty():
        yield Watch()
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Drawing", total=None)
        yield Watch(lambda done, total: bar.update(task, completed=done, total=total))
