"""Annotating a photo with the network: the person is found in the whole photo, then looked at closely.

Every look is taken twice, once in the mirror, and the answers are averaged.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from engine.arrays import Float32, UInt8
from engine.geometry import Box, Point, bounding_box, within
from engine.io import weights
from engine.labels import BACKGROUND
from engine.perception import decode
from engine.perception.augment import SIDES_SWAPPED
from engine.perception.matte import refine_edges
from engine.perception.network import Annotator, Config
from engine.perception.stages import resized
from engine.skeleton import JOINTS, MIRROR, Keypoints, Visibility
from engine.threads import limit_torch

NAME = "annotator"
FAR_LOOK, NEAR_LOOK = 192, 192  # pixels of the square picture the network sees
ROOM = 1.25  # side of the near look's square, of the person's longer side
SMALLEST = 0.002  # share of the look that counts as a person
APART = 0.1  # of the largest island's area: smaller ones above or below it are crumbs
AROUND = 0.15  # of a person's longer side: how far outside of their box a joint may be found
LABELS_SIZE = 768  # longer side in pixels of the label map, which is enlarged to the photo's size


@dataclass(frozen=True)
class Found:
    """What the network proposes for a photo of height H and width W."""

    keypoints: Keypoints
    sure: tuple[float, ...]  # 18, 0 … 1: share of the joint's probability that lies about the place proposed
    labels: UInt8  # (H, W) classes
    matte: UInt8  # (H, W) 0 background … 255 person


class Window(NamedTuple):
    """A square of the photo, seen as a picture of size × size pixels."""

    left: float
    top: float
    side: float  # pixels of the photo
    size: int

    @property
    def scale(self) -> float:
        return self.size / self.side

    def within(self, height: int, width: int) -> tuple[int, int, int, int]:
        """left, top, right, bottom of the window's part of a photo."""
        left, top, side = round(self.left), round(self.top), max(1, round(self.side))
        return max(0, left), max(0, top), min(width, left + side), min(height, top + side)

    def seen(self, photo: UInt8) -> UInt8:
        """Reduced by area; what lies outside the photo repeats its border."""
        left, top, right, bottom = self.within(*photo.shape[:2])
        x, y, side = round(self.left), round(self.top), max(1, round(self.side))
        part = photo[top:bottom, left:right]
        outside = [top - y, y + side - bottom, left - x, x + side - right]
        share = min(1.0, 2 * self.scale)  # no border is repeated thousands of pixels wide
        if share < 1:
            part = resized(part, share)
            outside = [round(share * n) for n in outside]
        above, below, before, after = outside
        square = cv2.copyMakeBorder(part, above, below, before, after, cv2.BORDER_REPLICATE)
        smooth = cv2.INTER_LINEAR if square.shape[0] < self.size else cv2.INTER_AREA
        return cv2.resize(square, (self.size, self.size), interpolation=smooth)  # pyright: ignore[reportReturnType]

    def in_photo(self, points: NDArray) -> NDArray:
        """Pixels (…, 2) of the look as pixels of the photo."""
        return (points + 0.5) / self.scale - 0.5 + (round(self.left), round(self.top))


class Look(NamedTuple):
    points: Float32  # (18, 2) pixels of the look
    sure: Float32  # (18,)
    states: Float32  # (18, 3) probabilities of absent, hidden, visible
    labels: Float32  # (10, h, w) probabilities, half the look's size
    matte: Float32  # (h, w) 0 … 1


class Reader:
    """The network with its weights. Raises BadInput if the files are not what they should be."""

    def __init__(self, folder: Path = weights.WEIGHTS, device: str = "cpu") -> None:
        self._network = load(folder)
        self._network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._device = device

    @classmethod
    def of(cls, network: nn.Module, device: str = "cpu") -> Reader:
        """A network as it is."""
        reader = cls.__new__(cls)
        reader._network, reader._device = network.eval(), device
        return reader

    def find(self, photo: UInt8, box: Box | None = None, matte: UInt8 | None = None) -> Found | None:
        """The person in `box`, or the largest one of a photo (H, W, 3); None where there is nobody.

        matte  (H, W) of the person, where it is known
        """
        height, width = photo.shape[:2]
        wanted = within(box, width, height) if box else Box(0, 0, width, height)
        if wanted is None:
            return None
        window = around(wanted, 1.15 if box else 1.0, FAR_LOOK)
        person = extent(self.look(window.seen(photo)), window)
        if person is None or within(person, width, height) is None:  # a border that is repeated shows nobody
            return None
        window = around(person, ROOM, NEAR_LOOK)
        look = self.look(window.seen(photo))
        if extent(look, window) is None:
            return None
        matte = matte_of(look, window, photo) if matte is None else matte
        return Found(*keypoints_of(look, window, height, width), labels_of(look, window, matte), matte)

    @torch.inference_mode()
    def look(self, picture: UInt8) -> Look:
        """The network's answers for a square picture (S, S, 3), S a multiple of 32."""
        seen = torch.from_numpy(picture).to(self._device).permute(2, 0, 1)[None].float() / 255
        both = torch.cat([seen, seen.flip(3)]).contiguous(memory_format=torch.channels_last)
        found = self._network(both)
        order = [MIRROR[j] for j in JOINTS]
        matte = found.matte.float().sigmoid()
        matte = (matte[0] + matte[1].flip(1)) / 2
        share = found.heat.float().flatten(2).softmax(-1).view_as(found.heat)
        share = (share[0] + share[1, order].flip(2)) / 2
        share = share * torch.from_numpy(nearby(person_of(matte.cpu().numpy()))).to(share)
        points, sure = decode.places(share.clamp(min=1e-12).log()[None])
        states = found.visibility.float().softmax(-1)
        state = (states[0] + states[1, order]) / 2
        classes = found.labels.float().softmax(1)
        labels = (classes[0] + classes[1, torch.tensor(SIDES_SWAPPED)].flip(2)) / 2
        return Look(*(t.cpu().numpy() for t in (points[0], sure[0], state, labels, matte)))


