"""Another person of the photo, found in a box: asked of the engine, taken as one step that can be undone."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from engine.geometry import Box
from engine.messages import PersonFound
from gui.editor import Editor
from gui.engine_link import EngineLink

LEAST = 8.0  # image px: a smaller box was a slip of the hand


class Finder(QObject):
    said = Signal(str)  # one sentence for a notice

    def __init__(self, editor: Editor, link: EngineLink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._editor, self._link = editor, link
        link.person_found.connect(self._take)

    def look(self, box: Box) -> None:
        document = self._editor.document
        if document is None or self._editor.dragging:
            return
        if min(box.width, box.height) < LEAST:
            self.said.emit("The box is too small to hold a person.")
        else:
            self._link.find_person(document, box)

    def _take(self, found: PersonFound) -> None:
        document = self._editor.document
        if document is None or document.source.photo != found.photo:  # another photo was opened meanwhile
            return
        self._editor.apply(found.person, "Source: another person")
        unsure = len(self._editor.document.source.unsure()) if self._editor.document else 0
        self.said.emit(f"Found a person{f'; {unsure} joints want checking' if unsure else ''}.")
