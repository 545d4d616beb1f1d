"""Where the picture lies in a pane: zoom, centre, and the mapping between image and pane. No widgets in here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from engine.geometry import Box, Point

ZOOM_MIN, ZOOM_MAX = 0.05, 64.0
ORIGIN = Point(0.0, 0.0)
MARGIN = 24.0  # logical px left free around a fitted picture


class Extent(NamedTuple):
    """A pane's size."""

    width: float  # logical px
    height: float
    ratio: float = 1.0  # device px per logical px


class Screen(NamedTuple):
    """The mapping of one pane: image pixels (centres at integers) to logical pixels of the pane."""

    scale: float  # logical px per image px
    left: float  # logical px of image point (0, 0)
    top: float
    extent: Extent

    @property
    def zoom(self) -> float:
        """Device px per image px."""
        return self.scale * self.extent.ratio

    def at(self, point: tuple[float, float]) -> Point:
        return Point(self.left + point[0] * self.scale, self.top + point[1] * self.scale)

    def image(self, x: float, y: float) -> Point:
        return Point((x - self.left) / self.scale, (y - self.top) / self.scale)

    def photo(self, width: int, height: int) -> Box:
        """Logical px covered by a photo of this size."""
        left, top = self.at((-0.5, -0.5))
        return Box(left, top, width * self.scale, height * self.scale)

    def visible(self) -> Box:
        """Image px the pane shows, the corners of the outermost pixels included."""
        left, top = self.image(0.0, 0.0)
        return Box(left, top, self.extent.width / self.scale, self.extent.height / self.scale)


@dataclass(frozen=True, slots=True)
class Placement:
    """What all panes share, whatever their size."""

    zoom: float = 1.0  # device px per image px, ZOOM_MIN … ZOOM_MAX
    centre: Point = ORIGIN  # image px in the middle of the pane

    def screen(self, extent: Extent) -> Screen:
        """The photo's corner is put on a whole device pixel, so that 100 % and 200 % are crisp."""
        return Screen(
            self.zoom / extent.ratio,
            _origin(extent.width, extent.ratio, self.centre.x, self.zoom),
            _origin(extent.height, extent.ratio, self.centre.y, self.zoom),
            extent,
        )

    def zoomed(self, factor: float, x: float, y: float, extent: Extent) -> Placement:
        """The image point at (x, y), in logical px of the pane, stays there."""
        zoom = clamped(self.zoom * factor)
        dx, dy = (x - extent.width / 2) * extent.ratio, (y - extent.height / 2) * extent.ratio
        gain = 1 / self.zoom - 1 / zoom
        return Placement(zoom, self.centre.moved(dx * gain, dy * gain))

    def panned(self, dx: float, dy: float, ratio: float) -> Placement:
        """The picture moves along with the hand by (dx, dy) logical px."""
        return replace(self, centre=self.centre.moved(-dx * ratio / self.zoom, -dy * ratio / self.zoom))

    @classmethod
    def framing(cls, box: Box, extent: Extent) -> Placement:
        """All of `box` (image px) as large as the pane allows."""
        across = (extent.width - 2 * MARGIN) / max(box.width, 1e-6)
        down = (extent.height - 2 * MARGIN) / max(box.height, 1e-6)
        return cls(clamped(max(0.0, min(across, down)) * extent.ratio), box.centre)


def clamped(zoom: float) -> float:
    return min(ZOOM_MAX, max(ZOOM_MIN, zoom))


def whole(zoom: float) -> float:
    """The nearest whole number, or below 1 the nearest whole fraction."""
    return float(round(zoom)) if zoom >= 1 else 1 / round(1 / zoom)


def photo_box(width: int, height: int) -> Box:
    """Image px from corner to corner of a photo of this size."""
    return Box(-0.5, -0.5, width, height)


def _origin(extent: float, ratio: float, centre: float, zoom: float) -> float:
    corner = round(extent * ratio / 2 - (centre + 0.5) * zoom)  # device px of the photo's left or upper edge
    return (corner + 0.5 * zoom) / ratio


class Viewport(QObject):
    """The placement all panes show, and where the pointer is among them. Undo never changes it."""

    changed = Signal(object)  # Placement
    pointed = Signal(object, object)  # the pane's kind and the Point (image px) under the pointer, None if it left

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.placement = Placement()
        self.size: tuple[int, int] = (1, 1)  # of the photo, image px
        self.fitted = True  # follows the pane's size until the user zooms or pans
        self.whole = False  # zooming stops at whole numbers of device px per image px, or image px per device px
        self._wanted = 1.0  # zoom before it was made whole: many small turns of the wheel add up to a step

    @property
    def zoom(self) -> float:
        return self.placement.zoom

    def fit(self, extent: Extent) -> None:
        self._place(Placement.framing(photo_box(*self.size), extent), fitted=True)

    def frame(self, box: Box, extent: Extent) -> None:
        self._place(Placement.framing(box, extent))

    def actual_size(self) -> None:
        """One image pixel per device pixel, about the middle of the pane."""
        self._place(replace(self.placement, zoom=1.0))

    def zoom_at(self, factor: float, x: float, y: float, extent: Extent) -> None:
        now = self.placement.zoom
        if not self.whole or whole(self._wanted) != now:
            self._wanted = now
        self._wanted = clamped(self._wanted * factor)
        wanted = whole(self._wanted) if self.whole else self._wanted
        self._place(self.placement.zoomed(wanted / now, x, y, extent))

    def pan(self, dx: float, dy: float, ratio: float) -> None:
        self._place(self.placement.panned(dx, dy, ratio))

    def _place(self, placement: Placement, fitted: bool = False) -> None:
        """Pans beyond the picture, for joints off the frame, but not out of its sight for good."""
        (x, y), (w, h) = placement.centre, self.size
        kept = replace(placement, centre=Point(min(2.0 * w, max(-1.0 * w, x)), min(2.0 * h, max(-1.0 * h, y))))
        self.fitted = fitted
        if kept != self.placement:
            self.placement = kept
            self.changed.emit(kept)
