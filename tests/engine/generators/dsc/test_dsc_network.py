"""DSC's networks against the numbers of the authors' own code (dsc.md 12), and what of them may be kept."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from engine.generators.dsc.composition import composed, shares
from engine.generators.dsc.config import MODES, Mode, live, paper
from engine.generators.dsc.discriminator import Discriminator
from engine.generators.dsc.geometry import Poses, heat, masks
from engine.generators.dsc.network import Generator, Kept, Wanted
from engine.generators.dsc.released import counted, judging
from tests.engine.generators.dsc import dsc_golden as golden
from tests.engine.generators.dsc.dsc_golden import LARGE, SMALL, Size
from tests.engine.generators.test_deformation import A, B, golden_pose

TOLERANCE = 2e-5
PICTURES = {  # mean, standard deviation, and five pixels
    (SMALL, "mask"): "-0.052600 0.449811 -0.55009, 0.67264, -0.62214 -0.66518, 0.69063, 0.10087 0.13815, 0.48286, 0.61844 -0.05148, 0.12437, -0.11567 -0.06548, 0.01640, -0.20761",
    (SMALL, "full"): "-0.064171 0.451081 -0.52499, 0.62533, -0.77918 -0.64102, 0.70407, -0.04366 0.12153, 0.45045, 0.42054 -0.02122, 0.24633, -0.01691 0.10560, 0.12130, -0.06812",
    (SMALL, "none"): "0.044284 0.326910 -0.03925, 0.14683, 0.05932 -0.16966, -0.15770, 0.23572 -0.35377, -0.12534, -0.35734 0.21735, -0.05127, 0.00801 0.01288, -0.06034, -0.10740",
    (LARGE, "mask"): "-0.258115 0.370433 -0.21257, -0.76036, 0.18356 0.01231, -0.34117, -0.07501 -0.16499, -0.75694, -0.32279 -0.16472, -0.42614, -0.17058 -0.04776, 0.09051, 0.03471",
    (LARGE, "full"): "-0.251846 0.371368 -0.10079, -0.69273, 0.16898 0.00371, -0.35418, -0.04960 -0.18166, -0.73386, -0.39235 0.09144, -0.22760, 0.05211 -0.03717, 0.11095, 0.04796",
    (LARGE, "none"): "0.157450 0.546535 -0.21918, 0.08916, 0.46233 0.03713, -0.05493, 0.44485 0.23127, 0.02430, 0.26744 0.14674, -0.08912, 0.11202 0.04033, 0.03173, 0.29709",
}  # fmt: skip
WITHIN = {  # source levels 0 and last, moved levels 0 … 3, last pose level, decoder's blocks after their norms
    SMALL: "-0.00010/0.40712 0.02697/1.14875 0.16747/0.25257 0.63922/0.88800 0.59351/0.76560 0.09411/0.16683 -0.00952/1.08049 -0.08293/0.59959 0.05460/1.35425 0.06432/0.82704 0.07021/1.01726 -0.09095/0.91035",
    LARGE: "0.00324/0.38472 -0.00818/0.40879 0.15294/0.23537 0.61183/0.86356 0.55967/0.73199 0.08896/0.16494 0.09020/1.24962 0.06432/0.82689 0.07021/1.01719 -0.09095/0.91026 0.09974/0.71932 -0.16265/1.25086 0.01827/0.88105",
}  # fmt: skip
PARAMETERS = {
    (SMALL, "mask", False): 61_109_085,
    (SMALL, "mask", True): 61_110_813,
    (SMALL, "none", False): 36_072_533,
    (LARGE, "mask", False): 82_080_611,
    (LARGE, "none", False): 48_655_449,
}


def floats(text: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+\.\d+", text)]


def told(x: Tensor) -> list[float]:
    return [float(x.mean()), float(x.std(correction=0))]


def summary(picture: Tensor) -> list[float]:
    """As the table has it."""
    h, w = picture.shape[2:]
    places = ((h // 4, w // 4), (h // 2, w // 2), (3 * h // 4, w // 3), (0, 0), (h - 1, w - 1))
    return [*told(picture), *(float(v) for y, x in places for v in picture[0, :, y, x])]


@pytest.mark.parametrize(("size", "mode"), PICTURES)
def test_the_authors_pictures(size: Size, mode: Mode) -> None:
    network, made = golden.generator(size, mode), list[Tensor]()
    hooks = [up.norm.register_forward_hook(lambda *call: made.append(call[2])) for up in network.decoder.up]  # type: ignore[union-attr]
    wanted = golden.wanted(size, mode)
    with torch.no_grad():
        kept = network.keep(golden.photo(size), golden.heat(A, size))
        picture = network.redraw(kept, wanted)
        moved = network.moved(kept, network.places(kept, wanted)) if mode == "mask" else []
        pose = network.posed(wanted.heat) if mode == "mask" else []
    for hook in hooks:
        hook.remove()
    assert summary(picture) == pytest.approx(floats(PICTURES[size, mode]), abs=TOLERANCE)
    if mode == "mask":
        inner = [kept.levels[0], kept.levels[-1], *moved[:4], pose[-1], *made]
        found = [number for x in inner if x is not None for number in told(x)]
        assert found == pytest.approx(floats(WITHIN[size]), abs=TOLERANCE)


@pytest.mark.parametrize(
    ("size", "first", "mean", "answers"),
    [(SMALL, 14, 0.813290, [0.80434, 0.79077, 0.84475]), (LARGE, 16, 0.399203, [0.32591, 0.25684, 0.40572])],
)
def test_the_authors_judgement(size: Size, first: int, mean: float, answers: list[float]) -> None:
    """Its layers are numbered on from those of the generator."""
    network, filled = Discriminator(), {}
    offset = {"conv2d": first - 1, "instance_normalization": first - 1 if size == SMALL else first}
    named = {layer.ours: name for name, layer in counted(judging())}
    for name, tensor in network.state_dict().items():
        layer, _, what = name.rpartition(".")
        kind, _, number = named[layer].rpartition("_")
        keras = f"D/{kind}_{int(number) + offset[kind]}/{'kernel' if what == 'weight' else what}"
        shape = tuple(tensor.permute(2, 3, 1, 0).shape) if tensor.dim() == 4 else tuple(tensor.shape)
        drawn = torch.from_numpy(golden.numbers(keras, shape))
        filled[name] = drawn.permute(3, 2, 0, 1) if drawn.dim() == 4 else drawn
    network.load_state_dict(filled)
    with torch.no_grad():
        found = network(golden.photo(size), golden.heat(A, size), golden.other(size), golden.heat(B, size))[0]
    assert len(found) == (3 if size == SMALL else 49)
    assert [float(found.mean()), *found[:3].tolist()] == pytest.approx([mean, *answers], abs=TOLERANCE)


@pytest.mark.parametrize(("size", "mode", "background"), PARAMETERS)
def test_the_authors_numbers_of_parameters(size: Size, mode: Mode, background: bool) -> None:
    with torch.device("meta"):
        network = Generator(paper(*size, mode, background))
    assert sum(p.numel() for p in network.parameters()) == PARAMETERS[size, mode, background]


@pytest.mark.parametrize(("background", "expected"), [(False, 2_803_782), (True, 2_806_854)])
def test_the_discriminators_number_of_parameters(background: bool, expected: int) -> None:
    assert sum(p.numel() for p in Discriminator(background).parameters()) == expected


def test_there_is_no_paper_network_for_other_sizes() -> None:
    with pytest.raises(ValueError, match="no network for pictures of 96 × 96"):
        paper(96, 96)


# both sizes of the classes, small enough to be quick


def tiny(mode: Mode, ours: bool, background: bool = False) -> Generator:
    """In double precision, so that only mistakes differ."""
    torch.manual_seed(0)
    count = 6
    config = live(mode) if ours else paper(128, 64, mode)
    pose = tuple(8 if width else 0 for width in config.pose)
    small = replace(config, widths=(8,) * count, pose=pose, up=(8,) * (count - 1), background=background)
    return Generator(small).double().eval()


def task(network: Generator, moved: float = 0.0, count: int = 1) -> tuple[Tensor, Tensor, Wanted]:
    """A photo, its heat maps, and the second pose, moved to the right."""
    size, config = SMALL, network.config
    one, two = (golden_pose(text, size) for text in (A, B))
    there = two.moved({j: p._replace(x=p.x + moved) for j, p in enumerate(two.points)})
    poses = Poses.of([(one, there)] * count)
    maps, shapes = (poses.maps, masks(poses, *size, config.reach)) if config.mode == "mask" else (poses.whole, None)
    background = torch.full((count, 3, *size), 0.25).double() if config.background else None
    first, second = (heat(p, *size, config.spread(size[0])).double() for p in (poses.source, poses.target))
    photo = golden.photo(size).double().expand(count, -1, -1, -1)
    return photo, first, Wanted(second, maps, shapes, poses.numbers.double(), background)


@pytest.mark.parametrize("ours", [False, True])
@pytest.mark.parametrize("mode", MODES)
def test_a_drag_step_needs_only_what_was_kept(mode: Mode, ours: bool) -> None:
    network = tiny(mode, ours)
    photo, first, wanted = task(network)
    kept = network.keep(photo, first)
    if mode != "none":
        network.source.forward = None  # type: ignore[assignment]  # cannot be run again
    for shift in (0.0, 3.0):
        _, _, other = task(network, shift)
        again = network.redraw(kept, other)
        assert again.shape == photo.shape and again.abs().max() <= 1
    assert torch.equal(network.redraw(kept, wanted), network.redraw(kept, wanted))


@pytest.mark.parametrize("ours", [False, True])
def test_shares_computed_beforehand_add_up(ours: bool) -> None:
    """The layers are linear: keeping the source's share changes nothing."""
    network = tiny("mask", ours)
    photo, first, _ = task(network)
    kept = network.keep(photo, first)
    whole = []
    for joined, begun, level in zip(network.decoder.joined, kept.begun, kept.levels, strict=True):
        assert ("source" in joined.parts) == (begun is not None)
        inputs = {name: torch.randn(1, width, *level.shape[2:]).double() for name, width in joined.parts.items()}
        if begun is not None:
            inputs["source"] = level
        x = torch.cat(list(inputs.values()), dim=1).relu()
        rest = {name: value for name, value in inputs.items() if begun is None or name != "source"}
        whole.append((joined(rest, begun), joined.convolution(x)))
    for added, direct in whole:
        torch.testing.assert_close(added, direct, rtol=0, atol=1e-12)


