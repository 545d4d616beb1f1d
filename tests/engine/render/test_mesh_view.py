"""The lit mesh view: both ways of drawing agree, and the one falls back on the other."""

from __future__ import annotations

import importlib.util
import logging
import threading
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from engine.body.cameras import UPRIGHT, Camera, Perspective, WeakPerspective
from engine.body.model import BUILT_IN, BodyModel
from engine.render import gl_mesh
from engine.render.mesh_view import GROUND, MeshView

SIZE = (160, 160)
CAMERAS = {"perspective": Perspective(2.4, 0.05, 0.2, 2.8), "weak": WeakPerspective(0.9, -0.1, 0.2)}


@pytest.fixture(scope="module")
def body() -> tuple[NDArray, NDArray]:
    """Vertices (V, 3) and faces (F, 3) of somebody with one arm down and a knee bent, turned upright."""
    model = BodyModel.read(BUILT_IN)
    pose = torch.zeros(1, 24, 3)
    pose[0, 0], pose[0, 16, 2], pose[0, 4, 0] = torch.tensor(UPRIGHT), -1.0, 0.9
    return model.pose(pose, torch.zeros(1, 10)).vertices[0].numpy(), model.faces.numpy()


@pytest.fixture
def gl_view() -> Iterator[MeshView]:
    with MeshView() as view:
        if view.backend != "pyrender":
            pytest.skip(f"no OpenGL without a window: {view.reason}")
        yield view


@pytest.fixture
def own_view() -> MeshView:
    return MeshView(gl=False)


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> gl_mesh.Context:
    """A context nobody has tried to open; it shares no display with another one while no view is open."""
    context = gl_mesh.Context()
    monkeypatch.setattr(gl_mesh, "_context", context)
    return context


def outline(picture: NDArray) -> NDArray:
    return np.any(picture != np.array(GROUND), axis=-1)


def grown(mask: NDArray) -> NDArray:
    """By one pixel all around."""
    padded = np.pad(mask, 1)
    height, width = mask.shape
    return np.any([padded[y : y + height, x : x + width] for y in range(3) for x in range(3)], axis=0)


# The rasteriser, which is always there


@pytest.mark.parametrize("camera", CAMERAS.values(), ids=CAMERAS)
def test_somebody_stands_in_the_picture(own_view: MeshView, body: tuple[NDArray, NDArray], camera: Camera) -> None:
    picture = own_view.draw(*body, camera, SIZE)
    assert picture.shape == (*SIZE, 3) and picture.dtype == np.uint8
    assert 0.05 < outline(picture).mean() < 0.4
    rows = np.flatnonzero(np.any(outline(picture), axis=1))
    assert rows[-1] - rows[0] > 100  # upright


def test_light_comes_from_the_upper_left(own_view: MeshView) -> None:
    ball, faces = sphere()
    picture = own_view.draw(ball, faces, Perspective(4.0), SIZE).astype(float).mean(axis=-1)
    assert picture[60, 60] > picture[100, 100] + 40


def test_the_square_of_the_camera_is_fitted_into_the_middle(own_view: MeshView) -> None:
    ball, faces = sphere()
    for height, width in ((100, 160), (160, 100)):
        rows, columns = outline(own_view.draw(ball, faces, WeakPerspective(1.0), (height, width))).nonzero()
        assert abs(np.ptp(rows) - np.ptp(columns)) <= 1
        assert abs(rows.mean() - (height - 1) / 2) < 0.6 and abs(columns.mean() - (width - 1) / 2) < 0.6


def test_the_ground_has_the_colour_asked_for() -> None:
    picture = MeshView(ground=(200, 10, 60), gl=False).draw(*sphere(), Perspective(1.0), (20, 30))
    assert tuple(picture[0, 0]) == (200, 10, 60)


def test_a_mesh_without_faces_is_nothing_but_ground(own_view: MeshView) -> None:
    picture = own_view.draw(np.zeros((4, 3)), np.zeros((0, 3), int), Perspective(1.0), (5, 6))
    assert (picture == GROUND).all()


def test_what_lies_behind_the_viewer_is_not_seen(own_view: MeshView) -> None:
    ball, faces = sphere()
    assert not outline(own_view.draw(ball, faces, Perspective(1.0, z=-3.0), SIZE)).any()


