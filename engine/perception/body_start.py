"""Where the fit of a body to keypoints starts: at what the lifter, a network trained on rendered people, makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import torch

from engine.body.cameras import WeakPerspective
from engine.body.fitting import Fit, Fitter, Start
from engine.body.model import BodyModel
from engine.geometry import Box, Point, bounding_box
from engine.io import weights
from engine.perception.body_network import NAME, Answer, Config, Framed, Lifter, answer, described, framed
from engine.perception.body_skeleton import to_vectors
from engine.skeleton import Keypoints

ROOM = 1.25  # side of a crop around somebody, of the box around their keypoints


class Guesser:
    """The network with its weights, and where the root lies in the body it was trained on."""

    def __init__(self, network: Lifter, body: BodyModel) -> None:
        self._network, self._body = network.eval(), body

    @classmethod
    def shipped(cls, folder: Path = weights.WEIGHTS, body: BodyModel | None = None) -> Guesser:
        """Raises BadInput if the files are not what they should be."""
        card, tensors = weights.load(NAME, folder=folder)
        network = Lifter(configured(card.network))
        network.load_state_dict(tensors)
        return cls(network, body or built_in())

    @torch.inference_mode()
    def __call__(self, keypoints: Keypoints, crop: Box) -> Start:
        """A body in a square crop, whatever is absent. Of the built-in body; another one may begin there as well."""
        points = torch.tensor(keypoints.points, dtype=torch.float64)[None]
        seen = torch.tensor(keypoints.visibility)[None]
        given = framed(points, seen)
        found = answer(self._network(described(given.points.float(), seen)).double())
        pose = to_vectors(found.turns[0]).ravel()
        return Start(pose, found.betas[0].numpy(), self._camera(found, given, crop))

    def _camera(self, found: Answer, given: Framed, crop: Box) -> WeakPerspective:
        """The network's scale and shift, which are of the framed points and of the root, in those of the crop."""
        half, spread = crop.width / 2, float(given.spread)
        scale = float(found.scale) * spread / half
        at = given.middle[0] + found.shift[0] * spread + 0.5
        x, y = ((at.numpy() - (crop.left, crop.top)) / half - 1) / scale
        root = self._body.joints_at_rest(found.betas.float())[0, 0].tolist()  # stays there however it is turned
        return WeakPerspective(scale, float(x) - root[0], float(y) - root[1])


def configured(facts: Mapping[str, object]) -> Config:
    """The network's configuration from its card."""
    return Config(int(facts["width"]), int(facts["blocks"]))  # type: ignore[call-overload]


@cache
def built_in() -> BodyModel:
    return BodyModel.read()


@cache
def guesser() -> Guesser | None:
    """The shipped network, made once; None where none is shipped. Raises BadInput if it cannot be used."""
    return Guesser.shipped() if NAME in weights.names() else None


@cache
def fitter() -> Fitter:
    """Of the built-in body."""
    return Fitter(built_in())


def around(width: int, height: int) -> Box:
    """The square in which a picture's camera is given: as large as its longer side, about its middle."""
    return _square(Box(0, 0, width, height), 1)


def about(keypoints: Keypoints) -> Box:
    """A square around somebody, in which the fit's weights have the sense they were chosen for (lwg.md 2.1)."""
    return _square(bounding_box(keypoints.present_points() or [Point(0, 0)]), ROOM)


def _square(box: Box, room: float) -> Box:
    (x, y), side = box.centre, max(room * max(box.width, box.height), 1.0)
    return Box(x - side / 2, y - side / 2, side, side)


def moved(camera: WeakPerspective, here: Box, there: Box) -> WeakPerspective:
    """The camera of one square crop in another one of the same picture."""
    scale, half = camera.scale * here.width / there.width, there.width / 2
    x, y = ((a - b) / (half * scale) for a, b in zip(here.centre, there.centre, strict=True))
    return WeakPerspective(scale, camera.x + x, camera.y + y)


def start(keypoints: Keypoints, width: int, height: int) -> Start | None:
    """How somebody in a picture of width × height pixels stands, guessed; None where no network is shipped.

    The camera is that of `around`. Raises BadInput if the network's files cannot be used.
    """
    network = guesser()
    return network(keypoints, around(width, height)) if network else None


def fitted(keypoints: Keypoints, width: int, height: int) -> Fit:
    """The built-in body fitted to somebody in a picture, from the network's guess or, without one, from rest.

    The camera is that of `around`. Raises BadInput where fewer than four keypoints are present.
    """
    network, crop = guesser(), about(keypoints)
    fit = fitter().fit(keypoints, crop, network(keypoints, crop) if network else None)
    return replace(fit, camera=moved(fit.camera, crop, around(width, height)))
