"""Makes the environment `.venv` and installs everything the program needs. Standard library only.

Does nothing if pyproject.toml, constraints.txt and the Python version are those of the last time.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import apt

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
STAMP = ENVIRONMENT / "layfigure-stamp"
INPUTS = (ROOT / "pyproject.toml", ROOT / "constraints.txt")
EXTRAS = "dev"


def main() -> int:
    if sys.version_info < OLDEST:
        return _with_newer_python()
    if STAMP.exists() and STAMP.read_text() == _fingerprint() and _python().exists():
        return 0
    if not _has_venv():
        return _refuse("Python's own modules venv and ensurepip are missing; without them no environment can be made.")
    print("Making the environment in .venv; the first time this takes a few minutes …", flush=True)
    STAMP.unlink(missing_ok=True)
    try:
        _make_environment()
        _pip("--constraint", str(ROOT / "constraints.txt"), "--editable", f"{ROOT}[{EXTRAS}]")
    except subprocess.CalledProcessError as error:
        return _refuse(
            f"Setting up failed: “{' '.join(error.cmd)}” ended with {error.returncode}; its own words are above."
        )
    STAMP.write_text(_fingerprint())
    return 0


def _with_newer_python() -> int:
    """Ubuntu 22.04, for one, has python3.11 beside an older python3."""
    for minor in range(20, OLDEST[1] - 1, -1):
        if found := shutil.which(f"python3.{minor}"):
            return subprocess.run([found, __file__], check=False).returncode
    return _refuse(f"Python {_dotted(OLDEST)} or newer is needed; this is {_dotted(sys.version_info[:3])}.")


def _make_environment() -> None:
    """An environment of another Python version is made anew, any other is brought up to date."""
    config = ENVIRONMENT / "pyvenv.cfg"
    ours = config.exists() and f"version = {_dotted(sys.version_info[:2])}." in config.read_text()
    clear = [] if ours and _python().exists() else ["--clear"]
    subprocess.run([sys.executable, "-m", "venv", *clear, str(ENVIRONMENT)], check=True)


def _pip(*arguments: str) -> None:
    command = [str(_python()), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    subprocess.run([*command, *arguments], check=True, cwd=ROOT)


def _fingerprint() -> str:
    digest = hashlib.sha256(f"{_dotted(sys.version_info[:2])} {ROOT}".encode())
    for path in INPUTS:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _python() -> Path:
    return ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _has_venv() -> bool:
    """Debian and Ubuntu ship Python without the modules an environment is made with, in a package of their own."""
    if _finds_modules():
        return True
    return apt.is_there() and apt.install([f"python{_dotted(sys.version_info[:2])}-venv"]) and _finds_modules()


def _finds_modules() -> bool:
    importlib.invalidate_caches()
    return all(importlib.util.find_spec(name) is not None for name in ("venv", "ensurepip"))


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
