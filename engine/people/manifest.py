"""What a data set made by the factory says of itself: the plan it follows, and a record for every finished sample.

A sample is finished when its record is there; the record is written last. `manifest.json` holds the plan from the
start and, when a run ends, all records' names, seeds and checksums.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import cast

import msgspec

from engine import VERSION
from engine.attributes import ATTRIBUTE_NAMES
from engine.geometry import Point
from engine.io.atomic import atomic_write
from engine.io.files import MEGABYTE, read_bounded, reason, shown
from engine.labels import LABEL_NAMES
from engine.messages import BadInput
from engine.people.factory import SIZES
from engine.people.framing import Kind
from engine.skeleton import JOINT_NAMES, Keypoints

MANIFEST, RECORDS, KEPT = "manifest.json", "samples", ("pictures", "labels")
VIEWS = 2  # pictures of each person where there are pairs
SMALLEST, LARGEST = 32, 1024  # pixels of a picture's height
MAX_BYTES = 1024 * MEGABYTE


class Plan(msgspec.Struct, frozen=True):
    """What decides every byte of a data set's samples, on one kind of device."""

    kind: Kind
    height: int
    width: int
    seed: int
    pairs: bool = False
    near: bool = False  # the second picture of a pair differs in some limbs only
    program: str = f"Layfigure {VERSION}"

    @property
    def views(self) -> int:
        return VIEWS if self.pairs else 1


class File(msgspec.Struct, frozen=True):
    bytes: int
    sha256: str

    @classmethod
    def of(cls, data: bytes) -> File:
        return cls(len(data), hashlib.sha256(data).hexdigest())


class Sample(msgspec.Struct, frozen=True):
    """The truth about one picture, as numbers."""

    name: str  # "000012"
    seed: int  # of the person, clothes and all
    view: int  # 0, or 1 for the same person posed and seen anew, or with some limbs moved
    keypoints: Keypoints
    pose: tuple[float, ...]  # 72, the root as the camera sees it (lwg.md 2.2)
    shape: tuple[float, ...]  # 10
    camera: tuple[float, ...]  # 3, weak perspective
    attributes: tuple[bool, ...]  # 13
    files: dict[str, File]  # by path within the folder
    mouth: tuple[Point, ...] = ()  # pixels of its corners: the person's left, then right; folders made before have none


class _Entry(msgspec.Struct):
    name: str
    seed: int
    view: int
    files: dict[str, File]


class Manifest(msgspec.Struct):
    plan: Plan
    count: int  # samples asked for
    devices: tuple[str, ...] = ()  # that drew them, in the order of their first runs
    joints: tuple[str, ...] = JOINT_NAMES
    labels: tuple[str, ...] = LABEL_NAMES
    attributes: tuple[str, ...] = ATTRIBUTE_NAMES
    samples: Sequence[_Entry] = ()