@pytest.mark.parametrize("ours", [False, True])
def test_a_batch_is_as_good_as_one_after_the_other(ours: bool) -> None:
    network = tiny("mask", ours)
    photo, first, wanted = task(network)
    _, _, later = task(network, 4.0)
    maps, shapes = torch.cat([wanted.maps, later.maps]), torch.cat([wanted.masks, later.masks])  # type: ignore[list-item]
    both = network(
        photo.repeat(2, 1, 1, 1), first.repeat(2, 1, 1, 1), Wanted(torch.cat([wanted.heat, later.heat]), maps, shapes)
    )
    for k, one in enumerate((wanted, later)):
        torch.testing.assert_close(both[k], network(photo, first, one)[0])


def test_the_background_is_heard() -> None:
    network = tiny("mask", ours=False, background=True)
    photo, first, wanted = task(network)
    assert wanted.background is not None
    other = wanted._replace(background=-wanted.background)
    assert (network(photo, first, wanted) - network(photo, first, other)).abs().max() > 1e-3


@pytest.mark.parametrize("mode", ["mask", "full"])
def test_live_is_composed_of_moved_pixels(mode: Mode) -> None:
    """Where the answer says “leave it”, the photo stays, exactly."""
    network = tiny(mode, ours=True)
    photo, first, wanted = task(network)
    with torch.no_grad():
        bias = network.decoder.out.convolution.bias
        assert bias is not None
        network.decoder.out.convolution.weight.zero_()
        bias.copy_(torch.tensor([0.0] * 3 + [60.0] + [-60.0] * (len(bias) - 4)))
        assert (network(photo, first, wanted) - photo).abs().max() < 1e-6


