"""Films hold the frames they were given, for as long as was said, and say that they are synthetic."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from engine.arrays import UInt8
from engine.io.film_mp4 import XMP_BOX
from engine.io.films import Area, Reel, changed, write_film
from engine.io.marking import SYNTHETIC, Marking
from engine.messages import BadInput
from engine.watch import Stopped, Watch

WIDTH, HEIGHT, COUNT = 61, 47, 7  # odd, on purpose
ENDINGS = (".gif", ".webp", ".png", ".apng", ".mp4")
CLOSE = {".gif": 8.0, ".webp": 2.5, ".png": 0.0, ".apng": 0.0, ".mp4": 3.0}  # mean difference of 255


def frame(number: int) -> UInt8:
    """A bar that wanders over a gradient."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    picture = np.stack([rows * 4, columns * 3, 90 + 0 * rows], axis=-1).astype(np.uint8)
    picture[10:30, 5 + 6 * number : 11 + 6 * number] = (230, 60, 40)
    return picture


def frames(count: int = COUNT) -> Iterator[UInt8]:
    return (frame(number) for number in range(count))


def reel(count: int = COUNT, **fields: object) -> Reel:
    known = {"width": WIDTH, "height": HEIGHT, "rate": 12.0, "loop": True, "quality": 95, "marking": Marking("us")}
    return Reel(**{**known, "frames": count, **fields})  # type: ignore[arg-type]


