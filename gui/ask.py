"""The only dialogs there are: which file, and what to do with unsaved changes. Tests put their answers in place of this."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QSettings, QUrl
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

Answer = Literal["save", "discard", "cancel"]


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

    def path_to_write(self, title: str, suffixes: Sequence[str], suggestion: Path) -> Path | None:
        """A path with one of the suffixes, added if the user typed another; the dialog asks before replacing a file."""
        start = suggestion if suggestion.is_absolute() else Path(self._folder(title)) / suggestion
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
