"""A folder of rendered people with their truth: drawn by several processes, resumable, the same bytes whoever draws.

    pictures/000012.png    sRGB
    labels/000012.npy      (H, W) uint8, the ten classes (spt.md 2.4)
    samples/000012.json    everything else about the picture, written last
    keypoints.csv list_attr.txt identities.csv pairs.csv body.npz manifest.json

Persons are numbered by their seeds. Pictures are drawn in packs whose borders depend on the persons' numbers alone, so
that a picture does not depend on where a run began, on how many there are, or on the number of processes.
"""

from __future__ import annotations

import io
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from functools import cache
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
import torch

from engine.attributes import ATTRIBUTE_NAMES
from engine.geometry import Point
from engine.io.atomic import atomic_write
from engine.messages import BadInput, Image
from engine.people import manifest, scene, tables
from engine.people.factory import Batch, Factory
from engine.people.manifest import VIEWS, File, Plan, Sample
from engine.people.scene import Scene
from engine.processes import end_with_parent
from engine.skeleton import Keypoints, Visibility

PACKS = {"cpu": 6, "mps": 16, "cuda": 64}  # pictures drawn at a time; many more leave the cache of a CPU
AHEAD = 2  # packs waiting per process
ALONE = {  # how a process that draws is set up; of the last two, glibc: it keeps the memory that every pack asks for again
    "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
    "MALLOC_MMAP_THRESHOLD_": "1000000000", "MALLOC_TRIM_THRESHOLD_": "4000000000",
}  # fmt: skip
PNG = [cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_RLE]
if hasattr(cv2, "IMWRITE_PNG_FILTER"):  # it need not try all of them
    PNG += [cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_PAETH]
Told = Callable[[int], None]


def make(
    folder: Path, plan: Plan, count: int, workers: int, device: str = "cpu", told: Told = lambda done: None
) -> int:
    """Bring a folder to `count` samples; returns how many were drawn.

    device  "cpu", "cuda" or "mps"
    told    is told now and then how many of the samples are finished

    Raises BadInput. However the run ends, the tables describe the samples there are.
    """
    manifest.begin(folder, plan, count, device)
    missing = [i for i in range(count) if not _finished(folder, plan, i)]
    if missing:
        manifest.draws(folder, device)
    finished = count - len(missing)
    told(finished)
    try:
        for drawn in _drawn_by_many(folder, plan, missing, workers, device):
            finished += drawn
            told(finished)
    except BaseException as error:
        with suppress(BadInput):  # the first problem is the one to speak of
            _list(folder, plan, count)
        if isinstance(error, BrokenProcessPool):
            raise BadInput("A process that draws has died; is there enough memory for --workers?") from error
        raise
    _list(folder, plan, count)
    return len(missing)


def _list(folder: Path, plan: Plan, count: int) -> None:
    """Tables and manifest of what is finished."""
    samples = manifest.read_records(folder)
    tables.write(folder, plan, samples)
    manifest.finish(folder, plan, count, samples)


def _finished(folder: Path, plan: Plan, number: int) -> bool:
    sample = manifest.read_record(folder, name_of(number))
    if sample is None:
        return False
    person, view = divmod(plan.seed * plan.views + number, plan.views)
    return (sample.seed, sample.view) == (person, view) and manifest.unchanged(folder, sample)


def name_of(number: int) -> str:
    return f"{number:06}"


def scene_of(plan: Plan, absolute: int) -> Scene:
    """`absolute` counts the pictures of all persons from seed 0 on."""
    person, view = divmod(absolute, plan.views)
    first = scene.sample(person, plan.kind)
    return scene.other_pose(first, person) if view else first


def make_pack(folder: Path, plan: Plan, numbers: frozenset[int], pack: int, device: str) -> int:
    """Draw one pack, write those of its samples that are asked for, and return how many these were."""
    start = plan.seed * plan.views
    for batch, drawn in draw_pack(plan, pack, device):
        for row, absolute in enumerate(drawn):
            if absolute - start in numbers:
                _write(folder, plan, batch, row, absolute)
    return len(numbers)


