"""The one door: `main.py [FILE]` opens the window, `main.py VERB …` works without one.

Exit codes: 0 done, 1 failed, 2 bad input. The engine, Qt and torch are imported only when a verb needs them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from engine import VERSION
from engine.messages import BadInput
from engine.threads import prepare_environment, share_the_interpreter
from verbs import export, networks, people, projects, synthesis
from verbs.answers import BAD_INPUT, DONE, FAILED, say
from verbs.projects import new_engine

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from engine.io.keeper import Keeper
    from engine.service import Engine
    from engine.worker import Worker
    from gui.main_window import MainWindow

VERBS = (
    projects.annotate, projects.render, export.strip, export.grid, export.animate, export.apply, people.people,
    networks.train, networks.evaluate, networks.convert, networks.models, synthesis.synthesise,
)  # fmt: skip
INTERRUPTED = 130  # what typer makes of Ctrl+C

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

for verb in VERBS:
    app.command()(verb)


@app.command("open")
def open_file(
    file: Annotated[Path | None, typer.Argument(help="A photo or a project.")] = None,
    tour: Annotated[Path | None, typer.Option(help="Show every part of the window, write pictures here, end.")] = None,
) -> None:
    """Open the window."""
    raise typer.Exit(open_window(file, tour))


@bench.command("generator")
def bench_generator(
    name: Annotated[str, typer.Argument(help="puppet, dsc …")],
    json_path: Annotated[Path, typer.Option("--json", help="The file to write.")],
    paper: Annotated[bool, typer.Option("--paper", help="The authors' sizes, too (random weights).")] = False,
    threads: Annotated[int | None, typer.Option(min=1, help="Cores to use; all if not said.")] = None,
) -> None:
    """Measure a generator's drag steps."""
    from bench import generator

    generator.main(name, json_path, paper, threads)


@bench.command("drag")
def bench_drag(json_path: Annotated[Path, typer.Option("--json", help="The file to write.")]) -> None:
    """From a drag to the new picture, through the real window."""
    from bench import drag

    drag.main(json_path)


@bench.command("opening")
def bench_opening(
    photos: Annotated[list[Path], typer.Argument(help="Photos to open.")],
    json_path: Annotated[Path | None, typer.Option("--json", help="The file to write.")] = None,
) -> None:
    """From choosing a photo until skeleton, label map and matte stand in the window."""
    from bench import opening

    opening.main(photos, json_path)


@app.callback(invoke_without_command=True)
def _options(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        say(f"Layfigure {VERSION}")
        raise typer.Exit


class Running(NamedTuple):
    """A window with the engine thread behind it, and the keeper who sees to it that nothing is lost."""

    app: QApplication
    window: MainWindow
    worker: Worker
    keeper: Keeper | None = None

    def end(self) -> None:
        for thread in (self.worker, self.keeper):
            if thread is not None:
                thread.stop()
                if thread.is_alive():  # not if the program ends before its first event
                    thread.join(timeout=10)


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

    remember  take size, layout, theme, folders and unsaved work from the last time, and keep them for the next
    """
    prepare_environment()
    share_the_interpreter()
    from PySide6.QtCore import QSettings
    from PySide6.QtWidgets import QApplication

    from engine.io.keeper import Keeper
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
    keeper = Keeper(window.keeping.deliver) if remember else None
    worker = Worker(lambda: _engine(device, keeper), link.deliver)
    link.connect_engine(worker)
    window.show()
    window.prepared.connect(worker.start)  # loading the engine must not hold up the window
    if keeper is not None:
        window.keeping.connect_keeper(keeper)
        window.prepared.connect(keeper.start)
        window.keeping.list_unfinished()  # before anything of this window is kept
    return Running(app, window, worker, keeper)


def _engine(device: str, keeper: Keeper | None) -> Engine:
    engine = new_engine(device)
    if keeper is not None:
        keeper.store = engine.store
    return engine


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
    known = {"open", "bench", "--help", "--version", *(verb.__name__ for verb in VERBS)}
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


def _speak_utf8() -> None:
    """Our sentences contain “×” and quotation marks, which a bare terminal may not encode."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="replace")


if __name__ == "__main__":
    sys.exit(main())
