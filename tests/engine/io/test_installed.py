"""Converted networks in the program's own folder: found, listed, offered; damaged ones left out."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.cards import Origin
from engine.generators.registry import generators
from engine.io import installed, models
from engine.io.checkpoints import converted

ORIGIN = Origin(
    system="dsc",
    network="generator",
    variant="256 × 256, moved skips",
    data="",
    source="Market full/Generator_9.h5",
    source_sha256="",
    sha256="",
)


def install(origin: Origin = ORIGIN) -> Path:
    path = installed.place_for(origin)
    converted.save(path, {"x": np.zeros(3, np.float32)}, origin)
    return path


def test_a_files_name_says_what_it_is(nothing_installed: Path) -> None:
    path = installed.place_for(ORIGIN)
    assert path.parent == nothing_installed
    assert path.name == "dsc-generator-256-256-moved-skips-generator-9.safetensors"


def test_what_is_installed_is_offered(nothing_installed: Path) -> None:
    assert not any(name.startswith("dsc:") for name in generators())
    path = install()
    found = generators()[f"dsc:{path.stem}"]
    assert found.title == "DSC paper, 256 × 256, moved skips"
    assert found.drafted_by == "puppet" and "Generator_9.h5" in found.about
    assert path.name in [model.file for model in models.asked(())]


def test_networks_that_want_more_than_keypoints_are_not_offered(nothing_installed: Path) -> None:
    from msgspec.structs import replace

    install(replace(ORIGIN, variant="256 × 256, moved skips and background"))
    install(replace(ORIGIN, system="stgan", variant="128 × 128"))
    assert not any(name.startswith("dsc:") for name in generators())


def test_damaged_files_are_not_offered(nothing_installed: Path) -> None:
    path = install()
    path.write_bytes(path.read_bytes()[:-4])
    assert not list(installed.files("dsc", "generator"))
    assert any(model.problem for model in models.asked(()))
