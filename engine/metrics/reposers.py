"""Who re-poses people: anything that draws the person of a photo in another pose. Two need no training."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from msgspec.structs import replace

from engine import annotate
from engine.document import Document, Person
from engine.edits import ChooseGenerator, SetKeypoints
from engine.messages import BadInput, Image
from engine.pipeline.stage import FINAL
from engine.service import Engine
from engine.skeleton import Keypoints

Reposer = Callable[[Image, Keypoints, Keypoints], Image]  # photo, its pose, the pose asked for -> picture as large
PUPPET = "puppet"


def copied(photo: Image, source: Keypoints, target: Keypoints) -> Image:
    """The photo as it is: whoever draws worse had better not draw."""
    return photo


class Program(Engine):
    """The program, given photos with their poses: matte and labels are what the annotator proposes, as in the window.

    Belongs to one thread, as every engine. Knows one photo at a time.
    """

    _person: Person | None = None

    def posed(self, photo: Image, source: Keypoints, target: Keypoints, generator: str = PUPPET) -> Image:
        document = Document.of(self._known(photo, source))
        for edit in (ChooseGenerator(generator), SetKeypoints("target", target)):
            document = edit.apply(document)
        return self.picture(document)

    def cut_out(self, photo: Image, source: Keypoints) -> tuple[Image, Image]:
        """The photo (H, W, 3) without the person, and the person's matte (H, W)."""
        document = Document.of(self._known(photo, source))
        found = self._pipeline(self.generators[PUPPET]).run(document, FINAL, ("plate", "matte"))[0]
        return found["plate"], found["matte"]

    def _known(self, photo: Image, source: Keypoints) -> Person:
        name, (height, width) = self.store.put(photo), photo.shape[:2]
        before = self._person
        if before is None or (before.photo, before.keypoints) != (name, source):
            self._person = self._proposed(photo, Person("photo", name, width, height, source, "imported"))
            self.store.keep_only(Document.of(self._person).hashes())
        assert self._person is not None
        return self._person

    def _proposed(self, photo: Image, person: Person) -> Person:
        with suppress(BadInput):  # of the annotator's weights: the program does without, too
            if found := annotate.find(photo, annotate.where(person.keypoints, None)):
                matte, labels = self.store.put(found.matte), self.store.put(found.labels)
                return replace(person, cutout=matte, cutout_from="proposed", labels=labels)
        return person
