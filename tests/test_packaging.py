"""What a fresh machine relies on: pins that match the ranges, and nothing of the machine this was written on."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PINS = dict(
    line.split("==")
    for line in (ROOT / "constraints.txt").read_text().splitlines()
    if line and not line.startswith("#")
)


def normal(name: str) -> str:
    """A package name as pip compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def required() -> dict[str, str]:
    """Package name and lowest version of every dependency."""
    lines = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]
    pairs = (re.fullmatch(r"([\w.-]+)(?:\[\w+])?>=([\d.]+)(?:,<[\d.]+)?", line) for line in lines)
    return {normal(pair[1]): pair[2] for pair in pairs if pair}


def version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text))


def texts() -> Iterator[Path]:
    """Everything written by hand, but this file, which has to name what it forbids."""
    yield from (ROOT / ".ci/run", ROOT / "Makefile", ROOT / "constraints.txt", *ROOT.glob("*.md"), *ROOT.glob("*.toml"))
    for folder in ("assets", "bench", "engine", "gui", "tests", "tools", "verbs"):
        yield from (
            p for p in (ROOT / folder).rglob("*") if p.suffix in {".py", ".md", ".toml"} and p != Path(__file__)
        )


def test_every_dependency_has_a_lowest_version() -> None:
    assert len(required()) == len(PROJECT["dependencies"]) + len(PROJECT["optional-dependencies"]["dev"])


def test_every_dependency_is_pinned_within_its_range() -> None:
    pins = {normal(name): pin for name, pin in PINS.items()}
    for name, lowest in required().items():
        assert version(pins[name]) >= version(lowest), name


def test_torch_is_pinned_for_every_kind_of_build() -> None:
    assert PINS["torch"] == "2.13.0"
    assert not [pin for pin in PINS.values() if "+" in pin or "@" in pin]


def test_no_committed_file_names_a_place_of_one_machine() -> None:
    """Neither folders of a workplace nor package servers."""
    forbidden = re.compile(r"/(?:work|home|root)/|--(?:extra-)?index-url|--find-links|pypi\.", re.IGNORECASE)
    for path in texts():
        assert not forbidden.search(path.read_text(encoding="utf-8")), path


@pytest.mark.parametrize("tool", ["setup", "system_libraries", "apt"])
def test_tools_used_before_installing_need_only_the_standard_library(tool: str) -> None:
    command = [sys.executable, "-S", "-c", f"import {tool}"]  # -S: without anything installed
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "tools")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(os.name != "posix", reason="shell scripts are for Unix")
def test_the_build_script_can_be_run() -> None:
    assert os.access(ROOT / ".ci/run", os.X_OK)
