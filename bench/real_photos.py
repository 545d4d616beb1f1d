"""Photos annotated against truth made by hand: `python -m bench.real_photos FOLDER [--sheet FILE.png] [--json FILE]`.

The folder holds photos, `labels.csv` or `keypoints.csv` (keypoints with or without visibility), and for each photo
`masks/NAME.png` (silhouette) or `NAME.npy` (ten-label map). Nothing may be trained or tuned on them.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.arrays import UInt8
from engine.document import UNSURE
from engine.io import images
from engine.io.keypoints import read_keypoints
from engine.io.weights import WEIGHTS
from engine.labels import LABEL_COLOURS
from engine.messages import BadInput
from engine.metrics import pose_error
from engine.metrics.annotation import CLOSE, Tally
from engine.perception.annotating import Found, Reader
from engine.skeleton import BONES, JOINT_NAMES, JOINTS, Keypoints, Visibility

TABLES = ("labels.csv", "keypoints.csv")
TILE = 384  # pixels of a picture on the sheet


@dataclass(frozen=True)
class Known:
    name: str
    photo: UInt8
    keypoints: Keypoints
    person: NDArray[np.bool_]
    labels: UInt8 | None


def known(folder: Path) -> Iterator[Known]:
    """The photos of a folder whose truth is there. Raises BadInput."""
    for path in sorted(p for p in folder.iterdir() if p.suffix in (".jpg", ".png")):
        photo = images.read_photo(path).pixels
        mask, table = folder / "masks" / f"{path.stem}.png", path.with_suffix(".npy")
        labels = np.load(table, allow_pickle=False).astype(np.uint8) if table.exists() else None
        person = (
            images.read_photo(mask).pixels[..., 0] > 127 if mask.exists() else None if labels is None else labels > 0
        )
        keypoints = _keypoints(folder, path, photo)
        if person is not None and keypoints is not None:
            yield Known(path.name, photo, keypoints, person, labels)


def _keypoints(folder: Path, path: Path, photo: UInt8) -> Keypoints | None:
    for table in TABLES:
        try:
            return read_keypoints(folder / table, path.name, photo.shape[1], photo.shape[0])
        except BadInput:
            continue
    return None


def corrections(found: Keypoints, truth: Keypoints, height: float) -> int:
    """Visible joints an artist would have to move: missing, or further off than CLOSE."""
    distances = pose_error.measure([found], [truth], [height]).distances[0]
    return int((distances > CLOSE).sum())


def overlay(photo: UInt8, found: Found | None, truth: Keypoints) -> UInt8:
    """The photo with skeleton, its unsure joints in red and true places as crosses; beside it labels and matte."""
    scale = TILE / max(photo.shape[:2])
    size = round(scale * photo.shape[1]), round(scale * photo.shape[0])
    picture = cv2.resize(photo, size, interpolation=cv2.INTER_CUBIC)
    classes = (
        np.zeros_like(picture)
        if found is None
        else cv2.resize(np.array(LABEL_COLOURS, np.uint8)[found.labels], size, interpolation=cv2.INTER_NEAREST)
    )
    matte = np.zeros_like(picture) if found is None else cv2.resize(np.dstack([found.matte] * 3), size)
    cut = (picture * (matte / 255.0) + (1 - matte / 255.0) * (40, 200, 60)).astype(np.uint8)
    drawn = picture.copy()
    if found is not None:
        _draw(drawn, found, scale)
    for j in JOINTS:
        if truth.visibility[j] == Visibility.VISIBLE:
            x, y = (round((v + 0.5) * scale) for v in truth[j])
            cv2.drawMarker(drawn, (x, y), (255, 255, 255), cv2.MARKER_TILTED_CROSS, 9, 1, cv2.LINE_AA)
    square = [np.pad(p, ((0, TILE - p.shape[0]), (0, TILE - p.shape[1]), (0, 0))) for p in (drawn, classes, cut)]
    return np.concatenate(square, axis=1)


def _draw(picture: UInt8, found: Found, scale: float) -> None:
    at = [tuple(round((v + 0.5) * scale) for v in found.keypoints[j]) for j in JOINTS]
    for a, b in BONES:
        if found.keypoints.present(a) and found.keypoints.present(b):
            cv2.line(picture, at[a], at[b], (60, 230, 60), 2, cv2.LINE_AA)
    for j in JOINTS:
        if found.keypoints.present(j):
            hidden, sure = found.keypoints.visibility[j] == Visibility.HIDDEN, found.sure[j] >= UNSURE
            cv2.circle(picture, at[j], 4, (40, 120, 255) if sure else (255, 40, 40), 1 if hidden else -1, cv2.LINE_AA)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--sheet", type=Path)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    reader, tally, rows, facts = Reader(asked.weights), Tally(), [], {}
    for one in known(asked.folder):
        found = reader.find(one.photo)
        tally.add(found, one.keypoints, one.person, one.labels)
        wrong = corrections(tally.found[-1], one.keypoints, tally.heights[-1])
        off = tally.errors().distances[-1]
        named = [f"{JOINT_NAMES[j]} {off[j]:.2f}" for j in JOINTS if off[j] > CLOSE]
        facts[one.name] = {"corrections": wrong, "matte IoU": round(tally.mattes[-1], 4)}
        print(f"{one.name:24} matte {tally.mattes[-1]:.3f}  to move {wrong:2}  {', '.join(named)}")
        rows.append(overlay(one.photo, found, one.keypoints))
    numbers = tally.measured()
    for name, measured in numbers.items():
        print(f"{name}: {measured}")
    if asked.sheet:
        rows += [np.zeros_like(rows[0])] * (len(rows) % 2)
        sheet = np.concatenate([np.concatenate(rows[i : i + 2], axis=1) for i in range(0, len(rows), 2)])
        cv2.imwrite(str(asked.sheet), cv2.cvtColor(sheet, cv2.COLOR_RGB2BGR))
    if asked.json:
        asked.json.write_text(json.dumps({"photos": facts, "metrics": msgspec.to_builtins(numbers)}, indent=1))


if __name__ == "__main__":
    main()
