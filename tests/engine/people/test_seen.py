"""How large a sample is, told from where its neighbours lie."""

from __future__ import annotations

import pytest
import torch

from engine.people.seen import Seen, pixel_sizes

WIDE = 8


def seen(pixel: list[int], batch: list[int], metres: list[float]) -> Seen:
    """Samples of pictures WIDE samples wide, each picture's so many metres apart."""
    at, member = torch.tensor(pixel), torch.tensor(batch)
    size, zero = torch.tensor(metres)[member], torch.zeros(len(at))
    across = (at % WIDE - WIDE / 2) * size
    position = torch.stack([across, zero, zero + 3], dim=1)
    return Seen(member, at, member, member, position, position, position, zero)


def test_the_step_from_row_to_row_does_not_count() -> None:
    """Cloth that fills a portrait reaches from border to border."""
    filled = seen(list(range(4 * WIDE)), [0] * (4 * WIDE), [0.01])
    assert float(pixel_sizes(filled, 1)) == pytest.approx(0.01)


def test_every_picture_has_its_own() -> None:
    two = seen([3, 4, 5, 3, 4, 12], [0, 0, 0, 1, 1, 1], [0.01, 0.02])
    assert pixel_sizes(two, 2).tolist() == pytest.approx([0.01, 0.02])


def test_lone_samples_have_some_size() -> None:
    assert bool((pixel_sizes(seen([3, 12], [0, 0], [0.01]), 2) > 0).all())
