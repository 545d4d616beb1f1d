"""One array as one file: lossless PNG for 8-bit pictures and maps, NPY for everything else. Never a pickle."""

from __future__ import annotations

import io
import math
import re

import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from engine.io.files import MEGABYTE
from engine.io.images import MAX_PIXELS, MAX_SIDE

DTYPES = frozenset(["|b1", "|u1", "|i1", "<u2", "<i2", "<u4", "<i4", "<u8", "<i8", "<f2", "<f4", "<f8"])
MAX_BYTES = 512 * MEGABYTE  # of one array in memory
MAX_DIMENSIONS = 8
COMPRESSION = 3  # of PNG, 0 to 9: twice as fast as the usual 6, a few per cent larger
_NPY_HEADER_BYTES = 10_000
_HASH = re.compile(r"[0-9a-f]{64}")


class Entry(msgspec.Struct, frozen=True):
    """How an array lies in a project file."""

    dtype: str  # numpy's short form, "|u1"
    shape: tuple[int, ...]
    file: str  # "arrays/HASH.png" or "arrays/HASH.npy"

    @classmethod
    def of(cls, name: str, array: NDArray) -> Entry:
        ending = "png" if _is_picture(array.dtype.str, array.shape) else "npy"
        return cls(array.dtype.str, array.shape, f"arrays/{name}.{ending}")

    @property
    def nbytes(self) -> int:
        return math.prod(self.shape) * np.dtype(self.dtype).itemsize

    @property
    def most_bytes_stored(self) -> int:
        """More than this no honest encoder needs: PNG adds a byte a row and a little for blocks and chunks."""
        return self.nbytes + self.nbytes // 100 + sum(self.shape) + _NPY_HEADER_BYTES

    def problem(self, name: str) -> str:
        """Why no array `name` can be stored like this; empty if one can."""
        if not _HASH.fullmatch(name):
            return f"an array is called {name[:80]!r}, which is no content hash"
        if self.dtype not in DTYPES:
            return f"array {name[:8]} has numbers of type {self.dtype[:20]!r}"
        if len(self.shape) > MAX_DIMENSIONS or any(n < 0 for n in self.shape) or self.nbytes > MAX_BYTES:
            return f"array {name[:8]} has the impossible shape {str(self.shape)[:60]}"
        ending = "png" if _is_picture(self.dtype, self.shape) else "npy"
        expected = f"arrays/{name}.{ending}"
        return "" if self.file == expected else f"array {name[:8]} lies in {self.file[:80]!r}, expected {expected!r}"


def encoded(array: NDArray) -> bytes:
    buffer = io.BytesIO()
    if _is_picture(array.dtype.str, array.shape):
        Pillow.fromarray(np.ascontiguousarray(array)).save(buffer, "PNG", compress_level=COMPRESSION)
    else:
        np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()


def decoded(data: bytes, entry: Entry) -> NDArray:
    """The read-only array an entry describes. Raises ValueError if `data` is not exactly that."""
    array = _from_png(data, entry) if entry.file.endswith(".png") else _from_npy(data, entry)
    array.flags.writeable = False
    return array


def _is_picture(dtype: str, shape: tuple[int, ...]) -> bool:
    if dtype != "|u1" or not (len(shape) == 2 or (len(shape) == 3 and shape[2] == 3)):
        return False
    height, width = shape[:2]
    return min(height, width) > 0 and max(height, width) <= MAX_SIDE and height * width <= MAX_PIXELS


def _from_png(data: bytes, entry: Entry) -> NDArray:
    try:
        picture = Pillow.open(io.BytesIO(data), formats=["PNG"])
        size, mode = entry.shape[1::-1], "L" if len(entry.shape) == 2 else "RGB"
        if picture.size != size or picture.mode != mode:
            raise ValueError(f"a picture of {picture.size} is where one of {size} should be")
        return np.array(picture)
    except (OSError, SyntaxError, EOFError) as error:  # Pillow's names for damaged data
        raise ValueError("its picture cannot be read") from error  # Pillow's own words may hold addresses in memory


def _from_npy(data: bytes, entry: Entry) -> NDArray:
    """The header is believed only if it says what the manifest says: it decides how much memory is taken."""
    buffer = io.BytesIO(data)
    version = np.lib.format.read_magic(buffer)
    if version != (1, 0):
        raise ValueError(f"unknown version {version}")
    shape, fortran, dtype = np.lib.format.read_array_header_1_0(buffer)
    if (shape, dtype.str, fortran) != (entry.shape, entry.dtype, False):
        raise ValueError(f"{dtype.str} of shape {shape} is where {entry.dtype} of {entry.shape} should be")
    if len(data) - buffer.tell() != entry.nbytes:
        raise ValueError("its length is wrong")
    return np.load(io.BytesIO(data), allow_pickle=False)
