"""The list of models shows what the engine found, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from engine.cards import Card, Measure, Model, Training, provenance
from engine.messages import ListModels, ModelsListed
from gui.main_window import MainWindow
from gui.theme import theme
from gui.widgets.models_dialog import NONE, STATE, WAITING, ModelsDialog
from tests.gui.fake_engine import FakeEngine

CARD = Card(
    name="perception",
    system="perception",
    about="Finds joints, labels and matte of a person in a photo.",
    licence="MIT",
    flops=812_000_000,
    parameters=2_412_345,
    sha256="ab" * 32,
    network={"width": 32, "levels": 4},
    training=Training(
        "people factory, kinds full, upper and street, seeds 0 to 199,999",
        "main.py train perception --minutes 90 -o out/perception",
        60_000,
        "NVIDIA H100",
        "2026-03-01",
        88.0,
    ),
    quality={
        "PCK@0.05": Measure(0.9531, "main.py evaluate perception --json out/p.json", (0.949, 0.957), "1,000 people")
    },
)
MODELS = (
    Model(file="perception.safetensors", bytes=4_824_690, card=CARD),
    Model(file="stgan_live.safetensors", bytes=12, problem="stgan_live.toml cannot be opened: there is no such file."),
)


@pytest.fixture
def dialog(qtbot: QtBot) -> Iterator[ModelsDialog]:
    made = ModelsDialog()
    qtbot.addWidget(made)
    made.show()
    yield made


def shown(dialog: ModelsDialog) -> list[str]:
    return [part.text() for part in dialog.facts.widget().findChildren(QLabel)]


def test_it_waits_until_it_is_told(dialog: ModelsDialog) -> None:
    assert dialog.note.text() == WAITING
    assert not dialog.list.isVisible() and not dialog.copy_button.isVisible()


def test_no_models_are_no_mistake(dialog: ModelsDialog) -> None:
    dialog.show_models(())
    assert dialog.note.text() == NONE


def test_every_fact_is_shown(dialog: ModelsDialog) -> None:
    dialog.show_models(MODELS)
    assert dialog.note.text() == "2 models, 4.6 MB: 1 of them cannot be used."
    told = shown(dialog)
    for name, value in provenance(MODELS[0]):
        assert told[told.index(name) + 1] == value or name == "Measured by"
    assert "0.9531 (0.949 to 0.957), 1,000 people" in told


def test_choosing_another_shows_its_problem(dialog: ModelsDialog) -> None:
    dialog.show_models(MODELS)
    dialog.list.setCurrentItem(dialog.list.topLevelItem(1))  # type: ignore[arg-type]
    assert MODELS[1].problem in shown(dialog)
    dialog.copy_button.click()
    assert QGuiApplication.clipboard().text().startswith(f"Problem: {MODELS[1].problem}\nFile: stgan_live")


def test_states_wear_the_theme(dialog: ModelsDialog) -> None:
    dialog.show_models(MODELS)
    worn = theme().choice
    try:
        for choice in ("light", "dark"):
            theme().choose(choice)
            colours = [dialog.list.topLevelItem(n).foreground(STATE).color().name() for n in (0, 1)]  # type: ignore[union-attr]
            assert colours == [theme().colours.good, theme().colours.error]
    finally:
        theme().choose(worn)


def test_the_menu_opens_it_and_the_engine_fills_it(
    qtbot: QtBot, empty: MainWindow, engine: FakeEngine, settle: Callable[[], None]
) -> None:
    engine.answers = False
    empty.actions_["models"].trigger()
    dialog = empty.findChild(ModelsDialog)
    assert dialog is not None and dialog.note.text() == WAITING
    assert engine.jobs[-1] == ListModels()
    engine.deliver(ModelsListed(MODELS))
    settle()
    assert dialog.list.topLevelItemCount() == 2
    assert empty.link.jobs == []
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: empty.findChild(ModelsDialog) is None, timeout=2000)
    engine.deliver(ModelsListed(MODELS))  # a late answer finds nobody, and does no harm
    settle()
