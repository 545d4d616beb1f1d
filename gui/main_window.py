"""The window: menus, one toolbar, panes, the panel of the workspace, the status bar."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QIcon, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from engine.between import STEPS
from engine.document import Document
from engine.messages import Failure, Opened
from gui.actions import Actions, keep_within, tool_tip
from gui.ask import Ask
from gui.bars import context_menu, make_toolbar
from gui.earlier import Earlier
from gui.editor import Editor
from gui.engine_link import EngineLink
from gui.export_progress import ExportProgress
from gui.exports import Exports
from gui.files import Files
from gui.finder import Finder
from gui.hand_out import HandOut, HandOutButton
from gui.icons import FOLDER, redress
from gui.keeping import Keeping
from gui.loader import CanvasLoader
from gui.memory import Memory
from gui.people import FOLDER as PEOPLE
from gui.people import people_actions, people_in
from gui.recents import Recents
from gui.recipes import Recipes
from gui.recovering import Recovering
from gui.scrub_bar import ScrubBar
from gui.standing import Standing
from gui.status import StatusBar
from gui.theme import Colours, theme
from gui.view_state import View, ViewState
from gui.widgets.banner import Banner
from gui.widgets.error_card import ErrorCard
from gui.widgets.toast import Toast
from gui.widgets.welcome import Welcome
from gui.wiring import wire, wire_panes

if TYPE_CHECKING:
    from gui.history_dock import HistoryDock
    from gui.panes import Panes
    from gui.parts_dock import PartsDock
    from gui.thumbs import Thumbs
    from gui.workspaces.pose import PosePanel

SIZE, SMALLEST = QSize(1440, 900), QSize(900, 600)
PAINTED_MS = 30  # after being shown the window has been painted


class MainWindow(QMainWindow):
    prepared = Signal()  # once: panes and panel are there

    def __init__(
        self,
        editor: Editor,
        state: ViewState,
        link: EngineLink,
        settings: QSettings | None = None,
        ask: Ask | None = None,
        people: Path = PEOPLE,
    ) -> None:
        """`people`: folder of the sample people."""
        super().__init__()
        theme()
        self.editor, self.state, self.link = editor, state, link
        self.panes: Panes | None = None  # these come with the first photo, or when the window has time
        self.panel: PosePanel | None = None
        self.parts: PartsDock | None = None
        self.history: HistoryDock | None = None
        self.memory = Memory(settings)
        self.actions_ = Actions(self)
        ask = ask or Ask(self, settings, (people,))
        self._ask = ask
        self.files = Files(editor, state, link, ask, self)
        self.exports = Exports(editor, link, ask, settings, self)
        self.recipes = Recipes(editor, link, self.files, ask, self)
        self.hand_out = HandOut(link, lambda: self.exports.product.privacy, parent=self)
        self.keeping = Keeping(editor, self.files, link, self)
        self.recovering = Recovering(self.keeping, self.files, self)
        self.recents = Recents(editor, self.files, link, settings, self)
        self.status = StatusBar(link, self)
        self._finder = Finder(editor, link, self)
        self._people = people
        self._thumbs: Thumbs | None = None
        self._failure: Failure | None = None
        self._leaving = False
        self._ending = False  # an export is being ended before the window closes
        self._loader = CanvasLoader(self)
        self._loader.loaded.connect(self._prepare_in_steps, Qt.ConnectionType.QueuedConnection)
        self._build()
        wire(self)
        self._connect()
        self.memory.restore(self)
        self._tell_title()
        self._tell_history()

    def prepare(self) -> None:
        """Make panes and panel, if they are not there yet: after the first paint, for pyqtgraph takes its time to load."""
        self._make_panes()
        self._make_docks()
        if self.panel is not None or self.panes is None:
            return
        from gui.workspaces.pose import PosePanel

        self.panel = PosePanel(self.editor, self.state, self.link, self.actions_)
        self._dock_panel()
        wire_panes(self)
        self._connect_panes()
        self.actions_.enable_for_document(self.editor.document is not None)
        self.prepared.emit()

    def _make_panes(self) -> None:
        if self.panes is not None:
            return
        from gui.panes import Panes

        self.panes = Panes(self.editor, self.state)
        self.memory.restore_panes(self.panes)
        self._ground.addWidget(self.panes)

    def _make_docks(self) -> None:
        if self.parts is not None:
            return
        from gui.history_dock import HistoryDock
        from gui.parts_dock import PartsDock
        from gui.thumbs import Thumbs

        self.parts = PartsDock(self.editor, self.state, self.link.picture, self)
        self.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, self.parts)
        self._thumbs = Thumbs(self.editor, self.link.picture, self)
        self.history = HistoryDock(self.editor, self._thumbs, self)
        self.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, self.history)

    def _prepare_in_steps(self) -> None:
        """The window answers between the steps."""
        self._make_panes()
        QTimer.singleShot(0, self._prepare_docks)

    def _prepare_docks(self) -> None:
        self._make_docks()
        QTimer.singleShot(PAINTED_MS, self.prepare)

    def say(self, sentence: str) -> None:
        self._toast.say(sentence)

    def show_keys(self) -> None:
        from gui.widgets.key_sheet import KeySheet

        KeySheet(self.actions_, self).open()

    def show_people(self) -> None:
        from gui.widgets.people_chooser import PeopleChooser

        chooser = PeopleChooser(people_in(self._people), self)
        chooser.chosen.connect(self.files.open)
        chooser.open()

    def show_recents(self) -> None:
        from gui.recents_dialog import RecentsDialog

        dialog = RecentsDialog(self.recents, self)
        dialog.chosen.connect(self.files.open)
        dialog.open()

    def show_models(self) -> None:
        from gui.widgets.models_dialog import ModelsDialog

        dialog = ModelsDialog(self)
        self.link.models_listed.connect(dialog.take)
        dialog.open()
        self.link.list_models()

    def show_about(self) -> None:
        self.say("Layfigure poses a photographed person like a lay figure. All computing happens on this machine.")

    # Construction

    def _build(self) -> None:
        self.setWindowIcon(QIcon(str(FOLDER / "layfigure.svg")))
        self.setMinimumSize(SMALLEST)
        self.resize(SIZE)
        self.setAcceptDrops(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.actions_.fill(self.menuBar())
        Earlier(self.actions_.add_menu("Open an Earlier State", "save_as"), self.files, self.link)
        self._list_people()
        self.actions_.enable_for_document(False)
        self.addToolBar(make_toolbar(self.actions_))
        self._ground = QStackedWidget()
        self.welcome = Welcome(self.actions_["open"], self.actions_["sample"])
        self._ground.addWidget(self.welcome)
        self.banner = Banner()
        Standing(self.editor, self.files, self.link, self.banner)
        centre, column = QWidget(), QVBoxLayout()
        centre.setLayout(column)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.banner)
        column.addWidget(self._ground, 1)
        self.setCentralWidget(centre)
        self.setStatusBar(self.status)
        self.card, self._toast = ErrorCard(self._ground), Toast(self._ground)
        self.progress = ExportProgress(self._ground, self.link, lambda export: not self.hand_out.concerns(export))
        for name, action in self.actions_:  # keys work also while the menu bar is hidden
            if not name.startswith("nudge"):
                self.addAction(action)

    def _list_people(self) -> None:
        people = people_in(self._people)
        self.actions_["sample"].setEnabled(bool(people))
        if people:
            self.actions_.add_menu("Open Sample Person", "sample", people_actions(people, self.files.open, self))

    def _dock_panel(self) -> None:
        from gui.workspaces.pose import WIDTH

        assert self.panel is not None
        dock = QDockWidget("Pose")
        dock.setObjectName("pose")
        dock.setTitleBarWidget(QWidget())
        dock.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
        dock.setWidget(self.panel)
        dock.setVisible(self.editor.document is not None)
        self._dock = dock
        self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
        self.resizeDocks([dock], [WIDTH], Qt.Orientation.Horizontal)

    def _connect(self) -> None:
        files, link, editor = self.files, self.link, self.editor
        files.opened.connect(self._show_opened)
        files.named.connect(self._tell_title)
        files.said.connect(self.say)
        for speaker in (self._finder, self.exports, self.recipes, self.hand_out, self.progress):
            speaker.said.connect(self.say)
        files.opened.connect(self.exports.forget)
        self.hand_out.pasted.connect(self.recipes.take)
        self.exports.chosen.connect(self._tell_export)
        self.exports.tell()
        link.job_failed.connect(self._show_job_failure)
        self.card.retried.connect(self._retry_job)
        editor.refused.connect(self.say)
        editor.opened.connect(self._tell_history)
        editor.committed.connect(self._tell_history)
        editor.travelled.connect(self._tell_history)
        editor.dirty_changed.connect(self._tell_dirty)
        self.keeping.safe.connect(self.status.show_safe)
        self.keeping.not_safe.connect(self.status.show_not_safe)
        self.keeping.not_safe.connect(lambda told: self.say(told.sentence))
        self.recovering.said.connect(self.say)
        self.recovering.none_left.connect(self.recents.reopen)
        self.actions_["reopen"].setChecked(self.recents.reopening)
        self.actions_["reopen"].toggled.connect(self.recents.set_reopening)
        theme().changed.connect(self._redress)

    def _connect_panes(self) -> None:
        panes, picture = self.panes, self.link.picture
        assert panes is not None
        picture.frame_shown.connect(panes.show_frame)
        picture.failed.connect(panes.show_failure)
        picture.state_changed.connect(panes.show_state)
        panes.show_state(picture.state)
        panes.retried.connect(self.link.retry)
        panes.frames["result"].add_tool(HandOutButton(self.hand_out))
        panes.add_below(ScrubBar(picture, self.editor))
        picture.scrubbed.connect(lambda step: panes.pane("result").hide_overlays(step != STEPS))
        assert self.history is not None
        self.actions_["history"].toggled.connect(self.history.setVisible)
        self.history.close_button.clicked.connect(lambda: self.actions_["history"].setChecked(False))
        panes.boxed.connect(self._finder.look)
        self.state.changed.connect(self._show_mode)
        panes.hint.connect(self.status.show_hint)
        panes.menu_requested.connect(lambda at: context_menu(self.actions_, self).popup(at))
        panes.readout.connect(self.status.show_readout)
        panes.viewport.changed.connect(lambda placement: self.status.show_zoom(placement.zoom))
        for way in ("left", "right", "up", "down"):
            keep_within(self.actions_[f"nudge_{way}"], panes)
            keep_within(self.actions_[f"nudge_{way}_10"], panes)

    # What happens

    def _show_opened(self, opened: Opened) -> None:
        self.prepare()
        assert self.panes is not None
        self.card.dismiss()
        self.state.set(
            selection=frozenset(),
            hovered=None,
            boxing=False,
            mode="source" if _unchecked(opened.document) else "target",
        )
        self._ground.setCurrentWidget(self.panes)
        self._dock.show()
        self.actions_.enable_for_document(True)
        self.panes.show_photo(opened)
        if self._thumbs is not None:
            self._thumbs.show_photo(opened)
        self.status.show_dirty(False)
        self.status.show_mode(self.state.view.mode)
        self.panes.go_home()
        self.panes.pane().setFocus()

    def _show_mode(self, view: View, before: View) -> None:
        if view.mode != before.mode:
            self.status.show_mode(view.mode)

    def _show_job_failure(self, failure: Failure) -> None:
        self._failure = failure
        self.card.show_problem(failure.sentence, failure.detail)

    def _retry_job(self) -> None:
        self.card.dismiss()
        if self._failure is not None:
            self.link.retry(self._failure)

    def _redress(self, colours: Colours) -> None:
        redress(self, colours)

    def _tell_export(self, what: str) -> None:
        action = self.actions_["export_as"]
        action.setToolTip(tool_tip(action, f"{action.statusTip()}; the last time a {what}"))

    def _tell_title(self) -> None:
        name = self.files.name
        self.setWindowTitle(f"{name}[*] – Layfigure" if name else "Layfigure[*]")

    def _tell_dirty(self, dirty: bool) -> None:
        self.setWindowModified(dirty)
        self.status.show_dirty(dirty)

    def _tell_history(self, *_: object) -> None:
        history = self.editor.history
        self.actions_.name_step("undo", history.undo_label() if history else None)
        self.actions_.name_step("redo", history.redo_label() if history else None)

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc, once no gesture wants it: close what is open over the panes, then let go of the selection (ux.md B1)."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self.status.breakdown.isVisible():
            self.status.breakdown.hide()
        elif self.card.isVisible():
            self.card.dismiss()
        else:
            self.state.set(selection=frozenset(), boxing=False)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.welcome.isVisible():
            self.welcome.open_button.setFocus()
        QTimer.singleShot(PAINTED_MS, self._loader.start)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() and event.source() is None:  # what is dragged out of this window is no gift
            event.acceptProposedAction()
            self.welcome.invite(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.welcome.invite(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self.welcome.invite(False)
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            take = self.files.take if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else self.recipes.take
            QTimer.singleShot(0, lambda: take(*paths))  # a question must not hold up the other program

    def closeEvent(self, event: QCloseEvent) -> None:
        if (writing := self.progress.writing) and not self._ending:
            event.ignore()
            if self._ask.whether_to_end(writing):
                self._ending = True
                self.progress.ended.connect(self.close, Qt.ConnectionType.QueuedConnection)
                self.progress.cancel()
            return
        if self._leaving or not self.editor.dirty:
            self.memory.keep(self)
            self.keeping.end()
            event.accept()
            return
        event.ignore()
        self.files.leave(self._close_for_good)

    def _close_for_good(self) -> None:
        self._leaving = True
        QTimer.singleShot(0, self.close)  # not within the closeEvent that may have led here


def _unchecked(document: Document) -> bool:
    """The program's own guess at the pose wants looking at before anything is built on it."""
    return document.source.keypoints_from == "proposed" and document.target.keypoints == document.source.keypoints
