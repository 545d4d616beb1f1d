"""V and Shift+V: everything drawn over the active pane off and on again, or only the skeleton left."""

from __future__ import annotations

from gui.view_state import OVERLAYS, ViewState


class OverlaySwitch:
    """Remembers per pane what was shown."""

    def __init__(self, state: ViewState) -> None:
        self._state = state
        self._before: dict[str, tuple[str, ...]] = {}

    def toggle(self, pane: str) -> None:
        shown = self._shown(pane)
        if shown:
            self._before[pane] = shown
            self._show_only(pane, ())
        else:
            self._show_only(pane, self._before.get(pane, ("skeleton",)))

    def solo(self, pane: str) -> None:
        shown = self._shown(pane)
        if shown == ("skeleton",):
            self._show_only(pane, self._before.get(pane, ("skeleton",)))
        else:
            self._before[pane] = shown or ("skeleton",)
            self._show_only(pane, ("skeleton",))

    def _shown(self, pane: str) -> tuple[str, ...]:
        return tuple(name for name in OVERLAYS if self._state.view.overlay(pane, name).shown)

    def _show_only(self, pane: str, names: tuple[str, ...]) -> None:
        for name in OVERLAYS:
            self._state.set_overlay(pane, name, shown=name in names)
