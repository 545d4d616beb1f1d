"""Opening, saving, exporting, and never losing anything on the way. Reading and writing happen on the engine thread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal

from engine.document import Document, Figure
from engine.edits import SetKeypoints
from engine.messages import Failure, KeypointsRead, Opened, Save, Saved, Written
from gui.ask import Ask
from gui.editor import Editor
from gui.engine_link import EngineLink
from gui.people import FOLDER
from gui.view_state import ViewState

PROJECT = ".lay"
WRITTEN = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff")  # pictures that can be exported
PICTURES = (*WRITTEN, ".bmp")  # and opened
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
    opened = Signal(object)  # Opened: in the editor by now

    def __init__(
        self, editor: Editor, state: ViewState, link: EngineLink, ask: Ask, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.project: Path | None = None
        self.exported: Path | None = None
        self._editor, self._state, self._link, self._ask = editor, state, link, ask
        self._after_save: Callable[[], object] | None = None
        self._given_up: Document | None = None  # what was open when another file was asked for
        self._keypoints_for: tuple[str, Figure] = ("", "target")  # hash of the photo, figure that asked for them
        link.opened.connect(self._take_opened)
        link.saved.connect(self._take_saved)
        link.written.connect(self._take_written)
        link.keypoints_read.connect(self._take_keypoints)
        link.job_failed.connect(self._take_failure)

    @property
    def name(self) -> str:
        document = self._editor.document
        if self.project is not None:
            return self.project.name
        return document.source.name if document else ""

    # Opening

    def open(self, path: Path | None = None) -> None:
        path = path or self._ask.path_to_open("Open", (PROJECT, *PICTURES))
        if path is not None:
            self.leave(lambda: self._begin_opening(path))

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

    def _begin_opening(self, path: Path) -> None:
        self._given_up = self._editor.document
        self._link.open(path)

    def _take_opened(self, opened: Opened) -> None:
        if self._editor.document == self._given_up:
            self._show_opened(opened)
        else:  # edited while the file was being read
            self.leave(lambda: self._show_opened(opened))

    def _show_opened(self, opened: Opened) -> None:
        self.project, self.exported = opened.project, None
        self.opened.emit(opened)
        self._editor.open(opened.document)
        self.named.emit()
        if opened.notice:
            self.said.emit(opened.notice)

    # Saving

    def save(self) -> None:
        if self.project is None:
            self.save_as()
        elif self._editor.document is not None:
            self._link.save(self._editor.document, self.project)

    def save_as(self) -> None:
        document = self._editor.document
        if document is None:
            return
        path = self._ask.path_to_write("Save project", (PROJECT,), self._suggestion(document, PROJECT))
        if path is None:
            self._after_save = None
        else:
            self._link.save(document, path)

    def _take_saved(self, saved: Saved) -> None:
        self.project = saved.path
        self._editor.mark_saved(saved.document)
        self.named.emit()
        self.said.emit(f"Saved {saved.path.name}.")
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

    # Exporting

    def export_again(self) -> None:
        if self.exported is None:
            self.export_as()
        elif self._editor.document is not None:
            self._link.export(self._editor.document, self.exported)

    def export_as(self) -> None:
        document = self._editor.document
        if document is None:
            return
        path = self._ask.path_to_write("Export picture", WRITTEN, self.exported or self._suggestion(document, ".png"))
        if path is not None:
            self.exported = path
            self._link.export(document, path)

    def _take_written(self, written: Written) -> None:
        self.said.emit(f"Wrote {written.path.name} into {written.path.parent}.")

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
            self._link.write_keypoints(path, document, document.figure(self._figure()))

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
