"""The person cut into layers that can pass before and behind each other: the body with the head, two arms, two legs.

Cut once per photo, at the photo's size. What one layer hides of another is invented, so that a lifted arm
uncovers a shirt and no hole.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.arrays import Float32, Int32, UInt8
from engine.generators.deformation import HEAD_PART, TORSO
from engine.geometry import Point, middle
from engine.perception.capsules import body_size, head_circle
from engine.skeleton import L_HIP, L_SHOULDER, LIMBS, NECK, R_HIP, R_SHOULDER, Keypoints

BODY, NAMES = 0, ("body", *LIMBS)
CUTTING_SIZE = 320  # longer side in pixels at which layers are told apart
# Radii around the bones, shares of the body size: surely this layer; at the
# most this layer; goes on behind others; discs shared with the body.
CORE = {"body": 0.13, "right arm": 0.04, "left arm": 0.04, "right leg": 0.08, "left leg": 0.08}
REACH = {"right arm": 0.24, "left arm": 0.24, "right leg": 0.45, "left leg": 0.45}
BEHIND = {"body": 0.2, "right arm": 0.09, "left arm": 0.09, "right leg": 0.15, "left leg": 0.15}
SOCKETS = {"right arm": 0.08, "left arm": 0.08, "right leg": 0.17, "left leg": 0.17}
FRONT = ("right arm", "left arm")  # usually before the others: give up the seam, so that no rim of them comes along
HANDS = (8, 9)  # parts that end in a hand
PARTS = {"right arm": (6, 8), "left arm": (7, 9), "right leg": (2, 4), "left leg": (3, 5)}  # of PART_NAMES


@dataclass(frozen=True)
class Bone:
    start: Point  # photo pixels
    end: Point
    part: int  # index into deformation.PART_NAMES: the map that moves it


@dataclass(frozen=True)
class Layer:
    """One layer, as large as its bounding box in the photo."""

    name: str  # one of NAMES
    bones: tuple[Bone, ...]  # of the pose in the photo
    left: int  # of the box, photo pixels
    top: int
    colour: UInt8  # (h, w, 4): RGB, not multiplied by the matte, and the layer's own matte


def chain(pose: Keypoints, name: str) -> tuple[Bone, ...]:
    """Bones of a layer that are present, from the trunk outwards."""
    hips, shoulders = pose.spine()
    neck = pose[NECK] if pose.present(NECK) else shoulders
    if name == "body":
        head = head_circle(pose)
        chest = Point(neck.x + 0.15 * (hips.x - neck.x), neck.y + 0.15 * (hips.y - neck.y))  # the chin is the head's
        trunk = (Bone(chest, hips, TORSO),)
        return trunk + ((Bone(neck, head[0], HEAD_PART),) if head else ())
    root, mid, end = LIMBS[name]
    upper, lower = PARTS[name]
    anchor = neck if root in (R_SHOULDER, L_SHOULDER) else middle(pose[R_HIP], pose[L_HIP])
    bones = [Bone(anchor, pose[root], TORSO)]
    if pose.present(mid):
        bones.append(Bone(pose[root], pose[mid], upper))
        if pose.present(end):
            bones.append(Bone(pose[mid], pose[end], lower))
    return tuple(bones)


def cut(photo: UInt8, matte: UInt8, plate: UInt8, pose: Keypoints) -> list[Layer]:
    """Layers of a photo (H, W, 3) with its matte (H, W) and background plate (H, W, 3), in the order of NAMES."""
    height, width = matte.shape
    scale = min(1.0, CUTTING_SIZE / max(height, width))
    size = (max(2, round(scale * width)), max(2, round(scale * height)))
    small = cv2.resize(photo, size, interpolation=cv2.INTER_AREA)
    small_matte = cv2.resize(matte, size, interpolation=cv2.INTER_AREA)
    owners = _owners(small, small_matte, pose, scale)
    owners[cv2.dilate(small_matte, np.ones((5, 5), np.uint8)) == 0] = 0
    clean = decontaminated(photo, matte, plate)
    return [
        _layer(name, owners, clean, matte, pose, scale)
        for name in NAMES
        if name == "body" or len(chain(pose, name)) > 1
    ]


def decontaminated(photo: UInt8, matte: UInt8, plate: UInt8) -> UInt8:
    """The person's own colour (H, W, 3) along the soft edge: the share of the background is taken out."""
    edge = (matte > 0) & (matte < 255)
    alpha = matte[edge].astype(np.float32)[:, None] / 255
    clean = photo.copy()
    own = (photo[edge] - (1 - alpha) * plate[edge]) / np.maximum(alpha, 0.25)
    clean[edge] = np.rint(np.clip(own, 0, 255))
    return clean


