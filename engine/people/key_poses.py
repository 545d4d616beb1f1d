"""Key poses by us: where hands and feet are and how the trunk is held. engine/people/reaching.py turns them into angles.

Everything is told of the left side; the right side is its mirror image. Metres in the built-in body at rest (x the
person's left, y up, z to the front, pelvis at y -0.22, shoulder at (0.18, 0.25, 0.04), chin at y 0.36), degrees else.
"""

from __future__ import annotations

from typing import NamedTuple


class Trunk(NamedTuple):
    sink: float = 0.001  # metres the hips are lowered at least; more bends the knees
    lean: float = 0.0  # forward, of the whole body
    sway: float = 0.0  # hip up on the left: the weight rests on the left leg
    bend: float = 0.0  # of the spine: forward
    twist: float = 0.0  # to the left
    side: float = 0.0  # to the right
    nod: float = 0.0  # of the head: forward
    turn: float = 0.0  # to the left
    tilt: float = 0.0  # to the right


class Arm(NamedTuple):
    x: float  # wrist, moving with the chest
    y: float
    z: float
    elbow: tuple[float, float, float]  # where the elbow points
    palm: float = 10.0  # turn of the forearm that brings the palm to the back when the arm hangs
    fold: float = 4.0  # of the wrist, towards the palm
    aside: float = 0.0  # of the wrist, towards the little finger
    curl: float = 20.0  # of the fingers


class Leg(NamedTuple):
    x: float  # ankle, moving with the ground
    lift: float  # metres above standing
    z: float
    out: float = 8.0  # toes
    heel: float = 0.0  # heel up, the ball of the foot stays
    knee: float = 0.0  # knee out, relative to the toes


class KeyPose(NamedTuple):
    group: str
    trunk: Trunk
    arms: tuple[str, str]  # left, right
    legs: tuple[str, str]


