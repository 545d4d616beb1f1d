"""Everything that can be done by menu or key, in one table: text, keys, tip, menu. What each does is in `wiring`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from gui.icons import dress


class Spec(NamedTuple):
    menu: str  # "View/Panes" is a menu within a menu; a rule is drawn before one that begins with "-"
    name: str
    text: str
    keys: str  # several are separated by blanks
    tip: str
    drawing: str = ""
    checkable: bool = False
    group: str = ""  # of these one is checked
    always: bool = False  # also without a document
    only: str = ""  # "pose" or "matte": the same key means something else in the other


SPECS = (
    Spec("File", "open", "Open…", "Ctrl+O", "Open a photo or a project", "open", always=True),
    Spec("File", "sample", "Sample People…", "Ctrl+Alt+O", "Choose one of the people the program comes with", "sample", always=True),
    Spec("File", "recent", "Open Recent…", "Ctrl+Shift+O", "Choose one of the files opened or saved lately", always=True),
    Spec("File", "reopen", "Open the Last File at Start", "Ctrl+Alt+L", "Begin where the last window was closed", "", True, always=True),
    Spec("File", "recover", "Recover Unsaved Work…", "Ctrl+Alt+R", "Look for work that a window left behind when it ended without closing", always=True),
    Spec("-File", "save", "Save", "Ctrl+S", "Save the project", "save"),
    Spec("File", "save_as", "Save As…", "Ctrl+Shift+S", "Save the project under another name"),
    Spec("-File", "import_keypoints", "Import Keypoints…", "Ctrl+Shift+I", "Read keypoints for this figure from a JSON or CSV file", "import"),
    Spec("File", "export_keypoints", "Export Keypoints…", "Ctrl+Shift+K", "Write the keypoints of this figure as OpenPose JSON or CSV"),
    Spec("-File", "export_again", "Export Again", "Ctrl+E", "Write the same once more, under the next free name"),
    Spec("File", "export_as", "Export As…", "Ctrl+Shift+E", "Write a picture, strip, grid, film or control layers", "export"),
    Spec("-File", "close", "Close Window", "Ctrl+W", "Close this window", always=True),
    Spec("File", "quit", "Quit", "Ctrl+Q", "Leave the program", always=True),
    Spec("Edit", "undo", "Undo", "Ctrl+Z", "Take back the last step", "undo"),
    Spec("Edit", "redo", "Redo", "Ctrl+Shift+Z Ctrl+Y", "Do the step again that was taken back", "redo"),
    Spec("-Edit", "copy", "Copy Result", "Ctrl+C", "Put the result on the clipboard at full size; with joints selected, their pose", "copy"),
    Spec("Edit", "paste", "Paste Picture", "Ctrl+V", "Use the picture on the clipboard, or the pose if there is one", always=True),
    Spec("Edit", "copy_pose", "Copy Pose", "Ctrl+Shift+C", "Put the selected joints, or all, on the clipboard, as OpenPose JSON too"),
    Spec("Edit", "paste_flipped", "Paste Pose Flipped", "Ctrl+Shift+V", "Use the pose on the clipboard with left and right exchanged"),
    Spec("-Edit", "select_all", "Select All Joints", "A", "Select every joint"),
    Spec("Edit", "select_none", "Select None", "Alt+A", "Let go of the selection"),
    Spec("Edit", "select_invert", "Invert Selection", "Ctrl+I", "Select the joints that are not selected"),
    Spec("Edit", "select_mirror", "Select the Mirror Joints", "Ctrl+Shift+M", "Select the same joints on the other side"),
    Spec("Edit", "select_parent", "Select the Parent Joint", "[", "Go to the joint above the selected one", only="pose"),
    Spec("Edit", "select_child", "Select the Child Joint", "]", "Go to the joint below the selected one", only="pose"),
    Spec("Edit", "extend_parent", "Select the Parent Too", "Shift+[ {", "Add the joint above to the selection", only="pose"),
    Spec("Edit", "extend_child", "Select the Child Too", "Shift+] }", "Add the joint below to the selection", only="pose"),
    Spec("Pose", "mode_source", "Correct the Source Pose", "1", "Move the keypoints onto the person in the photo", "mode_source", True, "mode"),
    Spec("Pose", "mode_target", "Pose the Figure", "2", "Move the figure; the picture follows", "mode_target", True, "mode"),
    Spec("Pose", "mode_matte", "Paint the Matte", "3", "Say what belongs to the person", "mode_matte", True, "mode"),
    Spec("-Pose", "boxing", "Find the Person in a Box", "B", "Drag a box on the source about the person to work on", "find", True),
    Spec("-Pose", "lengths", "Length Lock", "K", "Dragging keeps the lengths of the bones", "lengths", True),
    Spec("Pose", "mirror", "Mirror Editing", "X", "The opposite joint does the same on its side", "mirror", True),
    Spec("Pose", "pin", "Pin or Unpin", "T", "The selected joints stay where they are while others are moved", only="pose"),
    Spec("Pose", "limits", "Mark What No Body Could Show", "Shift+L", "Colour bones too long, folded too far or bent backwards", "", True),
    Spec("-Pose/Transform", "grab", "Move", "G", "Move the selection with the free hand, or type a distance", only="pose"),
    Spec("Pose/Transform", "turn", "Turn", "R", "Turn the selection about its pivot, or type an angle", only="pose"),
    Spec("Pose/Transform", "scale", "Scale", "S", "Scale the selection about its pivot, or type a factor", only="pose"),
    Spec("Pose/Transform", "pivot", "Pivot on This Joint", "P", "The selection turns about the joint under the pointer; over none, about where it hangs", only="pose"),
    Spec("-Pose/Transform", "between", "In-Between", "Shift+E", "Go sideways some of the way to the pose chosen in the library", only="pose"),
    Spec("Pose/Transform", "relax", "Relax", "Alt+E", "Go sideways some of the way back to the pose in the photo", only="pose"),
    Spec("Pose", "library", "Pose Library", "Ctrl+L", "Show the poses there are, and search them"),
    Spec("Pose", "keep_pose", "Keep This Pose…", "Ctrl+Shift+L", "Keep the selected joints, or all, in the pose library"),
    Spec("-Pose", "flip_bend", "Flip Elbow or Knee", "F", "Bend the selected limb the other way"),
    Spec("Pose", "right_to_left", "Mirror Right Side onto Left", "Ctrl+Shift+Right", "The person's left side becomes the mirror image of the right"),
    Spec("Pose", "left_to_right", "Mirror Left Side onto Right", "Ctrl+Shift+Left", "The person's right side becomes the mirror image of the left"),
    Spec("-Pose", "cycle_visibility", "Visible, Hidden, Absent", "H", "Change the state of the selected joints"),
    Spec("Pose", "set_absent", "Mark as Absent", "Del", "The selected joints are not in the picture"),
    Spec("-Pose", "reset_selection", "Reset Selected Joints", "Alt+G", "Put the selected joints back to the source pose"),
    Spec("Pose", "reset_rotation", "Reset Directions", "Alt+R", "Turn the bones of the selected joints back as in the source pose, lengths kept"),
    Spec("Pose", "reset_pose", "Reset the Whole Pose", "Ctrl+Alt+G", "Put the whole figure back to the source pose", "reset"),
    Spec("Pose/Nudge", "nudge_left", "Left", "Left", "Move the selection 1 pixel to the left"),
    Spec("Pose/Nudge", "nudge_right", "Right", "Right", "Move the selection 1 pixel to the right"),
    Spec("Pose/Nudge", "nudge_up", "Up", "Up", "Move the selection 1 pixel up"),
    Spec("Pose/Nudge", "nudge_down", "Down", "Down", "Move the selection 1 pixel down"),
    Spec("-Pose/Nudge", "nudge_left_10", "Left by 10", "Shift+Left", "Move the selection 10 pixels to the left"),
    Spec("Pose/Nudge", "nudge_right_10", "Right by 10", "Shift+Right", "Move the selection 10 pixels to the right"),
    Spec("Pose/Nudge", "nudge_up_10", "Up by 10", "Shift+Up", "Move the selection 10 pixels up"),
    Spec("Pose/Nudge", "nudge_down_10", "Down by 10", "Shift+Down", "Move the selection 10 pixels down"),
    Spec("-Pose", "brush_smaller", "Smaller Brush", "[", "Make the matte brush a tenth smaller", only="matte"),
    Spec("Pose", "brush_larger", "Larger Brush", "]", "Make the matte brush a tenth larger", only="matte"),
    Spec("Pose", "clear_strokes", "Clear Brush Strokes", "Ctrl+Shift+Del", "Forget all corrections of the matte"),
    Spec("-Pose/Matte", "matte_grow", "Grow", "Ctrl+Shift+Up", "Move the edge of the matte outwards by the pixels set in the panel"),
    Spec("Pose/Matte", "matte_shrink", "Shrink", "Ctrl+Shift+Down", "Move the edge of the matte inwards by the pixels set in the panel"),
    Spec("Pose/Matte", "matte_feather", "Feather", "Ctrl+Alt+F", "Soften the edge of the matte by the pixels set in the panel"),
    Spec("View", "live", "Live Preview", "L", "The picture follows every edit", "live", True, always=True),
    Spec("View", "render_now", "Render Now", "Ctrl+Return Ctrl+Enter", "Draw the picture once at final quality", "render"),
    Spec("View", "stop", "Stop", "Ctrl+.", "Give up what is being drawn", "stop"),
    Spec("-View", "show_source", "Show the Source (hold)", "C", "While the key is held the photo is shown", "source_hold", True),
    Spec("View", "split", "Split Compare", "Ctrl+Alt+C", "Photo on the left, picture on the right; Shift+wheel moves the divider", "compare", True),
    Spec("-View", "overlays", "Show Overlays", "V", "Show or hide everything drawn over the active pane", "layers"),
    Spec("View", "solo", "Only the Skeleton", "Shift+V", "Hide all overlays of the active pane but the skeleton, or show them again"),
    Spec("-View", "fit", "Fit", "Home", "Show the whole picture", "fit"),
    Spec("View", "actual", "100 %", "Ctrl+0", "One picture pixel per screen pixel", "actual"),
    Spec("View", "frame_selection", "Frame Selection", ".", "Show the selected joints as large as they fit", "select"),
    Spec("View", "zoom_in", "Zoom In", "Ctrl++ Ctrl+=", "Larger", "zoom_in"),
    Spec("View", "zoom_out", "Zoom Out", "Ctrl+-", "Smaller", "zoom_out"),
    Spec("View", "smooth", "Smooth Magnification", "Ctrl+Alt+M", "Blend pixels when magnified instead of showing them as squares", "", True, always=True),
    Spec("View", "whole_zoom", "Zoom in Whole Numbers", "Ctrl+Alt+W", "Every picture pixel covers the same number of screen pixels", "", True, always=True),
    Spec("-View", "parts", "Inspect the Deformation", "Ctrl+Alt+P", "Show part by part what is moved from where in the photo to where in the pose", "parts", True),
    Spec("View", "history", "History", "Ctrl+Alt+H", "Show every step with its picture, and go to any of them", "history", True),
    Spec("-View/Panes", "panes_2", "Source and Result", "Ctrl+Alt+2", "Two panes", "panes_2", True, "panes", True),
    Spec("View/Panes", "panes_3", "With Control", "Ctrl+Alt+3", "Three panes: source, control, result", "panes_3", True, "panes", True),
    Spec("View/Panes", "panes_4", "With Control and Matte", "Ctrl+Alt+4", "Four panes", "panes_4", True, "panes", True),
    Spec("View/Theme", "theme_system", "Like the System", "Ctrl+Alt+0", "Follow the system", "", True, "theme", True),
    Spec("View/Theme", "theme_light", "Light", "Ctrl+Alt+8", "Light theme", "", True, "theme", True),
    Spec("View/Theme", "theme_dark", "Dark", "Ctrl+Alt+9", "Dark theme", "", True, "theme", True),
    Spec("-View", "next_pane", "Next Pane", "F6", "Make the next pane the active one"),
    Spec("View", "previous_pane", "Previous Pane", "Shift+F6", "Make the pane before the active one"),
    Spec("View", "full_screen", "Full Screen", "F11", "Fill the screen", "fullscreen", True, always=True),
    Spec("Help", "keys", "Keys", "?", "All keys at a glance", always=True),
    Spec("Help", "models", "Models…", "Ctrl+Alt+I", "Which weights there are, and where they come from", always=True),
    Spec("Help", "about", "About Layfigure", "F1", "What this program is", always=True),
)  # fmt: skip
MENUS = ("File", "Edit", "Pose", "View", "Help")


class Actions(QObject):
    """The actions by name, also as a menu bar. Plain letters stay with text fields: Qt asks a field first."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._groups: dict[str, QActionGroup] = {}
        self._menus: dict[str, QMenu] = {}
        self._by_name = {spec.name: self._make(spec) for spec in SPECS}
        self._more: list[QAction] = []  # not of the table: they have no keys
        self._there_is_one, self._work = False, "pose"

    def __getitem__(self, name: str) -> QAction:
        return self._by_name[name]

    def __iter__(self) -> Iterator[tuple[str, QAction]]:
        return iter(self._by_name.items())

    def offered(self) -> Iterator[QAction]:
        """All there are, those that are in no table too: what a list of everything has to show."""
        yield from self._by_name.values()
        yield from self._more

    def connect_all(self, handlers: dict[str, Callable[[], object]]) -> None:
        for name, handler in handlers.items():
            self[name].triggered.connect(lambda checked=False, handler=handler: handler())

    def enable_for_document(self, there_is_one: bool) -> None:
        self._there_is_one = there_is_one
        for spec in SPECS:
            if not spec.always:
                self[spec.name].setEnabled(there_is_one and spec.only in ("", self._work))

    def enable_for_work(self, work: str) -> None:
        """`work`: "pose" or "matte". A key that means one thing in each is with the one in hand."""
        self._work = work
        for spec in SPECS:
            if spec.only:
                self[spec.name].setEnabled(self._there_is_one and spec.only == work)

    def name_step(self, name: str, label: str | None) -> None:
        """Let undo or redo say which step it is about; without one it is disabled."""
        action, verb = self[name], name.capitalize()
        action.setText(f"{verb} {label}" if label else verb)
        action.setToolTip(tool_tip(action, action.statusTip()))
        action.setEnabled(label is not None)

    def fill(self, bar: QMenuBar) -> None:
        menus = self._menus
        for title in MENUS:
            menus[title] = bar.addMenu(title)
        for spec in SPECS:
            menu = _menu(menus, spec.menu.lstrip("-"), rule=spec.menu.startswith("-"))
            menu.addAction(self[spec.name])

    def add_menu(self, title: str, after: str, actions: Sequence[QAction] = ()) -> QMenu:
        """A menu of more actions, in the menu of the action called `after`, below it."""
        path = next(spec.menu for spec in SPECS if spec.name == after).lstrip("-")
        outer, inner = self._menus[path], QMenu(title, self._menus[path])
        inner.addActions(list(actions))
        listed = outer.actions()
        outer.insertMenu(listed[listed.index(self[after]) + 1], inner)
        self._more.extend(actions)
        return inner

    def _make(self, spec: Spec) -> QAction:
        action = QAction(spec.text, self)
        action.setObjectName(spec.name)
        action.setShortcuts([QKeySequence(key) for key in spec.keys.split()])
        action.setStatusTip(spec.tip)
        action.setToolTip(tool_tip(action, spec.tip))
        action.setCheckable(spec.checkable)
        action.setIconVisibleInMenu(not spec.checkable)  # a menu shows either a drawing or a tick
        if spec.drawing:
            dress(action, spec.drawing)
        if spec.group:
            self._group(spec.group).addAction(action)
        return action

    def _group(self, name: str) -> QActionGroup:
        if name not in self._groups:
            self._groups[name] = QActionGroup(self)
        return self._groups[name]


def tool_tip(action: QAction, tip: str) -> str:
    """The tip with its keys: "Save the project  (Ctrl+S)"."""
    keys = " or ".join(key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts())
    return f"{action.text().rstrip('…')}: {tip}  ({keys})" if keys else tip


def keep_within(action: QAction, *widgets: QWidget) -> None:
    """Let the keys of `action` work only while one of these widgets, or one inside, has the focus."""
    action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    for widget in widgets:
        widget.addAction(action)


def _menu(menus: dict[str, QMenu], path: str, rule: bool) -> QMenu:
    """The menu at `path`, made if it is new; with `rule`, a line is drawn before what comes next."""
    top, _, inner = path.partition("/")
    is_new = path not in menus
    if rule:
        menus[top if is_new or not inner else path].addSeparator()
    if is_new:
        menus[path] = menus[top].addMenu(inner)
    return menus[path]
