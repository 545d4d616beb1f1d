"""Opening, saving, and never losing anything on the way. Reading and writing happen on the engine thread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal

from engine.document import Document, Figure
from engine.edits import SetKeypoints
from engine.messages import Failure, KeypointsRead, Opened, Save, Saved, Shrinks, TakenOver, Written
from engine.products import PICTURE_ENDINGS
from gui.ask import Ask
from gui.editor import Editor
from gui.engine_link import EngineLink
from gui.people import FOLDER
from gui.view_state import ViewState

PROJECT = ".lay"
PICTURES = (*PICTURE_ENDINGS, ".bmp")
KEYPOINTS = (".json", ".csv")
SAMPLE = FOLDER / "sample.png"  # what the tour opens

Use = Literal["open", "keypoints"]


def use_of(path: Path) -> Use | None:
    """What the program can do with a dropped file, by its name."""
    suffix = path.suffix.lower()
    if suffix in (PROJECT, *PICTURES):
        return "open"
    return "keypoints" if suffix in KEYPOINTS else None


class Files(QObject):
    named = Signal()  # the name in the title has changed
    said = Signal(str)  # one sentence for a notice
    opened = Signal(object)  # Opened: about to be in the editor
    shown = Signal(object)  # Opened: in the editor by now

    def __init__(
        self, editor: Editor, state: ViewState, link: EngineLink, ask: Ask, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.project: Path | None = None
        self.elsewhere = False  # another window has the project open: this one saves under another name
        self.place: Path | None = None  # the photo or project that is open; None if it has no file of its own
        self._opening: Path | None = None  # asked for last
        self._recovered = False  # what is open was left by a window that ended without closing
        self._editor, self._state, self._link, self._ask = editor, state, link, ask
        self._after_save: Callable[[], object] | None = None
        self._given_up: Document | None = None  # what was open when another file was asked for
        self._keypoints_at: Path | None = None  # where they were last exported
        self._keypoints_for: tuple[str, Figure] = ("", "target")  # hash of the photo, figure that asked for them
        link.opened.connect(self._take_opened)
        link.saved.connect(self._take_saved)
        link.save_doubted.connect(self._take_doubt)
        link.taken_over.connect(self._take_taken_over)
        link.written.connect(self._take_written)
        link.keypoints_read.connect(self._take_keypoints)
        link.job_failed.connect(self._take_failure)

    @property
    def name(self) -> str:
        document = self._editor.document
        if self.project is not None:
            return self.project.name
        name = document.source.name if document else ""
        return f"{name} (recovered)" if self._recovered else name

    # Opening

    def open(self, path: Path | None = None) -> None:
        path = path or self._ask.path_to_open("Open", (PROJECT, *PICTURES))
        if path is not None:
            self.leave(lambda: self._begin(path, lambda: self._link.open(path)))

    def recover(self, session: str) -> None:
        """Open what another window has left, beside the original: it has no file yet."""
        self.leave(lambda: self._begin(None, lambda: self._link.recover(session)))

    def take(self, path: Path, *others: Path) -> None:
        """A file dropped on the window; those dropped with it are left out."""
        if others:
            self.said.emit(f"Of {1 + len(others)} files only {path.name} is taken: drop them one at a time.")
        match use_of(path):
            case "open":
                self.open(path)
            case "keypoints" if self._editor.document is not None:
                self._read_keypoints(path, self._editor.document)
            case "keypoints":
                self.said.emit(f"{path.name} holds keypoints: open the photo they belong to first.")
            case None:
                self.said.emit(f"{path.name} is no picture, project or keypoint file that can be used here.")

    def _begin(self, path: Path | None, open_: Callable[[], object]) -> None:
        self._given_up, self._opening = self._editor.document, path
        open_()

    def _take_opened(self, opened: Opened) -> None:
        if self._editor.document == self._given_up:
            self._show_opened(opened)
        else:  # edited while the file was being read
            self.leave(lambda: self._show_opened(opened))

    def _show_opened(self, opened: Opened) -> None:
        self.project, self.elsewhere = opened.project, opened.elsewhere
        self._recovered = bool(opened.recovered)
        photo = self._opening if self._opening and self._opening.suffix.lower() != PROJECT else None
        self.place = opened.project or photo
        self.opened.emit(opened)
        self._editor.open(opened.document, dirty=self._recovered, past=opened.history)
        self.shown.emit(opened)
        self.named.emit()
        if opened.notice and not self._editor.lock(opened.document):  # which the banner tells, for as long as it is so
            self.said.emit(opened.notice)

    # Saving

    def save(self) -> None:
        if self.project is None or self.elsewhere:
            self.save_as()
        else:
            self._write(self.project)

    def save_as(self) -> None:
        document = self._editor.document
        if document is None:
            return
        path = self._ask.path_to_write("Save project", (PROJECT,), self._suggestion(document, PROJECT))
        if path is None:
            self._after_save = None
        else:
            self._write(path)

    def take_over(self) -> None:
        """Save into the project from now on; the other window is told when it saves."""
        if self.project is not None:
            self._link.take_over(self.project)

    def _write(self, path: Path) -> None:
        document, history = self._editor.document, self._editor.history
        if document is not None and history is not None:
            self._link.save(document, path, history.changes())

    def _take_doubt(self, doubt: Shrinks) -> None:
        save = doubt.request
        if self._ask.whether_to_shrink(save.path.name, doubt.before, doubt.after):
            self._link.save(save.document, save.path, save.history, may_shrink=True)
        else:
            self._after_save = None  # the window stays open

    def _take_taken_over(self, taken: TakenOver) -> None:
        if taken.path == self.project:
            self.elsewhere = False
            self.named.emit()
            self.said.emit(f"{taken.path.name} is saved from this window now.")

    def _take_saved(self, saved: Saved) -> None:
        self.project, self.elsewhere, self._recovered = saved.path, False, False
        self.place = saved.path
        self._editor.mark_saved(saved.document)
        self.named.emit()
        self.said.emit(saved.notice or f"Saved {saved.path.name}.")
        then, self._after_save = self._after_save, None
        if then is not None:
            self.leave(then)  # asks again should more have been edited meanwhile

    def leave(self, then: Callable[[], object]) -> None:
        """Do `then`, which abandons the document, once nothing is lost by it."""
        if not self._editor.dirty:
            then()
            return
        match self._ask.what_to_do_with_changes(self.name):
            case "save":
                self._after_save = then
                self.save()
            case "discard":
                then()
            case "cancel":
                pass

    # Keypoints

    def import_keypoints(self) -> None:
        path = self._ask.path_to_open("Import keypoints", KEYPOINTS)
        if path is not None and self._editor.document is not None:
            self._read_keypoints(path, self._editor.document)

    def _read_keypoints(self, path: Path, document: Document) -> None:
        self._keypoints_for = document.source.photo, self._figure()
        self._link.read_keypoints(path, document)

    def export_keypoints(self) -> None:
        document = self._editor.document
        if document is None:
            return
        path = self._ask.path_to_write("Export keypoints", KEYPOINTS, self._suggestion(document, ".json"))
        if path is not None:
            self._keypoints_at = path
            self._link.write_keypoints(path, document, document.figure(self._figure()))

    def _take_written(self, written: Written) -> None:
        if written.path == self._keypoints_at:
            self.said.emit(f"Wrote {written.path.name} into {written.path.parent}.")

    def _take_keypoints(self, read: KeypointsRead) -> None:
        document, (photo, figure) = self._editor.document, self._keypoints_for
        if document is not None and document.source.photo == photo:
            label = f"{'Source' if figure == 'source' else 'Pose'}: keypoints of {read.path.name}"
            self._editor.apply(SetKeypoints(figure, read.keypoints), label)
            self.said.emit(f"Read the keypoints of {read.path.name}.")

    def _take_failure(self, failure: Failure) -> None:
        if isinstance(failure.request, Save):
            self._after_save = None  # the window stays open

    def _figure(self) -> Figure:
        return "target" if self._state.view.mode == "target" else "source"

    def _suggestion(self, document: Document, suffix: str) -> Path:
        return Path(Path(document.source.name).stem + suffix)
