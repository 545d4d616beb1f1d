"""What there is to know of a network's weights: how it was trained, how well it does, where its file comes from."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Count = Annotated[int, msgspec.Meta(ge=0)]
Digest = Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{64})?$")]
Size = Literal["live", "paper"]  # ours, small and quick; or with the authors' layer shapes


class Training(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    data: str  # "people factory, kind full, seeds 0 to 199,999"
    command: str  # that trained it
    steps: Count
    device: str  # "NVIDIA H200", "2 CPU cores"
    date: str  # of its end, "2026-11-24"
    minutes: float = 0.0
    features: str = ""  # whose features a perceptual loss compared, if there was one


class Measure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    value: float
    command: str  # that measured it
    interval: tuple[float, float] | None = None  # 95 %
    note: str = ""  # "1,000 held-out people"


class Card(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Of one shipped file. Saving fills in `parameters` and `sha256`."""

    name: str  # of the file, without its ending
    system: str  # "stgan", "perception"
    about: str  # one sentence
    licence: str
    flops: Count  # per drag step
    training: Training
    network: dict[str, object] = {}  # the network's configuration: plain numbers and words
    quality: dict[str, Measure] = {}  # "PCK@0.05": …
    size: Size = "live"
    parameters: Count = 0  # all numbers in the file
    sha256: Digest = ""  # of the file
    replaces: str = ""  # what it is better than, and by how much


class Origin(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Of a file converted from one that a system's authors released. Kept inside the converted file."""

    system: str
    network: str  # which of its networks
    variant: str  # "128 × 128"
    data: str  # what it was trained on; "" where the file does not show it
    source: str  # name of the released file
    source_sha256: Digest
    sha256: Digest  # of the numbers in the converted file


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """One file of weights, as it was found."""

    file: str  # its name
    bytes: Count
    card: Card | None = None  # of a shipped one
    origin: Origin | None = None  # of a converted one
    problem: str = ""  # one sentence; empty if it was verified
