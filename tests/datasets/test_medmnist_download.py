"""The file is got, or one message says what to do, whatever network and disk do."""

import errno
import hashlib
import subprocess
import sys
import time
from contextlib import nullcontext
from pathlib import Path

import pytest
from misbehaving_server import LOGIN_PAGE
from patience import patience

from medtutor.datasets import download, medmnist
from medtutor.datasets.download import DownloadError


def files_in(folder):
    return sorted(path.name for path in Path(folder).rglob("*") if path.is_file())


def get(folder, **options):
    return medmnist.get("breastmnist", cache_dir=folder, **options)


def assert_got(path, archive):
    assert path.read_bytes() == archive
    assert [name for name in files_in(path.parent) if name.endswith(".part")] == []


def test_a_good_server_is_asked_once_and_the_file_is_kept(server, mirrors, archive, tmp_path):
    mirrors("good")
    first, second = get(tmp_path), get(tmp_path)
    assert first == second == tmp_path / "medmnist" / "breastmnist.npz"
    assert_got(first, archive)
    assert server.requests == {"good": 1}


def test_other_sizes_have_their_own_file_and_address(
    server, mirrors, archive, tmp_path, monkeypatch
):
    mirrors("good")
    md5 = hashlib.md5(archive, usedforsecurity=False).hexdigest()
    monkeypatch.setitem(medmnist._FACTS["breastmnist"], "md5_64", md5)
    assert get(tmp_path, size=64) == tmp_path / "medmnist" / "breastmnist_64.npz"


def test_the_official_addresses_are_the_published_ones(monkeypatch):
    monkeypatch.delenv("MEDTUTOR_MIRRORS", raising=False)
    record = "https://zenodo.org/records/10519652/files"
    assert medmnist._addresses("breastmnist.npz") == [f"{record}/breastmnist.npz?download=1"]


def test_mirrors_come_before_the_official_address(monkeypatch):
    monkeypatch.setenv("MEDTUTOR_MIRRORS", " http://one/a/, http://two/b\n")
    addresses = medmnist._addresses("organmnist3d_64.npz")
    assert addresses[:2] == ["http://one/a/organmnist3d_64.npz", "http://two/b/organmnist3d_64.npz"]
    assert len(addresses) == 3


def test_the_client_says_what_it_is(server, mirrors, archive, tmp_path):
    mirrors("picky")
    assert_got(get(tmp_path), archive)
    assert all(agent.startswith("medtutor/") for agent in server.user_agents)


def test_a_redirection_is_followed(server, mirrors, archive, tmp_path):
    mirrors("moved")
    assert_got(get(tmp_path), archive)
    assert server.requests == {"moved": 1, "good": 1}


def test_a_server_with_a_bad_moment_is_asked_again(server, mirrors, archive, tmp_path):
    mirrors("flaky-2")
    assert_got(get(tmp_path), archive)
    assert server.requests == {"flaky-2": 3}


def test_the_waits_between_attempts_grow(server, mirrors, archive, tmp_path, monkeypatch):
    waits = []
    monkeypatch.setattr(download, "_WAITS", (1.0, 3.0))
    monkeypatch.setattr(time, "sleep", waits.append)
    mirrors("flaky-2")
    get(tmp_path)
    assert waits == [1.0, 3.0]


TROUBLES = {
    # manner: (attempts, what the message says)
    "status-403": (1, "the server answered 403"),
    "status-404": (1, "the server answered 404"),
    "status-429": (3, "the server answered 429"),
    "status-500": (3, "the server answered 500"),
    "status-503": (3, "the server answered 503"),
    "cut": (3, "broke off before the end"),
    "unmeasured": (1, "other content than published"),
    "login": (1, "other content than published"),
    "flipped": (1, "other content than published"),
    "mute": (3, "no answer for 0.5 seconds"),
    "stalled": (3, "no answer for 0.5 seconds"),
    "slam": (3, "no connection"),
}