def _owners(photo: UInt8, matte: UInt8, pose: Keypoints, scale: float) -> Int32:
    """Layer index + 1 for every pixel (h, w): watershed on the photo from cores around the bones."""
    seeds, size = np.zeros(matte.shape, np.int32), body_size(pose) * scale
    _fill(seeds, _trunk(pose, across_shoulders=0.78, across_hips=1.2), BODY + 1, scale)
    for name in NAMES[::-1]:
        for bone in chain(pose, name)[0 if name == "body" else 1 :]:
            _line(seeds, _with_hand(bone), NAMES.index(name) + 1, CORE[name] * size, scale)
    seeds[(matte < 16) & (seeds == 0)] = len(NAMES) + 1
    cv2.watershed(cv2.bilateralFilter(photo, 5, 25, 3), seeds)
    seeds[seeds == len(NAMES) + 1] = -1
    owners = _nearest(seeds)
    for name, reach in REACH.items():  # hair falling over a shoulder is no arm
        near = np.zeros(matte.shape, np.uint8)
        for bone in chain(pose, name)[1:]:
            _line(near, _with_hand(bone), 1, reach * size, scale)
        owners[(owners == NAMES.index(name) + 1) & (near == 0)] = BODY + 1
    return owners


def _trunk(pose: Keypoints, across_shoulders: float, across_hips: float) -> NDArray[np.float64]:
    """Corners (4, 2) of the torso, its joints drawn apart by the given factors."""
    corners = []
    for right, left, factor in ((R_SHOULDER, L_SHOULDER, across_shoulders), (L_HIP, R_HIP, across_hips)):
        a, b = np.array(pose[right]), np.array(pose[left])
        corners += [(a + b) / 2 + factor * (p - (a + b) / 2) for p in (a, b)]
    return np.array(corners)


def _with_hand(bone: Bone) -> Bone:
    """A forearm made longer by the hand, any other bone as it is."""
    if bone.part not in HANDS:
        return bone
    (ax, ay), (bx, by) = bone.start, bone.end
    return Bone(bone.start, Point(bx + 0.3 * (bx - ax), by + 0.3 * (by - ay)), bone.part)


def _fill(canvas: NDArray, corners: NDArray[np.float64], value: int, scale: float) -> None:
    cv2.fillPoly(canvas, [_reduced(corners, scale)], value)


def _line(canvas: NDArray, bone: Bone, value: int, radius: float, scale: float) -> None:
    a, b = _reduced(np.array([bone.start, bone.end]), scale).tolist()
    cv2.line(canvas, a, b, value, max(1, round(2 * radius)))


def _reduced(points: NDArray[np.float64], scale: float) -> Int32:
    """Photo pixels (N, 2) to the pixels of a picture `scale` times as large, pixel centres at integers in both."""
    return np.round(np.clip((points + 0.5) * scale - 0.5, -5000, 5000)).astype(np.int32)


def _nearest(seeds: Int32) -> Int32:
    """Unowned pixels (≤ 0: watershed lines and background) go to the nearest owner."""
    unowned = (seeds <= 0).astype(np.uint8)
    _, nearest = cv2.distanceTransformWithLabels(unowned, cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL)
    owner = np.zeros(nearest.max() + 1, np.int32)
    owned: NDArray[np.intp] = nearest.astype(np.intp)
    owner[owned[unowned == 0]] = seeds[unowned == 0]
    return owner[owned]


