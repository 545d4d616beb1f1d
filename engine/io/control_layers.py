"""What a picture was made from, each as a file of its own: skeletons, heat map, keypoints, map, matte, difference."""

from __future__ import annotations

import colorsys
import json

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.arrays import UInt8
from engine.document import Document
from engine.io.keypoints import openpose
from engine.io.keypoints.common import Asked
from engine.labels import LABEL_COLOURS, LABEL_NAMES
from engine.messages import Image
from engine.skeleton import BONES, JOINTS, Keypoints

STICK = 4.0  # pixels at a shorter side of 512, as OpenPose's own pictures have it
DIMMED = 0.6  # of a bone's colour; joints have all of it
SIGMA = 12.0  # pixels of the heat map at a shorter side of 512


def _hue(share: float) -> tuple[int, int, int]:
    red, green, blue = (round(255 * part) for part in colorsys.hsv_to_rgb(share, 1, 1))
    return red, green, blue


COLOURS = tuple(_hue(joint / len(JOINTS)) for joint in JOINTS)  # round the circle, as in OpenPose's pictures


def layers(
    document: Document, photo: Image, picture: Image, matte: UInt8 | None, labels: UInt8 | None
) -> dict[str, Image | bytes]:
    """By the end of their file names: pictures (H, W, 3) or (H, W) uint8, and JSON.

    photo, picture  (H, W, 3); matte and labels (H, W) are those of the photo, None: left out
    """
    source, target = document.source, document.target.keypoints
    height, width = photo.shape[:2]
    found: dict[str, Image | bytes] = {
        "skeleton.png": skeleton(target, width, height),
        "heatmap.png": heatmap(target, width, height),
        "keypoints.json": openpose.write(Asked(source.name, width, height), target),
        "difference.png": cv2.absdiff(picture, photo),  # type: ignore[dict-item]
        "source-skeleton.png": skeleton(source.keypoints, width, height),
        "source-keypoints.json": openpose.write(Asked(source.name, width, height), source.keypoints),
    }
    if matte is not None:
        found["source-matte.png"] = matte
    if labels is not None:
        found["source-labels.png"] = labels
        found["source-labels-colours.png"] = np.array(LABEL_COLOURS, np.uint8)[labels]
        found["source-labels.json"] = legend()
    return found


def skeleton(pose: Keypoints, width: int, height: int) -> Image:
    """(height, width, 3): bones and joints in OpenPose's colours on black; what is absent is left out."""
    picture = np.zeros((height, width, 3), np.uint8)
    stick = STICK * min(width, height) / 512
    for bone, (a, b) in enumerate(BONES):
        if pose.present(a) and pose.present(b):
            colour = tuple(DIMMED * c for c in COLOURS[bone])
            cv2.fillConvexPoly(picture, _lens(pose, a, b, stick), colour, cv2.LINE_AA, _SHIFT)
    for joint in JOINTS:
        if pose.present(joint):
            centre = tuple(round(v * 2**_SHIFT) for v in pose[joint])
            cv2.circle(picture, centre, round(stick * 2**_SHIFT), COLOURS[joint], -1, cv2.LINE_AA, _SHIFT)
    return picture


def heatmap(pose: Keypoints, width: int, height: int) -> Image:
    """(height, width): a bell of height 255 over every joint, where they overlap the higher one."""
    sigma = SIGMA * min(width, height) / 512
    highest = np.zeros((height, width), np.float32)
    for x, y in pose.present_points():
        across = np.exp(-((np.arange(width, dtype=np.float32) - x) ** 2) / (2 * sigma**2))
        down = np.exp(-((np.arange(height, dtype=np.float32) - y) ** 2) / (2 * sigma**2))
        np.maximum(highest, np.outer(down, across), out=highest)
    return (255 * highest).round().astype(np.uint8)


def legend() -> bytes:
    classes = [{"index": i, "name": name, "colour": LABEL_COLOURS[i]} for i, name in enumerate(LABEL_NAMES)]
    return json.dumps({"classes": classes}, indent=1).encode()


_SHIFT = 4  # binary places of OpenCV's coordinates


def _lens(pose: Keypoints, a: int, b: int, stick: float) -> NDArray[np.int32]:
    """Outline (64, 2) of an ellipse from joint to joint, `stick` half as wide, in OpenCV's fixed point."""
    start, end = np.array(pose[a]), np.array(pose[b])
    along, turns = (end - start) / 2, np.linspace(0, 2 * np.pi, 64, endpoint=False)[:, None]
    length = np.hypot(*along)
    across = np.array([-along[1], along[0]]) / length * stick if length > 0 else np.zeros(2)
    outline = (start + end) / 2 + np.cos(turns) * along + np.sin(turns) * across
    return (outline * 2**_SHIFT).round().astype(np.int32)
