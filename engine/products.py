"""What can be exported and how: one value that the window remembers and the command line fills in."""

from __future__ import annotations

import math
from typing import Literal

import msgspec

from engine.between import STEPS

Kind = Literal["picture", "strip", "grid", "film", "layers"]
Privacy = Literal["recipe", "provenance", "none"]

PICTURE_ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff")
FILM_ENDINGS = (".gif", ".webp", ".png", ".apng", ".mp4")
MAX_STEPS = 1000
MAX_HEIGHT = 8192  # pixels of one picture
GAP = 4  # pixels between the pictures of a strip, at a picture height of REFERENCE
REFERENCE = 512


class Product(msgspec.Struct, frozen=True):
    """Raises ValueError for what cannot be."""

    kind: Kind = "picture"
    height: int | None = None  # pixels of one picture; None: as high as the photo
    sixteen: bool = False  # bits of a PNG's channels instead of eight
    quality: int = 95  # 1 … 100 of what is compressed with loss
    dpi: int = 0  # said to printers; 0: nothing is said
    privacy: Privacy = "recipe"
    marked: bool = False  # a visible word that says the picture is synthetic
    steps: int = 8  # from source to target pose; there is one picture more
    columns: int = 0  # of a grid; 0: about as many as rows
    captions: bool = True
    title: str = ""
    rate: float = 12.0  # frames a second
    back: bool = False  # the film goes back to its beginning
    loop: bool = True  # and starts again

    def __post_init__(self) -> None:
        bounds = {
            "height": (1 if self.height is None else self.height, 1, MAX_HEIGHT),
            "quality": (self.quality, 1, 100),
            "dpi": (self.dpi, 0, 10_000),
            "steps": (self.steps, 1, MAX_STEPS),
            "columns": (self.columns, 0, MAX_STEPS + 1),
            "rate": (self.rate, 0.1, 100),
        }
        for name, (value, low, high) in bounds.items():
            if not low <= value <= high:
                raise ValueError(f"the {name} is {value:g}, possible are {low:g} … {high:g}")

    @property
    def endings(self) -> tuple[str, ...]:
        """How files of this kind may end, the usual ending first. Control layers are named after a PNG."""
        if self.kind == "layers":
            return (".png",)
        return FILM_ENDINGS if self.kind == "film" else PICTURE_ENDINGS

    @property
    def order(self) -> tuple[int, ...]:
        """The steps of the pictures, in the order in which they come."""
        there = tuple(range(self.steps + 1))
        return (*there, *there[-2:0:-1]) if self.kind == "film" and self.back else there

    def picture_size(self, width: int, height: int) -> tuple[int, int]:
        """Width and height of each picture of a photo of this size."""
        tall = self.height or height
        return max(1, round(width * tall / height)), tall


PICTURE, FILM = Product(), Product("film", steps=STEPS)  # unless told otherwise; a film shows the scrub bar's steps


class Sheet(msgspec.Struct, frozen=True):
    """Where the pictures of a strip or a grid lie. All in pixels."""

    width: int
    height: int
    columns: int
    rows: int
    cell: tuple[int, int]  # of a picture
    gap: int
    title: int  # height of the line above, 0: none
    caption: int  # height of the line below each picture, 0: none

    def corner(self, index: int) -> tuple[int, int]:
        """Left and top of a picture."""
        row, column = divmod(index, self.columns)
        left = self.gap + column * (self.cell[0] + self.gap)
        return left, self.title + self.gap + row * (self.cell[1] + self.caption + self.gap)


def sheet(product: Product, width: int, height: int) -> Sheet:
    """For pictures of a photo of width × height."""
    across, tall = product.picture_size(width, height)
    count = len(product.order)
    columns = count if product.kind == "strip" else min(count, product.columns or math.ceil(math.sqrt(count)))
    rows = math.ceil(count / columns)
    scale = min(across, tall) / REFERENCE
    gap, line = max(1, round(GAP * scale)), max(14, round(30 * scale))
    title = round(1.5 * line) if product.title else 0
    caption = line if product.captions else 0
    return Sheet(
        columns * (across + gap) + gap,
        title + rows * (tall + caption + gap) + gap,
        columns,
        rows,
        (across, tall),
        gap,
        title,
        caption,
    )


def caption(step: int, steps: int) -> str:
    return "source" if step == 0 else "target" if step == steps else f"{step}/{steps}"