@pytest.mark.parametrize(
    ("vertices", "faces", "size", "sentence"),
    [
        (np.zeros((4, 2)), np.zeros((1, 3), int), (9, 9), r"Vertices are \(4, 2\), expected \(V, 3\)"),
        (np.full((4, 3), np.nan), np.zeros((1, 3), int), (9, 9), "finite"),
        (np.zeros((4, 3)), np.zeros((1, 4), int), (9, 9), r"Faces are \(1, 4\), expected \(F, 3\)"),
        (np.zeros((4, 3)), np.zeros((1, 3)), (9, 9), "expected integers"),
        (np.zeros((4, 3)), np.array([[0, 1, 4]]), (9, 9), "vertices 0 to 4 of 4"),
        (np.zeros((4, 3)), np.array([[-1, 1, 2]]), (9, 9), "vertices -1 to 2 of 4"),
        (np.zeros((4, 3)), np.zeros((1, 3), int), (0, 9), "0 × 9 pixels"),
        (np.zeros((4, 3)), np.zeros((1, 3), int), (9, 100_000), "100000 pixels"),
    ],
)
def test_what_is_no_mesh_gets_one_sentence(own_view: MeshView, vertices, faces, size, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        own_view.draw(vertices, faces, Perspective(1.0), size)


# Choosing


def test_the_choice_is_said(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "engine.render.mesh_view"), MeshView() as view:
        assert view.backend in caplog.text and view.reason in caplog.text
        assert "rasteriser" in caplog.text and "pyrender" in caplog.text  # the one, and why not the other


def test_without_pyrender_the_rasteriser_draws(monkeypatch: pytest.MonkeyPatch, fresh: gl_mesh.Context) -> None:
    monkeypatch.setattr(gl_mesh.importlib.util, "find_spec", lambda name: None)
    with MeshView() as view:
        assert (view.backend, view.reason) == ("rasteriser", "pyrender is not installed (extra “view”)")
        assert outline(view.draw(*sphere(), Perspective(1.0), SIZE)).any()


@pytest.mark.parametrize(("name", "value"), [("PYOPENGL_PLATFORM", "nonsense"), ("EGL_DEVICE_ID", "99")])
def test_without_a_context_the_rasteriser_draws(
    monkeypatch: pytest.MonkeyPatch, fresh: gl_mesh.Context, name: str, value: str
) -> None:
    if importlib.util.find_spec("pyrender") is None:
        pytest.skip("pyrender is not installed")
    monkeypatch.setenv(name, value)
    with MeshView() as view:
        assert view.backend == "rasteriser" and view.reason.startswith("no GL context could be made")
        assert outline(view.draw(*sphere(), Perspective(1.0), SIZE)).any()


def test_a_failure_while_drawing_hands_over_to_the_rasteriser(
    monkeypatch: pytest.MonkeyPatch, fresh: gl_mesh.Context, caplog: pytest.LogCaptureFixture
) -> None:
    fresh._renderer = BrokenRenderer()
    view = MeshView()
    assert view.backend == "pyrender"
    assert outline(view.draw(*sphere(), Perspective(1.0), SIZE)).any()
    assert view.backend == "rasteriser" and not fresh.is_open
    assert "From now on the rasteriser draws" in caplog.text
    caplog.clear()
    assert MeshView().backend == "rasteriser"  # nobody walks into it twice


# pyrender, where there is a context


@pytest.mark.parametrize("size", [(160, 160), (120, 200), (201, 121)], ids=str)
@pytest.mark.parametrize("camera", CAMERAS.values(), ids=CAMERAS)
def test_both_draw_the_same(
    gl_view: MeshView, own_view: MeshView, body: tuple[NDArray, NDArray], camera: Camera, size: tuple[int, int]
) -> None:
    theirs, ours = gl_view.draw(*body, camera, size), own_view.draw(*body, camera, size)
    assert gl_view.backend == "pyrender"
    a, b = outline(theirs), outline(ours)
    assert not (a & ~grown(b)).any() and not (b & ~grown(a)).any()
    inner = ~grown(~(a & b))
    apart = np.abs(theirs[inner].astype(int) - ours[inner])
    assert apart.mean() < 5


def test_repeated_use_leaks_nothing(gl_view: MeshView) -> None:
    ball, faces = sphere()
    views = [gl_view, MeshView(), MeshView(), MeshView()]
    first = gl_view.draw(ball, faces, Perspective(1.5), (40, 40))
    for n in range(200):
        views[n % 4].draw(ball, faces, Perspective(1.5), (40, 40 + n % 3))
    views.pop().close()
    del views[1:]  # the end of a view is as good as closing it
    assert gl_view.backend == "pyrender"
    assert (gl_view.draw(ball, faces, Perspective(1.5), (40, 40)) == first).all()


def test_the_last_view_closes_the_context(gl_view: MeshView) -> None:
    other = MeshView()
    other.close()
    other.close()
    assert other.backend == "rasteriser" and gl_mesh._context.is_open
    gl_view.close()
    assert not gl_mesh._context.is_open
    with MeshView() as again:
        assert again.backend == "pyrender"
    assert not gl_mesh._context.is_open


def test_any_thread_may_draw(gl_view: MeshView) -> None:
    drawn: list[NDArray] = []
    work = lambda: drawn.append(gl_view.draw(*sphere(), Perspective(1.5), (40, 40)))  # noqa: E731
    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    work()
    assert len(drawn) == 5 and all((picture == drawn[0]).all() for picture in drawn)
    assert gl_view.backend == "pyrender"


class BrokenRenderer:
    viewport_width = viewport_height = 1

    def render(self, scene: object) -> None:
        raise RuntimeError("The driver\nhas had enough.")

    def delete(self) -> None:
        raise RuntimeError("Even of this.")


def sphere(rings: int = 24) -> tuple[NDArray, NDArray]:
    """Of half a metre around the origin, its faces turned outwards."""
    down, around = np.meshgrid(
        np.linspace(0, np.pi, rings + 1), np.linspace(0, 2 * np.pi, 2 * rings + 1), indexing="ij"
    )
    vertices = 0.5 * np.stack([np.sin(down) * np.cos(around), np.cos(down), np.sin(down) * np.sin(around)], axis=-1)
    index = np.arange(vertices.shape[0] * vertices.shape[1]).reshape(vertices.shape[:2])
    a, b, c, d = index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]
    faces = np.concatenate([np.stack(t, axis=-1).reshape(-1, 3) for t in ((a, b, c), (a, c, d))])
    return vertices.reshape(-1, 3).astype(np.float32), faces
