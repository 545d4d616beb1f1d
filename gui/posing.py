"""What the actions of the Pose workspace do: tools of the free hand, clipboard, library, matte."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from gui.binding import bind_toggle
from gui.view_state import View

if TYPE_CHECKING:
    from gui.main_window import MainWindow

Tool = Literal["grab", "turn", "scale", "between", "relax"]
TOOLS: tuple[Tool, ...] = ("grab", "turn", "scale", "between", "relax")


def wire_posing(window: MainWindow) -> None:
    """Once there are panes and the panel."""
    from gui.canvas import commands

    actions, state, editor, panel = window.actions_, window.state, window.editor, window.panel
    assert panel is not None
    handlers: dict[str, Callable[[], object]] = {
        "select_parent": lambda: commands.select_parent(state),
        "select_child": lambda: commands.select_child(state),
        "extend_parent": lambda: commands.select_parent(state, extend=True),
        "extend_child": lambda: commands.select_child(state, extend=True),
        "pin": lambda: commands.pin(state),
        "pivot": lambda: commands.set_pivot(state),
        "reset_rotation": lambda: commands.reset_rotation(editor, state),
        "copy_pose": lambda: copy_pose(window, whole=True),
        "paste_flipped": lambda: paste_pose(window, flipped=True) or window.say("There is no pose on the clipboard."),
        "library": lambda: show_library(window),
        "keep_pose": panel.library.keep_pose,
    }
    for effect in ("grow", "shrink", "feather"):
        handlers[f"matte_{effect}"] = lambda effect=effect: commands.shape_matte(editor, state, effect)
    for tool in TOOLS:
        handlers[tool] = lambda tool=tool: begin(window, tool)
    actions.connect_all(handlers)
    bind_toggle(actions["limits"], state, "limits")
    state.changed.connect(lambda view, before: _follow(window, view, before))
    editor.opened.connect(lambda _: state.set(pins=frozenset(), pivot=None))
    actions.enable_for_work(_work(state.view))


def begin(window: MainWindow, tool: Tool) -> None:
    """On the active pane, or if nothing is posed there on the one where it is."""
    panes = window.panes
    if panes is None or window.editor.document is None:
        return
    pane = panes.pane()
    if pane.hand.site.edited is None:
        pane = panes.pane("source" if window.state.view.mode == "source" else "result")
    if tool in ("grab", "turn", "scale") and not window.state.view.selection:
        window.say("Select joints first: click one, or drag a box about several.")
        return
    pane.setFocus()
    pane.hand.begin(tool)


def copy_pose(window: MainWindow, whole: bool = False) -> bool:
    """Whether there was a pose to copy; without `whole` only selected joints are one."""
    from gui.pose_clipboard import copy  # with the keypoint formats behind it: not before the first paint

    return _told(window, copy(window.editor, window.state, whole))


def paste_pose(window: MainWindow, flipped: bool = False) -> bool:
    from gui.pose_clipboard import paste

    return _told(window, paste(window.editor, window.state, flipped))


def show_library(window: MainWindow) -> None:
    if window.panel is not None:
        window.state.set(mode="target")
        window.panel.show_library()


def _told(window: MainWindow, sentence: str) -> bool:
    if sentence:
        window.say(sentence)
    return bool(sentence)


def _follow(window: MainWindow, view: View, before: View) -> None:
    if _work(view) != _work(before):
        window.actions_.enable_for_work(_work(view))


def _work(view: View) -> str:
    return "matte" if view.mode == "matte" else "pose"
