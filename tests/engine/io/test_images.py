"""Every kind of picture comes in as 8-bit sRGB; everything else is refused in one sentence."""

from __future__ import annotations

import io
import os
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms, TiffImagePlugin

from engine.io.images import MAX_SIDE, Photo, pyramid, read_photo
from engine.messages import BadInput

ENDINGS = ("png", "jpg", "webp", "tiff", "bmp")


@pytest.fixture
def gradient() -> Image.Image:
    rows, columns = np.mgrid[0:40, 0:60]
    return Image.fromarray(np.stack([rows * 6, columns * 4, rows + columns], axis=-1).astype(np.uint8))


def written(path: Path, picture: Image.Image, **options: Any) -> Path:
    picture.save(path, **options)
    return path


def refused(path: Path) -> str:
    with pytest.raises(BadInput) as caught:
        read_photo(path)
    sentence = str(caught.value)
    assert path.name in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def average(photo: Photo) -> list[float]:
    return photo.pixels.mean(axis=(0, 1)).tolist()


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_format_is_read(tmp_path: Path, gradient: Image.Image, ending: str) -> None:
    photo = read_photo(written(tmp_path / f"photo.{ending}", gradient))
    assert photo.pixels.shape == (40, 60, 3)
    assert photo.pixels.dtype == np.uint8
    assert (photo.alpha, photo.name, photo.notice) == (None, f"photo.{ending}", "")
    assert np.abs(photo.pixels.mean(axis=(0, 1)) - np.asarray(gradient).mean(axis=(0, 1))).max() < 3


def test_the_content_decides_not_the_ending(tmp_path: Path, gradient: Image.Image) -> None:
    path = tmp_path / "photo.jpg"
    gradient.save(path, "PNG")
    assert (read_photo(path).pixels == np.asarray(gradient)).all()


