"""The published networks, as our descriptions list them, are told apart. Skipped where the descriptions are not."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.io.checkpoints.common import Checkpoint, Spec
from engine.io.checkpoints.recognition import recognised
from engine.io.checkpoints.released import Expected, Released, Table

SPECS = Path(__file__).parents[5] / "shared" / "specs"
FILES = {  # which column names the network, and which its tensors
    "spt": ("spt_state_dict.tsv", ("network",), "key", "shape"),
    "lwg": ("lwg_state_dict.tsv", ("checkpoint",), "key", "shape"),
    "stgan": ("stgan_variables.tsv", ("model",), "name", "shape"),
    "dsc": ("dsc_weights.tsv", ("model", "variant", "warp_skip"), "h5_weight_name", "keras_shape"),
}


def tables() -> Iterator[Table]:
    for system, (file, by, name, shape) in FILES.items():
        networks: dict[str, dict[str, Expected]] = {}
        with (SPECS / file).open(encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows, delimiter="\t"):
                network = networks.setdefault(" ".join(row[column] for column in by), {})
                network[row[name]] = Expected(sized(row[shape]), row[name], dtype=row.get("dtype") or "float32")
        yield from (Table(system, network, "as described", tensors) for network, tensors in networks.items())


def sized(text: str) -> tuple[int, ...]:
    return tuple(int(n) for n in text.split("x")) if text[:1].isdigit() else ()


@pytest.mark.skipif(not SPECS.is_dir(), reason="the descriptions of the systems are not here")
def test_each_described_network_is_recognised_as_itself() -> None:
    known = tuple(tables())
    assert {table.system for table in known} == set(FILES) and len(known) > 20
    for table in known:
        specs = {name: Spec(expected.dtype, expected.shape) for name, expected in table.tensors.items()}
        checkpoint = Checkpoint(Path("net"), "a test", "", specs, lambda name: np.zeros(0))
        found = recognised(checkpoint, (Released(known),)).table
        assert found.tensors == table.tensors, table.title
        assert found.system == table.system
