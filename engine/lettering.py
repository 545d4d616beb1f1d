"""Words in pictures: captions and the visible mark. The font comes with Pillow."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from engine.messages import Image

WHITE = 255
INK, PAPER = (34, 34, 34), (WHITE, WHITE, WHITE)
MARK = "synthetic"


@lru_cache(maxsize=16)
def font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def line(words: str, width: int, height: int, share: float = 0.55) -> Image:
    """A line of words, dark on white, in the middle of (height, width, 3); made smaller where they are too long.

    share  how much of the height the letters take
    """
    paper = Pillow.new("RGB", (width, height), PAPER)
    draw, size = ImageDraw.Draw(paper), max(6.0, height * share)
    long = draw.textlength(words, font(size))
    if long > 0.96 * width:
        size = max(4.0, size * 0.96 * width / long)
    draw.text((width / 2, height / 2), words, INK, font(size), anchor="mm")
    return np.asarray(paper)


def marked(picture: Image) -> Image:
    """The picture with a word in its lower right corner that says it is synthetic, legible on any ground."""
    paper = Pillow.fromarray(picture)
    height, width = picture.shape[:2]
    size = max(8.0, min(height, width) / 28)
    place = width - size / 2, height - size / 2
    draw = ImageDraw.Draw(paper)
    draw.text(place, MARK, PAPER, font(size), anchor="rs", stroke_width=max(1, round(size / 10)), stroke_fill=INK)
    return np.asarray(paper)
