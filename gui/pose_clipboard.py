"""Poses on the clipboard: for other windows of ours as they are, for other programs as OpenPose JSON."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from engine.document import Document, Figure
from engine.edits import Joint, MoveJoints
from engine.io.keypoints import openpose
from engine.io.keypoints.common import Asked, Unusable
from engine.posing import Moves
from engine.retargeting import mirrored, worn
from engine.skeleton import JOINTS, MIRROR, Keypoints
from gui.canvas.gestures import name_of, step_label
from gui.editor import Editor
from gui.view_state import ViewState

OWN = "application/x-layfigure-pose"
LONGEST = 2**20  # bytes: no pose is longer


class Copied(msgspec.Struct, frozen=True):
    photo: str  # hash of the photo it was copied in
    keypoints: Keypoints
    joints: tuple[Joint, ...]  # what was copied of them


def copy(editor: Editor, state: ViewState, whole: bool = False) -> str:
    """The selected joints; with `whole`, everything if nothing is selected. What was done, empty if nothing was."""
    document, figure = editor.document, _figure(state)
    joints = tuple(sorted(state.view.selection)) or (tuple(JOINTS) if whole else ())
    if document is None or figure is None or not joints:
        return ""
    source, keypoints = document.source, document.figure(figure)
    data = QMimeData()
    data.setData(OWN, msgspec.json.encode(Copied(source.photo, keypoints, joints)))
    data.setText(openpose.write(Asked(source.name, source.width, source.height), keypoints).decode())
    QGuiApplication.clipboard().setMimeData(data)
    return f"Copied the pose: {name_of(joints)}."


def paste(editor: Editor, state: ViewState, flipped: bool = False) -> str:
    """A pose on the clipboard becomes that of the figure in hand. What was done, empty if there is none."""
    document, figure = editor.document, _figure(state)
    copied = _copied(document) if document is not None and figure is not None else None
    if document is None or figure is None or copied is None:
        return ""
    moves = _pasted(document, figure, copied, flipped)
    joints = tuple(sorted(MIRROR[j] for j in copied.joints)) if flipped else copied.joints
    what = f"paste {name_of(joints)}{' flipped' if flipped else ''}"
    editor.apply(MoveJoints.of(figure, moves), step_label(figure, what))
    return f"Pasted the pose{', flipped' if flipped else ''}: {name_of(joints)}."


def _pasted(document: Document, figure: Figure, copied: Copied, flipped: bool) -> Moves:
    """Within a photo to the very places; from another person, or flipped, directions with the figure's own lengths."""
    now = document.figure(figure)
    if flipped:
        return worn(now, mirrored(copied.keypoints), {MIRROR[j] for j in copied.joints})
    if copied.photo == document.source.photo:
        return {j: copied.keypoints[j] for j in copied.joints}
    return worn(now, copied.keypoints, copied.joints)


def _copied(document: Document) -> Copied | None:
    data: QMimeData | None = QGuiApplication.clipboard().mimeData()
    if data is None:  # an empty clipboard, whatever the stubs say
        return None
    try:
        if data.hasFormat(OWN) and data.data(OWN).size() <= LONGEST:
            return msgspec.json.decode(data.data(OWN).data(), type=Copied)
        text = data.text().strip().encode() if data.hasText() else b""
        return _from_text(text, document) if text.startswith((b"{", b"[")) and len(text) <= LONGEST else None
    except (msgspec.MsgspecError, ValueError, Unusable, RecursionError):
        return None


def _from_text(text: bytes, document: Document) -> Copied | None:
    """OpenPose JSON; on a canvas of this photo's size it is taken for a pose of this photo."""
    top = msgspec.json.decode(text, type=dict[str, msgspec.Raw] | list[msgspec.Raw])
    if not top or not openpose.recognises(top):
        return None
    source = document.source
    keypoints = openpose.read(top, Asked(source.name, source.width, source.height))
    joints = tuple(j for j in JOINTS if keypoints.present(j))
    size = {name: top[name] for name in ("canvas_width", "canvas_height") if isinstance(top, dict) and name in top}
    here = [float(bytes(raw)) for raw in size.values()] == [source.width, source.height]
    return Copied(source.photo if here else "", keypoints, joints)


def _figure(state: ViewState) -> Figure | None:
    mode = state.view.mode
    return None if mode == "matte" else mode
