"""A person drawn in an asked pose against the true picture of them: what is measured of one pair, whoever drew it.

Where the data set has label maps, the person is where the true map says so, with nothing added around: the papers'
dilation by 5 × 5 is followed by an erosion and does not grow a mask. Elsewhere it is the papers' mask, drawn from keypoints.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.data.sample import Sample
from engine.geometry import Box
from engine.messages import BadInput, Image
from engine.metrics import bootstrap, masks, own_features, pose_error, ssim
from engine.metrics.bootstrap import Measured
from engine.perception import annotating
from engine.perception.annotating import Reader
from engine.perception.features import Seen
from engine.skeleton import Keypoints

SSIM, MASKED_SSIM, L1, MASKED_L1 = "SSIM", "masked SSIM", "L1", "masked L1"
DISTANCE = own_features.named("LPIPS", annotating.NAME)
PERSON_DISTANCE = f"person's {DISTANCE}"
PCK = {f"PCK@{fraction:g}": fraction for fraction in pose_error.FRACTIONS}
KINDS = (SSIM, MASKED_SSIM, L1, MASKED_L1, DISTANCE, PERSON_DISTANCE, *PCK)
AT_REST = "PSNR at rest"
LEAST = 32  # pixels a side of the person's box: what features need

Number = tuple[float, float]  # a sum and what it is divided by: a pose counts as often as it has joints
Measure = Callable[["Case", Image], Number]


@dataclass(frozen=True)
class Case:
    """A pair: the photo with its pose, the pose asked for, and what a picture of it should show."""

    photo: Image
    source: Keypoints
    target: Keypoints
    truth: Image
    before: NDArray[np.bool_]  # (H, W) where the person is in the photo
    after: NDArray[np.bool_]  # (H, W) … and in the true picture
    person: str  # whose pictures these are

    @classmethod
    def of(cls, sample: Sample) -> Case | None:
        """None where a pose lacks shoulders or hips. Raises BadInput where there are no poses at all."""
        pair = sample.pair
        assert pair is not None
        if sample.keypoints is None or pair.keypoints is None:
            raise BadInput("Re-posing is measured on pictures with keypoints, and this data set has none.")
        if sample.keypoints.missing() or pair.keypoints.missing():
            return None
        return cls(
            sample.picture, sample.keypoints, pair.keypoints, pair.picture, outline(sample), outline(pair),
            sample.identity or sample.name,
        )  # fmt: skip

    @cached_property
    def box(self) -> Box:
        """Of the person in the true picture, at least 32 pixels a side, within the picture."""
        rows, columns = np.nonzero(self.after)
        high, wide = self.after.shape
        if not len(rows):
            return Box(0, 0, wide, high)
        (top, tall), (left, across) = _span(rows, high), _span(columns, wide)
        return Box(left, top, across, tall)

    def cropped(self, picture: Image) -> Image:
        left, top, wide, high = (int(n) for n in self.box)
        return np.ascontiguousarray(picture[top : top + high, left : left + wide])


def outline(sample: Sample) -> NDArray[np.bool_]:
    """(H, W): where the person is."""
    if sample.labels is not None:
        return sample.labels > 0
    assert sample.keypoints is not None
    return masks.dsc(sample.keypoints, *sample.picture.shape[:2])


def _span(places: NDArray, size: int) -> tuple[int, int]:
    """Where the places begin, and how far they reach; widened to the least."""
    first, last = int(places.min()), int(places.max()) + 1
    reach = min(max(last - first, LEAST), size)
    first = min(max(0, (first + last - reach) // 2), size - reach)
    return first, reach


class Examiner:
    """Looks at drawn pictures with our own annotator, loaded when it is first asked."""

    def __init__(
        self, device: str = "cpu", reader: Reader | None = None, seen: own_features.Maps | None = None
    ) -> None:
        """reader, seen: networks to take instead of the shipped one"""
        self._device, self._given = device, (reader, seen)

    @cached_property
    def _reader(self) -> Reader:
        return self._given[0] or Reader(device=self._device)

    @cached_property
    def _seen(self) -> own_features.Maps:
        return self._given[1] or Seen.shipped().to(self._device)

    def pose(self, case: Case, picture: Image) -> Keypoints:
        """Read off what lies about the box of the true person, whatever is drawn there."""
        window = annotating.around(case.box, annotating.ROOM, annotating.NEAR_LOOK)
        height, width = picture.shape[:2]
        return annotating.keypoints_of(self._reader.look(window.seen(picture)), window, height, width)[0]

    def hits(self, case: Case, picture: Image) -> dict[str, Number]:
        """PCK, over the joints that are visible in the true picture."""
        height = pose_error.height_in(case.after)
        distances = pose_error.measure([self.pose(case, picture)], [case.target], [height]).distances
        asked = ~np.isnan(distances)
        return {kind: (float((distances[asked] <= limit).sum()), float(asked.sum())) for kind, limit in PCK.items()}

    def unlike(self, pictures: Sequence[Image], truth: Image) -> NDArray[np.float64]:
        """(N,) perceptual distances to one true picture."""
        return own_features.perceptual_distances(list(pictures), [truth] * len(pictures), self._seen, self._device)


def compared(
    case: Case, drawn: Mapping[str, Image], kinds: Collection[str], examiner: Examiner, more: Mapping[str, Measure]
) -> dict[str, dict[str, Number]]:
    """Name -> kind -> number, of one pair's pictures by the names of who drew them. more: further kinds"""
    found = {who: _plain(case, picture, kinds) for who, picture in drawn.items()}
    for kind, shown in ((DISTANCE, lambda picture: picture), (PERSON_DISTANCE, case.cropped)):
        if kind in kinds:
            apart = examiner.unlike([shown(picture) for picture in drawn.values()], shown(case.truth))
            for who, distance in zip(drawn, apart, strict=True):
                found[who][kind] = float(distance), 1.0
    for who, picture in drawn.items():
        if any(kind in kinds for kind in PCK):
            found[who] |= examiner.hits(case, picture)
        found[who] |= {kind: measure(case, picture) for kind, measure in more.items() if kind in kinds}
    return found


