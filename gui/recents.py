"""Files opened or saved lately, with their looks: kept from one run to the next (ux.md DF7)."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QSettings, Qt
from PySide6.QtGui import QImage

from engine.messages import Frame, Quality, Saved
from gui.editor import Editor
from gui.engine_link import EngineLink
from gui.files import Files
from gui.keeping import small

MOST = 12  # of which those pinned never go
SIDE = 152  # pixels of their looks


class Recent(NamedTuple):
    path: Path
    pinned: bool = False


class Recents(QObject):
    """Without settings they are forgotten when the program ends."""

    def __init__(
        self, editor: Editor, files: Files, link: EngineLink, settings: QSettings | None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._editor, self._files, self._link, self._settings = editor, files, link, settings
        self._entries = list(_read(settings))  # newest first
        self._looks: dict[Path, QImage] = {}
        self._unseen: Path | None = None  # the newest, until a picture of it has come
        files.shown.connect(lambda opened: self._note(files.place))
        link.saved.connect(self._saved)
        link.picture.frame_shown.connect(self._frame_shown)

    @property
    def entries(self) -> tuple[Recent, ...]:
        """Those pinned first, each group newest first."""
        return tuple(sorted(self._entries, key=lambda entry: not entry.pinned))

    @property
    def newest(self) -> Path | None:
        return self._entries[0].path if self._entries else None

    def looks(self, path: Path) -> QImage | None:
        if path not in self._looks and self._settings is not None:
            data = self._settings.value(_key(path))
            self._looks[path] = QImage.fromData(data) if isinstance(data, QByteArray) else QImage()
        found = self._looks.get(path)
        return found if found is not None and not found.isNull() else None

    def pin(self, path: Path, pinned: bool) -> None:
        self._entries = [Recent(path, pinned) if entry.path == path else entry for entry in self._entries]
        self._write()

    def remove(self, path: Path) -> None:
        self._entries = [entry for entry in self._entries if entry.path != path]
        self._forget_looks(path)
        self._write()

    @property
    def reopening(self) -> bool:
        """Whether the newest is opened again at the next start."""
        return self._settings is not None and str(self._settings.value("recents/reopen")) == "yes"

    def reopen(self) -> None:
        """The newest, if that is wanted and nothing else has been asked for."""
        if self.reopening and self.newest is not None and self._editor.document is None and not self._link.jobs:
            self._files.open(self.newest)

    def set_reopening(self, on: bool) -> None:
        if self._settings is not None:
            self._settings.setValue("recents/reopen", "yes" if on else "no")

    def _saved(self, saved: Saved) -> None:
        self._note(saved.path)
        if (frame := self._link.picture.frame) is not None:
            self._frame_shown(frame)

    def _note(self, path: Path | None) -> None:
        if path is None:
            return
        path = Path(os.path.abspath(path))  # noqa: PTH100  # as it was named: links are not followed
        pinned = any(entry.pinned for entry in self._entries if entry.path == path)
        self._entries = [Recent(path, pinned), *(entry for entry in self._entries if entry.path != path)]
        loose = [entry for entry in self._entries if not entry.pinned]
        for entry in loose[max(1, MOST - (len(self._entries) - len(loose))) :]:
            self._entries.remove(entry)
            self._forget_looks(entry.path)
        self._unseen = path
        self._write()

    def _frame_shown(self, frame: Frame) -> None:
        if self._unseen is None or frame.quality != Quality.FINAL or frame.document != self._editor.document:
            return
        from gui.canvas.sampling import as_image  # with pyqtgraph behind it: not before the first paint

        path, self._unseen = self._unseen, None
        whole, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        self._looks[path] = as_image(small(frame.picture, SIDE)).scaled(SIDE, SIDE, whole, smooth)
        if self._settings is not None:
            data, buffer = QByteArray(), QBuffer()
            buffer.setBuffer(data)
            buffer.open(QIODevice.OpenModeFlag.WriteOnly)
            self._looks[path].save(buffer, "PNG")  # type: ignore[call-overload]  # PySide's stubs know the C++ order only
            self._settings.setValue(_key(path), data)

    def _forget_looks(self, path: Path) -> None:
        self._looks.pop(path, None)
        if self._settings is not None:
            self._settings.remove(_key(path))

    def _write(self) -> None:
        if self._settings is not None:
            listed = [{"path": str(entry.path), "pinned": entry.pinned} for entry in self._entries]
            self._settings.setValue("recents/files", json.dumps(listed))


def _read(settings: QSettings | None) -> Iterator[Recent]:
    """What is damaged is left out."""
    try:
        listed = json.loads(str(settings.value("recents/files"))) if settings is not None else []
        for entry in listed[:MOST]:
            yield Recent(Path(entry["path"]), entry["pinned"] is True)
    except (ValueError, TypeError, KeyError):
        return


def _key(path: Path) -> str:
    return f"recents/looks/{hashlib.sha256(os.fsencode(path)).hexdigest()[:24]}"
