"""iPER: videos of people turning and moving, with an SMPL body for every frame (lwg.md 6.1)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray

from engine.body import reading
from engine.data.folders import check_folder, no_split, pictures
from engine.data.sample import Body, Pairing, PairTable, Sample
from engine.geometry import Point
from engine.io.files import MEGABYTE, cannot_open, read_bounded
from engine.io.images import read_photo
from engine.messages import BadInput
from engine.skeleton import JOINTS, Keypoints, Visibility

LISTS = {"train": "train.txt", "test": "val.txt"}
SOURCES = 15  # training pairs begin in the first frames, where people stand still (lwg.md 4.3)
COCOPLUS = (14, 12, 8, 7, 6, 9, 10, 11, 2, 1, 0, 3, 4, 5, 16, 15, 18, 17)  # our joints among the 19 of kps.pkl (5.4)
WHAT = "iPER"
WIDTHS = {"cams": 3, "pose": 72, "shape": 10}


@dataclass(frozen=True)
class Iper:
    folder: Path
    splits: tuple[str, ...] = tuple(LISTS)

    def split(self, name: str) -> Videos:
        """Raises BadInput."""
        if name not in LISTS:
            raise no_split(name, LISTS, WHAT)
        check_folder(self.folder, WHAT, "images/", "smpls/", LISTS[name])
        videos = tuple(self._videos(self.folder / LISTS[name]))
        frames = tuple(tuple(pictures(self.folder / "images" / video)) for video in videos)
        return Videos(self.folder, videos, frames, first=SOURCES if name == "train" else 1)

    def _videos(self, path: Path) -> list[str]:
        lines = read_bounded(path, MEGABYTE).decode("utf-8", "replace").splitlines()
        found = [line.strip().strip("/") for line in lines if line.strip()]
        for video in found:
            if ".." in PurePosixPath(video).parts or PurePosixPath(video).is_absolute():
                raise cannot_open(path, f"it names {video[:80]!r}, which lies elsewhere")
        if not found:
            raise cannot_open(path, "it names no video")
        return found


@dataclass(frozen=True)
class Videos(Pairing):
    """Frames one after the other. Pairs lead from each of the `first` frames of a video to all its others."""

    folder: Path
    videos: tuple[str, ...]  # "001/1/2": subject, outfit, 1 turning or 2 moving
    frames: tuple[tuple[str, ...], ...]  # names of each video's pictures
    first: int

    def __len__(self) -> int:
        return sum(len(names) for names in self.frames)

    def __getitem__(self, index: int) -> Sample:
        starts = self._starts()
        video = int(np.searchsorted(starts, index, side="right")) - 1
        frame = index - int(starts[video])
        name, names = self.videos[video], self.frames[video]
        picture = read_photo(self.folder / "images" / name / names[frame]).pixels
        bodies = _bodies(self.folder / "smpls" / name, len(names))
        body = Body(bodies["pose"][frame], bodies["shape"][frame], bodies["cams"][frame])
        points = _keypoints(bodies["kps"][frame], *picture.shape[:2])
        person = name.rpartition("/")[0]
        return Sample(f"{name}/{names[frame]}", picture, points, body=body, identity=person)

    def pairs(self) -> PairTable:
        starts = self._starts()
        tables = []
        for start, names in zip(starts, self.frames, strict=True):
            count = len(names)
            pairs = product(range(min(self.first, count)), range(count))
            tables.append(int(start) + np.array([(a, b) for a, b in pairs if a != b], np.int64).reshape(-1, 2))
        return np.concatenate(tables)

    def _starts(self) -> NDArray[np.int64]:
        return np.cumsum([0, *(len(names) for names in self.frames[:-1])])


@lru_cache(maxsize=64)
def _bodies(folder: Path, frames: int) -> dict[str, NDArray[np.float32]]:
    """cams (N, 3), pose (N, 72), shape (N, 10), kps (N, 19, 2) of a video. Raises BadInput."""
    path = folder / "pose_shape.pkl"
    found = reading.arrays(path)
    for name, width in WIDTHS.items():
        _check(path, name, found.get(name), (frames, width))
    points = reading.arrays(folder / "kps.pkl")
    _check(folder / "kps.pkl", "kps", points.get("kps"), (frames, 19, 2))
    return {name: array.astype(np.float32) for name, array in {**found, "kps": points["kps"]}.items()}


def _check(path: Path, name: str, array: NDArray | None, shape: tuple[int, ...]) -> None:
    if array is None or array.shape != shape:
        found = "nothing" if array is None else str(array.shape)
        where = "/".join(path.parts[-4:])
        raise BadInput(
            f"{where} does not fit the {shape[0]} pictures: {name} should have shape {shape}, found {found}."
        )


def _keypoints(points: NDArray[np.float32], height: int, width: int) -> Keypoints:
    """From the picture's border at ±1 to pixels. All count as visible: the file does not say."""
    x, y = ((points[:, 0] + 1) * width / 2 - 0.5, (points[:, 1] + 1) * height / 2 - 0.5)
    chosen = tuple(Point(float(x[c]), float(y[c])) for c in COCOPLUS)
    return Keypoints(chosen, (Visibility.VISIBLE,) * len(JOINTS))
