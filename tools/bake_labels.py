"""Names for parts of the body: face sets, keypoints, landmarks, groups of vertices."""

from __future__ import annotations

import numpy as np
from bake_source import Source
from numpy.typing import NDArray

# The ten charts of SMPL's atlas (lwg.md 2.5), then what lies inside the head.
PARTS = (
    "head", "torso", "left arm", "right arm", "left leg", "right leg", "left hand", "right hand", "left foot",
    "right foot", "left eye", "right eye", "left eye socket", "right eye socket", "mouth inside",
)  # fmt: skip
PART_OF_JOINT = (1, 4, 5, 1, 4, 5, 1, 8, 9, 1, 8, 9, 0, 1, 1, 0, 2, 3, 2, 3, 6, 7, 6, 7)
INSIDE = {
    10: ("eye_back.L", "eye_front.L"), 11: ("eye_back.R", "eye_front.R"), 12: ("eye_cavity.L",),
    13: ("eye_cavity.R",), 14: ("mouth_cavity",),
}  # fmt: skip
FACE_POINTS = ("nose", "right_eye", "left_eye", "right_ear", "left_ear")  # keypoints 0, 14, 15, 16, 17

# Groups of vertices that a face action moves at least half as far as it moves any.
GROUPS = {
    "left upper lid": "eyeBlinkLeft", "right upper lid": "eyeBlinkRight",
    "left lower lid": "eyeSquintLeft", "right lower lid": "eyeSquintRight",
    "left brow": "browOuterUpLeft", "right brow": "browOuterUpRight", "inner brows": "browInnerUp",
    "upper lip": "mouthRollUpper", "lower lip": "mouthRollLower", "jaw": "jawOpen", "cheeks": "cheekPuff",
}  # fmt: skip


def tongue(source: Source) -> tuple[NDArray, NDArray]:
    """Faces (F, 3) without the tongue, renumbered, and the indices (V,) of the vertices kept."""
    faces = source.faces[~source.segment("tongue")]
    kept, renumbered = np.unique(faces, return_inverse=True)
    return renumbered.reshape(-1, 3), kept


def face_sets(source: Source, faces: NDArray, weights: NDArray, kept: NDArray) -> dict[str, NDArray]:
    """Part of each face, and texture coordinates."""
    keep = ~source.segment("tongue")
    dominant = weights[faces].sum(axis=1).argmax(axis=1)  # joint that moves most of the face
    parts = np.array(PART_OF_JOINT)[dominant]
    for part, labels in INSIDE.items():
        parts[source.segment(*labels)[keep]] = part
    used, renumbered = np.unique(source.uv_faces[keep], return_inverse=True)
    return {
        "part_names": np.array(PARTS),
        "parts": parts.astype(np.uint8),
        "uv": source.uv[used].astype(np.float32),
        "uv_faces": renumbered.reshape(-1, 3).astype(np.uint16),
    }


def keypoint_rows(source: Source, template: NDArray, kept: NDArray) -> dict[str, NDArray]:
    """Regressor rows (5, V) of nose, right eye, left eye, right ear, left ear, and the vertex nearest to each."""
    rows = np.stack([source.coco(name)[kept] for name in FACE_POINTS])
    rows[np.abs(rows) < 1e-4] = 0
    rows /= rows.sum(axis=1, keepdims=True)
    places = rows @ template
    nearest = np.linalg.norm(template[None] - places[:, None], axis=2).argmin(axis=1)
    return {"face_regressor": rows.astype(np.float32), "face_vertices": nearest.astype(np.uint16)}


def landmarks(arrays: dict[str, NDArray]) -> dict[str, NDArray]:
    """Groups of vertices by name, one flat list with a name index each, and single vertices by name."""
    groups = _groups(arrays)
    names = list(groups)
    points = _points(arrays["v_template"], groups)
    return {
        "group_names": np.array(names),
        "group_index": np.concatenate([np.full(len(groups[n]), i) for i, n in enumerate(names)]).astype(np.uint8),
        "group_vertices": np.concatenate([groups[n] for n in names]).astype(np.uint16),
        "landmark_names": np.array(list(points)),
        "landmarks": np.array(list(points.values()), np.uint16),
    }


def _groups(arrays: dict[str, NDArray]) -> dict[str, NDArray]:
    names = [str(name) for name in arrays["action_names"]]
    groups = {}
    for group, action in GROUPS.items():
        moved = np.linalg.norm(arrays["actions"][:, :, names.index(action)].astype(np.float64), axis=1)
        groups[group] = arrays["action_vertices"][moved > 0.5 * moved.max()]
    for part in ("left eye", "right eye"):
        faces = arrays["f"][arrays["parts"] == PARTS.index(part)]
        groups[part] = np.unique(faces)
    return groups


def _points(template: NDArray, groups: dict[str, NDArray]) -> dict[str, int]:
    x, y, z = template.astype(np.float64).T
    points: dict[str, int] = {}

    def pick(name: str, among: NDArray, value: NDArray) -> None:
        points[name] = int(among[value[among].argmax()])

    lips = np.union1d(groups["upper lip"], groups["lower lip"])
    pick("left mouth corner", lips, x)
    pick("right mouth corner", lips, -x)
    middle = np.flatnonzero(np.abs(x) < 0.004)
    for name in ("upper lip", "lower lip"):
        pick(name, groups[name], z - 4 * np.abs(x))
    pick("crown", middle, y)
    mouth = y[lips].mean()
    head = middle[(y[middle] > mouth - 0.07) & (z[middle] > z[lips].max() - 0.04)]
    pick("nose tip", head[y[head] > mouth], z)
    pick("chin", head[y[head] < mouth - 0.035], z)
    for side, sign in (("left", 1), ("right", -1)):
        pick(f"{side} pupil", groups[f"{side} eye"], z)
        eye = template[groups[f"{side} eye"]].mean(axis=0)
        lids = np.union1d(groups[f"{side} upper lid"], groups[f"{side} lower lid"])
        lids = lids[(z[lids] > eye[2] - 0.004) & (np.abs(y[lids] - eye[1]) < 0.01)]
        pick(f"{side} outer eye corner", lids, sign * x)
        pick(f"{side} inner eye corner", lids, -sign * x)
    return points
