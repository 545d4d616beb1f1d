"""Networks and optimisers as tensors with names, and back."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from engine.messages import BadInput

Tensors = dict[str, Tensor]


def of_modules(modules: Mapping[str, nn.Module], prefix: str) -> Tensors:
    """ "prefix/module/key" -> copy on the CPU."""
    named = ((f"{prefix}/{name}/{key}", t) for name, m in modules.items() for key, t in m.state_dict().items())
    return {name: _copy(tensor) for name, tensor in named}


def of_optimiser(optimiser: Optimizer, names: Mapping[Tensor, str], prefix: str) -> Tensors:
    """ "prefix/parameter/key" -> copy on the CPU: moments, step counters …"""
    found: Tensors = {}
    for parameter, values in optimiser.state.items():
        for key, value in values.items():
            if value is not None:
                tensor = value if isinstance(value, Tensor) else torch.tensor(value, dtype=torch.float64)
                found[f"{prefix}/{names[parameter]}/{key}"] = _copy(tensor)
    return found


def into_modules(tensors: Mapping[str, Tensor], modules: Mapping[str, nn.Module], prefix: str) -> None:
    """Raises BadInput, before changing anything, unless names and shapes are just those of the modules."""
    have = under(tensors, prefix)
    expected = {f"{n}/{key}": t.shape for n, m in modules.items() for key, t in m.state_dict().items()}
    _compare({name: tensor.shape for name, tensor in have.items()}, expected)
    for name, module in modules.items():
        module.load_state_dict(under(have, name))


def into_optimiser(
    tensors: Mapping[str, Tensor], optimiser: Optimizer, names: Mapping[Tensor, str], prefix: str
) -> None:
    """Restore moments and counters; rates and other settings stay the recipe's."""
    have = under(tensors, prefix)
    parameters = [p for group in optimiser.param_groups for p in group["params"]]
    known = {f"{names[p]}/" for p in parameters}
    strange = [name for name in have if f"{name.rpartition('/')[0]}/" not in known]
    if strange:
        raise BadInput(f"The checkpoint is of another network: its optimiser knows {strange[0]}.")
    state = {i: dict(under(have, names[p])) for i, p in enumerate(parameters)}
    groups = optimiser.state_dict()["param_groups"]
    optimiser.load_state_dict({"state": {i: s for i, s in state.items() if s}, "param_groups": groups})


def under(tensors: Mapping[str, Tensor], prefix: str) -> Tensors:
    """Those below a prefix, by the rest of their names."""
    start = f"{prefix}/"
    return {name.removeprefix(start): tensor for name, tensor in tensors.items() if name.startswith(start)}


def _compare(found: Mapping[str, torch.Size], expected: Mapping[str, torch.Size]) -> None:
    for name in sorted(found.keys() ^ expected.keys()):
        fault = "lacks" if name in expected else "has an additional"
        raise BadInput(f"The checkpoint is of another network: it {fault} {name}.")
    for name, shape in expected.items():
        if found[name] != shape:
            shapes = f"{list(found[name])} where {list(shape)} is expected"
            raise BadInput(f"The checkpoint is of another network: {name} is {shapes}.")


def _copy(tensor: Tensor) -> Tensor:
    """Of its own, so that tied weights can be written twice."""
    return tensor.detach().to("cpu", copy=True).contiguous()