ARMS = {
    "hang": Arm(0.245, -0.236, 0.055, (0.35, 0, -1)),
    "hang close": Arm(0.234, -0.232, 0.075, (0.5, 0, -1), 20),
    "hang wide": Arm(0.325, -0.208, 0.070, (0.45, 0, -1), 15),
    "hang front": Arm(0.225, -0.218, 0.130, (0.4, 0, -1), 20),
    "hang back": Arm(0.245, -0.235, -0.010, (0.4, 0, -1), 5),
    "hang bent": Arm(0.285, -0.150, 0.170, (0.7, 0, -1), 15),
    "on thigh": Arm(0.205, -0.200, 0.175, (0.6, 0, -1), 30, 8),
    "hip": Arm(0.255, -0.055, 0.030, (1, 0, -0.5), 20, 35, 0, 25),
    "hip low": Arm(0.255, -0.110, 0.020, (1, 0, -0.8), 10, 25, 0, 25),
    "pocket": Arm(0.222, -0.165, 0.085, (0.8, 0, -1), 20, 5, 0, 28),
    "back pocket": Arm(0.210, -0.160, -0.060, (0.7, 0, -1), 10, 5, 0, 28),
    "cross over": Arm(-0.055, 0.070, 0.250, (1, -0.9, 0.1), 0, 5),
    "cross under": Arm(-0.045, 0.045, 0.215, (1, -0.9, 0), 0, 8),
    "A": Arm(0.500, -0.085, 0.060, (0.2, 0, -1), 10, 0, 0, 8),
    "A low": Arm(0.415, -0.170, 0.060, (0.2, 0, -1), 10, 0, 0, 12),
    "T": Arm(0.670, 0.262, 0.045, (0, -0.2, -1), 0, 0, 0, 6),
    "walk fore": Arm(0.245, -0.150, 0.240, (0.35, 0, -1), 10),
    "walk aft": Arm(0.270, -0.185, -0.120, (0.3, 0, -1), 10),
    "run fore": Arm(0.120, 0.110, 0.330, (0.6, -1, -0.3), 0, 0, 0, 30),
    "run aft": Arm(0.260, -0.050, 0.000, (0.35, 0.3, -1), 0, 0, 0, 30),
    "up": Arm(0.260, 0.730, 0.090, (1, 0, -0.3), 0, 0, 0, 12),
    "up bent": Arm(0.330, 0.600, 0.100, (1, -0.1, 0), 0, 0, 0, 15),
    "forward": Arm(0.190, 0.240, 0.520, (0.7, -1, 0), 10, 0, 0, 15),
    "forward low": Arm(0.230, 0.020, 0.440, (0.6, -0.6, -0.5), 5),
    "sideways": Arm(0.630, 0.330, 0.140, (0, -0.6, -1), 5, 0, 0, 12),
    "wave": Arm(0.420, 0.470, 0.130, (0.5, -1, -0.1), 10, -8, 0, 4),
    "point": Arm(0.390, 0.270, 0.450, (0.4, -1, -0.2), 10, 0, 0, 24),
    "chin": Arm(0.105, 0.270, 0.235, (0.5, -1, 0.2), -10, 15, 0, 28),
    "face": Arm(0.165, 0.330, 0.200, (0.7, -1, 0.2), -10, 12, 0, 24),
    "hair": Arm(0.160, 0.500, 0.030, (1, 0, 0.2), 0, 22, 0, 22),
    "phone": Arm(0.155, 0.350, 0.095, (0.8, -1, 0.1), -10, 5, 0, 28),
    "screen": Arm(0.125, 0.070, 0.320, (0.5, -1, -0.4), -25, 0, 0, 27),
    "hold": Arm(0.165, 0.010, 0.300, (0.45, -1, -0.6), -10, 0, 0, 24),
    "clasp low": Arm(0.085, -0.165, 0.235, (1, 0, -0.6), 25, 15, 0, 26),
    "clasp": Arm(0.085, -0.010, 0.265, (1, -0.5, -0.3), 10, 10, 0, 26),
    "behind": Arm(0.125, -0.130, -0.125, (1, 0, -0.7), 10, -10, 0, 22),
    "hug": Arm(-0.075, 0.150, 0.240, (0.6, -1, 0.5), 0, 20, 0, 22),
    "overhead": Arm(0.110, 0.660, 0.080, (1, 0.1, 0.1), 0, 0, 0, 20),
    "behind head": Arm(0.130, 0.420, -0.045, (1, 0.3, 0.4), 0, 12, 0, 22),
    "strap": Arm(0.165, 0.130, 0.225, (0.6, -1, -0.2), 0, 15, 0, 30),
    "bag": Arm(0.300, 0.000, 0.200, (0.5, -0.3, -1), 0, 0, 0, 30),
    "across": Arm(-0.180, 0.180, 0.330, (0.6, -1, 0.3), 10, 0, 0, 18),
    "dance side": Arm(0.520, 0.180, 0.200, (0.3, -0.6, -1), 5, -10, 0, 14),
    "dance bent": Arm(0.380, 0.300, 0.260, (0.8, -0.8, -0.2), 5, -10, 0, 20),
    "dance low": Arm(0.420, -0.060, 0.150, (0.5, 0.1, -1), 20, -15, 0, 14),
    "on knee": Arm(0.190, -0.085, 0.310, (0.9, -0.2, -0.7), 30, 0, 0, 18),
    "in lap": Arm(0.105, -0.095, 0.245, (1, -0.1, -0.6), 30, 0, 0, 22),
    "guard": Arm(0.130, 0.230, 0.290, (0.6, -1, 0), -10, 0, 0, 30),
}  # fmt: skip

