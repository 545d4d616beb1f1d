"""Networks and their weights: train, measure, convert, list."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from verbs.answers import DONE, FAILED, Device, Json, say


def convert(
    file: Annotated[
        Path, typer.Argument(help="A .pth or .h5 file, or a TensorFlow checkpoint (its folder or a file).")
    ],
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", help="The file to write; if left out, the window will offer the network."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Turn a released checkpoint into a .safetensors file this program can use."""
    from engine.io.checkpoints import command

    facts = command.run(file, out)
    say(facts if as_json else command.sentence(facts))


def models(
    names: Annotated[
        list[str] | None, typer.Argument(help="Shipped weights or converted files; all shipped ones if left out.")
    ] = None,
    as_json: Json = False,
) -> None:
    """List and verify weights; with names, say where each comes from."""
    from engine.io import models

    found = models.asked(names or [])
    say(models.facts(found) if as_json else models.report(found, in_full=bool(names)))
    if any(model.problem for model in found):
        raise typer.Exit(FAILED)


def train(
    system: Annotated[str, typer.Argument(help="What to train.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="The folder for checkpoints, log, sheets and weights.")],
    size: Annotated[str, typer.Option(help="live (ours) or paper (the authors').")] = "live",
    data: Annotated[str, typer.Option(help="people, people:DIR, market1501:DIR, celeba:DIR …")] = "people",
    minutes: Annotated[float | None, typer.Option(min=0.01, help="Minutes in all, earlier parts included.")] = None,
    steps: Annotated[int | None, typer.Option(min=1, help="Steps in all, earlier parts included.")] = None,
    batch: Annotated[int | None, typer.Option(min=1, help="Samples per update, if not the usual number.")] = None,
    accumulate: Annotated[int, typer.Option(min=1, help="Parts a batch is computed in, to save memory.")] = 1,
    vgg: Annotated[
        Path | None, typer.Option(help="VGG weights as torchvision has them, for perceptual losses.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**31, help="All chance depends on it.")] = 0,
    devices: Annotated[int, typer.Option(min=1, max=64, help="Processes on this machine, one per GPU.")] = 1,
    nodes: Annotated[int, typer.Option(min=1, max=1024, help="Machines; they share the folder.")] = 1,
    threads: Annotated[int | None, typer.Option(min=1, help="Cores to use; all if not said.")] = None,
    workers: Annotated[int, typer.Option(min=0, max=256, help="Processes that make batches; 0: a thread.")] = 0,
    bfloat16: Annotated[bool | None, typer.Option(help="Half precision; on CUDA if not said.")] = None,
    device: Device = "auto",
    resume: Annotated[bool, typer.Option("--resume", help="Go on where the folder's run ended.")] = False,
    start: Annotated[
        Path | None, typer.Option(help="Start from the networks of an earlier run: its weights.safetensors.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Train a system's networks."""
    from engine.training import command

    options = command.Asked(
        system, out, size, data, minutes, steps, batch, vgg, seed, accumulate, workers, devices, nodes, threads
    )
    facts = command.run(replace(options, bfloat16=bfloat16, device=device, resume=resume, start=start))
    if facts.pop("leads"):  # one of several processes speaks
        say(facts if as_json else command.sentence(facts))
        raise typer.Exit(DONE if facts["stopped"] == "budget" else FAILED)


def evaluate(
    system: Annotated[str, typer.Argument(help="What to measure.")],
    data: Annotated[str, typer.Option(help="people:DIR, market1501:DIR, celeba:DIR …")],
    out: Annotated[Path, typer.Option("--json", help="The file to write.")],
    split: Annotated[str, typer.Option(help="The part of the data set.")] = "test",
    metrics: Annotated[str, typer.Option(help="Names with commas; all there are if not said.")] = "",
    count: Annotated[int | None, typer.Option(min=1, help="Samples at most.")] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**31, help="All chance depends on it, intervals too.")] = 0,
    weights: Annotated[Path | None, typer.Option(help="The system's weights, if not those it comes with.")] = None,
    inception: Annotated[Path | None, typer.Option(help="For FID and IS: torch-fidelity's Inception.")] = None,
    alexnet: Annotated[Path | None, typer.Option(help="For LPIPS: torchvision's AlexNet.")] = None,
    vgg: Annotated[Path | None, typer.Option(help="For LPIPS by VGG: torchvision's VGG-16.")] = None,
    detector: Annotated[Path | None, typer.Option(help="For the detection score: SSD-300's .caffemodel.")] = None,
    sheet: Annotated[Path | None, typer.Option(help="A PNG to draw some samples on, for systems that can.")] = None,
    device: Device = "auto",
) -> None:
    """Measure a system on a data set and write the numbers with their intervals."""
    from engine.metrics import command
    from engine.metrics.user_files import UserFiles

    files = UserFiles(inception, alexnet, vgg, detector)
    names = tuple(name.strip() for name in metrics.split(",") if name.strip())
    report = command.run(command.Asked(system, data, out, split, names, count, seed, device, weights, files, sheet))
    say(command.sentences(report))
