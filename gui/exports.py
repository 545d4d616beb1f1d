"""Exporting: asks what and where, remembers it, and repeats it without overwriting anything."""

from __future__ import annotations

from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, QSettings, Signal

from engine.document import Document
from engine.messages import Written
from engine.products import PICTURE, Product
from gui.ask import Ask
from gui.editor import Editor
from gui.engine_link import EngineLink
from gui.names import next_free

KEPT, KEPT_ENDING = "export/product", "export/ending"
SAID = {"recipe": "with its recipe", "provenance": "with its provenance", "none": "without recipe"}


class Exports(QObject):
    said = Signal(str)
    chosen = Signal(str)  # what is exported and what it says of itself, for a tooltip

    def __init__(
        self,
        editor: Editor,
        link: EngineLink,
        ask: Ask,
        settings: QSettings | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.product, self.ending = _remembered(settings)
        self.last: Path | None = None  # where the last file of this document was written
        self._editor, self._link, self._ask, self._settings = editor, link, ask, settings
        link.written.connect(self._written)

    def forget(self) -> None:
        """Another document: where the last one was written is no place for it."""
        self.last = None

    def again(self) -> None:
        """The same once more, under the next free name."""
        if self.last is None:
            self.choose()
        else:
            self._write(self._free(self.last))

    def choose(self) -> None:
        document, frame = self._editor.document, self._link.picture.frame
        if document is None:
            return
        size = document.source.width, document.source.height
        small = frame.picture[max(0, len(frame.picture) - 2)] if frame and frame.picture else None
        chosen = self._ask.how_to_export(size, self.product, self.ending, small)
        if chosen is None:
            return
        self._remember(*chosen)
        path = self._ask.path_to_write("Export", self._endings(), self._suggestion(document), fresh=True)
        if path is not None:
            self._write(
                self._free(path) if self.product.kind == "layers" else path
            )  # about which the dialog did not ask

    def tell(self) -> None:
        names = {"layers": "control layers"}
        self.chosen.emit(f"{names.get(self.product.kind, self.product.kind)} {SAID[self.product.privacy]}")

    def _write(self, path: Path) -> None:
        """A picture shows what the result pane shows, also in the middle of the way to the target."""
        document = self._link.picture.wanted if self.product.kind == "picture" else self._editor.document
        if document is not None:
            self.last = path
            self._link.export(document, path, self.product)

    def _free(self, path: Path) -> Path:
        """Under which nothing is overwritten; control layers have longer names than they are asked for by."""
        return next_free(path, lambda p: p.with_name(f"{p.stem}-skeleton.png") if self.product.kind == "layers" else p)

    def _endings(self) -> tuple[str, ...]:
        alike = {".jpg": (".jpg", ".jpeg"), ".tif": (".tif", ".tiff")}
        return alike.get(self.ending, (self.ending,))

    def _suggestion(self, document: Document) -> Path:
        addition = {"picture": "posed", "layers": "posed"}.get(self.product.kind, self.product.kind)
        name = f"{Path(document.source.name).stem} {addition}{self.ending}"
        return self.last.with_name(name) if self.last is not None else Path(name)

    def _remember(self, product: Product, ending: str) -> None:
        self.product, self.ending = product, ending
        if self._settings is not None:
            self._settings.setValue(KEPT, msgspec.json.encode(product).decode())
            self._settings.setValue(KEPT_ENDING, ending)
        self.tell()

    def _written(self, written: Written) -> None:
        if written.path == self.last:
            several = f"{written.files} files, {written.path.stem}-…," if written.files > 1 else written.path.name
            self.said.emit(f"Wrote {several} into {written.path.parent}.")


def _remembered(settings: QSettings | None) -> tuple[Product, str]:
    """What was chosen the last time; what cannot be read any more was nothing."""
    kept, ending = (settings.value(key) for key in (KEPT, KEPT_ENDING)) if settings else (None, None)
    try:
        product = msgspec.json.decode(str(kept), type=Product) if kept else PICTURE
    except msgspec.MsgspecError:
        return PICTURE, ".png"
    return product, str(ending) if ending in product.endings else product.endings[0]
