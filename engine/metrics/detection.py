"""The detection score of dsc.md 7: how sure SSD-300, trained on Pascal VOC, is that there is a person on the picture.

Only the surest person box of a picture counts, and neither overlap nor place can remove that one, so boxes are never
computed: the score is the largest person confidence of all of them.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.messages import Image
from engine.metrics.caffe import blobs

SIDE, CLASSES, PERSON, LEAST = 300, 21, 15, 0.01
MEAN = (104.0, 117.0, 123.0)  # BGR
TRUNK = (("conv1", 3, 64, 2), ("conv2", 64, 128, 2), ("conv3", 128, 256, 3), ("conv4", 256, 512, 3), ("conv5", 512, 512, 3))  # fmt: skip
EXTRA = (  # name, channels in, middle and out, stride and padding of the second layer
    ("conv6", 1024, 256, 512, 2, 1), ("conv7", 512, 128, 256, 2, 1), ("conv8", 256, 128, 256, 1, 0),
    ("conv9", 256, 128, 256, 1, 0),
)  # fmt: skip
HEADS = (("conv4_3_norm", 512, 4), ("fc7", 1024, 6), ("conv6_2", 512, 6), ("conv7_2", 256, 6), ("conv8_2", 256, 4), ("conv9_2", 256, 4))  # fmt: skip


class Detector(nn.Module):
    """(B, 3, 300, 300) BGR less the mean -> confidences (B, 8732, 21)."""

    def __init__(self) -> None:
        super().__init__()
        layers: dict[str, nn.Module] = {}
        for name, inside, out, count in TRUNK:
            for k in range(count):
                layers[f"{name}_{k + 1}"] = nn.Conv2d(inside if k == 0 else out, out, 3, padding=1)
        layers["fc6"] = nn.Conv2d(512, 1024, 3, padding=6, dilation=6)
        layers["fc7"] = nn.Conv2d(1024, 1024, 1)
        for name, inside, middle, out, stride, padding in EXTRA:
            layers[f"{name}_1"] = nn.Conv2d(inside, middle, 1)
            layers[f"{name}_2"] = nn.Conv2d(middle, out, 3, stride, padding)
        for name, inside, boxes in HEADS:
            layers[f"{name}_mbox_conf"] = nn.Conv2d(inside, boxes * CLASSES, 3, padding=1)
        self.layers = nn.ModuleDict(layers)
        self.conv4_3_norm = nn.Parameter(torch.full((512,), 20.0))

    def forward(self, x: Tensor) -> Tensor:
        sources = dict[str, Tensor]()
        for number, (name, _, _, count) in enumerate(TRUNK):
            for k in range(count):
                x = self._relu(f"{name}_{k + 1}", x)
            if name == "conv4":
                length = x.square().sum(dim=1, keepdim=True).add(1e-10).sqrt()
                sources["conv4_3_norm"] = x / length * self.conv4_3_norm[:, None, None]
            x = F.max_pool2d(x, 2, 2, ceil_mode=True) if number < 4 else F.max_pool2d(x, 3, 1, 1)
        x = sources["fc7"] = self._relu("fc7", self._relu("fc6", x))
        for name, *_ in EXTRA:
            x = sources[f"{name}_2"] = self._relu(f"{name}_2", self._relu(f"{name}_1", x))
        found = [self.layers[f"{name}_mbox_conf"](sources[name]).permute(0, 2, 3, 1) for name, *_ in HEADS]
        return torch.cat([scores.reshape(len(scores), -1, CLASSES) for scores in found], dim=1).softmax(dim=2)

    def _relu(self, name: str, x: Tensor) -> Tensor:
        return F.relu(self.layers[name](x))


def load(path: Path, device: str | torch.device = "cpu") -> Detector:
    """Of a .caffemodel. Raises BadInput if the file is not that network."""
    with torch.device("meta"):  # the file has the numbers
        network = Detector()
    wanted = {name: [tuple(p.shape) for p in layer.parameters()] for name, layer in network.layers.items()}
    found = blobs(path, {**wanted, "conv4_3_norm": [(512,)]}, "SSD-300 of VGG for Pascal VOC")
    state = {"conv4_3_norm": torch.from_numpy(found["conv4_3_norm"][0])}
    for name, layer in network.layers.items():
        keys = [f"layers.{name}.{key}" for key, _ in layer.named_parameters()]
        state |= dict(zip(keys, map(torch.from_numpy, found[name]), strict=True))
    network.load_state_dict(state, assign=True)
    return network.to(device).eval().requires_grad_(False)


@torch.inference_mode()
def scores(pictures: list[Image], network: Detector, device: str = "cpu") -> NDArray[np.float64]:
    """(N,) confidence 0 … 1 that there is a person; 0 below 0.01."""
    found = []
    for picture in pictures:
        stretched = cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)[..., ::-1].astype(np.float32)
        x = torch.from_numpy(stretched - np.array(MEAN, np.float32)).permute(2, 0, 1)[None].to(device)
        surest = float(network(x)[0, :, PERSON].max())
        found.append(surest if surest >= LEAST else 0.0)
    return np.array(found)