def _plain(case: Case, picture: Image, kinds: Collection[str]) -> dict[str, Number]:
    measures: dict[str, Callable[[], float]] = {
        SSIM: lambda: ssim.ssim(picture, case.truth),
        MASKED_SSIM: lambda: ssim.masked_ssim(picture, case.truth, case.after),
        L1: lambda: ssim.l1(picture, case.truth),
        MASKED_L1: lambda: _apart(picture, case.truth, case.after)[0],
    }
    return {kind: once(measure()) for kind, measure in measures.items() if kind in kinds}


def once(value: float) -> Number:
    """Of a picture; NaN says nothing."""
    return (0.0, 0.0) if np.isnan(value) else (value, 1.0)


def kept(case: Case, picture: Image) -> Number:
    """PSNR inside the person of a photo drawn in its own pose: decibel, at most 100."""
    error = _apart(picture, case.photo, case.before)[1]
    if error == 0:
        return once(ssim.MOST_DECIBEL)
    return once(min(ssim.MOST_DECIBEL, -10 * np.log10(error / 4)))  # of pictures from -1 to 1


def _apart(picture: Image, wanted: Image, mask: NDArray[np.bool_]) -> tuple[float, float]:
    """Mean absolute and squared difference inside a mask, of pictures from -1 to 1; NaN where it is empty."""
    if not mask.any():
        return float("nan"), float("nan")
    apart = (picture[mask].astype(np.float64) - wanted[mask]) / 127.5
    return float(np.abs(apart).mean()), float(np.square(apart).mean())


@dataclass
class Tally:
    """Numbers by pair. What a person's pictures have in common does not count twice: intervals are over people."""

    people: list[str] = field(default_factory=list)
    rows: dict[str, list[Number]] = field(default_factory=dict)  # name of the number -> pair by pair

    def add(self, person: str, numbers: Mapping[str, Number]) -> None:
        self.people.append(person)
        for name, number in numbers.items():
            self.rows.setdefault(name, []).append(number)

    def measured(self, name: str, seed: int = 0) -> Measured:
        return bootstrap.interval(_mean, *self._by_person(name), seed=seed)

    def apart(self, name: str, other: str, seed: int = 0) -> Measured:
        """One number less another, of the same pairs."""
        return bootstrap.interval(_difference, *self._by_person(name), *self._by_person(other), seed=seed)

    def _by_person(self, name: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Sums and divisors (P,)."""
        _, whose = np.unique(self.people, return_inverse=True)
        sums, counts = np.array(self.rows[name]).T
        return np.bincount(whose, sums).astype(np.float64), np.bincount(whose, counts).astype(np.float64)


def _mean(sums: NDArray, counts: NDArray) -> float:
    return float(sums.sum() / counts.sum()) if counts.sum() else float("nan")


def _difference(sums: NDArray, counts: NDArray, others: NDArray, of: NDArray) -> float:
    return _mean(sums, counts) - _mean(others, of)
