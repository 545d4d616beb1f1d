"""The colours of the ten parts can be told apart by everybody."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray
from skimage.color import deltaE_ciede2000, rgb2lab

from gui.canvas.palette import HALO, PARTS

# Linear RGB as seen by somebody without one kind of cone (Machado, Oliveira and Fernandes 2009, severity 1).
SEEN = {
    "all cones": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "no red": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "no green": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "no blue": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
CLEARLY = 12.0  # CIEDE2000; 1 is just noticed side by side


def as_seen(colours: tuple[tuple[int, ...], ...], eye: str) -> NDArray[np.floating]:
    """CIE L*a*b* (N, 3)."""
    srgb = np.array(colours) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    seen = (linear @ np.array(SEEN[eye]).T).clip(0, 1)
    return rgb2lab(np.where(seen <= 0.0031308, 12.92 * seen, 1.055 * seen ** (1 / 2.4) - 0.055))


@pytest.mark.parametrize("eye", SEEN)
def test_no_two_parts_look_alike(eye: str) -> None:
    lab = as_seen(PARTS, eye)
    near = [(i, j) for i, j in combinations(range(len(PARTS)), 2) if deltaE_ciede2000(lab[i], lab[j]) < CLEARLY]
    assert near == []


@pytest.mark.parametrize("eye", SEEN)
def test_every_part_stands_out_from_its_halo(eye: str) -> None:
    halo, *parts = as_seen((HALO, *PARTS), eye)[:, 0]
    assert min(parts) - halo > 30
