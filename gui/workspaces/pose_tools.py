"""How the figure follows the hand, and which generator draws the picture."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from engine.document import Document
from engine.edits import ChooseGenerator, RepaintBackground
from engine.messages import Ready
from gui.actions import Actions
from gui.binding import bind_document, bind_toggle, bind_view
from gui.editor import Editor
from gui.engine_link import EngineLink
from gui.theme import ROW, SPACE
from gui.view_state import View, ViewState
from gui.widgets.buttons import push_button
from gui.widgets.segmented import Choice, Segmented
from gui.widgets.text import label

CHAINS = tuple(
    Choice(n, str(n), f"{n} bone{'s'[: n > 1]} take part in a drag (wheel or Page keys while dragging)")
    for n in (1, 2, 3, 4)
)
BACKGROUNDS = (
    Choice(False, "Keep", "The background stays the photo's"),
    Choice(True, "Repaint", "The network paints the background around the person, too"),
)


class ToolsPart(QWidget):
    def __init__(self, editor: Editor, state: ViewState, link: EngineLink, actions: Actions) -> None:
        super().__init__()
        self._editor, self._link = editor, link
        self.generator = GeneratorChooser()
        self.chain = Segmented("Chain length", CHAINS)
        self.toggles: dict[str, QPushButton] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * SPACE)
        grid.setVerticalSpacing(SPACE)
        grid.addWidget(label("Generator", "dim"), 0, 0)
        grid.addWidget(self.generator, 0, 1)
        grid.addWidget(label("Drag", "dim"), 1, 0)
        grid.addLayout(self._toggles(state, actions), 1, 1)
        grid.addWidget(label("Chain", "dim"), 2, 0)
        grid.addWidget(self.chain, 2, 1)
        self.background = Segmented("Background", BACKGROUNDS)
        self._of_background = (label("Background", "dim"), self.background)
        for column, widget in enumerate(self._of_background):
            grid.addWidget(widget, 3, column)
        grid.setColumnStretch(1, 1)
        bind_view(self.chain, self.chain.chosen, state, "chain")
        state.changed.connect(lambda view, before: self._offer_lock(view))
        self._offer_lock(state.view)
        bind_document(
            self.generator,
            self.generator.chosen,
            editor,
            read=lambda document: document.generator,
            edit=ChooseGenerator,
            label=lambda name: f"Pose: generator {self.generator.title_of(name)}",
        )
        bind_document(
            self.background,
            self.background.chosen,
            editor,
            read=lambda document: document.target.repainted,
            edit=RepaintBackground,
            label=lambda repainted: f"Pose: background {'repainted' if repainted else 'kept'}",
        )
        link.ready.connect(self.generator.offer)
        link.ready.connect(self._offer_background)
        editor.document_changed.connect(self._offer_background)
        self._offer_background()
        if link.engine is not None:
            self.generator.offer(link.engine)

    def _toggles(self, state: ViewState, actions: Actions) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        for field, text in (("lengths", "Lengths"), ("mirror", "Mirror")):
            button = push_button(text, actions[field].toolTip(), drawing=field)
            button.setCheckable(True)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            bind_toggle(button, state, field)
            row.addWidget(button)
            self.toggles[field] = button
        return row

    def _offer_background(self, _: Document | Ready | None = None) -> None:
        """Only where a network paints it."""
        used = self._link.generator_of(self._editor.document)
        for widget in self._of_background:
            widget.setVisible(used is not None and "background" in used.edits)

    def _offer_lock(self, view: View) -> None:
        """Lengths are kept in posing alone."""
        for control in (self.toggles["lengths"], self.chain):
            control.setEnabled(view.mode == "target")


class GeneratorChooser(QComboBox):
    """Shows titles, speaks names."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._name = ""
        self.setAccessibleName("Generator")
        self.setToolTip("Which generator draws the picture")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumHeight(ROW)
        self.activated.connect(lambda index: self.chosen.emit(self.itemData(index)))

    def offer(self, ready: Ready) -> None:
        self.clear()
        for info in ready.generators:
            self.addItem(info.title, info.name)
            self.setItemData(self.count() - 1, info.about, Qt.ItemDataRole.ToolTipRole)
        self.set_value(self._name)

    def set_value(self, value: str) -> None:
        """One the engine does not know is shown by its name, so that a project says what it was made with."""
        self._name = value
        found = self.findData(value)
        self.setCurrentIndex(found)
        if found < 0:
            self.setPlaceholderText(f"{value} (not available)" if value and self.count() else value)

    def title_of(self, name: str) -> str:
        return self.itemText(self.findData(name))
