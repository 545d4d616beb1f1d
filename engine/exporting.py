"""From a document to files: draws what a product consists of and hands it to its writer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from engine.arrays import UInt8
from engine.between import between
from engine.document import Document
from engine.io import control_layers, exports, films
from engine.io.atomic import atomic_write
from engine.io.marking import Marking
from engine.lettering import marked
from engine.messages import Image
from engine.products import Product, caption, sheet
from engine.strips import composed
from engine.watch import Watch


@dataclass(frozen=True)
class Drawn:
    """A final picture with what it was made from, all at the photo's size."""

    picture: Image  # (H, W, 3)
    matte: UInt8 | None = None  # (H, W), of the photo, where the generator looks at it
    labels: UInt8 | None = None


Draw = Callable[[Document], Drawn]


def export(
    document: Document, photo: Image, path: Path, product: Product, draw: Draw, watch: Watch
) -> tuple[Path, ...]:
    """Write a product; returns the files written, or raises Stopped and leaves none. Raises BadInput."""
    match product.kind:
        case "picture":
            _picture(document, path, product, draw, watch)
        case "strip" | "grid":
            _sheet(document, path, product, draw, watch)
        case "film":
            _film(document, path, product, draw, watch)
        case "layers":
            return _layers(document, photo, path, product, draw, watch)
    return (path,)


def _picture(document: Document, path: Path, product: Product, draw: Draw, watch: Watch) -> None:
    size = product.picture_size(document.source.width, document.source.height)
    exports.check_export(path, *size)
    watch.tell(0, 1)
    picture = _signed(draw(document).picture, product)
    sixteen = product.sixteen and path.suffix.lower() == ".png"
    exports.export_picture(path, exports.sized(picture, size, sixteen), document, product, watch)


def _sheet(document: Document, path: Path, product: Product, draw: Draw, watch: Watch) -> None:
    plan = sheet(product, document.source.width, document.source.height)
    exports.check_export(path, plan.width, plan.height)
    names = (caption(step, product.steps) for step in product.order)
    page = composed(plan, zip(names, _frames(document, product, draw, watch), strict=True), product.title)
    exports.export_picture(path, exports.sized(page, (plan.width, plan.height)), document, product, watch)


def _film(document: Document, path: Path, product: Product, draw: Draw, watch: Watch) -> None:
    size = product.picture_size(document.source.width, document.source.height)
    marking = Marking.of(document, product.privacy)
    reel = films.Reel(*size, len(product.order), product.rate, product.loop, product.quality, marking)
    films.write_film(path, _frames(document, product, draw, watch), reel, watch)


def _frames(document: Document, product: Product, draw: Draw, watch: Watch) -> Iterator[Image]:
    """The pictures on the way to the target, one after the other; between two of them the work can be stopped."""
    size = product.picture_size(document.source.width, document.source.height)
    for done, step in enumerate(product.order):
        watch.check()
        watch.tell(done, len(product.order))
        picture = _signed(draw(between(document, step, product.steps)).picture, product)
        yield np.asarray(exports.sized(picture, size), np.uint8)


def _layers(
    document: Document, photo: Image, path: Path, product: Product, draw: Draw, watch: Watch
) -> tuple[Path, ...]:
    """All of them are complete before the first one is written."""
    exports.check_ending(path)
    watch.tell(0, 1)
    drawn = draw(document)
    marking = Marking.of(document, product.privacy).without_recipe()

    def encoded(content: Image | bytes) -> bytes:
        return content if isinstance(content, bytes) else exports.marked_png(content, marking, product)

    found = watch.during(lambda: control_layers.layers(document, photo, drawn.picture, drawn.matte, drawn.labels))
    files = {
        path.with_name(f"{path.stem}-{ending}"): watch.during(partial(encoded, content))
        for ending, content in found.items()
    }
    for name, data in files.items():
        with atomic_write(name) as file:
            file.write(data)
    return tuple(files)


def _signed(picture: Image, product: Product) -> Image:
    return marked(picture) if product.marked else picture
