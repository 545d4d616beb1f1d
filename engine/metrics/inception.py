"""The Inception network of 2015-12-05, by which FID and IS are defined; the weights come from the user.

Names and shapes are those of torch-fidelity's file. It differs from torchvision's Inception in the average pools, which
do not count the border, in one pool that takes the maximum, and in how pictures are brought to 299 × 299.
"""

from __future__ import annotations

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.metrics.user_files import tensors

SIDE, FEATURES, CLASSES = 299, 2048, 1008


class Conv(nn.Module):
    def __init__(self, inside: int, out: int, kernel: int | tuple[int, int] = 1, stride: int = 1, pad: bool = True):
        super().__init__()
        high, wide = kernel if isinstance(kernel, tuple) else (kernel, kernel)
        padding = (high // 2, wide // 2) if pad else 0
        self.conv = nn.Conv2d(inside, out, kernel, stride, padding, bias=False)
        self.bn = nn.BatchNorm2d(out, eps=0.001)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.bn(self.conv(x)), inplace=True)


def _average(x: Tensor) -> Tensor:
    return F.avg_pool2d(x, 3, stride=1, padding=1, count_include_pad=False)


class BlockA(nn.Module):  # 35 × 35
    def __init__(self, inside: int, pooled: int) -> None:
        super().__init__()
        self.branch1x1 = Conv(inside, 64)
        self.branch5x5_1, self.branch5x5_2 = Conv(inside, 48), Conv(48, 64, 5)
        self.branch3x3dbl_1, self.branch3x3dbl_2, self.branch3x3dbl_3 = (
            Conv(inside, 64),
            Conv(64, 96, 3),
            Conv(96, 96, 3),
        )
        self.branch_pool = Conv(inside, pooled)

    def forward(self, x: Tensor) -> Tensor:
        double = self.branch3x3dbl_3(self.branch3x3dbl_2(self.branch3x3dbl_1(x)))
        return torch.cat(
            [self.branch1x1(x), self.branch5x5_2(self.branch5x5_1(x)), double, self.branch_pool(_average(x))], 1
        )


class BlockB(nn.Module):  # to 17 × 17
    def __init__(self, inside: int) -> None:
        super().__init__()
        self.branch3x3 = Conv(inside, 384, 3, 2, pad=False)
        self.branch3x3dbl_1, self.branch3x3dbl_2 = Conv(inside, 64), Conv(64, 96, 3)
        self.branch3x3dbl_3 = Conv(96, 96, 3, 2, pad=False)

    def forward(self, x: Tensor) -> Tensor:
        double = self.branch3x3dbl_3(self.branch3x3dbl_2(self.branch3x3dbl_1(x)))
        return torch.cat([self.branch3x3(x), double, F.max_pool2d(x, 3, 2)], 1)


class BlockC(nn.Module):  # 17 × 17
    def __init__(self, inside: int, c: int) -> None:
        super().__init__()
        self.branch1x1 = Conv(inside, 192)
        self.branch7x7_1, self.branch7x7_2, self.branch7x7_3 = Conv(inside, c), Conv(c, c, (1, 7)), Conv(c, 192, (7, 1))
        self.branch7x7dbl_1, self.branch7x7dbl_2 = Conv(inside, c), Conv(c, c, (7, 1))
        self.branch7x7dbl_3, self.branch7x7dbl_4 = Conv(c, c, (1, 7)), Conv(c, c, (7, 1))
        self.branch7x7dbl_5 = Conv(c, 192, (1, 7))
        self.branch_pool = Conv(inside, 192)

    def forward(self, x: Tensor) -> Tensor:
        single = self.branch7x7_3(self.branch7x7_2(self.branch7x7_1(x)))
        double = self.branch7x7dbl_3(self.branch7x7dbl_2(self.branch7x7dbl_1(x)))
        double = self.branch7x7dbl_5(self.branch7x7dbl_4(double))
        return torch.cat([self.branch1x1(x), single, double, self.branch_pool(_average(x))], 1)


class BlockD(nn.Module):  # to 8 × 8
    def __init__(self, inside: int) -> None:
        super().__init__()
        self.branch3x3_1, self.branch3x3_2 = Conv(inside, 192), Conv(192, 320, 3, 2, pad=False)
        self.branch7x7x3_1, self.branch7x7x3_2 = Conv(inside, 192), Conv(192, 192, (1, 7))
        self.branch7x7x3_3, self.branch7x7x3_4 = Conv(192, 192, (7, 1)), Conv(192, 192, 3, 2, pad=False)

    def forward(self, x: Tensor) -> Tensor:
        seven = self.branch7x7x3_4(self.branch7x7x3_3(self.branch7x7x3_2(self.branch7x7x3_1(x))))
        return torch.cat([self.branch3x3_2(self.branch3x3_1(x)), seven, F.max_pool2d(x, 3, 2)], 1)


