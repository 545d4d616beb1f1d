"""Market-1501 and DeepFashion in every layout they come in."""

from __future__ import annotations

import io
import pickle
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.data import label_maps
from engine.data.deepfashion import dsc_name
from engine.data.listed import drawn, ordered_pairs
from engine.data.opening import open_data
from engine.data.sample import in_order, pairs_in_order
from engine.messages import BadInput
from engine.skeleton import L_HIP, NOSE, Visibility
from tests.engine.data import layouts
from tests.engine.data.layouts import POSE, candidates, person, picture, without

MARKET = ("0002_c1s1_000451_03.jpg", "0002_c2s1_000301_01.jpg", "0007_c3s3_077419_03.jpg", "0000_c1s1_000001_01.jpg")


def market_for_dsc(folder: Path) -> None:
    poses = [POSE, without(POSE, NOSE), without(POSE, L_HIP), POSE]
    layouts.annotation(folder / "market-annotation-train.csv", dict(zip(MARKET, poses, strict=True)))
    for shade, name in enumerate(MARKET):
        picture(folder / "market-dataset/train" / name, shade=shade)


def test_dsc_keeps_valid_poses_of_real_people_and_pairs_them_both_ways(tmp_path: Path) -> None:
    market_for_dsc(tmp_path)
    samples = open_data(f"market1501:{tmp_path}").split("train")
    assert [samples[i].name for i in range(len(samples))] == list(MARKET[:2])
    first, second = samples[0], samples[1]
    assert first.keypoints is not None and first.keypoints[NOSE] == (10, 20) and first.identity == "0002"
    assert second.keypoints is not None and second.keypoints.visibility[NOSE] == Visibility.ABSENT
    assert samples.pairs().tolist() == [[0, 1], [1, 0]]
    pair = samples.paired(0, 1)
    assert pair.pair is not None and pair.pair.name == MARKET[1] and pair.picture.shape == (128, 64, 3)


def test_dsc_takes_the_pairs_of_a_list_where_there_is_one(tmp_path: Path) -> None:
    market_for_dsc(tmp_path)
    pairs = tmp_path / "market-pairs-train.csv"
    pairs.write_text(f"from,to\n{MARKET[1]},{MARKET[0]}\n")
    assert open_data(f"market1501:{tmp_path}").split("train").pairs().tolist() == [[1, 0]]
    pairs.write_text(f"from,to\n{MARKET[1]},{MARKET[2]}\n")
    with pytest.raises(BadInput, match=rf"line 2 names {MARKET[2]}, which has no annotation with a valid pose"):
        open_data(f"market1501:{tmp_path}").split("train")


def test_sample_without_replacement_is_what_pandas_draws() -> None:
    pairs = np.arange(20).reshape(10, 2)
    assert drawn(pairs, 4)[:, 0].tolist() == [4, 16, 8, 18]  # of DataFrame.sample(4, random_state=0): rows 2, 8, 4, 9
    assert len(drawn(pairs, 99)) == 10


def test_a_damaged_table_is_one_sentence(tmp_path: Path) -> None:
    market_for_dsc(tmp_path)
    table = tmp_path / "market-annotation-train.csv"
    for text, why in (
        ("name,y,x\n", "its first line is 'name,y,x'"),
        ("name:keypoints_y:keypoints_x\na.jpg: [1]: [2]\n", "line 2 is not a name and 2 lists of 18 numbers"),
        ("name:keypoints_y:keypoints_x\na.jpg: x: y\n", "line 2 holds something other than lists"),
        (f"name:keypoints_y:keypoints_x\na.jpg: {[9**9] * 18}: {[1] * 18}\n", "nowhere near"),
    ):
        table.write_text(text)
        with pytest.raises(BadInput, match=why):
            open_data(f"market1501:{tmp_path}").split("train")


def dpig_pickles(folder: Path, ending: str, peaks: object, subsets: object, protocol: int = 4) -> None:
    folder.mkdir(exist_ok=True)
    (folder / f"all_peaks_dic_{ending}.p").write_bytes(pickle.dumps(peaks, protocol))
    (folder / f"subsets_dic_{ending}.p").write_bytes(pickle.dumps(subsets, protocol))


