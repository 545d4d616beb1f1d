"""Draws the sample person: a figure of our own, so that there is something to pose that everybody may pass on.

python tools/draw_sample.py      writes assets/people/sample.png and sample.json
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

from drawing import Canvas, Field, Shape, blurred  # noqa: E402
from drawn_head import SKIN, draw_face, draw_hair, draw_hair_behind, draw_head, draw_neck  # noqa: E402

from engine.io.keypoints import write_keypoints  # noqa: E402
from engine.skeleton import L_EAR, R_EAR, Keypoints, Visibility  # noqa: E402

WIDTH, HEIGHT = 768, 1024
FOLDER = ROOT / "assets/people"
CREAM, RUST = np.array([0.93, 0.89, 0.80]), np.array([0.66, 0.27, 0.19])
DENIM = np.array([0.24, 0.33, 0.46])
LEATHER, SOLE = np.array([0.46, 0.29, 0.19]), np.array([0.90, 0.87, 0.80])

JOINTS = {
    "nose": (385, 163),
    "neck": (384, 250),
    "right shoulder": (315, 258),
    "right elbow": (281, 370),
    "right wrist": (250, 474),
    "left shoulder": (453, 258),
    "left elbow": (490, 369),
    "left wrist": (516, 475),
    "right hip": (348, 514),
    "right knee": (341, 690),
    "right ankle": (334, 868),
    "left hip": (420, 514),
    "left knee": (430, 690),
    "left ankle": (442, 866),
    "right eye": (367, 146),
    "left eye": (402, 146),
    "right ear": (341, 154),
    "left ear": (427, 154),
}
Side = int  # -1 the person's right, on the left of the picture; 1 the person's left


def main() -> None:
    canvas = Canvas(WIDTH, HEIGHT, seed=7)
    draw_room(canvas)
    draw_hair_behind(canvas)
    for side in (-1, 1):
        draw_shoe(canvas, side)
        draw_leg(canvas, side)
    draw_neck(canvas)
    draw_shirt(canvas)
    draw_head(canvas)
    draw_face(canvas)
    draw_hair(canvas)
    for side in (-1, 1):
        draw_arm(canvas, side)
    FOLDER.mkdir(parents=True, exist_ok=True)
    Image.fromarray(canvas.finished()).save(FOLDER / "sample.png", optimize=True)
    figure = Keypoints.of(JOINTS.values()).seen_as([R_EAR, L_EAR], Visibility.HIDDEN)  # by the hair
    write_keypoints(FOLDER / "sample.json", "sample.png", figure, WIDTH, HEIGHT)


def draw_room(canvas: Canvas) -> None:
    """A plaster wall in window light, a skirting board, a wooden floor."""
    x, y = canvas.x, canvas.y
    glow = np.exp(-(((x - 210) / 420) ** 2) - ((y - 260) / 480) ** 2)
    wall = np.array([0.60, 0.63, 0.62]) + glow[..., None] * np.array([0.20, 0.18, 0.14])
    canvas.picture[:] = wall + 0.006 * canvas.noise(14)[..., None]
    floor_from = 826
    depth = np.maximum(0, y - floor_from)
    plank = (x - 384) / (depth + 420) * 11 + 50.35
    tone = np.sin(np.floor(plank) * 12.9898) * 43758.5453 % 1
    grain = canvas.noise(1.2, 16) * 0.012
    wood = np.array([0.58, 0.44, 0.31]) * (0.92 + 0.14 * tone + grain)[..., None]
    wood *= (0.80 + 0.22 * np.exp(-(((x - 260) / 420) ** 2)))[..., None]
    gap = np.clip(1 - np.abs(plank % 1 - 0.5) * 2 * (depth + 420) / 26, 0, 1)
    wood *= (1 - 0.35 * np.clip(np.abs(plank % 1 - 0.5) * 2 - 0.975, 0, 1) * 40 * (gap < 2))[..., None]
    canvas.paint((y > floor_from).astype(np.float32), wood)
    board = ((y > floor_from - 26) & (y <= floor_from)).astype(np.float32)
    canvas.paint(board, np.array([0.82, 0.81, 0.78]) * (0.82 + 0.16 * glow)[..., None])
    canvas.darken(blurred(((y > floor_from - 29) & (y < floor_from - 26)).astype(np.float32), 0.8), 0.25)
    canvas.darken(np.exp(-np.abs(y - floor_from) / 9).astype(np.float32), 0.28)
    canvas.darken(canvas.oval(440, 930, 190, 20, 0.05, soft=60), 0.38)
    for foot in (322, 458):
        canvas.darken(canvas.oval(foot + 8, 931, 50, 9, soft=16), 0.55)


def draw_shoe(canvas: Canvas, side: Side) -> None:
    x, y = JOINTS["right ankle" if side < 0 else "left ankle"]
    toe = x + side * 17
    canvas.put(
        canvas.tube([(x - side * 3, y + 45, 17), (toe, y + 56, 23), (toe + side * 3, y + 59, 22)], flat=0.5), SOLE
    )
    upper = canvas.tube(
        [(x, y + 18, 19), (x + side * 4, y + 36, 21), (toe, y + 49, 22.5), (toe + side * 2, y + 52, 20)]
    )
    canvas.put(upper, LEATHER, bump=canvas.noise(3) * 0.15, gloss=0.16)
    for step in range(4):
        height = y + 26 + step * 6
        middle = x + side * (3 + step * 3)
        canvas.paint(
            canvas.line([(middle - 8, height, 1), (middle, height + 2.5, 1), (middle + 8, height, 1)]), SOLE, 0.9
        )


def draw_leg(canvas: Canvas, side: Side) -> None:
    hip, knee, ankle = ((JOINTS[f"{'right' if side < 0 else 'left'} {j}"]) for j in ("hip", "knee", "ankle"))
    leg = canvas.tube(
        [
            (hip[0] - side * 2, hip[1] - 8, 38),
            (hip[0] - side * 1, hip[1] + 50, 41),
            ((hip[0] + knee[0]) / 2, (hip[1] + knee[1]) / 2 + 10, 37),
            (knee[0], knee[1], 30),
            (knee[0] + side * 2, knee[1] + 70, 29),
            (ankle[0], ankle[1] - 20, 26),
            (ankle[0], ankle[1] + 40, 26),
        ],
        flat=0.8,
    )
    leg = canvas.cut(leg, canvas.y < ankle[1] + 30 + 4 * (1 - leg.across**2))
    knee_at, hem_at = knee[1] - hip[1], ankle[1] - hip[1] + 8
    bump = (
        creases(canvas, leg, knee_at, 30, 1.5)
        + creases(canvas, leg, hem_at, 34, 2.2)
        + creases(canvas, leg, 20, 36, 1.6)
    )
    weave = 1 + 0.035 * canvas.noise(0.5, 1.4) + 0.03 * canvas.noise(9)
    worn = np.exp(-(((leg.along - knee_at * 0.55) / 120) ** 2)) * np.exp(-((leg.across / 0.5) ** 2))
    colour = DENIM * weave[..., None] + 0.10 * worn[..., None]
    canvas.put(leg, colour, bump=bump)
    seam = leg.mask * np.exp(-(((leg.across + side * 0.80) / 0.035) ** 2))
    canvas.darken(seam, 0.35)
    turned_up = leg.mask * np.exp(-(((leg.along - hem_at - 16) / 1.2) ** 2))
    canvas.darken(turned_up, 0.4)


def creases(canvas: Canvas, shape: Shape, at: float, spread: float, size: float) -> Field:
    """Folds of cloth across a tube, strongest `at` this way along it."""
    wave = np.sin(shape.along / 4.2 + 2.4 * shape.across + 1.1 * canvas.noise(12)) + 0.6 * canvas.noise(7, 2.5)
    return (size * wave * np.exp(-(((shape.along - at) / spread) ** 2)) * shape.mask).astype(np.float32)


def stripes(canvas: Canvas, along: Field) -> np.ndarray:
    """Cream with rust stripes, woven."""
    band = np.clip((np.abs((along / 17) % 1 - 0.5) - 0.30) * 17 / 1.2 + 0.5, 0, 1)
    weave = 1 + 0.02 * canvas.noise(0.6) + 0.015 * canvas.noise(8)
    return (CREAM + (RUST - CREAM) * band[..., None]) * weave[..., None]


def draw_shirt(canvas: Canvas) -> None:
    shirt = canvas.body(
        [
            (229, 356, 412),
            (238, 332, 436),
            (247, 310, 458),
            (262, 298, 470),
            (300, 304, 464),
            (340, 311, 457),
            (420, 318, 450),
            (480, 310, 458),
            (530, 302, 466),
            (560, 301, 467),
        ],
        depth=58,
    )
    hem = 537 + 8 * (1 - shirt.across**2)
    shirt = canvas.cut(shirt, (canvas.y < hem) & (canvas.oval(384, 226, 33, 22) < 0.5))
    hang = canvas.noise(5, 26) * np.clip((shirt.along - 60) / 200, 0, 1) * 1.5
    pull = canvas.noise(16, 5) * np.exp(-(((shirt.along - 190) / 60) ** 2)) * 1.8
    sag = 5 * (1 - shirt.across**2) + 1.5 * canvas.noise(20)
    canvas.put(shirt, stripes(canvas, shirt.along + sag), bump=hang + pull)
    collar = [(350, 227, 2.6), (362, 243, 2.8), (384, 250, 2.8), (406, 243, 2.8), (418, 227, 2.6)]
    canvas.put(canvas.tube(collar), RUST * 0.95, shadow=0.25)
    canvas.darken(shirt.mask * np.exp(-(((canvas.y - hem + 7) / 0.9) ** 2)).astype(np.float32), 0.22)


def draw_arm(canvas: Canvas, side: Side) -> None:
    shoulder, elbow, wrist = (
        (JOINTS[f"{'right' if side < 0 else 'left'} {j}"]) for j in ("shoulder", "elbow", "wrist")
    )
    canvas.put(bare_arm(canvas, elbow, wrist, side), SKIN, shadow=0.15)
    sleeve = canvas.tube(
        [
            (shoulder[0] - side * 4, shoulder[1] + 1, 17),
            (shoulder[0] - side * 1, shoulder[1] + 14, 26),
            (shoulder[0] + side * 5, shoulder[1] + 42, 28),
            ((shoulder[0] + elbow[0]) / 2, (shoulder[1] + elbow[1]) / 2 + 8, 28),
            (*elbow, 25.5),
            (elbow[0] + (wrist[0] - elbow[0]) * 0.34, elbow[1] + (wrist[1] - elbow[1]) * 0.34, 24),
        ],
        flat=0.85,
    )
    way = np.subtract(wrist, elbow) / np.hypot(*np.subtract(wrist, elbow))
    cuff = np.array(elbow) + 0.40 * np.subtract(wrist, elbow)
    beyond = (canvas.x - cuff[0]) * way[0] + (canvas.y - cuff[1]) * way[1]
    seam = np.interp(canvas.y, [238, 262, 288, 318, 336, 337], [64, 58, 60, 66, 68, 0])
    sleeve = canvas.cut(sleeve, (beyond < 0) & (side * (canvas.x - 384) > seam))
    bump = creases(canvas, sleeve, 118, 26, 1.6) + creases(canvas, sleeve, 20, 20, 0.8)
    canvas.put(sleeve, stripes(canvas, sleeve.along + 3 * sleeve.across**2), bump=bump, shadow=0.22)
    across = np.array([way[1], -way[0]]) * 20.5
    ends = [(*(cuff + t * across + 4 * (1 - t * t) * way), 5.5) for t in (-1, 0, 1)]
    canvas.put(canvas.tube(ends, flat=0.8), CREAM * 0.97, shadow=0.4)


def bare_arm(canvas: Canvas, elbow: tuple[float, float], wrist: tuple[float, float], side: Side) -> Shape:
    """Forearm and hand, hanging, the back of the hand outwards and the thumb towards the body."""
    x, y = wrist
    middle = ((elbow[0] + x) / 2, (elbow[1] + y) / 2)
    palm = [(x + side * 1, y + 14, 14.5), (x + side * 3, y + 27, 16), (x + side * 4, y + 36, 14)]
    parts = [canvas.tube([(*elbow, 22), (*middle, 19.5), (x, y, 13), *palm], flat=0.7)]
    for spread, length, radius in ((12, 39, 4.6), (5.5, 47, 5.2), (-1.5, 49, 5.4), (-8, 45, 5.2)):
        base = (x + side * (spread * 0.95 + 3), y + 28)
        bent = (base[0] + side * spread * 0.18, y + 30 + length * 0.45)
        tip = (bent[0] - side * (3 - spread * 0.12), y + 27 + length)
        parts.append(canvas.tube([(*base, radius + 0.4), (*bent, radius), (*tip, radius - 1)], flat=1.3))
    thumb = [(x - side * 6, y + 10, 8), (x - side * 14, y + 27, 6.5), (x - side * 15, y + 43, 5)]
    return canvas.merged([*parts, canvas.tube(thumb, flat=1.1)])


if __name__ == "__main__":
    main()
