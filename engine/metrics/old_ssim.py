"""SSIM as the papers computed it: scikit-image 0.13 with each author's own range, window and borders.

The numbers in the papers' tables can only be compared with these. `ssim.py` has today's.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, uniform_filter

from engine.messages import Image
from engine.metrics.pairs import checked

K1, K2 = 0.01, 0.03
SIGMA, TAPS_EACH_SIDE = 1.5, 4.0  # 13 taps: later versions of scikit-image cut at 3.5 sigma
GAUSSIAN_BORDER, UNIFORM_WINDOW = 5, 7  # pixels
GREY = np.array([0.2125, 0.7154, 0.0721])
Plane = NDArray[np.float64]  # (H, W)
Filter = Callable[[Plane], Plane]


def dsc(generated: Image, wanted: Image) -> float:
    """dsc.md 7: Gaussian window, mean over channels, range of the generated picture."""
    checked(generated, wanted)
    return _colour(generated, wanted, _range(generated))


def lwg(generated: Image, wanted: Image) -> float:
    """lwg.md 6.2: on pictures from -1 to 1, whose range is 2; the window, which is not told, scikit-image's own."""
    checked(generated, wanted)
    a, b = generated / 127.5 - 1, wanted / 127.5 - 1
    return float(np.mean([_uniform(a[..., c], b[..., c], 2.0) for c in range(3)]))


def dpig(generated: Image, wanted: Image) -> float:
    """dpig.md 7.1: on grey, uniform window, sample covariance, range of the wanted picture."""
    checked(generated, wanted)
    a, b = (picture / 255 @ GREY for picture in (generated, wanted))
    return _uniform(a, b, _range(b))


def dpig_masked(generated: Image, wanted: Image, mask: NDArray[np.floating | np.bool_]) -> float:
    """dpig.md 7.1: colour, range 255, outside the mask (H, W, 0 … 1) black, truncated to whole numbers."""
    checked(generated, wanted)
    a, b = (np.floor(picture * mask[..., None]) for picture in (generated, wanted))
    return float(np.mean([_uniform(a[..., c], b[..., c], 255.0) for c in range(3)]))


def dsc_masked(generated: Image, wanted: Image, mask: NDArray[np.bool_]) -> float:
    """dsc.md 7: as `dsc`, with everything outside the mask (H, W) black in both pictures."""
    checked(generated, wanted)
    a, b = (picture * mask[..., None].astype(np.uint8) for picture in (generated, wanted))
    return _colour(a, b, _range(a))


def stgan(generated: Image, wanted: Image) -> float:
    """stgan.md 6.1: uniform window over the three colours, range 255."""
    checked(generated, wanted)
    a, b = generated.astype(float), wanted.astype(float)
    return float(np.mean([_uniform(a[..., c], b[..., c], 255.0) for c in range(3)]))


def _colour(a: NDArray, b: NDArray, extent: float) -> float:
    smooth = partial(gaussian_filter, sigma=SIGMA, truncate=TAPS_EACH_SIDE, mode="reflect")
    a, b = a.astype(np.float64), b.astype(np.float64)
    planes = [_index(a[..., c], b[..., c], extent, smooth, 1.0, GAUSSIAN_BORDER) for c in range(3)]
    return float(np.mean(planes))


def _uniform(a: Plane, b: Plane, extent: float) -> float:
    smooth = partial(uniform_filter, size=UNIFORM_WINDOW, mode="reflect")
    count = UNIFORM_WINDOW**2
    return _index(a, b, extent, smooth, count / (count - 1), UNIFORM_WINDOW // 2)


def _index(a: Plane, b: Plane, extent: float, smooth: Filter, unbiased: float, border: int) -> float:
    """The mean structural similarity of two planes, `border` pixels left out all around."""
    c1, c2 = (K1 * extent) ** 2, (K2 * extent) ** 2
    mean_a, mean_b = smooth(a), smooth(b)
    var_a = unbiased * (smooth(a * a) - mean_a**2)
    var_b = unbiased * (smooth(b * b) - mean_b**2)
    shared = unbiased * (smooth(a * b) - mean_a * mean_b)
    above = (2 * mean_a * mean_b + c1) * (2 * shared + c2)
    below = (mean_a**2 + mean_b**2 + c1) * (var_a + var_b + c2)
    inner = (slice(border, -border),) * 2
    above, below = above[inner], below[inner]
    flat = below == 0  # both pictures black with a range of 0: they are the same
    return float(np.where(flat, 1.0, above / np.where(flat, 1.0, below)).mean())


def _range(picture: NDArray) -> float:
    return float(picture.max()) - float(picture.min())
