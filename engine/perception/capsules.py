"""A figure of capsules around the bones: where the body surely is, probably is, and cannot be.

Radii are shares of the torso scale (deformation.torso_scale), measured by eye on clothed people.
"""

from __future__ import annotations

import cv2
import numpy as np

from engine.arrays import Int32, UInt8
from engine.geometry import Point, bounding_box, distance, middle
from engine.skeleton import (
    HEAD,
    L_ANKLE,
    L_EAR,
    L_ELBOW,
    L_EYE,
    L_HIP,
    L_KNEE,
    L_SHOULDER,
    L_WRIST,
    NECK,
    NOSE,
    R_ANKLE,
    R_EAR,
    R_ELBOW,
    R_EYE,
    R_HIP,
    R_KNEE,
    R_SHOULDER,
    R_WRIST,
    REQUIRED,
    Keypoints,
)

Mask = UInt8  # (H, W), 0 or 255
Capsule = tuple[Point, Point, float]  # from, to, radius in pixels
ARMS = ((R_SHOULDER, R_ELBOW, R_WRIST), (L_SHOULDER, L_ELBOW, L_WRIST))
HEAD_CORE = 0.65  # a skull is the same for everyone: however thin the limbs are drawn, this much of it is there
LEGS = ((R_HIP, R_KNEE, R_ANKLE), (L_HIP, L_KNEE, L_ANKLE))


def body_size(pose: Keypoints) -> float:
    """Torso height in pixels; from the whole figure's extent where shoulders or hips are absent; at least 1."""
    if all(pose.present(j) for j in REQUIRED):
        hips, shoulders = pose.spine()
        width = distance(pose[R_SHOULDER], pose[L_SHOULDER])
        return max(distance(hips, shoulders), 1.2 * width, 1.0)  # a torso seen end-on is still as big
    box = bounding_box(pose.present_points() or [Point(0, 0)])
    return max(0.3 * max(box.width, box.height), 1.0)


def head_circle(pose: Keypoints) -> tuple[Point, float] | None:
    """Centre and radius of the skull with hair; None without any head joint."""
    points = [pose[j] for j in HEAD if pose.present(j)]
    if not points:
        return None
    ears = [pose[j] for j in (R_EAR, L_EAR, R_EYE, L_EYE) if pose.present(j)] or points
    centre = middle(ears[0], ears[-1]) if len(ears) > 1 else ears[0]
    size = body_size(pose)
    if not pose.present(NECK):
        return centre, 0.3 * size
    reach = min(0.8 * size, max(0.35 * size, distance(centre, pose[NECK])))
    up = Point(centre.x + 0.12 * (centre.x - pose[NECK].x), centre.y + 0.12 * (centre.y - pose[NECK].y))
    return up, 0.55 * reach


def capsules(pose: Keypoints, thickness: float = 1.0) -> list[Capsule]:
    """The body as capsules; `thickness` scales every radius."""
    size, found = body_size(pose), list[Capsule]()

    def bone(a: int, b: int, radius: float, beyond: float = 0.0) -> None:
        if pose.present(a) and pose.present(b):
            p, q = pose[a], pose[b]
            end = Point(q.x + beyond * (q.x - p.x), q.y + beyond * (q.y - p.y))
            found.append((p, end, radius * size * thickness))

    for shoulder, elbow, wrist in ARMS:
        bone(shoulder, elbow, 0.13)
        bone(elbow, wrist, 0.10, beyond=0.35)  # the hand
    for hip, knee, ankle in LEGS:
        bone(hip, knee, 0.18)
        if pose.present(hip) and not pose.present(knee):  # cut off by the frame: the thigh goes on downwards
            found.append((pose[hip], pose[hip].moved(0, 0.9 * size), 0.18 * size * thickness))
        bone(knee, ankle, 0.13, beyond=0.12)
        if pose.present(ankle):
            foot = pose[ankle]
            found.append((foot, foot.moved(0, 0.1 * size), 0.16 * size * thickness))
    for a, b in ((R_SHOULDER, L_SHOULDER), (R_HIP, L_HIP)):
        bone(a, b, 0.12)
    bone(NECK, NOSE, 0.1)
    if head := head_circle(pose):
        found.append((head[0], head[0], head[1] * max(thickness, HEAD_CORE)))
    return found


def draw(pose: Keypoints, height: int, width: int, thickness: float = 1.0) -> Mask:
    """Filled torso and capsules (height, width)."""
    mask = np.zeros((height, width), np.uint8)
    torso = [pose[j] for j in (R_SHOULDER, L_SHOULDER, L_HIP, R_HIP) if pose.present(j)]
    if len(torso) > 2:
        cv2.fillPoly(mask, [_fixed(torso)], 255, shift=4)
    for a, b, radius in capsules(pose, thickness):
        ends = _fixed([a, b])
        cv2.line(mask, ends[0].tolist(), ends[1].tolist(), 255, max(1, round(2 * radius)), shift=4)
        cv2.circle(mask, ends[0].tolist(), max(1, round(16 * radius)), 255, -1, shift=4)
    return mask


def _fixed(points: list[Point]) -> Int32:
    """OpenCV's fixed-point coordinates with 4 fractional bits, kept within what it can draw."""
    return np.round(np.clip(np.array(points, float), -20000, 20000) * 16).astype(np.int32)
