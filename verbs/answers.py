"""What all verbs share: options they have in common, exit codes, and how they answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

DONE, FAILED, BAD_INPUT = 0, 1, 2

Out = Annotated[Path, typer.Option("-o", "--out", help="The file to write.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a sentence.")]
Device = Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")]


def say(answer: str | dict[str, object]) -> None:
    print(answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False))
