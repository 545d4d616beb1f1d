"""Which weights there are, whether they are as they were shipped, and where each comes from."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QScrollArea,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from engine.cards import Model, provenance, title
from engine.messages import ModelsListed
from gui.theme import SPACE, Colours, theme
from gui.widgets.buttons import push_button
from gui.widgets.text import label

COLUMNS = ("Model", "System", "Parameters", "Size", "State")
STATE = len(COLUMNS) - 1
WAITING = "Every file is being verified…"
NONE = "No weights are shipped with this program yet. The Puppet needs none."
WIDTH, HEIGHT, NAMES_WIDTH = 760, 620, 150  # logical pixels


class ModelsDialog(QDialog):
    """Says that it waits until `show_models` is called. Goes when it is closed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Models")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._models: Sequence[Model] = ()
        self.note = label(WAITING, "dim", wrap=True)
        self.list = _list()
        self.facts = QScrollArea()
        self.facts.setWidgetResizable(True)
        self.copy_button = push_button("Copy Facts", "Copy all that is known of this model to the clipboard")
        self.close_button = push_button("Close", "Close this list  (Esc)", "primary")
        self._arrange()
        self.close_button.setDefault(True)
        self.close_button.clicked.connect(self.reject)
        self.copy_button.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text()))
        self.list.currentItemChanged.connect(lambda *_: self._show_facts())
        theme().changed.connect(self._colour)
        self.show_models((), WAITING)
        self.resize(WIDTH, HEIGHT)

    def show_models(self, models: Sequence[Model], note: str = "") -> None:
        self._models = models
        self.list.clear()
        self.list.addTopLevelItems([_item(model) for model in models])
        self._colour(theme().colours)
        for part in (self.list, self.facts, self.copy_button):
            part.setVisible(bool(models))
        self.note.setText(note or (_summary(models) if models else NONE))
        if (first := self.list.topLevelItem(0)) is not None:
            self.list.setCurrentItem(first)
            self.list.setFocus()

    def take(self, listed: ModelsListed) -> None:
        self.show_models(listed.models)

    def text(self) -> str:
        """Facts of the chosen model, a line each."""
        model = self._chosen()
        return "\n".join(f"{name}: {value}" for name, value in _facts(model)) if model else ""

    def _chosen(self) -> Model | None:
        index = self.list.indexOfTopLevelItem(self.list.currentItem())
        return self._models[index] if 0 <= index < len(self._models) else None

    def _show_facts(self) -> None:
        model = self._chosen()
        page, form = QWidget(), QFormLayout()
        page.setLayout(form)
        form.setContentsMargins(0, SPACE, 2 * SPACE, SPACE)
        form.setHorizontalSpacing(4 * SPACE)
        form.setVerticalSpacing(SPACE + 2)
        for name, value in _facts(model) if model else ():
            named, told = label(name, "dim", wrap=True), label(value, "warning" if name == "Problem" else "", wrap=True)
            named.setFixedWidth(NAMES_WIDTH)
            told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            form.addRow(named, told)
        self.facts.setWidget(page)

    def _colour(self, colours: Colours) -> None:
        for row, model in enumerate(self._models):
            item = self.list.topLevelItem(row)
            if item is not None:
                item.setForeground(STATE, QColor(colours.error if model.problem else colours.good))

    def _arrange(self) -> None:
        bottom, column = QHBoxLayout(), QVBoxLayout(self)
        bottom.setSpacing(2 * SPACE)
        bottom.addStretch(1)
        for button in (self.copy_button, self.close_button):
            button.setMinimumSize(96, 30)
            bottom.addWidget(button)
        column.setContentsMargins(5 * SPACE, 4 * SPACE, 5 * SPACE, 3 * SPACE)
        column.setSpacing(2 * SPACE)
        column.addWidget(label("Models", "hero"))
        column.addWidget(self.note)
        column.addWidget(self.list, 2)
        column.addWidget(self.facts, 3)
        column.addStretch(0)
        column.addLayout(bottom)


def _list() -> QTreeWidget:
    made = QTreeWidget()
    made.setHeaderLabels(COLUMNS)
    made.setRootIsDecorated(False)
    made.setAllColumnsShowFocus(True)
    made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    made.setAccessibleName("Models")
    header = made.header()
    header.setStretchLastSection(False)
    for column in range(len(COLUMNS)):
        header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    return made


def _item(model: Model) -> QTreeWidgetItem:
    card = model.card
    system, parameters = (card.system, f"{card.parameters:,}") if card else ("", "")
    size, state = f"{model.bytes / 2**20:.1f} MB", "Problem" if model.problem else "Verified"
    item = QTreeWidgetItem([model.file.removesuffix(".safetensors"), system, parameters, size, state])
    for column in (2, 3):
        item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    item.setToolTip(0, title(model) or model.problem)
    return item


def _facts(model: Model) -> list[tuple[str, str]]:
    problem = [("Problem", model.problem)] if model.problem else []
    about = [("About", title(model))] if title(model) else []
    return [*problem, *about, ("File", f"{model.file}, {model.bytes:,} bytes"), *provenance(model)]


def _summary(models: Sequence[Model]) -> str:
    wrong = sum(bool(model.problem) for model in models)
    size = f"{sum(model.bytes for model in models) / 2**20:.1f} MB"
    state = "every file is as its card says" if not wrong else f"{wrong} of them cannot be used"
    return f"{len(models)} {'model' if len(models) == 1 else 'models'}, {size}: {state}."
