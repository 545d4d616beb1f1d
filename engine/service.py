"""The engine behind window and command line: opens, draws, saves, exports. Belongs to one thread."""

from __future__ import annotations

import dataclasses
import logging
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from engine import annotate, exporting, preload
from engine.device import CPU, Device, choose
from engine.device import check as check_device
from engine.document import Document, Person
from engine.edits import TakePerson
from engine.generators import inspection
from engine.generators.deformation import rectangles
from engine.generators.registry import Generator, generators, preferred
from engine.geometry import Box
from engine.history import Change, History
from engine.io import backups, images, keypoints, models, project, recipe_files, recovery, weights
from engine.io.files import reason, shown
from engine.io.lock import Claims
from engine.labels import LABEL_NAMES
from engine.messages import (
    Backup,
    BadInput,
    Export,
    Failure,
    FindPerson,
    Frame,
    GeneratorInfo,
    Image,
    Job,
    KeypointsRead,
    ListModels,
    ModelsListed,
    Open,
    Opened,
    PersonFound,
    Quality,
    ReadKeypoints,
    ReadRecipe,
    Ready,
    RecipeRead,
    Recover,
    Reply,
    Save,
    Saved,
    Show,
    Shrinks,
    TakenOver,
    TakeOver,
    WriteKeypoints,
    Written,
)
from engine.pace import Pace
from engine.pipeline.cache import Cache
from engine.pipeline.pipeline import Pipeline
from engine.pipeline.stage import FINAL, Setting
from engine.products import PICTURE, Product
from engine.store import Store
from engine.threads import limit_torch
from engine.watch import Watch

log = logging.getLogger(__name__)

CACHE_BYTES = 384 * 2**20
KEPT_DOCUMENTS = 3  # the window's own is the last one or, while that is on its way, the one before
CACHE_PHOTOS = 12  # and as many times the photo's own bytes: its layers and plates must fit
LAYERS = ("matte", "labels")  # results shown over the picture


