from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.body import bvh, clips
from engine.body.model import JOINT_NAMES, BodyModel
from engine.messages import BadInput

BVH = """HIERARCHY
ROOT Hips
{ OFFSET 0 0 0
  CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
  JOINT Spine { OFFSET 0 10 0 CHANNELS 3 Zrotation Xrotation Yrotation
    JOINT Spine1 { OFFSET 0 15 0 CHANNELS 3 Zrotation Xrotation Yrotation
      JOINT Neck { OFFSET 0 25 0 CHANNELS 3 Zrotation Xrotation Yrotation
        JOINT Head { OFFSET 0 10 0 CHANNELS 3 Zrotation Xrotation Yrotation End Site { OFFSET 0 20 0 } } }
      JOINT LeftShoulder { OFFSET 2 20 0 CHANNELS 3 Zrotation Xrotation Yrotation
        JOINT LeftArm { OFFSET 15 0 0 CHANNELS 3 Zrotation Xrotation Yrotation
          JOINT LeftForeArm { OFFSET 0 -28 0 CHANNELS 3 Zrotation Xrotation Yrotation
            JOINT LeftHand { OFFSET 0 -25 0 CHANNELS 3 Zrotation Xrotation Yrotation } } } } } }
  JOINT LeftUpLeg { OFFSET 9 -5 0 CHANNELS 3 Zrotation Xrotation Yrotation
    JOINT LeftLeg { OFFSET 0 -42 0 CHANNELS 3 Zrotation Xrotation Yrotation
      JOINT LeftFoot { OFFSET 0 -42 0 CHANNELS 3 Zrotation Xrotation Yrotation } } }
}
MOTION
Frames: 2
Frame Time: 0.04
"""
FRAMES = "0 90 0 " + "0 " * 36 + "\n" + "10 90 0 " + "0 " * 21 + "0 -90 0 " + "0 " * 12 + "\n"


def joint(name: str) -> int:
    return JOINT_NAMES.index(name)


def refusal(path: Path) -> str:
    with pytest.raises(BadInput) as error:
        clips.read(path)
    assert path.name in str(error.value)
    assert "\n" not in str(error.value)
    return str(error.value)


def amass(frames: int = 3, width: int = 156) -> dict[str, np.ndarray]:
    poses = np.arange(frames * width, dtype=np.float64).reshape(frames, width) / 1000
    return {"poses": poses, "trans": np.ones((frames, 3)), "betas": np.arange(16.0), "mocap_framerate": np.array(120.0)}


def test_amass(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", gender="female", allow_pickle=False, **amass())
    clip = clips.read(tmp_path / "a.npz")
    assert (len(clip), clip.fps) == (3, 120)
    assert np.allclose(clip.poses[:, :66], amass()["poses"][:, :66])
    assert not clip.poses[:, 66:].any()  # finger joints of SMPL-H are no hands of SMPL
    assert clip.betas is not None
    assert clip.betas.tolist() == list(range(10))


@pytest.mark.parametrize("ending", ["npy", "txt", "csv", "npz", "pkl"])
def test_lists_of_85_numbers(tmp_path: Path, ending: str) -> None:
    table = np.random.default_rng(0).normal(size=(4, 85)).astype(np.float32)
    path = tmp_path / f"list.{ending}"
    if ending == "npy":
        np.save(path, table)
    elif ending == "npz":
        np.savez(path, smpls=table)
    elif ending == "pkl":
        path.write_bytes(pickle.dumps({"smpls": table}, 2))
    else:
        np.savetxt(path, table, delimiter="," if ending == "csv" else " ")
    clip = clips.read(path)
    assert np.allclose(clip.poses, table[:, 3:75])
    assert clip.cameras is not None
    assert np.allclose(clip.cameras, table[:, :3])


def test_stored_playback(tmp_path: Path) -> None:
    data = {"anim_len": 2, "smpl_array": np.ones((2, 72)), "cam_array": np.ones((2, 3))}
    (tmp_path / "mixamo.pkl").write_bytes(pickle.dumps(data, 2))
    assert clips.read(tmp_path / "mixamo.pkl").poses.shape == (2, 72)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"poses": np.zeros((0, 156)), "trans": np.zeros((0, 3))}, "no frame"),
        ({"poses": np.zeros((3, 20))}, "(3, 20)"),
        ({"poses": np.zeros(72)}, "(72,)"),
        ({"trans": np.zeros((2, 3))}, "different numbers"),
        ({"poses": np.full((3, 156), np.nan)}, "not finite"),
        ({"mocap_framerate": np.array(0.0)}, "frames a second"),
        ({"betas": np.zeros(3)}, "betas"),
    ],
)
def test_motion_that_is_none_is_refused(tmp_path: Path, change: dict[str, np.ndarray], word: str) -> None:
    np.savez(tmp_path / "a.npz", allow_pickle=False, **amass() | change)
    assert word in refusal(tmp_path / "a.npz")