def plan(kind: str, size: int | None = None, seed: int = 0, pairs: bool = False, near: bool = False) -> Plan:
    """A plan that can be carried out; size is the height in pixels, None the usual one. Raises BadInput."""
    if kind not in SIZES:
        raise BadInput(f"There is no kind of picture called {kind}: choose one of {', '.join(SIZES)}.")
    usual, width = SIZES[kind]
    height = size if size is not None else usual
    if not SMALLEST <= height <= LARGEST or height % 8:
        raise BadInput(f"The size is {height}, expected a multiple of 8 from {SMALLEST} to {LARGEST}.")
    if near and not pairs:
        raise BadInput("Only pairs can be near each other: say --pairs, too.")
    return Plan(cast(Kind, kind), height, height * width // usual, seed, pairs, near)


def begin(folder: Path, plan: Plan, count: int, device: str) -> None:
    """Make the folder, or go on in one that follows the same plan. Raises BadInput."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path, empty = folder / MANIFEST, not any(folder.iterdir())
        if not path.exists() and not empty:
            raise BadInput(f"{shown(folder)} is not empty and has no {MANIFEST}: choose a new folder.")
        if path.exists():
            _check_same(folder, _read(path).plan, plan)
        else:  # first: without it the folder would not be known for ours
            _write(path, Manifest(plan, count, (device,)))
        for name in (*KEPT, RECORDS):
            (folder / name).mkdir(exist_ok=True)
    except OSError as error:
        raise BadInput(f"{shown(folder)} cannot be used: {reason(error)}.") from error


def draws(folder: Path, device: str) -> None:
    """Put on record that a folder goes on on a device: samples of the same plan may differ between devices by rounding."""
    manifest = _read(folder / MANIFEST)
    manifest.devices = tuple(dict.fromkeys((*manifest.devices, device)))
    _write(folder / MANIFEST, manifest)


def devices(folder: Path) -> tuple[str, ...]:
    """On which the samples of a folder were drawn; older folders do not say. Raises BadInput."""
    return _read(folder / MANIFEST).devices


def finish(folder: Path, plan: Plan, count: int, samples: Iterable[Sample]) -> None:
    """Write the manifest with everything there is."""
    entries = [_Entry(s.name, s.seed, s.view, s.files) for s in samples]
    _write(folder / MANIFEST, Manifest(plan, max(count, len(entries)), devices(folder), samples=entries))


def write_record(folder: Path, sample: Sample) -> None:
    with atomic_write(_record(folder, sample.name), durable=False) as file:
        file.write(msgspec.json.encode(sample) + b"\n")


def read_record(folder: Path, name: str) -> Sample | None:
    """The record of a finished sample whose files are all there; None where it has to be made again."""
    try:
        sample = msgspec.json.decode(_record(folder, name).read_bytes(), type=Sample)
        if sample.name != name or set(sample.files) != files_of(name) or not _complete(sample):
            return None
        sizes = {path: (folder / path).stat().st_size for path in sample.files}
    except (OSError, msgspec.MsgspecError):
        return None
    return sample if sizes == {path: file.bytes for path, file in sample.files.items()} else None


def unchanged(folder: Path, sample: Sample) -> bool:
    """Whether the files of a finished sample still are those that were written."""
    try:
        return all(File.of((folder / path).read_bytes()) == file for path, file in sample.files.items())
    except OSError:
        return False


def files_of(name: str) -> set[str]:
    """The files of a sample, by their paths within the folder."""
    return {f"pictures/{name}.png", f"labels/{name}.npy"}


def _complete(sample: Sample) -> bool:
    lengths = (len(sample.pose), len(sample.shape), len(sample.camera), len(sample.attributes))
    return lengths == (72, 10, 3, len(ATTRIBUTE_NAMES))


def homes(folder: Path) -> list[Path]:
    """The data sets in a folder: itself if it is one, else those of its own folders that are."""
    if (folder / MANIFEST).exists():
        return [folder]
    return sorted(path.parent for path in folder.glob(f"*/{MANIFEST}"))


def read_records(folder: Path) -> list[Sample]:
    """All finished samples, in order."""
    names = sorted(path.stem for path in (folder / RECORDS).glob("*.json"))
    return [sample for name in names if (sample := read_record(folder, name)) is not None]


def _record(folder: Path, name: str) -> Path:
    return folder / RECORDS / f"{name}.json"


def _check_same(folder: Path, old: Plan, new: Plan) -> None:
    for field in Plan.__struct_fields__:
        was, wanted = getattr(old, field), getattr(new, field)
        if was != wanted:
            raise BadInput(f"{shown(folder)} holds samples made with {field} {was}, not {wanted}: choose a new folder.")


def _read(path: Path) -> Manifest:
    try:
        return msgspec.json.decode(read_bounded(path, MAX_BYTES), type=Manifest)
    except msgspec.MsgspecError as error:
        raise BadInput(f"{shown(path)} cannot be used: it is no manifest of ours ({error}).") from error


def _write(path: Path, manifest: Manifest) -> None:
    with atomic_write(path) as file:
        file.write(msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n")
