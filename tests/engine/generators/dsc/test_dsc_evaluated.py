"""DSC's weights are taken from wherever they lie, and what is measured is what the network draws."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch

import main
from engine.cards import Card, Origin, Training
from engine.generators.dsc import evaluation, released, reposer
from engine.generators.dsc.config import Config, live, paper
from engine.generators.dsc.network import Generator
from engine.generators.dsc.reposer import Redrawer
from engine.io import weights
from engine.io.checkpoints import converted
from engine.messages import BadInput
from engine.metrics import masks, old_ssim
from engine.metrics.reposers import Program
from engine.people import dataset, manifest
from tests.engine.generators.dsc.test_dsc_training import small
from tests.engine.metrics.test_reposing import case

PROGRAM = Program("cpu")


def network(config: Config | None = None, seed: int = 0) -> Generator:
    """One that has learnt nothing, and whose answers differ from photo to photo."""
    torch.manual_seed(seed)
    return Generator(config or live()).eval()


def run_file(path: Path, made: Generator) -> Path:
    """As a training run leaves it."""
    named = {f"generator.{name}": tensor for name, tensor in made.state_dict().items()}
    safetensors.torch.save_file({**named, "discriminator.conv.0.bias": torch.zeros(3)}, path, {"system": "dsc"})
    return path


def converted_file(path: Path, made: Generator, variant: str) -> Path:
    numbers = {name: tensor.numpy() for name, tensor in made.state_dict().items()}
    origin = Origin(system="dsc", network="generator", variant=variant, data="", source="generator.h5", source_sha256="", sha256="")  # fmt: skip
    converted.save(path, numbers, origin)
    return path


def shipped_folder(folder: Path, made: Generator) -> Path:
    settings: dict[str, object] = {name: value for name, value in asdict(made.config).items() if value is not None}
    training = Training("nothing", "none", 0, "CPU", "2026-01-01")
    card = Card(name="dsc", system="dsc", about="A test.", licence="MIT", flops=0, training=training, network=settings)
    weights.save(card, made.state_dict(), folder)
    return folder


def same_numbers(one: Generator, other: Generator, tolerance: float = 0) -> bool:
    a, b = one.state_dict(), other.state_dict()
    return a.keys() == b.keys() and all(torch.allclose(a[n], b[n], rtol=0, atol=tolerance) for n in a)


def test_weights_of_a_training_run(tmp_path: Path) -> None:
    for mode in ("mask", "none"):
        made = network(live(mode))
        found = reposer.opened(run_file(tmp_path / "weights.safetensors", made), "cpu", PROGRAM).network
        assert found.config == made.config and same_numbers(found, made)


def test_weights_as_the_program_ships_them(tmp_path: Path) -> None:
    made = network(small())
    found = reposer.opened(shipped_folder(tmp_path, made), "cpu", PROGRAM).network
    assert found.config == made.config and same_numbers(found, made, 2e-3)  # half precision


def test_weights_the_authors_released(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = replace(paper(128, 64), widths=(8,) * 6, pose=(8,) * 6, up=(8,) * 5)
    monkeypatch.setitem(released.VARIANTS, "128 × 64, moved skips", config)
    monkeypatch.setitem(released.VARIANTS, "128 × 64, moved skips and background", replace(config, background=True))
    made = network(config)
    path = converted_file(tmp_path / "converted.safetensors", made, "128 × 64, moved skips")
    assert same_numbers(reposer.opened(path, "cpu", PROGRAM).network, made)
    other = network(replace(config, background=True))
    path = converted_file(tmp_path / "background.safetensors", other, "128 × 64, moved skips and background")
    with pytest.raises(BadInput, match="before a background that is given"):
        reposer.opened(path, "cpu", PROGRAM)


def test_weights_of_others_are_refused_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadInput, match="has no weights of DSC: give the file"):
        reposer.opened(tmp_path, "cpu", PROGRAM)
    monkeypatch.setattr(weights, "WEIGHTS", tmp_path)
    with pytest.raises(BadInput, match="comes without weights of DSC"):
        reposer.opened(None, "cpu", PROGRAM)
    other = tmp_path / "other.safetensors"
    safetensors.torch.save_file({"generator.weight": torch.zeros(2)}, other)
    with pytest.raises(BadInput, match=r"other\.safetensors cannot be opened: it holds no generator of DSC"):
        reposer.opened(other, "cpu", PROGRAM)
    other.write_bytes(b"no weights at all")
    with pytest.raises(BadInput, match="it holds no weights"):
        reposer.opened(other, "cpu", PROGRAM)


def test_several_poses_are_drawn_as_one_by_one() -> None:
    one, drawer = case(), Redrawer(network())
    poses = [(one.source, one.target), (one.source, one.source)]
    both = drawer.many(one.photo, poses)
    for picture, (source, target) in zip(both, poses, strict=True):
        assert picture.shape == one.photo.shape and picture.dtype == np.uint8
        assert np.abs(picture.astype(int) - drawer(one.photo, source, target)).max() <= 1  # rounding
    assert np.abs(both[0].astype(int) - both[1]).max() > 8


def test_a_composed_network_shows_what_is_behind_the_person() -> None:
    """Whatever the weights: the plate has a share of every pixel of ours, and none of the authors'."""
    one = case()
    for config, matters in ((live(), True), (live("none"), False)):
        made = network(config)
        dark, light = (
            Redrawer(made, cut=lambda photo, source, v=value: (np.full_like(photo, v), np.full_like(photo[..., 0], 255)))(
                one.photo, one.source, one.target
            )
            for value in (0, 255)
        )  # fmt: skip
        assert (light.astype(int) - dark > 20).any() == matters


def test_photos_of_unfit_sizes_are_refused() -> None:
    one = case()
    with pytest.raises(BadInput, match="multiples of 32, not 80 × 128"):
        Redrawer(network())(one.photo[:, :80], one.source, one.target)


def test_the_papers_measures_are_those_of_the_paper() -> None:
    one = case()
    more = evaluation.MORE
    mask = masks.dsc(one.target, *one.photo.shape[:2])
    assert more[evaluation.PAPER_SSIM](one, one.photo) == (old_ssim.dsc(one.photo, one.truth), 1)
    assert more[evaluation.PAPER_MASKED_SSIM](one, one.photo) == (
        old_ssim.dsc_masked(one.photo, one.truth, mask),
        1,
    )


def test_from_a_folder_of_people_to_numbers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "people"
    folder.mkdir()
    dataset.make(folder, manifest.plan("street", 64, 9, pairs=True), 2, workers=1)
    path = run_file(tmp_path / "weights.safetensors", network())
    metrics = "dsc: SSIM,copy: SSIM,puppet: SSIM,dsc − puppet: SSIM,dsc: PSNR at rest"
    arguments = ["evaluate", "dsc", "--data", f"people:{folder}", "--weights", str(path), "--metrics", metrics]
    arguments += ["--json", str(tmp_path / "out.json"), "--sheet", str(tmp_path / "sheet.png"), "--device", "cpu"]
    assert main.main(arguments) == main.DONE
    told = capsys.readouterr().out.splitlines()
    assert [line.rpartition(": ")[0] for line in told] == metrics.split(",")
    value = {line.rpartition(": ")[0]: float(line.rpartition(": ")[2].split()[0]) for line in told}
    assert value["dsc − puppet: SSIM"] == pytest.approx(value["dsc: SSIM"] - value["puppet: SSIM"], abs=2e-4)
    assert (tmp_path / "sheet.png").exists()
