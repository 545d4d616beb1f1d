"""A generator's drag steps: `python main.py bench generator dsc --json OUT`.

Through the engine, as the window asks for them: drafts and final pictures of a sample person whose wrist is dragged. For
DSC also the networks alone, ours and (with --paper) the authors' sizes with random weights: a drag step against running
everything anew, and how much of what the machine can multiply it uses. Medians and 95th percentiles of one run.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from msgspec.structs import replace

from bench.drag import recorded_path
from engine.document import Document
from engine.edits import MoveJoints
from engine.generators.dsc import geometry
from engine.generators.dsc.config import Config, live, paper
from engine.generators.dsc.geometry import Poses
from engine.generators.dsc.network import Generator, Wanted
from engine.generators.dsc.shipping import STANDING
from engine.geometry import Point
from engine.io.shipping import flops
from engine.messages import Quality, Show
from engine.service import Engine
from engine.skeleton import L_WRIST, Keypoints

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "assets" / "people" / "sample.png"
STEPS = 60
PEAK = 1024  # side of the matrices multiplied


def main(name: str, json_path: Path, with_paper: bool = False, threads: int | None = None) -> None:
    figures = {f"{name}: {what}": value for what, value in through_the_engine(name).items()}
    if name == "dsc":
        torch.set_num_threads(threads or os.cpu_count() or 1)
        figures["matrix product, GFLOP/s"] = peak = matrix_product()
        sizes: dict[str, tuple[Config, tuple[int, int]]] = {"live 256 × 256": (live(), (256, 256))}
        if with_paper:
            sizes |= {f"paper {h} × {w}": (paper(h, w), (h, w)) for h, w in ((128, 64), (256, 256))}
        for title, (config, size) in sizes.items():
            figures |= {f"{title}: {what}": value for what, value in network(config, size, peak).items()}
    print("\n".join(f"{what:<58}{value:10.2f}" for what, value in figures.items()))
    json_path.parent.mkdir(parents=True, exist_ok=True)
    json_path.write_text(json.dumps(figures, indent=1))


def through_the_engine(name: str) -> dict[str, float]:
    """Milliseconds of all stages of a frame; the first of each kind, which prepares the photo, apart."""
    engine = Engine("cpu")
    document = replace(engine.open(SAMPLE).document, generator=name)
    found: dict[str, float] = {}
    for quality in Quality:
        spent = [engine.draw(Show(d, 0), quality, lambda: False).total for d in dragged(document, STEPS)]
        what = quality.name.lower()
        found |= {f"first {what}, ms": spent[0], **spread(f"{what}, ms", spent[5:])}
    return found


def dragged(document: Document, steps: int) -> Iterator[Document]:
    wrist = document.target.keypoints[L_WRIST]
    path = recorded_path((wrist.x, wrist.y), 0.1 * document.source.height)
    for x, y in path[1 :: max(1, len(path) // steps)][:steps]:  # the first is where the wrist rests
        yield MoveJoints("target", ((L_WRIST, Point(x, y)),)).apply(document)


@torch.inference_mode()
def network(config: Config, size: tuple[int, int], peak: float) -> dict[str, float]:
    height, width = size
    net = Generator(config).eval().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    pose = Keypoints.of((x * width / 256, y * height / 256) for x, y in STANDING)
    poses = Poses.of([(pose, pose.moved({L_WRIST: Point(0.7 * width, 0.3 * height)}))])
    heat, asked = (geometry.heat(p, height, width, config.spread(height)) for p in (poses.source, poses.target))
    wanted = Wanted(asked, poses.maps, geometry.masks(poses, height, width, config.reach))
    photo = torch.rand(1, 3, height, width).contiguous(memory_format=torch.channels_last) * 2 - 1
    kept = net.keep(photo, heat)
    step = timed(lambda: net.redraw(kept, wanted), STEPS if config.composed else 12)
    whole = timed(lambda: net(photo, heat, wanted), STEPS // 2 if config.composed else 6)
    work = flops(net, lambda: net.redraw(kept, wanted)) / 1e9
    return {
        "GFLOP of a drag step": work,
        **spread("drag step, ms", step),
        "everything anew, ms (median)": float(np.median(whole)),
        "times faster than everything anew": float(np.median(whole) / np.median(step)),
        "share of the matrix product's speed": work / (np.median(step) / 1000) / peak,
    }


def matrix_product() -> float:
    """GFLOP/s of a large product in single precision."""
    a, b = torch.rand(PEAK, PEAK), torch.rand(PEAK, PEAK)
    return 2 * PEAK**3 / 1e9 / (min(timed(lambda: a @ b, 15)) / 1000)


def timed(work: Callable[[], object], count: int) -> list[float]:
    """Milliseconds of each time but the first two."""
    spent = []
    for _ in range(count + 2):
        start = time.perf_counter()
        work()
        spent.append(1000 * (time.perf_counter() - start))
    return spent[2:]


def spread(what: str, values: list[float]) -> dict[str, float]:
    return {f"{what} (median)": float(np.median(values)), f"{what} (p95)": float(np.percentile(values, 95))}
