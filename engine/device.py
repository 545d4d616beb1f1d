"""Where tensors live: CUDA, then MPS, then the CPU. A fall back says why, in one sentence for the window."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

from engine.messages import BadInput

KINDS = ("cuda", "mps", "cpu")  # in the order of preference
TITLES = {"cuda": "CUDA", "mps": "MPS", "cpu": "CPU"}


@dataclass(frozen=True)
class Device:
    kind: str  # one of KINDS
    label: str  # "CUDA: NVIDIA H200"
    fallback: str = ""  # why it is not a better one, empty if it is what was wanted


CPU = Device("cpu", "CPU")


def check(wanted: str) -> None:
    """Raises BadInput unless `wanted` is "auto" or one of KINDS."""
    if wanted != "auto" and wanted not in KINDS:
        raise BadInput(f"There is no device called {wanted}: choose auto, {', '.join(KINDS)}.")


def choose(wanted: str, torch: ModuleType) -> Device:
    """The device for `wanted`: "auto", or one of KINDS. Raises BadInput for anything else.

    With "auto" the best one that really computes is taken. One asked for by name that does not work falls back to the
    CPU and says so.
    """
    check(wanted)
    reasons: list[str] = []
    for kind in KINDS if wanted == "auto" else (wanted, "cpu"):
        reason = _refusal(kind, torch)
        if not reason:
            return Device(kind, _label(kind, torch), " ".join(reasons))
        if reason != MISSING or wanted != "auto":  # a machine without a GPU is no fall back
            reasons.append(f"{TITLES[kind]} cannot be used: {reason}.")
    return Device("cpu", "CPU", " ".join(reasons))


MISSING = "this machine or this build of PyTorch has none"


def _refusal(kind: str, torch: ModuleType) -> str:
    """Why a device cannot be used; empty if a small sum on it comes out right."""
    try:
        if kind == "cuda" and not torch.cuda.is_available():
            return MISSING
        if kind == "mps" and not torch.backends.mps.is_available():
            return MISSING
        total = float(torch.ones(8, device=kind).sum())
    except (RuntimeError, AssertionError) as error:  # drivers fail in their own words
        return str(error).splitlines()[0].rstrip(".") or "its driver failed"
    return "" if total == 8 else f"it adds eight ones to {total}"


def _label(kind: str, torch: ModuleType) -> str:
    return f"CUDA: {torch.cuda.get_device_name()}" if kind == "cuda" else TITLES[kind]