def read(path: Path) -> list[UInt8]:
    if path.suffix == ".mp4":
        with av.open(str(path)) as film:
            return [f.to_ndarray(format="rgb24")[:HEIGHT, :WIDTH] for f in film.decode(video=0)]
    with Image.open(path) as film:
        read = []
        for number in range(getattr(film, "n_frames", 1)):
            film.seek(number)
            read.append(np.asarray(film.convert("RGB")))
        return read


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_film_shows_the_frames_it_was_given(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"film{ending}"
    write_film(path, frames(), reel(), Watch())
    shown = read(path)
    assert len(shown) == COUNT
    for number, picture in enumerate(shown):
        assert np.abs(picture.astype(int) - frame(number)).mean() <= CLOSE[ending]


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_film_says_that_it_is_synthetic_and_whose(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"film{ending}"
    write_film(path, frames(), reel(marking=Marking("us", "puppet", '{"a": "<ü>"}')), Watch())
    data = path.read_bytes()
    assert SYNTHETIC.encode() in data and b"us</xmp:CreatorTool>" in data and "&lt;ü&gt;".encode() in data
    if ending == ".mp4":
        at = data.index(XMP_BOX) - 8
        assert int.from_bytes(data[at : at + 4], "big") == len(data) - at
    elif ending != ".gif":  # Pillow does not look for it there
        with Image.open(path) as film:
            xmp = film.info["xmp"]
        assert SYNTHETIC in (xmp if isinstance(xmp, str) else xmp.decode())


@pytest.mark.parametrize(("ending", "unit"), [(".gif", 10), (".webp", 1), (".png", 0)])
@pytest.mark.parametrize("rate", [7.0, 12.0, 30.0])
def test_rounding_of_times_never_adds_up(tmp_path: Path, ending: str, unit: int, rate: float) -> None:
    path = tmp_path / f"film{ending}"
    write_film(path, frames(), reel(rate=rate), Watch())
    with Image.open(path) as film:
        times = []
        for number in range(COUNT):
            film.seek(number)
            film.load()
            times.append(film.info["duration"])
    assert sum(times) == pytest.approx(1000 * COUNT / rate, abs=max(0.5 * unit, 1e-6))


def test_the_rate_of_an_mp4_is_exact(tmp_path: Path) -> None:
    write_film(tmp_path / "film.mp4", frames(), reel(rate=12.5), Watch())
    with av.open(str(tmp_path / "film.mp4")) as film:
        assert float(film.streams.video[0].average_rate or 0) == 12.5


@pytest.mark.parametrize(("loop", "plays"), [(True, 0), (False, 1)])
def test_a_film_goes_on_for_ever_or_plays_once(tmp_path: Path, loop: bool, plays: int) -> None:
    for ending in (".webp", ".png", ".gif"):
        write_film(tmp_path / f"film{ending}", frames(), reel(loop=loop), Watch())
        with Image.open(tmp_path / f"film{ending}") as film:
            none_said = None if ending == ".gif" else 1
            assert film.info.get("loop") == (0 if loop else none_said), ending
    assert plays == (0 if loop else 1)


def test_what_does_not_move_in_a_gif_does_not_flicker(tmp_path: Path) -> None:
    write_film(tmp_path / "film.gif", frames(), reel(), Watch())
    shown = read(tmp_path / "film.gif")
    assert all((picture[32:] == shown[0][32:]).all() for picture in shown)


@pytest.mark.parametrize("ending", ENDINGS)
def test_frames_that_are_all_alike_are_as_many(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"film{ending}"
    write_film(path, (frame(0) for _ in range(3)), reel(3), Watch())
    assert len(read(path)) == 3


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_film_of_one_frame_is_one(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"film{ending}"
    write_film(path, frames(1), reel(1), Watch())
    assert len(read(path)) == 1


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("after", [0, 1, 4])
def test_a_film_given_up_leaves_nothing(tmp_path: Path, ending: str, after: int) -> None:
    def some() -> Iterator[UInt8]:
        yield from frames(after)
        raise Stopped

    path = tmp_path / f"film{ending}"
    path.write_bytes(b"what was there")
    with pytest.raises(Stopped):
        write_film(path, some(), reel(), Watch())
    assert path.read_bytes() == b"what was there" and len(list(tmp_path.iterdir())) == 1


def test_an_unknown_ending_is_refused_with_the_possible_ones(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"film\.avi cannot be written: films end in one of \.gif, \.webp"):
        write_film(tmp_path / "film.avi", frames(), reel(), Watch())
    assert list(tmp_path.iterdir()) == []


def test_sides_a_format_cannot_hold_are_refused_before_a_frame_is_drawn(tmp_path: Path) -> None:
    def none() -> Iterator[UInt8]:
        pytest.fail("drawn in vain")
        yield

    with pytest.raises(BadInput, match=r"\.webp holds 16383 a side"):
        write_film(tmp_path / "film.webp", none(), reel(width=16_400), Watch())


def test_without_an_encoder_one_sentence_says_what_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.io.film_mp4.ENCODERS", ("no such encoder",))
    with pytest.raises(BadInput, match=r"no H\.264 encoder: GIF, WebP and APNG"):
        write_film(tmp_path / "film.mp4", frames(), reel(), Watch())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", [".gif", ".webp", ".png"])
def test_a_longer_film_takes_no_more_memory(tmp_path: Path, ending: str) -> None:
    def most(count: int) -> int:
        pictures = (np.roll(noise, 3 * n, axis=0) for n in range(count))
        tracemalloc.start()
        write_film(tmp_path / f"film{ending}", pictures, reel(count, width=400, height=300), Watch())
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    noise = np.random.default_rng(0).integers(0, 255, (300, 400, 3)).astype(np.uint8)
    assert most(24) < 1.2 * most(6)


def test_the_changed_area_is_what_differs_and_never_nothing() -> None:
    a, b = np.zeros((20, 30, 3), np.uint8), np.zeros((20, 30, 3), np.uint8)
    assert changed(None, a) == Area(0, 0, 30, 20)
    assert changed(a, b) == Area(0, 0, 1, 1)
    b[7, 9] = b[12, 21] = 1
    assert changed(a, b) == Area(9, 7, 13, 6)
    assert changed(a, b, grid=2) == Area(8, 6, 14, 7)


def test_a_gif_can_be_read_block_by_block_to_its_end(tmp_path: Path) -> None:
    """Readers that know nothing of XMP skip it as a row of blocks."""
    write_film(tmp_path / "film.gif", frames(), reel(), Watch())
    file = io.BytesIO((tmp_path / "film.gif").read_bytes())
    file.seek(13 + 768)
    pictures = 0
    while (kind := file.read(1)) != b"\x3b":
        assert kind in (b"\x21", b"\x2c")
        pictures += kind == b"\x2c"
        file.read(1 if kind == b"\x21" else 10)
        while length := file.read(1)[0]:
            file.read(length)
    assert pictures == COUNT and file.read() == b""
