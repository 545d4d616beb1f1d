"""A walk through the whole window with a real hand and a real engine: one picture per step, and each step is checked."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from engine.geometry import Point, distance
from engine.messages import Open
from engine.skeleton import L_ANKLE, L_ELBOW, L_SHOULDER, L_WRIST, R_ELBOW, R_SHOULDER, R_WRIST, Keypoints
from gui.files import SAMPLE
from gui.main_window import MainWindow
from gui.theme import theme
from gui.tour_hand import Hand, Missed, expect

CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
R_FOREARM = 8  # of the ten parts
Step = Callable[["Tour"], None]


def run(out: Path, window: MainWindow, photo: Path | None = None) -> int:
    """Write 01-….png and so on into `out`; returns 0 if everything happened as it should, else 1.

    photo  dropped on the window; without one, what the window is opening already, or else the sample
    """
    out.mkdir(parents=True, exist_ok=True)
    tour, worn = Tour(out, window, photo), theme().choice
    for number, (name, step) in enumerate(STEPS, 1):
        try:
            step(tour)
        except Missed as missed:
            tour.complain(f"{number:02}-{name}: not so: {missed}")
        tour.shoot(f"{number:02}-{name}")
        if window.editor.document is None:
            break  # nothing opened: every other step would only say so again
    theme().choose(worn)
    return 1 if tour.missed else 0


class Tour:
    def __init__(self, out: Path, window: MainWindow, photo: Path | None) -> None:
        self.out, self.window, self.hand = out, window, Hand(window)
        self.photo = photo
        self.before: Keypoints | None = None  # of the target, where a later step compares with an earlier one
        self.missed = 0

    def shoot(self, name: str) -> None:
        QApplication.processEvents()
        self.window.grab().save(str(self.out / f"{name}.png"))

    def complain(self, sentence: str) -> None:
        self.missed += 1
        print(sentence, file=sys.stderr)

    @property
    def target(self) -> Keypoints:
        return self.hand.document.target.keypoints

    @property
    def source(self) -> Keypoints:
        return self.hand.document.source.keypoints

    @property
    def arm(self) -> float:
        """Length of the right upper arm: what drags are measured in, so that any photo will do."""
        return max(10.0, distance(self.source[R_SHOULDER], self.source[R_ELBOW]))


def opened(tour: Tour) -> None:
    window, hand = tour.window, tour.hand
    hand.take_hold()
    opening = [job.path for job in window.link.jobs if isinstance(job, Open)]
    if tour.photo is None and (opening or window.editor.document):
        tour.photo = opening[0] if opening else None
    else:
        tour.photo = tour.photo or SAMPLE
        hand.drop(tour.photo)
    hand.wait(window.files.named, lambda: bool(window.files.name), "the photo is open")
    hand.wait_for_picture()


def keypoints_read(tour: Tour) -> None:
    """A photo may come with its keypoints beside it; otherwise the program's own guess goes on."""
    hand, beside = tour.hand, tour.photo and tour.photo.with_suffix(".json")
    hand.key(Qt.Key.Key_1)
    expect(tour.window.state.view.mode == "source", "1 leads to the source pose")
    if beside is not None and beside.exists():
        hand.drop(beside)
        read = lambda: tour.hand.document.source.keypoints_from == "imported"  # noqa: E731
        hand.wait(tour.window.editor.committed, read, "the keypoints have been read")
        hand.wait_for_picture()


def source_corrected(tour: Tour) -> None:
    hand, start = tour.hand, tour.source[L_WRIST]
    hand.drag("source", start, start.moved(0.1 * tour.arm, 0.05 * tour.arm))
    expect(tour.source[L_WRIST] != start, "the source's wrist has moved")
    expect(tour.target[L_WRIST] == tour.source[L_WRIST], "the target goes with it, for nobody has posed it")
    hand.wait_for_picture()


def arm_posed(tour: Tour) -> None:
    hand, before = tour.hand, tour.target
    hand.key(Qt.Key.Key_2)
    shoulder, wrist = before[R_SHOULDER], before[R_WRIST]
    up = Point(shoulder.x - 1.1 * tour.arm, shoulder.y - 1.2 * tour.arm)
    hand.drag("result", wrist, Point(shoulder.x - 1.7 * tour.arm, shoulder.y), up)
    hand.wait_for_picture()
    expect(distance(tour.target[R_WRIST], wrist) > tour.arm, "the wrist has moved")
    for a, b in ((R_SHOULDER, R_ELBOW), (R_ELBOW, R_WRIST)):
        kept = distance(tour.target[a], tour.target[b]) / distance(before[a], before[b])
        expect(abs(kept - 1) < 0.01, "the bones keep their lengths")
    expect(tour.window.actions_["undo"].text() == "Undo Pose: right wrist", "the step has its name")
    tour.before = before


def undone(tour: Tour) -> None:
    tour.hand.key(Qt.Key.Key_Z, CTRL)
    expect(tour.target == tour.before, "the arm is where it was")
    tour.hand.wait_for_picture()


def redone(tour: Tour) -> None:
    tour.hand.key(Qt.Key.Key_Z, CTRL | SHIFT)
    expect(tour.target != tour.before, "the arm is up again")
    tour.hand.wait_for_picture()


