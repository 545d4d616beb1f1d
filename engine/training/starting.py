"""A run that starts from the networks of an earlier one instead of from chance."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import safetensors.torch
from safetensors import SafetensorError
from torch import nn

from engine.io.files import MEGABYTE, cannot_open, read_bounded
from engine.messages import BadInput
from engine.training import state

LARGEST = 4096 * MEGABYTE


def start_from(path: Path, modules: Mapping[str, nn.Module]) -> None:
    """Take over the networks of a run's `weights.safetensors` ("module.key"). Raises BadInput, changing nothing."""
    try:
        tensors = safetensors.torch.load(read_bounded(path, LARGEST))
    except SafetensorError as error:
        raise cannot_open(path, "it does not hold the networks of a training run") from error
    named = {f"start/{name.replace('.', '/', 1)}": tensor for name, tensor in tensors.items()}
    try:
        state.into_modules(named, modules, "start")
    except BadInput as error:
        raise cannot_open(path, str(error).replace("The checkpoint", "it", 1).rstrip(".")) from error
