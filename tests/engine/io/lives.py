"""Lives that end by `kill -9`: each edits, travels and saves as a window does, until it is killed at a random moment.

    python -m tests.engine.io.lives FOLDER COUNT SEED

prints a line of JSON for each: {"killed": seconds, "steps": [[number, seconds], …], "saves": [[number, seconds], …]}.
A step's number is the x of the right wrist it leads to; its time is when the window had committed it.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from pathlib import Path
from threading import Event, Thread

import numpy as np
from msgspec.structs import replace

from engine.document import Document, Person
from engine.edits import MoveJoints, TakePerson
from engine.geometry import Point
from engine.history import History
from engine.io import backups, project
from engine.io.keeper import Keeper
from engine.keeping import Begin, ListUnfinished, Note, NoteSaved, Reply, UnfinishedListed
from engine.skeleton import JOINTS, R_WRIST, Keypoints
from engine.store import Store

WIDTH, HEIGHT = 96, 128
FIGURE = Keypoints.of((j, 1.5 * j) for j in JOINTS)
LONGEST = 0.6  # seconds of a life


def number_of(document: Document) -> int:
    return round(document.target.keypoints[R_WRIST].x)


def live(folder: Path, tell: int, chance: random.Random) -> None:
    """Until killed."""
    store, pixels = Store(), np.random.default_rng(chance.randrange(10**6))
    photo = store.put(pixels.integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8))
    moved = FIGURE.moved({R_WRIST: Point(0, 0)})
    document = replace(Document.of(Person("me.png", photo, WIDTH, HEIGHT, FIGURE)), target=Document.of(
        Person("me.png", photo, WIDTH, HEIGHT, moved)).target)  # fmt: skip
    listed = Event()

    def hear(reply: Reply) -> None:
        if isinstance(reply, UnfinishedListed):
            listed.set()

    keeper = Keeper(hear, store)
    history = History(document, noted=lambda change: keeper.send(Note(change)))
    keeper.start()
    keeper.send(ListUnfinished())  # as every window does when it starts
    assert listed.wait(20)
    keeper.send(Begin(tuple(history.changes()), "me.png", None, saved=0))

    def say(what: str, number: int) -> None:
        os.write(tell, f"{what} {number} {time.monotonic()}\n".encode())

    def save() -> None:
        changes, shown = tuple(history.changes()), history.document
        backups.keep(folder / "me.lay")
        project.save(folder / "me.lay", shown, store, history=changes)
        keeper.send(NoteSaved(changes[-1].node, folder / "me.lay"))
        say("saves", number_of(shown))

    saving = Thread(target=lambda: None)
    saving.start()
    for number in range(1, 10**6):
        if number % 7 == 0:
            history.undo()  # the next step is a new branch
        if number % 11 == 0:
            matte, labels = (store.put(pixels.integers(0, 10, (HEIGHT, WIDTH), np.uint8)) for _ in range(2))
            keypoints = history.document.source.keypoints
            history.apply(TakePerson(keypoints, (0.9,) * len(JOINTS), matte, labels), "Source: another person")
        history.apply(MoveJoints.of("target", {R_WRIST: Point(number, 3)}), "Pose: right wrist")
        say("steps", number)
        if chance.random() < 0.2 and not saving.is_alive():
            saving = Thread(target=save)
            saving.start()
        time.sleep(chance.random() * 0.02)


def end(folder: Path, chance: random.Random) -> dict[str, object]:
    folder.mkdir()
    hear, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.environ["LAYFIGURE_STATE"] = str(folder / "state")
        try:
            live(folder, tell, chance)
        finally:
            os._exit(1)  # only by a mistake: nobody lives on
    os.close(tell)
    time.sleep(chance.random() * LONGEST)
    killed = time.monotonic()
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(hear) as told:
        words = [line.split() for line in told.read().splitlines()]
    found = {what: [[int(n), float(t)] for kind, n, t in words if kind == what] for what in ("steps", "saves")}
    return {"killed": killed, **found}


if __name__ == "__main__":
    place, count, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    chances = random.Random(seed)
    for life in range(count):
        print(json.dumps(end(place / str(life), random.Random(chances.random()))), flush=True)
