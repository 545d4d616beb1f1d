"""How long one 256 × 256 view of a body-sized mesh takes: `python -m bench.raster`. Median of 30, on one thread."""

from __future__ import annotations

import statistics
import time

import torch

from engine.render.rasteriser import rasterise

TIMES, SIZE = 30, 256


def ellipsoid(faces: int) -> tuple[torch.Tensor, torch.Tensor]:
    """A closed mesh with about that many faces, as high as a standing body in the picture."""
    rows = max(4, int((faces / 4) ** 0.5))
    columns = 2 * rows
    v, u = torch.meshgrid(torch.linspace(0, torch.pi, rows + 1), torch.arange(columns) * torch.pi / rows, indexing="ij")
    points = torch.stack([0.3 * v.sin() * u.cos(), 0.9 * v.cos(), 3 + 0.2 * v.sin() * u.sin()], dim=-1).view(-1, 3)
    row, column = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
    a, b = row * columns + column, row * columns + (column + 1) % columns
    quads = torch.stack([a, b, b + columns, a + columns], dim=-1).view(-1, 4)
    return points, torch.cat([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])


def main() -> None:
    torch.set_num_threads(1)
    print("faces  candidates seen  milliseconds")
    for count in (14_000, 28_000):
        vertices, faces = ellipsoid(count)
        raster = rasterise(vertices[None], faces, SIZE, SIZE)
        spent = []
        for _ in range(TIMES):
            begun = time.perf_counter()
            rasterise(vertices[None], faces, SIZE, SIZE)
            spent.append(1000 * (time.perf_counter() - begun))
        print(f"{len(faces):5}  {int((raster.faces >= 0).sum()):15}  {statistics.median(spent):12.1f}")


if __name__ == "__main__":
    main()
