"""PyTorch's files: a zip since 2020, a row of pickles before (which is what most released files are).

torch.load(weights_only=True) runs nothing that a file asks for. What it does not limit is limited here: parts of the zip
must lie in it unpacked, and no tensor may claim more numbers than its storage has.
"""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from numpy.typing import NDArray

from engine.io.checkpoints.common import MAX_BYTES, Checkpoint, Spec, Unreadable, check_type, file_hash
from engine.io.files import MEGABYTE, check_regular
from engine.io.tensor_files import quoted

if TYPE_CHECKING:
    from torch import Tensor

ZIP = b"PK\3\4"
PICKLES = b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19."  # the number old files begin with
MAGICS = (ZIP, PICKLES)
MAX_PARTS, MAX_DIRECTORY, MAX_PICKLE = 8192, 2 * MEGABYTE, 16 * MEGABYTE
_UNSAFE = re.compile(r"GLOBAL ([\w.]+)")
_END, _RECORD_64, _LOCATOR_64, _END_BYTES = b"PK\5\6", 56, 20, 22
_TAIL = _RECORD_64 + _LOCATOR_64 + _END_BYTES


@contextmanager
def opened(path: Path) -> Iterator[Checkpoint]:
    """Raises Unreadable, BadInput or OSError."""
    check_regular(path, MAX_BYTES)
    tensors = _state(_loaded(path))
    specs = {name: _spec(name, tensor) for name, tensor in tensors.items()}

    def read(name: str) -> NDArray:
        check_type(name, specs[name])
        return _dense(tensors[name]).numpy()

    yield Checkpoint(path, "PyTorch file", file_hash(path), specs, read)


def _loaded(path: Path) -> Any:
    import torch

    source: Path | BinaryIO = path
    with path.open("rb") as file:
        if file.read(len(ZIP)) == ZIP:
            _check_zip(file)
        else:
            file.seek(0)
            source = io.BytesIO(file.read())  # from memory: torch may not try the tar files of 2016, which it unpacks
    try:
        return torch.load(source, map_location="cpu", weights_only=True)
    except MemoryError:
        raise
    except Exception as error:  # whatever a damaged or malicious pickle leads to
        raise Unreadable(_why(error)) from error


def _why(error: Exception) -> str:
    if named := _UNSAFE.search(str(error)):
        return f"it asks to run {quoted(named[1])}, and only arrays of numbers are admitted"
    return "it is damaged, or holds something other than arrays of numbers"


def _check_zip(file: BinaryIO) -> None:
    try:
        _check_directory_size(file)
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OverflowError, RuntimeError, EOFError, NotImplementedError) as error:
        raise Unreadable("it is damaged or ends too early") from error
    if len(entries) > MAX_PARTS:
        raise Unreadable(f"it has {len(entries):,} parts, and at most {MAX_PARTS:,} are allowed")
    for entry in entries:
        if entry.compress_type != zipfile.ZIP_STORED or entry.compress_size != entry.file_size or entry.flag_bits & 1:
            raise Unreadable(f"its part {quoted(entry.filename)} is packed, which PyTorch never does")
        if entry.filename.endswith(".pkl") and entry.file_size > MAX_PICKLE:
            raise Unreadable(f"its list of tensors has {entry.file_size // MEGABYTE:,} MB")
    if any(entry.filename.endswith("/constants.pkl") for entry in entries):
        raise Unreadable("it is a TorchScript program, not a file of weights")


def _check_directory_size(file: BinaryIO) -> None:
    """The last records say how large the directory is, and are believed by zip readers: look at them first."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _TAIL))
    tail = file.read().rjust(_TAIL, b"\0")
    record, locator, end = tail[:_RECORD_64], tail[_RECORD_64:-_END_BYTES], tail[-_END_BYTES:]
    if not end.startswith(_END):
        raise ValueError("no end record")
    claimed = int.from_bytes(end[12:16], "little")
    if locator.startswith(b"PK\6\7"):
        if not record.startswith(b"PK\6\6") or int.from_bytes(locator[8:16], "little") != size - _TAIL:
            raise ValueError("the end records disagree")
        claimed = int.from_bytes(record[40:48], "little")
    if claimed > MAX_DIRECTORY:
        raise Unreadable(f"its directory claims {claimed // MEGABYTE:,} MB")
    file.seek(0)


def _state(found: Any) -> Mapping[str, Tensor]:
    """The tensors by name; one level of wrapping, as in {"state_dict": …}, is taken off."""
    if isinstance(found, Mapping) and len(found) == 1 and isinstance(inner := next(iter(found.values())), Mapping):
        found = inner
    if not isinstance(found, Mapping):
        raise Unreadable(f"it holds a {type(found).__name__} where names and tensors should be")
    import torch

    for name, value in found.items():
        if not isinstance(name, str) or not isinstance(value, torch.Tensor):
            raise Unreadable(f"its part {quoted(str(name))} is no tensor")
    return found


def _spec(name: str, tensor: Tensor) -> Spec:
    _check_kind(name, tensor)
    return Spec(str(tensor.dtype).removeprefix("torch."), tuple(tensor.shape))


def _check_kind(name: str, tensor: Tensor) -> None:
    import torch

    plain = tensor.layout == torch.strided and tensor.device.type == "cpu" and not tensor.is_quantized
    if type(tensor) not in (torch.Tensor, torch.nn.Parameter) or not plain or tensor.is_nested:
        raise Unreadable(f"its tensor {quoted(name)} is of an unusual kind")
    if tensor.numel() * tensor.element_size() > tensor.untyped_storage().nbytes():
        raise Unreadable(f"its tensor {quoted(name)} claims more numbers than the file holds")


def _dense(tensor: Tensor) -> Tensor:
    return tensor.detach().resolve_conj().resolve_neg().contiguous()
