"""Whole runs of small recipes: they learn, share their work, write what they promise."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import pytest
import torch
from toy_recipes import Adversaries, Learner
from training_runs import crew, losses, same, tensors, trained

from bench.train_speed import measured
from engine.messages import BadInput
from engine.training import command, journal, starting
from engine.training.budget import Budget
from engine.training.command import Asked
from engine.training.trainer import Options, Trainer
from engine.training.turns import Turns

PROGRAM = Path(__file__).with_name("train_toy.py")
CHECKPOINT = "checkpoint-00000006.safetensors"


def test_a_network_learns(tmp_path: Path) -> None:
    outcome = trained(Learner, tmp_path, 200, log_steps=20)
    assert outcome.stopped == "budget"
    first, last = losses(tmp_path)[0], losses(tmp_path)[-1]
    assert last["learn/square"] < 0.3 * first["learn/square"]
    assert last == outcome.figures
    measured = [entry["measured"] for entry in journal.read(tmp_path / "log.jsonl") if "measured" in entry]
    assert measured[-1]["error"] < 0.1  # type: ignore[index]


def test_the_same_seed_gives_the_same_run(tmp_path: Path) -> None:
    trained(lambda: Learner(0.3), tmp_path / "a", 6)
    trained(lambda: Learner(0.3), tmp_path / "b", 6, workers=1)
    trained(lambda: Learner(0.3), tmp_path / "c", 6, seed=6)
    assert same(tensors(tmp_path / "a" / CHECKPOINT), tensors(tmp_path / "b" / CHECKPOINT))
    assert not same(tensors(tmp_path / "a" / CHECKPOINT), tensors(tmp_path / "c" / CHECKPOINT))


def test_a_run_starts_from_the_networks_of_an_earlier_one(tmp_path: Path) -> None:
    trained(lambda: Learner(0.3), tmp_path / "a", 6)
    learner = Learner(0.3)
    starting.start_from(tmp_path / "a" / "weights.safetensors", learner.modules)
    found = {f"{n}.{k}": t for n, m in learner.modules.items() for k, t in m.state_dict().items()}
    assert same(found, tensors(tmp_path / "a" / "weights.safetensors"))


@pytest.mark.parametrize(("data", "why"), [(b"no tensors", "does not hold"), (None, "there is no such file")])
def test_a_start_that_is_none_is_refused(tmp_path: Path, data: bytes | None, why: str) -> None:
    path = tmp_path / "weights.safetensors"
    if data:
        path.write_bytes(data)
    with pytest.raises(BadInput, match=why):
        starting.start_from(path, Learner(0.3).modules)


def test_a_start_of_another_network_is_refused(tmp_path: Path) -> None:
    trained(lambda: Learner(0.3), tmp_path, 1)
    adversaries = Adversaries()
    before = {k: v.clone() for k, v in next(iter(adversaries.modules.values())).state_dict().items()}
    with pytest.raises(BadInput, match=r"weights\.safetensors cannot be opened: it is of another network"):
        starting.start_from(tmp_path / "weights.safetensors", adversaries.modules)
    assert same(before, dict(next(iter(adversaries.modules.values())).state_dict()))


def test_the_look_of_things_changes_nothing(tmp_path: Path) -> None:
    """Sheets and checkpoints in between leave no trace in the numbers."""
    trained(lambda: Learner(0.3), tmp_path / "a", 6)
    trained(lambda: Learner(0.3), tmp_path / "b", 6, clock=60.0, look_minutes=1, checkpoint_minutes=1)
    assert len(list((tmp_path / "b/sheets").iterdir())) == 6
    assert same(tensors(tmp_path / "a" / CHECKPOINT), tensors(tmp_path / "b" / CHECKPOINT))


def test_what_a_run_writes(tmp_path: Path) -> None:
    trained(Learner, tmp_path, 6)
    sheet = cv2.imread(str(tmp_path / "sheets/00000006.png"))
    assert sheet is not None
    assert sheet.shape == (4, 6, 3)
    kept, weights = tensors(tmp_path / CHECKPOINT), tensors(tmp_path / "weights.safetensors")
    assert torch.equal(weights["net.0.weight"], kept["average/net/0.weight"])
    assert not torch.equal(weights["net.0.weight"], kept["module/net/0.weight"])
    assert "optimiser/learn/net.0.weight/exp_avg" in kept


def test_adversaries_take_turns(tmp_path: Path) -> None:
    torch.manual_seed(0)
    recipe = Adversaries()
    Trainer(recipe, tmp_path, Options(Budget(steps=4)), crew()).run()
    assert recipe.calls == [
        *("0 critic", "0 critic"),
        *("1 critic", "1 critic"),
        *("2 critic", "2 critic", "2 generator"),
        *("3 critic", "3 critic"),
    ]
    facts = json.loads((tmp_path / "checkpoint-00000004.json").read_text())
    assert facts["batches"] == 9


def test_a_phase_changes_only_what_it_trains() -> None:
    torch.manual_seed(0)
    recipe = Adversaries()
    turns = Turns(recipe, crew())
    before = {name: [p.clone() for p in module.parameters()] for name, module in recipe.modules.items()}
    numbers = torch.arange(8).numpy()
    turns.step(0, 0.0, lambda: recipe.source().batch(numbers))
    moved = {
        n: [not torch.equal(a, b) for a, b in zip(before[n], m.parameters(), strict=True)]
        for n, m in recipe.modules.items()
    }
    assert any(moved["critic"])
    assert not any(moved["generator"])
    assert all(p.grad is None for p in recipe.modules["generator"].parameters())


def test_accumulated_parts_are_the_whole(tmp_path: Path) -> None:
    for make in (Learner, Adversaries):
        trained(make, tmp_path / make.name / "whole", 6)
        trained(make, tmp_path / make.name / "parts", 6, accumulate=4)
        assert_close(tmp_path / make.name / "whole", tmp_path / make.name / "parts", 1e-5)


def test_two_processes_are_one_with_the_same_batch(tmp_path: Path) -> None:
    two = [sys.executable, str(PROGRAM), str(tmp_path / "two"), "6"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(two, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    assert sorted(p.name for p in (tmp_path / "two").glob("* of *")) == ["0 of 2", "1 of 2"]
    for make in (Learner, Adversaries):
        trained(make, tmp_path / "one" / make.name, 6)
        assert_close(tmp_path / "one" / make.name, tmp_path / "two" / make.name, 1e-4)


def assert_close(a: Path, b: Path, tolerance: float) -> None:
    """Losses and weights."""
    for first, second in zip(losses(a), losses(b), strict=True):
        assert first == pytest.approx(second, abs=tolerance)
    weights = tensors(b / CHECKPOINT)
    for name, tensor in tensors(a / CHECKPOINT).items():
        assert torch.allclose(tensor, weights[name], atol=tolerance), name


def test_bfloat16(tmp_path: Path) -> None:
    """Losses are computed in half precision, weights are kept in full."""
    asked = Asked("learner", tmp_path, steps=30, bfloat16=True, log_steps=1, device="cpu", threads=1)
    seen: list[torch.dtype] = []

    class Half(Learner):
        def losses(self, phase, batch, moment):
            seen.append(self.modules["net"](batch["x"]).dtype)
            return super().losses(phase, batch, moment)

    facts = command.run(asked, lambda choices: Half())
    assert set(seen) == {torch.bfloat16}
    assert facts["stopped"] == "budget"
    assert losses(tmp_path)[-1]["learn/square"] < losses(tmp_path)[0]["learn/square"]
    assert tensors(tmp_path / "weights.safetensors")["net.0.weight"].dtype == torch.float32


def test_minutes_are_a_budget(tmp_path: Path) -> None:
    torch.manual_seed(0)
    ticks = iter(range(10**6))
    options = Options(Budget(minutes=10), log_steps=1)
    outcome = Trainer(Learner(), tmp_path, options, crew(), lambda: 6.0 * next(ticks)).run()
    assert outcome.stopped == "budget"
    assert 10 <= outcome.minutes < 11
    assert outcome.steps > 3
    rates = [entry["rates"] for entry in journal.read(tmp_path / "log.jsonl") if "rates" in entry]
    assert rates[-1]["learn"] < 0.1 * max(rate["learn"] for rate in rates)  # type: ignore[index]


def test_a_run_that_diverged_says_so_in_one_sentence(tmp_path: Path) -> None:
    class Diverging(Learner):
        def losses(self, phase, batch, moment):
            return {"edge": super().losses(phase, batch, moment)["size"] / 0}

    facts = command.run(Asked("toy", tmp_path, steps=3, device="cpu"), lambda choices: Diverging())
    sentence = command.sentence(facts)
    assert sentence == "Training stopped in step 0: the loss term “edge” of phase “learn” is inf."


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"system": "nothing", "steps": 1}, "There is no system called nothing"),
        ({"system": "perception"}, "Say how long to train"),
        ({"system": "perception", "steps": 1, "size": "huge"}, "no size called huge: choose live, paper"),
        ({"system": "perception", "steps": 1, "data": "celeba:/nowhere"}, "no folder /nowhere"),
        ({"system": "perception", "steps": 1, "vgg": Path("/nowhere.pth")}, "no file /nowhere.pth"),
    ],
)
def test_wrong_requests_are_refused_at_once(tmp_path: Path, wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        command.run(Asked(folder=tmp_path / "out", **wrong))
    assert not (tmp_path / "out").exists()


def test_the_bench_counts_a_whole_step() -> None:
    """Layers of 1 × 32 and 32 × 1: forwards, for the weights, and for the second one's input."""
    row = measured(Learner(), crew(), times=2)
    assert row["batch"] == 8
    assert row["gflop_per_picture"] == pytest.approx(2 * 32 * (2 + 2 + 1) / 1e9)
    assert row["pictures_per_second"] == pytest.approx(8000 / row["step_ms"])
    assert row["parameters"] == 32 + 32 + 2 * 32 + 32 + 1


def test_the_bench_counts_gradient_penalties() -> None:
    torch.manual_seed(0)
    row = measured(Adversaries(), crew(), times=1)
    assert row["gflop_per_picture"] > 2 * 2 * (4 * 16 + 16 * 192 + 3 * 9 * 8 * 48) / 1e9  # a few passes of the critic
