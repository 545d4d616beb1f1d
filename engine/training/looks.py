"""What the networks can do: sample sheets and measurements in between, weights at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import safetensors.torch
import torch

from engine.io.arrays import encoded
from engine.io.atomic import atomic_write
from engine.messages import BadInput
from engine.training.averages import Averages
from engine.training.recipe import Networks, Recipe

WEIGHTS = "weights.safetensors"


class Gallery:
    """Files beside the checkpoints. All methods raise BadInput if they cannot be written."""

    def __init__(self, folder: Path, recipe: Recipe, averages: Averages) -> None:
        self._folder, self._recipe, self._averages = folder, recipe, averages

    def look(self, step: int) -> dict[str, float]:
        """Write `sheets/00001200.png`, if the recipe makes one; what it measures."""
        with self._shown() as networks:
            sheet, measured = self._recipe.sheet(networks), self._recipe.measure(networks)
        if sheet is not None:
            self._write(self._folder / "sheets" / f"{step:08}.png", encoded(sheet))
        return measured

    def write_weights(self, step: int) -> None:
        """`weights.safetensors`: "module.key" of all networks, averaged where there is an average."""
        with self._shown() as networks:
            named = {f"{n}.{key}": t for n, m in networks.items() for key, t in m.state_dict().items()}
            tensors = {name: t.detach().to("cpu", copy=True).contiguous() for name, t in named.items()}
        about = {"system": self._recipe.name, "step": str(step)}
        self._write(self._folder / WEIGHTS, safetensors.torch.save(tensors, about))

    def _write(self, path: Path, data: bytes) -> None:
        try:
            path.parent.mkdir(exist_ok=True)
        except OSError as error:
            raise BadInput(f"{path.parent} cannot be made: {error.strerror or error}.") from error
        with atomic_write(path) as file:
            file.write(data)

    @contextmanager
    def _shown(self) -> Iterator[Networks]:
        modules = self._recipe.modules
        for module in modules.values():
            module.eval()
        try:
            with torch.no_grad():
                yield self._averages.shown(modules)
        finally:
            for module in modules.values():
                module.train()
