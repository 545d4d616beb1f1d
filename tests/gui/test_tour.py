"""The tour walks the real window; here with an engine that answers at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.messages import Cancel, Export, Job, Save, Show
from gui import tour
from gui.main_window import MainWindow
from tests.gui.fake_engine import FakeEngine


class WritingEngine(FakeEngine):
    def send(self, request: Show | Job | Cancel) -> None:
        if isinstance(request, Save | Export):
            request.path.touch()
        super().send(request)


@pytest.fixture
def engine() -> FakeEngine:
    return WritingEngine()


def test_every_step_is_there_and_pictured(
    empty: MainWindow, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tour.run(tmp_path, empty, photo=Path("person.png")) == 0, capsys.readouterr().err
    pictures = sorted(path.name for path in tmp_path.glob("[0-9]*.png"))
    assert pictures == [f"{number:02}-{name}.png" for number, (name, _) in enumerate(tour.STEPS, 1)]


def test_a_step_that_fails_is_named_and_counts(
    empty: MainWindow, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tour, "STEPS", (("opened", tour.opened), ("undone", tour.undone)))
    assert tour.run(tmp_path, empty, photo=Path("person.png")) == 1
    assert "02-undone: not so: the arm is where it was" in capsys.readouterr().err