@pytest.fixture
def impatience(server, monkeypatch):
    monkeypatch.setattr(download, "_TIMEOUT", (5.0, 0.5))


def may_warn(manner):
    puts_aside = manner in {"unmeasured", "login", "flipped"}
    return pytest.warns(UserWarning, match="put aside") if puts_aside else nullcontext()


@pytest.mark.parametrize("manner", TROUBLES)
def test_the_next_mirror_helps_out(manner, impatience, server, mirrors, archive, tmp_path):
    mirrors(manner, "good")
    with may_warn(manner):
        path = get(tmp_path)
    assert_got(path, archive)
    assert server.requests == {manner: TROUBLES[manner][0], "good": 1}


@pytest.mark.parametrize("manner", TROUBLES)
def test_the_message_says_what_happened_where_and_what_to_do(
    manner, impatience, server, mirrors, tmp_path
):
    mirrors(manner)
    with may_warn(manner), pytest.raises(DownloadError) as caught:
        get(tmp_path)
    message = str(caught.value)
    tried = f"{server.base}/{manner}/breastmnist.npz: "
    assert tried in message
    assert TROUBLES[manner][1] in message
    assert f"{server.base}/status-404/files/breastmnist.npz?download=1: " in message
    assert f"put it here: {tmp_path / 'medmnist' / 'breastmnist.npz'}\n" in message
    assert medmnist._FACTS["breastmnist"]["md5_28"] in message
    assert "MEDTUTOR_MIRRORS" in message
    assert 'load("brain_lesion")' in message
    assert [name for name in files_in(tmp_path) if not name.endswith(".bad")] == []


def test_no_network_at_all_gives_the_same_message(server, monkeypatch, tmp_path):
    monkeypatch.setenv("MEDTUTOR_MIRRORS", "http://127.0.0.1:1")
    monkeypatch.setattr(medmnist, "_RECORD", "http://127.0.0.1:1/records")
    with pytest.raises(DownloadError, match="no connection") as caught:
        get(tmp_path)
    assert str(caught.value).count("no connection") == 2


@pytest.mark.parametrize("mirror", ["my-class-server", "127.0.0.1:8765", "localhost:80"])
def test_a_mirror_that_is_no_address_is_named(mirror, server, monkeypatch, tmp_path):
    monkeypatch.setenv("MEDTUTOR_MIRRORS", mirror)
    with pytest.raises(DownloadError, match=rf"{mirror}/.*: .*begin it with http:// or https://"):
        get(tmp_path)


def test_a_bad_file_from_a_mirror_is_kept_for_a_look_and_never_loaded(
    server, mirrors, archive, tmp_path
):
    mirrors("login", "good")
    with pytest.warns(UserWarning, match="login page"):
        path = get(tmp_path)
    bad = [other for other in path.parent.iterdir() if other.suffix == ".bad"]
    assert [other.read_bytes() for other in bad] == [LOGIN_PAGE]
    assert_got(path, archive)


def test_a_disk_too_small_is_noticed_before_the_download(server, mirrors, tmp_path):
    mirrors("endless", "good")
    with pytest.raises(DownloadError) as caught:
        get(tmp_path)
    assert "1,000,000,000,000.0 MB are needed" in str(caught.value)
    assert str(tmp_path / "medmnist") in str(caught.value)
    assert files_in(tmp_path) == []
    assert server.requests["good"] == 0  # another mirror's file needs as much room


class FullDisk:
    """A file on a disk that is full after so many bytes."""

    def __init__(self, path, room):
        self.file, self.room = Path(path).open("wb"), room  # noqa: SIM115

    def write(self, chunk):
        if self.file.tell() + len(chunk) > self.room:
            raise OSError(errno.ENOSPC, "No space left on device")
        return self.file.write(chunk)

    def flush(self):
        self.file.flush()

    def close(self):
        self.file.close()