def market_for_dpig(folder: Path) -> None:
    """Two people on the first picture, of whom the second has the higher score; nobody's row on the second."""
    other = [(y + 1, x + 1) for y, x in POSE]
    both = [a + b for a, b in zip(candidates(POSE, 0), candidates(other, 18), strict=True)]
    peaks = {MARKET[0]: both, MARKET[1]: candidates(POSE, 0), MARKET[2]: [[] for _ in range(18)], MARKET[3]: both}
    subsets = {MARKET[0]: np.stack([person(0, 5.0), person(18, 9.0)]), MARKET[1]: np.zeros((0, 20))}
    for part, ending in (("bounding_box_train", "train"), ("bounding_box_test", "test_clean")):
        dpig_pickles(folder / "Market-1501_PoseFiltered", f"Market-1501_{ending}", peaks, subsets)
        for name in MARKET:
            picture(folder / part / name)


def test_dpig_chooses_the_person_with_the_highest_score(tmp_path: Path) -> None:
    market_for_dpig(tmp_path)
    for split in ("train", "test"):
        samples = open_data(f"market1501:{tmp_path}").split(split)
        assert [samples[i].name for i in range(len(samples))] == list(MARKET[:2])
        found = [samples[i].keypoints for i in range(2)]
        assert found[0] and found[1] and (found[0][NOSE], found[1][NOSE]) == ((11, 21), (10, 20))
        assert (samples[1].identity, samples[1].camera) == ("0002", 2)
        assert sorted(samples.pairs().tolist()) == [[0, 1], [1, 0]]


def test_mirrored_pictures_come_first_and_are_never_paired_with_the_others(tmp_path: Path) -> None:
    market_for_dpig(tmp_path)
    peaks = {name: candidates(POSE, 0) for name in MARKET[:2]}
    dpig_pickles(tmp_path / "Market-1501_PoseFiltered", "Market-1501_train_Flip", peaks, {})
    for name in MARKET[:2]:
        picture(tmp_path / "bounding_box_train_flip" / name, shade=200)
    samples = open_data(f"market1501:{tmp_path}").split("train")
    assert [samples[i].picture[0, 0, 0] > 150 for i in range(4)] == [True, True, False, False]
    assert samples.pairs().tolist() == [[0, 1], [1, 0], [2, 3], [3, 2]]


class Payload:
    def __reduce__(self) -> tuple:
        return (Path.touch, (Path("pickle-was-run"),))


def test_a_pickle_that_would_run_something_runs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    market_for_dpig(tmp_path)
    monkeypatch.chdir(tmp_path)
    dpig_pickles(tmp_path / "Market-1501_PoseFiltered", "Market-1501_train", {"a": Payload()}, {})
    with pytest.raises(BadInput, match=r"all_peaks_dic_Market-1501_train\.p cannot be opened"):
        open_data(f"market1501:{tmp_path}").split("train")
    assert not (tmp_path / "pickle-was-run").exists()


def test_deepfashion_by_dpig_takes_the_first_candidates(tmp_path: Path) -> None:
    names = ("id1_front.jpg", "id1_side.jpg")
    other = [(y + 1, x + 1) for y, x in POSE]
    both = [a + b for a, b in zip(candidates(POSE, 0), candidates(other, 18), strict=True)]
    peaks = dict.fromkeys(names, both)
    dpig_pickles(tmp_path / "PoseFiltered", "DeepFashion", peaks, {names[0]: person(18, 9.0)[None]}, protocol=0)
    for name in names:
        picture(tmp_path / "filted_up_train" / name, 256, 256)
    samples = open_data(f"deepfashion:{tmp_path}").split("train")
    found = samples[0].keypoints
    assert found is not None and found[NOSE] == (10, 20) and samples[0].identity == "id1" and samples[0].camera is None


def record(which: int) -> bytes:
    features: dict[str, object] = {}
    for i in (0, 1):
        buffer = io.BytesIO()
        Image.new("RGB", (64, 128), (50 * which + 20 * i,) * 3).save(buffer, "PNG")
        rcv = [float(v) for j, (y, x) in enumerate(POSE) for v in ((0, 0, 0) if j == NOSE else (y, x + i, 1))]
        features |= {f"image_raw_{i}": buffer.getvalue(), f"image_name_{i}": f"{which}_{i}.jpg".encode()}
        features |= {f"pose_peaks_{i}_rcv": rcv, f"id_{i}": which, f"cam_{i}": -1}
    return layouts.example(features)


