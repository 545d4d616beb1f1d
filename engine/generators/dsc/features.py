"""What pictures are compared by, other than pixels: VGG-19's first layers, if the user has its file, or fixed filters.

Pictures are (B, 3, H, W) in −1 … 1.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.io import checkpoints
from engine.io.checkpoints.common import Unreadable
from engine.io.files import cannot_open
from engine.messages import BadInput

Convention = Literal["caffe", "torchvision"]
LAYERS = {  # ours -> Keras' layer, torchvision's layer, channels in and out
    "conv1_1": ("block1_conv1", "features.0", 3, 64),
    "conv1_2": ("block1_conv2", "features.2", 64, 64),
    "conv2_1": ("block2_conv1", "features.5", 64, 128),
}
BGR_MEANS = (103.939, 116.779, 123.68)
MEANS, DEVIATIONS = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # torchvision's, of RGB in 0 … 1


class Vgg(nn.Module):
    """VGG-19 up to block2_conv1. Its numbers never change."""

    def __init__(self, convention: Convention) -> None:
        super().__init__()
        self.convention = convention
        for name, (_, _, a, b) in LAYERS.items():
            self.add_module(name, nn.Conv2d(a, b, 3, 1, 1))
        self.eval().requires_grad_(False)

    def forward(self, pictures: Tensor) -> Tensor:
        """block1_conv2 after its ReLU, (B, 64, H, W)."""
        return self._layer("conv1_2", self._layer("conv1_1", self._prepared(pictures)))

    def second(self, pictures: Tensor) -> Tensor:
        """block2_conv1 after its ReLU, (B, 128, H / 2, W / 2)."""
        return self._layer("conv2_1", F.max_pool2d(self(pictures), 2))

    def _layer(self, name: str, x: Tensor) -> Tensor:
        return F.relu(self.get_submodule(name)(x))

    def _prepared(self, pictures: Tensor) -> Tensor:
        """Caffe's pictures are BGR; the authors took its BGR means from RGB, and only then turned the order (5.3)."""
        pictures = pictures.float()
        if self.convention == "caffe":
            return (255 * (pictures + 1) / 2 - _per_channel(BGR_MEANS, pictures)).flip(1)
        return ((pictures + 1) / 2 - _per_channel(MEANS, pictures)) / _per_channel(DEVIATIONS, pictures)


class Filters(nn.Module):
    """Colour, and its differences across and down at two scales: (B, 15, H, W), about as large as the pictures.

    Ours, where there is no VGG: nothing in it was learned. What it measures is called by another name.
    """

    def __init__(self) -> None:
        super().__init__()
        edge = torch.tensor([-0.5, 0.0, 0.5])
        smooth = torch.tensor([0.25, 0.5, 0.25])
        kernels = torch.stack([smooth[:, None] * edge, edge[:, None] * smooth])
        self.register_buffer("kernels", kernels[:, None].repeat(3, 1, 1, 1), persistent=False)  # (6, 1, 3, 3)

    def forward(self, pictures: Tensor) -> Tensor:
        pictures = pictures.float()
        found = [pictures, *(self._edges(pictures, step) for step in (1, 2))]
        return torch.cat(found, dim=1)

    def _edges(self, pictures: Tensor, step: int) -> Tensor:
        kernels = self.get_buffer("kernels")
        return 2 * F.conv2d(F.pad(pictures, (step,) * 4, mode="replicate"), kernels, dilation=step, groups=3)


def load_vgg(path: Path) -> Vgg:
    """Keras' file for `imagenet`, which the authors used, or torchvision's, a different training. Raises BadInput."""
    with checkpoints.opened(path) as found:
        keras = any("block1_conv1" in name for name in found.specs)
        network, tensors = Vgg("caffe" if keras else "torchvision"), {}
        try:
            for ours, (theirs, torchvision, a, b) in LAYERS.items():
                layer = theirs if keras else torchvision
                weight = _only(path, found.specs, layer, (3, 3, a, b) if keras else (b, a, 3, 3))
                bias = _only(path, found.specs, layer, (b,))
                array = found.tensor(weight)
                turned = array.transpose(3, 2, 0, 1) if keras else array
                tensors[f"{ours}.weight"] = torch.tensor(turned.copy(), dtype=torch.float32)
                tensors[f"{ours}.bias"] = torch.tensor(found.tensor(bias).copy(), dtype=torch.float32)
        except Unreadable as error:
            raise cannot_open(path, str(error)) from error
    network.load_state_dict(tensors)
    return network


def _only(path: Path, specs, layer: str, shape: tuple[int, ...]) -> str:
    named = re.compile(rf"(^|/){re.escape(layer)}(?!\d)")
    names = [name for name, spec in specs.items() if named.search(name) and tuple(spec.shape) == shape]
    if len(names) != 1:
        raise BadInput(f"{path.name} is not VGG-19: it has no layer {layer} of shape {shape}.")
    return names[0]


def _per_channel(values: tuple[float, ...], like: Tensor) -> Tensor:
    return torch.tensor(values, device=like.device).view(1, -1, 1, 1)