def draw_pack(plan: Plan, pack: int, device: str) -> Iterator[tuple[Batch, Sequence[int]]]:
    """Batches, and which pictures they hold."""
    size = PACKS[device]
    every = range(pack * size, (pack + 1) * size)
    if not plan.near:
        yield _factory(device).draw([scene_of(plan, n) for n in every], plan.height, plan.width), every
        return
    first = _factory(device).draw([scene_of(plan, n) for n in every[::VIEWS]], plan.height, plan.width)
    yield first, every[::VIEWS]
    persons = [n // VIEWS for n in every[::VIEWS]]
    moved = [scene.some_limbs_moved(*one) for one in zip(first.scenes, persons, first.framings, strict=True)]
    yield _factory(device).draw(moved, plan.height, plan.width), every[1::VIEWS]


@cache
def _factory(device: str) -> Factory:
    return Factory(device)


def _write(folder: Path, plan: Plan, batch: Batch, row: int, absolute: int) -> None:
    person, view = divmod(absolute, plan.views)
    name = name_of(absolute - plan.seed * plan.views)
    data = {
        f"pictures/{name}.png": _png(picture_of(batch, row)),
        f"labels/{name}.npy": _npy(batch.labels[row].cpu().numpy().astype(np.uint8)),
    }
    for path, content in data.items():
        with atomic_write(folder / path, durable=False) as file:
            file.write(content)
    files = {path: File.of(content) for path, content in data.items()}
    manifest.write_record(folder, sample_of(batch, row, name, person, view, files))


def picture_of(batch: Batch, row: int) -> Image:
    return (batch.pictures[row] * 255).round().byte().permute(1, 2, 0).cpu().numpy()


def sample_of(batch: Batch, row: int, name: str, seed: int, view: int, files: dict[str, File]) -> Sample:
    points = tuple(Point(x, y) for x, y in batch.keypoints[row].tolist())
    visibility = tuple(Visibility(v) for v in batch.visibility[row].tolist())
    pose, shape, camera = (tuple(t[row].tolist()) for t in (batch.pose, batch.betas, batch.cameras))
    has = batch.scenes[row].person.attributes
    attributes = tuple(bool(has.get(attribute)) for attribute in ATTRIBUTE_NAMES)
    mouth = tuple(Point(x, y) for x, y in batch.mouth[row].tolist())
    return Sample(name, seed, view, Keypoints(points, visibility), pose, shape, camera, attributes, files, mouth)


def _png(picture: Image) -> bytes:
    done, data = cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), PNG)
    assert done
    return data.tobytes()


def _npy(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()


def _drawn_by_many(folder: Path, plan: Plan, missing: list[int], workers: int, device: str) -> Iterator[int]:
    """The number of samples in each pack, as soon as it is written."""
    jobs = iter(packs(plan, missing, PACKS[device]).items())
    running: set[Future[int]] = set()
    with _deaf(), _alone():  # what Ctrl+C means is decided in this process alone
        pool = ProcessPoolExecutor(max(1, workers), get_context("spawn"), _settle)
        running |= _submitted(pool, islice(jobs, AHEAD * workers), folder, plan, device)
    try:
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            running |= _submitted(pool, islice(jobs, len(done)), folder, plan, device)
            yield sum(future.result() for future in done)
    finally:
        pool.shutdown(cancel_futures=True)


def packs(plan: Plan, missing: list[int], size: int) -> dict[int, frozenset[int]]:
    """Which samples of which packs are missing."""
    found: dict[int, set[int]] = {}
    for number in missing:
        found.setdefault((plan.seed * plan.views + number) // size, set()).add(number)
    return {pack: frozenset(numbers) for pack, numbers in found.items()}


def _submitted(
    pool: ProcessPoolExecutor, jobs: Iterator[tuple[int, frozenset[int]]], folder: Path, plan: Plan, device: str
) -> set[Future[int]]:
    return {pool.submit(make_pack, folder, plan, numbers, pack, device) for pack, numbers in jobs}


def _settle() -> None:
    """A process that draws: one thread, deaf to Ctrl+C, ends with the process that started it."""
    torch.set_num_threads(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()


@contextmanager
def _alone() -> Iterator[None]:
    """Processes started inside compute with one thread each, numpy's matrix products too, and keep their memory."""
    before = {name: os.environ.get(name) for name in ALONE}
    os.environ.update(ALONE)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


@contextmanager
def _deaf() -> Iterator[None]:
    """Processes started inside ignore Ctrl+C from their first instruction on."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
