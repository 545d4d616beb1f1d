"""Recorded people as the network that lifts keypoints gets them to see: varied anew every time.

Half of them are seen by another camera: posed in space a little otherwise, with somebody else's build, and projected
anew. Then all may be mirrored, turned in the picture, misplaced, cut off and partly forgotten.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor

from engine.body.model import rotations
from engine.perception.body_skeleton import SWAPPED, Skeleton, about, mirrored
from engine.skeleton import (
    HEAD,
    L_ANKLE,
    L_ELBOW,
    L_HIP,
    L_KNEE,
    L_SHOULDER,
    L_WRIST,
    R_ANKLE,
    R_ELBOW,
    R_HIP,
    R_KNEE,
    R_SHOULDER,
    R_WRIST,
    Visibility,
)
from engine.training.moment import Moment

ANEW = 0.5  # share that another camera sees
SHAKE, SHIFTED = 0.05, 0.01  # radians of each joint, metres of each keypoint of those
YAW, PITCH, NEARNESS = 0.4, 0.15, 0.4  # radians either way, and one over metres to the pinhole at most
ROLL, ROLLED = math.radians(6), (0.1, math.radians(50))  # of most; share and range of those far from upright
CLICKED = 0.6  # share of people annotated by somebody who sees joints elsewhere, as all do: hips lower, above all
NOISE = 0.03  # of the person's size, standard deviation at most; twice that where hidden
LOST, FACELESS, CUT = 0.04, 0.06, 0.15  # shares: of joints, of people without a face, of people cut off below
NAIVE, MISTAKEN = 0.15, 0.04  # shares: of people all of whose joints are called visible, of joints that are misjudged
BELOW = ((R_ANKLE, L_ANKLE), (R_KNEE, L_KNEE, R_ANKLE, L_ANKLE), (R_HIP, L_HIP, R_KNEE, L_KNEE, R_ANKLE, L_ANKLE))
# Keypoints of both sides, to which others they are moved, from how far away from these to how far towards.
HABITS = (
    ((R_HIP, L_HIP), (R_KNEE, L_KNEE), 0.0, 0.3), ((R_HIP, L_HIP), (L_HIP, R_HIP), -0.1, 0.15),
    ((R_KNEE, L_KNEE), (R_ANKLE, L_ANKLE), -0.06, 0.06), ((R_ANKLE, L_ANKLE), (R_KNEE, L_KNEE), -0.05, 0.1),
    ((R_SHOULDER, L_SHOULDER), (L_SHOULDER, R_SHOULDER), -0.07, 0.07),
    ((R_WRIST, L_WRIST), (R_ELBOW, L_ELBOW), -0.1, 0.1),
)  # fmt: skip


class People(NamedTuple):
    points: Tensor  # (B, 18, 2) y down, any units
    seen: Tensor  # (B, 18) Visibility
    turns: Tensor  # (B, 24, 3, 3) the root as the camera sees it
    betas: Tensor  # (B, 10)

    def where(self, chosen: Tensor, others: People) -> People:
        """The others in those rows (B,) that are chosen, these elsewhere."""
        pairs = zip(self, others, strict=True)
        return People(*(torch.where(chosen.view(-1, *(1,) * (a.dim() - 1)), b, a) for a, b in pairs))


def varied(people: People, moment: Moment, skeleton: Skeleton) -> People:
    people = people.where(moment.uniform() < ANEW, _seen_anew(people, moment, skeleton))
    people = people.where(moment.uniform() < 0.5, in_mirror(people))
    straight, far = moment.normal() * ROLL, (2 * moment.uniform() - 1) * ROLLED[1]
    people = rolled(people, torch.where(moment.uniform() < ROLLED[0], far, straight))
    return _forgotten(_misplaced(_annotated(people, moment), moment), moment)


def in_mirror(people: People) -> People:
    points = people.points[:, SWAPPED] * people.points.new_tensor((-1.0, 1.0))
    return People(points, people.seen[:, SWAPPED], mirrored(people.turns), people.betas)


def rolled(people: People, angles: Tensor) -> People:
    """Turned in the picture by angles (B,), clockwise: points and root alike."""
    turn = about(2, angles)
    turns = torch.cat([(turn @ people.turns[:, 0])[:, None], people.turns[:, 1:]], dim=1)
    return people._replace(points=people.points @ turn[:, :2, :2].transpose(1, 2), turns=turns)


def _seen_anew(people: People, moment: Moment, skeleton: Skeleton) -> People:
    """By a pinhole somewhere near where the first one was, so that what was hidden still is."""
    shaken = people.turns @ rotations(moment.normal(people.turns.shape[1], 3) * SHAKE)
    yaw, pitch = ((2 * moment.uniform() - 1) * most for most in (YAW, PITCH))
    # Yaw goes about the picture's upright line, which is nearly the person's own.
    camera = about(0, pitch) @ about(1, yaw)
    turns = torch.cat([(camera @ people.turns[:, 0])[:, None], shaken[:, 1:]], dim=1)
    betas = moment.normal(people.betas.shape[1])  # in units of what bodies vary by
    _, places = skeleton(turns, betas)
    places = places + SHIFTED * moment.normal(places.shape[1], 3)
    near = 1 + places[..., 2:] * (moment.uniform() * NEARNESS)[:, None, None]
    return people._replace(points=places[..., :2] / near.clamp(min=0.4), turns=turns, betas=betas)


def _annotated(people: People, moment: Moment) -> People:
    """Where somebody clicks who thinks of other places as the joints than the body has (lwg.md 5.4)."""
    points, clicked = people.points.clone(), (moment.uniform() < CLICKED).to(people.points.dtype)
    for joints, others, least, most in HABITS:
        far = clicked * (least + (most - least) * moment.uniform())
        ways = people.points[:, list(others)] - people.points[:, list(joints)]
        points[:, list(joints)] += far[:, None, None] * ways
    return people._replace(points=points)


def _misplaced(people: People, moment: Moment) -> People:
    there = (people.seen != int(Visibility.ABSENT))[..., None]
    low = torch.where(there, people.points, torch.inf).amin(dim=1)
    high = torch.where(there, people.points, -torch.inf).amax(dim=1)
    size = (high - low).amax(dim=1).nan_to_num(0, 0, 0)
    doubt = torch.where(people.seen == int(Visibility.HIDDEN), 2.0, 1.0) * (moment.uniform() * NOISE * size)[:, None]
    return people._replace(points=people.points + doubt[..., None] * moment.normal(people.points.shape[1], 2))


def _forgotten(people: People, moment: Moment) -> People:
    seen, joints = people.seen, people.seen.shape[1]
    hidden, visible, absent = (int(v) for v in (Visibility.HIDDEN, Visibility.VISIBLE, Visibility.ABSENT))
    there = seen != absent
    wrong = moment.uniform(joints) < MISTAKEN
    seen = torch.where(wrong, hidden + visible - seen, seen)
    seen = torch.where((moment.uniform() < NAIVE)[:, None], visible, seen)
    gone = ~there | (moment.uniform(joints) < LOST)
    face = torch.zeros(joints, dtype=torch.bool, device=seen.device)
    face[list(HEAD)] = True
    gone = gone | ((moment.uniform() < FACELESS)[:, None] & face)
    below = torch.stack([torch.zeros_like(face).index_fill(0, seen.new_tensor(rows), True) for rows in BELOW])
    cut = (moment.uniform() < CUT)[:, None] & below[moment.integers(len(BELOW))]
    return people._replace(seen=torch.where(gone | cut, absent, seen))
