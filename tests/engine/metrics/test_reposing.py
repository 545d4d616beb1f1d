"""Re-posing is measured fairly: the truth is perfect, equals are equal, and what is outside of the person is outside."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine.data.listed import ordered_pairs
from engine.data.sample import Pairing, PairTable, Sample
from engine.io import images
from engine.io.keypoints import read_keypoints
from engine.messages import BadInput, Image
from engine.metrics import command, detection, inception, lone_pictures, masks, repose_evaluation, systems
from engine.metrics.evaluation import Task
from engine.metrics.lone_pictures import DETECTION, IS, MASKED_IS, Judges
from engine.metrics.repose_evaluation import ahead, numbers, run
from engine.metrics.repose_sheet import GREY, HEAD, Sheet, skeleton
from engine.metrics.reposers import Program, Reposer, copied
from engine.metrics.reposing import (  # fmt: skip
    AT_REST,
    DISTANCE,
    L1,
    MASKED_L1,
    PERSON_DISTANCE,
    SSIM,
    Case,
    Examiner,
    Tally,
    compared,
    kept,
)
from engine.metrics.user_files import UserFiles
from engine.perception.annotating import Reader
from engine.perception.features import Seen
from engine.perception.network import SIZES, Annotator
from engine.skeleton import L_WRIST, NOSE, R_HIP, Keypoints, Visibility
from tests.engine import figures

SAMPLE = Path(__file__).parents[3] / "assets" / "people" / "sample.png"
HEIGHT, WIDTH = 128, 96
SHIRTS = ((200, 60, 40), (40, 90, 200), (60, 160, 60))


@dataclass(frozen=True)
class People(Pairing):
    samples: Sequence[Sample]

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, index: int) -> Sample:
        return self.samples[index]

    def pairs(self) -> PairTable:
        return ordered_pairs([sample.identity for sample in self.samples])


def standing(person: int, shift: int) -> Sample:
    """Somebody in a shirt of their own, `shift` pixels right of the middle, before noise."""
    points = [(x * 0.45 + 3 + shift, y * 0.5) for x, y in figures.POINTS]
    pose = Keypoints.of(points)
    labels = masks.dsc(pose, HEIGHT, WIDTH).astype(np.uint8)
    picture = np.random.default_rng(person).integers(90, 150, (HEIGHT, WIDTH, 3)).astype(np.uint8)
    picture[labels > 0] = SHIRTS[person % len(SHIRTS)]
    return Sample(f"{person} {shift}", picture, pose, labels, identity=str(person))


@cache
def people() -> People:
    return People([standing(person, shift) for person in range(3) for shift in (-8, 9)])


@cache
def examiner() -> Examiner:
    """With a network that has learnt nothing: equal pictures look equal to it, others do not."""
    torch.manual_seed(0)
    network = Annotator(SIZES["tiny"]).eval()
    return Examiner(reader=Reader.of(network), seen=Seen(network))


def case(first: int = 0, second: int = 1) -> Case:
    made = Case.of(people().paired(first, second))
    assert made is not None
    return made


def knowing(photo: Image, source: Keypoints, target: Keypoints) -> Image:
    """Who has seen the answers."""
    samples = people().samples
    person = next(s.identity for s in samples if np.array_equal(s.picture, photo))
    return next(s.picture for s in samples if s.identity == person and s.keypoints == target)


def measured(reposer: Reposer, *names: str, task: Task | None = None) -> dict[str, repose_evaluation.Measured]:
    """Of a system called `mine`."""
    task = replace(task or Task(people(), ()), metrics=names)
    return dict(run("mine", lambda weights, device, program: reposer, {}, task, examiner()))


def test_the_truth_is_perfect_and_better_than_the_photo_as_it_is() -> None:
    kinds = ("SSIM", "masked SSIM", "L1", "masked L1", DISTANCE, PERSON_DISTANCE, "PCK@0.05", "PCK@0.1")
    found = measured(knowing, *(f"{who}: {kind}" for who in ("mine", "copy") for kind in kinds), "truth: PCK@0.05", f"mine: {AT_REST}")  # fmt: skip
    value = {name: number.value for name, number in found.items()}
    assert value["mine: SSIM"] == value["mine: masked SSIM"] == 1
    assert value["mine: L1"] == value["mine: masked L1"] == 0
    assert value[f"mine: {DISTANCE}"] == pytest.approx(0, abs=1e-9) == value[f"mine: {PERSON_DISTANCE}"]
    assert value["mine: PCK@0.05"] == value["truth: PCK@0.05"]
    assert value[f"mine: {AT_REST}"] == 100
    assert found["copy: SSIM"].high < 0.9 and found["copy: masked L1"].low > 0.1
    assert found[f"copy: {DISTANCE}"].low > 0.01 and found[f"copy: {PERSON_DISTANCE}"].low > 0.01
    assert all(number.count == 3 for number in found.values())  # three people, six pairs


def test_a_system_is_no_better_than_itself() -> None:
    found = measured(Program("cpu").posed, "mine: masked L1", "puppet: masked L1", *(f"mine − puppet: {kind}" for kind in (SSIM, MASKED_L1, DISTANCE, "PCK@0.1")))  # fmt: skip
    assert found["mine: masked L1"] == found["puppet: masked L1"]
    for name in list(found)[2:]:
        assert (found[name].value, found[name].low, found[name].high) == (0, 0, 0), name


def test_the_puppet_moves_the_person_and_leaves_a_photo_at_rest_alone() -> None:
    found = measured(copied, "puppet: masked L1", "copy: masked L1", f"puppet: {AT_REST}")
    assert found["puppet: masked L1"].high < found["copy: masked L1"].low
    assert found[f"puppet: {AT_REST}"].value == 100


def test_only_what_is_asked_for_is_opened() -> None:
    def refused(weights: Path | None, device: str, program: Program) -> Reposer:
        raise BadInput("There are no weights.")

    task = Task(people(), ("copy: SSIM",))
    assert 0 < run("mine", refused, {}, task)["copy: SSIM"].value < 1  # nor is the annotator
    with pytest.raises(BadInput, match="no weights"):
        run("mine", refused, {}, replace(task, metrics=("mine − puppet: SSIM",)))


# one pair


def test_the_surroundings_do_not_count_inside() -> None:
    one = case()
    elsewhere, inside = one.truth.copy(), one.truth.copy()
    elsewhere[~one.after] = 255 - elsewhere[~one.after]
    inside[one.after] ^= 128  # half of the range, whatever was there
    found = compared(one, {"elsewhere": elsewhere, "inside": inside}, (L1, MASKED_L1, DISTANCE), examiner(), {})
    assert found["elsewhere"][MASKED_L1] == (0, 1) and found["elsewhere"][L1][0] > 0.05
    assert found["inside"][MASKED_L1][0] == pytest.approx(128 / 127.5)
    assert found["inside"][L1][0] == pytest.approx(128 / 127.5 * one.after.mean())
    assert found["inside"][DISTANCE][0] > 0


def test_the_person_is_told_by_labels_or_else_by_keypoints() -> None:
    sample = standing(0, 0)
    labels = np.zeros((HEIGHT, WIDTH), np.uint8)
    labels[10:20, 30:40] = 3
    made = Case.of(replace(sample, labels=labels, pair=replace(standing(0, 9), labels=None)))
    assert made is not None and made.before.sum() == 100
    assert np.array_equal(made.after, masks.dsc(made.target, HEIGHT, WIDTH))


def test_the_box_is_around_the_person_and_never_tiny() -> None:
    one = case()
    rows, columns = np.nonzero(one.after)
    assert one.box == (columns.min(), rows.min(), np.ptp(columns) + 1, np.ptp(rows) + 1)
    dot = np.zeros((HEIGHT, WIDTH), bool)
    dot[HEIGHT - 1, 3] = True
    small = replace(one, after=dot)
    assert small.box == (0, HEIGHT - 32, 32, 32) and small.cropped(one.truth).shape == (32, 32, 3)
    assert replace(one, after=np.zeros_like(dot)).box == (0, 0, WIDTH, HEIGHT)


def test_poses_count_visible_joints_in_heights_of_the_person() -> None:
    class Told(Examiner):
        def pose(self, case: Case, picture: Image) -> Keypoints:
            tall = float(np.ptp(np.nonzero(case.after)[0]))
            moved = {NOSE: case.target[NOSE].moved(0.07 * tall, 0), L_WRIST: case.target[L_WRIST].moved(tall, 0)}
            return case.target.moved(moved)

    one = case()
    assert Told().hits(one, one.truth) == {"PCK@0.05": (16, 18), "PCK@0.1": (17, 18)}
    hidden = replace(one, target=one.target.seen_as([L_WRIST], Visibility.HIDDEN))
    assert Told().hits(hidden, one.truth) == {"PCK@0.05": (16, 17), "PCK@0.1": (17, 17)}


def test_what_is_left_of_the_photo_in_decibel() -> None:
    one = case()
    off = one.photo.copy()
    off[one.before] ^= 16
    assert kept(one, off)[0] == pytest.approx(20 * np.log10(255 / 16))
    off = one.photo.copy()
    off[~one.before] = 0
    assert kept(one, off) == (100, 1)


def test_pairs_without_shoulders_or_hips_are_passed_over() -> None:
    sample = standing(0, 0)
    assert sample.keypoints is not None
    hipless = replace(sample, keypoints=sample.keypoints.seen_as([R_HIP], Visibility.ABSENT))
    assert Case.of(replace(sample, pair=hipless)) is None
    with pytest.raises(BadInput, match="nothing to measure: no pair"):
        measured(copied, "copy: SSIM", task=Task(People([sample, hipless]), ()))
    with pytest.raises(BadInput, match="pictures with keypoints"):
        Case.of(replace(sample, pair=replace(sample, keypoints=None)))


# many pairs


def test_a_difference_is_of_the_same_pairs() -> None:
    tally = Tally()
    for person, value in enumerate((0.1, 0.9, 0.4, 0.6)):
        tally.add(str(person), {"a": (value + 0.05, 1), "b": (value, 1)})
    assert tally.measured("a").high - tally.measured("a").low > 0.2
    apart = tally.apart("a", "b")
    assert apart.value == pytest.approx(0.05) and apart.high - apart.low < 1e-9


def test_more_pictures_of_the_same_people_make_nothing_surer() -> None:
    once, thrice = Tally(), Tally()
    for person, value in enumerate(np.linspace(0, 1, 9)):
        once.add(str(person), {"a": (value, 1)})
        for _ in range(3):
            thrice.add(str(person), {"a": (value, 1)})
    assert once.measured("a", 4).low == pytest.approx(thrice.measured("a", 4).low)
    assert once.measured("a").count == thrice.measured("a").count == 9


def test_joints_are_counted_and_not_pictures() -> None:
    tally = Tally()
    tally.add("a", {"hits": (1, 1)})
    tally.add("b", {"hits": (0, 3)})
    tally.add("c", {"hits": (0, 0)})  # says nothing
    assert tally.measured("hits").value == 0.25


def test_the_next_is_worked_on_while_one_is_looked_at() -> None:
    second = threading.Event()

    def work(item: int) -> int:
        if item == 1:
            second.set()
        return 10 * item

    results = ahead(range(3), work)
    assert next(results) == 0 and second.wait(10)
    assert list(results) == [10, 20]
    with pytest.raises(BadInput, match="broken"):
        list(ahead([1], lambda item: measured_wrongly()))


def measured_wrongly() -> int:
    raise BadInput("It is broken.")


# sheets


def test_a_sheet_shows_pairs_from_all_over() -> None:
    sheet = Sheet(100)
    for index in range(100):
        sheet.offer(replace(case(), truth=np.full((HEIGHT, WIDTH, 3), index, np.uint8)), {"mine": case().photo})
    assert [int(row[-1][0, 0, 0]) for row in sheet.rows] == [0, 13, 25, 38, 50, 63, 75, 88]
    assert sheet.picture().shape == (HEAD + 8 * (HEIGHT + 2) - 2, 4 * (WIDTH + 2) - 2, 3)
    assert sheet.names == ("photo", "pose", "mine", "truth")


def test_the_pose_is_drawn_on_grey() -> None:
    drawn = skeleton(case().target, HEIGHT, WIDTH)
    assert drawn.shape == (HEIGHT, WIDTH, 3) and (drawn[:5] == GREY).all()
    x, y = (round(n) for n in case().target[NOSE])
    assert (drawn[y, x] != GREY).any()


def test_a_run_writes_its_sheet(tmp_path: Path) -> None:
    measured(knowing, "mine: SSIM", "copy: SSIM", task=Task(people(), (), sheet=tmp_path / "sheet.png"))
    shown = images.read_photo(tmp_path / "sheet.png").pixels
    assert shown.shape[1] == 4 * (WIDTH + 2) - 2  # the photo is there already: no column for the copy
    first = shown[HEAD : HEAD + HEIGHT]
    assert np.array_equal(first[:, :WIDTH], case().photo) and np.array_equal(first[:, -WIDTH:], case().truth)


def test_sheets_are_refused_before_anything_is_measured(tmp_path: Path) -> None:
    def asked(system: str, sheet: str) -> command.Asked:
        return command.Asked(system, "people:nowhere", tmp_path / "out.json", sheet=tmp_path / sheet)

    for system, sheet, why in (
        ("perception", "sheet.png", "perception has no sheet to draw"),
        ("dsc", "sheet.jpg", r"sheets end in \.png"),
        ("dsc", "no/sheet.png", "does not exist"),
    ):
        with pytest.raises(BadInput, match=why):
            command.run(asked(system, sheet))


# what others define


def test_the_names_can_be_asked_for_with_commas() -> None:
    known = numbers("mine", ["more"])
    assert len(known) == len(set(known)) and not any("," in name for name in known)
    assert known["mine − puppet: more"] == ("mine", "more", "puppet")


def test_what_needs_a_users_file_is_left_out_and_said() -> None:
    evaluation = systems.evaluation("dsc")
    chosen, left_out = evaluation.chosen((), UserFiles())
    assert set(left_out) == {f"{who}: {kind}" for who in ("dsc", "truth") for kind in (IS, MASKED_IS, DETECTION)}
    assert set(chosen) | set(left_out) == set(evaluation.metrics)


class Shades(nn.Module):
    """Sees one class in every shade of the middle of a picture."""

    def forward(self, pictures: Tensor) -> Tensor:
        shade = (pictures[:, 0, 8, 8] * 255).long()
        return 50 * torch.nn.functional.one_hot(shade, 256).float()

    def logits(self, features: Tensor) -> Tensor:
        return features


def test_inception_scores_are_over_all_pictures(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(inception, "load", lambda path, device: Shades())
    monkeypatch.setattr(detection, "load", lambda path, device: nn.Identity())
    monkeypatch.setattr(detection, "scores", lambda pictures, network, device: np.array([0.25]))
    files = UserFiles(inception=tmp_path, detector=tmp_path)
    judges = Judges((IS, MASKED_IS, DETECTION), files, "cpu")
    for index in range(40):
        picture = np.full((HEIGHT, WIDTH, 3), 20 * (index % 4), np.uint8)  # the middle of the window is no person
        assert judges.look("mine", case(), picture) == {DETECTION: (0.25, 1)}
    varied, black = judges.score("mine", IS), judges.score("mine", MASKED_IS)
    assert varied.value == pytest.approx(4) and varied.count == 40  # four classes in every split of four
    assert black.value == pytest.approx(1)
    with pytest.raises(BadInput, match="needs at least 10 pictures"):
        judges.score("truth", IS)
    assert lone_pictures.Judges((SSIM,), UserFiles(), "cpu").look("mine", case(), case().truth) == {}


@pytest.mark.network
def test_the_shipped_annotator_reads_the_pose_of_a_person() -> None:
    photo = images.read_photo(SAMPLE).pixels
    height, width = photo.shape[:2]
    pose = read_keypoints(SAMPLE.with_suffix(".json"), SAMPLE.name, width, height)
    outline = masks.dsc(pose, height, width, radius=width / 40)
    one = Case(photo, pose, pose, photo, outline, outline, "sample")
    hits, asked = Examiner().hits(one, photo)["PCK@0.1"]
    assert hits / asked > 0.9
    empty = np.full_like(photo, 128)
    assert Examiner().hits(one, empty)["PCK@0.1"][0] < hits / 2
    near = np.clip(photo.astype(int) + 8, 0, 255).astype(np.uint8)
    likeness = partial(Examiner().unlike, truth=photo)
    assert 0 < likeness([near])[0] < likeness([empty])[0]