def load(folder: Path = weights.WEIGHTS) -> Annotator:
    """The shipped network. Raises BadInput if the files are not what they should be."""
    card, tensors = weights.load(NAME, folder=folder)
    channels, blocks = (tuple(int(n) for n in card.network[key]) for key in ("channels", "blocks"))  # type: ignore[attr-defined]
    network = Annotator(Config(channels, blocks)).eval()
    network.load_state_dict(tensors)
    return network


@cache
def reader(device: str = "cpu") -> Reader:
    """The shipped network, made once, for the engine thread."""
    limit_torch(torch)
    return Reader(device=device)


def around(box: Box, room: float, size: int) -> Window:
    side = max(2.0, room * max(box.width, box.height))
    return Window(box.centre.x - side / 2, box.centre.y - side / 2, side, size)


def extent(look: Look, window: Window) -> Box | None:
    """The box in the photo of the largest person of a look."""
    there = person_of(look.matte)
    if there.mean() < SMALLEST:
        return None
    rows, columns = np.nonzero(there)
    corners = [(2 * columns.min() - 0.5, 2 * rows.min() - 0.5), (2 * columns.max() + 1.5, 2 * rows.max() + 1.5)]
    return bounding_box([Point(*p) for p in window.in_photo(np.array(corners)).tolist()])


def person_of(matte: Float32) -> NDArray[np.bool_]:
    """Where (h, w) the largest person is: the largest island, and others above or below it that are large enough."""
    _, islands, stats, _ = cv2.connectedComponentsWithStats((matte > 0.5).astype(np.uint8), connectivity=8)
    left, wide, area = (stats[1:, column] for column in (cv2.CC_STAT_LEFT, cv2.CC_STAT_WIDTH, cv2.CC_STAT_AREA))
    if not len(area):
        return np.zeros(matte.shape, bool)
    most = int(area.argmax())
    shared = np.minimum(left + wide, left[most] + wide[most]) - np.maximum(left, left[most])
    mine = (area >= APART * area[most]) & (shared >= wide / 2)
    return np.isin(islands, 1 + np.flatnonzero(mine))


def nearby(person: NDArray[np.bool_]) -> NDArray[np.float32]:
    """(h, w): 1 in and around the box of a person (h, w), almost 0 elsewhere, where others may stand."""
    rows, columns = np.nonzero(person)
    if not len(rows):
        return np.ones(person.shape, np.float32)
    room = round(AROUND * max(np.ptp(rows), np.ptp(columns)))
    found = np.full(person.shape, 1e-6, np.float32)
    found[
        max(0, rows.min() - room) : rows.max() + room + 1, max(0, columns.min() - room) : columns.max() + room + 1
    ] = 1
    return found


def keypoints_of(look: Look, window: Window, height: int, width: int) -> tuple[Keypoints, tuple[float, ...]]:
    points = window.in_photo(look.points)
    states = [Visibility(int(s)) for s in look.states.argmax(axis=1)]
    for j in JOINTS:
        if not (-0.5 <= points[j, 0] < width - 0.5 and -0.5 <= points[j, 1] < height - 0.5):
            states[j] = Visibility.ABSENT
    return Keypoints(tuple(Point(*p) for p in points.tolist()), tuple(states)), tuple(look.sure.tolist())


def matte_of(look: Look, window: Window, photo: UInt8) -> UInt8:
    """(H, W): the look's matte with its edges drawn along those of the photo."""
    hard = np.where(person_of(look.matte), look.matte, 0)
    left, top, right, bottom = window.within(*photo.shape[:2])
    part = photo[top:bottom, left:right]
    small = resized(part, min(1.0, window.size / max(part.shape[:2])))
    soft = sampled(hard, window, Box(left, top, right - left, bottom - top), small.shape[1], small.shape[0])
    matte = np.zeros(photo.shape[:2], np.uint8)
    matte[top:bottom, left:right] = refine_edges(part, small, np.where(soft > 0.5, 255, 0).astype(np.uint8))
    return matte


def labels_of(look: Look, window: Window, matte: UInt8) -> UInt8:
    """(H, W): the likeliest class wherever the matte says person."""
    height, width = matte.shape
    scale = min(1.0, LABELS_SIZE / max(height, width))
    size = max(1, round(scale * width)), max(1, round(scale * height))
    whole = Box(0, 0, width, height)
    classes = np.stack([sampled(layer, window, whole, *size) for layer in look.labels])
    classes[BACKGROUND] = -1
    small = classes.argmax(axis=0).astype(np.uint8)
    large = cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST)
    return np.where(matte >= 128, large, BACKGROUND).astype(np.uint8)


def sampled(layer: Float32, window: Window, box: Box, width: int, height: int) -> Float32:
    """A map (h, w) of the window as a picture (height, width) of a box of the photo; repeated beyond its border."""
    step = window.side / layer.shape[0]  # pixels of the photo in a cell
    across, down = box.width / width / step, box.height / height / step
    left, top = (box.left - round(window.left)) / step, (box.top - round(window.top)) / step
    back = np.array([[across, 0, left + across / 2 - 0.5], [0, down, top + down / 2 - 0.5]], np.float32)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(
        np.ascontiguousarray(layer), back, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE
    )  # pyright: ignore[reportReturnType]
