"""DSC's losses: the authors' numbers for the nearest neighbour (dsc.md 12), its gradient, its memory; VGG's conventions."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.generators.dsc import losses
from engine.generators.dsc.features import LAYERS, Filters, load_vgg
from engine.messages import BadInput
from tests.engine.io.checkpoints.samples import write_keras


def golden_features() -> tuple[Tensor, Tensor]:
    """Fake and real, 12 × 10 × 4; every step in single precision, as the authors' numbers were made."""
    c, y, x = (torch.arange(float(n)).view(shape) for n, shape in ((4, (4, 1, 1)), (12, (12, 1)), (10, (10,))))
    real, fake = (0.7 * y + 0.3 * x * (c + 1)).sin(), (0.5 * y - 0.4 * x * (c + 1)).cos()
    return 50 * fake.abs()[None], 50 * real.abs()[None]


def plainly(fake: Tensor, real: Tensor, window: int) -> Tensor:
    """All shifts at once, as the authors do it."""
    margin = window // 2
    padded = torch.nn.functional.pad(real, (margin,) * 4, value=-10_000)
    shifts = padded.unfold(2, window, 1).unfold(3, window, 1).flatten(4)  # (B, C, H, W, k²)
    return (fake[..., None] - shifts).abs().sum(dim=1).amin(dim=-1)


@pytest.mark.parametrize(
    ("window", "mean", "corner", "inner"),
    [(3, 31.225523, 12.454857, 47.378246), (5, 20.405895, 2.910049, 24.333714)],
)
def test_the_authors_nearest_neighbours(window: int, mean: float, corner: float, inner: float) -> None:
    found = losses.nearest(*golden_features(), window)[0]
    assert [float(v) for v in (found.mean(), found[0, 0], found[5, 7])] == pytest.approx(
        [mean, corner, inner], abs=2e-5
    )


@pytest.mark.parametrize("window", [1, 3, 5])
def test_nearest_is_as_defined_in_value_and_gradient(window: int) -> None:
    torch.manual_seed(0)
    fake, real = (torch.rand(2, 6, 9, 7) for _ in range(2))
    weights, found = torch.rand(2, 9, 7), []
    for distance in (losses.nearest, plainly):
        x = fake.clone().requires_grad_()
        d = distance(x, real, window)
        (d * weights).sum().backward()
        found.append((d.detach(), x.grad))
    for ours, defined in zip(*found, strict=True):
        torch.testing.assert_close(ours, defined)


def test_a_neighbour_in_reach_costs_nothing() -> None:
    real = torch.rand(1, 8, 10, 10)
    fake = real.roll((1, -1), dims=(2, 3))
    inner = (slice(None), slice(2, -2), slice(2, -2))
    assert not losses.nearest(fake, real, 3)[inner].any()
    assert losses.nearest(fake.roll(1, dims=2), real, 3)[inner].min() > 0


def test_no_gradient_reaches_the_real_features() -> None:
    fake, real = (torch.rand(1, 2, 4, 4, requires_grad=True) for _ in range(2))
    losses.nearest(fake, real, 3).sum().backward()
    assert fake.grad is not None and real.grad is None


def test_only_features_and_an_index_are_kept_for_the_gradient() -> None:
    """25 shifts, and no more memory than for 9: features of both and one byte per place."""
    kept: list[int] = []

    def pack(x: Tensor) -> Tensor:
        kept.append(x.numel() * x.element_size())
        return x

    fake, real = torch.rand(1, 16, 20, 20, requires_grad=True), torch.rand(1, 16, 20, 20)
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda x: x):
        losses.nearest(fake, real, 5)
    assert sum(kept) == 20 * 20 * (2 * 16 * 4 + 1)


