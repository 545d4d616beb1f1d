"""An exported picture that comes back: its recipe is offered, whole or its pose alone."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.document import Document
from engine.edits import ChooseGenerator
from engine.messages import RecipeRead
from engine.recipes import fits, posing, restoring
from gui.ask import Ask
from gui.editor import Editor
from gui.engine_link import EngineLink
from gui.files import PICTURES, Files

FILMS = (".gif", ".apng", ".mp4")  # no photos, but they may carry a recipe


class Recipes(QObject):
    said = Signal(str)

    def __init__(self, editor: Editor, link: EngineLink, files: Files, ask: Ask, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._editor, self._link, self._files, self._ask = editor, link, files, ask
        link.recipe_read.connect(self._take)

    def take(self, *paths: Path) -> None:
        """Files dropped or pasted: of a picture its recipe is looked for first."""
        first = paths[0]
        if len(paths) == 1 and first.suffix.lower() in (*PICTURES, *FILMS):
            self._link.read_recipe(first)
        else:
            self._files.take(*paths)

    def _take(self, read: RecipeRead) -> None:
        document, recipe, name = self._editor.document, read.recipe, read.path.name
        if recipe is None:
            self._files.take(read.path)
            return
        if document is None:
            photo = recipe.source.name
            self.said.emit(f"{name} carries its recipe: open {photo}, then drop it again to use that.")
            self._files.take(read.path)
            return
        can_open = read.path.suffix.lower() in PICTURES
        match self._ask.what_to_do_with_recipe(name, fits(recipe, document), can_open):
            case "open":
                self._files.take(read.path)
            case "restore":
                self._restore(recipe, document, name)
            case "pose":
                with self._editor.step(f"Pose: as in {name}"):
                    for edit in posing(recipe, document):
                        self._editor.apply(edit)
            case "cancel":
                pass

    def _restore(self, recipe: Document, document: Document, name: str) -> None:
        there = {info.name for info in self._link.engine.generators} if self._link.engine else set()
        with self._editor.step(f"Recipe of {name}"):
            for edit in restoring(recipe, document):
                if not isinstance(edit, ChooseGenerator) or edit.name in there:
                    self._editor.apply(edit)
        if recipe.generator not in there:
            self.said.emit(f"There is no generator called {recipe.generator} here: the present one draws.")