@pytest.mark.parametrize("text", ["", "1 2 3\n", "hello", "1 2\n3\n"])
def test_tables_that_are_none_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.txt").write_text(text)
    refusal(tmp_path / "a.txt")


def test_bvh_poses_the_body_as_the_file_says(tmp_path: Path) -> None:
    (tmp_path / "a.bvh").write_text(BVH + FRAMES)
    clip = clips.read(tmp_path / "a.bvh")
    assert (len(clip), round(clip.fps)) == (2, 25)
    _, joints = BodyModel.read().pose(torch.from_numpy(clip.poses), torch.zeros(2, 10))
    elbow, wrist = joints[:, joint("left elbow")], joints[:, joint("left wrist")]
    shoulder = joints[:, joint("left shoulder")]
    assert (elbow - shoulder)[0, 1] < -0.2  # the file's arm hangs at rest, SMPL's is level
    assert (wrist - elbow)[0, 1] < -0.2
    assert (wrist - elbow)[1, 2] > 0.2  # a forearm turned by -90° about x points to the front
    assert abs((wrist - elbow)[1, 1]) < 0.05
    assert clip.trans[1, 0] == pytest.approx(10 / 152 * 1.6, rel=0.1)  # centimetres became metres


def test_names_of_several_programs_are_known() -> None:
    mixamo = ["mixamorig:Hips", "mixamorig:Spine", "mixamorig:LeftShoulder", "mixamorig:LeftArm", "mixamorig:LeftUpLeg"]
    assert bvh.matched(mixamo) == {0: 0, 3: 1, 13: 2, 16: 3, 1: 4}
    cmu = ["Hips", "LHipJoint", "LeftUpLeg", "LeftLeg", "LowerBack", "RightShoulder", "RightArm", "RightForeArm"]
    assert bvh.matched(cmu)[1] == 2
    plain = ["hip", "lShoulder", "lElbow", "lWrist", "lHip", "lKnee", "rShoulder"]
    assert {k: plain[v] for k, v in bvh.matched(plain).items()} == {
        0: "hip", 16: "lShoulder", 17: "rShoulder", 18: "lElbow", 20: "lWrist", 1: "lHip", 4: "lKnee"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (BVH, "numbers where"),
        (BVH.replace("Frames: 2", "Frames: 0"), "no frame"),
        (BVH.replace("0.04", "0") + FRAMES, "last"),
        (BVH.replace("Xposition", "Wposition", 1) + FRAMES, "channels"),
        (BVH.replace("}\nMOTION", "MOTION") + FRAMES, "incomplete"),
        ("HIERARCHY\nMOTION\nFrames: 1\nFrame Time: 1\n", "incomplete"),
        ("BM\x00\x00", "no BVH"),
        (BVH.replace("Left", "Zig") + FRAMES, "too few"),
    ],
)
def test_broken_bvh_is_refused_in_one_sentence(tmp_path: Path, text: str, word: str) -> None:
    (tmp_path / "a.bvh").write_text(text)
    assert word in refusal(tmp_path / "a.bvh")


def test_bvh_cut_anywhere_is_refused_or_shorter(tmp_path: Path) -> None:
    whole = BVH + FRAMES
    for length in range(1, len(whole) - 20, 97):
        (tmp_path / "a.bvh").write_text(whole[:length])
        refusal(tmp_path / "a.bvh")
