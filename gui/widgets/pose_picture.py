"""A pose as a small wooden figure: what the pose library shows."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap, QPolygonF

from engine.geometry import Point, angle, bounding_box, distance
from engine.poses import SPINE, Pose
from engine.skeleton import HEAD, L_HIP, L_SHOULDER, LIMBS, NECK, R_HIP, R_SHOULDER
from gui.theme import Colours

HEAD_HIGH, HEAD_WIDE, HEAD_UP = (
    30.0,
    22.0,
    8.0,
)  # half axes of the head and how far it rises over the face, length units
THICK = {"arm": (20.0, 16.0), "leg": (28.0, 21.0)}  # upper and lower limb, length units
TRUNK, WAIST = 26.0, 0.74  # width of the trunk's rounded rim; the waist's share of its breadth
STANDING = 3.2 * SPINE  # a pose is drawn at the size at which a standing figure fits
MARGIN = 0.08  # of the side


def pose_picture(pose: Pose, side: int, colours: Colours, scale: int = 2) -> QPixmap:
    """`side` logical px wide and high, on nothing; `scale` device px for each."""
    return _drawn(pose, side, colours, scale)


@lru_cache(maxsize=512)
def _drawn(pose: Pose, side: int, colours: Colours, scale: int) -> QPixmap:
    image = QImage(side * scale, side * scale, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _Wood(painter, pose, side * scale, colours).draw()
    painter.end()
    made = QPixmap.fromImage(image)
    made.setDevicePixelRatio(scale)
    return made


class _Wood:
    def __init__(self, painter: QPainter, pose: Pose, side: int, colours: Colours) -> None:
        self._painter, self._pose, self._points = painter, pose, pose.points
        box = bounding_box([*pose.points, self._crown()])
        room = (1 - 2 * MARGIN) * side
        self._scale = min(room / STANDING, room / (box.height + 30), room / (box.width + 30))
        self._shift = Point(side / 2 - box.centre.x * self._scale, side / 2 - box.centre.y * self._scale)
        wood = QColor(colours.accent)
        self._near, self._far = wood, wood.darker(125)
        self._away = QColor(colours.disabled)
        self._away.setAlpha(110)
        self._line = QColor(colours.deep)

    def draw(self) -> None:
        """Legs, trunk, head, then the arms over them; the person's right limbs are darker."""
        for name in ("right leg", "left leg"):
            self._limb(name)
        self._trunk()
        self._head()
        for name in ("right arm", "left arm"):
            self._limb(name)

    def _limb(self, name: str) -> None:
        root, mid, end = LIMBS[name]
        upper, lower = THICK[name.split()[1]]
        wood = self._far if name.startswith("right") else self._near
        for a, b, thick in ((mid, end, lower), (root, mid, upper)):
            self._bone(self._points[a], self._points[b], thick, wood if b in self._pose.joints else self._away)

    def _bone(self, a: Point, b: Point, thick: float, colour: QColor) -> None:
        for width, ink in ((thick + 5, self._line), (thick, colour)):
            self._painter.setPen(self._pen(ink, width))
            self._painter.drawLine(self._at(a), self._at(b))

    def _trunk(self) -> None:
        right, left, low_right, low_left = (self._points[j] for j in (R_SHOULDER, L_SHOULDER, R_HIP, L_HIP))
        breadth = max(1.0, distance(right, left))
        inset = min(0.3, TRUNK / 2 / breadth)
        top = _between(right, left, inset), _between(left, right, inset)
        waist = _narrowed(_between(right, low_right, 0.62), _between(left, low_left, 0.62), WAIST)
        outline = QPolygonF([self._at(p) for p in (*top, waist[1], low_left, low_right, waist[0])])
        colour = self._near if {R_SHOULDER, L_SHOULDER, R_HIP, L_HIP} & set(self._pose.joints) else self._away
        for width, ink in ((TRUNK + 5, self._line), (TRUNK, colour)):
            self._painter.setPen(self._pen(ink, width))
            self._painter.setBrush(ink)
            self._painter.drawPolygon(outline)

    def _head(self) -> None:
        neck, face = self._points[NECK], self._face()
        colour = self._near if set(HEAD) & set(self._pose.joints) else self._away
        self._bone(neck, face, 14, colour)
        self._painter.save()
        self._painter.translate(self._at(face))
        self._painter.rotate(57.29578 * angle(neck, face) + 90)
        self._painter.setPen(self._pen(self._line, 2.5))
        self._painter.setBrush(colour)
        up, wide, high = (n * self._scale for n in (HEAD_UP, HEAD_WIDE, HEAD_HIGH))
        self._painter.drawEllipse(QPointF(0, -up), wide, high)
        self._painter.restore()

    def _face(self) -> Point:
        return Point(*(sum(self._points[j][i] for j in HEAD) / len(HEAD) for i in (0, 1)))

    def _crown(self) -> Point:
        neck, face = self._points[NECK], self._face()
        share = 1 + (HEAD_UP + HEAD_HIGH) / max(1.0, distance(neck, face))
        return Point(neck.x + share * (face.x - neck.x), neck.y + share * (face.y - neck.y))

    def _at(self, point: Point) -> QPointF:
        return QPointF(self._shift.x + point.x * self._scale, self._shift.y + point.y * self._scale)

    def _pen(self, colour: QColor, width: float) -> QPen:
        made = QPen(colour, width * self._scale)
        made.setCapStyle(Qt.PenCapStyle.RoundCap)
        made.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        return made


def _between(a: Point, b: Point, share: float) -> Point:
    return Point(a.x + share * (b.x - a.x), a.y + share * (b.y - a.y))


def _narrowed(a: Point, b: Point, share: float) -> tuple[Point, Point]:
    off = (1 - share) / 2
    return _between(a, b, off), _between(b, a, off)
