"""Any picture Pillow can decode as 8-bit sRGB and an alpha channel."""

from __future__ import annotations

import io
from typing import NamedTuple

import numpy as np
from PIL import Image as Pillow
from PIL import ImageCms

from engine.messages import Image

PROFILE_IGNORED = "Its colour profile could not be used, so colours may look different."


class Colours(NamedTuple):
    pixels: Image  # (H, W, 3) sRGB
    alpha: Image | None  # (H, W); None: opaque everywhere
    notice: str


def to_srgb(picture: Pillow.Image) -> Colours:
    """A decoded picture of any mode. Raises ValueError, with the reason, if its numbers have no known brightness."""
    profile = picture.info.get("icc_profile")
    picture = _eight_bit(picture)
    alpha = None
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        alpha = _opaque_is_none(np.asarray(picture.getchannel("A")))
        picture = picture.convert("RGB")
    picture, notice = _managed(picture, profile)
    return Colours(np.array(picture.convert("RGB")), alpha, notice)


def _eight_bit(picture: Pillow.Image) -> Pillow.Image:
    """Wide grey pictures are scaled; all others are 8-bit by Pillow's decoding already."""
    if picture.mode.startswith("I"):
        values = np.asarray(picture).astype(np.int64)
        if values.min() < 0 or values.max() > 65535:
            raise ValueError("its grey values go beyond 16 bits")
        return Pillow.fromarray(((values * 255 + 32767) // 65535).astype(np.uint8))
    if picture.mode == "F":
        values = np.asarray(picture)
        if not (np.isfinite(values).all() and values.min() >= 0 and values.max() <= 1):
            raise ValueError("its grey values are fractions outside the range from 0 to 1")
        return Pillow.fromarray(np.round(values * 255).astype(np.uint8))
    return picture


def _opaque_is_none(alpha: np.ndarray) -> Image | None:
    return None if (alpha == 255).all() else np.array(alpha)


def _managed(picture: Pillow.Image, profile: bytes | None) -> tuple[Pillow.Image, str]:
    """Converted from its embedded colour profile to sRGB, and a notice if that failed."""
    srgb = ImageCms.createProfile("sRGB")
    if picture.mode == "LAB":
        lab = ImageCms.createProfile("LAB")
        return ImageCms.profileToProfile(picture, lab, srgb, outputMode="RGB") or picture, ""
    if not profile:
        return picture, ""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if ImageCms.getProfileDescription(source).startswith("sRGB"):
            return picture, ""  # a round trip would change pixels by rounding
        mode = picture.mode if picture.mode in ("L", "RGB", "CMYK") else "RGB"
        relative = ImageCms.Intent.RELATIVE_COLORIMETRIC
        return ImageCms.profileToProfile(picture.convert(mode), source, srgb, relative, outputMode="RGB") or picture, ""
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return picture, PROFILE_IGNORED