LEGS = {
    "stand": Leg(0.100, 0, 0.000),
    "narrow": Leg(0.065, 0, 0.000, 5),
    "wide": Leg(0.165, 0, 0.000, 12),
    "astride": Leg(0.270, 0, 0.000, 18),
    "under": Leg(0.035, 0, 0.000, 8),
    "free": Leg(0.185, 0, 0.080, 22),
    "free front": Leg(0.130, 0, 0.170, 12),
    "free heel": Leg(0.140, 0, -0.030, 12, 22, -4),
    "crossed": Leg(-0.050, 0, 0.110, 6, 10),
    "step fore": Leg(0.075, 0, 0.130, 6),
    "step aft": Leg(0.080, 0, -0.130, 10, 14),
    "walk fore": Leg(0.075, 0.02, 0.300, 6, -12),
    "walk aft": Leg(0.080, 0, -0.270, 8, 32),
    "walk swing": Leg(0.085, 0.07, -0.130, 4, 30),
    "walk lift": Leg(0.085, 0.10, 0.060, 4, 8),
    "run fore": Leg(0.085, 0.36, 0.160, 2, 10),
    "run aft": Leg(0.090, 0, -0.430, 4, 45),
    "run land": Leg(0.080, 0, 0.180, 4, 0),
    "run back": Leg(0.090, 0.42, -0.330, 4, 45),
    "sit": Leg(0.125, 0, 0.400, 10),
    "sit open": Leg(0.220, 0, 0.380, 22, 0, 5),
    "sit forward": Leg(0.130, 0.01, 0.540, 12, -8),
    "sit tucked": Leg(0.110, 0, 0.240, 8, 20),
    "sit over": Leg(-0.040, 0.230, 0.520, 6, 25, 4),
    "sit under": Leg(0.060, 0, 0.370, 4),
    "squat": Leg(0.170, 0, 0.080, 28, 18, 14),
    "kneel fore": Leg(0.120, 0, 0.380, 8),
    "kneel aft": Leg(0.120, -0.03, -0.420, 2, 48),
    "kneel": Leg(0.110, -0.05, -0.420, 0, 48),
    "lunge fore": Leg(0.120, 0, 0.470, 8),
    "lunge aft": Leg(0.110, 0, -0.480, 8, 45),
    "kick": Leg(0.110, 0.420, 0.620, 8, 25),
    "lift": Leg(0.120, 0.340, 0.120, 8, 25),
    "out": Leg(0.380, 0, 0.000, 30, 8),
    "tiptoe": Leg(0.080, 0, 0.000, 12, 30),
}  # fmt: skip

STAND, WALK, RUN, SIT, LOW, ACT, DANCE = "stand", "walk", "run", "sit", "low", "act", "dance"
_SHIFT = Trunk(0.001, 0, 6, 0, 3, -6, 0, 6, -3)

