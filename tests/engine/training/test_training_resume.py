"""A run that was interrupted gives the same numbers, bit for bit, as one that was not."""

from __future__ import annotations

import json
import os
import resource
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from toy_recipes import Adversaries, Curve, Learner
from training_runs import losses, notices, same, tensors, trained, trainer

from engine.messages import BadInput
from engine.training import checkpoints
from engine.training.recipe import Batch, Recipe
from engine.training.turns import Diverged

Learning = partial(Learner, dropout=0.3)


class Interrupting(Curve):
    """Somebody asks for an end while a batch is made."""

    def __init__(self, number: int, name: signal.Signals) -> None:
        self.left, self.name = number, name

    def batch(self, indices) -> Batch:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), self.name)
        return super().batch(indices)


@pytest.mark.parametrize("make", [Learning, Adversaries])
@pytest.mark.parametrize("log_steps", [1, 4])
def test_a_resumed_run_is_the_same_run(tmp_path: Path, make: Callable[[], Recipe], log_steps: int) -> None:
    trained(make, tmp_path / "whole", 12, log_steps=log_steps)
    parts = tmp_path / "parts"
    stopped_after(make, parts, 5, of=12, log_steps=log_steps)
    assert trained(make, parts, 12, resume=True, log_steps=log_steps).steps == 12
    name = "checkpoint-00000012.safetensors"
    assert same(tensors(tmp_path / "whole" / name), tensors(parts / name))
    assert same(tensors(tmp_path / "whole/weights.safetensors"), tensors(parts / "weights.safetensors"))
    assert losses(tmp_path / "whole") == losses(parts)
    assert len(losses(parts)) == 12 // log_steps


def stopped_after(make: Callable[[], Recipe], folder: Path, steps: int, of: int, **options: Any) -> None:
    """The first steps of a longer run: its schedule is that of the longer one."""
    run = trainer(make, folder, of, **options)
    advance = run._advance

    def advanced(used: float) -> None:
        advance(used)
        if run.step == steps:
            os.kill(os.getpid(), signal.SIGTERM)

    run._advance = advanced
    assert run.run().stopped == "SIGTERM"
    assert checkpoints.steps(folder) == [steps]


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_run_with_a_checkpoint(tmp_path: Path, name: signal.Signals) -> None:
    before = signal.getsignal(name)
    outcome = trained(lambda: Learner(source=Interrupting(4, name)), tmp_path, 10**6)
    assert outcome.stopped == name.name
    assert checkpoints.steps(tmp_path) == [outcome.steps]
    assert 1 <= outcome.steps <= 5
    assert not (tmp_path / "weights.safetensors").exists()
    assert signal.getsignal(name) is before


def test_a_lost_part_of_a_run_is_done_again(tmp_path: Path) -> None:
    """Killed hard after its checkpoint: the log forgets what came later."""
    stopped_after(Learning, tmp_path, 5, of=9)
    with (tmp_path / "log.jsonl").open("a") as log:
        log.write('{"step": 6, "losses": {"learn/square": 99}}\n{"step": 7, "lo')
    trained(Learning, tmp_path, 9, resume=True)
    trained(Learning, tmp_path / "whole", 9)
    assert losses(tmp_path) == losses(tmp_path / "whole")


def test_two_checkpoints_are_kept(tmp_path: Path) -> None:
    trained(Learner, tmp_path, 8, clock=60.0, checkpoint_minutes=1)
    assert checkpoints.steps(tmp_path) == [7, 8]
    assert len(list(tmp_path.glob("checkpoint-*"))) == 4


def test_with_a_damaged_checkpoint_the_one_before_is_used(tmp_path: Path) -> None:
    trained(Learning, tmp_path, 6, clock=60.0, checkpoint_minutes=1)
    weights = tmp_path / "checkpoint-00000006.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    trained(Learning, tmp_path, 6, resume=True)
    assert notices(tmp_path) == ["The checkpoint of step 6 is damaged; the one of step 5 is used."]
    trained(Learning, tmp_path / "whole", 6)
    assert same(tensors(weights), tensors(tmp_path / "whole" / weights.name))


