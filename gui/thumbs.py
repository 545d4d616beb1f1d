"""A small picture of every step that has been seen; of the others, the photo with the figure drawn over it."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from engine.document import Document
from engine.history import History
from engine.messages import Frame, Opened, Pyramid
from engine.skeleton import BONES, Keypoints
from gui.canvas.palette import LEFT_WARM
from gui.canvas.sampling import as_image
from gui.editor import Editor
from gui.keeping import small
from gui.live_picture import LivePicture

SIDE = 144  # pixels of the longer side: twice as large as shown, for sharp screens
BONE, VEIL = 5, QColor(0, 0, 0, 90)  # how thick a bone is drawn, and what dims the photo below it
KEPT = 400  # pictures, those of the newest steps


class Thumbs(QObject):
    changed = Signal()

    def __init__(self, editor: Editor, picture: LivePicture, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._photo, self._pixels = QImage(), 1.0  # small, and how many of the photo's pixels one of its has
        self._seen: dict[int, tuple[Document, QImage]] = {}
        self._drawn: dict[int, tuple[Document, QImage]] = {}
        picture.frame_shown.connect(self._keep)

    def show_photo(self, opened: Opened) -> None:
        self._seen.clear()
        self._drawn.clear()
        self._photo = _thumb(opened.photo) if opened.photo else QImage()
        self._pixels = opened.document.source.width / max(1, self._photo.width())

    def of(self, node: int) -> QImage | None:
        history = self._editor.history
        if history is None or node not in history:
            return None
        document = history[node].document
        for pictures in (self._seen, self._drawn):
            if node in pictures and pictures[node][0] == document:
                return pictures[node][1]
        if self._photo.isNull():
            return None
        return self._remember(self._drawn, node, document, self._with_figure(document.target.keypoints))

    def _keep(self, frame: Frame) -> None:
        history = self._editor.history
        if history is not None and _node_shown(history, frame):
            self._remember(self._seen, history.current, frame.document, _thumb(frame.picture))
            self.changed.emit()

    def _remember(
        self, pictures: dict[int, tuple[Document, QImage]], node: int, document: Document, picture: QImage
    ) -> QImage:
        pictures[node] = document, picture
        while len(pictures) > KEPT:
            del pictures[min(pictures)]
        return picture

    def _with_figure(self, figure: Keypoints) -> QImage:
        drawn = self._photo.copy()
        painter = QPainter(drawn)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(drawn.rect(), VEIL)
        painter.setPen(QPen(QColor(*LEFT_WARM), BONE, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        for a, b in BONES:
            if figure.present(a) and figure.present(b):
                (ax, ay), (bx, by) = ([n / self._pixels for n in figure[j]] for j in (a, b))
                painter.drawLine(round(ax), round(ay), round(bx), round(by))
        painter.end()
        return drawn


def _node_shown(history: History, frame: Frame) -> bool:
    return not history.in_step and history[history.current].document == frame.document


def _thumb(pyramid: Pyramid) -> QImage:
    level = small(pyramid, SIDE)
    smooth, whole = Qt.TransformationMode.SmoothTransformation, Qt.AspectRatioMode.KeepAspectRatio
    return as_image(level).scaled(QSize(SIDE, SIDE), whole, smooth).convertToFormat(QImage.Format.Format_RGB32)
