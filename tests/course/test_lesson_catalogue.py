import json
import shutil
from pathlib import Path

import pytest

from medtutor.course import catalogue


def test_lessons_come_in_order_with_the_facts_of_their_metadata(little_course):
    assert [lesson.number for lesson in catalogue.lessons()] == ["02", "05", "07"]
    last = catalogue.lessons()[-1]
    assert last.title == "Cnn classification"
    assert last.objectives == ("use cnn_classification", "explain | it")
    assert (last.study_minutes, last.run_seconds) == (27, 5)
    assert last.prerequisites == ("02", "05")


@pytest.mark.parametrize(
    "name",
    [
        "02",
        "2",
        2,
        "02_convolution",
        "02_convolution.ipynb",
        Path("02_convolution.ipynb"),
    ],
)
def test_a_lesson_is_found_by_number_or_name(little_course, name):
    assert catalogue.find(name).stem == "02_convolution"


@pytest.mark.parametrize(
    ("name", "offered"),
    [
        ("02_convolutoin", "did you mean 02_convolution?"),
        ("convolutions", "did you mean 02_convolution?"),
        ("CNN_classification", "did you mean 07_cnn_classification?"),
        ("99", "there are 02_convolution, 05_losses, 07_cnn_classification"),
    ],
)
def test_an_unknown_lesson_is_refused_with_the_nearest_names(little_course, name, offered):
    with pytest.raises(ValueError, match="unknown lesson") as refusal:
        catalogue.find(name)
    assert offered in str(refusal.value)
    assert repr(name) in str(refusal.value)


@pytest.mark.parametrize("name", ["", ".", "..", " ", ".ipynb"])
def test_an_empty_name_is_no_lesson(little_course, name):
    shutil.copy(little_course / "02_convolution.ipynb", little_course / "00_welcome.ipynb")
    facts = (little_course / "00_welcome.ipynb").read_text(encoding="utf-8")
    facts = facts.replace('"lesson": "02"', '"lesson": "00"')
    (little_course / "00_welcome.ipynb").write_text(facts, encoding="utf-8")
    assert catalogue.find("0").stem == "00_welcome"
    with pytest.raises(ValueError, match="unknown lesson"):
        catalogue.find(name)


@pytest.mark.parametrize(
    "name",
    [
        "mine/02_convolution.ipynb",
        "./02_convolution.ipynb",
        "mine\\02_convolution",
        "02/",
        Path("mine") / "02_convolution.ipynb",
    ],
)
def test_a_file_in_a_folder_is_no_lesson(little_course, name):
    with pytest.raises(ValueError, match="has a folder in it; give its number or name alone"):
        catalogue.find(name)


def test_chosen_keeps_the_order_and_drops_repetitions(little_course):
    assert [lesson.number for lesson in catalogue.chosen(["7", "02", "07"])] == ["07", "02"]
    assert [lesson.number for lesson in catalogue.chosen([])] == ["02", "05", "07"]


def test_other_files_are_no_lessons(little_course):
    shutil.copy(little_course / "02_convolution.ipynb", little_course / "draft.ipynb")
    (little_course / "notes.md").write_text("x")
    assert len(catalogue.lessons()) == 3


def test_a_lesson_that_lacks_a_fact_is_named(little_course):
    path = little_course / "05_losses.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    del notebook["metadata"]["medtutor"]["study_minutes"]
    path.write_text(json.dumps(notebook), encoding="utf-8")
    with pytest.raises(ValueError, match=r"05_losses\.ipynb lacks 'study_minutes'"):
        catalogue.lessons()


def test_a_file_that_is_no_notebook_is_named(little_course):
    (little_course / "05_losses.ipynb").write_text("{", encoding="utf-8")
    with pytest.raises(ValueError, match=r"05_losses\.ipynb is not a notebook"):
        catalogue.lessons()


def test_the_path_of_the_lessons_own_file_names_it():
    own = catalogue.find("02").path
    assert catalogue.find(own).path == own
