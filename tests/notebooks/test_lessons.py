"""The real lessons: complete, executed, clean, and whole again when solutions come back."""

import nbformat
import pytest
from lesson_anatomy import complaints
from restoring import assert_all_correct, solutions_restored

from medtutor.course import catalogue, copies
from medtutor.course.solutions import learner_notebook

LESSONS = catalogue.lessons()

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
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert_all_correct(notebook, outputs)
