"""How DSC is trained: what the turns see, and that a tiny one learns four pictures."""

from __future__ import annotations

import shutil
from dataclasses import replace
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from PIL import Image

from engine.generators.dsc import losses, training
from engine.generators.dsc.config import Config, live, paper
from engine.generators.dsc.discriminator import Discriminator
from engine.generators.dsc.pairs import PICTURES, Pairs, opened
from engine.generators.dsc.training import ABLATION, Dsc, Loss
from engine.messages import BadInput
from engine.people import dataset, manifest
from engine.skeleton import BONES
from engine.training import systems
from engine.training.moment import Moment
from engine.training.systems import Choices, Data
from tests.engine.data.layouts import annotation, without
from tests.engine.generators.test_deformation import A, B
from tests.engine.training import training_runs

Pose = list[tuple[int, int]]  # (y, x)


def authors(text: str) -> Pose:
    return [(int(y), int(x)) for y, x in (pair.split(",") for pair in text[1:-1].split(")("))]


@pytest.fixture(autouse=True)
def small_discriminator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "Discriminator", partial(Discriminator, widths=(16, 32, 32, 32, 1)))


POSES = {"0002_c1.jpg": authors(A), "0002_c2.jpg": authors(B), "0007_c1.jpg": authors(B), "0007_c3.jpg": authors(A)}


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two people in two poses each, drawn as coloured bars: red and blue; and one without a hip."""
    folder = tmp_path_factory.mktemp("market")
    poses = POSES | {"0007_c4.jpg": without(authors(A), 8)}
    for split in ("train", "test"):
        annotation(folder / f"market-annotation-{split}.csv", poses)
        pictures = folder / "market-dataset" / split
        pictures.mkdir(parents=True)
        for name, pose in poses.items():
            Image.fromarray(drawn(pose, (220, 60, 40) if name.startswith("0002") else (40, 80, 220))).save(
                pictures / name, quality=95
            )
    return folder


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two people of the factory, twice each."""
    folder = tmp_path_factory.mktemp("street")
    dataset.make(folder, manifest.plan("street", 64, 0, pairs=True), 4, workers=1)
    return folder


def drawn(pose: Pose, colour: tuple[int, int, int]) -> np.ndarray:
    picture = np.full((128, 64, 3), 120, np.uint8)
    for a, b in BONES:
        if min(pose[a] + pose[b]) >= 0:
            cv2.line(picture, pose[a][::-1], pose[b][::-1], colour, 7)
    return picture


def pairs(market: Path, itself: int = 0) -> Pairs:
    return opened(Data("market1501", market), itself=itself)


def small(ours: bool = True) -> Config:
    config = live() if ours else paper(128, 64)
    widths = (8, 16, 16, 32, 32, 32)
    pose = tuple(8 if width else 0 for width in config.pose)
    return replace(config, widths=widths, pose=pose, up=(32, 32, 16, 16, 16))


def tiny(market: Path, ours: bool = True, loss: Loss = "pixels", batch: int = 2) -> Dsc:
    return Dsc(pairs(market), pairs(market), small(ours), loss, None, batch)


# pairs


def test_pairs_are_of_one_person_with_shoulders_and_hips(market: Path) -> None:
    found = pairs(market)
    assert len(found) == 4 and found.size == (128, 64)
    names = [tuple(found.samples.entries[i].name for i in pair) for pair in found.table]
    assert names == [("0002_c1.jpg", "0002_c2.jpg"), ("0002_c2.jpg", "0002_c1.jpg"), ("0007_c1.jpg", "0007_c3.jpg"), ("0007_c3.jpg", "0007_c1.jpg")]  # fmt: skip


def test_a_batch_holds_pictures_and_poses(market: Path) -> None:
    batch = pairs(market).batch(np.array([1, 2]))
    assert batch["photo"].dtype == torch.uint8 and batch["photo"].shape == batch["picture"].shape == (2, 3, 128, 64)
    assert batch["maps"].shape == (2, 10, 2, 3) and batch["corners"].shape == (2, 8, 4, 2)
    there = np.array(authors(B))[0]  # the nose of the first photo
    assert batch["source"][0, 0].tolist() == [there[1], there[0], 1]
    assert batch["source"][0, 10, 2] == 0 and batch["target"][1, 7, 2] == 0  # absent
    reds = batch["photo"].float().mean(dim=(2, 3))
    assert reds[0, 0] > reds[0, 2] and reds[1, 0] < reds[1, 2]


