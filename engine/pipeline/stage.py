"""A stage is one step from a document to a picture. It declares what it reads, so that nothing runs twice in vain."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, NamedTuple, Protocol

from engine.document import Document
from engine.messages import Quality


class Setting(NamedTuple):
    """How a picture is asked for."""

    quality: Quality
    scale: float = 1.0  # size of the picture relative to the photo, at most 1


FINAL = Setting(Quality.FINAL)


class Stage(Protocol):
    """Results are cached under the stage's name, what it reads, and the same of the stages that feed it."""

    name: str
    feeds: tuple[str, ...]  # stages whose results `run` takes, in this order
    kept: bool  # costly and small: saved in the project and found there again

    def reads(self, document: Document, setting: Setting) -> Hashable:
        """All of the document and the setting that influences the result."""
        ...

    def run(self, document: Document, setting: Setting, *fed: Any) -> Any:
        """The result; treated as constant from then on."""
        ...
