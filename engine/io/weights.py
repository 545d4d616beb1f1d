"""The weights this program comes with: assets/weights/NAME.safetensors, each with its card NAME.toml.

Half precision; vectors (biases, norms, statistics) and what half precision cannot hold stay in single precision.
"""

from __future__ import annotations

import hashlib
import io
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from engine.cards import Card, Model
from engine.io import toml
from engine.io.atomic import atomic_write
from engine.io.files import MEGABYTE, cannot_open, read_bounded
from engine.io.tensor_files import Header, Shape, Unusable, difference, read_header
from engine.messages import BadInput

if TYPE_CHECKING:
    from torch import Tensor

WEIGHTS = Path(__file__).parents[2] / "assets" / "weights"
MAX_BYTES = 16 * MEGABYTE  # of one file
MAX_TOGETHER = 96 * MEGABYTE  # of all that are shipped
MAX_CARD = 64 * 1024
LARGEST_HALF = 65504.0
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def names(folder: Path = WEIGHTS) -> tuple[str, ...]:
    """Of all weights there, with a card or without."""
    if not folder.is_dir():
        return ()
    found = {path.stem for path in folder.iterdir() if path.suffix in (".safetensors", ".toml")}
    return tuple(sorted(name for name in found if _NAME.fullmatch(name)))


def load(
    name: str, shapes: Mapping[str, Shape] | None = None, folder: Path = WEIGHTS
) -> tuple[Card, dict[str, Tensor]]:
    """The card and the tensors, as precise as they are stored (`load_state_dict` converts them).

    shapes  of all tensors the network has; others are refused

    Raises BadInput if anything is not as the card or `shapes` say.
    """
    import safetensors.torch

    card, data, header = _verified(name, folder)
    if shapes is not None and (wrong := difference(header.shapes, shapes)):
        raise cannot_open(_file(name, folder), wrong)
    return card, safetensors.torch.load(data)


def read_card(name: str, folder: Path = WEIGHTS) -> Card:
    """Raises BadInput."""
    path = _file(name, folder).with_suffix(".toml")
    data = read_bounded(path, MAX_CARD)
    try:
        card = msgspec.convert(tomllib.loads(data.decode()), Card)
    except (ValueError, RecursionError, msgspec.MsgspecError) as error:  # of TOML and of text, or of the card
        raise cannot_open(path, f"this card cannot be used ({str(error).rstrip('.')})") from error
    if card.name != name:
        raise cannot_open(path, f"it is the card of {card.name[:64]!r}")
    return card


def verify(name: str, folder: Path = WEIGHTS) -> Model:
    """What is known of some weights and, if the files are not as they should be, why not. Needs no torch."""
    path, card = _file(name, folder), None
    try:
        card = read_card(name, folder)
        _verified(name, folder)
        problem = ""
    except BadInput as error:
        problem = str(error)
    return Model(file=path.name, bytes=path.stat().st_size if path.is_file() else 0, card=card, problem=problem)


def save(card: Card, tensors: Mapping[str, Tensor], folder: Path = WEIGHTS) -> Card:
    """Write weights and card; returns the card as written, with the number of parameters and the hash.

    Raises BadInput if they are too large or not finite, or cannot be written.
    """
    import safetensors.torch

    path = _file(card.name, folder)
    data = safetensors.torch.save({name: _packed(path, name, tensor) for name, tensor in tensors.items()})
    if len(data) > MAX_BYTES:
        size = f"{len(data) / MEGABYTE:.1f} MB, and at most {MAX_BYTES // MEGABYTE} MB are allowed"
        raise BadInput(f"{path.name} cannot be written: it would have {size}.")
    numbers = sum(tensor.numel() for tensor in tensors.values())
    written = replace(card, parameters=numbers, sha256=hashlib.sha256(data).hexdigest())
    text = toml.encoded(msgspec.to_builtins(written))
    for target, contents in ((path, data), (path.with_suffix(".toml"), text.encode())):
        with atomic_write(target) as file:
            file.write(contents)
    return written


def _file(name: str, folder: Path) -> Path:
    if not _NAME.fullmatch(name):
        raise BadInput(f"Weights cannot be called {name[:64]!r}: small letters, digits, “-” and “_” are allowed.")
    return folder / f"{name}.safetensors"


def _verified(name: str, folder: Path) -> tuple[Card, bytes, Header]:
    """Card, file and the file's header, if they belong together."""
    card, path = read_card(name, folder), _file(name, folder)
    data = read_bounded(path, MAX_BYTES)
    if hashlib.sha256(data).hexdigest() != card.sha256:
        raise cannot_open(path, "its contents are not those its card was written for (the hash differs)")
    try:
        header = read_header(io.BytesIO(data), len(data))
    except Unusable as error:
        raise cannot_open(path, str(error)) from error
    if header.numbers != card.parameters:
        raise cannot_open(path, f"it has {header.numbers:,} parameters where its card says {card.parameters:,}")
    return card, data, header


def _packed(path: Path, name: str, tensor: Tensor) -> Tensor:
    tensor = tensor.detach().cpu()
    if not tensor.is_floating_point():
        return tensor.contiguous()
    if not tensor.isfinite().all():
        raise BadInput(f"{path.name} cannot be written: {name} holds numbers that are not finite.")
    halved = tensor.dim() > 1 and float(tensor.abs().max() if tensor.numel() else 0) <= LARGEST_HALF
    return (tensor.half() if halved else tensor.float()).contiguous()
