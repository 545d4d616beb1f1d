"""Panes over a small drawn photo."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from pytestqt.qtbot import QtBot

from engine.document import Document, Person
from engine.messages import Pyramid
from gui.canvas.site import PaneKind
from gui.canvas.view import Pane
from gui.canvas.viewport import Viewport
from gui.editor import Editor
from gui.view_state import ViewState
from tests.gui.canvas.mouse import FIGURE, HEIGHT, PANE, WIDTH, Mouse


@pytest.fixture
def editor() -> Editor:
    return Editor()


@pytest.fixture
def state() -> ViewState:
    return ViewState()


@pytest.fixture
def viewport() -> Viewport:
    return Viewport()


@pytest.fixture
def photo() -> Pyramid:
    """A soft gradient with a grid of lines, and half of it in size, and a quarter."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    full = np.stack([90 + x // 2, 110 + y // 3, 150 - x // 4], axis=2).astype(np.uint8)
    full[::20] = full[:, ::20] = (60, 70, 80)
    return full, halved(full), halved(halved(full))


def halved(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = picture.shape[:2]
    return picture.reshape(height // 2, 2, width // 2, 2, 3).mean(axis=(1, 3)).astype(np.uint8)


@pytest.fixture
def make_pane(
    qtbot: QtBot, editor: Editor, state: ViewState, viewport: Viewport, photo: Pyramid
) -> Callable[[PaneKind], Pane]:
    def make(kind: PaneKind) -> Pane:
        pane = Pane(kind, editor, state, viewport)
        qtbot.addWidget(pane)
        pane.resize(*PANE)
        pane.show()
        if editor.document is None:
            editor.open(Document.of(Person("drawn", "hash", WIDTH, HEIGHT, FIGURE)))
        pane.set_picture(photo, WIDTH, HEIGHT)
        pane.set_source_picture(photo)
        return pane

    return make


@pytest.fixture
def result(make_pane: Callable[[PaneKind], Pane]) -> Pane:
    return make_pane("result")


@pytest.fixture
def source(make_pane: Callable[[PaneKind], Pane]) -> Pane:
    return make_pane("source")


@pytest.fixture
def mouse(result: Pane) -> Mouse:
    return Mouse(result)