class BlockE(nn.Module):  # 8 × 8
    def __init__(self, inside: int, largest: bool) -> None:
        super().__init__()
        self.largest = largest
        self.branch1x1 = Conv(inside, 320)
        self.branch3x3_1 = Conv(inside, 384)
        self.branch3x3_2a, self.branch3x3_2b = Conv(384, 384, (1, 3)), Conv(384, 384, (3, 1))
        self.branch3x3dbl_1, self.branch3x3dbl_2 = Conv(inside, 448), Conv(448, 384, 3)
        self.branch3x3dbl_3a, self.branch3x3dbl_3b = Conv(384, 384, (1, 3)), Conv(384, 384, (3, 1))
        self.branch_pool = Conv(inside, 192)

    def forward(self, x: Tensor) -> Tensor:
        single, double = self.branch3x3_1(x), self.branch3x3dbl_2(self.branch3x3dbl_1(x))
        pooled = F.max_pool2d(x, 3, 1, 1) if self.largest else _average(x)
        parts = [self.branch1x1(x), self.branch3x3_2a(single), self.branch3x3_2b(single)]
        parts += [self.branch3x3dbl_3a(double), self.branch3x3dbl_3b(double), self.branch_pool(pooled)]
        return torch.cat(parts, 1)


class Inception(nn.Module):
    """(B, 3, H, W) sRGB 0 … 1 -> features (B, 2048); `logits` makes class scores (B, 1008) of them."""

    def __init__(self) -> None:
        super().__init__()
        self.Conv2d_1a_3x3 = Conv(3, 32, 3, 2, pad=False)
        self.Conv2d_2a_3x3, self.Conv2d_2b_3x3 = Conv(32, 32, 3, pad=False), Conv(32, 64, 3)
        self.Conv2d_3b_1x1, self.Conv2d_4a_3x3 = Conv(64, 80), Conv(80, 192, 3, pad=False)
        self.Mixed_5b, self.Mixed_5c, self.Mixed_5d = BlockA(192, 32), BlockA(256, 64), BlockA(288, 64)
        self.Mixed_6a = BlockB(288)
        self.Mixed_6b, self.Mixed_6c = BlockC(768, 128), BlockC(768, 160)
        self.Mixed_6d, self.Mixed_6e = BlockC(768, 160), BlockC(768, 192)
        self.Mixed_7a, self.Mixed_7b, self.Mixed_7c = BlockD(768), BlockE(1280, False), BlockE(2048, True)
        self.fc = nn.Linear(FEATURES, CLASSES)

    def forward(self, pictures: Tensor) -> Tensor:
        x = (to_side(pictures * 255) - 128) / 128
        x = self.Conv2d_2b_3x3(self.Conv2d_2a_3x3(self.Conv2d_1a_3x3(x)))
        x = self.Conv2d_4a_3x3(self.Conv2d_3b_1x1(F.max_pool2d(x, 3, 2)))
        x = self.Mixed_5d(self.Mixed_5c(self.Mixed_5b(F.max_pool2d(x, 3, 2))))
        x = self.Mixed_6e(self.Mixed_6d(self.Mixed_6c(self.Mixed_6b(self.Mixed_6a(x)))))
        x = self.Mixed_7c(self.Mixed_7b(self.Mixed_7a(x)))
        return x.mean(dim=(2, 3))

    def logits(self, features: Tensor) -> Tensor:
        """Without the bias, as everybody's IS is computed (dsc.md 7)."""
        return features @ self.fc.weight.T


def to_side(pictures: Tensor) -> Tensor:
    """Bilinear to 299 × 299 as TensorFlow 1 did it: pixel i reads i · size / 299, without a half-pixel shift."""
    for axis in (2, 3):
        size = pictures.shape[axis]
        place = torch.arange(SIDE, device=pictures.device, dtype=torch.float32) * (size / SIDE)
        low = place.floor().long()
        high, share = (low + 1).clamp(max=size - 1), place - low
        share = share.view(-1, 1) if axis == 2 else share
        first, second = pictures.index_select(axis, low), pictures.index_select(axis, high)
        pictures = first + (second - first) * share
    return pictures


def load(path: Path, device: str | torch.device = "cpu") -> Inception:
    """Raises BadInput if the file is not that network."""
    with torch.device("meta"):
        network = Inception()
    shapes = {name: tuple(value.shape) for name, value in network.state_dict().items() if value.ndim}
    state = tensors(path, shapes, "torch-fidelity's Inception of 2015-12-05")
    counters = {name: torch.tensor(0) for name, value in network.state_dict().items() if not value.ndim}
    network.load_state_dict({**state, **counters}, assign=True)
    return network.to(device).eval().requires_grad_(False)