def test_dpigs_records_are_read_without_tensorflow(tmp_path: Path) -> None:
    path = tmp_path / "Market1501_train_00000-of-00001.tfrecord"
    layouts.records(path, [record(1), record(2), record(3)])
    samples = open_data(f"market1501:{tmp_path}").split("train")
    assert len(samples) == 3 and samples.pairs().tolist() == [[0, 3], [1, 4], [2, 5]]
    sample = samples.paired(1, 4)
    assert (sample.name, sample.identity, sample.camera, int(sample.picture[0, 0, 0])) == ("2_0.jpg", "2", None, 100)
    assert sample.pair is not None and sample.pair.name == "2_1.jpg" and int(sample.pair.picture[0, 0, 0]) == 120
    assert sample.keypoints is not None and sample.keypoints[2] == (POSE[2][1], POSE[2][0])
    assert sample.keypoints.visibility[NOSE] == Visibility.ABSENT


def test_damaged_records_are_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "Market1501_train_00000-of-00001.tfrecord"
    layouts.records(path, [record(1)])
    data = path.read_bytes()
    for damaged, why in (
        (data[:-3], "it ends in the middle of record 0"),
        (data[:50] + b"x" + data[51:], "the record at byte 12 is damaged"),
        (b"\xff" * 40, "it is no TensorFlow record file"),
    ):
        path.write_bytes(damaged)
        with pytest.raises(BadInput, match=why):
            open_data(f"market1501:{tmp_path}").split("train")[0]


def test_market_as_published_is_for_reidentification(tmp_path: Path) -> None:
    for name in (*MARKET, "-1_c3s1_000001_00.jpg"):
        picture(tmp_path / "bounding_box_test" / name)
    picture(tmp_path / "query" / MARKET[0])
    data = open_data(f"market1501:{tmp_path}")
    gallery, query, test = (data.split(name) for name in ("gallery", "query", "test"))
    assert (len(gallery), len(query), len(test)) == (5, 1, 3)
    assert (gallery[0].identity, gallery[0].camera, query[0].camera) == ("-1", 3, 1)
    assert query[0].keypoints is None


def test_deepfashion_finds_the_published_pictures_by_dscs_names(tmp_path: Path) -> None:
    raw = Path("WOMEN/Dresses/id_00000001/02_1_front.jpg")
    assert dsc_name(raw) == "fasionWOMENDressesid0000000102_1front.jpg"
    picture(tmp_path / "img" / raw, 256, 256, shade=33)
    layouts.annotation(tmp_path / "fasion-annotation-test.csv", {dsc_name(raw): POSE})
    (tmp_path / "parsing").mkdir()
    labels = np.full((256, 256), 3, np.int64)
    np.save(tmp_path / "parsing" / f"{Path(dsc_name(raw)).stem}.npy", labels)
    sample = open_data(f"deepfashion:{tmp_path}").split("test")[0]
    assert sample.identity == "fasionWOMENDressesid0000000102" and int(sample.picture[5, 5, 0]) == 33
    assert sample.labels is not None and sample.labels.dtype == np.uint8 and (sample.labels == 3).all()


@pytest.mark.parametrize(("text", "sentence"), [
    ("market1501:{}", r"^F is not Market-1501: expected market-annotation-train.csv .*, found holiday\.txt\.$"),
    ("market1501-dpig:{}", r"expected bounding_box_train/ and .*Market-1501_train\.p in it, found holiday\.txt\."),
    ("deepfashion:{}", r"^F is not DeepFashion: expected fasion-annotation-train.csv .*, found holiday\.txt\.$"),
    ("celeba:{}", r"^F is not CelebA: expected list_attr_celeba.txt in it, found holiday\.txt\.$"),
    ("iper:{}", r"^F is not iPER: expected images/ and smpls/ and train.txt in it, found holiday\.txt\.$"),
    ("lip:{}", r"^F is not LIP: expected train_images/ and train_segmentations/ in it, found holiday\.txt\.$"),
    ("people:{}", r"^F is not a folder of the people factory: expected manifest.json and samples/ in it, found .*\.$"),
    ("people:{}/no", "there is no folder"),
    ("celeba", r"--data celeba lacks the folder: write celeba:FOLDER\."),
    ("holiday:{}", "There is no data set called holiday: choose people, market1501"),
])  # fmt: skip
def test_a_wrong_folder_says_what_was_expected_and_found(tmp_path: Path, text: str, sentence: str) -> None:
    folder = tmp_path / "F"
    folder.mkdir()
    (folder / "holiday.txt").touch()
    with pytest.raises(BadInput, match=sentence):
        open_data(text.format(folder)).split("train")


