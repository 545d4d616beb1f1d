"""One small picture, as large as its place allows."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.messages import Image
from gui.canvas.sampling import as_image


class SmallPicture(QWidget):
    def __init__(self, name: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture: Image | None = None
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.setMinimumHeight(96)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_picture(self, picture: Image | None) -> None:
        self.picture = picture
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, 200)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.picture is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        height, width = self.picture.shape[:2]
        share = min(self.width() / width, self.height() / height)
        place = QRectF(0, 0, width * share, height * share)
        place.moveCenter(QRectF(self.rect()).center())
        painter.drawImage(place, as_image(self.picture))
