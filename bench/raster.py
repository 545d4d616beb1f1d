"""How long one view of a body-sized mesh takes: `python -m bench.raster`. Median of 30, on one thread."""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Callable
from functools import partial

import torch

from engine.render.rasteriser import Raster, at_fragments, fragments, rasterise

TIMES, SIZES = 30, (256, 512)


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


def median(view: Callable[[], object]) -> float:
    """Milliseconds."""
    view()
    spent = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        view()
        spent.append(1000 * (time.perf_counter() - begun))
    return statistics.median(spent)


def look_up(raster: Raster, faces: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
    return at_fragments(fragments(raster), faces, values)


def main() -> None:
    torch.set_num_threads(1)
    print("faces  pixels a side  pixels seen  rasterise, ms  12 values at them, ms")
    for count, size in itertools.product((14_000, 28_000), SIZES):
        vertices, faces = ellipsoid(count)
        raster = rasterise(vertices[None], faces, size, size)
        values = vertices.repeat(1, 4)
        drawn = median(partial(rasterise, vertices[None], faces, size, size))
        looked_up = median(partial(look_up, raster, faces, values))
        print(f"{len(faces):5}  {size:13}  {int((raster.faces >= 0).sum()):11}  {drawn:13.1f}  {looked_up:21.1f}")


if __name__ == "__main__":
    main()
