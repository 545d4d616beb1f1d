"""From keypoints to a body in space: rotations, mirrors, what is varied, what is learnt, where the fit starts."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.body.cameras import UPRIGHT
from engine.body.fitting import Fitter, Start
from engine.body.keypoints import keypoints
from engine.body.kinematics import Kinematics
from engine.body.limits import REST, within
from engine.body.model import BodyModel, rotations
from engine.cards import Card, Training
from engine.geometry import Box
from engine.io import weights
from engine.io.keypoints import read_keypoints
from engine.messages import BadInput
from engine.people import poses
from engine.perception import body_start
from engine.perception.body_augment import People, in_mirror, rolled, varied
from engine.perception.body_network import NAME, SIZES, Lifter, answer, described, framed
from engine.perception.body_skeleton import SWAPPED, Skeleton, about, from_six, mirrored, to_six, to_vectors
from engine.perception.body_start import Guesser
from engine.perception.body_training import Records, recipe, terms
from engine.skeleton import JOINTS, L_ANKLE, R_ANKLE, Keypoints, Visibility
from engine.training.moment import Moment
from engine.training.systems import Choices, Data

ASSETS = Path(__file__).parents[3] / "assets" / "people"
SAMPLES = sorted(path.name.removesuffix(".truth.json") for path in ASSETS.glob("*.truth.json"))
SIDE = 512  # pixels of the sample people's pictures
needs_weights = pytest.mark.skipif(NAME not in weights.names(), reason="the lifter's weights are not shipped")


@cache
def body() -> BodyModel:
    return BodyModel.read()


@cache
def skeleton() -> Skeleton:
    return Skeleton(body())


def moment(rows: int, step: int = 0) -> Moment:
    return Moment(step, 0.0, torch.device("cpu"), rows, slice(0, rows), (step,))


def somebody(count: int, seed: int = 0) -> People:
    """People as they stand about, upright and facing the camera more or less, all of them visible."""
    random = np.random.default_rng(seed)
    turns = rotations(torch.from_numpy(np.stack([poses.sample(random) for _ in range(count)])).view(count, 24, 3))
    yaw = torch.from_numpy(random.uniform(-3, 3, count)).float()
    turns[:, 0] = rotations(torch.tensor(UPRIGHT)) @ about(1, yaw) @ turns[:, 0]
    betas = torch.from_numpy(random.normal(size=(count, 10))).float()
    _, places = skeleton()(turns, betas)
    return People(100 * places[..., :2] + 128, torch.full((count, 18), int(Visibility.VISIBLE)), turns, betas)


# rotations


def test_six_numbers_matrices_and_vectors_are_the_same_rotations() -> None:
    random = np.random.default_rng(0)
    vectors = random.normal(size=(200, 3))
    vectors *= (np.linspace(0.01, np.pi - 1e-6, 200) / np.linalg.norm(vectors, axis=1))[:, None]
    turns = rotations(torch.from_numpy(vectors))
    again = from_six(to_six(turns) * 3)
    assert (again - turns).abs().max() < 1e-7
    assert np.abs(rotations(torch.from_numpy(to_vectors(again))).numpy() - turns.numpy()).max() < 1e-7
    assert np.abs(to_vectors(again)[:-5] - vectors[:-5]).max() < 1e-6  # at half a turn both directions are the same


def test_any_six_numbers_give_a_rotation() -> None:
    torch.manual_seed(0)
    turns = from_six(torch.randn(500, 6))
    assert (turns @ turns.transpose(1, 2) - torch.eye(3)).abs().max() < 1e-4
    assert (torch.linalg.det(turns) - 1).abs().max() < 1e-4


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_turns_about_an_axis_are_those_of_axis_and_angle(axis: int) -> None:
    angles = torch.tensor([-2.0, 0.3, 1.5])
    assert torch.allclose(about(axis, angles), rotations(angles[:, None] * torch.eye(3)[axis]), atol=1e-6)


def test_the_skeleton_is_that_of_the_skinned_body() -> None:
    people = somebody(6)
    pose = torch.from_numpy(np.stack([to_vectors(turns).ravel() for turns in people.turns])).float()
    posed = body().pose(pose, people.betas)
    joints, places = skeleton()(people.turns, people.betas)
    root = posed.joints[:, :1]
    assert (joints - (posed.joints - root)).abs().max() < 1e-5
    assert (places[:, :14] - (keypoints(body(), posed) - root)[:, :14]).abs().max() < 1e-5
    assert (
        places - (keypoints(body(), posed) - root)
    ).abs().max() < 0.01  # the skin of an ear follows the neck a little


# what is varied


def test_a_mirrored_pose_shows_mirrored_keypoints() -> None:
    people = somebody(8)._replace(betas=torch.zeros(8, 10))
    there = skeleton()(people.turns, people.betas)[1]
    mirror = skeleton()(mirrored(people.turns), people.betas)[1]
    assert (mirror - there[:, SWAPPED] * torch.tensor([-1.0, 1.0, 1.0])).abs().max() < 2e-3  # no body is quite even
    assert torch.equal(mirrored(mirrored(people.turns)), people.turns)


def test_people_in_the_mirror_still_are_where_their_bodies_are() -> None:
    people = in_mirror(somebody(8))
    assert apart(people) < 0.01
    names = people._replace(seen=torch.arange(18).expand(8, -1))
    assert in_mirror(names).seen[0, R_ANKLE] == L_ANKLE


def test_a_turn_in_the_picture_turns_the_root() -> None:
    people = somebody(8)
    turned = rolled(people, torch.full((8,), 0.6))
    assert apart(turned) < 1e-4
    x, y = (turned.points - people.points @ torch.eye(2))[0].abs().amax(dim=0)
    assert min(x, y) > 10
    clockwise = rolled(people._replace(points=torch.tensor([[1.0, 0.0]]).expand(8, 18, 2)), torch.full((8,), 0.1))
    assert (clockwise.points[..., 1] > 0).all()


def test_varied_people_still_are_where_their_bodies_are() -> None:
    people = somebody(64)
    seen = varied(people, moment(64), skeleton())
    assert torch.equal(varied(people, moment(64), skeleton()).points, seen.points)
    assert 0.0 < apart(seen) < 0.08
    there = seen.seen > 0
    assert 0.75 < there.float().mean() < 0.97
    assert set(seen.seen.unique().tolist()) == {0, 1, 2}
    assert not torch.allclose(seen.turns, people.turns)


def apart(people: People) -> float:
    """How far the present keypoints lie from those of the body, in heights of the body, the best camera given."""
    worst = []
    for points, seen, places in zip(people.points, people.seen, skeleton()(people.turns, people.betas)[1], strict=True):
        there = seen > 0
        a, b = places[there, :2] - places[there, :2].mean(dim=0), points[there] - points[there].mean(dim=0)
        scale = (a * b).sum() / (a * a).sum()
        assert scale > 0
        worst.append((scale * a - b).norm(dim=1).mean() / scale / 1.7)
    return float(torch.stack(worst).mean())


# the network


def test_place_and_size_in_the_picture_do_not_matter() -> None:
    people = somebody(4)
    here, there = framed(people.points, people.seen), framed(3 * people.points + 70, people.seen)
    assert (here.points - there.points).abs().max() < 1e-4
    assert torch.allclose(there.spread, 3 * here.spread)
    moved = people.points.clone()
    moved[:, L_ANKLE] += 500
    without = people.seen.clone()
    without[:, L_ANKLE] = int(Visibility.ABSENT)
    assert torch.equal(framed(moved, without).points, framed(people.points, without).points)


def test_it_is_small_and_knows_nothing_at_first() -> None:
    network = Lifter(SIZES["live"])
    assert sum(p.numel() for p in network.parameters()) < 1.5e6
    found = answer(network(torch.zeros(1, 72)))
    rest = torch.from_numpy(REST).float().view(24, 3)
    rest[0] = torch.tensor(UPRIGHT)
    assert (found.turns[0] - rotations(rest)).abs().max() < 0.35
    assert 0 < found.scale.item() < 10


def test_it_learns_a_few_people_by_heart() -> None:
    torch.manual_seed(0)
    network, people = Lifter(SIZES["tiny"]), somebody(12)
    given = framed(people.points, people.seen)
    optimiser = torch.optim.AdamW(network.parameters(), lr=5e-3)
    losses, found = [], answer(network(described(given.points, people.seen)))
    for _ in range(150):
        found = answer(network(described(given.points, people.seen)))
        loss = torch.stack(list(terms(found, people, given, skeleton()).values())).sum()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < 0.15 * losses[0]
    error = skeleton()(found.turns, found.betas)[1] - skeleton()(people.turns, people.betas)[1]
    assert error.norm(dim=-1).mean() < 0.04


def test_what_is_absent_weighs_less() -> None:
    people = somebody(2)
    given = framed(people.points, people.seen)
    wrong = answer(torch.randn(2, 157, generator=torch.Generator().manual_seed(0)))
    whole = terms(wrong, people, given, skeleton())
    cut = people._replace(seen=torch.zeros_like(people.seen))
    less = terms(wrong, cut, given, skeleton())
    assert less["seen"] == 0 and less["places"] < 0.2 * whole["places"] and less["turns"] < 0.5 * whole["turns"]


def test_training_needs_people_drawn_before(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="drawn before"):
        recipe(Choices(data=Data("people")))
    with pytest.raises(BadInput, match="holds no people"):
        Records(tmp_path)


# where the fit starts


@pytest.fixture
def guesser() -> Guesser:
    torch.manual_seed(0)
    return Guesser(Lifter(SIZES["tiny"]), body())


CROP = Box(0, 0, 256, 256)


@pytest.mark.parametrize("present", [(), (3,), (2, 5)])
def test_it_guesses_whatever_is_absent(guesser: Guesser, present: tuple[int, ...]) -> None:
    seen = Keypoints.of([(20 * j, 10 * j) for j in JOINTS])
    start = guesser(seen.seen_as([j for j in JOINTS if j not in present], Visibility.ABSENT), CROP)
    assert np.isfinite(start.vector()).all() and start.camera.scale > 0
    with pytest.raises(BadInput, match="at least four"):
        Fitter(body()).fit(seen.seen_as([j for j in JOINTS if j not in present], Visibility.ABSENT), CROP, start)


def test_keypoints_in_one_place_are_somebody_tiny(guesser: Guesser) -> None:
    seen = Keypoints.of([(100.0, 90.0)] * 18)
    start = guesser(seen, CROP)
    assert np.isfinite(start.vector()).all()
    assert np.isfinite(Fitter(body()).fit(seen, CROP, start).vector()).all()


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_what_is_no_position_never_gets_there(bad: float) -> None:
    with pytest.raises(ValueError, match="no position"):
        Keypoints.of([(bad, 0.0)] * 18)


def test_the_camera_follows_picture_and_crop(guesser: Guesser) -> None:
    people = somebody(1)
    seen = Keypoints.of(people.points[0].tolist())
    larger = Keypoints.of((2 * people.points[0] + 0.5).tolist())  # pixel centres at integers
    one, other = guesser(seen, CROP), guesser(larger, Box(0, 0, 512, 512))
    assert np.allclose(one.vector(), other.vector(), atol=1e-4)
    aside = guesser(seen, Box(-40, 10, 128, 128))
    assert np.allclose(aside.pose, one.pose)
    assert np.abs(pixels(aside, Box(-40, 10, 128, 128)) - pixels(one, CROP)).max() < 1e-3


def test_small_figures_are_fitted_as_well_as_large_ones() -> None:
    points = somebody(1, seed=3).points[0]
    large, small = Keypoints.of(points.tolist()), Keypoints.of((0.2 * points + 30).tolist())
    one, other = body_start.fitted(large, 256, 256), body_start.fitted(small, 256, 200)
    assert one.error == pytest.approx(other.error, abs=0.01)
    there = pixels(other, body_start.around(256, 200))
    assert np.abs(pixels(one, CROP) * 0.2 + 30 - there).max() < 0.5


def pixels(start: Start, crop: Box) -> np.ndarray:
    points, camera = Kinematics(body()).points(start.pose, start.betas)[:, :2], start.camera
    square = camera.scale * (points + np.array([camera.x, camera.y]))
    return (square + 1) * (crop.width / 2) + np.array([crop.left, crop.top]) - 0.5


def test_the_fit_keeps_near_its_start_in_depth() -> None:
    """A leg forward and a leg back look alike in a level picture: the start decides."""
    pose = REST.copy().reshape(24, 3)
    pose[0] = UPRIGHT
    for angle in (-0.6, 0.6):
        pose[2] = (angle, 0, 0)
        truth = within(pose.ravel())
        camera = body_start.WeakPerspective(0.9, 0.0, 0.1)
        start = Start(truth + 0.03 * np.random.default_rng(0).normal(size=72), np.zeros(10), camera)
        seen = Keypoints.of(pixels(Start(truth, np.zeros(10), camera), CROP).tolist())
        fit = Fitter(body()).fit(seen, CROP, start)
        bones = Kinematics(body())
        found, wanted = bones.points(fit.pose, fit.betas), bones.points(truth, np.zeros(10))
        assert fit.error < 0.7
        assert np.linalg.norm((found - found[8]) - (wanted - wanted[8]), axis=1).mean() < 0.05


def test_without_weights_the_fit_starts_from_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body_start, "guesser", lambda: None)
    seen = Keypoints.of(somebody(1).points[0].tolist())
    assert body_start.start(seen, 256, 256) is None
    assert body_start.fitted(seen, 256, 256).error < 3


def test_weights_of_another_size_are_read_by_their_card(tmp_path: Path) -> None:
    training = Training("nothing", "none", 0, "CPU", "2026-01-01")
    settings: dict[str, object] = {"width": 64, "blocks": 1}
    card = Card(name=NAME, system="body", about="A test.", licence="MIT", flops=0, training=training, network=settings)
    weights.save(card, Lifter(SIZES["tiny"]).state_dict(), tmp_path)
    assert np.isfinite(Guesser.shipped(tmp_path, body())(Keypoints.of([(9 * j, j) for j in JOINTS]), CROP).pose).all()


@needs_weights
@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_person_is_where_the_network_says(name: str) -> None:
    truth = json.loads((ASSETS / f"{name}.truth.json").read_text())
    seen = read_keypoints(ASSETS / f"{name}.json", f"{name}.png", SIDE, SIDE)
    start = body_start.start(seen, SIDE, SIDE)
    assert start is not None
    there = np.array([seen.present(j) for j in JOINTS])
    points = np.array(seen.points)
    apart = np.linalg.norm(pixels(start, body_start.around(SIDE, SIDE)) - points, axis=1)[there]
    assert apart.mean() < 0.04 * max(np.ptp(points[there], axis=0))
    bones = Kinematics(body())
    found, wanted = (
        bones.points(np.array(pose), np.array(shape)) - bones.joints(np.array(pose), np.array(shape))[1][0]
        for pose, shape in ((start.pose, start.betas), (truth["pose"], truth["shape"]))
    )
    assert np.linalg.norm(found - wanted, axis=1)[there].mean() < 0.12
    fit = body_start.fitted(seen, SIDE, SIDE)
    assert fit.error < 0.03 * 224