class Engine:
    """Keeps the arrays of everything opened. All errors a user can cause are BadInput."""

    def __init__(self, device: str = "auto") -> None:
        """`device`: "auto" or one of device.KINDS, else BadInput; it is chosen when a network first needs one."""
        check_device(device)
        self._wanted_device = device
        self.store = Store()
        self.generators = generators()
        self._cache, self._kept, self._pace = Cache(CACHE_BYTES), dict[str, Any](), Pace()
        self._pipelines: dict[str, Pipeline] = {}
        self._inspecting = Pipeline(inspection.stages(self.store), self._cache)
        self._device: Device | None = None
        self._opened: deque[set[str]] = deque(maxlen=KEPT_DOCUMENTS)  # the arrays of each, newest last
        self._photo = ""  # hash of the photo drafts are paced for
        self._claims = Claims()
        self._was_there: set[Path] = set()  # projects opened or saved by this engine
        self._saved_result: tuple[Document, Image] | None = None  # of a project whose generator is missing here

    def ready(self) -> Ready:
        infos = tuple(GeneratorInfo(g.name, g.title, g.about, g.edits) for g in self.generators.values())
        device = self._device or CPU
        return Ready(infos, device.label, device.fallback)

    def warm_up(self) -> None:
        """What the first photo will want: torch is slow to import."""
        if annotate.NETWORK in weights.names():
            preload.load_libraries()
            with suppress(BadInput):  # said when a photo is opened
                annotate.prepare()

    def handle(self, job: Job, watch: Watch | None = None) -> Reply:
        """Do a job. Raises BadInput, or Stopped or Outdated if `watch` says so."""
        match job:
            case Open(path):
                return self._claimed(self.open(path))
            case Recover(session):
                return self._claimed(self.recover(session))
            case Save(document, path, history, may_shrink):
                try:
                    notice = self.save(document, path, history, may_shrink)
                except project.WouldShrink as doubt:
                    return Shrinks(job, doubt.before, doubt.after)
                self._claims.keep_only(path)
                return Saved(document, path, notice, backups_of(path))
            case TakeOver(path):
                self._claims.take_over(path)
                return TakenOver(path)
            case Export(document, path, product):
                return Written(path, len(self.export(document, path, product, watch)))
            case ReadRecipe(path):
                return RecipeRead(path, recipe_files.read_recipe(path))
            case ReadKeypoints(path, name, width, height):
                return KeypointsRead(path, keypoints.read_keypoints(path, name, width, height))
            case WriteKeypoints(path, name, figure, width, height):
                keypoints.write_keypoints(path, name, figure, width, height)
                return Written(path)
            case FindPerson(document, box):
                return self.find(document, box)
            case ListModels():
                return ModelsListed(models.asked(()))
        return Failure(f"Nobody here can do a {type(job).__name__}.", job)

    def open(self, path: Path) -> Opened:
        """A photo with a proposed skeleton, or a project. Raises BadInput."""
        if path.suffix.lower() != ".lay":
            document, notice = self.annotate(path)
            return self._opened_as(Opened(document, (), None, notice))
        found = project.load(path, self.store)
        document, notice = found.document, found.notice
        self._kept.clear()
        self._kept.update({k: v for k, v in found.derived.items() if usable(k, v, document.source)})
        if document.generator not in self.generators:
            notice = self._do_without(document, found.result)
            if found.result is None:
                document = replace(document, generator="puppet")
                if found.history:
                    found.history.end_at(document, "Pose: generator Puppet")
        history = tuple(found.history.changes()) if found.history else ()
        if backups.is_backup(path):
            return self._opened_as(
                Opened(document, (), None, "This is an earlier state: save it as you like.", history)
            )
        self._was_there.add(path)
        return self._opened_as(Opened(document, (), path, notice, history))

    def recover(self, session: str) -> Opened:
        """A document whose window ended without closing; it stays on the disk as well. Raises BadInput."""
        story = recovery.load(session, self.store)
        return self._opened_as(
            Opened(story.history.document, (), history=tuple(story.history.changes()), recovered=session)
        )

    def _claimed(self, opened: Opened) -> Opened:
        """This window's own from now on, unless another has it."""
        self._claims.keep_only(opened.project)
        if opened.project is None:
            return opened
        elsewhere = not self._claims.claim(opened.project)
        return dataclasses.replace(opened, elsewhere=elsewhere, backups=backups_of(opened.project))

    def _opened_as(self, opened: Opened) -> Opened:
        """With its photo; arrays of documents long left are let go."""
        earlier = History.of(opened.history).hashes() if opened.history else set()
        self._opened.append(opened.document.hashes() | earlier)
        self.store.keep_only(set().union(*self._opened))
        photo = self.store[opened.document.source.photo]
        self._cache.limit = CACHE_BYTES + CACHE_PHOTOS * photo.nbytes
        return dataclasses.replace(opened, photo=images.pyramid(photo))

    def _do_without(self, document: Document, result: Image | None) -> str:
        """What there is to say of a project whose generator is missing."""
        missing = f"This program has no generator called {document.generator}"
        if result is None:
            return f"{missing}; the Puppet stands in for it."
        self._saved_result = document, result
        return f"{missing}: the picture is shown as it was saved, until you choose another."

    def annotate(self, path: Path, keypoint_file: Path | None = None) -> tuple[Document, str]:
        """A new document for a photo, and a notice for the user (mostly empty). Raises BadInput."""
        person, notice = annotate.person_in(path, self.store, keypoint_file)
        return replace(Document.of(person), generator=preferred(self.generators)), notice

    def find(self, document: Document, box: Box) -> PersonFound:
        """The person in a box (image pixels) of the source's photo. Raises BadInput where none is found."""
        if annotate.NETWORK not in weights.names():
            raise BadInput("Without the network that finds people, joints are placed by hand.")
        found = annotate.find(self.store[document.source.photo], box)
        if found is None:
            raise BadInput("Nobody was found in this box.")
        matte, labels = self.store.put(found.matte), self.store.put(found.labels)
        self._opened[-1] |= {matte, labels}
        face, attributes = annotate.read_face(self.store[document.source.photo], found.keypoints)
        person = TakePerson(found.keypoints, found.sure, matte, labels, face, attributes)
        return PersonFound(document.source.photo, person)

    def save(self, document: Document, path: Path, history: Sequence[Change] = (), may_shrink: bool = True) -> str:
        """Write a project with what was costly to find out; returns what the user should know.

        Raises BadInput, or project.WouldShrink unless the file `may_shrink`.
        """
        if not self._claims.claim(path):
            raise BadInput(f"{shown(path)} is open in another window: save under another name, or take it over.")
        lost = path in self._was_there and not path.exists()
        unkept = _keep_backup(path)
        derived, result = self._worth_keeping(document)
        project.save(path, document, self.store, derived, history, result, may_shrink)
        self._was_there.add(path)
        return f"{shown(path)} had been deleted meanwhile; it was written again." if lost else unkept

    def _worth_keeping(self, document: Document) -> tuple[dict[str, Any], Image | None]:
        """Costly results, and the picture if it needs what others may lack. What cannot be had must not prevent a save."""
        if document.generator not in self.generators:
            return {}, self._as_saved(document)
        try:
            generator = self._generator(document)
            if generator.problem(document):
                return {}, None
            derived = self._pipeline(generator).to_keep(document, FINAL)
            return derived, self.picture(document) if generator.network else None
        except Exception:
            log.info("saved without what is costly", exc_info=True)
            return {}, None

    def _as_saved(self, document: Document) -> Image | None:
        """The picture found in the project, of that very document."""
        saved = self._saved_result
        return saved[1] if saved is not None and saved[0] == document else None

    def export(
        self, document: Document, path: Path, product: Product = PICTURE, watch: Watch | None = None
    ) -> tuple[Path, ...]:
        """Write the final picture, or what is made of it; the format follows from the name. Returns what was written.

        Raises BadInput, or Stopped or Outdated if `watch` says so.
        """
        watch = watch or Watch()

        def draw(step: Document) -> exporting.Drawn:
            if (saved := self._as_saved(step)) is not None:
                return exporting.Drawn(saved)
            results, _ = self._results(step, FINAL, watch.stopped)
            return exporting.Drawn(results["picture"], results.get("matte"), results.get("labels"))

        photo = self.store[document.source.photo]
        return exporting.export(document, photo, path, product, draw, watch)

    def picture(self, document: Document) -> Image:
        """The final picture (H, W, 3) uint8 at the photo's size. Raises BadInput if it cannot be drawn."""
        if (saved := self._as_saved(document)) is not None:
            return saved
        return self._results(document, FINAL, lambda: False)[0]["picture"]

    def draw(self, show: Show, quality: Quality, outdated: Callable[[], bool]) -> Frame:
        """A frame of a document. Raises BadInput, or Outdated as soon as `outdated` says yes between two stages."""
        document = show.document
        if (saved := self._as_saved(document)) is not None:
            return Frame(document, show.stamp, quality, images.pyramid(saved))
        results, spent = self._affordable(document, self._setting(document, quality), outdated)
        if quality == Quality.DRAFT and "picture" in spent:
            self._pace.measured(spent["picture"])
        layers = {name: results[name] for name in LAYERS if name in results}
        parts = {"parts": rectangles(document.target.keypoints)}
        inspected = None
        if show.inspect:
            found, took = self._inspecting.run(document, FINAL, ("inspection",))
            inspected, spent = found["inspection"], spent | took
        return Frame(
            document,
            show.stamp,
            quality,
            images.pyramid(results["picture"]),
            layers | parts,
            spent,
            (self._device or CPU).label,
            inspected,
        )

    def _affordable(
        self, document: Document, setting: Setting, outdated: Callable[[], bool]
    ) -> tuple[dict[str, Any], dict[str, float]]:
        """As `_results`; at half the size where memory does not suffice even with an empty cache."""
        try:
            return self._results(document, setting, outdated)
        except MemoryError:
            log.info("not enough memory at scale %g", setting.scale)
            return self._results(document, setting._replace(scale=setting.scale / 2), outdated)

    def _results(
        self, document: Document, setting: Setting, outdated: Callable[[], bool]
    ) -> tuple[dict[str, Any], dict[str, float]]:
        """Results of the wanted stages, the picture under the name `picture`; retried once with an emptied cache.

        Raises MemoryError if that is not enough, in whatever words the library said it.
        """
        generator = self._generator(document)
        if setting.quality == Quality.DRAFT and generator.drafted_by:
            generator = self.generators[generator.drafted_by]
        if problem := generator.problem(document):
            raise BadInput(problem)
        pipeline, wanted = self._pipeline(generator), generator.wanted(document, setting)
        try:
            results, spent = pipeline.run(document, setting, wanted, outdated)
        except Exception as error:
            if not out_of_memory(error):
                raise
            log.info("out of memory: the cache is emptied and the picture tried again")
            self._cache.clear()
            try:
                results, spent = pipeline.run(document, setting, wanted, outdated)
            except Exception as again:
                raise MemoryError(str(again)) if out_of_memory(again) else again from error
        return results | {"picture": results[wanted[0]]}, spent

    def _setting(self, document: Document, quality: Quality) -> Setting:
        source = document.source
        if source.photo != self._photo:
            self._photo = source.photo
            self._pace.restart()
        return FINAL if quality == Quality.FINAL else Setting(quality, self._pace.scale(source.width, source.height))

    def _generator(self, document: Document) -> Generator:
        if document.generator not in self.generators:
            raise BadInput(f"This program has no generator called {document.generator}.")
        generator = self.generators[document.generator]
        if generator.network and self._device is None:
            import torch  # slow to import, and the Puppet does without

            limit_torch(torch)
            self._device = choose(self._wanted_device, torch)
        return generator

    def _pipeline(self, generator: Generator) -> Pipeline:
        if generator.name not in self._pipelines:
            self._pipelines[generator.name] = Pipeline(
                generator.stages(self.store, (self._device or CPU).kind), self._cache, self._kept
            )
        return self._pipelines[generator.name]


def backups_of(path: Path) -> tuple[Backup, ...]:
    found = []
    for backup in backups.backups_of(path):
        with suppress(OSError):  # it has just gone
            found.append(Backup(backup, backup.stat().st_mtime))
    return tuple(found)


def _keep_backup(path: Path) -> str:
    """What there is to say if none could be kept: that must not keep anybody from saving."""
    try:
        backups.keep(path)
    except OSError as error:
        return f"Saved {shown(path)}, but no backup of the state before could be kept: {reason(error)}."
    return ""


def out_of_memory(error: Exception) -> bool:
    """Whether the error of numpy, OpenCV or torch says that memory ran out."""
    return isinstance(error, MemoryError) or "memory" in str(error).lower()


def usable(key: str, result: NDArray, person: Person) -> bool:
    """Whether a result found in a project can be what its key says: a map of the photo, and of known classes.

    Others are worked out anew: files may be damaged or made up.
    """
    is_map = result.dtype == np.uint8 and result.shape == (person.height, person.width)
    return is_map and not (key.startswith("labels-") and int(result.max()) >= len(LABEL_NAMES))