def test_an_unknown_part_is_refused(tmp_path: Path) -> None:
    market_for_dsc(tmp_path)
    with pytest.raises(BadInput, match="has no part called holiday: choose one of train, test"):
        open_data(f"market1501:{tmp_path}").split("holiday")


def test_order_depends_on_the_seed_alone_and_can_be_gone_on_with(tmp_path: Path) -> None:
    for i in range(5):
        picture(tmp_path / "bounding_box_train" / f"000{i // 3 + 1}_c1s1_00000{i}_00.jpg")
    samples = open_data(f"market1501:{tmp_path}").split("train")

    def seen(iterator: object, count: int) -> list[tuple[str, str]]:
        return [(s.name, s.pair.name if s.pair else "") for s, _ in zip(iterator, range(count), strict=False)]  # type: ignore[call-overload]

    first = seen(in_order(samples, 1), 15)
    assert first == seen(in_order(samples, 1), 15) != seen(in_order(samples, 2), 15)
    assert [len(set(first[i : i + 5])) for i in (0, 5, 10)] == [5, 5, 5] and first[:5] != first[5:10]
    assert seen(in_order(samples, 1, start=7), 8) == first[7:]
    pairs = seen(pairs_in_order(samples, 1), 8)
    assert len(set(pairs)) == 8 and pairs[3:] == seen(pairs_in_order(samples, 1, start=3), 5)
    assert all(a != b and a[:4] == b[:4] for a, b in pairs)


def test_ordered_pairs_keep_the_order_of_the_pictures() -> None:
    assert ordered_pairs(["b", "a", "b", None, "a"]).tolist() == [[0, 2], [2, 0], [1, 4], [4, 1]]
    assert ordered_pairs([]).shape == (0, 2)


def test_lips_classes_are_merged_into_ours() -> None:
    merged = label_maps.LIP(np.arange(20).reshape(4, 5))
    assert merged.ravel()[[1, 2, 4, 5, 6, 9, 12, 13, 14, 18, 19]].tolist() == [2, 2, 1, 3, 3, 4, 5, 1, 6, 8, 9]
    row = np.array([[14, 3, 0, 0, 15, 3, 8, 17]])
    assert label_maps.LIP(row).tolist() == [[6, 6, 0, 0, 7, 7, 9, 9]]
    assert label_maps.LIP(np.array([[3, 8]])).tolist() == [[0, 0]]  # no arm, no leg on the picture


def test_the_merge_table_can_be_another(tmp_path: Path) -> None:
    table = tmp_path / "merge.json"
    table.write_text('{"dress": "skirt", "glove": "background", "socks": "left leg"}')
    assert label_maps.read_merge(table)(np.array([[6, 3, 8, 5]])).tolist() == [[5, 0, 8, 3]]
    table.write_text('{"trousers": "pants"}')
    with pytest.raises(BadInput, match="there is no label called 'trousers'"):
        label_maps.read_merge(table)


def test_label_maps_must_fit_their_pictures(tmp_path: Path) -> None:
    path = tmp_path / "map.npy"
    for array, why in (
        (np.zeros((4, 4)), "expected whole numbers of shape"),
        (np.zeros((4, 5), int), "found int64 of shape"),
        (np.full((4, 4), 10), "it has labels from 10 to 10, expected 0 to 9"),
    ):
        np.save(path, array)
        with pytest.raises(BadInput, match=why):
            label_maps.read_labels(path, (4, 4))
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(BadInput, match="damaged"):
        label_maps.read_labels(path, (4, 4))
