"""How skin should follow bones: linear blending mixed with dual quaternions, which do not collapse."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation  # pyright: ignore[reportMissingImports]


def linear(vertices: NDArray, weights: NDArray, turns: NDArray, moves: NDArray) -> NDArray:
    """Vertices (V, 3) under the blended maps x -> turns[j] x + moves[j] of the joints."""
    return np.einsum("vj,jab,vb->va", weights, turns, vertices, optimize=True) + weights @ moves


def dual(vertices: NDArray, weights: NDArray, turns: NDArray, moves: NDArray) -> NDArray:
    """The same by dual quaternions: volume is kept, the outside of a bend bulges a little."""
    real = Rotation.from_matrix(turns).as_quat(scalar_first=True)
    real = np.where((real @ real[0])[:, None] < 0, -real, real)
    half = 0.5 * _product(np.hstack([np.zeros((len(moves), 1)), moves]), real)
    r, d = weights @ real, weights @ half
    size = np.linalg.norm(r, axis=1, keepdims=True)
    r, d = r / size, d / size
    shift = 2 * (r[:, :1] * d[:, 1:] - d[:, :1] * r[:, 1:] + np.cross(r[:, 1:], d[:, 1:]))
    return Rotation.from_quat(r, scalar_first=True).apply(vertices) + shift


def deformed(vertices: NDArray, weights: NDArray, turns: NDArray, moves: NDArray, mix: float) -> NDArray:
    """mix 0 linear, 1 dual quaternions."""
    return (1 - mix) * linear(vertices, weights, turns, moves) + mix * dual(vertices, weights, turns, moves)


def _product(a: NDArray, b: NDArray) -> NDArray:
    """Of quaternions (..., 4), scalar first."""
    w = a[..., :1] * b[..., :1] - (a[..., 1:] * b[..., 1:]).sum(-1, keepdims=True)
    v = a[..., :1] * b[..., 1:] + b[..., :1] * a[..., 1:] + np.cross(a[..., 1:], b[..., 1:])
    return np.concatenate([w, v], axis=-1)
