"""Training data for re-identification, drawn by DSC (dsc.md 6.5): every photo again in poses of others.

    FOLDER/dataset/bounding_box_train/0002_c1s1_000451_03.jpg      the photos of the training part as they are
    FOLDER/dataset/bounding_box_train/0002_c1s1_000451_03g0.jpg    … in the pose of a photo drawn by chance, of anybody
    FOLDER/train.txt                                               “dataset/bounding_box_train/NAME LABEL”, written last
    FOLDER/synthesis.json                                          how they were made

Which poses a photo gets depends on the seed and on the photo's number: a run that was interrupted goes on where it was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import torch

from engine import device
from engine.data.listed import Entry, Listed
from engine.data.opening import open_data
from engine.document import Document, Person, Target
from engine.generators.dsc import reposer
from engine.generators.dsc.reposer import Redrawer
from engine.io import exports, files
from engine.io.atomic import atomic_write
from engine.io.images import MAX_BYTES, read_photo
from engine.messages import BadInput
from engine.metrics.command import bar
from engine.metrics.reposers import Program
from engine.products import Product
from engine.skeleton import Keypoints
from engine.store import content_hash

INSIDE, LIST, RECORD = Path("dataset/bounding_box_train"), "train.txt", "synthesis.json"
UNTOLD = Product(privacy="provenance")  # thousands of recipes of pictures nobody edits
TOGETHER = 8  # poses of a photo that are drawn at a time
MAX_RECORD = 64 * 1024


@dataclass(frozen=True)
class Asked:
    data: str  # "market1501:DIR"
    folder: Path
    per_photo: int = 2
    seed: int = 0
    apart: bool = False  # drawn pictures count as other people: their labels come after the true ones
    weights: Path | None = None
    device: str = "auto"


class Record(msgspec.Struct, frozen=True):
    """What all pictures of a folder have in common."""

    photos: str  # hash of their names
    per_photo: int
    seed: int
    weights: str  # hash of the network's numbers


class Photo:
    """One of the training part; some lack shoulders or hips, which are copied and never drawn."""

    def __init__(self, entry: Entry, per_photo: int) -> None:
        self.path, self.name, self.person = entry.picture, entry.name, str(entry.identity)
        whole = entry.keypoints is not None and not entry.keypoints.missing()
        self.pose: Keypoints | None = entry.keypoints if whole else None
        self.drawn = tuple(f"{Path(self.name).stem}g{k}.jpg" for k in range(per_photo if whole else 0))


def run(asked: Asked, redrawer: Redrawer | None = None) -> dict[str, object]:
    """Facts about what was done. Raises BadInput. redrawer: to draw with, instead of what `asked` names"""
    found = photos(asked.data, asked.per_photo)
    chosen = device.choose(asked.device, torch)
    redrawer = redrawer or reposer.opened(asked.weights, chosen.kind, Program(chosen.kind))
    names = hashlib.sha256("\n".join(photo.name for photo in found).encode()).hexdigest()
    _prepare(asked.folder, Record(names, asked.per_photo, asked.seed, _hash(redrawer)))
    inside, drawn = asked.folder / INSIDE, 0
    wanted = _wanted(found, asked)
    with bar("synthesise") as told:
        for index, photo in enumerate(found):
            if not (inside / photo.name).exists():
                _copy(photo.path, inside / photo.name)
            drawn += _draw(photo, wanted(index), inside, redrawer)
            told(index + 1, len(found))
    lines = labelled(found, asked.apart)
    with atomic_write(asked.folder / LIST) as file:
        file.write("".join(f"{(INSIDE / name).as_posix()} {label}\n" for name, label in lines).encode())
    return {
        "folder": str(asked.folder),
        "people": len(_numbered(found)),
        "photos": len(found),
        "pictures": len(lines),
        "drawn": drawn,
        "device": chosen.label,
        "notice": chosen.fallback,
    }


def sentence(facts: dict[str, object]) -> str:
    """The facts for people."""
    told = f"{facts['photos']} photos of {facts['people']} people and {facts['drawn']} newly drawn pictures"
    return f"{facts['folder']}: {told}, {facts['pictures']} in all. {facts['notice']}".strip()


def photos(data: str, per_photo: int) -> list[Photo]:
    """Those of the training part, by name. Raises BadInput."""
    samples = open_data(data).split("train")
    if not isinstance(samples, Listed):
        raise BadInput(f"Nothing can be made of {data}: expected a folder of people, market1501 or deepfashion.")
    if any(entry.identity is None for entry in samples.entries):
        raise BadInput(f"Nothing can be made of {data}: it does not say who is on its pictures.")
    found = sorted((Photo(entry, per_photo) for entry in samples.entries), key=lambda photo: photo.name)
    for photo in found:
        if Path(photo.name).name != photo.name:  # nothing is written outside of the folder
            raise BadInput(f"Nothing can be made of {data}: {photo.name[:80]!r} is no name of a picture.")
    if not any(photo.pose for photo in found):
        raise BadInput(f"Nothing can be made of {data}: no picture has a pose with both shoulders and both hips.")
    return found


def labelled(found: Sequence[Photo], apart: bool = False) -> list[tuple[str, int]]:
    """Names of all pictures with their labels; people are numbered in the order of their photos' names."""
    numbers = _numbered(found)
    shift = len(numbers) if apart else 0
    true = [(photo.name, numbers[photo.person]) for photo in found]
    return sorted(true + [(name, numbers[photo.person] + shift) for photo in found for name in photo.drawn])


