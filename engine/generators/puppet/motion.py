"""From two poses to the motion of every layer, and the order in which layers cover each other."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from engine.document import Document
from engine.generators import deformation
from engine.generators.deformation import HEAD_PART, LIMB_PARTS, NO_POINT, TORSO
from engine.generators.puppet import raster
from engine.generators.puppet.layers import NAMES, PARTS, Layer
from engine.generators.puppet.mesh import Mesh, posed
from engine.generators.puppet.warp import Flow, Grid, displacement, folds
from engine.geometry import Affine, inverse
from engine.skeleton import HEAD, LIMBS, NECK, Keypoints, Visibility

Maps = list[Affine | None]  # one for each part
OPPOSITE = {"right arm": "left arm", "left arm": "right arm", "right leg": "left leg", "left leg": "right leg"}
RANKS = {"back": 0, "leg": 1, "body": 2, "arm": 3, "front": 4}


def flows(
    name: str, layers: dict[str, Layer], meshes: dict[str, Mesh], source: Keypoints, target: Keypoints, grid: Grid
) -> list[Flow]:
    """What is seen in the place of layer `name`: its own pixels, and for parts the photo lacks those of the other side."""
    forward = forward_maps(source, target)
    found = [_flow(layers[name], meshes[name], forward, grid, name)] if name in layers else []
    other = OPPOSITE.get(name, "")
    borrowed = _borrowed(name, forward, source) if other in layers else []
    if any(f is not None for f in borrowed):
        found.append(_flow(layers[other], meshes[other], borrowed, grid, name))
    return found


def moved_by(name: str, source: Keypoints, target: Keypoints) -> tuple[bytes | None, ...]:
    """All that `flows` takes from the two poses, for comparing: dragging one wrist leaves the other limbs' maps alone."""
    forward = forward_maps(source, target)
    parts = (*PARTS.get(name, (HEAD_PART,)), TORSO)
    return tuple(None if (f := forward[p]) is None else f.tobytes() for p in parts)


@lru_cache(maxsize=16)
def forward_maps(source: Keypoints, target: Keypoints) -> Maps:
    """The ten part maps turned round: photo to target. None for a part the target does not have."""
    maps = deformation.part_maps(source, target)
    torso = _inverted(maps[TORSO])
    head = _head_similarity(source, target)
    limbs = [_inverted(m) for m in maps[2:]]
    return [torso, torso if head is None else head, *limbs]


def order(document: Document) -> tuple[str, ...]:
    """Layer names from the back to the front."""
    depths = dict(zip(LIMBS, document.target.depths, strict=True))

    def rank(name: str) -> int:
        depth = depths.get(name, "automatic")
        if depth == "automatic" and _went_behind(name, document):
            depth = "back"
        return RANKS[name.split()[-1] if depth == "automatic" else depth]

    return tuple(sorted(NAMES, key=rank))


def reordered(document: Document) -> frozenset[str]:
    """Limbs that the user, or a joint newly hidden, put elsewhere than they are in the photo."""
    depths = zip(LIMBS, document.target.depths, strict=True)
    return frozenset(name for name, depth in depths if depth != "automatic" or _went_behind(name, document))


def _went_behind(name: str, document: Document) -> bool:
    """Whether the end of a limb is hidden in the target and was not in the photo."""
    if name not in LIMBS:
        return False
    before, after = document.source.keypoints, document.target.keypoints
    return any(
        after.visibility[j] == Visibility.HIDDEN and before.visibility[j] == Visibility.VISIBLE for j in LIMBS[name][1:]
    )


def _flow(layer: Layer, shape: Mesh, forward: Maps, grid: Grid, shown_as: str) -> Flow:
    vertices, drawn = posed(shape, forward)
    triangles = shape.triangles[drawn[shape.triangles].all(axis=1)]
    on_grid = np.clip(vertices / grid.step, -1e5, 1e5)
    corners = on_grid[triangles].reshape(-1, 2) if len(triangles) else np.zeros((1, 2))
    low = np.clip(np.floor(corners.min(axis=0)), 0, (grid.width - 1, grid.height - 1)).astype(int)
    high = np.clip(np.ceil(corners.max(axis=0)) + 1, low + 1, (grid.width, grid.height)).astype(int)
    (left, top), (width, height) = low.tolist(), (high - low).tolist()
    source = raster.backward_map(on_grid - low, shape.vertices, triangles, height, width)
    own = shape.occupied if shown_as == layer.name else np.zeros_like(shape.occupied)
    changed = displacement(source, left, top, own, grid)
    covered = np.isfinite(source[..., 0])
    if shown_as != layer.name:  # a borrowed limb comes in addition, its own place stays as it is
        changed[top : top + height, left : left + width] = covered * np.uint8(255)
    origin = np.array((layer.left, layer.top), np.float32)
    local = np.where(covered[..., None], source - origin, 0).astype(np.float32)
    coverage = covered.astype(np.float32)
    return Flow(layer, shown_as, local, coverage, folds(source, grid.step), left, top, changed)


def _borrowed(limb: str, forward: Maps, source: Keypoints) -> Maps:
    """Maps that move the opposite limb's pixels into the place of the parts that `limb` lacks in the photo."""
    maps: Maps = [None] * len(forward)
    for part in PARTS[limb]:
        bone = LIMB_PARTS[part - 2]
        if not (source.present(bone.start) and source.present(bone.end)):
            maps[bone.opposite + 2] = forward[part]
    return maps


def _inverted(affine: Affine) -> Affine | None:
    return None if np.array_equal(affine, NO_POINT) else inverse(affine)


def _head_similarity(source: Keypoints, target: Keypoints) -> Affine | None:
    """Turn, shift and scale of the head, photo to target, from the head joints and the neck (least squares).

    DSC's head map is a full affine map and would shear the face.
    """
    joints = [j for j in (NECK, *HEAD) if source.present(j) and target.present(j)]
    if len(joints) < 2:
        return None
    p = np.array([complex(*source[j]) for j in joints])
    q = np.array([complex(*target[j]) for j in joints])
    centred = p - p.mean()
    if (spread := float((np.abs(centred) ** 2).sum())) < 1e-6:
        return None
    turn = complex((np.conj(centred) * (q - q.mean())).sum()) / spread
    shift = complex(q.mean()) - turn * complex(p.mean())
    return np.array([[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag]])