def test_now_and_then_a_picture_is_paired_with_itself(market: Path) -> None:
    found = pairs(market, itself=2)
    assert len(found) == 6 and (found.table[4:, 0] == found.table[4:, 1]).all()
    batch = found.batch(np.array([5]))
    assert torch.equal(batch["photo"], batch["picture"])


def test_people_of_the_factory(street: Path) -> None:
    found = opened(Data("people", street))
    assert found.size == (64, 32) and 0 < len(found) <= 4
    assert found.batch(np.arange(1))["photo"].shape == (1, 3, 64, 32)


def test_people_have_to_be_there_and_in_pairs(street: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"main\.py people FOLDER --pairs"):
        opened(Data("people"))
    alone = Path(shutil.copytree(street, tmp_path / "alone"))
    for number in (1, 3):
        (alone / "samples" / f"00000{number}.json").unlink()
    with pytest.raises(BadInput, match="has no two pictures of one person"):
        opened(Data("people", alone))


# turns


def moment(rows: int, progress: float = 0.9) -> Moment:
    return Moment(0, progress, torch.device("cpu"), rows, slice(0, rows))


def test_the_discriminator_and_the_generator_see_different_pairs(market: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three sets in a step: real ones and drawn ones for the first, others for the second."""
    recipe, seen = tiny(market, ours=False), []
    batch = recipe.pairs.batch(np.array([0, 1, 2, 0, 1, 2]))
    monkeypatch.setattr(training.Task, "drawn_by", lambda task, net: seen.append(task.photo) or task.picture)
    monkeypatch.setattr(training.Task, "shown_by", lambda task, net: (task.drawn_by(net), None))
    judged = [t for phase in ("judge", "draw") for t in recipe.losses(phase, batch, moment(6))]
    assert judged == ["judged", "fooled", "pixels"]
    for photo, row in zip(seen, (1, 2), strict=True):
        assert torch.equal(photo[0], batch["photo"][row].float() / 127.5 - 1)


def test_each_phase_trains_its_own_network(market: Path) -> None:
    recipe = tiny(market, ours=False)
    assert [(p.name, p.trains) for p in recipe.phases] == [("judge", ("discriminator",)), ("draw", ("generator",))]
    batch = recipe.pairs.batch(np.array([0, 1, 2]))
    recipe.losses("judge", batch, moment(3))["judged"].backward()
    assert all(p.grad is None for p in recipe.generator.parameters())
    assert all(p.grad is not None for p in recipe.modules["discriminator"].parameters())


def test_live_learns_from_all_pairs_without_a_discriminator(market: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe, seen = tiny(market), []
    assert list(recipe.modules) == ["generator"] and [p.name for p in recipe.phases] == ["draw"]
    shown_by = training.Task.shown_by
    monkeypatch.setattr(
        training.Task, "shown_by", lambda task, net: seen.append(len(task.photo)) or shown_by(task, net)
    )
    assert "outline" not in recipe.losses(
        "draw", recipe.pairs.batch(np.arange(4)), moment(4)
    )  # nobody knows where they are
    assert seen == [4]


def test_where_the_person_is_known_the_outline_is_learnt(street: Path) -> None:
    found = opened(Data("people", street))
    batch = found.batch(np.array([0]))
    assert batch["person"].shape == (1, 1, 64, 32) and 0.02 < batch["person"].float().mean() < 0.9
    entry = found.samples.entries[int(found.table[0, 0])]
    assert (entry.picture.parent.parent / "plates" / entry.picture.name).exists()  # kept for the next time
    plate, photo = batch["plate"][0].int(), batch["photo"][0].int()
    there = torch.from_numpy(np.load(entry.labels) > 0)  # type: ignore[arg-type]
    assert (plate - photo).abs().sum(dim=0)[there].float().mean() > 5 * (plate - photo).abs().sum(dim=0)[
        ~there
    ].float().mean()
    again = found.batch(np.array([0]))
    assert torch.equal(again["plate"], batch["plate"])


def test_the_outline_is_a_cross_entropy() -> None:
    person = torch.tensor([1.0, 0.0]).view(1, 1, 1, 2)
    assert losses.outline(1 - person, person) < 1e-6
    assert losses.outline(torch.full((1, 1, 1, 2), 0.5), person) == pytest.approx(np.log(2), abs=1e-6)


def test_only_doubts_within_the_person_count() -> None:
    person = torch.tensor([1.0, 1.0, 0.0]).view(1, 1, 1, 3)
    assert losses.undecided(torch.tensor([0.5, 0.1, 9.0]).view(1, 1, 1, 3), person) == pytest.approx(0.3)
    assert losses.undecided(torch.ones(1, 1, 1, 3), torch.zeros(1, 1, 1, 3)) == 0


@pytest.mark.parametrize(("progress", "size"), [(0.1, (128, 64)), (0.9, (192, 96))])
def test_live_sees_small_pictures_first(
    market: Path, monkeypatch: pytest.MonkeyPatch, progress: float, size: tuple[int, int]
) -> None:
    recipe, shapes = tiny(market), []
    batch = recipe.pairs.batch(np.array([0, 1, 2]))
    large = {name: batch[name].repeat_interleave(2, 2).repeat_interleave(2, 3) for name in PICTURES}
    monkeypatch.setattr(recipe, "_faithful", lambda picture, behind, task: shapes.append(tuple(picture.shape[2:])))
    recipe.losses("draw", batch | large, moment(3, progress))
    assert shapes == [size]


def test_the_authors_networks_have_dropout_while_training(market: Path) -> None:
    generator = tiny(market, ours=False).generator
    task = tiny(market, ours=False)._task(pairs(market).batch(np.arange(1)), slice(None))
    assert not torch.equal(task.drawn_by(generator), task.drawn_by(generator))
    generator.eval()
    assert torch.equal(task.drawn_by(generator), task.drawn_by(generator))


def test_parts_of_a_batch_have_to_hold_three_sets(market: Path) -> None:
    recipe = tiny(market, ours=False)
    with pytest.raises(BadInput, match="parts of 4 hold no 3 equal sets"):
        recipe.losses("draw", recipe.pairs.batch(np.arange(4)), moment(4))


# what is chosen


def test_the_system_is_registered_with_the_authors_numbers(market: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(training, "paper", lambda *what: asked.append(what) or small(ours=False))
    recipe = systems.factory("dsc")(Choices("paper", Data("market1501", market)))
    assert isinstance(recipe, Dsc) and asked == [(128, 64, "mask")]
    assert recipe.batch == 3 * 4 and recipe.loss == "pixels" and not recipe.averaged
    groups = [p.optimiser(list(recipe.generator.parameters())).param_groups[0] for p in recipe.phases]
    assert [(g["lr"], g["betas"], g["eps"]) for g in groups] == [(2e-4, (0.5, 0.999), 1e-8)] * 2


@pytest.mark.parametrize(
    ("row", "mode", "loss"), [("baseline", "none", "pixels"), ("dsc", "mask", "pixels"), ("full", "mask", "nearest")]
)
def test_rows_of_the_ablation_at_our_size(market: Path, row: str, mode: str, loss: str) -> None:
    recipe = ABLATION[row](Choices("live", Data("market1501", market), batch=5))
    assert isinstance(recipe, Dsc)
    assert (recipe.config.mode, recipe.loss, recipe.batch) == (mode, loss, 5)


def test_feature_matching_needs_vgg(market: Path) -> None:
    with pytest.raises(BadInput, match="--vgg"):
        ABLATION["matching"](Choices("live", Data("market1501", market)))


def test_a_size_without_a_network_is_refused(street: Path) -> None:
    with pytest.raises(BadInput, match="no network for pictures of 32 × 64"):
        systems.factory("dsc")(Choices("paper", Data("people", street)))
    with pytest.raises(BadInput, match="multiples of 32, the longer one at least 128"):
        systems.factory("dsc")(Choices("live", Data("people", street)))


# learning


@pytest.mark.parametrize(("ours", "loss"), [(True, "nearest"), (False, "pixels")])
def test_it_learns_four_pictures(market: Path, tmp_path: Path, ours: bool, loss: Loss) -> None:
    """Better than at first, and better than the photo left as it is."""
    recipe = tiny(market, ours, loss, batch=3 if ours else 1)
    adam = partial(torch.optim.Adam, lr=3e-3, betas=(0.5, 0.999))
    recipe.phases, recipe.averaged = tuple(replace(p, optimiser=adam) for p in recipe.phases), {}
    before = measured(recipe)
    outcome = training_runs.trained(lambda: recipe, tmp_path / "run", 40)
    after = measured(recipe)
    judged = set() if ours else {"judge/judged", "draw/fooled"}
    assert outcome.figures.keys() >= {f"draw/{loss}"} | judged
    assert after["l1"] < 0.6 * before["l1"] and after["l1"] < after["l1 of the photo"]
    with Image.open(next((tmp_path / "run" / "sheets").iterdir())) as sheet:
        assert sheet.size == (4 * 64, 3 * 128)


def measured(recipe: Dsc) -> dict[str, float]:
    recipe.generator.eval()
    with torch.no_grad():
        found = recipe.measure(recipe.modules)
    recipe.generator.train()
    return found