@pytest.mark.parametrize("cut", [0, 7, 100, -1])
def test_cut_off_checkpoints_are_refused(tmp_path: Path, cut: int) -> None:
    trained(Learner, tmp_path, 1)
    weights = tmp_path / "checkpoint-00000001.safetensors"
    weights.write_bytes(weights.read_bytes()[:cut])
    with pytest.raises(BadInput, match=r"No checkpoint in .* is whole: the files of step 1 are damaged\."):
        trained(Learner, tmp_path, 2, resume=True)


def test_a_folder_with_a_run_is_not_begun_anew(tmp_path: Path) -> None:
    trained(Learner, tmp_path, 1)
    with pytest.raises(BadInput, match="holds a run already"):
        trained(Learner, tmp_path, 1)
    with pytest.raises(BadInput, match="its seed was 5, now 6 is asked for"):
        trained(Learner, tmp_path, 1, resume=True, seed=6)


def test_another_network_is_refused(tmp_path: Path) -> None:
    class Wider(Learner):
        def __init__(self) -> None:
            super().__init__()
            self.modules["more"] = torch.nn.Linear(1, 1)

    trained(Learner, tmp_path, 1)
    with pytest.raises(BadInput, match=r"another network: it lacks more/bias\."):
        trained(Wider, tmp_path, 2, resume=True)


def test_with_nothing_to_resume_a_run_begins(tmp_path: Path) -> None:
    assert trained(Learner, tmp_path / "new", 2, resume=True).steps == 2


def test_a_full_disk_loses_no_older_checkpoint(tmp_path: Path) -> None:
    """Files may not grow beyond a size, as if the disk were full; training goes on, and ends with one sentence."""
    trained(Learner, tmp_path, 3)
    before = {path.name: path.read_bytes() for path in tmp_path.glob("checkpoint-*")}
    run = trainer(Learner, tmp_path, 6, clock=60.0, checkpoint_minutes=2, resume=True)
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4000, limit[1]))
    try:
        with pytest.raises(BadInput) as error:
            run.run()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        signal.signal(signal.SIGXFSZ, old)
    sentence = str(error.value)
    assert "cannot be written" in sentence
    assert sentence.endswith("The checkpoint of step 3 is untouched.")
    assert run.step == 6
    assert notices(tmp_path)
    assert all(notice.endswith("is untouched. Training goes on.") for notice in notices(tmp_path))
    assert {path.name: path.read_bytes() for path in tmp_path.glob("checkpoint-*")} == before
    assert trained(Learner, tmp_path, 6, resume=True).steps == 6


class Diverging(Learner):
    def losses(self, phase, batch, moment) -> Batch:
        terms = super().losses(phase, batch, moment)
        return {**terms, "colour": terms["size"] * (float("nan") if moment.step == 4 else 1.0)}


def test_a_loss_that_is_no_number_stops_the_run(tmp_path: Path) -> None:
    sentence = "Training stopped in step 4: the loss term “colour” of phase “learn” is nan."
    run = trainer(Diverging, tmp_path, 9, clock=60.0, checkpoint_minutes=1)
    with pytest.raises(Diverged) as error:
        run.run()
    assert str(error.value) == sentence
    assert checkpoints.steps(tmp_path) == [3, 4]
    last = checkpoints.read(tmp_path)
    assert last is not None
    assert all(tensor.isfinite().all() for tensor in last.tensors.values())


def test_an_endless_gradient_stops_the_run(tmp_path: Path) -> None:
    class Steep(Learner):
        def losses(self, phase, batch, moment) -> Batch:
            zero = self.modules["net"](batch["x"]).sum() * 0
            return {"root": zero.sqrt()}

    with pytest.raises(Diverged, match="step 0: the gradient of phase “learn” is nan"):
        trained(Steep, tmp_path, 2)


def test_the_facts_of_a_checkpoint_are_readable(tmp_path: Path) -> None:
    trained(Learner, tmp_path, 2)
    facts = json.loads((tmp_path / "checkpoint-00000002.json").read_text())
    assert (facts["system"], facts["step"], facts["settings"], facts["batches"]) == ("learner", 2, {"width": 32}, 2)
