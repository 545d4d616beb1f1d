"""What keeps the document from being edited or saved as usual, told in the banner for as long as it does."""

from __future__ import annotations

from PySide6.QtCore import QObject

from engine.document import Document
from engine.edits import ChooseGenerator
from gui.editor import Editor
from gui.engine_link import EngineLink
from gui.files import Files
from gui.widgets.banner import Banner


class Standing(QObject):
    """A generator that is missing here, or another window that has the project open."""

    def __init__(self, editor: Editor, files: Files, link: EngineLink, banner: Banner) -> None:
        super().__init__(banner)
        self._editor, self._files, self._link, self._banner = editor, files, link, banner
        editor.lock = self._why_locked
        for signal in (editor.document_changed, link.ready, files.named):
            signal.connect(self._tell)
        banner.pressed.connect(self._press)

    def _why_locked(self, document: Document) -> str:
        """A picture whose generator is missing can only be looked at."""
        engine = self._link.engine
        if engine is None or document.generator in {info.name for info in engine.generators}:
            return ""
        return f"Made with {document.generator}, which is not installed here: shown as it was saved."

    def _tell(self, *_: object) -> None:
        document, files = self._editor.document, self._files
        if document is not None and (why := self._why_locked(document)):
            self._banner.say(why, "Go On with the Puppet", "Draw with the Puppet, which needs no weights, and edit on")
        elif files.project is not None and files.elsewhere:
            sentence = f"{files.project.name} is open in another window: this one saves under another name."
            tip = "Save into this file from here; the other window is told when it saves"
            self._banner.say(sentence, "Take Over", tip)
        else:
            self._banner.hide()

    def _press(self) -> None:
        document = self._editor.document
        if document is not None and self._why_locked(document):
            self._editor.apply(ChooseGenerator("puppet"), "Pose: generator Puppet")
        else:
            self._files.take_over()
