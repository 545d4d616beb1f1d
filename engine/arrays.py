"""Arrays by element type, for the reader: OpenCV's annotations promise no more than "an array"."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

UInt8 = NDArray[Any]
Int32 = NDArray[Any]
Float32 = NDArray[Any]