def _numbered(found: Iterable[Photo]) -> dict[str, int]:
    people = dict.fromkeys(photo.person for photo in found)
    return {person: number for number, person in enumerate(people)}


def _wanted(found: Sequence[Photo], asked: Asked) -> Callable[[int], list[Keypoints]]:
    """The poses a photo is drawn in, by its number."""
    poses = [photo.pose for photo in found if photo.pose]

    def chosen(index: int) -> list[Keypoints]:
        random = np.random.default_rng((asked.seed, index))
        return [poses[i] for i in random.integers(len(poses), size=len(found[index].drawn))]

    return chosen


def _draw(photo: Photo, poses: Sequence[Keypoints], inside: Path, redrawer: Redrawer) -> int:
    """What is not there yet; how many pictures that were."""
    missing = [(name, pose) for name, pose in zip(photo.drawn, poses, strict=True) if not (inside / name).exists()]
    if not missing or photo.pose is None:
        return 0
    pixels = read_photo(photo.path).pixels
    height, width = pixels.shape[:2]
    person = Person(photo.name, content_hash(pixels), width, height, photo.pose, "imported")
    for start in range(0, len(missing), TOGETHER):
        some = missing[start : start + TOGETHER]
        pictures = redrawer.many(pixels, [(photo.pose, pose) for _, pose in some])
        for (name, pose), picture in zip(some, pictures, strict=True):
            document = Document(person, Target(pose), generator=reposer.NAME)
            exports.export_picture(inside / name, picture, document, UNTOLD)
    return len(missing)


def _copy(path: Path, to: Path) -> None:
    data = files.read_bounded(path, MAX_BYTES)
    with atomic_write(to, durable=False) as file:
        file.write(data)


def _prepare(folder: Path, record: Record) -> None:
    """Make the folder, or see that it is to be gone on with. Raises BadInput."""
    there, inside = folder / RECORD, folder / INSIDE
    if there.exists():
        try:
            before = msgspec.json.decode(files.read_bounded(there, MAX_RECORD), type=Record)
        except msgspec.MsgspecError as error:
            raise files.cannot_open(there, "it is no record of ours") from error
        if before != record:
            raise BadInput(f"{folder} was begun with other photos, weights, numbers or seed: choose another folder.")
    elif inside.exists():
        raise BadInput(f"{folder} holds {INSIDE.as_posix()} already, and nothing says how it was made.")
    try:
        inside.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"{folder} cannot be made: {files.reason(error)}.") from error
    with atomic_write(there) as file:
        file.write(msgspec.json.format(msgspec.json.encode(record), indent=1) + b"\n")


def _hash(redrawer: Redrawer) -> str:
    digest = hashlib.sha256()
    for tensor in redrawer.network.state_dict().values():
        digest.update(tensor.float().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()
