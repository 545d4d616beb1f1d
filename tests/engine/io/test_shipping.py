"""Weights of a run become shipped weights: the card says what was recorded and measured, and nothing else."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from engine.io import shipping, weights
from engine.io.shipping import Evidence, Shipped
from engine.messages import BadInput


def network() -> nn.Module:
    return nn.Sequential(nn.Conv2d(3, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4))


def one() -> Shipped:
    eye = network()
    return Shipped("small", "toys", "eye", "Sees.", eye, partial(eye, torch.zeros(1, 3, 8, 8)), {"channels": [4]})


@pytest.fixture
def run(tmp_path: Path) -> Path:
    trained = network()
    save_file(
        {f"eye.{name}": t for name, t in trained.state_dict().items()} | {"critic.x": torch.ones(1)},
        tmp_path / "weights.safetensors",
    )
    lines = [{"step": 20, "minutes": 0.5}, {"step": 41, "minutes": 1.26, "ended": "budget"}]
    (tmp_path / "log.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return tmp_path


@pytest.fixture
def evidence(tmp_path: Path) -> Evidence:
    file = tmp_path / "evaluation.json"
    file.write_text(json.dumps({"metrics": {"PCK": {"value": 0.91234, "low": 0.9, "high": 0.92, "count": 1000}}}))
    return Evidence(file, "python main.py evaluate toys", of="held-out people")


def test_the_card_is_filled_in_from_the_run(run, evidence, tmp_path):
    shipping.ship(one(), run, [evidence], "toy data", "python main.py train toys", "2 CPU cores", tmp_path / "out")
    card, tensors = weights.load("small", folder=tmp_path / "out")
    assert card.training.steps == 41 and card.training.minutes == 1.3 and card.training.data == "toy data"
    assert card.quality["PCK"].value == 0.9123 and card.quality["PCK"].interval == (0.9, 0.92)
    assert card.quality["PCK"].note == "1,000 held-out people"
    assert card.flops == 2 * 8 * 8 * 4 * 3 * 9
    assert "critic.x" not in tensors
    again = network()
    again.load_state_dict(tensors)


def test_a_run_that_has_not_ended_is_not_shipped(run, evidence, tmp_path):
    (run / "weights.safetensors").unlink()
    with pytest.raises(BadInput, match="not ended"):
        shipping.ship(one(), run, [evidence], "", "", "", tmp_path / "out")


def test_another_systems_run_is_not_shipped(run, evidence, tmp_path):
    save_file({"mouth.x": torch.ones(1)}, run / "weights.safetensors")
    with pytest.raises(BadInput, match="no network called eye"):
        shipping.ship(one(), run, [evidence], "", "", "", tmp_path / "out")
