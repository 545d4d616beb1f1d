from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given

from engine.geometry import distance
from engine.limits import strains
from engine.messages import BadInput
from engine.poses import SPINE, Pose, read, write
from engine.skeleton import JOINTS, L_ELBOW, L_WRIST, LIMBS, R_ELBOW, R_WRIST, Keypoints, Visibility
from tests.engine.editing import STANDING, keypoints

SHIPPED = sorted((Path(__file__).parents[2] / "assets" / "poses").glob("*.json"))


def test_there_are_poses_for_a_figure_artist() -> None:
    tags = {tag for path in SHIPPED for tag in read(path.read_bytes(), path.name).tags}
    assert len(SHIPPED) >= 10
    assert tags >= {"standing", "movement", "seated", "kneeling", "dance", "sport"}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_pose_can_be_worn_by_anybody(path: Path) -> None:
    pose = read(path.read_bytes(), path.name)
    after = STANDING.moved(pose.worn_by(STANDING))
    for limb in LIMBS.values():
        for a, b in pairwise(limb):
            assert distance(after[a], after[b]) == pytest.approx(distance(STANDING[a], STANDING[b]))
    assert not strains(after, STANDING), "no body could show it"


def test_no_two_shipped_poses_have_one_name() -> None:
    names = [read(path.read_bytes(), path.name).name.casefold() for path in SHIPPED]
    assert len(set(names)) == len(names)


def test_a_kept_figure_comes_back_the_same() -> None:
    pose = Pose.of("Mine", STANDING, tags=("calm",))
    again = read(write(pose), "mine.json")
    assert again == pose
    assert distance(*Keypoints.of(pose.points).spine()) == pytest.approx(SPINE, abs=0.05)
    assert all(distance(p, STANDING[j]) < 0.05 for j, p in pose.worn_by(STANDING).items())


def test_a_pose_of_an_arm_moves_only_the_arm() -> None:
    pose = Pose.of("Arm", STANDING.moved({R_WRIST: STANDING[R_ELBOW].moved(-40, 0)}), (R_ELBOW, R_WRIST))
    assert set(pose.worn_by(STANDING)) <= {R_ELBOW, R_WRIST}
    assert pose.keypoints.visibility[R_WRIST] == Visibility.VISIBLE
    assert pose.keypoints.visibility[L_WRIST] == Visibility.HIDDEN
    assert set(pose.flipped().joints) == {L_ELBOW, L_WRIST}


@given(keypoints)
def test_flipping_twice_is_nothing(figure: Keypoints) -> None:
    if distance(*figure.spine()) < 1:
        return
    try:
        pose = Pose.of("Any", figure)
    except ValueError:  # far out against a spine that is almost nothing
        return
    twice = pose.flipped().flipped()
    assert twice.joints == tuple(JOINTS)
    assert all(distance(a, b) < 0.2 for a, b in zip(twice.points, pose.points, strict=True))


def test_search_finds_words_in_names_and_tags() -> None:
    pose = Pose.of("Hand on hip", STANDING, tags=("standing", "fashion"))
    assert pose.matches("") and pose.matches("HAND fash") and not pose.matches("hand sport")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b'{"name": "x"}',
        b'{"name": "", "points": ' + str([[0, 0]] * 18).encode() + b"}",
        b'{"name": "x", "points": [[0, 1]]}',
        b'{"name": "x", "points": ' + str([[0, 0]] * 18).encode() + b"}",
        b'{"name": "x", "points": ' + str([[0, 1e9]] * 18).encode() + b"}",
        b'{"name": "x", "points": ' + str([[0, 0]] * 18).encode() + b', "joints": [18]}',
        b"[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_other_files_are_no_poses(data: bytes) -> None:
    with pytest.raises(BadInput, match=r"^x\.json cannot be used as a pose: "):
        read(data, "x.json")


def test_a_figure_without_a_spine_is_no_pose() -> None:
    with pytest.raises(ValueError, match="no pose"):
        Pose.of("Heap", Keypoints.of([(3, 3)] * 18))
