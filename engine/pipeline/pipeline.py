"""Stages as a small graph, evaluated from the wanted results backwards; what is cached is not run."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Hashable, Iterable, Mapping, MutableMapping
from typing import Any

from engine.document import Document
from engine.pipeline.cache import Cache
from engine.pipeline.stage import Setting, Stage


class Outdated(Exception):
    """A newer document has arrived; the work on this one is dropped."""


class Key(tuple[Hashable, ...]):
    """Stage name, what it reads, and the keys of its feeds.

    Works its hash out once: the same keys come back in those of every stage further down.
    """

    _hash: int | None = None

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = super().__hash__()
        return self._hash


class Pipeline:
    """Runs stages for documents.

    stages  in any order; feeds must name stages of this list, without cycles (ValueError otherwise)
    cache   shared with other pipelines: stages of the same name count as the same
    kept    results of `kept` stages by text key, as found in a project file
    """

    def __init__(
        self,
        stages: Iterable[Stage],
        cache: Cache,
        kept: MutableMapping[str, Any] | None = None,
        now: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.stages: Mapping[str, Stage] = {s.name: s for s in stages}
        self._cache, self._kept, self._now = cache, {} if kept is None else kept, now
        for name in self.stages:
            self._check(name, ())

    def run(
        self,
        document: Document,
        setting: Setting,
        wanted: Iterable[str],
        outdated: Callable[[], bool] = lambda: False,
    ) -> tuple[dict[str, Any], dict[str, float]]:
        """Results of the wanted stages, and milliseconds of every stage that ran, in order.

        `outdated` is asked before each stage that has to run; raises Outdated as soon as it says yes.
        """
        keys: dict[str, Key] = {}
        spent: dict[str, float] = {}
        results: dict[str, Any] = {}  # of this run: the cache may be too small to hold them all at once
        wanted = tuple(wanted)
        for name in wanted:
            self._key(name, document, setting, keys)
        self._cache.touch(keys.values())  # what was costly lies far up, and is not asked for while its heirs are there

        def result(name: str) -> Any:
            if name in results:
                return results[name]
            stage, key = self.stages[name], keys[name]
            if key in self._cache:
                results[name] = self._cache.get(key)
                return results[name]
            if stage.kept and (text := text_of(key)) in self._kept:
                value = self._kept[text]
            else:
                fed = [result(feed) for feed in stage.feeds]
                if outdated():
                    raise Outdated
                start = self._now()
                value = stage.run(document, setting, *fed)
                spent[name] = 1000 * (self._now() - start)
            self._cache.put(key, value)
            results[name] = value
            return value

        return {name: result(name) for name in wanted}, spent

    def to_keep(self, document: Document, setting: Setting) -> dict[str, Any]:
        """Results of the `kept` stages for this document by text key, run if need be."""
        names = [name for name, stage in self.stages.items() if stage.kept]
        results, _ = self.run(document, setting, names)
        keys: dict[str, Key] = {}
        return {text_of(self._key(name, document, setting, keys)): results[name] for name in names}

    def _key(self, name: str, document: Document, setting: Setting, keys: dict[str, Key]) -> Key:
        if name not in keys:
            stage = self.stages[name]
            fed = tuple(self._key(feed, document, setting, keys) for feed in stage.feeds)
            keys[name] = Key((name, stage.reads(document, setting), fed))
        return keys[name]

    def _check(self, name: str, path: tuple[str, ...]) -> None:
        if name in path:
            raise ValueError(f"stages feed each other in a circle: {' -> '.join((*path, name))}")
        if name not in self.stages:
            raise ValueError(f"stage {path[-1]} is fed by {name}, which does not exist")
        for feed in self.stages[name].feeds:
            self._check(feed, (*path, name))


def text_of(key: Hashable) -> str:
    """A key that survives the program: stage name and a digest of all that was read."""
    name = key[0] if isinstance(key, tuple) else key
    return f"{name}-{hashlib.sha256(repr(key).encode()).hexdigest()}"
