"""Which limbs lie before the torso and which behind it."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QWidget

from engine.document import Document
from engine.edits import SetDepth
from engine.messages import Ready
from engine.skeleton import LIMBS
from gui.binding import bind_document
from gui.editor import Editor
from gui.engine_link import EngineLink
from gui.theme import SPACE
from gui.widgets.segmented import Choice, Segmented
from gui.widgets.text import label

DEPTHS = (
    Choice("automatic", "Auto", "As it was in the photo"),
    Choice("front", "Front", "Before the torso"),
    Choice("back", "Back", "Behind the torso"),
)


class DepthPart(QWidget):
    """Out of reach while a generator draws that decides by itself what lies before what."""

    def __init__(self, editor: Editor, link: EngineLink) -> None:
        super().__init__()
        self._editor, self._link = editor, link
        self.limbs: list[Segmented] = []
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * SPACE)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        for row, limb in enumerate(LIMBS):
            grid.addWidget(label(limb.capitalize()), row, 0)
            grid.addWidget(self._row(editor, row, limb), row, 1)
        editor.document_changed.connect(self._offer)
        link.ready.connect(self._offer)
        self._offer()

    def _offer(self, _: Document | Ready | None = None) -> None:
        used = self._link.generator_of(self._editor.document)
        ignored = used is not None and "depths" not in used.edits
        self.setEnabled(not ignored)
        self.setToolTip(f"{used.title} decides by itself which limb lies before which." if used and ignored else "")

    def _row(self, editor: Editor, index: int, limb: str) -> Segmented:
        chooser = Segmented(limb, DEPTHS)
        self.limbs.append(chooser)
        bind_document(
            chooser,
            chooser.chosen,
            editor,
            read=lambda document: document.target.depths[index],
            edit=lambda depth: SetDepth(index, depth),
            label=lambda depth: f"Pose: {limb} {depth}",
        )
        return chooser
