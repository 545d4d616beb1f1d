"""Measures defined by somebody's network: right with the user's file, one sentence without it, never something else."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torchmetrics.image.inception import InceptionScore as TheirScore

from engine.messages import BadInput
from engine.metrics import caffe, detection, distributions, inception, lpips, own_features
from engine.metrics.user_files import OPTIONS, UserFiles
from tests.engine.data.layouts import field, varint

# What torch-fidelity 0.4.0 makes of the weights and the picture below: four features and four class scores.
FIDELITY = ([0.0, 0.643374, 0.162631, 0.0], [0.316667, 1.074053, -0.234786, 0.165089])


def state_of(network: nn.Module) -> dict[str, Tensor]:
    """Weights that depend on the names alone, about as large as trained ones."""
    found = {}
    for name, value in network.state_dict().items():
        random = np.random.RandomState(zlib.crc32(name.encode()))
        noise = torch.from_numpy(random.standard_normal(value.shape).astype(np.float32)) if value.ndim else None
        if noise is None:
            found[name] = value
        elif value.ndim > 1:
            found[name] = noise * (1.6 / value[0].numel()) ** 0.5
        else:
            found[name] = 1 + noise.abs() * 0.2 if name.endswith(("bn.weight", "var")) else noise * 0.05
    return found


def picture(height: int, width: int, seed: int = 0) -> np.ndarray:
    return np.random.RandomState(seed).randint(0, 256, (height, width, 3)).astype(np.uint8)


def test_inception_is_torch_fidelitys(tmp_path: Path) -> None:
    torch.save(state_of(inception.Inception()), tmp_path / "inception.pth")
    network = inception.load(tmp_path / "inception.pth")
    x = torch.from_numpy(picture(128, 64)).permute(2, 0, 1)[None] / 255
    features = network(x)
    assert features.shape == (1, 2048)
    assert features[0, :4].tolist() == pytest.approx(FIDELITY[0], abs=2e-5)
    assert network.logits(features)[0, :4].tolist() == pytest.approx(FIDELITY[1], abs=2e-5)


def test_frechet_distance_of_known_gaussians() -> None:
    random = np.random.default_rng(0)
    a = random.normal(0, 1, (4000, 3))
    assert distributions.frechet(a, a) == pytest.approx(0, abs=1e-6)
    assert distributions.frechet(a + np.array([3, 0, 0]), a) == pytest.approx(9, abs=1e-6)
    scaled = (a - a.mean(axis=0)) * 2 + a.mean(axis=0)
    assert distributions.frechet(scaled, a) == pytest.approx(np.var(a, axis=0, ddof=1).sum(), rel=1e-6)
    with pytest.raises(ValueError, match="at least two"):
        distributions.frechet(a[:1], a)


@pytest.mark.filterwarnings("ignore")
def test_inception_score_agrees_with_torchmetrics() -> None:
    logits = np.random.default_rng(0).normal(0, 2, (50, 7))

    class Given(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x

    theirs = TheirScore(feature=Given(), splits=1)
    theirs.update(torch.from_numpy(logits))
    assert distributions.inception_score(logits, splits=1).mean == pytest.approx(float(theirs.compute()[0]))
    split = distributions.inception_score(logits, splits=2)
    halves = [distributions.inception_score(half, splits=1).mean for half in (logits[:25], logits[25:])]
    assert (split.mean, split.deviation) == pytest.approx((np.mean(halves), np.std(halves)))


def test_sure_and_varied_pictures_have_a_high_score() -> None:
    sure = np.eye(10).repeat(5, axis=0)[np.random.default_rng(0).permutation(50)] * 50
    assert distributions.inception_score(sure, splits=1).mean == pytest.approx(10)
    assert distributions.inception_score(np.zeros((50, 10))).mean == pytest.approx(1)


@pytest.mark.parametrize("kind", ["alex", "vgg"])
def test_lpips_is_the_weighted_distance_of_normalised_features(tmp_path: Path, kind: lpips.Backbone) -> None:
    backbone = lpips.Slices(kind)
    torch.save(state_of(backbone), tmp_path / "net.pth")
    network = lpips.load(tmp_path / "net.pth", kind)
    a, b = picture(64, 64, 1), picture(64, 64, 2)
    assert lpips.distances([a, a], [a, b], network)[0] == 0
    found = lpips.distances([a, a], [a, b], network)[1]
    assert found == pytest.approx(by_hand(a, b, network.net, kind), rel=1e-4) and found > 0


def by_hand(a: np.ndarray, b: np.ndarray, backbone: nn.Module, kind: lpips.Backbone) -> float:
    shift, scale = torch.tensor([-0.030, -0.088, -0.188]), torch.tensor([0.458, 0.448, 0.450])
    maps = []
    for one in (a, b):
        x = (torch.from_numpy(one).float() / 127.5 - 1 - shift) / scale
        maps.append([F.normalize(m, dim=1) for m in backbone(x.permute(2, 0, 1)[None])])
    weights = lpips._weighting(kind)
    return sum(
        float(((p - q) ** 2 * weights[f"lin{n}.model.1.weight"][0][None]).sum(dim=1).mean())
        for n, (p, q) in enumerate(zip(*maps, strict=True))
    )


def test_a_file_of_another_network_is_refused_in_one_sentence(tmp_path: Path) -> None:
    torch.save(state_of(lpips.Slices("alex")), tmp_path / "alex.pth")
    with pytest.raises(
        BadInput,
        match=r"^alex\.pth cannot be opened: it is not torchvision's VGG-16: features.0.weight has shape .*\.$",
    ):
        lpips.load(tmp_path / "alex.pth", "vgg")
    with pytest.raises(BadInput, match="it is not torch-fidelity's Inception of 2015-12-05"):
        inception.load(tmp_path / "alex.pth")
    with pytest.raises(BadInput, match=r"it is damaged or no \.caffemodel|layer conv1_1"):
        detection.load(tmp_path / "alex.pth")
    with pytest.raises(BadInput, match="there is no such file"):
        lpips.load(tmp_path / "nothing.pth")


@pytest.mark.parametrize("name", OPTIONS)
def test_without_the_file_there_is_one_sentence_and_no_number(name: str) -> None:
    with pytest.raises(BadInput, match=rf"needs? a file that cannot be shipped: --{name} FILE"):
        UserFiles().needed(name)


def layer(name: str, blobs: list[np.ndarray]) -> bytes:
    def blob(array: np.ndarray) -> bytes:
        shape = field(1, b"".join(varint(n) for n in array.shape))
        return field(7, shape) + field(5, array.astype("<f4").tobytes())

    return field(100, field(1, name.encode()) + field(2, b"Convolution") + b"".join(field(7, blob(b)) for b in blobs))


def test_layers_of_a_caffemodel_are_read_in_either_way_of_telling_the_shape(tmp_path: Path) -> None:
    old = b"".join(varint(n << 3) + varint(s) for n, s in zip((1, 2, 3, 4), (1, 1, 1, 3), strict=True))
    old += field(5, struct.pack("<3f", 7, 8, 9))
    path = tmp_path / "net.caffemodel"
    weight = np.arange(6).reshape(2, 3, 1, 1)
    path.write_bytes(field(1, b"net") + layer("a", [weight]) + field(100, field(1, b"b") + field(7, old)))
    found = caffe.blobs(path, {"a": [(2, 3, 1, 1)], "b": [(3,)]}, "a test")
    assert found["a"][0].ravel().tolist() == [0, 1, 2, 3, 4, 5] and found["b"][0].tolist() == [7, 8, 9]
    with pytest.raises(BadInput, match=r"it is not a test: layer c has blobs \[\], expected"):
        caffe.blobs(path, {"c": [(1,)]}, "a test")
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(BadInput, match="damaged"):
        caffe.blobs(path, {"b": [(3,)]}, "a test")


def test_the_detection_score_is_the_surest_person_box(tmp_path: Path) -> None:
    """All weights 0 but the bias of one box: that box's confidence is known."""
    path = tmp_path / "ssd.caffemodel"
    with torch.device("meta"):
        network = detection.Detector()
    parts = [layer("conv4_3_norm", [np.full(512, 20.0)])]
    for name, module in network.layers.items():
        blobs = [np.zeros(tuple(p.shape), np.float32) for p in module.parameters()]
        if name == "conv7_2_mbox_conf":
            blobs[1][2 * 21 + detection.PERSON] = 3.0
        if name == "fc7_mbox_conf":
            blobs[1][1 * 21 + 14] = 9.0  # a surer box, of something else
        parts.append(layer(name, blobs))
    path.write_bytes(b"".join(parts))
    assert detection.scores([picture(128, 64)], detection.load(path))[0] == pytest.approx(
        np.exp(3) / (np.exp(3) + 20), rel=1e-5
    )


def test_our_own_features_have_names_of_their_own() -> None:
    assert own_features.named("FID", "perception-1") == "Fréchet distance (perception-1)"
    red, green = (np.broadcast_to(np.array(c, np.uint8), (16, 16, 3)) for c in ((255, 0, 0), (0, 255, 0)))
    found = own_features.perceptual_distances([red, red, red // 2], [red, green, red], lambda x: [x, x[:, :, ::2, ::2]])
    assert found == pytest.approx([0, 4, 0], abs=1e-6)  # at right angles on both maps; brightness alone is no distance