def test_adversarial_losses_by_hand() -> None:
    real, fake = torch.tensor([[0.9, 0.6]]), torch.tensor([[0.2, 0.5]])
    judged = -(math.log(0.9) + math.log(0.6)) / 2 - (math.log(0.8) + math.log(0.5)) / 2
    assert float(losses.judged(real, fake)) == pytest.approx(judged, abs=1e-6)
    assert float(losses.fooled(fake)) == pytest.approx(-(math.log(0.2) + math.log(0.5)) / 2, abs=1e-6)
    assert torch.isfinite(losses.judged(torch.zeros(1, 1), torch.ones(1, 1)))


# what is compared


def keras_arrays() -> dict[str, np.ndarray]:
    random, found = np.random.default_rng(0), {}
    for theirs, _, a, b in LAYERS.values():
        found[f"{theirs}/{theirs}_W_1:0"] = random.standard_normal((3, 3, a, b), np.float32) / (3 * a**0.5)
        found[f"{theirs}/{theirs}_b_1:0"] = 0.1 * random.standard_normal(b, np.float32)
    return found


def test_keras_vgg_sees_what_the_authors_showed_it(tmp_path: Path) -> None:
    """The BGR means taken from RGB, then the channels turned round (dsc.md 5.3)."""
    arrays = keras_arrays()
    write_keras(tmp_path / "vgg19.h5", arrays, group="")
    network, pictures = load_vgg(tmp_path / "vgg19.h5"), torch.rand(1, 3, 8, 8) * 2 - 1
    red, green, blue = (255 * (pictures + 1) / 2)[0]
    x = torch.stack([blue - 123.68, green - 116.779, red - 103.939])[None]
    for layer in ("block1_conv1", "block1_conv2"):
        kernel = torch.from_numpy(arrays[f"{layer}/{layer}_W_1:0"].transpose(3, 2, 0, 1).copy())
        x = torch.conv2d(x, kernel, torch.from_numpy(arrays[f"{layer}/{layer}_b_1:0"]), padding=1).relu()
    torch.testing.assert_close(network(pictures), x, rtol=1e-4, atol=1e-3)
    assert network.second(pictures).shape == (1, 128, 4, 4)
    assert not any(p.requires_grad for p in network.parameters())


def test_torchvisions_vgg_is_shown_pictures_its_own_way(tmp_path: Path) -> None:
    tensors = {}
    for _, layer, a, b in LAYERS.values():
        tensors |= {f"{layer}.weight": torch.randn(b, a, 3, 3) / 20, f"{layer}.bias": torch.zeros(b)}
    tensors["features.0.weight"] = torch.zeros(64, 3, 3, 3)
    tensors["features.0.weight"][0, 0, 1, 1] = 1  # the first channel is red as it comes in
    torch.save(tensors | {"features.28.bias": torch.zeros(512)}, tmp_path / "vgg19.pth")
    network = load_vgg(tmp_path / "vgg19.pth")
    seen = network._layer("conv1_1", network._prepared(torch.ones(1, 3, 4, 4)))
    torch.testing.assert_close(seen[0, 0], torch.full((4, 4), (1 - 0.485) / 0.229))


def test_another_network_is_refused(tmp_path: Path) -> None:
    torch.save({"features.0.weight": torch.zeros(64, 3, 11, 11)}, tmp_path / "alex.pth")
    with pytest.raises(BadInput, match=r"alex\.pth is not VGG-19"):
        load_vgg(tmp_path / "alex.pth")


def test_filters_see_colour_and_edges_of_a_given_size() -> None:
    step = torch.zeros(1, 3, 8, 8)
    step[:, 0, :, 4:] = 1  # red begins in column 4
    found = Filters()(step)
    assert found.shape == (1, 15, 8, 8) and torch.equal(found[:, :3], step)
    assert found[0, 3, 4].tolist() == [0, 0, 0, 1, 1, 0, 0, 0]  # across, next pixels
    assert found[0, 9, 4].tolist() == [0, 0, 1, 1, 1, 1, 0, 0]  # across, two pixels away
    assert not found[0, 4:9].any() and not found[0, 10:].any()
