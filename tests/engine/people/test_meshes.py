"""What is done to meshes to save time: normals where something is seen, coarser faces for shadows."""

from __future__ import annotations

import torch

from engine.body.model import BodyModel
from engine.people.anatomy import anatomy, vertex_normals
from engine.people.coarser import coarser
from engine.people.facing import normals, towards
from engine.render.masks import indices
from engine.render.rasteriser import fragments, rasterise

BODY = BodyModel.read()
ANATOMY = anatomy(BODY)


def turned() -> torch.Tensor:
    """The template (2, V, 3) in camera space, upright and upside down: mirror images of body space."""
    camera = ANATOMY.points * torch.tensor([1.0, 1.0, -1.0]) + torch.tensor([0.0, 0.4, 3.0])
    return torch.stack([camera, camera * torch.tensor([-1.0, -1.0, 1.0])])


def test_normals_are_those_of_the_whole_mesh_where_a_face_is_seen():
    camera = turned()
    found = fragments(rasterise(camera * torch.tensor([0.9, 0.9, 1.0]), BODY.faces, 96, 96))
    own = normals(camera, BODY.faces, BODY.faces, found)
    whole = -vertex_normals(camera, BODY.faces)
    for member in (0, 1):
        corners = BODY.faces[found.face[found.batch == member]].unique()
        assert 500 < len(corners) < len(ANATOMY.points)
        torch.testing.assert_close(own[member, corners], whole[member, corners], atol=1e-3, rtol=0)


def test_surfaces_seen_from_their_back_turn_to_the_viewer():
    ahead = torch.tensor([[0.0, 0.0, 2.0]]).expand(3, 3)
    given = torch.tensor([[0.0, 0.0, -3.0], [0.0, 0.0, 0.5], [2.0, 0.0, 0.1]])
    found = towards(given, ahead)
    torch.testing.assert_close(found[:2], torch.tensor([[0.0, 0.0, -1.0]]).expand(2, 3))
    assert found[2, 0] > 0.99  # nearly across the line of sight: left as it is


def test_a_coarser_body_has_fewer_faces_and_the_same_shape():
    faces = coarser(ANATOMY.points, BODY.faces, torch.full((len(ANATOMY.points),), 0.03))
    assert len(faces) < 0.25 * len(BODY.faces)
    assert (faces[:, 0] != faces[:, 1]).all() and (faces[:, 1] != faces[:, 2]).all()
    camera = turned()[:1] * torch.tensor([0.9, 0.9, 1.0])
    fine, coarse = (rasterise(camera, f, 96, 96).depth for f in (BODY.faces, faces))
    both = torch.isfinite(fine) & torch.isfinite(coarse)
    assert float((torch.isfinite(fine) != torch.isfinite(coarse)).float().sum() / both.sum()) < 0.12
    assert float((fine - coarse)[both].abs().median()) < 0.004


def test_masks_tell_where_they_are_true():
    mask = torch.tensor([False, True, True, False, True])
    assert indices(mask).tolist() == [1, 2, 4]
    assert indices(mask[:0]).tolist() == [] and indices(mask).dtype == torch.int64
