"""Networks of others that some measures are defined by: the user has the file, or the measure is not taken.

Nothing stands in for a missing file. What our own features measure is called something else (distributions.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from engine.io import checkpoints
from engine.io.checkpoints.common import Unreadable
from engine.io.files import cannot_open
from engine.messages import BadInput

Shapes = Mapping[str, tuple[int, ...]]
OPTIONS = {  # name -> what is measured by it, and the file that is meant
    "inception": ("FID and IS", "pt_inception-2015-12-05-6726825d.pth of torch-fidelity"),
    "alexnet": ("LPIPS", "alexnet-owt-7be5be79.pth of torchvision"),
    "vgg": ("LPIPS (VGG)", "vgg16-397923af.pth of torchvision"),
    "detector": ("the detection score", "VGG_VOC0712_SSD_300x300_iter_120000.caffemodel of SSD"),
}


@dataclass(frozen=True)
class UserFiles:
    inception: Path | None = None
    alexnet: Path | None = None
    vgg: Path | None = None
    detector: Path | None = None

    def needed(self, name: str) -> Path:
        """Raises BadInput if the user gave no such file."""
        path = getattr(self, name)
        if path is None:
            raise BadInput(lacking(name))
        return path


NO_FILES = UserFiles()


def lacking(name: str) -> str:
    """What to do about it, in one sentence."""
    measured, file = OPTIONS[name]
    verb = "need" if " and " in measured else "needs"
    return f"{measured[0].upper()}{measured[1:]} {verb} a file that cannot be shipped: --{name} FILE ({file})."


def tensors(path: Path, shapes: Shapes, what: str) -> dict[str, Tensor]:
    """The tensors called for, as float32, out of a PyTorch file; others in it are left alone. Raises BadInput.

    what  the file should be, for the sentence: "torchvision's AlexNet"
    """
    with checkpoints.opened(path) as found:
        for name, shape in shapes.items():
            if name not in found.specs:
                raise cannot_open(path, f"it is not {what}: the tensor {name} is missing")
            if tuple(found.specs[name].shape) != shape:
                is_now, should = found.specs[name].shape, shape
                raise cannot_open(path, f"it is not {what}: {name} has shape {tuple(is_now)}, expected {should}")
        try:
            return {name: torch.tensor(found.tensor(name), dtype=torch.float32) for name in shapes}
        except Unreadable as error:
            raise cannot_open(path, str(error)) from error
