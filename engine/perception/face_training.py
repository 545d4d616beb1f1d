"""How the network that reads faces is trained: on faces cut out of rendered people, varied anew every time they are seen."""

from __future__ import annotations

from functools import partial

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from torch.optim import AdamW

from engine.attributes import ATTRIBUTE_NAMES
from engine.io.shipping import Shipped
from engine.messages import BadInput, Image
from engine.perception.face_augment import Framed, varied
from engine.perception.face_box import SIZE
from engine.perception.face_network import NAME, SIZES, Answer, FaceNetwork, place_loss, places
from engine.perception.faces import Faces
from engine.training.moment import Moment
from engine.training.recipe import Batch, Networks, Phase, Recipe
from engine.training.schedule import Schedule
from engine.training.systems import Choices

GROWING = ((0.3, 64), (0.75, 96), (1.0, SIZE))  # up to a share of the budget, pixels of a picture
TOLD, FRAMED = 4.0, 3.0  # weights of attributes and box against the places of landmarks
AVERAGED = 0.99  # runs are short: a slower average would still hold what was learnt on smaller pictures
SHOWN = 12


class FaceRecipe(Recipe):
    name = NAME

    def __init__(self, choices: Choices) -> None:
        if choices.data.folder is None:
            raise BadInput(
                "Faces are learnt from people drawn before: make them with “main.py people FOLDER --kind face”, then “--data people:FOLDER”."
            )
        self.batch, self.averaged = choices.batch or 32, {NAME: AVERAGED}
        self.network = FaceNetwork(SIZES["live"])
        self.modules = {NAME: self.network.to(memory_format=torch.channels_last)}  # type: ignore[call-overload]
        optimiser = partial(AdamW, lr=2e-3, weight_decay=0.02)
        self.phases = (Phase("read", (NAME,), optimiser, Schedule("cosine", warm_up=200, floor=0.01), clip=5.0),)
        self.faces = Faces(choices.data.folder)
        self.shares = torch.from_numpy(self.faces.attributes[self.faces.legible].mean(axis=0)).float()

    def source(self) -> Faces:
        return self.faces

    def losses(self, phase: str, batch: Batch, moment: Moment) -> Batch:
        size = next((pixels for end, pixels in GROWING if moment.progress < end), SIZE)
        seen = varied(framed(batch), size, moment)
        found = self.modules[NAME](seen.pictures.contiguous(memory_format=torch.channels_last))
        return terms(found, seen, batch["attributes"], batch["legible"], self.shares.to(seen.pictures.device))

    def sheet(self, networks: Networks) -> Image:
        """The first faces with their landmarks as found, a little bar for each attribute below."""
        given = framed(self.faces.batch(np.arange(min(SHOWN, len(self.faces)))))
        still = F.interpolate(given.pictures, (SIZE, SIZE), mode="area")
        device = next(networks[NAME].parameters()).device
        found = networks[NAME](still.to(device))
        points, sure = places(found.heat)
        told = found.attributes.sigmoid()
        return np.concatenate([drawn(*row) for row in zip(still, points, sure, told, strict=True)], axis=1)

    def describe(self) -> dict[str, object]:
        return {"channels": list(self.network.config.channels), "pictures": len(self.faces)}


def framed(batch: Batch) -> Framed:
    return Framed(batch["pictures"].float() / 255, batch["points"], batch["states"], batch["box"])


def terms(found: Answer, seen: Framed, attributes: Tensor, legible: Tensor, shares: Tensor) -> dict[str, Tensor]:
    """The three losses by name.

    attributes  (B, 13) 0 or 1, asked of faces that are `legible` (B,)
    shares      (13,) how many faces have each: those that have it and those that lack it count the same together
    """
    size = seen.pictures.shape[-1]
    rarity = torch.where(attributes > 0.5, 0.5 / shares.clamp(min=0.02), 0.5 / (1 - shares).clamp(min=0.02))
    lost = F.binary_cross_entropy_with_logits(found.attributes.float(), attributes, reduction="none")
    return {
        "place": place_loss(found.heat.float(), seen.points, seen.states),
        "attributes": TOLD * (lost * rarity).mean(dim=1).mul(legible).sum() / legible.sum().clamp(min=1),
        "box": FRAMED * F.smooth_l1_loss(found.box.float(), box_target(seen.box, size), beta=0.05),
    }


def box_target(box: Tensor, size: int) -> Tensor:
    """(B, 3) as Answer.box, of middle and side in pixels of a picture of size × size."""
    return torch.cat([(box[:, :2] + 0.5) / size - 0.5, (box[:, 2:] / size).log()], dim=1)


def drawn(picture: Tensor, points: Tensor, sure: Tensor, told: Tensor) -> Image:
    """(S + 39, S, 3): landmarks, the surer the greener; a bar for each attribute as long as it is likely."""
    image = np.ascontiguousarray((picture.permute(1, 2, 0) * 255).byte().cpu().numpy())
    for point, certain in zip(points.tolist(), sure.tolist(), strict=True):
        colour = (round(255 * (1 - certain)), round(255 * certain), 40)
        cv2.circle(image, (round(point[0]), round(point[1])), 2, colour, 1, cv2.LINE_AA)
    bars = np.zeros((len(ATTRIBUTE_NAMES), image.shape[1], 3), np.uint8)
    for row, likely in enumerate(told.tolist()):
        bars[row, : round(likely * image.shape[1])] = (90, 160, 255) if row % 2 else (255, 200, 90)
    return np.concatenate([image, bars.repeat(3, axis=0)])


def recipe(choices: Choices) -> Recipe:
    return FaceRecipe(choices)


def shipped() -> Shipped:
    """What is written on the card of its weights."""
    config = SIZES["live"]
    settings: dict[str, object] = {
        "channels": list(config.channels),
        "blocks": list(config.blocks),
        "hidden": config.hidden,
    }
    about = "Reads a face: thirteen attributes, eyes, nose and mouth, and the face's box."
    network = FaceNetwork(config)
    return Shipped(NAME, NAME, NAME, about, network, partial(network, torch.zeros(1, 3, SIZE, SIZE)), settings)
