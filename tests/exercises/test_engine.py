"""The engine's verdicts, on exercises of the tests' own."""

import json
import re
import sys
import types
from contextlib import suppress

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from patience import patience

from medtutor import exercises
from medtutor.exercises import engine
from medtutor.exercises.engine import Exercise, Mistake, case, equals, passes, returns


def scale(image, factor):
    return image * float(factor)


def make_scaling():
    image = np.arange(6.0).reshape(2, 3)
    return Exercise(
        "scaling",
        lesson="02",
        hints=("Every pixel gets the same treatment.", "Use the * of NumPy."),
        checks=(
            returns(
                scale,
                case("a 2×3 image", image, 3),
                case("an image of one pixel", np.ones((1, 1)), factor=0.5, tip="Keep both axes."),
                mistakes=(Mistake(lambda image, factor: image + factor, "You add; multiply."),),
            ),
        ),
        takeaway="Scaling keeps the shape.",
    )


def shown(capsys, exercise, answer):
    exercise.check(answer)
    return capsys.readouterr().out.rstrip("\n")


@pytest.mark.parametrize(
    "right",
    [
        scale,
        lambda image, factor: np.float32(factor) * image.astype(np.float32),
        lambda image, factor: [[factor * value for value in row] for row in image.tolist()],
    ],
)
def test_right_answers_pass_in_any_form(capsys, right):
    exercise = make_scaling()
    assert shown(capsys, exercise, right) == "✓ Correct. Scaling keeps the shape."
    exercise.grade(right)


@pytest.mark.parametrize("blank", [None, ..., (None, None), [...]])
def test_a_blank_is_not_attempted(capsys, blank):
    assert shown(capsys, make_scaling(), blank).startswith("○ Not attempted. Put your answer")


def raises_not_implemented(image, factor):
    raise NotImplementedError


@pytest.mark.parametrize(
    "blank", [lambda image, factor: None, lambda image, factor: ..., raises_not_implemented]
)
def test_an_empty_function_is_not_attempted(capsys, blank):
    text = shown(capsys, make_scaling(), blank)
    assert text.startswith("○ Not attempted. Your function returns ")


def changes_its_input(image, factor):
    image *= factor
    return image


def stops(image, factor):
    rows = image[99]
    return rows * factor


def prints_for_ever(image, factor):
    while True:
        with suppress(Exception):  # a learner's own except must not swallow the guard
            print("still here " * 100)


def interrupted(image, factor):
    raise KeyboardInterrupt


def forgets_small_images(image, factor):
    return image * factor if image.size > 1 else None


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (np.zeros((2, 3)), "array of shape (2, 3) and type float64, but a function is expected"),
        (lambda image: image, "takes (image), but the exercise calls it with (ndarray, int)"),
        (lambda image, factor: "text", "For a 2×3 image: your result is the str 'text', but an"),
        (lambda image, factor: [[1], [2, 3]], "your result is of type list, but an array"),
        (lambda image, factor: image[0] * factor, "has shape (3,), expected (2, 3): 1 axes"),
        (lambda image, factor: image[:, 1:] * factor, "axis 1 has 2 places, expected 3"),
        (lambda image, factor: image * factor + 1, "is 1 at [0, 0], expected 0 (6 of 6 values"),
        (lambda image, factor: image.astype(int) * int(factor), "For an image of one pixel"),
        (lambda image, factor: image / 0.0 * factor, "Look for a division by zero"),
        (lambda image, factor: image + factor, "For a 2×3 image: You add; multiply."),
        (changes_its_input, "your function changes image in place: work on a copy."),
        (stops, "stops with IndexError: index 99 is out of bounds"),
        (stops, "of your cell: rows = image[99]"),
        (prints_for_ever, "prints more than 10,000 characters"),
        (interrupted, "You stopped it before it was done"),
        (lambda image, factor: sys.exit(), "stops with SystemExit"),
        (forgets_small_images, "For an image of one pixel: your result is still None"),
        (lambda image, factor: np.squeeze(image * factor), "Keep both axes."),
        (lambda image, factor: lambda: 0, "your result is a function; give the value"),
    ],
)
@pytest.mark.filterwarnings("ignore:.*encountered in.*:RuntimeWarning")
def test_wrong_functions_get_a_message_that_says_where(wrong, message):
    verdict = make_scaling().verdict(wrong)
    assert verdict.state == "not yet"
    assert message in verdict.message
    assert "Traceback" not in verdict.message


