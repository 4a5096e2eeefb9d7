"""Damaged files: only an image or a ReadError comes out, in bounded time and memory."""

import subprocess
import sys
from pathlib import Path

import nibabel
import pydicom
import pytest

from medtutor import datasets

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "fuzz_readers.py"
SHIPPED = [
    Path(pydicom.__file__).parent / "data" / "test_files" / "CT_small.dcm",
    Path(nibabel.__file__).parent / "tests" / "data" / "anatomical.nii",
]


@pytest.mark.skipif(
    not all(path.is_file() for path in SHIPPED),
    reason="this pydicom or nibabel comes without its test files",
)
def test_four_hundred_damaged_files():
    words = [sys.executable, SCRIPT, "--count", "400", "--seed", "1"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("400 inputs: ")
    assert "'read': " in done.stdout


def test_the_search_finds_what_it_looks_for(tmp_path, monkeypatch, capsys):
    """A reader that raises something else, and one that ends its process, are reported."""
    monkeypatch.syspath_prepend(str(SCRIPT.parent))
    import fuzz_readers

    def broken(path):
        raise KeyError(path.name)

    monkeypatch.setattr(fuzz_readers, "read", broken)
    path = tmp_path / "a.dcm"
    assert fuzz_readers.outcome(path, {path: b"x"}) == "RAISED KeyError 'a.dcm'"
    tally = fuzz_readers.Tally()
    tally.note(5, "a.dcm", 1.0, "DIED with status -11")
    assert fuzz_readers.report(tally) == 1
    assert "BAD input 5 (a.dcm): DIED with status -11" in capsys.readouterr().out


def test_a_refusal_has_to_name_what_was_read(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(SCRIPT.parent))
    import fuzz_readers

    place = tmp_path / "masks"
    named = {place: "refused", place / "a.png": "refused", tmp_path / "b": "UNNAMED"}
    for path, expected in named.items():
        monkeypatch.setattr(fuzz_readers, "read", refusing(path))
        assert fuzz_readers.outcome(place, {}).partition(" ")[0] == expected


def refusing(path):
    def read(_):
        raise datasets.ReadError(path, "is bad", "mend it")

    return read


def test_undamaged_folders_are_read(tmp_path, monkeypatch):
    """Else their damage would never be met."""
    monkeypatch.syspath_prepend(str(SCRIPT.parent))
    import fuzz_readers
    import fuzz_seeds

    for name, files in fuzz_seeds.folders():
        placed = {tmp_path / name / path: content for path, content in files.items()}
        assert fuzz_readers.outcome(tmp_path / name, placed) == "read"


def test_an_input_is_made_again_from_its_number(monkeypatch):
    monkeypatch.syspath_prepend(str(SCRIPT.parent))
    import fuzz_damage

    seeds = [
        ("a.dcm", {"a.dcm": bytes(range(256))}),
        ("b.nii", {"b.nii": bytes(1000)}),
        ("folder", {"x/a.png": bytes(300), "x/b.png": bytes(range(200))}),
    ]
    inputs = [fuzz_damage.make_input(seeds, 3, number) for number in range(30)]
    assert inputs == [fuzz_damage.make_input(seeds, 3, number) for number in range(30)]
    assert len({(name, *sorted(files.items())) for name, files in inputs}) > 20