def mirrored(tour: Tour) -> None:
    hand, before = tour.hand, tour.target
    hand.key(Qt.Key.Key_X)
    expect(tour.window.state.view.mirror, "X turns mirror editing on")
    shoulder, wrist = before[L_SHOULDER], before[L_WRIST]
    hand.drag("result", wrist, Point(shoulder.x + 1.4 * tour.arm, shoulder.y + 1.1 * tour.arm))
    hand.wait_for_picture()
    for joint in (L_WRIST, R_WRIST):
        expect(tour.target[joint] != before[joint], "both wrists have moved")
    expect(tour.target[L_ELBOW] != before[L_ELBOW], "the elbow follows")
    hand.key(Qt.Key.Key_X)


def made_hidden(tour: Tour) -> None:
    before = tour.target.visibility[L_ANKLE]
    tour.hand.right_click("result", tour.target[L_ANKLE])
    expect(tour.target.visibility[L_ANKLE] == before.next(), "the ankle's state has changed")
    tour.hand.wait_for_picture()


def depth_flipped(tour: Tour) -> None:
    hand, limb = tour.hand, tour.hand.panel.depths.limbs[0]
    if not tour.hand.panel.depths.isEnabled():  # DSC decides by itself
        chooser = tour.hand.panel.tools.generator
        chooser.activated.emit(chooser.findData("puppet"))
    now = hand.document.target.depths[0]
    hand.click(limb.button("back" if now != "back" else "front"))
    expect(hand.document.target.depths[0] != now, "the right arm lies in another depth")
    hand.wait_for_picture()


def inspected(tour: Tour) -> None:
    hand, picture = tour.hand, tour.window.link.picture
    hand.key(Qt.Key.Key_P, CTRL | ALT)
    there = lambda: picture.frame is not None and picture.frame.inspection is not None  # noqa: E731
    hand.wait(picture.frame_shown, there, "the parts are shown as they are moved")
    hand.point_at_part(R_FOREARM)
    expect(tour.window.state.view.part == R_FOREARM, "the part under the pointer is marked")
    hand.wait_for_picture()


def matte_painted(tour: Tour) -> None:
    hand, shoulder = tour.hand, tour.source[R_SHOULDER]
    hand.key(Qt.Key.Key_P, CTRL | ALT)
    expect(not tour.window.state.view.inspecting, "the inspector is closed again")
    hand.key(Qt.Key.Key_3)
    expect(tour.window.state.view.mode == "matte", "3 leads to the matte")
    elbow = tour.source[R_ELBOW]
    hand.drag("source", shoulder, elbow)
    expect(len(hand.document.source.strokes) == 1, "there is one stroke")
    hand.wait_for_picture()


def source_held(tour: Tour) -> None:
    tour.hand.key(Qt.Key.Key_2)
    tour.hand.point_at("result", Point(1, 1))
    tour.hand.press(Qt.Key.Key_C)
    expect(tour.window.state.view.compare == "source", "C shows the source")


def split(tour: Tour) -> None:
    hand, state = tour.hand, tour.window.state
    hand.let_go(Qt.Key.Key_C)
    expect(state.view.compare == "off", "letting go of C shows the result again")
    hand.key(Qt.Key.Key_C, CTRL | ALT)
    expect(state.view.compare == "split", "Ctrl+Alt+C splits")
    before = state.view.split
    hand.wheel("result", tour.target[R_SHOULDER], -2, SHIFT)
    expect(state.view.split != before, "Shift+wheel moves the divider")


def difference(tour: Tour) -> None:
    chooser = tour.hand.panel.compare.chooser
    tour.hand.click(chooser.button("difference"))
    expect(tour.window.state.view.compare == "difference", "the difference is shown")


def four_panes(tour: Tour) -> None:
    tour.hand.click(tour.hand.panel.compare.chooser.button("off"))
    tour.hand.key(Qt.Key.Key_4, CTRL | ALT)
    expect(len(tour.window.state.view.panes) == 4, "four panes are there")


def exported(tour: Tour) -> None:
    window, path = tour.window, tour.out / "picture.png"
    path.unlink(missing_ok=True)
    tour.hand.key(Qt.Key.Key_2, CTRL | ALT)
    window.exports.last = path  # as after the first export: the dialog is not asked again
    tour.hand.key(Qt.Key.Key_E, CTRL)
    tour.hand.wait(window.link.written, path.exists, "the picture has been written")


def saved(tour: Tour) -> None:
    window, path = tour.window, tour.out / "project.lay"
    path.unlink(missing_ok=True)
    window.files.project = path
    tour.hand.key(Qt.Key.Key_S, CTRL)
    clean = lambda: not window.isWindowModified()  # noqa: E731
    tour.hand.wait(window.files.named, clean, "the title says that nothing is unsaved")
    expect(path.exists(), "the project has been written")


def light(tour: Tour) -> None:
    tour.hand.key(Qt.Key.Key_8, CTRL | ALT)


STEPS: tuple[tuple[str, Step], ...] = (
    ("opened", opened),
    ("keypoints-read", keypoints_read),
    ("source-corrected", source_corrected),
    ("arm-posed", arm_posed),
    ("undone", undone),
    ("redone", redone),
    ("mirrored", mirrored),
    ("made-hidden", made_hidden),
    ("depth-flipped", depth_flipped),
    ("inspected", inspected),
    ("matte-painted", matte_painted),
    ("source-held", source_held),
    ("split", split),
    ("difference", difference),
    ("four-panes", four_panes),
    ("exported", exported),
    ("saved", saved),
    ("light-theme", light),
)