def test_integer_results_are_asked_about_their_decimals():
    verdict = make_scaling().verdict(lambda image, factor: (image * factor).astype(int))
    assert "Your array holds whole numbers (int64): were decimals cut off?" in verdict.message


def test_the_next_case_gets_a_fresh_input():
    image = np.ones(3)
    check = returns(lambda x: x.sum(), case("first", image), case("second", image))

    def greedy(x):
        total = x.sum()
        x[:] = 0
        return total

    assert "first: your function changes x in place" in check(greedy)
    np.testing.assert_array_equal(image, np.ones(3))


def test_grade_raises_with_the_verdict():
    with pytest.raises(AssertionError, match=r"✗ Not yet\. For a 2×3 image: You add"):
        make_scaling().grade(lambda image, factor: image + factor)
    with pytest.raises(AssertionError, match="○ Not attempted"):
        make_scaling().grade(None)


@pytest.mark.parametrize(
    ("expected", "right", "wrong", "message"),
    [
        (7, 7.0, 8, "Your answer is 8, which is too large."),
        (0.1 + 0.2, 0.3, 0.29, "Your answer is 0.29, which is too small."),
        ((26, 26, 32), [26, 26, 32], (28, 26, 32), "at place 0, is 28, which is too large."),
        ((26, 26, 32), np.array([26, 26, 32]), (26, 26), "holds 2 values, expected 3."),
        (212226, 212226.0, 212227, "is 212227, which is too large."),
        (212226, np.int32(212226), 212226.5, "is 212226.5, which is too large."),
        (np.array([100_000, 2]), [100_000, 2], [100_001, 2], "is 100001 at [0]"),
        ((26, 26, 32), (26, 26, 32), (26,), "holds 1 value, expected 3."),
        (np.eye(2), np.eye(2), np.ones((1, 2)), "axis 0 has 1 place, expected 2"),
        ((26, 26, 32), (26, 26, 32), 26, "the int 26, but 3 values in a tuple are expected"),
        ("B", " b", "A", "is 'A'; that isn't it."),
        ("B", "b", 2, "is the int 2, but a text in quotes is expected."),
        (True, np.True_, False, "is False, and that isn't it."),
        (True, True, 1, "but True or False is expected."),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, {"a": 1}, "lacks 'b'."),
        ({"a": 1}, {"a": 1}, {"a": 2}, "under 'a' is 2, which is too large."),
        (np.eye(2), [[1, 0], [0, 1]], np.ones((2, 2)), "is 1 at [0, 1], which is too large (2 of"),
        (3.0, 3, [3.0], "shape (1,), but one single number is expected."),
        (3.0, 3, "3", "is the str '3', but a number is expected."),
        (3.0, 3, len, "is a function; give the value that it returns."),
        ((1, 2), (1, 2), (1, None), "at place 1, is still None: fill it in."),
        (3.0, 3, float("nan"), "is nan, and that isn't it. Look for a division"),
    ],
)
def test_values_are_compared_by_tolerance_and_not_given_away(expected, right, wrong, message):
    exercise = Exercise("value", lesson="02", hints=("Count.",), checks=(equals(expected),))
    assert exercise.verdict(right).state == "correct"
    verdict = exercise.verdict(wrong)
    assert verdict.state == "not yet"
    assert message in verdict.message


def test_parts_of_a_result_are_called_by_their_names():
    check = returns(lambda x: (x, 2 * x), case("one", 1.0), names=("w", "velocity"))
    assert check(lambda x: (x, x)) == "For one: velocity in your result is 1, expected 2."


def test_is_correct_says_nothing(capsys):
    exercise = make_scaling()
    assert exercise.is_correct(scale)
    assert not exercise.is_correct(None)
    assert not exercise.is_correct(stops)
    assert capsys.readouterr().out == ""


def test_a_known_wrong_value_gets_its_own_message():
    mistakes = (Mistake(9, "You forgot the bias."),)
    check = equals(10, mistakes=mistakes, tip="Count the weights.")
    assert check(9) == "You forgot the bias."
    assert check(8).endswith("too small. Count the weights.")


