"""Neck, head, face and hair of the sample person."""

from __future__ import annotations

import numpy as np
from drawing import Canvas, Shape, blurred

SKIN = np.array([0.93, 0.70, 0.58])
LIP = np.array([0.72, 0.36, 0.34])
HAIR = np.array([0.26, 0.16, 0.11])


def draw_neck(canvas: Canvas) -> None:
    canvas.put(canvas.tube([(384, 190, 25), (384, 222, 25), (384, 250, 34)], flat=0.8), SKIN)
    canvas.darken(canvas.oval(388, 205, 32, 14, soft=16), 0.42)


def draw_head(canvas: Canvas) -> None:
    for side in (-1, 1):
        ear = canvas.tube([(384 + side * 42, 146, 7), (384 + side * 43, 158, 6.5), (384 + side * 40, 167, 5)])
        canvas.put(ear, SKIN * np.array([0.98, 0.90, 0.88]))
    edges = [(92, 366, 402), (97, 353, 415), (108, 345, 423), (130, 341, 427), (155, 341.5, 426.5), (172, 345, 423)]
    edges += [(186, 354, 414), (196, 364, 404), (203, 373, 395), (206, 379, 389)]
    head = canvas.body(edges, depth=34)
    egg = 1 - ((canvas.x - 384) / 55) ** 2 - ((canvas.y - 146) / 86) ** 2
    head.height = (36 * np.sqrt(np.clip(egg, 0.03, 1))).astype(np.float32)  # no cliff at the chin, which would be black
    nose = canvas.tube([(384.5, 148, 2.5), (384.5, 158, 4.5), (384.5, 165, 6.5)])
    canvas.put(head, SKIN, bump=blurred(nose.height, 2.2) * 0.8, gloss=0.03)


def draw_face(canvas: Canvas) -> None:
    for side in (-1, 1):
        x = 384.5 + side * 17.5
        canvas.paint(canvas.oval(384 + side * 24, 168, 11, 8, soft=14), (0.88, 0.50, 0.42), 0.28)
        canvas.darken(canvas.oval(x, 143.5, 11, 6, side * 0.1, soft=9), 0.20)
        white = canvas.oval(x, 146.5, 7.6, 4.0, side * 0.06, soft=1.2)
        canvas.paint(white, (0.93, 0.91, 0.89))
        canvas.paint(white * canvas.oval(x + 0.6, 146.2, 3.7, 3.9, soft=1.0), (0.27, 0.20, 0.13))
        canvas.paint(white * canvas.oval(x + 0.6, 146.2, 1.7, 1.8, soft=0.8), (0.05, 0.04, 0.04))
        canvas.paint(canvas.oval(x - 0.6, 144.9, 1.0, 1.0, soft=0.8), (1, 1, 1), 0.95)
        lid = [
            (x - side * 8.2, 147.2, 0.8),
            (x - side * 3, 143.2, 1.2),
            (x + side * 3, 142.8, 1.3),
            (x + side * 9, 146.2, 0.9),
        ]
        canvas.paint(canvas.line(lid, 0.4), (0.16, 0.09, 0.07), 0.95)
        lower = [(x - side * 6.5, 149.4, 0.4), (x, 151, 0.5), (x + side * 7, 149, 0.4)]
        canvas.darken(canvas.line(lower, 0.6), 0.30)
        brow = [(x - side * 9, 135.4, 1.5), (x, 132, 2.0), (x + side * 11, 134.8, 1.0)]
        canvas.paint(canvas.line(brow, 0.9), HAIR * 1.05, 0.80)
        canvas.darken(canvas.oval(384.5 + side * 4.2, 169.2, 2.0, 1.1, side * 0.4, soft=1.4), 0.55)
    canvas.darken(canvas.line([(391, 150, 1), (392.5, 160, 1.8), (391.5, 168, 2.0)], 2.6), 0.16)
    canvas.darken(canvas.line([(379, 171, 0.8), (384.5, 172.8, 1.0), (390, 171, 0.8)], 1.2), 0.25)
    draw_mouth(canvas)


def draw_mouth(canvas: Canvas) -> None:
    upper = [(373.5, 181.8, 0.6), (379, 180.4, 1.8), (384.5, 181, 1.6), (390, 180.4, 1.8), (395.5, 181.8, 0.6)]
    lower = [(375.5, 183, 0.6), (380, 184.4, 2.2), (384.5, 185, 2.6), (389, 184.4, 2.2), (393.5, 183, 0.6)]
    canvas.paint(canvas.line(lower, 0.8), LIP * 1.12, 0.9)
    canvas.paint(canvas.line(upper, 0.7), LIP * 0.9, 0.9)
    smile = [(371.5, 180.6, 0.5), (378, 182.6, 0.6), (384.5, 183, 0.6), (391, 182.6, 0.6), (397.5, 180.6, 0.5)]
    canvas.paint(canvas.line(smile, 0.4), LIP * 0.42, 0.85)
    canvas.paint(canvas.oval(382, 185, 3, 0.9, soft=1.4), (1, 0.86, 0.82), 0.4)
    canvas.darken(canvas.oval(385, 191, 9, 2.5, soft=5), 0.14)


def strands(canvas: Canvas, shape: Shape) -> np.ndarray:
    """Brown with lighter and darker streaks along the hair."""
    streak = canvas.noise(0.9, 14) * 0.16 + canvas.noise(2.5, 30) * 0.12
    return HAIR * (1 + streak * shape.mask)[..., None]


def draw_hair_behind(canvas: Canvas) -> None:
    back = canvas.body(
        [(88, 352, 416), (100, 338, 430), (140, 331, 437), (190, 330, 438), (218, 335, 433), (228, 350, 418)], depth=30
    )
    canvas.put(back, strands(canvas, back) * 0.7)


def draw_hair(canvas: Canvas) -> None:
    """A bob with a parting on the left of the picture, one sweep to either side."""
    sweep_right = [(372, 90, 9), (400, 92, 14), (423, 112, 13), (432, 145, 11), (433, 180, 11), (428, 212, 10)]
    sweep_left = [(374, 91, 9), (356, 97, 13), (344, 118, 11), (337, 148, 9), (336, 182, 10), (340, 212, 9)]
    fringe = [(370, 93, 10), (392, 99, 13), (412, 112, 11), (424, 132, 6)]
    for lock in (sweep_left, sweep_right, fringe):
        shape = canvas.tube(lock, flat=0.8)
        bump = canvas.noise(0.9, 12) * 0.5
        canvas.put(shape, strands(canvas, shape), bump=bump, gloss=0.16, shadow=0.22)
