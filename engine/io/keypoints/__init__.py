"""Keypoint files: the table of dsc.md 2.3, OpenPose JSON and COCO JSON, told apart by content when read.

Points are (x, y) image pixels of the photo; files of the authors that say (y, x) are turned round at this door.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from engine.io.atomic import atomic_write
from engine.io.files import MEGABYTE, cannot_open, read_bounded, shown
from engine.io.keypoints import coco, openpose, table
from engine.io.keypoints.common import Asked, Unusable
from engine.messages import BadInput
from engine.skeleton import Keypoints

MAX_BYTES = 64 * MEGABYTE
Writer = Callable[[Asked, Keypoints], bytes]
WRITERS: dict[str, Writer] = {
    ".coco.json": coco.write,
    ".json": openpose.write,
    ".csv": table.write,
    ".txt": table.write,
}


def read_keypoints(path: Path, name: str, width: int, height: int) -> Keypoints:
    """The person of the photo called `name`, `width` by `height` pixels. Raises BadInput."""
    data = read_bounded(path, MAX_BYTES)
    asked = Asked(Path(name).name, width, height)
    try:
        return _read(data, asked)
    except Unusable as error:
        raise cannot_open(path, str(error)) from error
    except UnicodeDecodeError as error:
        raise cannot_open(path, "it is not a text file") from error
    except (msgspec.MsgspecError, RecursionError) as error:
        raise cannot_open(path, f"its JSON cannot be used ({error})") from error


def write_keypoints(path: Path, name: str, keypoints: Keypoints, width: int, height: int) -> None:
    """OpenPose JSON for `.json`, COCO for `.coco.json`, the table for `.csv` and `.txt`. Raises BadInput."""
    lowered = path.name.lower()
    writer = next((write for ending, write in WRITERS.items() if lowered.endswith(ending)), None)
    if writer is None:
        endings = ", ".join(sorted(WRITERS))
        raise BadInput(f"{shown(path)} cannot be written: keypoint files end in one of {endings}.")
    data = writer(Asked(Path(name).name, width, height), keypoints)
    with atomic_write(path) as file:
        file.write(data)


def _read(data: bytes, asked: Asked) -> Keypoints:
    text = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text.startswith((b"{", b"[")):
        return table.read(text.decode(), asked)
    top = msgspec.json.decode(text, type=dict[str, msgspec.Raw] | list[msgspec.Raw])
    if isinstance(top, list) and not top:
        raise Unusable("its list is empty")
    if openpose.recognises(top):
        return openpose.read(top, asked)
    if coco.recognises(top):
        return coco.read(top, asked)
    raise Unusable("it has neither “people” (OpenPose) nor “annotations” or “keypoints” (COCO)")
