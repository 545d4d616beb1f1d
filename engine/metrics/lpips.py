"""LPIPS: torchmetrics has the arithmetic and the learned weighting, the user the backbone (torchvision's file)."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.messages import BadInput, Image
from engine.metrics.features import batches
from engine.metrics.pairs import checked
from engine.metrics.user_files import tensors

try:
    from torchmetrics.functional.image import lpips as torchmetrics_lpips
except ImportError as error:
    raise BadInput("LPIPS needs torchmetrics, which is not installed: pip install layfigure[train].") from error

Backbone = Literal["alex", "vgg"]
CHANNELS = {"alex": (64, 192, 384, 256, 256), "vgg": (64, 128, 256, 512, 512)}
# Layers of torchvision's `features`: (number, channels in, out, kernel, stride, padding), pools before some of them.
ALEX = ((0, 3, 64, 11, 4, 2), (3, 64, 192, 5, 1, 2), (6, 192, 384, 3, 1, 1), (8, 384, 256, 3, 1, 1), (10, 256, 256, 3, 1, 1))  # fmt: skip
VGG_WIDTHS = ((0, 64), (2, 64), (5, 128), (7, 128), (10, 256), (12, 256), (14, 256), (17, 512), (19, 512), (21, 512), (24, 512), (26, 512), (28, 512))  # fmt: skip
VGG = tuple((n, (3, *(w for _, w in VGG_WIDTHS))[i], out, 3, 1, 1) for i, (n, out) in enumerate(VGG_WIDTHS))
LAYERS = {"alex": ALEX, "vgg": VGG}
POOLED = {"alex": (3, 6), "vgg": (5, 10, 17, 24)}  # a maximum is taken before these layers …
KEPT = {"alex": (0, 3, 6, 8, 10), "vgg": (2, 7, 14, 21, 28)}  # … and what comes out of these is compared
WINDOW = {"alex": 3, "vgg": 2}
TITLES = {"alex": "torchvision's AlexNet", "vgg": "torchvision's VGG-16"}


class Slices(nn.Module):
    """The backbone up to its last compared layer: (B, 3, H, W) -> five feature maps."""

    def __init__(self, kind: Backbone) -> None:
        super().__init__()
        self.kind: Backbone = kind
        convolutions = {str(n): nn.Conv2d(a, b, k, s, p) for n, a, b, k, s, p in LAYERS[kind]}
        self.features = nn.ModuleDict(convolutions)

    def forward(self, x: Tensor) -> list[Tensor]:
        found = []
        for name, layer in self.features.items():
            number = int(name)
            if number in POOLED[self.kind]:
                x = F.max_pool2d(x, WINDOW[self.kind], 2)
            x = F.relu(layer(x))
            if number in KEPT[self.kind]:
                found.append(x)
        return found


class Lpips(torchmetrics_lpips._LPIPS):
    """(B, 3, H, W) from -1 to 1, twice -> distances (B, 1, 1, 1)."""

    def __init__(self, backbone: Slices) -> None:
        nn.Module.__init__(self)  # the rest of theirs would look for torchvision and for weights on the network
        self.net, self.pnet_type = backbone, backbone.kind  # type: ignore[assignment]
        self.spatial, self.resize = False, None
        self.scaling_layer = torchmetrics_lpips.ScalingLayer()
        self.chns = list(CHANNELS[backbone.kind])
        self.L = len(self.chns)
        self.lins = nn.ModuleList(torchmetrics_lpips.NetLinLayer(n, use_dropout=True) for n in self.chns)  # type: ignore[assignment]


def load(path: Path, kind: Backbone = "alex", device: str | torch.device = "cpu") -> Lpips:
    """Raises BadInput if the file is not that backbone."""
    with torch.device("meta"):  # the file has the numbers
        backbone = Slices(kind)
    shapes = {name: tuple(value.shape) for name, value in backbone.state_dict().items()}
    backbone.load_state_dict(tensors(path, shapes, TITLES[kind]), assign=True)
    network = Lpips(backbone)
    for number, layer in enumerate(network.lins):
        layer.load_state_dict({"model.1.weight": _weighting(kind)[f"lin{number}.model.1.weight"]})
    return network.to(device).eval().requires_grad_(False)


@torch.inference_mode()
def distances(generated: list[Image], wanted: list[Image], network: Lpips, device: str = "cpu") -> NDArray[np.float64]:
    """(N,) one per pair of pictures."""
    for a, b in zip(generated, wanted, strict=True):
        checked(a, b)
    pairs = zip(batches(generated, device), batches(wanted, device), strict=True)
    return np.concatenate([network(a, b, normalize=True).double().cpu().numpy().ravel() for a, b in pairs])


def _weighting(kind: Backbone) -> dict[str, Tensor]:
    """The learned weights of the channels, version 0.1, which torchmetrics carries with it."""
    folder = Path(torchmetrics_lpips.__file__).parent / "lpips_models"
    return torch.load(folder / f"{kind}.pth", map_location="cpu", weights_only=True)
