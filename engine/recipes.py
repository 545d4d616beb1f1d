"""A recipe is the document an exported picture was made of. What of it can be used here, as edits."""

from __future__ import annotations

from collections.abc import Iterator

from engine.document import FAR, Document, Person
from engine.edits import (
    ChooseGenerator,
    ClearStrokes,
    Edit,
    PaintMatte,
    RepaintBackground,
    SetDepth,
    SetKeypoints,
    ShapeMatte,
)
from engine.geometry import Point, distance
from engine.skeleton import LIMBS, Keypoints


def restoring(recipe: Document, document: Document) -> list[Edit]:
    """Everything, for a document of the recipe's own photo: both poses, the matte, depths, generator."""
    source, target = recipe.source, recipe.target
    return [
        SetKeypoints("source", source.keypoints, source.keypoints_from),
        ClearStrokes(),
        *_painting(source),
        SetKeypoints("target", target.keypoints),
        *(SetDepth(limb, depth) for limb, depth in enumerate(target.depths)),
        RepaintBackground(target.repainted),
        ChooseGenerator(recipe.generator),
    ]


def _painting(person: Person) -> Iterator[Edit]:
    """All strokes, and between them what was done to all of the edge."""
    for count in range(len(person.strokes) + 1):
        yield from (ShapeMatte(edge.effect, edge.pixels) for edge in person.edges if edge.after == count)
        yield from (PaintMatte(stroke) for stroke in person.strokes[count : count + 1])


def posing(recipe: Document, document: Document) -> list[Edit]:
    """The pose alone, for whatever photo: as large as this person and standing where this person stands."""
    pose = fitted(recipe.target.keypoints, recipe.source.keypoints, document.source.keypoints)
    depths = (SetDepth(limb, depth) for limb, depth in enumerate(recipe.target.depths))
    return [SetKeypoints("target", pose), *depths]


def fits(recipe: Document, document: Document) -> bool:
    """Whether all of the recipe can be restored: it was made of the same photo."""
    return recipe.source.photo == document.source.photo


def sensible(recipe: Document) -> bool:
    """Whether a recipe, which comes from any file, can be one of ours."""
    figures = recipe.source.keypoints, recipe.target.keypoints
    points = [point for figure in figures for point in figure.points]
    points += [point for stroke in recipe.source.strokes for point in stroke.points]
    near = all(abs(p.x) <= FAR and abs(p.y) <= FAR for p in points)
    painted = all(stroke.points and 0 < stroke.radius <= FAR for stroke in recipe.source.strokes)
    return near and painted and len(recipe.target.depths) == len(LIMBS)


def fitted(pose: Keypoints, theirs: Keypoints, ours: Keypoints) -> Keypoints:
    """A pose of a person who stands as `theirs`, for one who stands as `ours`: by the length and place of the spine."""
    (their_hips, their_neck), (our_hips, our_neck) = theirs.spine(), ours.spine()
    length = distance(their_hips, their_neck)
    scale = distance(our_hips, our_neck) / length if length > 0 else 1.0
    points = (
        Point(our_hips.x + scale * (p.x - their_hips.x), our_hips.y + scale * (p.y - their_hips.y)) for p in pose.points
    )
    return Keypoints(tuple(points), pose.visibility)
