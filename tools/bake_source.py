"""What the bake takes from the `anny` package, in SMPL's axes: x the person's left, y up, z to the front, metres."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import anny  # pyright: ignore[reportMissingImports]
import numpy as np
import torch
from anny.face_segmentation import get_face_segmentation_mask  # pyright: ignore[reportMissingImports]
from anny.paths import get_anny_root_dir  # pyright: ignore[reportMissingImports]
from numpy.typing import NDArray

AXES = np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0]], np.float64)  # anny: x left, y back, z up
MIDDLE = {"age": 0.7}  # all other phenotypes 0.5: a slim adult between man and woman
HEIGHT = 0.4  # gives statures of 1.72 ± 0.11 m
BATCH = 50


class Source:
    """The anny model at rest, without its posing."""

    def __init__(self) -> None:
        self.model: Any = anny.Anny(
            local_changes="default", facial_actions="all", phenotypes="all", skinning_method="lbs"
        ).to(torch.float64)
        self.faces = self.model.faces.numpy()  # (F, 3)
        self.bones = list(self.model.bone_labels)
        self.uv = self.model.texture_coordinates.numpy()  # (U, 2), v grows upward
        self.uv_faces = self.model.face_texture_coordinate_indices.numpy()  # (F, 3)
        self.names = list(self.model.phenotype_labels)

    def bone_weights(self) -> NDArray:
        """(V, bones)"""
        index, weight = self.model.vertex_bone_indices.numpy(), self.model.vertex_bone_weights.numpy()
        dense = np.zeros((len(index), len(self.bones)))
        np.add.at(dense, (np.arange(len(index))[:, None], index), weight)
        return dense

    def rest(self, phenotypes: NDArray, local: NDArray | None = None) -> tuple[NDArray, NDArray]:
        """Vertices (N, V, 3) and bone heads (N, bones, 3) of phenotypes (N, P) and local changes (N, L)."""
        count = len(phenotypes)
        changes = np.zeros((count, len(self.model.local_change_labels))) if local is None else local
        actions = torch.zeros(count, len(self.model.facial_action_labels), dtype=torch.float64)
        with torch.no_grad():
            c = self.model._get_phenotype_blendshape_coefficients(
                torch.from_numpy(phenotypes), torch.from_numpy(changes), actions
            )
            vertices = self.model.get_rest_vertices(c)
            heads = self.model.template_bone_heads + torch.einsum("nk,kbc->nbc", c, self.model.bone_heads_blendshapes)
        return vertices.numpy() @ AXES.T, heads.numpy() @ AXES.T

    def middle(self) -> NDArray:
        """(P,) the phenotype everything is measured from."""
        return np.array([MIDDLE.get(name, 0.5) for name in self.names])

    def action_offsets(self) -> tuple[list[str], NDArray]:
        """Names and vertex offsets (52, V, 3) of the face actions at full strength."""
        names = list(self.model.facial_action_labels)
        rows = [self.model.blendshape_labels.index(f"facial_action:{name}") for name in names]
        return names, self.model.blendshapes[rows].numpy() @ AXES.T

    def segment(self, *labels: str) -> NDArray:
        """(F,) bool: faces of anny's own segmentation."""
        return get_face_segmentation_mask(self.model, list(labels)).numpy()

    def coco(self, name: str) -> NDArray:
        """(V,) weights of a COCO keypoint."""
        rows = torch.load(get_anny_root_dir() / "data" / "keypoints" / "coco.pth", weights_only=True)
        return rows[name][self.model.base_mesh_vertex_indices].numpy().astype(np.float64)

    def people(self, count: int, seed: int) -> People:
        """Adults as they may come: men and women, thin and heavy, young and old, of any origin."""
        r = np.random.default_rng(seed)
        gender = np.where(r.random(count) < 0.5, r.beta(1, 6, count), r.beta(6, 1, count))
        drawn = {
            "gender": gender,
            "age": r.uniform(0.6, 1.0, count),
            "muscle": r.beta(3, 3, count),
            "weight": r.beta(2.5, 2.5, count),
            "height": np.clip(r.normal(HEIGHT, 0.05, count), 0, 1),
            "proportions": r.uniform(0.2, 0.9, count),
            "cupsize": r.beta(2.5, 2.5, count),
            "firmness": r.beta(3, 3, count),
        }
        origin = r.dirichlet((0.6, 0.6, 0.6), count)
        drawn |= dict(zip(("african", "asian", "caucasian"), origin.T, strict=True))
        return People(self, self.names, np.stack([drawn[name] for name in self.names], axis=1))


@dataclass(frozen=True)
class People:
    source: Source
    names: list[str]
    values: NDArray  # (N, P)

    def rests(self) -> Iterator[tuple[NDArray, NDArray]]:
        """Vertices (V, 3) and bone heads (bones, 3) of one after the other."""
        for start in range(0, len(self.values), BATCH):
            yield from zip(*self.source.rest(self.values[start : start + BATCH]), strict=True)
