"""The one door: `main.py [FILE]` opens the window, `main.py VERB …` works without one.

Exit codes: 0 done, 1 failed, 2 bad input. The engine, Qt and torch are imported only when a verb needs them.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from engine import VERSION
from engine.messages import BadInput
from engine.threads import limit_opencv, prepare_environment, share_the_interpreter

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from engine.service import Engine
    from engine.worker import Worker
    from gui.main_window import MainWindow

DONE, FAILED, BAD_INPUT = 0, 1, 2
INTERRUPTED = 130  # what typer makes of Ctrl+C
PROJECT = ".lay"
MOST_PEOPLE = 1_000_000

app = typer.Typer(
    name="main.py",
    help="Layfigure: pose a photographed person like an artist's lay figure.\n\n"
    "“main.py FILE” opens a photo or a project in the window; so does “main.py open FILE”.",
    add_completion=False,
    no_args_is_help=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
bench = typer.Typer(help="Measure speed.", rich_markup_mode=None)
app.add_typer(bench, name="bench")

Out = Annotated[Path, typer.Option("-o", "--out", help="The file to write.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a sentence.")]
Device = Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")]


@app.command("open")
def open_file(
    file: Annotated[Path | None, typer.Argument(help="A photo or a project.")] = None,
    tour: Annotated[Path | None, typer.Option(help="Show every part of the window, write pictures here, end.")] = None,
) -> None:
    """Open the window."""
    raise typer.Exit(open_window(file, tour))


@app.command()
def annotate(
    photo: Annotated[Path, typer.Argument(help="A picture of a person.")],
    out: Out,
    keypoints: Annotated[Path | None, typer.Option(help="Keypoint file: table, OpenPose or COCO.")] = None,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Find the person in a photo and write a project."""
    _check_project_name(out)
    engine = _engine(device)
    document, notice = engine.annotate(photo, keypoints)
    engine.save(document, out)
    source = document.source
    facts = {
        "project": str(out),
        "width": source.width,
        "height": source.height,
        "keypoints": source.keypoints_from,
        "missing": source.keypoints.missing(),
        "notice": notice,
    }
    sentence = f"{out}: {source.width} × {source.height} pixels, keypoints {source.keypoints_from}."
    _say(facts if as_json else f"{sentence} {notice}".strip())


