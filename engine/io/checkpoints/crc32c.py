"""CRC-32C (Castagnoli), quick enough in numpy for files of a gigabyte.

A CRC that starts at zero is linear over GF(2): the data is cut into chunks whose CRCs are worked out side by side, and
joined two by two. `_Shift` is what appending a number of zero bytes does to a CRC.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

POLYNOMIAL = 0x82F63B78  # reversed
CHUNK = 1024  # bytes of a chunk, a multiple of 2
MOST = 16 * 2**20  # bytes worked on at a time: more would leave the processor's cache
MASK_DELTA = 0xA282EAD8
_ALL = 0xFFFFFFFF
_Crcs = NDArray[np.uint32]


def crc32c(data: bytes | memoryview | NDArray[np.uint8]) -> int:
    whole = np.frombuffer(data, np.uint8)
    crc = _ALL
    for start in range(0, len(whole), MOST):
        part = whole[start : start + MOST]
        crc = int(_shifted(np.array([crc], np.uint32), len(part))[0]) ^ _raw(part)
    return crc ^ _ALL


def masked(crc: int) -> int:
    """As tables and bundles store it."""
    return ((crc >> 15 | crc << 17) + MASK_DELTA) & _ALL


def _raw(data: NDArray[np.uint8]) -> int:
    """CRC of some bytes, started at zero, where zeros in front change nothing."""
    chunks = 1 << max(0, -(-len(data) // CHUNK) - 1).bit_length()
    padded = np.zeros(chunks * CHUNK, np.uint8)
    padded[len(padded) - len(data) :] = data
    words = np.ascontiguousarray(padded.view("<u2").reshape(chunks, -1).T)
    crcs, table = np.zeros(chunks, np.uint32), _table()
    for word in words:  # one step for all chunks
        crcs = (table[(crcs & 0xFFFF) ^ word] ^ (crcs >> 16)).astype(np.uint32, copy=False)
    length = CHUNK
    while len(crcs) > 1:
        crcs = _shifted(crcs[::2], length) ^ crcs[1::2]
        length *= 2
    return int(crcs[0])


@cache
def _table() -> _Crcs:
    """What the CRC of two more bytes adds, for each of the 65,536 pairs."""
    return _after_zero_bits(np.arange(1 << 16, dtype=np.uint32), 16)


def _after_zero_bits(crcs: _Crcs, bits: int) -> _Crcs:
    """The CRCs after that many more zero bits."""
    for _ in range(bits):
        crcs = (crcs >> np.uint32(1)) ^ (crcs & np.uint32(1)) * np.uint32(POLYNOMIAL)
    return crcs


def _shifted(crcs: _Crcs, zeros: int) -> _Crcs:
    """The CRCs after that many more zero bytes."""
    power = 0
    while zeros >> power:
        if zeros >> power & 1:
            crcs = _applied(_shift(power), crcs)
        power += 1
    return crcs


@cache
def _shift(power: int) -> tuple[int, ...]:
    """The matrix of 2**power zero bytes: what becomes of each of the 32 bits."""
    if power:
        half = _shift(power - 1)
        return tuple(map(int, _applied(half, np.array(half, np.uint32))))
    bits = np.uint32(1) << np.arange(32, dtype=np.uint32)
    return tuple(map(int, _after_zero_bits(bits, 8)))


def _applied(matrix: tuple[int, ...], crcs: _Crcs) -> _Crcs:
    result = np.zeros_like(crcs)
    for bit, column in enumerate(matrix):
        result ^= np.where(crcs >> np.uint32(bit) & np.uint32(1), np.uint32(column), np.uint32(0))
    return result
