"""What there is to know of a network's weights: how it was trained, how well it does, where its file comes from."""

from __future__ import annotations

from collections.abc import Iterator
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


def title(model: Model) -> str:
    """One sentence; empty if nothing is known."""
    if model.card is not None:
        return model.card.about
    if model.origin is None:
        return ""
    origin = model.origin
    trained = f", trained on {origin.data}" if origin.data else ""
    return f"{origin.system.upper()} {origin.network} ({origin.variant}{trained}), converted from {origin.source}."


def provenance(model: Model) -> Iterator[tuple[str, str]]:
    """All that is known of a file, name and value, in the order people ask."""
    facts = [*_of_card(model.card)] if model.card else [*_of_origin(model.origin)] if model.origin else []
    yield from ((name, value) for name, value in facts if value)


def measured(measure: Measure) -> str:
    """As in “0.953 (0.941 to 0.962), 1,000 held-out people”."""
    between = f" ({measure.interval[0]:.4g} to {measure.interval[1]:.4g})" if measure.interval else ""
    return f"{measure.value:.4g}{between}" + (f", {measure.note}" if measure.note else "")


def _of_card(card: Card) -> Iterator[tuple[str, str]]:
    training = card.training
    yield "System", f"{card.system}, {card.size} size"
    yield "Parameters", f"{card.parameters:,}"
    yield "FLOPs per drag step", f"{card.flops:,}"
    yield "Network", ", ".join(f"{name} {value}" for name, value in card.network.items())
    for name, measure in card.quality.items():
        yield name, measured(measure)
    for command in dict.fromkeys(measure.command for measure in card.quality.values()):
        yield "Measured by", command
    yield "Better than before", card.replaces
    yield "Trained on", training.data
    yield "Trained by", training.command
    yield "Perceptual loss", training.features
    minutes = f" in {training.minutes:,.0f} minutes" if training.minutes else ""
    yield "Steps", f"{training.steps:,}{minutes} on {training.device}, {training.date}"
    yield "Licence", card.licence
    yield "SHA-256", card.sha256


def _of_origin(origin: Origin) -> Iterator[tuple[str, str]]:
    yield "System", f"{origin.system}, as its authors released it"
    yield "Network", f"{origin.network}, {origin.variant}"
    yield "Trained on", origin.data or "the file does not show it"
    yield "Converted from", origin.source
    yield "SHA-256 of that", origin.source_sha256
    yield "SHA-256 of the numbers", origin.sha256
