"""How a picture is exported: what, in which format, how large, and what the file says of itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from msgspec.structs import replace
from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from engine.messages import Image
from engine.products import MAX_HEIGHT, MAX_STEPS, Kind, Product, sheet
from gui.export_formats import Format, formats
from gui.theme import SPACE
from gui.widgets.buttons import push_button
from gui.widgets.segmented import Choice, Segmented
from gui.widgets.slider import ValueSlider
from gui.widgets.text import label

KINDS = (
    Choice("picture", "Picture", "The result as it is"),
    Choice("strip", "Strip", "The steps from source to target pose in a row"),
    Choice("grid", "Grid", "The steps from source to target pose in rows and columns"),
    Choice("film", "Film", "The way from source to target pose as an animation"),
    Choice("layers", "Layers", "What the picture is made from: skeletons, heat map, matte, labels, difference"),
)
PRIVACY = (
    Choice(
        "recipe", "Full Recipe", "Poses, brush strokes, generator: dropped on this window, the file gives them back"
    ),
    Choice("provenance", "Provenance", "The program and the generator, nothing of photo or pose"),
    Choice("none", "Synthetic Only", "Nothing but that the picture is synthetic"),
)
BUTTONS = {"recipe": "Export with Recipe…", "provenance": "Export with Provenance…", "none": "Export without Recipe…"}
WIDTH = 700  # logical pixels
Number = TypeVar("Number", QSpinBox, QDoubleSpinBox)


SHOWN: dict[Kind, tuple[str, ...]] = {  # rows of the form
    "picture": ("format", "height", "quality", "dpi", "marked"),
    "strip": ("format", "height", "quality", "steps", "captions", "title", "marked"),
    "grid": ("format", "height", "quality", "steps", "columns", "captions", "title", "marked"),
    "film": ("format", "height", "quality", "steps", "rate", "back", "loop", "marked"),
    "layers": (),
}


class ExportDialog(QDialog):
    """`product` and `ending` are what was chosen so far."""

    def __init__(
        self,
        size: tuple[int, int],
        product: Product,
        ending: str,
        picture: Image | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """size: width and height of the photo; picture (H, W, 3): shown beside the choices."""
        from gui.widgets.small_picture import SmallPicture  # with the canvas behind it

        super().__init__(parent)
        self.setWindowTitle("Export")
        self.product, self.ending = product, ending
        self._size = size
        self.preview = SmallPicture("The result", "What is exported")
        self.preview.set_picture(picture)
        self.summary, self.said = label("", "title", wrap=True), label("", "dim", wrap=True)
        self.kind = Segmented("What", KINDS)
        self.privacy = Segmented("Metadata", PRIVACY)
        self.fields = self._make_fields()
        self.export_button = push_button("", "Choose where to write  (Return)", "primary")
        self.cancel_button = push_button("Cancel", "Write nothing  (Esc)")
        self._arrange()
        self._connect()
        self._show()
        self.resize(WIDTH, self.sizeHint().height())

    @property
    def format(self) -> Format:
        known = formats(self.product.kind)
        fitting = [f for f in known if f.ending == self.ending and f.deep == self.product.sixteen]
        return (fitting or [f for f in known if f.ending == self.ending] or list(known))[0]

    def _make_fields(self) -> dict[str, QWidget]:
        across, down = self._size
        return {
            "format": QComboBox(),
            "height": _spin(0, MAX_HEIGHT, " px high", f"As the photo, {across} × {down}", step=64),
            "quality": ValueSlider("", 1, 100, 95, show=lambda v: f"{v:.0f}", steps=99),
            "dpi": _spin(0, 2400, " dpi", "Not said", step=50),
            "steps": _spin(1, MAX_STEPS, " steps"),
            "columns": _spin(0, MAX_STEPS + 1, " columns", "About as many as rows"),
            "rate": _rate(),
            "back": _switch("Back to the source pose"),
            "loop": _switch("Over and over"),
            "captions": _switch("Which step each is"),
            "title": QLineEdit(placeholderText="None", maxLength=200),
            "marked": _switch("The word “synthetic” in the corner"),
        }

    def _arrange(self) -> None:
        names = {"format": "Format", "height": "Size", "quality": "Quality", "dpi": "Resolution", "steps": "Steps",
                 "columns": "Columns", "rate": "Speed", "back": "Way back", "loop": "Repeat", "captions": "Captions",
                 "title": "Title", "marked": "Visible mark"}  # fmt: skip
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(3 * SPACE)
        self.form.setVerticalSpacing(2 * SPACE)
        for name, widget in self.fields.items():
            widget.setAccessibleName(names[name])
            self.form.addRow(label(names[name], "dim"), widget)
        self.form.addRow(label("Metadata", "dim"), self.privacy)
        left, right, row = QVBoxLayout(), QVBoxLayout(), QHBoxLayout()
        left.setSpacing(2 * SPACE)
        for widget, stretch in ((self.preview, 1), (self.summary, 0), (self.said, 0)):
            left.addWidget(widget, stretch)
        right.addWidget(self.kind)
        right.addSpacing(2 * SPACE)
        right.addLayout(self.form)
        right.addStretch(1)
        row.setSpacing(5 * SPACE)
        row.addLayout(left, 4)
        row.addLayout(right, 5)
        foot, column = QHBoxLayout(), QVBoxLayout(self)
        foot.addStretch(1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.export_button)
        column.setContentsMargins(4 * SPACE, 4 * SPACE, 4 * SPACE, 3 * SPACE)
        column.setSpacing(4 * SPACE)
        column.addLayout(row, 1)
        column.addLayout(foot)
        self.export_button.setDefault(True)

    def _connect(self) -> None:
        self.kind.chosen.connect(self._choose_kind)
        self.privacy.chosen.connect(lambda value: self._change(privacy=value))
        for name, widget in self.fields.items():
            match widget:
                case QComboBox():
                    widget.activated.connect(self._choose_format)
                case QPushButton():
                    widget.toggled.connect(_told(self._change, name))
                case QSpinBox() | QDoubleSpinBox():
                    widget.valueChanged.connect(_told(self._change, name))
                case QLineEdit():
                    widget.textEdited.connect(_told(self._change, name))
                case ValueSlider():
                    widget.moved.connect(lambda value: self._change(quality=round(value)))
        self.export_button.clicked.connect(self.accept)
        self.cancel_button.clicked.connect(self.reject)

    def _choose_kind(self, kind: Kind) -> None:
        self.product = replace(self.product, kind=kind)
        self._choose_format(formats(kind).index(self.format))

    def _choose_format(self, index: int) -> None:
        chosen = formats(self.product.kind)[index]
        self.ending = chosen.ending
        self._change(sixteen=chosen.deep)

    def _change(self, **fields: Any) -> None:
        if "height" in fields:
            fields["height"] = fields["height"] or None
        self.product = replace(self.product, **fields)
        self._show()

    def _show(self) -> None:
        product, known = self.product, formats(self.product.kind)
        self.kind.set_value(product.kind)
        self.privacy.set_value(product.privacy)
        for name, widget in self.fields.items():
            with QSignalBlocker(widget):
                _put(widget, known.index(self.format) if name == "format" else getattr(product, name), known)
            wanted = name in SHOWN[product.kind] and (name != "quality" or self.format.lossy)
            self.form.setRowVisible(widget, wanted)
        self.summary.setText(self._summary())
        self.said.setText(_said(product))
        self.export_button.setText(BUTTONS[product.privacy])

    def _summary(self) -> str:
        product, name = self.product, self.format.text
        across, down = product.picture_size(*self._size)
        pictures = len(product.order)
        match product.kind:
            case "strip" | "grid":
                page = sheet(product, *self._size)
                return f"{pictures} pictures on {page.width} × {page.height} pixels, {name}"
            case "film":
                return f"{pictures} frames of {across} × {down} pixels, {pictures / product.rate:.1f} s, {name}"
            case "layers":
                return (
                    f"Skeletons, heat map, matte, labels and difference, {self._size[0]} × {self._size[1]} pixels each"
                )
        return f"{across} × {down} pixels, {name}"


def _said(product: Product) -> str:
    """What stands in the file, in words."""
    said = "The file says that the picture is synthetic (IPTC)"
    match product.privacy:
        case "none":
            return f"{said}, and nothing else."
        case "provenance":
            return f"{said} and was made by Layfigure, and with which generator."
    if product.kind == "layers":
        return f"{said} and was made by Layfigure. Layers carry no recipe."
    return f"{said}, was made by Layfigure, and how: the photo's name, poses, brush strokes and generator."


def _told(change: Callable[..., None], name: str) -> Callable[[Any], None]:
    return lambda value: change(**{name: value})


def _put(widget: QWidget, value: Any, known: tuple[Format, ...]) -> None:
    match widget:
        case QComboBox():
            widget.clear()
            widget.addItems([f.text for f in known])
            widget.setCurrentIndex(value)
        case QPushButton():
            widget.setChecked(value)
        case QSpinBox() | QDoubleSpinBox():
            widget.setValue(value or 0)
        case QLineEdit() if widget.text() != value:
            widget.setText(value)
        case ValueSlider():
            widget.set_value(value)


def _spin(low: int, high: int, suffix: str, none: str = "", step: int = 1) -> QSpinBox:
    made = QSpinBox(minimum=low, maximum=high, suffix=suffix, singleStep=step)
    made.setSpecialValueText(none)
    return _calm(made)


def _rate() -> QDoubleSpinBox:
    made = QDoubleSpinBox(minimum=0.5, maximum=60, singleStep=1, decimals=1, suffix=" frames a second")
    return _calm(made)


def _calm(box: Number) -> Number:
    """Up and Down are keys; no arrows to aim at."""
    box.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return box


def _switch(text: str) -> QPushButton:
    made = push_button(text, text)
    made.setCheckable(True)
    return made
