"""Names typed into the dialog for saving."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from gui.ask import Ask


@pytest.mark.parametrize(
    ("typed", "expected"),
    [(["pose.lay"], "pose.lay"), (["pose.LAY"], "pose.LAY"), (["pose.v2"], "pose.v2.lay"), ([""], None)],
)
def test_a_path_to_write_has_one_of_the_suffixes(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, typed: list[str], expected: str | None
) -> None:
    _typing(monkeypatch, tmp_path, typed)
    found = Ask(QWidget()).path_to_write("Save project", (".lay",), Path("pose.lay"))
    assert found == (tmp_path / expected if expected else None)


def test_an_added_suffix_never_replaces_a_file_unasked(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "pose.v2.lay").touch()
    left = _typing(monkeypatch, tmp_path, ["pose.v2", "pose.v2.lay"])
    assert Ask(QWidget()).path_to_write("Save project", (".lay",), Path("pose.lay")) == tmp_path / "pose.v2.lay"
    assert left == []  # the dialog came twice: the second time it asks whether to replace the file


def _typing(monkeypatch: pytest.MonkeyPatch, folder: Path, names: list[str]) -> list[str]:
    """Every dialog is answered with the next name; an empty one is Cancel. Returns the names still to come."""
    monkeypatch.setattr(QFileDialog, "exec", lambda dialog: bool(names[0]) or bool(names.clear()))
    monkeypatch.setattr(QFileDialog, "selectedFiles", lambda dialog: [str(folder / names.pop(0))])
    return names