def _layer(
    name: str,
    owners: Int32,
    clean: UInt8,
    matte: UInt8,
    pose: Keypoints,
    scale: float,
) -> Layer:
    height, width = matte.shape
    own = (owners == NAMES.index(name) + 1).astype(np.uint8)
    others = (1 - own) & (owners > 0)
    known = own & (1 - cv2.dilate(others, np.ones((3, 3), np.uint8)))  # the seam itself may belong to either
    if name in FRONT:
        own = known
    if name == "body":
        sockets = _sockets(owners, pose, scale)
        own, known = own | sockets, known | sockets
    area = own | _behind(name, owners.shape, pose, scale)
    share = cv2.GaussianBlur(area.astype(np.float32), (0, 0), 0.7)
    left, top, right, bottom = _box(share, scale, width, height)
    part = slice(top, bottom), slice(left, right)
    to_small = np.array([[scale, 0, (left + 0.5) * scale - 0.5], [0, scale, (top + 0.5) * scale - 0.5]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP

    def enlarged(mask: Float32) -> Float32:
        return cv2.warpAffine(
            mask, to_small, (right - left, bottom - top), flags=flags, borderMode=cv2.BORDER_REPLICATE
        )

    crisp = np.clip((enlarged(share) - 0.5) * max(1.0, 0.8 / scale) + 0.5, 0, 1)
    alpha = np.rint(crisp * matte[part]).astype(np.uint8)
    colour = _continued(clean[part], enlarged(known * np.uint8(255)))
    return Layer(name, chain(pose, name), left, top, np.dstack([colour, alpha]))


def _sockets(owners: Int32, pose: Keypoints, scale: float) -> UInt8:
    """0 or 1 (h, w): discs around hips and shoulders that the body shares with its limbs, as in a paper puppet."""
    hips, shoulders = (np.zeros(owners.shape, np.uint8) for _ in range(2))
    size = body_size(pose) * scale
    for name, radius in SOCKETS.items():
        joint = pose[LIMBS[name][0]]
        _line(shoulders if name in FRONT else hips, Bone(joint, joint, TORSO), 1, radius * size, scale)
    _line(hips, Bone(pose[R_HIP], pose[L_HIP], TORSO), 1, 0.8 * SOCKETS["right leg"] * size, scale)
    arms = np.isin(owners, [NAMES.index(name) + 1 for name in FRONT])  # a hand at the hip is no hip
    return shoulders | (hips & ~arms)


def _behind(name: str, shape: tuple[int, ...], pose: Keypoints, scale: float) -> UInt8:
    """0 or 1 (h, w): where this layer surely goes on even if another one lies before it."""
    area, size = np.zeros(shape, np.uint8), body_size(pose) * scale
    if name == "body":
        _fill(area, _trunk(pose, across_shoulders=0.9, across_hips=1.1), 1, scale)
    for bone in chain(pose, name)[1:]:
        _line(area, bone, 1, BEHIND[name] * size, scale)
    return area


def _continued(colour: UInt8, known: UInt8) -> UInt8:
    """Colour (h, w, 3) carried on from where `known` (h, w) is 255 over everything else; invented at a reduced size."""
    if known.min() == 255:
        return colour
    scale = min(1.0, 160 / max(known.shape))
    size = (max(1, round(scale * known.shape[1])), max(1, round(scale * known.shape[0])))
    hole = np.where(cv2.resize(known, size, interpolation=cv2.INTER_AREA) < 250, 255, 0).astype(np.uint8)
    hole = cv2.dilate(hole, np.ones((3, 3), np.uint8))
    if hole.all():
        return colour
    small = cv2.inpaint(cv2.resize(colour, size, interpolation=cv2.INTER_AREA), hole, 3, cv2.INPAINT_TELEA)
    large = cv2.resize(small, (known.shape[1], known.shape[0]), interpolation=cv2.INTER_CUBIC)
    share = known[..., None].astype(np.float32) / 255
    return np.rint(colour * share + large * (1 - share)).astype(np.uint8)


def _box(mask: Float32, scale: float, width: int, height: int) -> tuple[int, int, int, int]:
    """left, top, right, bottom in photo pixels around everything above zero in a reduced mask; one pixel if nothing is."""
    left, top, across, down = cv2.boundingRect((mask > 0).astype(np.uint8))
    if not across:
        return 0, 0, 1, 1
    low = max(0, int((left - 1) / scale)), max(0, int((top - 1) / scale))
    high = min(width, round((left + across + 1) / scale)), min(height, round((top + down + 1) / scale))
    return *low, *high