@pytest.mark.parametrize("ending", ["jpg", "png", "webp", "tiff"])
def test_orientation_is_applied(tmp_path: Path, gradient: Image.Image, ending: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise by a quarter
    photo = read_photo(written(tmp_path / f"turned.{ending}", gradient, exif=exif.tobytes()))
    expected = np.rot90(np.asarray(gradient), k=-1)
    assert photo.pixels.shape == (60, 40, 3)
    assert np.abs(photo.pixels.astype(int) - expected).mean() < 4


def test_damaged_orientation_is_ignored(tmp_path: Path, gradient: Image.Image) -> None:
    photo = read_photo(written(tmp_path / "photo.jpg", gradient, exif=b"Exif\0\0II*\0\xff\xff\xff\xff"))
    assert photo.pixels.shape == (40, 60, 3)


@pytest.mark.parametrize("ending", ["png", "webp", "tiff"])
def test_transparency_is_kept(tmp_path: Path, gradient: Image.Image, ending: str) -> None:
    alpha = np.zeros((40, 60), np.uint8)
    alpha[10:30, 20:40] = 200
    gradient.putalpha(Image.fromarray(alpha))
    photo = read_photo(written(tmp_path / f"cut.{ending}", gradient))
    assert photo.alpha is not None
    assert (photo.alpha == alpha).all()


def test_opaque_alpha_is_no_alpha(tmp_path: Path, gradient: Image.Image) -> None:
    gradient.putalpha(255)
    assert read_photo(written(tmp_path / "photo.png", gradient)).alpha is None


def test_a_transparent_palette_entry_becomes_alpha(tmp_path: Path) -> None:
    picture = Image.new("P", (4, 4), 0)
    picture.putpalette([255, 0, 0, 0, 255, 0])
    picture.putpixel((1, 2), 1)
    photo = read_photo(written(tmp_path / "palette.png", picture, transparency=0))
    assert photo.alpha is not None
    assert photo.alpha.sum() == 255
    assert photo.pixels[2, 1].tolist() == [0, 255, 0]


@pytest.mark.parametrize(("mode", "ending"), [("L", "png"), ("1", "png"), ("P", "png"), ("LA", "png"), ("P", "bmp")])
def test_unusual_modes_become_colour(tmp_path: Path, gradient: Image.Image, mode: str, ending: str) -> None:
    photo = read_photo(written(tmp_path / f"photo.{ending}", gradient.convert(mode)))
    assert photo.pixels.shape == (40, 60, 3)


@pytest.mark.parametrize(("mode", "ending"), [("CMYK", "jpg"), ("CMYK", "tiff"), ("LAB", "tiff"), ("YCbCr", "tiff")])
def test_other_colour_spaces_are_converted(tmp_path: Path, mode: str, ending: str) -> None:
    red = Image.new("RGB", (8, 8), (220, 30, 30))
    if mode == "LAB":
        profiles = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
        picture = ImageCms.profileToProfile(red, *profiles, outputMode="LAB")
        assert picture is not None
    else:
        picture = red.convert(mode)
    photo = read_photo(written(tmp_path / f"photo.{ending}", picture))
    assert np.abs(np.array(average(photo)) - (220, 30, 30)).max() < 8


@pytest.mark.parametrize("ending", ["png", "tiff"])
def test_sixteen_bits_are_scaled_to_eight(tmp_path: Path, ending: str) -> None:
    wide = np.linspace(0, 65535, 256).astype(np.uint16)[None].repeat(3, axis=0)
    photo = read_photo(written(tmp_path / f"wide.{ending}", Image.fromarray(wide)))
    assert (photo.pixels[0, :, 0] == np.arange(256)).all()


def test_fractional_grey_is_read_between_zero_and_one(tmp_path: Path) -> None:
    grey = Image.fromarray(np.full((4, 4), 0.5, np.float32))
    assert read_photo(written(tmp_path / "half.tiff", grey)).pixels.max() == 128
    loud = Image.fromarray(np.full((4, 4), 7.5, np.float32))
    assert "range from 0 to 1" in refused(written(tmp_path / "loud.tiff", loud))


def test_an_embedded_profile_is_converted(tmp_path: Path) -> None:
    """The profile says red and green are exchanged; so they are in the result."""
    swapped = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    red, green = swapped.index(b"rXYZ"), swapped.index(b"gXYZ")
    profile = bytearray(swapped)
    profile[red : red + 4], profile[green : green + 4] = b"gXYZ", b"rXYZ"
    profile = bytes(profile).replace("sRGB".encode("utf-16-be"), "odd!".encode("utf-16-be"))
    photo = read_photo(written(tmp_path / "p.png", Image.new("RGB", (4, 4), (250, 20, 20)), icc_profile=profile))
    assert photo.pixels[0, 0].argmax() == 1


def test_an_srgb_profile_changes_nothing(tmp_path: Path, gradient: Image.Image) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    photo = read_photo(written(tmp_path / "p.png", gradient, icc_profile=profile))
    assert (photo.pixels == np.asarray(gradient)).all()


def test_a_useless_profile_is_told(tmp_path: Path, gradient: Image.Image) -> None:
    photo = read_photo(written(tmp_path / "p.png", gradient, icc_profile=b"no profile at all"))
    assert "profile" in photo.notice
    assert (photo.pixels == np.asarray(gradient)).all()


@pytest.mark.parametrize("ending", ["webp", "png", "tiff"])
def test_of_several_pictures_the_first_is_opened_and_told(tmp_path: Path, gradient: Image.Image, ending: str) -> None:
    other = Image.new("RGB", gradient.size, (9, 9, 9))
    options: dict[str, Any] = {"lossless": True} if ending == "webp" else {}
    path = written(tmp_path / f"film.{ending}", gradient, save_all=True, append_images=[other], **options)
    photo = read_photo(path)
    assert "holds 2 pictures" in photo.notice
    assert (photo.pixels == np.asarray(gradient)).all()


def test_no_pillow_warning_for_large_pictures(tmp_path: Path) -> None:
    """95 megapixels: Pillow would warn, and warnings fail the tests."""
    assert "megapixels" in refused(empty_png(tmp_path / "large.png", 8000, 12000))


@pytest.mark.parametrize(
    ("width", "height"), [(30_000, 30_000), (MAX_SIDE + 1, 1), (8100, 8100), (2**31 - 1, 2**31 - 1)]
)
def test_huge_pictures_are_refused_before_decoding(tmp_path: Path, width: int, height: int) -> None:
    assert f"{width} × {height} pixels" in refused(empty_png(tmp_path / "huge.png", width, height))


def test_the_largest_allowed_side_is_allowed(tmp_path: Path) -> None:
    photo = read_photo(written(tmp_path / "strip.png", Image.new("RGB", (MAX_SIDE, 2))))
    assert photo.pixels.shape == (2, MAX_SIDE, 3)


@pytest.mark.parametrize("ending", ENDINGS)
def test_truncated_files_are_refused_at_every_length(tmp_path: Path, gradient: Image.Image, ending: str) -> None:
    buffer = io.BytesIO()
    gradient.save(buffer, {"jpg": "JPEG"}.get(ending, ending.upper()))
    data = buffer.getvalue()
    path = tmp_path / f"cut.{ending}"
    for length in range(1, int(len(data) * 0.8), max(1, len(data) // 60)):
        path.write_bytes(data[:length])
        refused(path)


def test_a_cut_photo_says_so(tmp_path: Path, gradient: Image.Image) -> None:
    path = written(tmp_path / "photo.jpg", gradient.resize((600, 400)))
    path.write_bytes(path.read_bytes()[:4000])
    assert refused(path) == "photo.jpg cannot be opened: the file ends in the middle of the picture."


@pytest.mark.parametrize("data", [b"\0" * 100, b"hello", b"GIF89a\1\0\1\0", b"\x89PNG\r\n\x1a\n", b"RIFF1234WEBPVP8 "])
def test_what_is_no_picture_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(data)
    refused(path)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    path.touch()
    assert "is empty" in refused(path)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    assert "no such file" in refused(tmp_path / "missing.png")
    assert "folder" in refused(tmp_path)
    assert "folder" in refused(tmp_path / "no" / "where.png")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are a thing of Unix")
def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    assert "not a regular file" in refused(tmp_path / "pipe.png")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_forbidden_file_is_refused(tmp_path: Path, gradient: Image.Image) -> None:
    path = written(tmp_path / "mine.png", gradient)
    path.chmod(0)
    assert "permission" in refused(path)


def test_flipped_bytes_never_lead_to_anything_but_a_sentence(tmp_path: Path, gradient: Image.Image) -> None:
    random = np.random.default_rng(1)
    for ending in ENDINGS:
        good = written(tmp_path / f"good.{ending}", gradient).read_bytes()
        path = tmp_path / f"bad.{ending}"
        for _ in range(60):
            damaged = bytearray(good)
            for place in random.integers(0, len(good), 4):
                damaged[place] = random.integers(256)
            path.write_bytes(damaged)
            try:
                assert read_photo(path).pixels.ndim == 3
            except BadInput as error:
                assert path.name in str(error)


def test_a_tiff_that_claims_odd_sample_sizes_is_refused(tmp_path: Path, gradient: Image.Image) -> None:
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    path = written(tmp_path / "odd.tiff", gradient, tiffinfo=tags)
    data = path.read_bytes()
    path.write_bytes(data.replace(struct.pack("<HHI", 0x0106, 3, 1), struct.pack("<HHI", 0x0106, 3, 77)))
    with pytest.raises(BadInput):
        read_photo(path)


def test_a_pyramid_halves_until_it_is_small() -> None:
    levels = pyramid(np.full((601, 1000, 3), 7, np.uint8))
    assert [level.shape[:2] for level in levels] == [(601, 1000), (301, 500), (151, 250)]
    assert all((level == 7).all() for level in levels)


def test_a_small_picture_is_its_own_pyramid() -> None:
    picture = np.zeros((256, 3), np.uint8)
    (only,) = pyramid(picture)
    assert only is picture


def test_a_pyramid_averages_areas() -> None:
    checks = np.indices((512, 512)).sum(axis=0) % 2 * 200
    assert (pyramid(checks.astype(np.uint8))[1] == 100).all()


def empty_png(path: Path, width: int, height: int) -> Path:
    """A PNG that has a header of this size and next to no data."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    body = b"".join(struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in chunks)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body)
    return path
