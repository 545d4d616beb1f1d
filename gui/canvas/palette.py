"""Colours, pens and brushes of the canvas, made once."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QPen

from engine.skeleton import JOINTS, LEFT, RIGHT

SURROUND = (119, 119, 119)  # neutral grey of half lightness (CIE L* = 50): colours beside it look as they are
HALO = (34, 37, 43)
LEFT_WARM = (255, 166, 77)
RIGHT_COOL = (92, 190, 255)
CENTRE = (238, 232, 222)
STRIPE = (18, 74, 128)  # the darker half of the person's right side
ACCENT = (255, 255, 255)
PLATE = (24, 26, 30, 215)  # behind words on a picture
GLOW = (255, 255, 255, 90)
OVERSTRETCHED = DOUBT = (255, 196, 0)
STRAINED = {1: (255, 176, 0), 2: (255, 64, 48)}  # by limits.Level: hardly possible, impossible
KEEP, REMOVE = (40, 205, 150), (240, 70, 100)
CHECKS = (QColor(150, 150, 150), QColor(105, 105, 105))

# dsc.md 2.2, joints 0 … 17
OPENPOSE = (
    (255, 0, 0), (255, 85, 0), (255, 170, 0), (255, 255, 0), (170, 255, 0), (85, 255, 0),
    (0, 255, 0), (0, 255, 85), (0, 255, 170), (0, 255, 255), (0, 170, 255), (0, 85, 255),
    (0, 0, 255), (85, 0, 255), (170, 0, 255), (255, 0, 255), (255, 0, 170), (255, 0, 85),
)  # fmt: skip

# The ten parts of dsc.md 3.2, in that order: the trunk grey, cool hues on the person's right, warm ones on the left. Told
# apart under every colour deficiency (tests/gui/canvas/test_palette.py).
PARTS = (
    (255, 255, 240), (172, 170, 169),  # torso, head
    (135, 108, 255), (236, 86, 12), (88, 139, 156), (183, 134, 113),  # thighs, calves
    (91, 182, 231), (239, 218, 162), (0, 252, 255), (255, 184, 8),  # upper arms, forearms
)  # fmt: skip

SIDE = tuple(RIGHT_COOL if j in RIGHT else LEFT_WARM if j in LEFT else CENTRE for j in JOINTS)

Colour = tuple[int, int, int] | tuple[int, int, int, int]


@lru_cache(maxsize=1024)
def pen(colour: Colour, width: float, dashes: tuple[float, ...] = (), round_ends: bool = False) -> QPen:
    """A pen of constant width; `dashes` in logical px."""
    made = QPen(QColor(*colour), width)
    made.setCapStyle(Qt.PenCapStyle.RoundCap if round_ends else Qt.PenCapStyle.FlatCap)
    made.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if dashes:
        made.setDashPattern([length / width for length in dashes])
    return made


@lru_cache(maxsize=1024)
def brush(colour: Colour) -> QBrush:
    return QBrush(QColor(*colour))
