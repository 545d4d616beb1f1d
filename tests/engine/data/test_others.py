"""CelebA, iPER, LIP and the people factory."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.attributes import ATTRIBUTE_NAMES
from engine.data import celeba, celeba_crop
from engine.data.iper import COCOPLUS
from engine.data.label_maps import LIP, Merge
from engine.data.lip import Lip
from engine.data.opening import open_data
from engine.data.people import LivePeople, held_out
from engine.messages import BadInput
from engine.people import dataset, manifest
from engine.skeleton import JOINT_NAMES, NOSE
from tests.engine.data.layouts import picture

CELEBA_HEADER = (
    "5_o_Clock_Shadow Arched_Eyebrows Attractive Bags_Under_Eyes Bald Bangs Big_Lips Big_Nose Black_Hair Blond_Hair "
    "Blurry Brown_Hair Bushy_Eyebrows Chubby Double_Chin Eyeglasses Goatee Gray_Hair Heavy_Makeup High_Cheekbones Male "
    "Mouth_Slightly_Open Mustache Narrow_Eyes No_Beard Oval_Face Pale_Skin Pointy_Nose Receding_Hairline Rosy_Cheeks "
    "Sideburns Smiling Straight_Hair Wavy_Hair Wearing_Earrings Wearing_Hat Wearing_Lipstick Wearing_Necklace "
    "Wearing_Necktie Young"
)
COLUMNS = (4, 5, 8, 9, 11, 12, 15, 20, 21, 22, 24, 26, 39)  # stgan.md 2.3


def faces(folder: Path, count: int, suffix: str = "") -> None:
    rows = [" ".join("1" if (i + c) % 3 == 0 else "-1" for c in range(40)) for i in range(count)]
    names = [f"{i + 1:06}.jpg" for i in range(count)]
    lines = [str(count), CELEBA_HEADER, *(f"{name}  {row}" for name, row in zip(names, rows, strict=True))]
    (folder / "list_attr_celeba.txt").write_text("\n".join(lines) + "\n")
    for i, name in enumerate(names):
        picture(folder / f"img_align_celeba{suffix}" / (name if not suffix else f"{name[:-4]}.png"), 218, 178, i)


def test_celeba_gives_thirteen_attributes_by_their_names(tmp_path: Path) -> None:
    faces(tmp_path, 10)
    sample = open_data(f"celeba:{tmp_path}").split("train")[2]
    assert sample.attributes is not None and len(sample.attributes) == len(ATTRIBUTE_NAMES)
    assert sample.attributes.tolist() == [(2 + c) % 3 == 0 for c in COLUMNS]
    assert sample.picture.shape == (218, 178, 3) and sample.name == "000003.jpg"


def test_celeba_is_split_by_number_as_the_authors_did() -> None:
    assert celeba.bounds("train", 202_599) == (0, 182_000)
    assert celeba.bounds("val", 202_599) == (182_000, 182_637)
    assert celeba.bounds("test", 202_599) == (182_637, 202_599)
    assert sum(last - first for first, last in (celeba.bounds(s, 37) for s in celeba.SPLITS)) == 37


def test_the_png_twins_are_preferred(tmp_path: Path) -> None:
    faces(tmp_path, 3)
    faces(tmp_path, 3, "_png")
    entry = open_data(f"celeba:{tmp_path}").split("train").entries[0]  # type: ignore[attr-defined]
    assert (entry.picture.name, entry.name) == ("000001.png", "000001.jpg")


@pytest.mark.parametrize(("old", "new", "why"), [
    ("Bald", "Hairy", "its second line does not name the attribute Bald"),
    ("3\n", "4\n", "its first line says 4 pictures, and there are 3"),
    ("000002.jpg  ", "000002.jpg 7 ", "line 4 is not a name and 40 numbers 1 or -1"),
])  # fmt: skip
def test_a_damaged_attribute_list_is_one_sentence(tmp_path: Path, old: str, new: str, why: str) -> None:
    faces(tmp_path, 3)
    path = tmp_path / "list_attr_celeba.txt"
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(BadInput, match=why):
        open_data(f"celeba:{tmp_path}").split("train")


def test_the_models_face_is_cut_and_resized_as_tensorflow_did() -> None:
    ramp = np.broadcast_to(np.arange(178, dtype=np.uint8)[None, :, None], (218, 178, 3))
    face = (celeba_crop.model_face(ramp) + 1) * 127.5
    assert face.shape == (128, 128, 3)
    # A = -0.75 does not reproduce a ramp: between pixels it overshoots by up to A's excess over -0.5.
    assert np.abs(face[0, 1:-2, 0] - (3 + np.arange(128) * 170 / 128)[1:-2]).max() < 0.1
    assert face[0, 0, 0] == pytest.approx(3, abs=1e-4)
    assert face[0, 32, 0] != pytest.approx(45, abs=1e-4)
    impulse = np.zeros((170, 170, 1))
    impulse[0, 1] = 1
    found = celeba_crop.legacy_bicubic(impulse, 128)[0, :3, 0]
    a, t = -0.75, 0.328125
    assert found.tolist() == pytest.approx([0, ((a + 2) * t - (a + 3)) * t * t + 1, cubic_far(a, 1 + 2 * t)], abs=1e-9)


def cubic_far(a: float, x: float) -> float:
    return a * x**3 - 5 * a * x**2 + 8 * a * x - 4 * a


def iper(folder: Path, counts: tuple[int, ...] = (20, 3)) -> None:
    for number, count in enumerate(counts):
        video = f"00{number + 1}/1/2"
        for i in range(count):
            picture(folder / "images" / video / f"{i:04}.jpg", 64, 64, i)
        random = np.random.default_rng(number)
        shapes = {"cams": (count, 3), "pose": (count, 72), "shape": (count, 10)}
        bodies = {name: random.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
        points = np.zeros((count, 19, 2))
        points[:, 14] = (0.5, -0.5)  # the nose
        points[:, 8] = (-1, 1)  # the right shoulder
        place = folder / "smpls" / video
        place.mkdir(parents=True)
        (place / "pose_shape.pkl").write_bytes(pickle.dumps(bodies, 4))
        (place / "kps.pkl").write_bytes(pickle.dumps({"kps": points}, 4))
    (folder / "train.txt").write_text("001/1/2\r\n")
    (folder / "val.txt").write_text("002/1/2\n")


def test_iper_gives_bodies_and_keypoints_in_pixels(tmp_path: Path) -> None:
    iper(tmp_path)
    train, test = (open_data(f"iper:{tmp_path}").split(name) for name in ("train", "test"))
    assert (len(train), len(test)) == (20, 3)
    sample = test[1]
    assert (sample.name, sample.identity) == ("002/1/2/0001.jpg", "002/1")
    assert sample.keypoints is not None and sample.keypoints[NOSE] == (47.5, 15.5)
    assert sample.keypoints[JOINT_NAMES.index("right shoulder")] == (-0.5, 63.5)
    random = np.random.default_rng(1)
    cameras, poses = random.normal(size=(3, 3)), random.normal(size=(3, 72))
    assert sample.body is not None
    assert sample.body.camera == pytest.approx(cameras[1], abs=1e-6) and sample.body.pose == pytest.approx(
        poses[1], abs=1e-6
    )
    assert sorted(COCOPLUS) == [n for n in range(19) if n != 13]


def test_iper_pairs_lead_from_the_first_frames_to_all(tmp_path: Path) -> None:
    iper(tmp_path)
    train, test = (open_data(f"iper:{tmp_path}").split(name).pairs() for name in ("train", "test"))
    assert set(train[:, 0]) == set(range(15)) and set(train[:, 1]) == set(range(20)) and len(train) == 15 * 19
    assert test.tolist() == [[0, 1], [0, 2]]


def test_iper_needs_a_body_for_every_picture(tmp_path: Path) -> None:
    iper(tmp_path)
    picture(tmp_path / "images/002/1/2/0003.jpg", 64, 64)
    why = r"^002/1/2/pose_shape.pkl does not fit the 4 pictures: cams should have shape \(4, 3\), found \(3, 3\)\.$"
    with pytest.raises(BadInput, match=why):
        open_data(f"iper:{tmp_path}").split("test")[0]


def test_iper_does_not_leave_its_folder(tmp_path: Path) -> None:
    iper(tmp_path)
    (tmp_path / "train.txt").write_text("../../etc\n")
    with pytest.raises(BadInput, match="lies elsewhere"):
        open_data(f"iper:{tmp_path}").split("train")


@pytest.mark.parametrize("unpacked", [True, False])
def test_lip_merges_its_twenty_classes(tmp_path: Path, unpacked: bool) -> None:
    inside = tmp_path if unpacked else tmp_path / "TrainVal_images"
    maps = tmp_path if unpacked else tmp_path / "TrainVal_parsing_annotations"
    for name in ("77_1.jpg", "77_2.jpg"):
        picture(inside / "train_images" / name, 4, 5)
    (maps / "train_segmentations").mkdir(parents=True)
    Image.fromarray(np.arange(20, dtype=np.uint8).reshape(4, 5)).save(maps / "train_segmentations/77_1.png")
    samples = open_data(f"lip:{tmp_path}").split("train")
    assert len(samples) == 1
    labels = samples[0].labels
    assert labels is not None and labels.dtype == np.uint8 and np.array_equal(labels, LIP(np.arange(20).reshape(4, 5)))
    other = Lip(tmp_path, Merge((0,) * 20)).split("train")[0].labels
    assert other is not None and not other.any()


def factory_folder(folder: Path, people: tuple[int, ...], views: int = 2) -> None:
    """What `main.py people --pairs` leaves, without drawing."""
    from engine.geometry import Point
    from engine.skeleton import Keypoints, Visibility

    plan = manifest.plan("street", seed=people[0], pairs=views > 1)
    manifest.begin(folder, plan, len(people) * views, "CPU")
    for number, (seed, view) in enumerate((seed, view) for seed in people for view in range(views)):
        name = dataset.name_of(number)
        picture(folder / f"pictures/{name}.png", 128, 64, number)
        np.save(folder / f"labels/{name}.npy", np.full((128, 64), seed % 10, np.uint8))
        files = {p: manifest.File.of((folder / p).read_bytes()) for p in (f"pictures/{name}.png", f"labels/{name}.npy")}
        points = Keypoints((Point(1, 2),) * 18, (Visibility.HIDDEN,) * 18)
        body = (0.5,) * 72, (0.25,) * 10, (0.9, 0.0, 0.1)
        sample = manifest.Sample(name, seed, view, points, *body, (False,) * 12 + (True,), files)
        manifest.write_record(folder, sample)


def test_people_from_a_folder_keep_every_tenth_for_measuring(tmp_path: Path) -> None:
    factory_folder(tmp_path, (7, 8, 9, 10))
    train, test = (open_data(f"people:{tmp_path}").split(name) for name in ("train", "test"))
    assert [train[i].identity for i in range(len(train))] == ["7", "7", "8", "8", "10", "10"]
    assert [test[i].identity for i in range(len(test))] == ["9", "9"] and held_out(9)
    assert train.pairs().tolist() == [[0, 1], [1, 0], [2, 3], [3, 2], [4, 5], [5, 4]]
    sample = test[1]
    assert sample.body is not None and sample.attributes is not None and sample.labels is not None
    assert (sample.body.pose.shape, sample.body.camera.tolist()) == ((72,), pytest.approx([0.9, 0, 0.1]))
    assert sample.attributes.tolist() == [False] * 12 + [True] and (sample.labels == 9).all()
    assert int(sample.picture[0, 0, 0]) == 5


def test_several_data_sets_in_one_folder_are_read_as_one(tmp_path: Path) -> None:
    for name in ("full", "upper"):
        factory_folder(tmp_path / name, (7, 8))
    samples = open_data(f"people:{tmp_path}").split("train")
    identities = [samples[i].identity for i in range(len(samples))]
    assert identities == [f"{name}/{seed}" for name in ("full", "upper") for seed in (7, 7, 8, 8)]
    assert len(samples.pairs()) == 8, "the same seed in another set is somebody else"
    with pytest.raises(BadInput, match="is not a folder of the people factory"):
        open_data(f"people:{(tmp_path / 'full' / 'pictures')}").split("train")


def test_a_folder_without_people_to_measure_on_says_so(tmp_path: Path) -> None:
    factory_folder(tmp_path, (0, 1))
    with pytest.raises(
        BadInput, match="has 4 samples and none to test on: people with seeds ending in 9 are for measuring"
    ):
        open_data(f"people:{tmp_path}").split("test")


def test_people_drawn_live_are_never_trained_and_measured_on_alike() -> None:
    live = LivePeople(manifest.plan("street", pairs=True), people=100)
    train, test = live.split("train"), live.split("test")
    seeds = [{s.absolute(i) // 2 for i in range(len(s))} for s in (train, test)]
    assert (len(train), len(test)) == (180, 20) and seeds[0] | seeds[1] == set(range(100))
    assert all(held_out(seed) for seed in seeds[1]) and not any(held_out(seed) for seed in seeds[0])
    assert {train.absolute(i) // 2 == train.absolute(j) // 2 for i, j in train.pairs()} == {True}


def test_people_drawn_live_are_the_factorys() -> None:
    live = LivePeople(manifest.plan("street", 64, pairs=True), people=20)
    sample = live.split("test").paired(0, 1)
    assert sample.pair is not None and sample.identity == sample.pair.identity == "9"
    assert sample.picture.shape == (64, 32, 3) and not np.array_equal(sample.picture, sample.pair.picture)
    assert sample.keypoints is not None and sample.labels is not None and sample.matte is not None
    share = (sample.labels > 0).mean()
    assert 0.02 < share < 0.9 and abs((sample.matte > 127).mean() - share) < 0.05
    again = live.split("test")[0]
    assert np.array_equal(again.picture, sample.picture) and again.keypoints == sample.keypoints
