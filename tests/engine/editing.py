"""Hypothesis strategies for documents and edits, shared by the tests of the plain core."""

from __future__ import annotations

from typing import get_args

from hypothesis import strategies as st

from engine.document import MOST_EDGE, Depth, Document, EdgeEffect, Figure, Origin, Person, Stroke
from engine.edits import (
    ChooseGenerator,
    ClearStrokes,
    Edit,
    MoveJoints,
    PaintMatte,
    RepaintBackground,
    SetDepth,
    SetKeypoints,
    SetVisibility,
    ShapeMatte,
    TakePerson,
)
from engine.geometry import Point
from engine.skeleton import JOINTS, LIMBS, Keypoints, Visibility

STANDING = Keypoints.of(
    zip(
        (100, 100, 80, 70, 66, 120, 130, 134, 88, 86, 85, 112, 114, 115, 94, 106, 88, 112),
        (40, 70, 72, 110, 150, 72, 110, 150, 150, 210, 270, 150, 210, 270, 34, 34, 38, 38),
        strict=True,
    )
)
DOCUMENT = Document.of(Person("me.jpg", "0" * 64, 200, 300, STANDING))

coordinates = st.floats(-1000, 1000)
points = st.builds(Point, coordinates, coordinates)
joints = st.sampled_from(JOINTS)
figures = st.sampled_from(get_args(Figure))
visibilities = st.sampled_from(Visibility)
keypoints = st.builds(
    Keypoints,
    st.lists(points, min_size=18, max_size=18).map(tuple),
    st.lists(visibilities, min_size=18, max_size=18).map(tuple),
)
hashes = st.text("0123456789abcdef", min_size=64, max_size=64)
strokes = st.builds(Stroke, st.lists(points, min_size=1, max_size=4).map(tuple), st.floats(0.5, 80), st.booleans())
edits: st.SearchStrategy[Edit] = st.one_of(
    st.builds(MoveJoints.of, figures, st.dictionaries(joints, points, max_size=3)),
    st.builds(SetVisibility, figures, st.lists(joints, max_size=3).map(tuple), visibilities),
    st.builds(SetKeypoints, figures, keypoints, st.sampled_from(get_args(Origin))),
    st.builds(TakePerson, keypoints, st.tuples(*[st.floats(0, 1)] * 18), hashes, hashes),
    st.builds(SetDepth, st.integers(0, len(LIMBS) - 1), st.sampled_from(get_args(Depth))),
    st.builds(PaintMatte, strokes),
    st.builds(ShapeMatte, st.sampled_from(get_args(EdgeEffect)), st.floats(0.5, MOST_EDGE)),
    st.builds(ClearStrokes),
    st.builds(RepaintBackground, st.booleans()),
    st.builds(ChooseGenerator, st.text(max_size=8)),
)