KEY_POSES = {
    "standing": KeyPose(STAND, Trunk(), ("hang", "hang"), ("stand", "stand")),
    "at ease": KeyPose(STAND, Trunk(0.001, 0, 0, 3), ("hang close", "hang front"), ("wide", "wide")),
    "feet together": KeyPose(STAND, Trunk(0.001, 0, 0, -2), ("hang close", "hang close"), ("narrow", "narrow")),
    "feet apart": KeyPose(STAND, Trunk(0.001), ("hang wide", "hang wide"), ("astride", "astride")),
    "slouch": KeyPose(STAND, Trunk(0.001, -2, 0, 12, 0, 0, 8), ("hang front", "hang front"), ("stand", "wide")),
    "contrapposto": KeyPose(STAND, _SHIFT, ("hang", "hang front"), ("under", "free")),
    "one leg rests": KeyPose(STAND, Trunk(0.001, 0, 5, 0, -4, -5), ("hang", "hang bent"), ("under", "free front")),
    "heel up": KeyPose(STAND, Trunk(0.001, 0, 5, 0, 5, -5, 4), ("hang", "on thigh"), ("under", "free heel")),
    "legs crossed": KeyPose(STAND, Trunk(0.001, 0, 3, 0, 0, -3), ("hang", "hang close"), ("under", "crossed")),
    "small step": KeyPose(STAND, Trunk(0.001, 0, 0, 0, 5), ("hang back", "hang front"), ("step fore", "step aft")),
    "over the shoulder": KeyPose(
        STAND, Trunk(0.001, 0, 4, -3, 22, -4, 0, 55, 4), ("hang back", "hang"), ("under", "free")
    ),
    "hands on hips": KeyPose(STAND, Trunk(0.001), ("hip", "hip"), ("wide", "wide")),
    "hand on hip": KeyPose(STAND, _SHIFT, ("hip", "hang"), ("under", "free")),
    "hands low on hips": KeyPose(STAND, Trunk(0.001, 0, 4, 0, 0, -4), ("hip low", "hip low"), ("under", "free")),
    "hands in pockets": KeyPose(STAND, Trunk(0.001, 0, 0, 3), ("pocket", "pocket"), ("stand", "wide")),
    "hand in pocket": KeyPose(STAND, _SHIFT, ("pocket", "hang"), ("under", "free")),
    "back pockets": KeyPose(STAND, Trunk(0.001, 0, 3, -3), ("back pocket", "back pocket"), ("under", "free front")),
    "arms crossed": KeyPose(STAND, Trunk(0.001, 0, 0, 2), ("cross over", "cross under"), ("wide", "stand")),
    "hugging self": KeyPose(STAND, Trunk(0.001, 0, 0, 6, 0, 0, 6, 0, 4), ("hug", "cross under"), ("narrow", "stand")),
    "A-pose": KeyPose(STAND, Trunk(), ("A", "A"), ("wide", "wide")),
    "low A-pose": KeyPose(STAND, Trunk(), ("A low", "A low"), ("stand", "stand")),
    "T-pose": KeyPose(STAND, Trunk(), ("T", "T"), ("stand", "stand")),
    "clasped in front": KeyPose(STAND, Trunk(0.001), ("clasp low", "clasp low"), ("stand", "stand")),
    "clasped at belly": KeyPose(STAND, Trunk(0.001), ("clasp", "clasp"), ("stand", "narrow")),
    "hands behind": KeyPose(STAND, Trunk(0.001, 0, 0, -4), ("behind", "behind"), ("wide", "stand")),
    "holding": KeyPose(STAND, Trunk(0.001, 0, 0, 2, 0, 0, 8), ("hold", "hold"), ("stand", "wide")),
    "reading a phone": KeyPose(STAND, Trunk(0.001, 0, 3, 5, 0, -3, 22, 4), ("screen", "hang"), ("under", "free")),
    "phone at ear": KeyPose(STAND, Trunk(0.001, 0, 3, 0, 0, -3, 2, -6, -6), ("phone", "hang"), ("under", "free")),
    "thinking": KeyPose(STAND, Trunk(0.001, 0, 3, 3, 0, -3, 4, 4, 3), ("chin", "cross under"), ("under", "free")),
    "hand at face": KeyPose(STAND, Trunk(0.001, 0, 4, 0, 0, -4, 0, 8, -6), ("face", "hang"), ("under", "free")),
    "hand in hair": KeyPose(STAND, _SHIFT, ("hair", "hip"), ("under", "free")),
    "bag strap": KeyPose(STAND, Trunk(0.001, 0, 2, 2), ("strap", "hang"), ("stand", "free")),
    "bag on the arm": KeyPose(STAND, Trunk(0.001, 0, 4, 0, 0, -4), ("bag", "hang"), ("under", "free")),
    "stride": KeyPose(
        WALK, Trunk(0.060, 3, 0, 1, 6), ("walk aft", "walk fore"), ("walk fore", "walk aft")
    ),
    "short stride": KeyPose(WALK, Trunk(0.001, 2, 0, 1, 4), ("hang back", "hang front"), ("step fore", "step aft")),
    "passing": KeyPose(WALK, Trunk(0.001, 3, 1), ("hang", "hang front"), ("under", "walk swing")),
    "foot forward": KeyPose(WALK, Trunk(0.001, 3, 2, 1, -4), ("hang front", "hang back"), ("under", "walk lift")),
    "strolling": KeyPose(WALK, Trunk(0.035, 1, 0, 0, 4, 0, 4), ("pocket", "walk fore"), ("step fore", "walk aft")),
    "walking with bag": KeyPose(WALK, Trunk(0.040, 3, 0, 3, 4), ("strap", "walk fore"), ("walk fore", "step aft")),
    "running": KeyPose(RUN, Trunk(0.030, 9, 0, 5, 10), ("run aft", "run fore"), ("run fore", "run aft")),
    "landing": KeyPose(RUN, Trunk(0.070, 9, 0, 5, -6), ("run fore", "run aft"), ("run land", "run back")),
    "sitting": KeyPose(SIT, Trunk(0.420, -3, 0, 4), ("on knee", "on knee"), ("sit", "sit")),
    "sitting open": KeyPose(SIT, Trunk(0.430, -4, 0, 22, 0, 0, -8), ("on knee", "in lap"), ("sit open", "sit open")),
    "sitting back": KeyPose(SIT, Trunk(0.430, -14, 0, 8, 0, 0, 4), ("in lap", "in lap"), ("sit forward", "sit")),
    "legs over": KeyPose(SIT, Trunk(0.410, -4, 0, 6, 4), ("in lap", "in lap"), ("sit under", "sit over")),
    "feet tucked": KeyPose(SIT, Trunk(0.400, 0, 0, 0), ("clasp", "on knee"), ("sit tucked", "sit tucked")),
    "squatting": KeyPose(LOW, Trunk(0.560, 14, 0, 18, 0, 0, -16), ("forward low", "hold"), ("squat", "squat")),
    "kneeling": KeyPose(LOW, Trunk(0.420, 0, 0, 4), ("hang front", "on knee"), ("kneel aft", "kneel fore")),
    "on both knees": KeyPose(LOW, Trunk(0.400, 0, 0, 4), ("on thigh", "on thigh"), ("kneel", "kneel")),
    "lunge": KeyPose(LOW, Trunk(0.260, 3), ("hip", "hip"), ("lunge fore", "lunge aft")),
    "bowing": KeyPose(LOW, Trunk(0.001, 10, 0, 45, 0, 0, 15), ("hang front", "hang front"), ("stand", "stand")),
    "leaning": KeyPose(ACT, Trunk(0.001, 0, 3, 8, 0, 18, 4, 0, 8), ("hip", "hang front"), ("wide", "wide")),
    "reaching up": KeyPose(ACT, Trunk(0.001, 0, 3, -5, 0, 5, -14, 0, 0), ("up", "hang"), ("stand", "free heel")),
    "reaching forward": KeyPose(ACT, Trunk(0.001, 4, 0, 8, -10), ("forward", "hang back"), ("step fore", "step aft")),
    "reaching sideways": KeyPose(ACT, Trunk(0.001, 0, 0, 0, 6, -8, 0, 30), ("sideways", "hang"), ("astride", "wide")),
    "both forward": KeyPose(ACT, Trunk(0.001), ("forward", "forward low"), ("stand", "stand")),
    "waving": KeyPose(ACT, Trunk(0.001, 0, 3, 0, 0, -2), ("wave", "hang"), ("stand", "free")),
    "pointing": KeyPose(ACT, Trunk(0.001, 0, 0, 0, 6, 0, 0, 25), ("point", "hip"), ("wide", "stand")),
    "arms overhead": KeyPose(ACT, Trunk(0.001, 0, 0, -5), ("overhead", "overhead"), ("narrow", "stand")),
    "stretching": KeyPose(ACT, Trunk(0.001, 0, 4, -4, 0, 12, 0, 0, 8), ("up", "overhead"), ("wide", "stand")),
    "hands behind head": KeyPose(ACT, Trunk(0.001, 0, 3, -4), ("behind head", "behind head"), ("under", "free")),
    "stretching an arm": KeyPose(ACT, Trunk(0.001), ("across", "cross under"), ("wide", "wide")),
    "cheering": KeyPose(ACT, Trunk(0.001, 0, 0, -4, 0, 0, -8), ("up", "up bent"), ("wide", "wide")),
    "kicking": KeyPose(ACT, Trunk(0.001, -8, 4, 4, 6), ("dance low", "walk fore"), ("kick", "stand")),
    "boxing": KeyPose(ACT, Trunk(0.060, 3, 0, 6, 12, 0, 6, -8), ("guard", "forward"), ("step fore", "step aft")),
    "swaying": KeyPose(DANCE, Trunk(0.050, 0, 9, 0, 6, -14, 0, -8, -8), ("dance bent", "dance low"), ("stand", "free")),
    "arms wide": KeyPose(DANCE, Trunk(0.040, 0, 3, -4, 10, 4, -4, 10), ("dance side", "up bent"), ("stand", "out")),
    "disco": KeyPose(DANCE, Trunk(0.030, 0, 4, 0, -8, 6, 0, 20), ("up", "hip"), ("wide", "out")),
    "twisting": KeyPose(DANCE, Trunk(0.120, 3, 0, 6, 22, 0, 0, -15), ("dance bent", "run aft"), ("wide", "free heel")),
    "one knee up": KeyPose(DANCE, Trunk(0.001, 0, -4, 2, -8, 4), ("dance side", "dance bent"), ("lift", "under")),
    "on tiptoe": KeyPose(DANCE, Trunk(-0.065, 0, 0, -4), ("sideways", "overhead"), ("tiptoe", "tiptoe")),
}  # fmt: skip