@app.command()
def render(
    project: Annotated[Path, typer.Argument(help="A project.")],
    out: Out,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Draw a project and write the picture: the same pixels as the window's."""
    engine = _engine(device)
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
    _say(facts if as_json else f"{out}: {source.width} × {source.height} pixels. {opened.notice}".strip())


@app.command()
def people(
    folder: Annotated[Path, typer.Argument(help="The folder to fill; one begun before is gone on with.")],
    count: Annotated[int, typer.Option(min=1, max=MOST_PEOPLE, help="How many pictures.")],
    seed: Annotated[int, typer.Option(min=0, max=2**31, help="The first person's number.")] = 0,
    kind: Annotated[str, typer.Option(help="full, upper, street or face.")] = "full",
    pairs: Annotated[bool, typer.Option("--pairs", help="Show everybody twice: posed and seen anew.")] = False,
    size: Annotated[int | None, typer.Option(help="Height in pixels, if not the usual one of that kind.")] = None,
    workers: Annotated[int, typer.Option(min=1, max=256, help="Processes that draw.")] = os.cpu_count() or 1,
    sheet: Annotated[Path | None, typer.Option(help="A PNG to draw the first 64 on, with their annotation.")] = None,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Make a data set of rendered people with exact annotation."""
    from engine.people import command

    asked = command.Asked(folder, count, seed, kind, pairs, size, workers, device, sheet)
    facts = command.run(asked)
    _say(facts if as_json else f"{folder}: {count} pictures, {facts['drawn']} of them new. {facts['notice']}".strip())


@app.command()
def convert(
    file: Annotated[
        Path, typer.Argument(help="A .pth or .h5 file, or a TensorFlow checkpoint (its folder or a file).")
    ],
    out: Out,
    as_json: Json = False,
) -> None:
    """Turn a released checkpoint into a .safetensors file this program can use."""
    from engine.io.checkpoints import command

    facts = command.run(file, out)
    _say(facts if as_json else command.sentence(facts))


@app.command()
def models(
    names: Annotated[
        list[str] | None, typer.Argument(help="Shipped weights or converted files; all shipped ones if left out.")
    ] = None,
    as_json: Json = False,
) -> None:
    """List and verify weights; with names, say where each comes from."""
    from engine.io import models

    found = models.asked(names or [])
    _say(models.facts(found) if as_json else models.report(found, in_full=bool(names)))
    if any(model.problem for model in found):
        raise typer.Exit(FAILED)


@app.command()
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
    as_json: Json = False,
) -> None:
    """Train a system's networks."""
    from engine.training import command

    options = command.Asked(
        system, out, size, data, minutes, steps, batch, vgg, seed, accumulate, workers, devices, nodes, threads
    )
    facts = command.run(replace(options, bfloat16=bfloat16, device=device, resume=resume))
    if facts.pop("leads"):  # one of several processes speaks
        _say(facts if as_json else command.sentence(facts))
        raise typer.Exit(DONE if facts["stopped"] == "budget" else FAILED)


@app.command()
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
    device: Device = "auto",
) -> None:
    """Measure a system on a data set and write the numbers with their intervals."""
    from engine.metrics import command
    from engine.metrics.user_files import UserFiles

    files = UserFiles(inception, alexnet, vgg, detector)
    names = tuple(name.strip() for name in metrics.split(",") if name.strip())
    report = command.run(command.Asked(system, data, out, split, names, count, seed, device, weights, files))
    _say(command.sentences(report))


@bench.command("drag")
def bench_drag(json_path: Annotated[Path, typer.Option("--json", help="The file to write.")]) -> None:
    """From a drag to the new picture, through the real window."""
    from bench import drag

    drag.main(json_path)


@app.callback(invoke_without_command=True)
def _options(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        _say(f"Layfigure {VERSION}")
        raise typer.Exit


class Running(NamedTuple):
    """A window with the engine thread behind it."""

    app: QApplication
    window: MainWindow
    worker: Worker

    def end(self) -> None:
        self.worker.stop()
        if self.worker.is_alive():  # not if the program ends before its first event
            self.worker.join(timeout=10)


def open_window(file: Path | None, tour: Path | None) -> int:
    """The window with the engine thread behind it; returns the exit code.

    file  opened at once
    tour  folder for the pictures of a tour, after which the program ends
    """
    _choose_screen(tour is not None)
    if tour is not None:
        _make_folder(tour)
    running = build_window(remember=tour is None)
    if file is not None:
        running.window.files.open(file)
    try:
        if tour is not None:
            from gui import tour as guide

            return guide.run(tour, running.window)
        return running.app.exec()
    finally:
        running.end()


def _make_folder(folder: Path) -> None:
    """Raises BadInput if there cannot be such a folder."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"{folder} cannot be made: {error.strerror or error}.") from error


def build_window(device: str = "auto", remember: bool = True) -> Running:
    """Show the window and start the engine; torch is not imported before a network is asked for.

    remember  take size, layout, theme and folders from the last time, and keep them for the next
    """
    prepare_environment()
    share_the_interpreter()
    from PySide6.QtCore import QSettings
    from PySide6.QtWidgets import QApplication

    from engine.worker import Worker
    from gui.editor import Editor
    from gui.engine_link import EngineLink
    from gui.main_window import MainWindow
    from gui.view_state import ViewState

    QApplication.setOrganizationName("Layfigure")
    QApplication.setApplicationName("Layfigure")
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    settings = QSettings() if remember else None
    editor, state = Editor(), ViewState()
    link = EngineLink(editor, state)
    window = MainWindow(editor, state, link, settings)
    worker = Worker(lambda: _engine(device), link.deliver)
    link.connect_engine(worker)
    window.show()
    window.prepared.connect(worker.start)  # loading the engine must not hold up the window
    return Running(app, window, worker)


def _choose_screen(tour: bool) -> None:
    """On Linux without a display the tour runs off-screen; a window cannot, and Qt would end the program hard."""
    elsewhere = not sys.platform.startswith("linux") or "QT_QPA_PLATFORM" in os.environ
    if elsewhere or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return
    if not tour:
        raise BadInput(
            "There is no display to open a window on; “--tour FOLDER” writes pictures of the window instead."
        )
    os.environ["QT_QPA_PLATFORM"] = "offscreen"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; returns the exit code."""
    _speak_utf8()
    given = list(sys.argv[1:] if arguments is None else arguments)
    return _guarded(lambda: app(_with_verb(given), standalone_mode=False))


def _with_verb(arguments: list[str]) -> list[str]:
    """Anything but a verb or a question about the program opens the window; a file called like a verb is `./render`."""
    first = arguments[0] if arguments else ""
    known = {
        "open",
        "annotate",
        "render",
        "people",
        "train",
        "evaluate",
        "convert",
        "models",
        "bench",
        "--help",
        "--version",
    }
    return arguments if first in known else ["open", *arguments]


def _guarded(run: Callable[[], object]) -> int:
    try:
        code = run()
    except BadInput as error:
        return _complain(str(error), BAD_INPUT)
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except BrokenPipeError:  # the reader of our output has gone: nobody is left to tell
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
        return FAILED
    except Exception as error:
        spoken = getattr(error, "format_message", None)  # what typer's own errors have, and no others
        if spoken is None:
            raise  # a mistake of ours: the traceback helps to mend it
        return _complain(f"{spoken()} (“main.py --help” explains)", BAD_INPUT)
    if code == INTERRUPTED:
        return _complain("Interrupted.", FAILED)
    return code if isinstance(code, int) else DONE


def _complain(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr)
    return code


def _say(answer: str | dict[str, object]) -> None:
    print(answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False))


def _speak_utf8() -> None:
    """Our sentences contain “×” and quotation marks, which a bare terminal may not encode."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="replace")


def _check_project_name(path: Path) -> None:
    if path.suffix.lower() != PROJECT:
        raise BadInput(f"{path.name} cannot be written: project files end in {PROJECT}.")


def _engine(device: str) -> Engine:
    from engine.service import Engine

    limit_opencv()
    return Engine(device)


if __name__ == "__main__":
    sys.exit(main())
