"""Re-identification: is the nearest gallery picture the same person? Rank-1 and mAP by Market-1501's rules (dpig.md 7.3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.metrics import bootstrap
from engine.metrics.bootstrap import Measured

Features = NDArray[np.floating]  # (N, D)
JUNK = "-1"  # identity of gallery pictures that count neither as right nor as wrong


@dataclass(frozen=True)
class People:
    """N pictures as a re-identification network sees them."""

    features: Features
    identities: NDArray[np.str_]  # (N,)
    cameras: NDArray[np.int64]  # (N,)


@dataclass(frozen=True)
class Ranking:
    """Per query; NaN for a query whose person no other camera saw."""

    first: NDArray[np.float64]  # (Q,) 1 where the nearest gallery picture is the same person
    precision: NDArray[np.float64]  # (Q,) average precision

    def rank_1(self, seed: int = 0) -> Measured:
        return bootstrap.mean(self.first, seed)

    def mean_average_precision(self, seed: int = 0) -> Measured:
        return bootstrap.mean(self.precision, seed)


def rank(queries: People, gallery: People) -> Ranking:
    """Cosine distance; gallery pictures of the query's person from the query's own camera, and junk, are passed over."""
    near = unit(queries.features) @ unit(gallery.features).T
    rows = [_judged(near[q], queries.identities[q], queries.cameras[q], gallery) for q in range(len(near))]
    first, precision = np.array(rows, np.float64).reshape(-1, 2).T
    return Ranking(first, precision)


def unit(features: Features) -> NDArray[np.float64]:
    """Rows of length 1; a row of zeros stays one."""
    rows = features.astype(np.float64)
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)


def _judged(near: NDArray, identity: str, camera: int, gallery: People) -> tuple[float, float]:
    same = gallery.identities == identity
    passed_over = (same & (gallery.cameras == camera)) | (gallery.identities == JUNK)
    order = np.argsort(-near, kind="stable")
    right = same[order][~passed_over[order]]
    if not right.any():
        return np.nan, np.nan
    return float(right[0]), average_precision(right)


def average_precision(right: NDArray[np.bool_]) -> float:
    """Area under precision over recall, by trapezia, as Market-1501's own evaluation draws it."""
    places = np.flatnonzero(right)
    hits = np.arange(1, len(places) + 1)
    here = hits / (places + 1)
    before = np.where(places > 0, (hits - 1) / np.maximum(places, 1), 1.0)
    return float(((here + before) / 2).mean())
