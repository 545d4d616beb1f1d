"""What `main.py convert` does."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from msgspec.structs import asdict

from engine.cards import Origin
from engine.generators.registry import released
from engine.io import checkpoints, installed
from engine.io.checkpoints import converted, recognition
from engine.io.files import shown
from engine.messages import BadInput


def run(path: Path, out: Path | None) -> dict[str, object]:
    """Facts about what was written; without a place for it, where the window looks for it. Raises BadInput."""
    if out is not None:
        converted.check_name(out)
        if out.resolve() == path.resolve():
            raise BadInput(f"{out.name} cannot be written: it is the file to be converted.")
    with checkpoints.opened(path) as found:
        match = recognition.recognised(found, released())
        tensors, table = recognition.tensors(found, match), match.table
        origin = Origin(
            system=table.system,
            network=table.network,
            variant=table.variant,
            data=table.data,
            source=shown(path),
            source_sha256=found.sha256,
            sha256="",
        )
        kind = found.kind
    if out is None:
        out = installed.place_for(origin)
        with suppress(OSError):  # writing will say what is wrong
            out.parent.mkdir(parents=True, exist_ok=True)
    origin = converted.save(out, tensors, origin)
    numbers = sum(array.size for array in tensors.values())
    return {"file": str(out), "from": kind, "tensors": len(tensors), "parameters": numbers, **asdict(origin)}


def sentence(facts: dict[str, object]) -> str:
    trained = f", trained on {facts['data']}" if facts["data"] else ""
    what = f"{str(facts['system']).upper()} {facts['network']} ({facts['variant']}{trained})"
    return f"{facts['file']}: {what}, {facts['parameters']:,} numbers in {facts['tensors']} tensors."
