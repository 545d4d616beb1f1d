"""How the lifter is trained: on the keypoints and bodies of recorded people, varied anew every time. No picture is read."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.optim import AdamW

from engine.body.model import JOINT_NAMES, BodyModel, rotations
from engine.data.people import held_out
from engine.io.shipping import Shipped
from engine.messages import BadInput
from engine.people import manifest
from engine.perception.body_augment import People, varied
from engine.perception.body_network import GIVEN, NAME, SIZES, Answer, Framed, Lifter, answer, described, framed
from engine.perception.body_skeleton import TURNS, Skeleton
from engine.skeleton import (
    HEAD,
    JOINTS,
    L_ANKLE,
    L_ELBOW,
    L_KNEE,
    L_SHOULDER,
    L_WRIST,
    R_ANKLE,
    R_ELBOW,
    R_KNEE,
    R_SHOULDER,
    R_WRIST,
    REQUIRED,
    Visibility,
)
from engine.training.moment import Moment
from engine.training.recipe import Batch, Networks, Phase, Recipe
from engine.training.schedule import Schedule
from engine.training.systems import Choices

TRUST = (0.15, 0.6, 1.0)  # of what an absent, a hidden and a visible keypoint tells
PLACES, SEEN, BUILD = 10.0, 4.0, 0.02  # weights of metres, of spreads in the picture, of betas against rotations
# Keypoints that show how a joint is turned; ankles, feet, wrists and hands are shown by none.
SHOWN_BY: dict[str, tuple[int, ...]] = {
    "pelvis": REQUIRED, "spine1": REQUIRED, "spine2": REQUIRED, "spine3": REQUIRED, "neck": HEAD, "head": HEAD,
    "left hip": (L_KNEE,), "right hip": (R_KNEE,), "left knee": (L_ANKLE,), "right knee": (R_ANKLE,),
    "left collar": (L_SHOULDER,), "right collar": (R_SHOULDER,), "left shoulder": (L_ELBOW,),
    "right shoulder": (R_ELBOW,), "left elbow": (L_WRIST,), "right elbow": (R_WRIST,),
}  # fmt: skip
MEASURED = 1000  # people held back, at most


class Records:
    """Keypoints and bodies of data sets made by `main.py people`, one or several in the folders of one folder."""

    def __init__(self, folder: Path) -> None:
        """Raises BadInput where there are none to train on."""
        samples = [sample for home in manifest.homes(folder) for sample in manifest.read_records(home)]
        self.rows = _table([s for s in samples if not held_out(s.seed)])
        self.held = _table([s for s in samples if held_out(s.seed)][:MEASURED])
        if not len(self):
            raise BadInput(f"{folder} holds no people: expected folders made by “main.py people”.")

    def __len__(self) -> int:
        return len(self.rows["points"])

    def batch(self, indices: NDArray[np.int64]) -> Batch:
        return {name: rows[torch.from_numpy(indices)] for name, rows in self.rows.items()}


def _table(samples: list[manifest.Sample]) -> Batch:
    """points (N, 18, 2) pixels, seen (N, 18), poses (N, 72), betas (N, 10)."""
    return {
        "points": torch.tensor([s.keypoints.points for s in samples], dtype=torch.float32),
        "seen": torch.tensor([[int(v) for v in s.keypoints.visibility] for s in samples]),
        "poses": torch.tensor([s.pose for s in samples], dtype=torch.float32),
        "betas": torch.tensor([s.shape for s in samples], dtype=torch.float32),
    }


def people(batch: Batch) -> People:
    turns = rotations(batch["poses"].unflatten(1, (TURNS, 3)))
    return People(batch["points"], batch["seen"], turns, batch["betas"])


class BodyRecipe(Recipe):
    name = "body"

    def __init__(self, choices: Choices) -> None:
        if choices.data.folder is None:
            raise BadInput(
                "Bodies are learnt from people drawn before: make them with “main.py people FOLDER”, then “--data people:FOLDER”."
            )
        self.batch, self.averaged = choices.batch or 256, {NAME: 0.999}
        self.lifter = Lifter(SIZES["live"])
        self.modules = {NAME: self.lifter}
        optimiser = partial(AdamW, lr=1e-3, weight_decay=0.01, fused=True)
        self.phases = (Phase("lift", (NAME,), optimiser, Schedule("cosine", warm_up=200, floor=0.01), clip=20.0),)
        self.records = Records(choices.data.folder)
        self.skeleton = Skeleton(BodyModel.read())

    def prepare(self, device: str) -> None:
        self.skeleton.to(device)

    def source(self) -> Records:
        return self.records

    def losses(self, phase: str, batch: Batch, moment: Moment) -> Batch:
        seen = varied(people(batch), moment, self.skeleton)
        given = framed(seen.points, seen.seen)
        found = answer(self.modules[NAME](described(given.points, seen.seen)).float())
        return terms(found, seen, given, self.skeleton)

    def measure(self, networks: Networks) -> dict[str, float]:
        """Median over people held back of the mean distance of present keypoints in space, from the root."""
        if not len(self.records.held["points"]):
            return {}
        device = next(networks[NAME].parameters()).device
        held = people({name: rows.to(device) for name, rows in self.records.held.items()})
        found = answer(networks[NAME](described(framed(held.points, held.seen).points, held.seen)))
        apart = self.skeleton(found.turns, found.betas)[1] - self.skeleton(held.turns, held.betas)[1]
        there = (held.seen > 0).float()
        errors = (apart.norm(dim=-1) * there).sum(dim=1) / there.sum(dim=1).clamp(min=1)
        return {"millimetres": 1000 * float(errors.median())}

    def describe(self) -> dict[str, object]:
        return {"width": self.lifter.config.width, "people": len(self.records)}


def terms(found: Answer, true: People, given: Framed, skeleton: Skeleton) -> Batch:
    """The four losses by name; what can be seen counts for more than what cannot."""
    trust = true.points.new_tensor(TRUST)[true.seen]  # (B, 18)
    _, places = skeleton(found.turns, found.betas)
    _, wanted = skeleton(true.turns, true.betas)
    turned = (found.turns - true.turns).square().sum(dim=(2, 3))
    there = (true.seen > 0).to(trust.dtype)
    apart = (found.seen(places) - given.points).norm(dim=-1)
    return {
        "turns": (turned * _shown(trust)).sum(dim=1).mean() / TURNS,
        "places": PLACES * ((places - wanted).norm(dim=-1) * trust).mean(),
        "seen": SEEN * (apart * trust * there).mean(),
        "build": BUILD * (found.betas - true.betas).square().mean(),
    }


def _shown(trust: Tensor) -> Tensor:
    """(B, 24) how well the keypoints with this trust (B, 18) show each joint's rotation."""
    table = trust.new_zeros(TURNS, len(JOINTS))
    for joint, name in enumerate(JOINT_NAMES):
        shown_by = SHOWN_BY.get(name, ())
        table[joint, list(shown_by)] = 1 / max(1, len(shown_by))
    return TRUST[int(Visibility.ABSENT)] + (1 - TRUST[int(Visibility.ABSENT)]) * (trust @ table.T)


def recipe(choices: Choices) -> Recipe:
    return BodyRecipe(choices)


def shipped() -> Shipped:
    """What is written on the card of its weights."""
    config = SIZES["live"]
    about = "Guesses how a body stands in space, its build and camera from 18 keypoints: where the fit starts."
    settings: dict[str, object] = {"width": config.width, "blocks": config.blocks}
    network = Lifter(config)
    return Shipped(NAME, "body", NAME, about, network, partial(network, torch.zeros(1, GIVEN)), settings)
