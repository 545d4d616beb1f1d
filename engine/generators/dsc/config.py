"""The sizes there are: the authors', for every variant they released, and ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.generators.dsc.blocks import Norm
from engine.generators.dsc.warping import Merge, Sampling

Mode = Literal["mask", "full", "none", "stn"]  # ten parts, one map, no deformation, a learned one (dsc.md C6)
MODES: tuple[Mode, ...] = ("mask", "full", "none", "stn")
PARTS = {"mask": 10, "full": 1, "none": 0, "stn": 0}  # maps given to the network
LEVELS = {128: 6, 256: 7}  # of the authors' networks, by the longer side of the picture
WIDTHS = (64, 128, 256, 512, 512, 512, 512)  # channels of the authors' levels, fine to coarse
MADE = {1: 128, 2: 256}  # channels the authors' decoder makes of a level; 512 of the coarser ones


@dataclass(frozen=True)
class Config:
    """Levels are numbered from the finest, whose stride is 1; the stride doubles from level to level."""

    mode: Mode
    widths: tuple[int, ...]  # channels of each level of the source stream, or of the only one
    pose: tuple[int, ...]  # of the pose stream; 0 for levels before its first, which takes every so many pixels
    up: tuple[int, ...]  # channels the decoder's blocks make, the coarsest first
    background: bool = False  # three more channels for the pose stream
    warped: int = 4  # levels that are moved; coarser ones are used as they are
    unmoved: bool = False  # moved levels are given as they are, too
    norm: Norm = "sample"
    sampling: Sampling = "nearest"
    merge: Merge = "max"
    transposed: bool = True  # blocks enlarge by a transposed convolution; otherwise they convolve, then interpolate
    residual: tuple[int, ...] = ()  # residual blocks in each of the decoder's blocks
    dropout: float = 0.5
    noisy: int = 3  # of the decoder's blocks have dropout
    composed: bool = False  # the picture is put together of moved and of invented pixels
    reach: float = 1.0  # the parts' masks are so much longer and wider than the authors'
    sigma: float = 6.0  # of the heat maps, pixels …
    sigma_at: int | None = None  # … of pictures of this height; None: of all

    @property
    def parts(self) -> int:
        return PARTS[self.mode]

    @property
    def multiple(self) -> int:
        """What the height and width of pictures must be multiples of."""
        return 2 ** (len(self.widths) - 1)

    @property
    def first_pose_level(self) -> int:
        return next((level for level, width in enumerate(self.pose) if width), 0)

    def spread(self, height: int) -> float:
        """Sigma of the heat maps for pictures of this height, pixels."""
        return self.sigma if self.sigma_at is None else self.sigma * height / self.sigma_at


def paper(height: int, width: int, mode: Mode = "mask", background: bool = False) -> Config:
    """The authors' network for pictures of a size (dsc.md 4). Raises ValueError if they have none."""
    levels = LEVELS.get(max(height, width), 0)
    if not levels or height % 2 ** (levels - 1) or width % 2 ** (levels - 1):
        raise ValueError(f"there is no network for pictures of {width} × {height}")
    widths = WIDTHS[:levels]
    up = tuple(MADE.get(level, 512) for level in reversed(range(1, levels)))
    if mode == "none":
        return Config(mode, widths, (0,) * levels, up, background, warped=levels)
    return Config(mode, widths, widths, up, background)


def live(mode: Mode = "mask") -> Config:
    """Ours, for pictures whose sides are multiples of 32; trained for 256 × 256."""
    pose = (0, 0, 32, 64, 96, 128) if mode != "none" else (0,) * 6
    return Config(
        mode,
        widths=(8, 24, 48, 96, 160, 224),
        pose=pose,
        up=(160, 128, 96, 64, 16),
        warped=5 if mode != "none" else 6,
        unmoved=mode != "none",
        norm="group",
        sampling="bilinear",
        transposed=False,
        residual=(2, 2, 1, 0, 0),
        dropout=0.0,
        composed=mode in ("mask", "full"),
        reach=1.3,
        sigma_at=256,
    )
