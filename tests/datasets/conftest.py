import hashlib
from io import BytesIO

import numpy as np
import pytest
from misbehaving_server import MisbehavingServer
from own_pictures import write_classes

from medtutor.datasets import download, medmnist


def _archive_bytes() -> bytes:
    """Return an archive like ``breastmnist.npz``, with its counts and noise for images."""
    rng = np.random.default_rng(0)
    arrays = {}
    for part, count in zip(("train", "val", "test"), (546, 78, 156), strict=True):
        arrays[f"{part}_images"] = rng.integers(0, 256, (count, 28, 28), dtype=np.uint8)
        arrays[f"{part}_labels"] = rng.integers(0, 2, (count, 1), dtype=np.uint8)
    sink = BytesIO()
    np.savez_compressed(sink, **arrays)
    return sink.getvalue()


@pytest.fixture(scope="session")
def archive():
    return _archive_bytes()


@pytest.fixture
def server(archive, monkeypatch):
    """A server whose ``archive`` the library takes for the published breastmnist file.

    Nothing leaves the machine: what the library holds for the official address is the
    server's own, which has nothing, unless a test says ``MEDTUTOR_MIRRORS``.
    """
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1")
    monkeypatch.delenv("MEDTUTOR_MIRRORS", raising=False)
    monkeypatch.setattr(download, "_WAITS", (0.0, 0.0))
    monkeypatch.setattr(download, "_TIMEOUT", (5.0, 20.0))
    monkeypatch.setattr(medmnist, "_cited", set())
    md5 = hashlib.md5(archive, usedforsecurity=False).hexdigest()
    monkeypatch.setitem(medmnist._FACTS["breastmnist"], "md5_28", md5)
    with MisbehavingServer(archive) as running:
        monkeypatch.setattr(medmnist, "_RECORD", f"{running.base}/status-404")
        yield running


@pytest.fixture
def mirrors(server, monkeypatch):
    """Set the mirrors by the manners of the server: ``mirrors("cut", "good")``."""

    def set_mirrors(*manners):
        bases = " ".join(f"{server.base}/{manner}" for manner in manners)
        monkeypatch.setenv("MEDTUTOR_MIRRORS", bases)

    return set_mirrors


@pytest.fixture
def classes(tmp_path):
    """A folder of a learner's own: two classes of four patients, a picture each."""
    return write_classes(tmp_path / "pics", n_patients=4, n_each=1)
