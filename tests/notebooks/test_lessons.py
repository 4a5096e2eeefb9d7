"""The real lessons: complete, executed, clean, and whole again when solutions come back."""

import nbformat
import papermill
import pytest
from lesson_anatomy import FIRST_TRAINING_LESSON, complaints
from restoring import solutions_restored

from medtutor.course import catalogue, copies
from medtutor.course.solutions import learner_notebook

LESSONS = catalogue.lessons()
TRAINING_LESSONS = [lesson for lesson in LESSONS if lesson.number >= FIRST_TRAINING_LESSON]
# Small enough for a test of the code, too small to learn anything.
SMALL = {"epochs": 1, "n_train": 64}

each_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.stem)


def test_there_are_lessons():
    assert LESSONS


@each_lesson
def test_the_anatomy_is_complete(lesson):
    notebook = nbformat.read(lesson.path, nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    assert complaints(notebook, lesson.stem) == []


@each_lesson
def test_the_copy_holds_no_solution_and_no_output(lesson, tmp_path):
    notebook = nbformat.read(lesson.path, nbformat.NO_CONVERT)
    (made,) = copies.copy([lesson.number], tmp_path)
    learner = nbformat.read(made.path, nbformat.NO_CONVERT)
    nbformat.validate(learner)
    for solved, given in zip(notebook.cells, learner.cells, strict=True):
        assert given.id == solved.id
        assert not given.get("outputs")
        assert given.get("execution_count") is None
        if "### BEGIN SOLUTION" in solved.source and solved.cell_type == "code":
            assert "your code here" in given.source
            assert "SOLUTION" not in given.source
        else:
            assert given.source == solved.source
    assert "widgets" not in learner.metadata


@each_lesson
def test_an_answer_cell_runs_as_the_learner_gets_it(lesson):
    for cell in learner_notebook(nbformat.read(lesson.path, nbformat.NO_CONVERT)).cells:
        if "exercise" in cell.metadata.get("medtutor", {}):
            compile(cell.source, lesson.stem, "exec")


@each_lesson
def test_a_copy_with_the_solutions_put_back_is_the_lesson(lesson, tmp_path):
    """So what nbval runs is what a learner has who solves all exercises: nothing runs twice."""
    notebook = nbformat.read(lesson.path, nbformat.NO_CONVERT)
    (made,) = copies.copy([lesson.number], tmp_path)
    restored = solutions_restored(nbformat.read(made.path, nbformat.NO_CONVERT), notebook)
    assert [cell.source for cell in restored.cells] == [cell.source for cell in notebook.cells]
    _assert_all_correct(notebook)


@pytest.mark.parametrize("lesson", TRAINING_LESSONS, ids=lambda lesson: lesson.stem)
def test_a_training_lesson_runs_with_other_parameters(lesson, tmp_path):
    executed = papermill.execute_notebook(
        nbformat.read(lesson.path, nbformat.NO_CONVERT),
        None,
        parameters=SMALL,
        progress_bar=False,
        cwd=tmp_path,
    )
    _assert_all_correct(executed)


def _assert_all_correct(notebook):
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    printed = "".join(output.text for output in outputs if output.output_type == "stream")
    n_checks = sum(cell.source.count(".check(") for cell in notebook.cells)
    assert printed.count("✓ Correct") == n_checks > 0
    assert "Not yet" not in printed
    assert "Not attempted" not in printed
