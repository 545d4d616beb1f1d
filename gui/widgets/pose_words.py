"""Asks for the name and the tags of a pose."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import QCompleter, QDialog, QFormLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from gui.theme import SPACE
from gui.widgets.buttons import push_button
from gui.widgets.text import label

LONGEST = 60  # characters of a name or a tag


class PoseWords(QDialog):
    def __init__(
        self, title: str, name: str, tags: Sequence[str], known: Sequence[str], parent: QWidget | None = None
    ) -> None:
        """known: tags there are already, offered while typing."""
        super().__init__(parent)
        self.setWindowTitle(title)
        self.field_name, self.field_tags = QLineEdit(name), QLineEdit(", ".join(tags))
        self.field_name.setMaxLength(LONGEST)
        self.field_name.selectAll()
        self.field_tags.setPlaceholderText("standing, calm")
        completer = QCompleter(QStringListModel(list(known), self), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.field_tags.setCompleter(completer)
        self.accept_button = push_button("Keep", "Keep it under this name  (Enter)", "primary")
        cancel = push_button("Cancel", "Change nothing  (Esc)")
        self.accept_button.setDefault(True)
        self.accept_button.clicked.connect(self.accept)
        cancel.clicked.connect(self.reject)
        self.field_name.textChanged.connect(lambda text: self.accept_button.setEnabled(bool(text.strip())))
        form, row, column = QFormLayout(), QHBoxLayout(), QVBoxLayout(self)
        form.addRow(label("Name"), self.field_name)
        form.addRow(label("Tags"), self.field_tags)
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self.accept_button)
        column.setContentsMargins(4 * SPACE, 4 * SPACE, 4 * SPACE, 4 * SPACE)
        column.setSpacing(3 * SPACE)
        column.addLayout(form)
        column.addLayout(row)
        self.setMinimumWidth(340)

    @property
    def name(self) -> str:
        return self.field_name.text().strip()

    @property
    def tags(self) -> tuple[str, ...]:
        """As typed between commas, each once."""
        words = (word.strip()[:LONGEST] for word in self.field_tags.text().split(","))
        return tuple(dict.fromkeys(word for word in words if word))
