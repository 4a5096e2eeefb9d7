"""Files put into the cache by hand, damaged files, and the unpacked arrays."""

import errno
import os
from pathlib import Path

import numpy as np
import pytest

from medtutor.datasets import archives, cache, medmnist
from medtutor.datasets.archives import open_arrays
from medtutor.datasets.download import DownloadError


@pytest.fixture
def put_by_hand(server, tmp_path):
    """Write a file where a teacher would put it."""

    def write(content, name="breastmnist.npz"):
        path = tmp_path / "medmnist" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        return path

    return write


@pytest.fixture
def count_readings(monkeypatch):
    """Return the list of files whose checksum was computed."""
    read, md5_of = [], cache.md5_of
    monkeypatch.setattr(cache, "md5_of", lambda path: read.append(path.name) or md5_of(path))
    return read


def refuse_to_write(*args, **kwargs):
    raise OSError(errno.EROFS, "Read-only file system")


def get(folder):
    return medmnist.get("breastmnist", cache_dir=folder)


def test_a_file_put_by_hand_is_used_without_a_request(server, put_by_hand, archive, tmp_path):
    path = put_by_hand(archive)
    assert get(tmp_path) == path
    assert server.requests == {}


def test_a_file_is_read_for_its_checksum_once(put_by_hand, archive, tmp_path, count_readings):
    put_by_hand(archive)
    for _ in range(3):
        get(tmp_path)
    assert count_readings == ["breastmnist.npz"]


def test_a_download_is_not_read_again(server, mirrors, tmp_path, count_readings):
    mirrors("good")
    get(tmp_path)
    get(tmp_path)
    assert count_readings == []  # the download itself checked what it got


def test_a_file_that_changed_after_its_check_is_noticed(
    server, mirrors, put_by_hand, archive, tmp_path
):
    path = put_by_hand(archive)
    get(tmp_path)
    changed = bytearray(archive)
    changed[1000] ^= 1
    path.write_bytes(changed)
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1_000_000_000))
    mirrors("good")
    with pytest.warns(UserWarning, match="put aside"):
        assert get(tmp_path).read_bytes() == archive


