"""`main.py evaluate` on a toy system: what can be measured is, what cannot is said, and the file tells everything."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from engine.data import opening
from engine.data.listed import ordered_pairs
from engine.data.sample import Pairing, PairTable, Sample
from engine.messages import BadInput
from engine.metrics import bootstrap, command, systems
from engine.metrics.bootstrap import Measured
from engine.metrics.command import Asked
from engine.metrics.evaluation import Evaluation, Task
from engine.metrics.user_files import UserFiles


class Toy(Pairing):
    splits = ("test",)

    def split(self, name: str) -> Toy:
        return self

    def __len__(self) -> int:
        return 6

    def __getitem__(self, index: int) -> Sample:
        return Sample(str(index), np.full((16, 16, 3), 10 * index, np.uint8), identity="ab"[index % 2])

    def pairs(self) -> PairTable:
        return ordered_pairs(["ab"[i % 2] for i in range(6)])


def run(task: Task) -> Mapping[str, Measured]:
    found = {"mean": [float(s.picture.mean()) for s in task.samples()]}
    if "apart" in task.metrics:
        found["apart"] = [abs(float(s.picture.mean()) - float(s.pair.picture.mean())) for s in task.pairs() if s.pair]
    return {name: bootstrap.mean(found[name], task.seed) for name in task.metrics if name in found}


TOY = Evaluation("toy", "A toy.", ("mean", "apart", "FID"), run, {"FID": "inception"})


@pytest.fixture(autouse=True)
def _toy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(systems.SYSTEMS, "toy", f"{__name__}:TOY")
    monkeypatch.setitem(opening.OPENERS, "toy", lambda folder: Toy())


def asked(folder: Path, **more: object) -> Asked:
    return Asked("toy", f"toy:{folder}", folder / "out.json", device="cpu", **more)  # type: ignore[arg-type]


def test_the_report_holds_numbers_intervals_and_what_was_left_out(tmp_path: Path) -> None:
    report = command.run(asked(tmp_path, seed=3))
    written = json.loads((tmp_path / "out.json").read_text())
    assert written["metrics"]["mean"]["value"] == 25 and written["metrics"]["mean"]["count"] == 6
    assert written["metrics"]["apart"]["value"] == pytest.approx(80 / 3) and written["metrics"]["apart"]["count"] == 12
    low, high = (written["metrics"]["mean"][key] for key in ("low", "high"))
    assert low < 25 < high
    assert written["left_out"]["FID"].startswith("FID and IS need a file that cannot be shipped: --inception FILE")
    assert (written["system"], written["split"], written["seed"], written["device"]) == ("toy", "test", 3, "CPU")
    assert "FID was left out." in command.sentences(report)


def test_the_same_question_has_the_same_answer(tmp_path: Path) -> None:
    assert command.run(asked(tmp_path)).metrics == command.run(asked(tmp_path)).metrics
    assert command.run(asked(tmp_path, count=2, metrics=("mean",))).metrics["mean"].value == 5


def test_an_asked_measure_without_its_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="--inception FILE"):
        command.run(asked(tmp_path, metrics=("FID",)))
    with pytest.raises(BadInput, match=r"toy has no measure called beauty: choose of mean, apart, FID\."):
        command.run(asked(tmp_path, metrics=("beauty",)))
    assert not (tmp_path / "out.json").exists()


def test_a_system_that_forgets_a_measure_is_mistaken(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="FID"):
        command.run(asked(tmp_path, files=UserFiles(inception=tmp_path)))


def test_unknown_systems_and_places_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="There is no system called nobody"):
        systems.evaluation("nobody")
    with pytest.raises(BadInput, match="cannot be written"):
        command.run(Asked("toy", f"toy:{tmp_path}", tmp_path / "no" / "out.json", device="cpu"))


def test_the_verb_writes_the_numbers_and_says_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import main

    out = tmp_path / "out.json"
    arguments = [
        "evaluate",
        "toy",
        "--data",
        f"toy:{tmp_path}",
        "--json",
        str(out),
        "--metrics",
        "mean",
        "--device",
        "cpu",
    ]
    assert main.main(arguments) == main.DONE
    assert "mean: 25.0000" in capsys.readouterr().out and json.loads(out.read_text())["left_out"] == {}
    assert main.main(["evaluate", "nobody", "--data", f"toy:{tmp_path}", "--json", str(out)]) == main.BAD_INPUT
    assert "There is no system called nobody" in capsys.readouterr().err
