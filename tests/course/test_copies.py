import os

import nbformat
import pytest

from medtutor.course import copies


def test_copies_are_made_into_a_new_folder(little_course, tmp_path):
    home = tmp_path / "deep" / "my-lessons"
    made = copies.copy((), home)
    assert [copy.path.name for copy in made] == sorted(p.name for p in little_course.iterdir())
    assert all(copy.made for copy in made)
    for copy in made:
        notebook = nbformat.read(copy.path, nbformat.NO_CONVERT)
        nbformat.validate(notebook)
        assert not any(cell.get("outputs") for cell in notebook.cells)
    assert sorted(p.name for p in home.iterdir()) == [copy.path.name for copy in made]


def test_a_copy_that_exists_is_never_touched(little_course, tmp_path):
    mine = tmp_path / "02_convolution.ipynb"
    mine.write_text("my work", encoding="utf-8")
    first, second = copies.copy(["02", "07"], tmp_path)
    assert (first.made, second.made) == (False, True)
    assert mine.read_text(encoding="utf-8") == "my work"


def test_reset_puts_the_old_copy_aside_and_never_overwrites_one(little_course, tmp_path):
    asides = set()
    for text in ("first", "second", "third"):  # within one second: the stamps are equal
        (tmp_path / "02_convolution.ipynb").write_text(text, encoding="utf-8")
        done = copies.reset("02", tmp_path)
        asides.add(done.aside)
        assert done.aside.read_text(encoding="utf-8") == text
        assert done.path.name == "02_convolution.ipynb"
        assert "return 2" not in done.path.read_text(encoding="utf-8")
    assert len(asides) == 3


def test_reset_of_a_copy_that_is_not_there_makes_one(little_course, tmp_path):
    done = copies.reset("02", tmp_path / "new")
    assert done.aside is None
    assert done.path.is_file()


def test_a_broken_lesson_leaves_the_old_copy_in_place(little_course, tmp_path):
    lesson = little_course / "02_convolution.ipynb"
    broken = lesson.read_text(encoding="utf-8").replace("    ### END SOLUTION", "")
    lesson.write_text(broken, encoding="utf-8")
    mine = tmp_path / "02_convolution.ipynb"
    mine.write_text("my work", encoding="utf-8")
    with pytest.raises(ValueError, match="BEGIN SOLUTION without"):
        copies.reset("02", tmp_path)
    assert mine.read_text(encoding="utf-8") == "my work"


def test_a_copy_is_written_whole_or_not_at_all(little_course, tmp_path, monkeypatch):
    def full_disk(number):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space left"):
        copies.copy(["02"], tmp_path / "mine")
    assert list((tmp_path / "mine").iterdir()) == []


def test_the_lessons_themselves_are_never_the_target(little_course):
    for act in (lambda: copies.copy((), little_course), lambda: copies.reset("02", little_course)):
        with pytest.raises(ValueError, match="holds the lessons themselves"):
            act()


def test_a_file_is_no_folder(little_course, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(ValueError, match="is a file"):
        copies.copy((), tmp_path / "file")
