"""The dialog shows what concerns the chosen product, and says what will be written."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QSpinBox
from pytestqt.qtbot import QtBot

from engine.products import PICTURE, Product, sheet
from gui.export_dialog import KINDS, SHOWN, ExportDialog
from gui.export_formats import formats

SIZE = (300, 400)


@pytest.fixture
def dialog(qtbot: QtBot) -> Iterator[ExportDialog]:
    made = ExportDialog(SIZE, PICTURE, ".png", np.full((40, 30, 3), 90, np.uint8))
    qtbot.addWidget(made)
    made.show()
    yield made


def choose_format(dialog: ExportDialog, text: str) -> None:
    box = dialog.fields["format"]
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(box.findText(text))
    box.activated.emit(box.currentIndex())


@pytest.mark.parametrize("choice", KINDS, ids=lambda choice: choice.text)
def test_only_what_concerns_the_product_is_shown(dialog: ExportDialog, choice) -> None:
    dialog.kind.button(choice.value).click()
    shown = {name for name, field in dialog.fields.items() if field.isVisible()}
    lossy = {"quality"} if dialog.format.lossy else set()
    assert shown == set(SHOWN[choice.value]) - {"quality"} | lossy
    assert dialog.product.kind == choice.value
    assert dialog.ending in dialog.product.endings


def test_a_quality_is_asked_for_only_where_there_is_one(dialog: ExportDialog) -> None:
    assert not dialog.fields["quality"].isVisible()
    choose_format(dialog, "JPEG")
    assert dialog.fields["quality"].isVisible() and dialog.ending == ".jpg"


def test_sixteen_bits_are_a_format_of_pictures(dialog: ExportDialog) -> None:
    choose_format(dialog, "PNG, 16 bit")
    assert dialog.product.sixteen and dialog.ending == ".png"
    dialog.kind.button("strip").click()
    assert not dialog.product.sixteen and all(not f.deep for f in formats("strip"))


def test_every_field_ends_up_in_the_product(dialog: ExportDialog) -> None:
    dialog.kind.button("grid").click()
    for name, value in {"height": 128, "steps": 5, "columns": 2}.items():
        field = dialog.fields[name]
        assert isinstance(field, QSpinBox)
        field.setValue(value)
    captions, title = dialog.fields["captions"], dialog.fields["title"]
    assert isinstance(captions, QPushButton) and isinstance(title, QLineEdit)
    captions.click()
    QTest.keyClicks(title, "Two arms")
    dialog.privacy.button("none").click()
    expected = Product("grid", height=128, steps=5, columns=2, captions=False, title="Two arms", privacy="none")
    assert dialog.product == expected
    page = sheet(expected, *SIZE)
    assert dialog.summary.text() == f"6 pictures on {page.width} × {page.height} pixels, PNG"


def test_a_height_of_none_is_the_photos(dialog: ExportDialog) -> None:
    field = dialog.fields["height"]
    assert isinstance(field, QSpinBox)
    assert field.text() == "As the photo, 300 × 400" and dialog.product.height is None
    field.setValue(200)
    assert dialog.summary.text() == "150 × 200 pixels, PNG"
    field.setValue(0)
    assert dialog.product.height is None and dialog.summary.text() == "300 × 400 pixels, PNG"


@pytest.mark.parametrize(
    ("privacy", "button", "said"),
    [
        ("recipe", "Export with Recipe…", "the photo's name, poses"),
        ("provenance", "Export with Provenance…", "with which generator"),
        ("none", "Export without Recipe…", "and nothing else"),
    ],
)
def test_the_button_says_what_the_file_will_say(dialog: ExportDialog, privacy: str, button: str, said: str) -> None:
    dialog.privacy.button(privacy).click()
    assert dialog.export_button.text() == button
    assert said in dialog.said.text() and "synthetic (IPTC)" in dialog.said.text()


def test_the_last_choice_is_shown_again(qtbot: QtBot) -> None:
    chosen = Product("film", rate=20.0, back=True, loop=False, steps=9, privacy="provenance", quality=60)
    dialog = ExportDialog(SIZE, chosen, ".webp")
    qtbot.addWidget(dialog)
    assert (dialog.product, dialog.ending, dialog.format.text) == (chosen, ".webp", "Animated WebP")
    assert dialog.summary.text() == "18 frames of 300 × 400 pixels, 0.9 s, Animated WebP"


def test_return_accepts_and_escape_does_not(dialog: ExportDialog) -> None:
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.result() == ExportDialog.DialogCode.Accepted
    dialog.show()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.result() == ExportDialog.DialogCode.Rejected
