"""The only questions there are: which file, how to export, what to do with changes and recipes. Tests put their answers in place of this."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QSettings, QUrl
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from engine.messages import Image
from engine.products import Product
from gui.names import next_free

Answer = Literal["save", "discard", "cancel"]
RecipeUse = Literal["open", "restore", "pose", "cancel"]


class Ask:
    """Remembers the last folder per purpose."""

    def __init__(self, parent: QWidget, settings: QSettings | None = None, places: Sequence[Path] = ()) -> None:
        """`places`: folders to go to with one click when opening."""
        self._parent, self._settings, self._places = parent, settings, places
        self._folders: dict[str, str] = {}

    def path_to_open(self, title: str, suffixes: Sequence[str]) -> Path | None:
        pattern = f"{title} ({' '.join('*' + suffix for suffix in suffixes)});;All files (*)"
        dialog = QFileDialog(self._parent, title, self._folder(title), pattern)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        with self._places_in(dialog):
            chosen = dialog.selectedFiles()[0] if dialog.exec() else ""
        dialog.deleteLater()
        return self._remember(title, chosen)

    def path_to_write(self, title: str, suffixes: Sequence[str], suggestion: Path, fresh: bool = False) -> Path | None:
        """A path with one of the suffixes, added if the user typed another; the dialog asks before replacing a file.

        fresh  suggest a name that is not taken
        """
        start = suggestion if suggestion.is_absolute() else Path(self._folder(title)) / suggestion
        start = next_free(start) if fresh else start
        patterns = ";;".join(f"{suffix[1:].upper()} (*{suffix})" for suffix in suffixes)
        own = next((p for p in patterns.split(";;") if f"(*{start.suffix.lower()})" in p), "")
        dialog = QFileDialog(self._parent, title, str(start), patterns)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(start.suffix[1:] or suffixes[0][1:])
        dialog.selectNameFilter(own)
        dialog.selectFile(str(start))
        chosen = Path(dialog.selectedFiles()[0]) if dialog.exec() else None
        if chosen is not None and chosen.suffix.lower() not in suffixes:
            chosen = chosen.with_name(chosen.name + (start.suffix or suffixes[0]))
            if chosen.exists():
                return self.path_to_write(title, suffixes, chosen)  # the dialog asked about another name
        return self._remember(title, str(chosen or ""))

    def what_to_do_with_changes(self, name: str) -> Answer:
        box = QMessageBox(QMessageBox.Icon.NoIcon, "Layfigure", f"{name} has unsaved changes.", parent=self._parent)
        box.setInformativeText("Without saving they are lost.")
        save = box.addButton("Save", QMessageBox.ButtonRole.AcceptRole)
        discard = box.addButton("Don't Save", QMessageBox.ButtonRole.DestructiveRole)
        cancel = box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(cancel)
        box.setEscapeButton(cancel)
        box.exec()
        clicked = box.clickedButton()
        return "save" if clicked is save else "discard" if clicked is discard else "cancel"

    def whether_to_shrink(self, name: str, before: int, after: int) -> bool:
        """A file that becomes so much smaller may not be what was meant to be saved."""
        sentence = f"{name} would shrink from {before / 2**20:.1f} to {after / 2**20:.1f} MB."
        box = QMessageBox(QMessageBox.Icon.NoIcon, "Layfigure", sentence, parent=self._parent)
        box.setInformativeText("The file as it is now stays available under Open an Earlier State.")
        save = box.addButton("Save", QMessageBox.ButtonRole.AcceptRole)
        cancel = box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(cancel)
        box.setEscapeButton(cancel)
        box.exec()
        return box.clickedButton() is save

    def how_to_export(
        self, size: tuple[int, int], product: Product, ending: str, picture: Image | None
    ) -> tuple[Product, str] | None:
        """What to export and the ending of its file, of a photo of this size, beginning with what was chosen before."""
        from gui.export_dialog import ExportDialog

        dialog = ExportDialog(size, product, ending, picture, self._parent)
        chosen = (dialog.product, dialog.ending) if dialog.exec() else None
        dialog.deleteLater()
        return chosen

    def whether_to_end(self, name: str) -> bool:
        """An export under way, for the window is to close."""
        box = QMessageBox(QMessageBox.Icon.NoIcon, "Layfigure", f"{name} is still being written.", parent=self._parent)
        box.setInformativeText("Closing the window ends that; no file is left.")
        end = box.addButton("End It and Close", QMessageBox.ButtonRole.DestructiveRole)
        go_on = box.addButton("Go On Writing", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(go_on)
        box.setEscapeButton(go_on)
        box.exec()
        return box.clickedButton() is end

    def what_to_do_with_recipe(self, name: str, fits: bool, can_open: bool) -> RecipeUse:
        """`fits`: the recipe is of the photo that is open."""
        box = QMessageBox(
            QMessageBox.Icon.NoIcon, "Layfigure", f"{name} carries the recipe it was made by.", parent=self._parent
        )
        whole = "It was made of this photo." if fits else "It was made of another photo: its pose can be used here."
        box.setInformativeText(f"{whole} What you use of it is one step and can be undone.")
        answers: dict[object, RecipeUse] = {}
        if fits:
            answers[box.addButton("Restore Everything", QMessageBox.ButtonRole.AcceptRole)] = "restore"
        answers[box.addButton("Pose Only", QMessageBox.ButtonRole.AcceptRole)] = "pose"
        if can_open:
            answers[box.addButton("Open the Picture", QMessageBox.ButtonRole.ActionRole)] = "open"
        cancel = box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
        box.setEscapeButton(cancel)
        box.exec()
        return answers.get(box.clickedButton(), "cancel")

    @contextmanager
    def _places_in(self, dialog: QFileDialog) -> Iterator[None]:
        """Meanwhile at the side of the dialog; afterwards gone, for Qt keeps what is there for every other program.

        A system's own dialog may not show them.
        """
        before = dialog.sidebarUrls()
        new = [QUrl.fromLocalFile(str(place)) for place in self._places if place.is_dir()]
        dialog.setSidebarUrls([*before, *(url for url in new if url not in before)])
        yield
        dialog.setSidebarUrls(before)

    def _folder(self, purpose: str) -> str:
        kept = self._settings.value(f"folders/{purpose}") if self._settings else None
        return self._folders.get(purpose) or str(kept or Path.home())

    def _remember(self, purpose: str, chosen: str) -> Path | None:
        if not chosen:
            return None
        path = Path(chosen)
        self._folders[purpose] = str(path.parent)
        if self._settings:
            self._settings.setValue(f"folders/{purpose}", str(path.parent))
        return path