def test_a_cut_off_file_is_put_aside_and_downloaded_afresh(
    server, mirrors, put_by_hand, archive, tmp_path
):
    half = archive[: len(archive) // 2]
    path = put_by_hand(half)
    mirrors("good")
    with pytest.warns(UserWarning, match=r"breastmnist\.npz does not have the published content"):
        assert get(tmp_path).read_bytes() == archive
    (bad,) = path.parent.glob("*.bad")
    assert bad.read_bytes() == half


def test_a_file_that_was_put_aside_is_never_overwritten(put_by_hand, tmp_path):
    for content in (b"first", b"second", b"second"):
        put_by_hand(content)
        with pytest.warns(UserWarning, match="put aside"), pytest.raises(DownloadError):
            get(tmp_path)
    bad = (tmp_path / "medmnist").glob("*.bad")
    assert sorted(path.read_bytes() for path in bad) == [b"first", b"second"]


def test_another_kernel_may_put_the_bad_file_aside_first(
    server, mirrors, put_by_hand, archive, tmp_path, monkeypatch
):
    path = put_by_hand(b"bad")
    mirrors("good")
    md5_of = cache.md5_of

    def md5_while_the_other_renames(asked):
        found = md5_of(asked)
        path.unlink(missing_ok=True)
        return found

    monkeypatch.setattr(cache, "md5_of", md5_while_the_other_renames)
    assert get(tmp_path).read_bytes() == archive


def test_a_folder_that_only_the_teacher_writes_works(put_by_hand, archive, tmp_path, monkeypatch):
    put_by_hand(archive)
    for name in ("mkdir", "write_text", "replace"):
        monkeypatch.setattr(Path, name, refuse_to_write)
    arrays = open_arrays(get(tmp_path))
    assert arrays["train_images"].shape == (546, 28, 28)
    assert not isinstance(arrays["train_images"], np.memmap)


def test_a_bad_file_in_a_folder_that_only_the_teacher_writes(put_by_hand, tmp_path, monkeypatch):
    put_by_hand(b"bad")
    monkeypatch.setattr(Path, "replace", refuse_to_write)
    with pytest.raises(DownloadError, match="Read-only file system"):
        get(tmp_path)


def test_arrays_are_mapped_not_read(put_by_hand, archive):
    path = put_by_hand(archive)
    arrays = open_arrays(path)
    assert {name: array.shape for name, array in arrays.items()} == {
        "train_images": (546, 28, 28),
        "train_labels": (546, 1),
        "val_images": (78, 28, 28),
        "val_labels": (78, 1),
        "test_images": (156, 28, 28),
        "test_labels": (156, 1),
    }
    with np.load(path) as expected:
        for name, array in arrays.items():
            assert isinstance(array, np.memmap)
            assert not array.flags.writeable
            assert array.dtype == np.uint8
            np.testing.assert_array_equal(array, expected[name])


def test_a_half_unpacked_array_is_unpacked_again(put_by_hand, archive):
    path = put_by_hand(archive)
    open_arrays(path)
    unpacked = path.parent / "breastmnist.arrays" / "val_images.npy"
    whole = unpacked.read_bytes()
    unpacked.write_bytes(whole[:1000])
    open_arrays(path)
    assert unpacked.read_bytes() == whole


def test_unpacking_happens_once(put_by_hand, archive, monkeypatch):
    path = put_by_hand(archive)
    open_arrays(path)
    monkeypatch.delattr(archives, "_unpack")
    assert len(open_arrays(path)) == 6


def test_a_full_disk_while_unpacking_still_gives_the_arrays(put_by_hand, archive, monkeypatch):
    path = put_by_hand(archive)

    def full(source, sink, length):
        sink.write(source.read(1000))
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(archives.shutil, "copyfileobj", full)
    assert open_arrays(path)["test_labels"].shape == (156, 1)
    assert list((path.parent / "breastmnist.arrays").iterdir()) == []


def test_an_archive_can_not_run_code(tmp_path, monkeypatch):
    np.savez_compressed(tmp_path / "evil.npz", train_images=np.array([print], dtype=object))
    with pytest.raises(ValueError, match="Python objects"):
        open_arrays(tmp_path / "evil.npz")
    monkeypatch.setattr(archives, "_mapped", refuse_to_write)
    with pytest.raises(ValueError, match="allow_pickle=False"):
        open_arrays(tmp_path / "evil.npz")


def test_windows_may_refuse_to_replace_a_file_in_use(tmp_path, monkeypatch):
    part, target = tmp_path / "a.part", tmp_path / "a.npz"
    part.write_bytes(b"same")

    def refuse(self, other):
        raise PermissionError(errno.EACCES, "in use")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(PermissionError):
        cache.move_into_place(part, target)
    target.write_bytes(b"same")
    cache.move_into_place(part, target)


def test_verify_reads_every_file(put_by_hand, archive, tmp_path, count_readings):
    good = put_by_hand(archive)
    get(tmp_path)
    bad = put_by_hand(b"cut off", "octmnist_224.npz")
    strange = put_by_hand(archive, "breastmnist (1).npz")
    table = medmnist.verify(tmp_path)
    assert table.columns == ("name", "size", "state", "path")
    assert list(table.rows) == [
        ("octmnist", 224, "bad", str(bad)),
        ("breastmnist", 28, "good", str(good)),
        ("breastmnist (1)", "-", "unknown", str(strange)),
    ]
    assert count_readings == ["breastmnist.npz", "octmnist_224.npz", "breastmnist.npz"]


def test_what_verify_finds_bad_is_not_used_next_time(
    server, mirrors, put_by_hand, archive, tmp_path
):
    path = put_by_hand(archive)
    get(tmp_path)
    facts = path.stat()
    rotten = bytearray(archive)
    rotten[5000] ^= 1
    path.write_bytes(rotten)
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))  # as a failing disk would leave it
    assert medmnist.verify(tmp_path)["state"] == ["bad"]
    mirrors("good")
    with pytest.warns(UserWarning, match="put aside"):
        assert get(tmp_path).read_bytes() == archive


def test_verify_of_an_empty_cache(tmp_path):
    assert len(medmnist.verify(tmp_path)) == 0


def test_the_cache_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("MEDTUTOR_CACHE", "~/pictures")
    assert cache.cache_folder(tmp_path) == tmp_path
    assert cache.cache_folder() == Path.home() / "pictures"
    monkeypatch.delenv("MEDTUTOR_CACHE")
    assert cache.cache_folder().name == "medtutor"
