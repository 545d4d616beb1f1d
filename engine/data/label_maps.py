"""Label maps in files: ours and the authors' .npy with ten classes, or LIP's .png with twenty, merged by a table."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from scipy.ndimage import distance_transform_edt

from engine.body.reading import DAMAGE, from_npy
from engine.io.files import MEGABYTE, cannot_open, read_bounded
from engine.io.images import MAX_PIXELS
from engine.labels import (
    BACKGROUND,
    FACE,
    HAIR,
    LABEL_NAMES,
    LEFT_ARM,
    LEFT_LEG,
    PANTS,
    RIGHT_ARM,
    RIGHT_LEG,
    SKIRT,
    UPPER_CLOTHES,
)
from engine.messages import BadInput

MAX_BYTES = 256 * MEGABYTE
NEARER = -1  # give it to the nearest of the regions named
Labels = NDArray[np.uint8]  # (H, W)
LIP_NAMES = (
    "background", "hat", "hair", "glove", "sunglasses", "upper clothes", "dress", "coat", "socks", "pants", "jumpsuit",
    "scarf", "skirt", "face", "left arm", "right arm", "left leg", "right leg", "left shoe", "right shoe",
)  # fmt: skip


@dataclass(frozen=True)
class Merge:
    """Which class becomes which of ours."""

    to: tuple[int, ...]  # by class of the file; NEARER for those below
    nearer: tuple[tuple[int, tuple[int, ...]], ...] = ()  # class of the file -> the classes of ours it may become

    def __call__(self, labels: NDArray) -> Labels:
        """Raises ValueError for a class the table does not have."""
        if labels.size and (labels.min() < 0 or labels.max() >= len(self.to)):
            raise ValueError(f"it has class {labels.max()}, and the table ends at {len(self.to) - 1}")
        table = np.array([max(to, BACKGROUND) for to in self.to], np.uint8)
        merged = table[labels]
        before = merged.copy()
        for number, choices in self.nearer:
            there = labels == number
            if there.any():
                merged[there] = _nearest(before, choices)[there]
        return merged


LIP = Merge(  # spt.md 2.4
    (
        BACKGROUND, HAIR, HAIR, NEARER, FACE, UPPER_CLOTHES, UPPER_CLOTHES, UPPER_CLOTHES, NEARER, PANTS, UPPER_CLOTHES,
        UPPER_CLOTHES, SKIRT, FACE, LEFT_ARM, RIGHT_ARM, LEFT_LEG, RIGHT_LEG, LEFT_LEG, RIGHT_LEG,
    ),
    ((3, (LEFT_ARM, RIGHT_ARM)), (8, (LEFT_LEG, RIGHT_LEG))),
)  # fmt: skip


def read_merge(path: Path) -> Merge:
    """A table as JSON: {"hat": "hair", "glove": ["left arm", "right arm"], …}; what it leaves out stays as in LIP.

    Raises BadInput.
    """
    try:
        given = msgspec.json.decode(read_bounded(path, MEGABYTE), type=dict[str, str | list[str]])
    except msgspec.MsgspecError as error:
        raise cannot_open(path, f"it is no table of label names ({error})") from error
    to, nearer = list(LIP.to), dict(LIP.nearer)
    for name, target in given.items():
        number = _number(path, name, LIP_NAMES)
        choices = tuple(_number(path, t, LABEL_NAMES) for t in ([target] if isinstance(target, str) else target))
        nearer.pop(number, None)
        to[number] = choices[0] if len(choices) == 1 else NEARER
        if len(choices) > 1:
            nearer[number] = choices
    return Merge(tuple(to), tuple(sorted(nearer.items())))


def read_labels(path: Path, size: tuple[int, int], merge: Merge | None = None) -> Labels:
    """A label map of a picture of that (height, width). Raises BadInput.

    merge  for a file of other classes than ours; None: it has ours
    """
    data = read_bounded(path, MAX_BYTES)
    try:
        labels = from_npy(data) if data.startswith(b"\x93NUMPY") else _from_png(data)
        if labels.ndim != 2 or labels.dtype.kind not in "iu" or labels.shape != size:
            found = f"{labels.dtype} of shape {labels.shape}"
            raise BadInput(f"{path.name} is no label map: expected whole numbers of shape {size}, found {found}.")
        if merge is not None:
            return merge(labels)
        if labels.size and not 0 <= labels.min() <= labels.max() < len(LABEL_NAMES):
            raise ValueError(
                f"it has labels from {labels.min()} to {labels.max()}, expected 0 to {len(LABEL_NAMES) - 1}"
            )
        return labels.astype(np.uint8)
    except ValueError as error:
        raise cannot_open(path, str(error) if str(error).startswith("it has") else "it is damaged") from error
    except (*DAMAGE, OSError, SyntaxError, MemoryError) as error:
        raise cannot_open(path, "it is damaged or no label map") from error


def _from_png(data: bytes) -> NDArray[np.uint8]:
    picture = Pillow.open(io.BytesIO(data), formats=["PNG"])
    if picture.mode not in ("L", "P") or picture.width * picture.height > MAX_PIXELS:
        raise ValueError(f"it has colours ({picture.mode}), and a label map has one number per pixel")
    return np.asarray(picture, np.uint8)


def _nearest(labels: Labels, choices: tuple[int, ...]) -> Labels:
    """For every pixel which of the choices lies nearest; background where none is on the picture."""
    among = np.isin(labels, choices)
    if not among.any():
        return np.full_like(labels, BACKGROUND)
    _, (rows, columns) = distance_transform_edt(~among, return_indices=True)  # type: ignore[misc]
    return labels[rows, columns]


def _number(path: Path, name: str, names: tuple[str, ...]) -> int:
    if name not in names:
        raise cannot_open(path, f"there is no label called {name[:40]!r}; the names are {', '.join(names)}")
    return names.index(name)
