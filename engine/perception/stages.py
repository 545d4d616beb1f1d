"""Stages every generator can start from: the photo, the person's matte, the first label map."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import cv2

from engine.arrays import UInt8
from engine.document import Document
from engine.perception.labels import first_labels
from engine.perception.matte import corrected, person_matte
from engine.pipeline.stage import Setting
from engine.store import Store


class Photo:
    """Pixels (H, W, 3) uint8 of the source."""

    name, feeds, kept = "photo", (), False

    def __init__(self, store: Store) -> None:
        self._store = store

    def reads(self, document: Document, setting: Setting) -> Hashable:
        return document.source.photo

    def run(self, document: Document, setting: Setting, *fed: Any) -> UInt8:
        return self._store[document.source.photo]


class Matte:
    """Matte (H, W) uint8 of the person: the file's own alpha if it had one, else proposed; then the hand's."""

    name, feeds, kept = "matte", ("photo",), True

    def __init__(self, store: Store) -> None:
        self._store = store

    def reads(self, document: Document, setting: Setting) -> Hashable:
        source = document.source
        read = source.cutout or source.keypoints, source.strokes
        return (*read, source.edges) if source.edges else read  # mattes kept by older projects are found under `read`

    def run(self, document: Document, setting: Setting, *fed: Any) -> UInt8:
        source = document.source
        if source.cutout:
            return corrected(self._store[source.cutout], source.strokes, source.edges)
        return person_matte(fed[0], source.keypoints, source.strokes, source.edges)


class Labels:
    """Class indices (H, W) uint8: given with the person, else derived from matte and skeleton."""

    name, feeds, kept = "labels", ("matte",), True

    def __init__(self, store: Store) -> None:
        self._store = store

    def reads(self, document: Document, setting: Setting) -> Hashable:
        return document.source.labels or document.source.keypoints

    def run(self, document: Document, setting: Setting, *fed: Any) -> UInt8:
        given = document.source.labels
        return self._store[given] if given else first_labels(fed[0], document.source.keypoints)


class SmallPhoto:
    """The photo at the size asked for."""

    name, feeds, kept = "photo at size", ("photo",), False

    def reads(self, document: Document, setting: Setting) -> Hashable:
        return setting.scale

    def run(self, document: Document, setting: Setting, *fed: Any) -> UInt8:
        return resized(fed[0], setting.scale)


def resized(picture: UInt8, scale: float) -> UInt8:
    """A picture (H, W[, C]) reduced by area to `scale` times its size, at least one pixel; itself for scale 1."""
    if scale == 1:
        return picture
    size = (max(1, round(scale * picture.shape[1])), max(1, round(scale * picture.shape[0])))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
