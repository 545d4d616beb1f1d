"""The result for other programs, through clipboard and drag, and their pictures for us.

What is handed out is a file written like any other export, with its metadata, in a folder of the program's own.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QByteArray, QMimeData, QObject, QStandardPaths, Qt, QUrl, Signal
from PySide6.QtGui import QDrag, QGuiApplication, QImage, QMouseEvent, QPixmap
from PySide6.QtWidgets import QApplication, QToolButton, QWidget

from engine.messages import Export, Failure, Written
from engine.products import Privacy, Product
from gui.engine_link import EngineLink
from gui.icons import dress

PNG = "image/png"
PASTED = "Pasted picture.png"
THUMBNAIL = 128  # logical pixels, under the pointer


def own_folder() -> Path:
    cache = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.CacheLocation)
    return Path(cache) / "handed-out"


class HandOut(QObject):
    said = Signal(str)
    pasted = Signal(object)  # Path of a picture to use

    def __init__(
        self,
        link: EngineLink,
        privacy: Callable[[], Privacy],
        folder: Path | None = None,
        parent: QObject | None = None,
    ) -> None:
        """privacy: what files say of themselves, as it was last chosen."""
        super().__init__(parent)
        self._link, self._privacy, self._folder = link, privacy, folder or own_folder()
        self._then: Callable[[Path], None] | None = None
        self._path = Path()
        link.written.connect(self._written)
        link.job_failed.connect(self._failed)

    def concerns(self, export: Export) -> bool:
        """Whether this export is one of ours, and none of the user's."""
        return export.path.parent == self._folder

    def copy(self) -> None:
        """Put the result on the clipboard, at full size."""
        self.prepare(self._copy)

    def prepare(self, then: Callable[[Path], None]) -> None:
        """Have the picture on show written; `then` gets the file, unless something else is asked for meanwhile."""
        document = self._link.picture.wanted
        if document is None or not self._make_folder():
            return
        self._path, self._then = self._folder / f"{Path(document.source.name).stem} posed.png", then
        self._link.export(document, self._path, Product(privacy=self._privacy()))

    def give_up(self) -> None:
        self._then = None

    def paste(self) -> None:
        """Use the picture on the clipboard; a file that was copied there is taken as if it had been dropped."""
        data = QGuiApplication.clipboard().mimeData() or QMimeData()  # None where nothing was ever copied
        files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()] if data.hasUrls() else []
        if files:
            self.pasted.emit(files[0])
        elif (path := self._pasted_picture(data)) is not None:
            self.pasted.emit(path)
        else:
            self.said.emit("There is no picture on the clipboard.")

    def _pasted_picture(self, data: QMimeData) -> Path | None:
        """The clipboard's picture as a file: as it is, with its metadata, if it is a PNG."""
        if not (data.hasFormat(PNG) or data.hasImage()) or not self._make_folder():
            return None
        path = self._folder / PASTED
        if data.hasFormat(PNG):
            path.write_bytes(data.data(PNG).data())
            return path
        quick_and_large = 100
        return path if QImage(data.imageData()).save(str(path), "PNG", quick_and_large) else None  # type: ignore[call-overload]

    def _copy(self, path: Path) -> None:
        QGuiApplication.clipboard().setMimeData(_as_data(path))
        self.said.emit("Copied the result.")

    def _written(self, written: Written) -> None:
        if written.path == self._path and self._then is not None:
            then, self._then = self._then, None
            then(written.path)

    def _failed(self, failure: Failure) -> None:
        if isinstance(failure.request, Export) and failure.request.path == self._path:
            self._then = None

    def _make_folder(self) -> bool:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self.said.emit(
                f"Nothing can be handed to other programs: {self._folder} cannot be made ({error.strerror})."
            )
            return False
        return True


class HandOutButton(QToolButton):
    """Pulled, it carries the result out of the window; clicked, it copies it."""

    def __init__(self, hand_out: HandOut, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hand_out = hand_out
        self._pressed_at = None
        self._file: Path | None = None
        self._pulled = False
        dress(self, "hand_out")
        self.setAccessibleName("Hand the result out")
        self.setToolTip("Drag from here to take the result out of the window as a PNG; a click copies it  (Ctrl+C)")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed_at, self._file, self._pulled = event.position().toPoint(), None, False
            self._hand_out.prepare(self._ready)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if self._pressed_at is None or self._pulled:
            return
        way = (event.position().toPoint() - self._pressed_at).manhattanLength()
        if way >= QApplication.startDragDistance():
            self._pulled = True
            self._carry_if_ready()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        clicked = self._pressed_at is not None and not self._pulled and self.rect().contains(event.position().toPoint())
        self._let_go()
        if clicked:
            self._hand_out.copy()

    def carry(self, file: Path) -> None:
        """Begin the drag; returns when it has ended."""
        drag, data = QDrag(self), _as_data(file)
        data.setUrls([QUrl.fromLocalFile(str(file))])
        drag.setMimeData(data)
        picture = QPixmap.fromImage(data.imageData())  # type: ignore[arg-type]
        drag.setPixmap(picture.scaled(THUMBNAIL, THUMBNAIL, Qt.AspectRatioMode.KeepAspectRatio))
        drag.exec(Qt.DropAction.CopyAction)

    def _ready(self, file: Path) -> None:
        self._file = file
        self._carry_if_ready()

    def _carry_if_ready(self) -> None:
        """The picture may take longer to be written than the hand to begin."""
        if self._file is not None and self._pulled and self._pressed_at is not None:
            file = self._file
            self._let_go()
            self.setDown(False)
            self.carry(file)

    def _let_go(self) -> None:
        self._pressed_at = None
        self._hand_out.give_up()


def _as_data(path: Path) -> QMimeData:
    """The picture as other programs like it: pixels for most, the file itself with its metadata for some."""
    png, data = QByteArray(path.read_bytes()), QMimeData()
    data.setImageData(QImage.fromData(png))
    data.setData(PNG, png)
    return data
