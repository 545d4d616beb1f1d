"""Converted checkpoints: .safetensors in single precision, which say in their metadata what they are and come from."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec
from msgspec.structs import replace
from numpy.typing import NDArray

from engine.cards import Model, Origin
from engine.io.atomic import atomic_write
from engine.io.checkpoints.common import MAX_BYTES
from engine.io.files import cannot_open, check_regular, read_bounded, reason
from engine.io.tensor_files import Header, Shape, Unusable, difference, read_header
from engine.messages import BadInput

if TYPE_CHECKING:
    from torch import Tensor

ENDING, KEY = ".safetensors", "layfigure"
_PIECE = 4 * 2**20


def check_name(path: Path) -> None:
    if path.suffix.lower() != ENDING:
        raise BadInput(f"{path.name} cannot be written: converted weights end in {ENDING}.")


def save(path: Path, tensors: Mapping[str, NDArray], origin: Origin) -> Origin:
    """Write a converted file; returns its origin with the hash of its numbers. Raises BadInput."""
    import safetensors.numpy

    plain = safetensors.numpy.save(dict(tensors))
    numbers = memoryview(plain)[8 + int.from_bytes(plain[:8], "little") :]
    whole = replace(origin, sha256=hashlib.sha256(numbers).hexdigest())
    data = safetensors.numpy.save(dict(tensors), {KEY: msgspec.json.encode(whole).decode()})
    with atomic_write(path) as file:
        file.write(data)
    return whole


def load(
    path: Path, system: str, network: str, shapes: Mapping[str, Shape] | None = None
) -> tuple[Origin, dict[str, Tensor]]:
    """A converted network of a system, with exactly these tensors if `shapes` are given. Raises BadInput."""
    import safetensors.torch

    data = read_bounded(path, MAX_BYTES)
    try:
        origin, header = _verified(io.BytesIO(data), len(data))
        if (origin.system, origin.network) != (system, network):
            raise Unusable(
                f"it holds {origin.system.upper()} {origin.network} where {system.upper()} {network} is wanted"
            )
        if wrong := shapes is not None and difference(header.shapes, shapes):
            raise Unusable(wrong)
    except Unusable as error:
        raise cannot_open(path, str(error)) from error
    return origin, safetensors.torch.load(data)


def verify(path: Path) -> Model:
    """What a converted file says of itself and, if it cannot be used, why not. Needs no torch."""
    origin, size, problem = None, 0, ""
    try:
        check_regular(path, MAX_BYTES)
        size = path.stat().st_size
        with path.open("rb") as file:
            origin, _ = _verified(file, size)
    except Unusable as error:
        problem = str(cannot_open(path, str(error)))
    except OSError as error:
        problem = str(cannot_open(path, reason(error)))
    except BadInput as error:
        problem = str(error)
    return Model(file=path.name, bytes=size, origin=origin, problem=problem)


def _verified(file: BinaryIO, size: int) -> tuple[Origin, Header]:
    header = read_header(file, size)
    if KEY not in header.metadata:
        raise Unusable("it does not say what it was converted from, so it was not converted by this program")
    try:
        origin = msgspec.json.decode(header.metadata[KEY], type=Origin)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise Unusable(f"what it says of its origin cannot be used ({error})") from error
    digest = hashlib.sha256()
    while piece := file.read(_PIECE):
        digest.update(piece)
    if digest.hexdigest() != origin.sha256:
        raise Unusable("its numbers are not those that were written (the hash differs)")
    return origin, header