def test_a_disk_that_fills_up_during_the_download(server, mirrors, archive, tmp_path, monkeypatch):
    mirrors("good")
    full = lambda path, mode: FullDisk(path, room=100_000)  # noqa: E731
    monkeypatch.setattr("pooch.downloaders.open", full, raising=False)
    with pytest.raises(DownloadError) as caught:
        get(tmp_path)
    assert f"the disk is full, {len(archive) / 1e6:,.1f} MB are needed" in str(caught.value)
    assert str(tmp_path / "medmnist") in str(caught.value)
    assert files_in(tmp_path) == []


def test_a_folder_that_cant_be_made(server, mirrors, tmp_path):
    mirrors("good")
    (tmp_path / "occupied").write_text("a file, not a folder")
    with pytest.raises(DownloadError, match="MEDTUTOR_CACHE"):
        get(tmp_path / "occupied")


def test_a_folder_that_cant_be_written(server, mirrors, tmp_path, monkeypatch):
    mirrors("good")

    def refuse(path, mode):
        raise PermissionError(errno.EACCES, "Permission denied", path)

    monkeypatch.setattr("pooch.downloaders.open", refuse, raising=False)
    with pytest.raises(DownloadError, match="Permission denied") as caught:
        get(tmp_path)
    assert str(tmp_path / "medmnist") in str(caught.value)
    assert "cache_dir=" in str(caught.value)


def test_an_interrupted_download_leaves_nothing(server, mirrors, archive, tmp_path, monkeypatch):
    mirrors("good")

    def interrupt(path):
        assert path.read_bytes() == archive
        raise KeyboardInterrupt

    monkeypatch.setattr(download, "md5_of", interrupt)
    with pytest.raises(KeyboardInterrupt):
        get(tmp_path)
    assert files_in(tmp_path) == []


ANOTHER_KERNEL = """
import sys
from pathlib import Path
from medtutor.datasets.archives import open_arrays
from medtutor.datasets.download import ensure_file
path = Path(sys.argv[1])
ensure_file(path, sys.argv[2], [sys.argv[3]])
print(open_arrays(path)["train_images"].sum())
"""


def another_kernel(path, address):
    md5 = medmnist._FACTS["breastmnist"]["md5_28"]
    command = [sys.executable, "-W", "error", "-c", ANOTHER_KERNEL, str(path), md5, address]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_two_kernels_that_load_at_once_both_succeed(server, archive, tmp_path):
    path = tmp_path / "medmnist" / "breastmnist.npz"
    kernels = [another_kernel(path, f"{server.base}/together/breastmnist.npz") for _ in range(2)]
    outputs = [kernel.communicate(timeout=patience(120)) for kernel in kernels]
    assert [error for _, error in outputs] == ["", ""]
    assert outputs[0] == outputs[1]
    assert server.requests == {"together": 2}
    assert_got(path, archive)


def test_a_kernel_that_is_killed_leaves_no_half_file_to_load(
    server, mirrors, archive, tmp_path, monkeypatch
):
    path = tmp_path / "medmnist" / "breastmnist.npz"
    kernel = another_kernel(path, f"{server.base}/stalled/breastmnist.npz")
    assert server.half_sent.wait(patience(60))
    kernel.kill()
    kernel.communicate(timeout=patience(60))
    assert not path.exists()
    mirrors("good")
    assert get(tmp_path).read_bytes() == archive


@pytest.fixture
def a_terminal(monkeypatch):
    monkeypatch.delenv("PYTEST_VERSION", raising=False)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)


def test_a_terminal_sees_a_bar(server, mirrors, tmp_path, a_terminal, capsys):
    mirrors("good")
    get(tmp_path)
    shown = capsys.readouterr().err
    assert "breastmnist.npz" in shown
    assert "100%" in shown


def test_no_bar_under_test(server, mirrors, tmp_path, capsys):
    mirrors("good")
    get(tmp_path)
    assert capsys.readouterr() == ("", "")
