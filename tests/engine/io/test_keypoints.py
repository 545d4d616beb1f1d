"""Three formats of keypoints in and out, and every way such a file can be wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.geometry import Point, middle
from engine.io.keypoints import read_keypoints, write_keypoints
from engine.messages import BadInput
from engine.skeleton import (
    JOINTS,
    L_EYE,
    L_SHOULDER,
    L_WRIST,
    NECK,
    NOSE,
    R_ANKLE,
    R_ELBOW,
    R_EYE,
    R_HIP,
    R_SHOULDER,
    R_WRIST,
    Keypoints,
    Visibility,
)

NAME, WIDTH, HEIGHT = "photo.jpg", 200, 400
ENDINGS = (".csv", ".txt", ".json", ".coco.json")
FIGURE = Keypoints.of((10 + 9 * j, 20 + 17.5 * j) for j in JOINTS)
FIGURE = FIGURE.moved({NECK: middle(FIGURE[R_SHOULDER], FIGURE[L_SHOULDER])})  # COCO has no neck of its own


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "keypoints.json"


def read(path: Path, name: str = NAME) -> Keypoints:
    return read_keypoints(path, name, WIDTH, HEIGHT)


def read_json(path: Path, value: object, name: str = NAME) -> Keypoints:
    path.write_text(json.dumps(value))
    return read(path, name)


def refused(path: Path, content: object, name: str = NAME) -> str:
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    with pytest.raises(BadInput) as caught:
        read(path, name)
    sentence = str(caught.value)
    assert path.name in sentence
    assert "\n" not in sentence
    return sentence


def openpose(*people: list[float], **canvas: object) -> dict[str, Any]:
    return {"people": [{"pose_keypoints_2d": numbers} for numbers in people], **canvas}


def flat(figure: Keypoints, confidence: float = 0.9) -> list[float]:
    return [n for j in JOINTS for n in (*figure[j], confidence if figure.present(j) else 0)]


def scaled(figure: Keypoints, by: float) -> Keypoints:
    return figure.moved({j: Point(p.x * by, p.y * by) for j, p in enumerate(figure.points)})


# round trips


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_is_written_is_read_back(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"person{ending}"
    figure = FIGURE.seen_as([L_WRIST, NOSE], Visibility.HIDDEN)
    write_keypoints(path, NAME, figure, WIDTH, HEIGHT)
    assert read(path) == figure


@pytest.mark.parametrize("ending", ENDINGS)
def test_absent_joints_stay_absent_and_wait_near_their_limb(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"person{ending}"
    figure = FIGURE.seen_as([R_ELBOW, R_WRIST], Visibility.ABSENT)
    write_keypoints(path, NAME, figure, WIDTH, HEIGHT)
    found = read(path)
    assert found.visibility == figure.visibility
    assert found[R_ELBOW] == found[R_WRIST] == figure[R_SHOULDER]


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_present_joint_at_minus_one_is_not_missing(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"person{ending}"
    write_keypoints(path, NAME, FIGURE.moved({L_WRIST: Point(-1, 5)}), WIDTH, HEIGHT)
    found = read(path)
    assert found.present(L_WRIST)
    assert found[L_WRIST].x == pytest.approx(-1, abs=0.01)


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.floats(-500, 900), st.floats(-500, 900)), min_size=18, max_size=18),
    st.lists(st.sampled_from(Visibility), min_size=18, max_size=18).filter(any),
    st.sampled_from(ENDINGS[:3]),
)
def test_any_figure_survives_to_a_thousandth_of_a_pixel(
    tmp_path_factory: pytest.TempPathFactory, points: list[tuple[float, float]], seen: list[Visibility], ending: str
) -> None:
    path = tmp_path_factory.mktemp("any") / f"person{ending}"
    figure = Keypoints(tuple(Point(*p) for p in points), tuple(seen))
    write_keypoints(path, NAME, figure, WIDTH, HEIGHT)
    found = read(path)
    assert found.visibility == figure.visibility
    for joint in filter(figure.present, JOINTS):
        assert found[joint] == pytest.approx(figure[joint], abs=0.0021)


def test_an_unknown_ending_is_refused_with_the_possible_ones(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"\.coco\.json, \.csv, \.json, \.txt"):
        write_keypoints(tmp_path / "person.xml", NAME, FIGURE, WIDTH, HEIGHT)
    assert list(tmp_path.iterdir()) == []


# the table

HEADER = "name:keypoints_y:keypoints_x\n"


def row(name: str, first: float = 5, count: int = 18) -> str:
    ys, xs = ", ".join(str(first + j) for j in range(count)), ", ".join(str(50 + first + j) for j in range(count))
    return f"{name}: [{ys}]: [{xs}]\n"


def test_the_table_lists_y_before_x(file: Path) -> None:
    file.write_text(HEADER + row(NAME))
    assert read(file)[NOSE] == Point(55, 5)


def test_the_row_of_the_photo_is_found_by_name(file: Path) -> None:
    file.write_text(HEADER + row("other.jpg") + row(f"some/folder/{NAME}", 7) + row("c:d.jpg", 9))
    assert read(file)[NOSE] == Point(57, 7)
    assert read(file, "/pictures/of me/photo.png")[NOSE] == Point(57, 7)
    assert read(file, "c:d.jpg")[NOSE] == Point(59, 9)
    assert "none of its 3 lines is for nobody.jpg" in refused(file, file.read_text(), "nobody.jpg")


def test_a_single_row_is_taken_whatever_it_is_called(file: Path) -> None:
    file.write_text(HEADER + row("renamed.jpg"))
    assert read(file)[NOSE] == Point(55, 5)


def test_minus_one_means_missing(file: Path) -> None:
    file.write_text(HEADER + row(NAME).replace("[5, 6, 7,", "[5, -1, 7,"))
    assert [j for j in JOINTS if not read(file).present(j)] == [NECK]


def test_windows_line_ends_and_byte_order_mark_are_read(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + (HEADER + row(NAME)).replace("\n", "\r\n").encode())
    assert read(file)[NOSE] == Point(55, 5)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("hello", "first line"),
        (HEADER, "nothing else"),
        (HEADER + row(NAME, count=17), "keypoints_y in line 2 has 17 numbers, expected 18"),
        (HEADER + "photo.jpg: [1, 2]\n", "1 lists of numbers"),
        (HEADER + row(NAME).replace("5,", '"5",', 1), "keypoints_y in line 2 is not a list of numbers"),
        (HEADER + row(NAME).replace("5,", "NaN,", 1), "not a list of numbers"),
        (HEADER + row(NAME).replace("5,", "1e999,", 1), "not a list of numbers"),
        (HEADER + row(NAME).replace("5,", "1e300,", 1), "nose lies at"),
        (HEADER + f"{NAME}: {[-1] * 18}: {[-1] * 18}\n", "marked as missing"),
        (f"{HEADER.strip()}:visibility\n{row(NAME).strip()}: {[7] * 18}\n", "expected 0, 1 or 2"),
        (f"{HEADER.strip()}:visibility\n{row(NAME)}", "lists of numbers"),
    ],
)
def test_a_wrong_table_is_refused_with_field_and_reason(file: Path, content: str, words: str) -> None:
    assert words in refused(file, content)


# OpenPose


def test_openpose_with_18_points_is_in_our_order(file: Path) -> None:
    assert read_json(file, openpose(flat(FIGURE))) == FIGURE


def test_openpose_with_25_points_loses_mid_hip_and_feet(file: Path) -> None:
    numbers = [n for i in range(25) for n in (i, 2 * i, 1.0)]
    found = read_json(file, openpose(numbers))
    assert [found[j].x for j in (NOSE, L_WRIST, R_HIP, R_ANKLE, R_EYE, L_EYE)] == [0, 7, 9, 11, 15, 16]


def test_no_confidence_means_absent(file: Path) -> None:
    found = read_json(file, openpose(flat(FIGURE.seen_as([R_WRIST], Visibility.ABSENT))))
    assert [j for j in JOINTS if not found.present(j)] == [R_WRIST]


def test_of_several_people_the_largest_is_taken(file: Path) -> None:
    assert read_json(file, openpose(flat(scaled(FIGURE, 0.5)), flat(FIGURE), flat(scaled(FIGURE, 0.9)))) == FIGURE


def test_absent_joints_do_not_make_a_person_large(file: Path) -> None:
    small = scaled(FIGURE, 0.5).moved({NOSE: Point(9000, 9000)}).seen_as([NOSE], Visibility.ABSENT)
    assert read_json(file, openpose(flat(small), flat(FIGURE))) == FIGURE


def test_fractions_are_recognised_by_the_canvas(file: Path) -> None:
    numbers = flat(FIGURE)
    fractions = [n / (WIDTH, HEIGHT, 1)[i % 3] for i, n in enumerate(numbers)]
    found = read_json(file, openpose(fractions, canvas_width=512, canvas_height=512))
    assert all(found[j] == pytest.approx(FIGURE[j]) for j in JOINTS)


def test_tiny_pixel_positions_without_canvas_stay_pixels(file: Path) -> None:
    tiny = scaled(FIGURE, 0.001)
    assert read_json(file, openpose(flat(tiny))).points == tiny.points


def test_a_canvas_of_another_size_is_fitted_to_the_photo(file: Path) -> None:
    found = read_json(file, openpose(flat(scaled(FIGURE, 2)), canvas_width=2 * WIDTH, canvas_height=2 * HEIGHT))
    assert all(found[j] == pytest.approx(FIGURE[j]) for j in JOINTS)


def test_a_list_of_frames_gives_its_first(file: Path) -> None:
    assert read_json(file, [openpose(flat(FIGURE)), openpose(flat(scaled(FIGURE, 2)))]) == FIGURE


def test_people_without_a_body_are_passed_over(file: Path) -> None:
    content = openpose([], flat(FIGURE))
    content["people"].append({"face_keypoints_2d": [1, 2, 3], "pose_keypoints_2d": None})
    assert read_json(file, content) == FIGURE


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (openpose(), "no person"),
        (openpose([]), "no person"),
        (openpose([1.0] * 53), "has 53 numbers, expected 54"),
        (openpose([0.0] * 54), "marked as missing"),
        (openpose([1.0, 1.0, -1.0] * 18), "negative confidence"),
        (openpose([1e12, 1.0, 1.0] * 18), "the nose lies at (1e+12, 1)"),
        (openpose(flat(FIGURE), canvas_width=0, canvas_height=5), "canvas"),
        ({"people": 3}, "$.people"),
        ({"people": [{"pose_keypoints_2d": "x"}]}, "pose_keypoints_2d"),
        ({"people": [{"pose_keypoints_2d": [1, None] * 27}]}, "pose_keypoints_2d"),
        ({"people": [{"pose_keypoints_2d": flat(FIGURE), "visibility": [2]}]}, "1 visibilities"),
        ({"people": [{"pose_keypoints_2d": flat(FIGURE), "visibility": [9] * 18}]}, "visibility"),
    ],
)
def test_wrong_openpose_is_refused_with_field_and_reason(file: Path, content: object, words: str) -> None:
    assert words in refused(file, content)


# COCO


def coco(figure: Keypoints, **more: object) -> dict[str, Any]:
    order = (0, 15, 14, 17, 16, 5, 2, 6, 3, 7, 4, 11, 8, 12, 9, 13, 10)
    return {"keypoints": [n for j in order for n in (*figure[j], int(figure.visibility[j]))], **more}


def test_coco_is_read_as_annotation_list_or_file(file: Path) -> None:
    for content in (coco(FIGURE), [coco(FIGURE)], {"annotations": [coco(FIGURE)]}):
        assert read_json(file, content) == FIGURE


def test_the_neck_is_as_well_seen_as_the_worse_shoulder(file: Path) -> None:
    found = read_json(file, coco(FIGURE.seen_as([L_SHOULDER], Visibility.HIDDEN)))
    assert found.visibility[NECK] == Visibility.HIDDEN
    assert not read_json(file, coco(FIGURE.seen_as([L_SHOULDER], Visibility.ABSENT))).present(NECK)


def test_the_annotation_of_the_named_image_is_chosen(file: Path) -> None:
    images = [{"id": 7, "file_name": "x/other.jpg"}, {"id": 8, "file_name": NAME}]
    people = [coco(scaled(FIGURE, 2), image_id=7), coco(scaled(FIGURE, 0.5), image_id=8), coco(FIGURE, image_id=8)]
    content = {"images": images, "annotations": people}
    assert read_json(file, content) == FIGURE
    assert "none of its 2 images is who.jpg" in refused(file, content, "who.jpg")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"keypoints": [1, 2, 2] * 18}, "has 54 numbers, expected 51"),
        ({"keypoints": [1, 2, 5] * 17}, "not 0, 1 or 2"),
        ({"keypoints": [0, 0, 0] * 17}, "marked as missing"),
        ({"keypoints": {}}, "$.keypoints"),
        ({"annotations": []}, "no person"),
        ({"annotations": [{"keypoints": [1, 2, 2] * 21}]}, "has 63 numbers"),
        ({"images": [{"id": 1, "file_name": NAME}], "annotations": [coco(FIGURE, image_id=2)]}, "no person"),
    ],
)
def test_wrong_coco_is_refused_with_field_and_reason(file: Path, content: object, words: str) -> None:
    assert words in refused(file, content)


# anything


@pytest.mark.parametrize("content", ["{", "[", "[]", "{}", "[1]", "[[[]]]", "[" * 100_000, '{"a": ' * 50_000, "[null"])
def test_other_json_is_refused(file: Path, content: str) -> None:
    refused(file, content)


def test_bytes_that_are_no_text_are_refused(file: Path) -> None:
    file.write_bytes(b"\xff\xfe\x00name")
    with pytest.raises(BadInput, match="not a text file"):
        read(file)


def test_empty_missing_and_huge_files_are_refused(tmp_path: Path) -> None:
    empty, huge = tmp_path / "empty.csv", tmp_path / "huge.csv"
    empty.touch()
    with huge.open("wb") as sparse:
        sparse.truncate(65 * 2**20)
    for path, words in ((empty, "empty"), (huge, "at most 64 MB"), (tmp_path / "none.csv", "no such file")):
        with pytest.raises(BadInput, match=words):
            read(path)


keys = st.sampled_from(
    ["people", "pose_keypoints_2d", "annotations", "keypoints", "images", "canvas_width", "visibility"]
)
numbers = st.lists(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-3, 3), min_size=0, max_size=80)
json_values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=5) | numbers,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=120)
@given(st.dictionaries(keys, json_values, min_size=1, max_size=3) | st.lists(json_values, max_size=3))
def test_json_of_any_shape_gives_keypoints_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, content: Any
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.json"
    path.write_text(json.dumps(content))
    try:
        assert len(read(path).points) == 18
    except BadInput as error:
        assert "any.json" in str(error)
