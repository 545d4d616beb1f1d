"""Linear components of the body: shape, head identity, face actions, and the joint regressor."""

from __future__ import annotations

import numpy as np
from bake_source import Source
from numpy.typing import NDArray
from scipy.optimize import nnls  # pyright: ignore[reportMissingImports]

SHAPES, IDENTITIES = 10, 24
HEAD = 15
FACE_CHANGES = ("cheek", "chin", "ear-", "eye", "forehead", "head-", "mouth", "nose")
CALM = ("head-age-incr", "head-angle-out", "head-trans", "head-fat", "head-scale", "head-back", "forehead-scale")


def shape_components(vertices: NDArray) -> tuple[NDArray, NDArray, NDArray]:
    """Template (V, 3), shapedirs (V, 3, 10) and betas (N, 10) of T-posed people (N, V, 3); betas are N(0, 1)."""
    flat = vertices.reshape(len(vertices), -1)
    mean = flat.mean(axis=0)
    scores, spread, components = _principal(flat - mean, SHAPES)
    tall = np.ptp(vertices[:, :, 1], axis=1)
    print(f"stature {tall.mean():.2f} ± {tall.std():.2f} m")
    print(f"shape: {SHAPES} components explain {spread:.2%} of the variance")
    return mean.reshape(-1, 3), components.T.reshape(-1, 3, SHAPES), scores


def _principal(centred: NDArray, count: int) -> tuple[NDArray, float, NDArray]:
    """Scores (N, count) of unit variance, share of the variance, components (count, D) scaled to it."""
    values, vectors = np.linalg.eigh(centred @ centred.T)
    values, vectors = values[::-1], vectors[:, ::-1][:, :count]
    scores = vectors * np.sqrt(len(centred))
    components = scores.T @ centred / len(centred)
    signs = np.sign(components[np.arange(count), np.abs(components).argmax(axis=1)])
    return scores * signs, float(values[:count].sum() / values.sum()), components * signs[:, None]


def joint_regressor(vertices: NDArray, joints: NDArray, weights: NDArray, near: int = 240) -> NDArray:
    """(24, V), rows summing to one, from T-posed people (N, V, 3) and their joints (N, 24, 3).

    Candidates are drawn all round the joint. Vertices of the head take no part, so that faces can change without
    moving the neck; the head's own joint lies above all others and is reached by negative weights too, as in SMPL.
    """
    r, few, few_joints = np.random.default_rng(5), vertices[::4], joints[::4]
    mean, head = vertices.mean(axis=0), head_weight(weights)
    regressor = np.zeros((joints.shape[1], len(mean)))
    for j in range(joints.shape[1]):
        away = np.linalg.norm(mean - joints[:, j].mean(axis=0), axis=1)
        allowed = np.flatnonzero((head < 0.02) & (away < 0.06 + 2 * np.sort(away)[near]))
        chosen = np.sort(r.choice(allowed, min(near, len(allowed)), replace=False))
        rows = few[:, chosen].transpose(0, 2, 1).reshape(-1, len(chosen))
        if j == HEAD:
            regressor[j, chosen] = _signed(rows, few_joints[:, j].ravel())
        else:
            heavy = 100 * np.ones((1, len(chosen)))
            solved, _ = nnls(np.vstack([rows, heavy]), np.append(few_joints[:, j].ravel(), 100.0), maxiter=20 * near)
            regressor[j, chosen] = solved / solved.sum()
    error = np.linalg.norm(np.einsum("jv,nva->nja", regressor, vertices) - joints, axis=-1)
    print("joint regressor: mean error in mm", (1000 * error.mean(axis=0)).round(1))
    return regressor


def _signed(rows: NDArray, wanted: NDArray, ridge: float = 1e-3) -> NDArray:
    """Small weights of either sign that sum to one."""
    count = rows.shape[1]
    full = np.vstack([rows, 100 * np.ones((1, count)), ridge**0.5 * np.eye(count)])
    solved = np.linalg.lstsq(full, np.concatenate([wanted, [100.0], np.zeros(count)]), rcond=None)[0]
    return solved / solved.sum()


def head_weight(weights: NDArray) -> NDArray:
    """(V,) how much a vertex belongs to the face and skull: 0 at the neck, 1 above."""
    t = np.clip((weights[:, 15] - 0.3) / 0.6, 0, 1)
    return t * t * (3 - 2 * t)


def identities(source: Source, template: NDArray, weights: NDArray, kept: NDArray) -> dict[str, NDArray]:
    """Principal head shapes at a middling body: origin and face changes drawn at random, sides nearly alike."""
    r, count = np.random.default_rng(11), 600
    labels = list(source.model.local_change_labels)
    local = np.zeros((count, len(labels)))
    for i, label in enumerate(labels):
        plain = label[2:] if label[:2] in ("l-", "r-") else label
        if not plain.startswith(FACE_CHANGES) or plain == "neck-double-incr":
            continue
        spread = 0.12 if plain.startswith(CALM) else 0.3
        twin = labels.index(f"l-{plain}") if label.startswith("r-") else i
        shared = local[:, twin] if twin < i else r.normal(0, spread, count)
        local[:, i] = np.clip(shared + (r.normal(0, 0.05, count) if label != plain else 0), -1, 1)
    people = np.tile(source.middle(), (count, 1))
    origin = [source.names.index(name) for name in ("african", "asian", "caucasian")]
    people[:, origin] = r.dirichlet((0.5, 0.5, 0.5), count)
    parts = [source.rest(people[i : i + 50], local[i : i + 50]) for i in range(0, count, 50)]
    vertices = np.concatenate([v for v, _ in parts])[:, kept]
    bone = source.bones.index("head")
    heads = np.concatenate([h for _, h in parts])[:, bone]
    offsets = vertices - heads[:, None]
    offsets = (offsets - offsets.mean(axis=0)) * head_weight(weights)[:, None]
    used = np.flatnonzero(head_weight(weights) > 0)
    _, share, components = _principal(offsets[:, used].reshape(count, -1), IDENTITIES)
    print(f"identity: {IDENTITIES} components explain {share:.2%} of the variance")
    components = components.T.reshape(len(used), 3, IDENTITIES)
    return {"head_vertices": used.astype(np.uint16), "identity": components.astype(np.float16)}


def face_actions(source: Source, weights: NDArray, kept: NDArray) -> dict[str, NDArray]:
    """Offsets (A, 3, 52) of the vertices that any face action moves."""
    names, offsets = source.action_offsets()
    offsets = offsets[:, kept].transpose(1, 2, 0)
    used = np.flatnonzero(np.abs(offsets).max(axis=(1, 2)) > 1e-5)
    return {
        "action_names": np.array(names),
        "action_vertices": used.astype(np.uint16),
        "actions": offsets[used].astype(np.float16),
    }
