"""SSIM and PSNR as scikit-image computes them today; our own tables use these."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from engine.messages import Image
from engine.metrics.pairs import checked

MOST_DECIBEL = 100.0  # of equal pictures, whose true value is infinite and would spoil every mean


def ssim(generated: Image, wanted: Image) -> float:
    """Wang et al.: Gaussian window of 11 taps, population covariance, range 255, mean over the colours."""
    checked(generated, wanted)
    return float(_map(generated, wanted)[0])


def masked_ssim(generated: Image, wanted: Image, mask: NDArray[np.bool_]) -> float:
    """Mean of the similarity map over the pixels of a mask (H, W); NaN where the mask is empty.

    The papers blacken the surroundings instead, which counts every black pixel as a perfect one (old_ssim.py).
    """
    checked(generated, wanted)
    if not mask.any():
        return float("nan")
    return float(_map(generated, wanted)[1][mask].mean())


def psnr(generated: Image, wanted: Image) -> float:
    """Decibel, at most 100."""
    checked(generated, wanted)
    if np.array_equal(generated, wanted):
        return MOST_DECIBEL
    return min(float(peak_signal_noise_ratio(wanted, generated, data_range=255)), MOST_DECIBEL)


def l1(generated: Image, wanted: Image) -> float:
    """Mean absolute difference of pictures from -1 to 1 (dsc.md 7): 0 … 2."""
    checked(generated, wanted)
    return float(np.abs(generated.astype(np.float64) - wanted).mean() / 127.5)


def _map(generated: Image, wanted: Image) -> tuple[float, NDArray[np.float64]]:
    return structural_similarity(  # type: ignore[return-value]
        generated, wanted, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=255,
        channel_axis=2, full=True,
    )  # fmt: skip