def test_the_same_layers_for_pictures_of_other_sizes() -> None:
    """Put together from their shares they are the picture, and the entropy is that of the shares."""
    network = tiny("mask", ours=True)
    photo, first, wanted = task(network)
    with torch.no_grad():
        matte = (torch.rand_like(photo[:, :1]) > 0.3).to(photo.dtype)
        kept = network.keep(photo, first, matte=matte)
        answer, where = network.answer(kept, wanted)
        made = composed(5 * answer, kept.photo, kept.plate, matte, where)
        _, shown = shares(5 * answer, matte, where)
    entropy = -(shown * shown.clamp(min=1e-30).log()).sum(dim=1, keepdim=True)
    assert shown.sum(dim=1) == pytest.approx(1) and shown.amax(dim=1).min() < 0.7 < shown.amax(dim=1).max()
    torch.testing.assert_close(made.behind, shown[:, :1], rtol=1e-4, atol=1e-5, check_dtype=False)
    torch.testing.assert_close(made.undecided.double(), entropy.double(), rtol=1e-4, atol=1e-4)


def test_only_the_person_is_moved() -> None:
    """Where the moved matte has nothing the photo does not show, whatever the network says."""
    network = tiny("mask", ours=True)
    photo, first, wanted = task(network)
    plate, nobody = torch.zeros_like(photo), torch.zeros_like(photo[:, :1])
    with torch.no_grad():
        picture = network(photo, first, wanted, plate, nobody)
        answer, where = network.answer(network.keep(photo, first, plate, nobody), wanted)
        invented, shown = shares(answer, nobody, where)
    assert shown[:, 2:].abs().max() == 0
    torch.testing.assert_close(picture.float(), (shown[:, 1:2] * invented).float(), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("mode", MODES)
def test_live_is_small_enough(mode: Mode) -> None:
    """8 million parameters, 8 GFLOP for a drag step at 256 × 256."""
    network = Generator(live(mode)).eval()
    poses = Poses.of([(golden_pose(A, LARGE), golden_pose(B, LARGE))])
    maps, shapes = (poses.maps, masks(poses, *LARGE, 1.3)) if mode == "mask" else (poses.whole, None)
    wanted = Wanted(golden.heat(B, LARGE), maps, shapes, poses.numbers)
    with torch.no_grad():
        kept: Kept = network.keep(golden.photo(LARGE), golden.heat(A, LARGE))
        with FlopCounterMode(display=False) as counter:
            network.redraw(kept, wanted)
    assert sum(p.numel() for p in network.parameters()) <= 8e6
    assert 1e9 < counter.get_total_flops() <= 8e9


@pytest.mark.parametrize("ours", [False, True])
def test_every_parameter_learns(ours: bool) -> None:
    network = tiny("mask", ours).train()
    network(*task(network)).sum().backward()
    still = [name for name, p in network.named_parameters() if p.grad is None or not p.grad.abs().max() > 0]
    assert not still
