"""The network that annotates photos: its answers, what is made of them, and the variations it is trained on."""

from __future__ import annotations

import pytest
import torch

from engine.labels import LEFT_ARM, RIGHT_ARM
from engine.perception import decode, losses
from engine.perception.augment import Annotated, varied
from engine.perception.network import SIZES, Annotation, Annotator
from engine.skeleton import L_WRIST, R_WRIST, Visibility
from engine.training.moment import Moment

SIZE = 64


def moment(rows: int, seed: int = 0) -> Moment:
    return Moment(0, 0.0, torch.device("cpu"), rows, slice(0, rows), (seed,))


def people(count: int) -> Annotated:
    """A bright cross at each wrist, arms labelled around it, on grey."""
    pictures = torch.full((count, 3, SIZE, SIZE), 0.4)
    labels = torch.zeros(count, SIZE, SIZE, dtype=torch.uint8)
    points = torch.full((count, 18, 2), 32.0)
    points[:, L_WRIST], points[:, R_WRIST] = torch.tensor([44.0, 30.0]), torch.tensor([20.0, 30.0])
    for joint, label in ((L_WRIST, LEFT_ARM), (R_WRIST, RIGHT_ARM)):
        x, y = (int(v) for v in points[0, joint])
        pictures[:, :, y - 2 : y + 3, x - 2 : x + 3] = 1.0
        labels[:, y - 5 : y + 6, x - 5 : x + 6] = label
    states = torch.full((count, 18), int(Visibility.VISIBLE))
    return Annotated(pictures, labels, (labels > 0).float(), points, states)


@pytest.mark.parametrize("size", [(64, 64), (96, 64)])
def test_answers_come_at_half_the_size(size):
    found = Annotator(SIZES["tiny"]).eval()(torch.rand(2, 3, *size))
    half = (size[0] // 2, size[1] // 2)
    assert found.heat.shape == (2, 18, *half) and found.labels.shape == (2, 10, *half)
    assert found.matte.shape == (2, *half) and found.visibility.shape == (2, 18, 3)


def test_the_shipped_size_is_small_enough():
    parameters = sum(p.numel() for p in Annotator(SIZES["live"]).parameters())
    assert parameters < 8_000_000  # 16 MB in half precision


def test_places_are_read_between_the_cells():
    heat = torch.full((1, 18, 20, 30), -20.0)
    y, x = torch.meshgrid(torch.arange(20.0), torch.arange(30.0), indexing="ij")
    heat[0, 3] = -((x - 12.3) ** 2 + (y - 7.6) ** 2) / 2
    points, sure = decode.places(heat)
    torch.testing.assert_close(points[0, 3], torch.tensor([2 * 12.3 + 0.5, 2 * 7.6 + 0.5]), atol=0.05, rtol=0)
    assert sure[0, 3] > 0.95 and sure[0, 0] < 0.2


def test_a_perfect_answer_costs_less_than_a_shifted_one():
    given = people(1)
    at = (given.keypoints - 0.5) / 2
    y, x = torch.meshgrid(torch.arange(32.0), torch.arange(32.0), indexing="ij")
    answers = [
        -((x - at[..., 0, None, None] - shift) ** 2 + (y - at[..., 1, None, None]) ** 2) / 2.4 for shift in (0, 4)
    ]
    right, wrong = (losses.place(heat, given.keypoints, given.visibility) for heat in answers)
    assert right < wrong - 1


def test_absent_joints_cost_nothing():
    given = people(1)
    absent = torch.zeros_like(given.visibility)
    assert losses.place(torch.randn(1, 18, 32, 32), given.keypoints, absent) == 0


@pytest.mark.parametrize("seed", range(4))
def test_variations_move_pictures_labels_and_keypoints_together(seed):
    seen = varied(people(16), SIZE, moment(16, seed))
    for joint, label in ((L_WRIST, LEFT_ARM), (R_WRIST, RIGHT_ARM)):
        inside = seen.visibility[:, joint] != Visibility.ABSENT
        x, y = seen.keypoints[inside, joint].round().long().clamp(0, SIZE - 1).unbind(1)
        assert inside.any() and (seen.labels[inside.nonzero()[:, 0], y, x] == label).all()


def test_the_same_moment_gives_the_same_variation():
    first, again = (varied(people(4), SIZE, moment(4, 7)) for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not torch.equal(first.pictures, varied(people(4), SIZE, moment(4, 8)).pictures)


def test_it_learns_to_find_the_wrists():
    torch.manual_seed(0)
    net, given = Annotator(SIZES["tiny"]).train(), people(8)
    given = given._replace(keypoints=given.keypoints, pictures=given.pictures + 0.02 * torch.randn(8, 3, SIZE, SIZE))
    optimiser = torch.optim.AdamW(net.parameters(), lr=1e-2)
    for _ in range(60):
        loss = sum(_terms(net(given.pictures), given).values())
        optimiser.zero_grad()
        loss.backward()  # type: ignore[union-attr]
        optimiser.step()
    points, _ = decode.places(net(given.pictures).heat)
    assert (points - given.keypoints)[:, [L_WRIST, R_WRIST]].norm(dim=-1).max() < 4


def _terms(found: Annotation, given: Annotated) -> dict[str, torch.Tensor]:
    half = torch.nn.functional.avg_pool2d(given.matte[:, None], 2)[:, 0]
    return losses.terms(found, given.keypoints, given.visibility, given.labels[:, ::2, ::2], half)
