"""The engine behind window and command line: opens, draws, saves, exports. Belongs to one thread."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from engine import annotate, preload
from engine.device import CPU, Device, choose
from engine.device import check as check_device
from engine.document import Document, Person
from engine.edits import TakePerson
from engine.generators import inspection
from engine.generators.deformation import rectangles
from engine.generators.registry import Generator, generators
from engine.geometry import Box
from engine.io import exports, images, keypoints, models, project, weights
from engine.labels import LABEL_NAMES
from engine.messages import (
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
    Ready,
    Reply,
    Save,
    Saved,
    Show,
    WriteKeypoints,
    Written,
)
from engine.pace import Pace
from engine.pipeline.cache import Cache
from engine.pipeline.pipeline import Pipeline
from engine.pipeline.stage import FINAL, Setting
from engine.store import Store
from engine.threads import limit_torch

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

    def handle(self, job: Job) -> Reply:
        """Do a job. Raises BadInput."""
        match job:
            case Open(path):
                return self.open(path)
            case Save(document, path):
                self.save(document, path)
                return Saved(document, path)
            case Export(document, path):
                self.export(document, path)
                return Written(path)
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
        if path.suffix.lower() == ".lay":
            found = project.load(path, self.store)
            document, notice, where = found.document, "", path
            self._kept.clear()
            self._kept.update({k: v for k, v in found.derived.items() if usable(k, v, document.source)})
            if document.generator not in self.generators:
                notice = f"This program has no generator called {document.generator}; the Puppet stands in for it."
                document = replace(document, generator="puppet")
        else:
            (document, notice), where = self.annotate(path), None
        self._opened.append(document.hashes())
        self.store.keep_only(set().union(*self._opened))
        photo = self.store[document.source.photo]
        self._cache.limit = CACHE_BYTES + CACHE_PHOTOS * photo.nbytes
        return Opened(document, images.pyramid(photo), where, notice)

    def annotate(self, path: Path, keypoint_file: Path | None = None) -> tuple[Document, str]:
        """A new document for a photo, and a notice for the user (mostly empty). Raises BadInput."""
        person, notice = annotate.person_in(path, self.store, keypoint_file)
        return Document.of(person), notice

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

    def save(self, document: Document, path: Path) -> None:
        """Write a project with what was costly to find out. Raises BadInput."""
        generator = self._generator(document)
        costly = {} if generator.problem(document) else self._pipeline(generator).to_keep(document, FINAL)
        project.save(path, document, self.store, costly)

    def export(self, document: Document, path: Path) -> None:
        """Write the final picture; the format follows from the name. Raises BadInput."""
        exports.check_ending(path)
        exports.export_picture(path, self.picture(document), document)

    def picture(self, document: Document) -> Image:
        """The final picture (H, W, 3) uint8 at the photo's size. Raises BadInput if it cannot be drawn."""
        return self._results(document, FINAL, lambda: False)[0]["picture"]

    def draw(self, show: Show, quality: Quality, outdated: Callable[[], bool]) -> Frame:
        """A frame of a document. Raises BadInput, or Outdated as soon as `outdated` says yes between two stages."""
        document = show.document
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


def out_of_memory(error: Exception) -> bool:
    """Whether the error of numpy, OpenCV or torch says that memory ran out."""
    return isinstance(error, MemoryError) or "memory" in str(error).lower()


def usable(key: str, result: NDArray, person: Person) -> bool:
    """Whether a result found in a project can be what its key says: a map of the photo, and of known classes.

    Others are worked out anew: files may be damaged or made up.
    """
    is_map = result.dtype == np.uint8 and result.shape == (person.height, person.width)
    return is_map and not (key.startswith("labels-") and int(result.max()) >= len(LABEL_NAMES))
