"""Shared by all tests: no display is needed, pictures are compared with stored ones, and silence is asserted."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # before anything loads Qt

GOLDEN = Path(__file__).parent / "golden"
Check = Callable[..., None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="accept the pictures as they are drawn now")
    parser.addoption("--slow", action="store_true", help="also the tests that take minutes")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--slow"):
        for item in items:
            if item.get_closest_marker("slow"):
                item.add_marker(pytest.mark.skip(reason="takes minutes: --slow"))


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: takes minutes; run with --slow")
    # Qt's own offscreen platform says this of every window with a minimum size; it is about the platform, not about us.
    config.addinivalue_line("qt_log_ignore", "This plugin does not support propagateSizeHints")


@pytest.fixture(autouse=True)
def geometric_guess(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Photos open without networks, which take their time, except in tests marked `network`."""
    if request.node.get_closest_marker("network") is None:
        monkeypatch.setattr("engine.annotate.NETWORK", "left out")
        monkeypatch.setattr("engine.generators.registry.PREFERRED", "puppet")


@pytest.fixture(autouse=True)
def nothing_installed(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Whatever its user has installed, the program finds no converted networks; the folder in which it looks."""
    folder = tmp_path_factory.mktemp("installed")
    monkeypatch.setenv("LAYFIGURE_MODELS", str(folder))
    return folder


@pytest.fixture(autouse=True)
def own_state(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Journals, backups and locks of the test; nobody's own are touched."""
    folder = tmp_path_factory.mktemp("state")
    monkeypatch.setenv("LAYFIGURE_STATE", str(folder))
    return folder


@pytest.fixture(autouse=True)
def own_poses(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the user's own poses, empty whatever its user has kept."""
    folder = tmp_path_factory.mktemp("poses")
    monkeypatch.setenv("LAYFIGURE_POSES", str(folder))
    return folder


@pytest.fixture
def golden(request: pytest.FixtureRequest, tmp_path: Path) -> Check:
    """`golden(name, picture)` compares a (H, W, 3) uint8 picture with tests/golden/name.png."""
    from PIL import Image

    def check(name: str, picture: NDArray[np.uint8], tolerance: int = 3, share: float = 0.001) -> None:
        """Fails if more than `share` of the pixels are off by more than `tolerance` of 255."""
        path = GOLDEN / f"{name}.png"
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(picture).save(path, optimize=True)
        if not path.exists():
            pytest.fail(f"{path} does not exist: look at the picture and accept it with --update-golden")
        stored = np.asarray(Image.open(path).convert("RGB"))
        if stored.shape != picture.shape:
            pytest.fail(f"{name}: the picture is {picture.shape}, the stored one {stored.shape}")
        apart = np.abs(picture.astype(np.int16) - stored).astype(np.uint8)
        off = (apart.max(axis=2) > tolerance).mean()
        if off > share:
            Image.fromarray(picture).save(tmp_path / f"{name}.png")
            Image.fromarray(255 - np.minimum(apart, 63) * 4).save(tmp_path / f"{name}-difference.png")
            pytest.fail(f"{name}: {off:.2%} of the pixels are off, by up to {apart.max()} of 255, see {tmp_path}")

    return check


@pytest.fixture(autouse=True)
def silence(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A logged warning fails the test that caused it; one that expects it checks it and calls `caplog.clear()`."""
    yield
    loud = [r for r in caplog.get_records("call") if r.levelno >= logging.WARNING]
    if loud:
        pytest.fail("logged: " + "; ".join(f"{r.name}: {r.getMessage()}" for r in loud))
