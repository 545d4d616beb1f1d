"""DSC in the window: what depends on the photo alone is kept, a drag step redraws (dsc.md 11).

The network sees a part of the photo around the person (crop.py); its answer is put into the photo at the photo's own size
(paste.py). The authors' networks are far too slow to follow a hand: the Puppet draws while one is dragging.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import cv2
import numpy as np

from engine.arrays import Float32, UInt8
from engine.document import Document
from engine.generators.dsc.crop import Crop, crop_of
from engine.generators.dsc.paste import Answer, paste
from engine.generators.dsc.rest import with_rest
from engine.generators.plate import Plate, SmallPlate
from engine.generators.posed import problem
from engine.generators.registry import Generator
from engine.io.installed import files
from engine.messages import Quality
from engine.pace import Pace
from engine.perception.stages import Labels, Matte, Photo, SmallPhoto, resized
from engine.pipeline.stage import Setting, Stage
from engine.store import Store

if TYPE_CHECKING:
    from engine.generators.dsc.drawing import Artist

SIZE = 192  # pixels of what our network sees, high and wide: it was trained up to that
DRAFTS = (1.0, 5 / 6, 4 / 6)  # of it, while dragging; the sides are multiples of 32
DRAFT_MILLISECONDS = 40.0  # the network may take for a draft
FITTING = {  # variants that need nothing but keypoints
    f"{h} × {w}, {way}": (h, w) for h, w in ((128, 64), (256, 256)) for way in ("moved skips", "plain skips")
}
PAPER = "dsc:"  # the names of installed networks begin so
ABOUT = "Deformable skip connections: a network moves the person's pixels and invents what the photo does not show."


class Hand:
    """A network, loaded when it is first needed, and how large a picture it may be asked for."""

    def __init__(self, name: str, load: Callable[[], Artist], size: tuple[int, int], drafts: tuple[float, ...]) -> None:
        """size: height and width, pixels; drafts: shares of it that may be drawn while dragging"""
        self.name, self._load, self._artist = name, load, None
        self._size, self._pace = size, Pace(DRAFT_MILLISECONDS, drafts)

    def artist(self) -> Artist:
        self._artist = self._artist or self._load()
        return self._artist

    def size(self, setting: Setting) -> tuple[int, int]:
        """Height and width of what the network sees, pixels."""
        height, width = self._size
        scale = 1.0 if setting.quality == Quality.FINAL else self._pace.scale(width, height)
        return round(height * scale), round(width * scale)

    def crop(self, document: Document) -> Crop:
        source, (height, width) = document.source, self._size
        return crop_of(source.keypoints, document.target.keypoints, source.width, source.height, width / height)

    def timed(self, milliseconds: float, setting: Setting) -> None:
        if setting.quality == Quality.DRAFT:
            self._pace.measured(milliseconds)


class Looked(NamedTuple):
    kept: Any  # network.Kept
    person: Float32  # (h, w) 1 where the plate is not the photo and close by, else 0


class Seen:
    """Looked: what the network keeps of the photo."""

    kept = False

    def __init__(self, hand: Hand) -> None:
        self._hand, self.name, self.feeds = hand, f"{hand.name} photo", ("photo", "plate", "matte")

    def reads(self, document: Document, setting: Setting) -> Hashable:
        return document.source.keypoints, self._hand.crop(document), self._hand.size(setting)

    def run(self, document: Document, setting: Setting, *fed: Any) -> Looked:
        crop, size = self._hand.crop(document), self._hand.size(setting)
        photo, plate, matte = (cropped(picture, crop, size) for picture in fed)
        kept = self._hand.artist().keep(photo, plate, matte, crop.pose(document.source.keypoints, size[0]))
        person = (photo != plate).any(axis=2).astype(np.float32)
        return Looked(kept, cv2.dilate(person, np.ones((5, 5), np.uint8)))  # its border lies within it at any size


class Drawn:
    """paste.Answer"""

    kept = False

    def __init__(self, hand: Hand) -> None:
        self._hand, self.name, self.feeds = hand, hand.name, (f"{hand.name} photo",)

    def reads(self, document: Document, setting: Setting) -> Hashable:
        return document.target.keypoints, document.target.repainted

    def run(self, document: Document, setting: Setting, *fed: Looked) -> Answer:
        (looked,) = fed
        crop, (height, _) = self._hand.crop(document), self._hand.size(setting)
        start = time.perf_counter()
        source, target = (crop.pose(p, height) for p in (document.source.keypoints, document.target.keypoints))
        repainted = document.target.repainted
        drawing = self._hand.artist().draw(looked.kept, source, target, repainted)
        self._hand.timed(1000 * (time.perf_counter() - start), setting)
        if not repainted:
            drawing = with_rest(drawing, source, target, looked.person)
        return Answer(crop, drawing.invented, drawing.shares, drawing.maps)


class Picture:
    """The picture (H, W, 3), `setting.scale` times as large as the photo."""

    kept = False

    def __init__(self, hand: Hand) -> None:
        self.name, self.feeds = f"{hand.name} picture", ("photo at size", "plate at size", hand.name)

    def reads(self, document: Document, setting: Setting) -> Hashable:
        return setting

    def run(self, document: Document, setting: Setting, *fed: Any) -> UInt8:
        photo, plate, answer = fed
        return paste(photo, plate, answer, setting.scale, cubic=setting.quality == Quality.FINAL)


def cropped(picture: UInt8, crop: Crop, size: tuple[int, int]) -> UInt8:
    """What of a picture lies in the crop, at a size (height, width); its border is repeated beyond it."""
    to_network = crop.to_network(size[0])
    factor = size[0] / crop.height
    if factor < 1:  # by area first, or fine patterns would flicker
        small = resized(picture, factor)
        across, down = small.shape[1] / picture.shape[1], small.shape[0] / picture.shape[0]
        enlarging = np.array([[1 / across, 0, 0.5 / across - 0.5], [0, 1 / down, 0.5 / down - 0.5], [0, 0, 1]])
        picture, to_network = small, to_network @ enlarging
    return cv2.warpAffine(picture, to_network, size[::-1], flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)  # type: ignore[return-value]


def stages(store: Store, hand: Hand) -> list[Stage]:
    first = [Photo(store), Matte(store), Labels(store), SmallPhoto(), Plate(), SmallPlate()]
    return [*first, Seen(hand), Drawn(hand), Picture(hand)]


def wanted(name: str, document: Document, setting: Setting) -> tuple[str, ...]:
    """At rest the picture is the photo; what the first drag will need is made ready behind it."""
    picture = "photo at size" if document.target.keypoints == document.source.keypoints else f"{name} picture"
    if setting.quality == Quality.DRAFT:
        return (picture,)
    return picture, "matte", "labels", "plate at size", f"{name} photo"


def live() -> Generator:
    """Ours."""

    def load(device: str) -> Artist:
        from engine.generators.dsc import drawing  # torch is slow to import

        return drawing.shipped("dsc", device)

    return _generator("dsc", "DSC", ABOUT, frozenset({"dsc"}), load, (SIZE, SIZE), DRAFTS)


def installed() -> Iterator[Generator]:
    """The authors' networks the user has installed."""
    for path, origin in files("dsc", "generator"):
        if (size := FITTING.get(origin.variant)) is None:
            continue

        def load(device: str, path: Path = path) -> Artist:
            from engine.generators.dsc import drawing

            return drawing.installed(path, device)

        about = f"The authors' network for pictures of {origin.variant}, from {origin.source}. It draws when the hand rests."
        yield _generator(
            f"{PAPER}{path.stem}", f"DSC paper, {origin.variant}", about, frozenset(), load, size, (1.0,), "puppet",
            frozenset({"keypoints", "background"}),
        )  # fmt: skip


def _generator(
    name: str, title: str, about: str, weights: frozenset[str], load: Callable[[str], Artist], size: tuple[int, int],
    drafts: tuple[float, ...], drafted_by: str = "",
    edits: frozenset[str] = frozenset({"keypoints"}),
) -> Generator:  # fmt: skip
    return Generator(
        name=name,
        title=title,
        about=about,
        edits=edits,
        weights=weights,
        stages=lambda store, device: stages(store, Hand(name, partial(load, device), size, drafts)),
        wanted=partial(wanted, name),
        problem=problem,
        network=True,
        drafted_by=drafted_by,
    )
