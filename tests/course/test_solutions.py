from copy import deepcopy

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from restoring import solutions_restored

from medtutor.course.solutions import BEGIN, END, PLACEHOLDER, cut_solutions, learner_notebook

TWO = f"""def area(mask, spacing):
    {BEGIN}
    return mask.sum() * spacing**2
    {END}

answer = None  # replace None
{BEGIN}
answer = 3
{END}"""


def test_each_solution_becomes_one_line_at_its_indentation():
    assert cut_solutions(TWO) == (
        f"def area(mask, spacing):\n    {PLACEHOLDER}\n\n"
        f"answer = None  # replace None\n{PLACEHOLDER}"
    )


def test_code_without_markers_stays_as_it_is():
    code = "x = 1\n\n\ny = 2  # no solution here\n"
    assert cut_solutions(code) == code


def test_what_is_left_runs_and_gives_no_answer():
    names = {}
    exec(cut_solutions(TWO), names)
    assert names["area"](None, 1) is None
    assert names["answer"] is None


def test_when_a_cell_ran_is_nothing_for_the_learner():
    cell = new_code_cell("x = 1", metadata={"execution": {"iopub.status.busy": "then"}, "tags": []})
    assert learner_notebook(new_notebook(cells=[cell])).cells[0].metadata == {"tags": []}


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        (f"{BEGIN}\nx = 1", f"{BEGIN} without {END}"),
        (f"x = 1\n{END}", f"{END} without {BEGIN}"),
        (f"{BEGIN}\n{BEGIN}\n{END}\n{END}", f"a second {BEGIN}"),
        (f"{BEGIN}\n{END}\n{END}", f"{END} without {BEGIN}"),
    ],
)
def test_markers_that_do_not_pair_up_are_refused_and_the_cell_named(source, complaint):
    cell = new_code_cell(source, id="broken-cell")
    notebook = new_notebook(cells=[new_markdown_cell("text"), cell])
    with pytest.raises(ValueError, match=complaint) as refusal:
        learner_notebook(notebook)
    assert "cell 2 (id broken-cell)" in str(refusal.value)


def test_a_marker_behind_code_still_hides_the_solution():
    assert "secret" not in cut_solutions(f"x = 0  {BEGIN}\nsecret = 1\n{END}")


def test_only_solutions_outputs_counts_and_widget_state_go(little_course):
    lesson = nbformat.read(little_course / "02_convolution.ipynb", nbformat.NO_CONVERT)
    before = deepcopy(lesson)
    learner = learner_notebook(lesson)
    assert lesson == before  # the lesson itself is not touched
    assert "widgets" not in learner.metadata
    assert learner.metadata.medtutor == lesson.metadata.medtutor
    assert [cell.id for cell in learner.cells] == [cell.id for cell in lesson.cells]
    assert [cell.metadata for cell in learner.cells] == [cell.metadata for cell in lesson.cells]
    assert learner.cells[0].source == lesson.cells[0].source  # markers in a text are text
    code = [cell for cell in learner.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
    assert "return 2 * x" not in code[1].source


def test_restored_solutions_are_those_of_the_lesson(little_course):
    lesson = nbformat.read(little_course / "02_convolution.ipynb", nbformat.NO_CONVERT)
    restored = solutions_restored(learner_notebook(lesson), lesson)
    assert [cell.source for cell in restored.cells] == [cell.source for cell in lesson.cells]


line = st.sampled_from(["x = 1", "    return x", "", "# a comment"])
block = st.lists(line, max_size=3)
indent = st.sampled_from(["", "    ", "\t"])


@given(st.lists(st.tuples(block, indent, block), max_size=4), block)
def test_cutting_and_restoring_gives_the_lesson_back(parts, tail):
    lines = []
    for before, space, solution in parts:
        lines += [*before, space + BEGIN, *solution, space + END]
    lesson = new_notebook(cells=[new_code_cell("\n".join([*lines, *tail]))])
    learner = learner_notebook(lesson)
    assert learner.cells[0].source.count(PLACEHOLDER) == len(parts)
    assert "SOLUTION" not in learner.cells[0].source
    assert solutions_restored(learner, lesson) == lesson
