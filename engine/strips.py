"""Strips and grids: the steps from source to target pose side by side, with captions."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from engine.lettering import WHITE, line
from engine.messages import Image
from engine.products import Sheet


def composed(sheet: Sheet, pictures: Iterable[tuple[str, Image]], title: str = "") -> Image:
    """Captions and pictures (H, W, 3) of the sheet's cell, laid out in their order on white: (height, width, 3)."""
    page = np.full((sheet.height, sheet.width, 3), WHITE, np.uint8)  # one number: a colour is far slower
    width, height = sheet.cell
    if sheet.title:
        page[: sheet.title] = line(title, sheet.width, sheet.title, share=0.5)
    for index, (caption, picture) in enumerate(pictures):
        left, top = sheet.corner(index)
        page[top : top + height, left : left + width] = picture
        if sheet.caption:
            below = top + height
            page[below : below + sheet.caption, left : left + width] = line(caption, width, sheet.caption)
    return page
