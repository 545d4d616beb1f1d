"""Released checkpoints: PyTorch .pth, Keras .h5 and TensorFlow bundles, told apart by content. None of them runs anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

from engine.io.checkpoints import bundle, keras, pytorch
from engine.io.checkpoints.common import Checkpoint, Unreadable
from engine.io.files import cannot_open, reason

Reader = Callable[[Path], AbstractContextManager[Checkpoint]]


@contextmanager
def opened(path: Path) -> Iterator[Checkpoint]:
    """A file, or what stands for a TensorFlow bundle: its folder, its prefix or one of its files. Raises BadInput.

    The tensors' numbers are read, and checked, when they are asked for inside the block.
    """
    try:
        with ExitStack() as stack:
            yield stack.enter_context(_reader(path)(path))
    except Unreadable as error:
        raise cannot_open(path, str(error)) from error
    except OSError as error:
        raise cannot_open(path, reason(error)) from error
    except MemoryError as error:
        raise cannot_open(path, "there is not enough memory for it") from error
    except ValueError as error:
        if "null" not in str(error):
            raise
        raise cannot_open(path, "this is not a file name") from error


def _reader(path: Path) -> Reader:
    if bundle.stands_for_one(path):
        return bundle.opened
    if not path.is_file():
        path.stat()  # says why in OSError
        raise Unreadable("it is not a regular file")
    with path.open("rb") as file:
        head = file.read(16)
    for reader in (keras, pytorch):
        if head.startswith(reader.MAGICS):
            return reader.opened
    if not head:
        raise Unreadable("the file is empty")
    raise Unreadable("it is no PyTorch file, no Keras .h5 and no part of a TensorFlow checkpoint")
