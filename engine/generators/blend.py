"""Laying one picture over another."""

from __future__ import annotations

import cv2

from engine.arrays import UInt8


def blend(canvas: UInt8, over: UInt8) -> None:
    """Lay (H, W, 4), colour not multiplied by its matte, over (H, W, 3), in place."""
    alpha = cv2.cvtColor(over[..., 3], cv2.COLOR_GRAY2RGB)
    rest = cv2.multiply(canvas, 255 - alpha, scale=1 / 255)
    own = cv2.multiply(cv2.cvtColor(over, cv2.COLOR_RGBA2RGB), alpha, scale=1 / 255)
    cv2.add(rest, own, dst=rest)
    canvas[:] = rest
