"""DSC as a re-poser: a network from wherever its weights lie, and what it draws."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor

from engine.generators.dsc import released
from engine.generators.dsc.config import MODES, Config, live
from engine.generators.dsc.drawing import config_of
from engine.generators.dsc.geometry import Poses
from engine.generators.dsc.network import Generator
from engine.generators.dsc.pairs import shown
from engine.generators.dsc.task import Task
from engine.io import files, weights
from engine.io.checkpoints.converted import KEY
from engine.io.files import MEGABYTE, cannot_open
from engine.io.tensor_files import Unusable, read_header
from engine.messages import BadInput, Image
from engine.metrics.reposers import Program
from engine.skeleton import Keypoints

NAME = "dsc"  # of the shipped weights
MODULE = "generator."  # how the names of its tensors begin among those of a training run
LARGEST = 2048 * MEGABYTE
Pose = tuple[Keypoints, Keypoints]  # of the photo, and asked for
Cut = Callable[[Image, Keypoints], tuple[Image, Image]]  # photo and its pose -> the photo without the person; the matte


class Redrawer:
    """A generator with its weights. Photos (H, W, 3) must have sides the network can halve as often as it does."""

    def __init__(self, network: Generator, device: str = "cpu", cut: Cut | None = None) -> None:
        """cut: what to ask for what is behind the person, and where that is; a composed network needs both"""
        self.network = network.eval().requires_grad_(False)
        self.network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._device, self._cut = device, cut

    def __call__(self, photo: Image, source: Keypoints, target: Keypoints) -> Image:
        return self.many(photo, [(source, target)])[0]

    @torch.inference_mode()
    def many(self, photo: Image, poses: Sequence[Pose]) -> list[Image]:
        """One photo in several poses, with shoulders and hips present. Raises BadInput for an unfit size."""
        self._check(photo)
        pixels = self._tensor(photo, len(poses))
        pictures = {"photo": pixels, "plate": pixels, "picture": pixels}  # the last is the truth, which nobody looks at
        if self._cut:
            plate, matte = self._cut(photo, poses[0][0])
            pictures |= {"plate": self._tensor(plate, len(poses))}
            pictures |= {"matte": self._tensor(matte[..., None], len(poses)) / 255}
        batch = pictures | Poses.of(poses)._asdict()
        task = Task({name: t.to(self._device) for name, t in batch.items()}, slice(None), 1.0, self.network.config)
        return [shown(picture) for picture in task.drawn_by(self.network)]

    def _tensor(self, picture: Image, count: int) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(picture)).permute(2, 0, 1).expand(count, -1, -1, -1)

    def _check(self, photo: Image) -> None:
        (height, width), multiple = photo.shape[:2], self.network.config.multiple
        if height % multiple or width % multiple:
            raise BadInput(
                f"This network of DSC draws pictures whose sides are multiples of {multiple}, not {width} × {height}."
            )


def opened(path: Path | None, device: str, program: Program) -> Redrawer:
    """path: a folder with shipped weights, a training run's `weights.safetensors`, or a converted file; None: the shipped ones

    Raises BadInput.
    """
    network = _network(path)
    if network.config.background:
        raise BadInput("These weights of DSC draw before a background that is given, and here none is: use others.")
    return Redrawer(network, device, program.cut_out if network.config.composed else None)


def _network(path: Path | None) -> Generator:
    if path is None or path.is_dir():
        return _shipped(path)
    data = files.read_bounded(path, LARGEST)
    try:
        if KEY in read_header(io.BytesIO(data), len(data)).metadata:
            return released.load(path)
        tensors = safetensors.torch.load(data)
    except (Unusable, SafetensorError) as error:
        raise cannot_open(path, "it holds no weights") from error
    return _loaded(path, {n.removeprefix(MODULE): t for n, t in tensors.items() if n.startswith(MODULE)})


def _shipped(folder: Path | None) -> Generator:
    if NAME not in weights.names(folder or weights.WEIGHTS):
        none = "The program comes without weights of DSC" if folder is None else f"{folder} has no weights of DSC"
        raise BadInput(f"{none}: give the file of a training run, or a converted one, with “--weights FILE”.")
    card, tensors = weights.load(NAME, folder=folder or weights.WEIGHTS)
    network = Generator(config_of(card))
    network.load_state_dict(tensors)
    return network


def _loaded(path: Path, tensors: dict[str, Tensor]) -> Generator:
    shapes = {name: tuple(tensor.shape) for name, tensor in tensors.items()}
    for config in _configs():
        with torch.device("meta"):
            network = Generator(config)
        if {name: tuple(t.shape) for name, t in network.state_dict().items()} == shapes:
            network.load_state_dict({name: t.float() for name, t in tensors.items()}, assign=True)
            return network
    raise cannot_open(path, "it holds no generator of DSC")


def _configs() -> Iterator[Config]:
    """All there are. Nothing in the authors' tells the modes `mask` and `full` apart: `mask` is assumed."""
    yield from (live(mode) for mode in MODES)
    yield from released.VARIANTS.values()
