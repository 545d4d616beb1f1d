"""The rules of the house: who may import whom."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PLAIN = {
    f"engine.{name}"
    for name in "cards geometry skeleton labels attributes document edits history messages store posing between products recipes keeping blending limits pinning poses retargeting transforming io.keypoints.common io.keypoints.openpose".split()  # noqa: SIM905
}
PLAIN_DEPENDENCIES = {"numpy", "msgspec"}
QT = {"PySide6", "shiboken6", "pyqtgraph", "superqt", "qtpy"}
PICKLES = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
NETWORK = {"socket", "http", "urllib.request", "requests", "httpx", "aiohttp", "ftplib", "smtplib"}
GENERATORS = sorted(path.name for path in (ROOT / "engine/generators").iterdir() if (path / "__init__.py").exists())


def files(*places: str) -> Iterator[Path]:
    for place in places:
        path = ROOT / place
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path]


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(*places: str) -> set[str]:
    """Full names of all modules imported anywhere in these files or folders, also inside functions."""
    return {name for path in files(*places) for name in _imported(path)}


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written out in full"
            yield from (_submodule(node.module or "", alias.name) for alias in node.names)


def _submodule(module: str, name: str) -> str:
    """`from engine import store` imports engine.store; `from engine.store import Store` does too."""
    place = ROOT / module.replace(".", "/") / name
    return f"{module}.{name}" if place.with_suffix(".py").exists() or place.is_dir() else module


def within(names: set[str], tops: set[str]) -> set[str]:
    """Those of `names` that are one of `tops` or lie below it."""
    return {name for name in names if any(name == top or name.startswith(f"{top}.") for top in tops)}


def test_the_window_sees_only_the_plain_part_of_the_engine() -> None:
    assert within(imports("gui"), {"engine"}) <= PLAIN


def test_the_engine_knows_no_window() -> None:
    assert within(imports("engine"), QT | {"gui", "main"}) == set()


def test_the_window_does_not_know_who_opens_it() -> None:
    assert within(imports("gui"), {"main", "bench", "tests"}) == set()


@pytest.mark.parametrize("name", sorted(PLAIN))
def test_plain_modules_import_only_plain_things(name: str) -> None:
    found = imports(f"{name.replace('.', '/')}.py")
    foreign = {
        module for module in found if module.partition(".")[0] not in sys.stdlib_module_names | PLAIN_DEPENDENCIES
    }
    assert foreign <= PLAIN


@pytest.mark.parametrize("name", GENERATORS)
def test_no_generator_imports_another(name: str) -> None:
    others = {f"engine.generators.{other}" for other in GENERATORS if other != name}
    assert within(imports(f"engine/generators/{name}"), others) == set()


def test_nothing_is_pickled() -> None:
    assert within(imports("engine", "gui", "verbs", "main.py", "tools", "bench"), PICKLES) == set()
    for path in files("engine", "gui", "verbs", "main.py"):
        assert "allow_pickle=True" not in path.read_text(encoding="utf-8"), path
        assert "weights_only=False" not in path.read_text(encoding="utf-8"), path


def test_nothing_goes_on_the_network() -> None:
    assert within(imports("engine", "gui", "verbs", "main.py"), NETWORK) == set()


def test_the_command_line_starts_without_the_heavy_libraries() -> None:
    assert loaded_after("import main") & {"torch", "cv2", "PIL", "PySide6", "scipy"} == set()


def test_the_window_opens_without_torch() -> None:
    code = "; ".join(f"import {module_name(path)}" for path in files("gui"))
    assert loaded_after(code) & {"torch", "cv2"} == set()


def loaded_after(code: str) -> set[str]:
    """Top-level modules in a fresh interpreter that has run `code`."""
    script = f"{code}\nimport sys; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())