def test_conditions_and_their_messages():
    check = passes(lambda names: len(names) < 3, lambda names: f"{len(names)} are too many.")
    assert check(["a"]) is None
    assert check(["a", "b", "c"]) == "3 are too many."
    assert "of type object, is not the kind that the exercise asks for" in check(object())


def test_checks_run_in_order_and_stop_at_the_first_complaint():
    exercise = Exercise(
        "two",
        "02",
        ("Hint.",),
        (passes(lambda x: x > 0, "first"), passes(lambda x: x > 1, "second")),
    )
    messages = [exercise.verdict(value).message for value in (0, 1, 2)]
    assert messages == ["first", "second", ""]


def test_hints_come_one_by_one_and_end(capsys):
    exercise = make_scaling()
    for _ in range(4):
        exercise.hint()
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == [
        "Hint 1 of 2: Every pixel gets the same treatment.",
        "Hint 2 of 2: Use the * of NumPy.",
    ]
    assert lines[2] == lines[3] == "These were all 2 hints. To see a worked answer: .solution()"


def write_lesson(folder):
    source = ["result = None\n", "### BEGIN SOLUTION\n", "result = 42\n", "### END SOLUTION"]
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# 02"]},
        {"cell_type": "code", "metadata": {"medtutor": {"exercise": "scaling"}}, "source": source},
    ]
    text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    (folder / "02_anything.ipynb").write_text(text, encoding="utf-8")


def test_the_solution_is_the_lessons_answer_cell(tmp_path, monkeypatch, capsys):
    write_lesson(tmp_path)
    monkeypatch.setattr(engine, "notebooks_folder", lambda: tmp_path)
    make_scaling().solution()
    assert capsys.readouterr().out == "result = None\nresult = 42\n"
    other = Exercise("other", lesson="02", hints=("Hint.",), checks=(equals(1),))
    with pytest.raises(LookupError, match="no answer cell for exercise 'other'"):
        other.solution()


def test_in_a_notebook_the_solution_is_highlighted():
    source = "from medtutor.exercises.showing import show_code\nshow_code('x = 1')"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    NotebookClient(notebook, timeout=int(patience(60)), kernel_name="python3").execute()
    (output,) = notebook.cells[0].outputs
    assert output.data == {"text/plain": "x = 1", "text/markdown": "```python\nx = 1\n```"}


def test_an_error_is_traced_to_the_line_of_the_notebooks_cell():
    source = """from medtutor.exercises.engine import Exercise, case, returns
exercise = Exercise("x", "02", ("Hint.",), (returns(abs, case("minus one", -1)),))
def helper(x):
    return x[0]
def answer(x):
    return helper(x)
exercise.check(answer)"""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    NotebookClient(notebook, timeout=int(patience(60)), kernel_name="python3").execute()
    (output,) = notebook.cells[0].outputs
    assert output.text == (
        "✗ Not yet. For minus one: Your function stops with TypeError: 'int' object is not "
        "subscriptable\n  in line 4 of your cell: return x[0]\n"
    )


def test_an_exercise_without_hints_or_checks_is_refused():
    with pytest.raises(ValueError, match="hints is"):
        Exercise("x", "02", "a text, not a tuple", (equals(1),))
    with pytest.raises(ValueError, match="checks is"):
        Exercise("x", "02", ("Hint.",), ())


def test_lessons_and_exercises_are_found_by_name(monkeypatch):
    lesson = types.ModuleType("medtutor.exercises.lesson_99")
    lesson.scaling, lesson.helper = make_scaling(), scale
    monkeypatch.setitem(sys.modules, lesson.__name__, lesson)
    monkeypatch.setattr(exercises, "_LESSONS", ["lesson_99"])
    assert dir(exercises) == ["lesson_99"]
    assert dir(exercises.lesson_99) == ["scaling"]
    assert exercises.lesson_99.scaling is lesson.scaling
    with pytest.raises(AttributeError, match=re.escape("no exercise 'scalling'; it has scaling")):
        _ = exercises.lesson_99.scalling
    with pytest.raises(AttributeError, match="'lesson_77'; there are lesson_99"):
        _ = exercises.lesson_77
