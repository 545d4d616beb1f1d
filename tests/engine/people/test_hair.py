"""Hair and hats: where they lie on a head, and that each attribute changes only what it names."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from engine.body.model import BodyModel
from engine.people import hair, hair_lines, hats, hull, wardrobe
from engine.people.anatomy import TORSO_Z, anatomy
from engine.people.figure import Cut, Fitting
from engine.people.garments import Columns, Top
from engine.people.hair_grid import FRINGE_COLUMNS, FRINGE_ROWS, FRINGE_SHELLS, SHELLS
from engine.people.hair_shape import HairPiece
from engine.people.hair_strands import Styles, flow

BODY = BodyModel.read()
ANATOMY = anatomy(BODY)
PIECE = HairPiece(ANATOMY, BODY)
CAP = len(PIECE.cap.down)
FRINGE = FRINGE_COLUMNS * FRINGE_ROWS * FRINGE_SHELLS


def fitting(*styles: hair.Hair, hat: hats.Hat = hats.NONE) -> Fitting:
    outfit = replace(wardrobe.sample(np.random.default_rng(1), 0.5), hat=hat)
    people = [SimpleNamespace(hair=style) for style in styles]
    pose, betas = torch.zeros(len(styles), 72), torch.zeros(len(styles), 10)
    return Fitting(BODY, ANATOMY, pose, betas, torch.zeros(1), people, [outfit] * len(styles))  # type: ignore[arg-type]


def fitted(*styles: hair.Hair, hat: hats.Hat = hats.NONE) -> Cut:
    return PIECE.fit(fitting(*styles, hat=hat))


def test_there_are_styles_enough_and_faces_few():
    assert len(hair.STYLES) >= 10
    assert len(PIECE.faces) <= 6000


def test_a_style_is_drawn_again_from_the_same_seed():
    one, two = (hair.sample(np.random.default_rng(5), 0.5, {"bangs": True}) for _ in range(2))
    assert one == two


def test_places_of_the_dome_are_found_again():
    azimuth, down = torch.tensor([-3.0, -1.0, 0.2, 2.5]), torch.tensor([0.01, 0.1, 0.2, 0.5])
    at = hair_lines.dome(hair_lines.placed(azimuth, down, torch.tensor([0.0, 1.0, 4.0, 5.0])))
    torch.testing.assert_close(at.azimuth, azimuth)
    torch.testing.assert_close(at.down, down)
    assert at.shell.tolist() == [0, 1, 4, 5] and not at.tied.any()


def test_strands_fall_straight_below_the_ears():
    azimuth = torch.full((5,), 0.8)
    at = hair_lines.dome(hair_lines.placed(azimuth, torch.linspace(0.16, 0.5, 5), torch.zeros(5)))
    run = flow(at, torch.zeros(5, dtype=torch.int64), Styles([hair.STYLES["long straight"]]))
    torch.testing.assert_close(run.around * 2 * torch.pi, azimuth)


@pytest.mark.parametrize("name", hair.STYLES)
def test_hair_is_finite_and_lies_outside_the_scalp(name):
    f = fitting(hair.STYLES[name])
    cut = PIECE.fit(f)
    assert cut.vertices.isfinite().all() and cut.level.isfinite().all()
    down = PIECE.cap.down[: CAP // SHELLS]
    scalp, lowest = PIECE.scalp.of(f.rest), cut.vertices[:, : CAP // SHELLS]
    middle = scalp.mean(dim=1, keepdim=True)
    further = (lowest - middle).norm(dim=-1) - (scalp - middle).norm(dim=-1)
    assert (further[:, down < 0.12] > 0).all()


def test_long_hair_lies_outside_of_loose_clothes():
    tight, loose = (
        replace(wardrobe.sample(np.random.default_rng(1), 0.5), top=Top(worn=1, loose=share, ease=0.007), jacket=Top())
        for share in (0.0, 1.0)
    )
    f = fitting(hair.STYLES["long straight"], hair.STYLES["long straight"])
    f.outfits = [tight, loose]
    place = PIECE.fit(f).vertices[:, :CAP]
    low = (place[..., 1] < 0.10) & (place[..., 1] > -0.05) & (place[..., 2] < TORSO_Z)
    angle, radius = hull.cylinder(place)
    cloth = hull.at(f.hung, angle, place[..., 1]) + 0.007
    assert low[1].any() and (radius - cloth)[1][low[1]].min() > 0
    assert (radius - cloth)[0][low[0]].min() < 0  # close to a tight one, nearer than a loose one hangs


def test_bangs_add_the_fringe_and_nothing_else():
    style = hair.STYLES["bob"]
    without, with_ = (fitted(hair.switched(style, {"bangs": on})) for on in (False, True))
    torch.testing.assert_close(without.vertices, with_.vertices)
    changed = (without.level != with_.level)[0].nonzero()[:, 0]
    assert len(changed) and changed.min() >= CAP and changed.max() < CAP + FRINGE


def test_a_bald_head_has_nothing_on_top():
    cut = fitted(hair.switched(hair.STYLES["long curls"], {"bald": True}))
    assert (cut.level < 0).all()


def test_a_hat_lies_over_the_hair_beneath_it():
    style, hat = hair.STYLES["curls"], hats.KINDS["beanie"]
    f = fitting(style, hat=hat)
    piece = hats.HatPiece(ANATOMY, BODY)
    over, under = piece.fit(f), PIECE.fit(f)
    assert over.vertices[..., 1].max() > under.vertices[:, :CAP, 1].max()
    assert (piece.fit(fitting(style)).level < 0).all()
    front, back = hats.rim(torch.tensor([0.0, torch.pi]), Columns([hat]))[0]
    assert front < back


def test_a_hat_with_a_brim_is_wider_than_one_without():
    piece = hats.HatPiece(ANATOMY, BODY)

    def width(kind: str) -> float:
        return float(piece.fit(fitting(hair.STYLES["bob"], hat=hats.KINDS[kind])).vertices[..., 0].abs().max())

    assert width("sun hat") > width("beanie") + 0.05
