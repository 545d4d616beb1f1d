"""The pieces of the trainer, each by itself."""

from __future__ import annotations

import signal

import numpy as np
import pytest
import torch
from torch import nn
from toy_recipes import Curve, Rough

from engine.messages import BadInput
from engine.training import order, state
from engine.training.averages import Averages
from engine.training.budget import Budget, Every, Watch
from engine.training.feeding import Feed, length_of
from engine.training.moment import Moment
from engine.training.order import Order, Share
from engine.training.schedule import Schedule
from engine.training.stopping import listening
from engine.training.systems import Data, factory


@pytest.mark.parametrize("length", [None, 27])
@pytest.mark.parametrize("world", [2, 4])
def test_processes_share_the_batches_of_one(length: int | None, world: int) -> None:
    alone = Order(length, 8, seed=3)
    shared = [Order(length, 8, 3, Share(rank, world)) for rank in range(world)]
    for number in range(12):
        together = np.concatenate([one.ids(number) for one in shared])
        np.testing.assert_array_equal(together, alone.ids(number))


def test_every_epoch_has_every_sample_once_in_another_order() -> None:
    taken = np.concatenate([Order(27, 9, seed=3).ids(number) for number in range(6)])
    first, second = taken[:27], taken[27:]
    assert sorted(first) == sorted(second) == list(range(27))
    assert (first != second).any()
    assert (np.concatenate([Order(27, 9, seed=4).ids(n) for n in range(3)]) != first).any()


def test_batches_go_on_into_the_next_epoch() -> None:
    tens = np.concatenate([Order(27, 10, seed=3).ids(number) for number in range(6)])
    nines = np.concatenate([Order(27, 9, seed=3).ids(number) for number in range(6)])
    np.testing.assert_array_equal(tens[:54], nines)


def test_endless_runs_begin_at_their_seeds() -> None:
    assert list(Order(None, 4, seed=0).ids(2)) == [8, 9, 10, 11]
    far = Order(None, 4, seed=2).ids(10**9)
    assert far.min() >= 0
    assert far.max() < 2**31


@pytest.mark.parametrize(("world", "accumulate"), [(3, 1), (2, 8)])
def test_a_batch_falls_into_equal_parts(world: int, accumulate: int) -> None:
    with pytest.raises(BadInput, match="A batch of 8 samples cannot be divided evenly among"):
        order.check(8, world, accumulate)


@pytest.mark.parametrize("workers", [0, 2])
def test_a_feed_gives_the_batches_in_order(workers: int) -> None:
    plan = Order(27, 9, seed=3)
    with Feed(Curve(), plan, number=2, workers=workers) as feed:
        for number in range(2, 9):
            expected = Curve().batch(plan.ids(number))
            found = feed.take()
            assert all(torch.equal(found[name], expected[name]) for name in expected)
        assert feed.number == 9


def test_what_a_source_raises_reaches_the_trainer() -> None:
    class Broken(Curve):
        def batch(self, indices):
            raise BadInput("picture 7 is damaged.")

    with pytest.raises(BadInput, match="picture 7 is damaged"), Feed(Broken(), Order(27, 9, 0)) as feed:
        feed.take()


def test_endless_and_empty_sources() -> None:
    class Empty(Curve):
        def __len__(self) -> int:
            return 0

    assert length_of(Rough()) is None
    assert length_of(Curve()) == 27
    with pytest.raises(BadInput, match="empty"):
        length_of(Empty())


def test_chance_is_that_of_the_rows() -> None:
    def drawn(rows: slice, key: int = 7) -> torch.Tensor:
        moment = Moment(0, 0.0, torch.device("cpu"), 8, rows, (key,))
        first = moment.normal(3)
        return torch.cat([first, moment.uniform(3), moment.integers(5, 3).float()], dim=1)

    whole = drawn(slice(0, 8))
    assert torch.equal(torch.cat([drawn(slice(0, 4)), drawn(slice(4, 8))]), whole)
    assert not torch.equal(drawn(slice(0, 8), key=8), whole)
    assert len(whole.unique()) > 24


def test_schedules() -> None:
    assert Schedule().factor(0, 0.7) == 1
    warm = Schedule(warm_up=3)
    assert [warm.factor(step, 0.0) for step in range(5)] == [0.25, 0.5, 0.75, 1, 1]
    linear = Schedule("linear", hold=0.5, floor=0.1)
    assert [linear.factor(9, p) for p in (0, 0.5, 0.75, 1, 2)] == pytest.approx([1, 1, 0.55, 0.1, 0.1])
    cosine = Schedule("cosine")
    assert [cosine.factor(9, p) for p in (0, 0.5, 1)] == pytest.approx([1, 0.5, 0])


def test_averages_follow_the_weights() -> None:
    line = nn.Linear(1, 1, bias=False)
    net = nn.Sequential(line, nn.BatchNorm1d(1))
    averages = Averages({"net": net}, {"net": 0.5})
    copy = averages.copies["net"]
    nn.init.zeros_(copy[0].weight)  # type: ignore[index]
    nn.init.ones_(line.weight)
    net(torch.tensor([[1.0], [3.0]]))
    values = []
    for _ in range(30):
        averages.follow()
        values.append(float(copy[0].weight))  # type: ignore[index]
    assert values[0] == pytest.approx(0.9)  # fast at first
    assert values[-1] == pytest.approx(1, abs=1e-6)
    assert torch.equal(copy.state_dict()["1.running_mean"], net.state_dict()["1.running_mean"])
    assert not copy.training


def test_tied_weights_can_be_kept() -> None:
    net = nn.ModuleDict({"a": nn.Linear(2, 2), "b": nn.Linear(2, 2)})
    net["a"].weight = net["b"].weight
    tensors = state.of_modules({"net": net}, "module")
    assert tensors["module/net/a.weight"].data_ptr() != tensors["module/net/b.weight"].data_ptr()
    state.into_modules({name: tensor + 1 for name, tensor in tensors.items()}, {"net": net}, "module")
    assert torch.equal(net.state_dict()["a.weight"], tensors["module/net/a.weight"] + 1)


def test_what_is_used_up_first_ends_a_run() -> None:
    assert Budget().used(10**9, 10**9) == 0
    assert Budget(minutes=10, steps=100).used(20, 5) == 0.5
    assert Budget(minutes=10, steps=100).used(100, 5) == 1


def test_due_now_and_then() -> None:
    now = [0.0]
    every = Every(1, Watch(7.0, lambda: now[0]))
    dues = []
    for now[0] in range(0, 200, 30):
        dues.append(every.due())
    assert dues == [False, False, True, False, True, False, True]


def test_a_second_interrupt_ends_at_once() -> None:
    with listening() as wish:
        signal.raise_signal(signal.SIGINT)
        assert wish.name == "SIGINT"
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("horses", "no data set called horses: choose people, market1501"),
        ("celeba", "lacks the folder: write celeba:FOLDER"),
        ("people:", "lacks the folder"),
        ("iper:/nowhere", "there is no folder /nowhere"),
    ],
)
def test_wrong_data(text: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        Data.parse(text)


def test_data(tmp_path) -> None:
    assert Data.parse("people") == Data("people")
    assert Data.parse(f"celeba:{tmp_path}") == Data("celeba", tmp_path)


def test_unknown_systems() -> None:
    with pytest.raises(BadInput, match="There is no system called nothing: choose perception"):
        factory("nothing")
