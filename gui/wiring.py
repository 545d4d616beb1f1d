"""What each action does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.edits import ClearStrokes, SetKeypoints
from engine.skeleton import LEFT, RIGHT
from gui.binding import bind_choices, bind_toggle
from gui.overlay_switch import OverlaySwitch
from gui.panes import LAYOUTS
from gui.posing import copy_pose, paste_pose, wire_posing
from gui.theme import CHOICES, Choice, theme
from gui.workspaces.pose_matte import resized

if TYPE_CHECKING:
    from gui.main_window import MainWindow

BRUSH_STEP = 1.1  # ux.md SP1
NUDGES = {"left": (-1.0, 0.0), "right": (1.0, 0.0), "up": (0.0, -1.0), "down": (0.0, 1.0)}
ZOOM_STEP = 1.25


def wire(window: MainWindow) -> None:
    """All that can be wired before there are panes."""
    actions, state, files, picture = window.actions_, window.state, window.files, window.link.picture
    actions.connect_all(
        {
            "open": files.open,
            "sample": window.show_people,
            "recent": window.show_recents,
            "recover": window.recovering.ask,
            "save": files.save,
            "save_as": files.save_as,
            "import_keypoints": files.import_keypoints,
            "export_keypoints": files.export_keypoints,
            "export_again": window.exports.again,
            "export_as": window.exports.choose,
            "copy": lambda: copy_pose(window) or window.hand_out.copy(),
            "paste": lambda: paste_pose(window) or window.hand_out.paste(),
            "close": window.close,
            "quit": window.close,
            "undo": window.editor.undo,
            "redo": window.editor.redo,
            "reset_pose": lambda: reset_pose(window),
            "clear_strokes": lambda: window.editor.apply(ClearStrokes(), "Matte: clear strokes"),
            "brush_smaller": lambda: resize_brush(window, 1 / BRUSH_STEP),
            "brush_larger": lambda: resize_brush(window, BRUSH_STEP),
            "render_now": picture.render_now,
            "stop": picture.stop,
            "keys": window.show_keys,
            "models": window.show_models,
            "about": window.show_about,
        }
    )
    bind_toggle(actions["boxing"], state, "boxing")
    actions["boxing"].toggled.connect(lambda on: on and state.set(mode="source"))
    for field in ("lengths", "mirror", "live", "smooth", "whole_zoom"):
        bind_toggle(actions[field], state, field)
    bind_toggle(actions["parts"], state, "inspecting")
    bind_choices({mode: actions[f"mode_{mode}"] for mode in ("source", "target", "matte")}, state, "mode")
    bind_choices({kinds: actions[f"panes_{n}"] for n, kinds in LAYOUTS.items()}, state, "panes")
    bind_choices({"split": actions["split"]}, state, "compare")
    actions["split"].triggered.connect(lambda on: state.set(compare="split" if on else "off"))
    wire_theme(window)
    actions["full_screen"].toggled.connect(lambda on: window.showFullScreen() if on else window.showNormal())


def wire_panes(window: MainWindow) -> None:
    """What acts on the panes, once they exist."""
    from gui.canvas import commands
    from gui.hold import HoldSource

    actions, state, editor, panes = window.actions_, window.state, window.editor, window.panes
    assert panes is not None
    switch = OverlaySwitch(state)
    handlers: dict[str, Callable[[], object]] = {
        "select_all": lambda: commands.select_all(editor, state),
        "select_none": lambda: commands.select_none(state),
        "select_invert": lambda: commands.select_invert(editor, state),
        "cycle_visibility": lambda: commands.cycle_visibility(editor, state),
        "set_absent": lambda: commands.set_absent(editor, state),
        "select_mirror": lambda: commands.select_mirror(state),
        "flip_bend": lambda: commands.flip_bend(editor, state),
        "right_to_left": lambda: commands.symmetrise(editor, state, RIGHT),
        "left_to_right": lambda: commands.symmetrise(editor, state, LEFT),
        "reset_selection": lambda: commands.reset_selection(editor, state),
        "frame_selection": lambda: commands.frame_selection(panes.pane()),
        "overlays": lambda: switch.toggle(panes.active),
        "solo": lambda: switch.solo(panes.active),
        "fit": lambda: panes.pane().fit(),
        "actual": panes.viewport.actual_size,
        "zoom_in": lambda: panes.pane().zoom_by(ZOOM_STEP),
        "zoom_out": lambda: panes.pane().zoom_by(1 / ZOOM_STEP),
        "next_pane": lambda: panes.cycle(1),
        "previous_pane": lambda: panes.cycle(-1),
    }
    for way, (dx, dy) in NUDGES.items():
        handlers[f"nudge_{way}"] = lambda dx=dx, dy=dy: commands.nudge(editor, state, dx, dy)
        handlers[f"nudge_{way}_10"] = lambda dx=dx, dy=dy: commands.nudge(editor, state, 10 * dx, 10 * dy)
    actions.connect_all(handlers)
    wire_posing(window)
    HoldSource(actions["show_source"], state, window)


def wire_theme(window: MainWindow) -> None:
    def wear(choice: Choice) -> None:
        action = window.actions_[f"theme_{choice}"]
        action.setChecked(theme().choice == choice)
        action.triggered.connect(lambda: theme().choose(choice))

    for choice in CHOICES:
        wear(choice)


def reset_pose(window: MainWindow) -> None:
    document = window.editor.document
    if document is not None:
        window.editor.apply(SetKeypoints("target", document.source.keypoints), "Pose: reset to the source")


def resize_brush(window: MainWindow, factor: float) -> None:
    if window.state.view.mode == "matte":
        window.state.set(brush_radius=resized(window.state.view.brush_radius, factor))
