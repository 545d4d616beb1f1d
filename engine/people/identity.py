"""Who somebody is: body, head, colours, and the thirteen attributes as true switches.

Everything that chance decides is in the genes, both ways of every switch; the attributes say which of it shows. So the
same person with one attribute turned is the same in all that the attribute does not concern.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from engine.attributes import ATTRIBUTE_NAMES
from engine.body.model import BUILT_IN
from engine.people import attribute_rates, features, hair, palettes
from engine.people.features import Face
from engine.people.hair import Hair
from engine.people.palettes import Colour

Attributes = dict[str, bool]  # all of ATTRIBUTE_NAMES
COLOURS = ("black hair", "blond hair", "brown hair")
EXCLUSIVE = (COLOURS, ("bald", "bangs"))  # of each group no more than one holds
BETA_NOISE = 0.3


@dataclass(frozen=True)
class Genes:
    seed: int
    sexes: tuple[float, float]  # the phenotype's gender as a man and as a woman
    ages: tuple[float, float]  # the phenotype's age when young and when old
    phenotype: NDArray[np.float32]  # (11,) with gender and age to be filled in
    noise: NDArray[np.float32]  # (10,) of the betas
    head: NDArray[np.float32]  # (24,)
    skins: tuple[Colour, Colour]  # pale and not
    hair_colours: dict[str, Colour]
    hair: Hair
    rim: float  # 1: a bald head keeps a rim of hair
    eyes: Colour
    face: Face


@dataclass(frozen=True)
class Person:
    seed: int
    phenotype: NDArray[np.float32]  # (11,) of the body file's phenotype_names, 0 … 1
    betas: NDArray[np.float32]  # (10,)
    head: NDArray[np.float32]  # (24,) head shape, N(0, 1)
    skin: Colour
    hair_colour: Colour
    hair: Hair
    eyes: Colour
    face: Face
    attributes: Attributes
    genes: Genes


def sample(random: Generator, kind: str = "full") -> Person:
    """Somebody; portraits (kind "face") show every attribute often enough to learn it from, other kinds as in the street."""
    african, asian, _ = mix = random.dirichlet((0.5, 0.5, 0.7))
    attributes = attribute_rates.sample(random, kind, float(african))
    man, woman = random.uniform(0.0, 0.1), random.uniform(0.9, 1.0)
    young, old = random.uniform(0.36, 0.6), random.uniform(0.74, 1.0)
    height, sturdy = np.clip(random.normal(0.375, 0.07), 0.15, 0.65), random.beta(2.2, 3)
    rest = (random.beta(2.5, 2.5), sturdy, height, random.beta(4, 2.5), random.beta(2, 2), random.beta(3, 2))
    darkness = float(np.clip(0.02 + 0.75 * african + 0.28 * asian + random.normal(0, 0.12), 0, 1))
    genes = Genes(
        seed=int(random.integers(1 << 30)),
        sexes=(float(man), float(woman)),
        ages=(float(young), float(old)),
        phenotype=np.array([0, 0, *rest, *mix], np.float32),
        noise=random.normal(0, BETA_NOISE, 10).astype(np.float32),
        head=random.normal(0, 0.8, 24).astype(np.float32),
        skins=(_tone(random, random.uniform(0, 0.14)), _tone(random, 0.18 + 0.82 * darkness)),
        hair_colours={name: palettes.one_of(colours, random) for name, colours in palettes.HAIR.items()},
        hair=hair.sample(random, 1.0 - attributes["male"], {"young": False}),
        rim=float(random.random() < 0.7),
        eyes=palettes.one_of(palettes.EYES[: 2 if darkness > 0.35 and random.random() < 0.9 else None], random),
        face=features.sample(random),
    )
    return expressed(genes, attributes)


def switched(person: Person, attribute: str, on: bool) -> Person:
    """The same person with one attribute as given; what excludes it goes, and with it nothing else changes."""
    attributes = {**person.attributes, attribute: on}
    if on:
        others = [name for group in EXCLUSIVE if attribute in group for name in group if name != attribute]
        attributes.update(dict.fromkeys(others, False))
    return expressed(person.genes, attributes)


def expressed(genes: Genes, attributes: Attributes) -> Person:
    """The person that these genes make when the attributes are as given. Raises ValueError for impossible ones."""
    _check(attributes)
    phenotype = genes.phenotype.copy()
    phenotype[:2] = genes.sexes[0 if attributes["male"] else 1], genes.ages[0 if attributes["young"] else 1]
    betas = (np.append(phenotype, 1) @ _to_betas() + genes.noise).astype(np.float32)
    style = hair.switched(genes.hair, attributes, genes.rim)
    return Person(
        seed=genes.seed,
        phenotype=phenotype,
        betas=np.clip(betas, -3, 3),
        head=genes.head,
        skin=genes.skins[0 if attributes["pale skin"] else 1],
        hair_colour=genes.hair_colours[_hair_colour(attributes)],
        hair=replace(style, grey=0.0 if attributes["young"] else style.grey),
        eyes=genes.eyes,
        face=_face(genes.face, attributes),
        attributes={name: bool(attributes[name]) for name in ATTRIBUTE_NAMES},
        genes=genes,
    )


def _check(attributes: Attributes) -> None:
    missing = [name for name in ATTRIBUTE_NAMES if name not in attributes]
    if missing or len(attributes) != len(ATTRIBUTE_NAMES):
        raise ValueError(f"expected the attributes {ATTRIBUTE_NAMES}, found {tuple(attributes)}")
    for group in EXCLUSIVE:
        if sum(attributes[name] for name in group) > 1:
            raise ValueError(f"at most one of {group} can hold")


def _hair_colour(attributes: Attributes) -> str:
    named = next((name.removesuffix(" hair") for name in COLOURS if attributes[name]), None)
    return named or ("red" if attributes["young"] else "grey")


def _face(face: Face, on: Attributes) -> Face:
    """What shows of a face that has everything."""
    man, young = on["male"], on["young"]
    shown = replace(
        face,
        wrinkles=0.18 * face.wrinkles if young else face.wrinkles,
        circles=face.circles if young else 0.4 + 0.6 * face.circles,
        brow_half=face.brow_half * (1.12 if man else 0.85) * (1.75 if on["bushy eyebrows"] else 1.0),
        brow_dense=min(1.0, face.brow_dense * (1.35 if on["bushy eyebrows"] else 1.0)),
        brow_high=face.brow_high - (0.0006 if man else -0.0010),
        brow_arch=face.brow_arch * (0.45 if man else 1.0),
        lip_full=face.lip_full - (0.0004 if man else -0.0002),
        lip_red=face.lip_red * (0.65 if man else 1.0),
        lashes=face.lashes * (0.45 if man else 1.0),
        stubble=face.stubble if man else 0.0,
        beard=0.0 if on["no beard"] else face.beard,
        moustache=face.moustache if on["mustache"] else 0.0,
        glasses=1.0 if on["eyeglasses"] else 0.0,
    )
    return replace(shown, lipstick=0.0, shadow=0.0) if man else shown


def _tone(random: Generator, at: float) -> Colour:
    """A skin colour, 0 the lightest … 1 the darkest of the palette."""
    colours = np.array(palettes.SKIN)
    place = at * (len(colours) - 1)
    low = min(int(place), len(colours) - 2)
    tone = colours[low] + (place - low) * (colours[low + 1] - colours[low])
    return palettes.varied(tone * (0.93 + 0.07 * at), random, 0.012)


@cache
def _to_betas() -> NDArray[np.float64]:
    with np.load(BUILT_IN, allow_pickle=False) as arrays:
        return arrays["phenotype_to_betas"].astype(np.float64)
