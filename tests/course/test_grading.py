"""What a student writes, graded in a process of its own: no cheat gets a point, no mark is lost."""

import json
import sys

import numpy as np
import pytest
from submissions import HOSTILE, NAMES, everything, filled, right_answers

from medtutor import exercises
from medtutor.course import catalogue
from medtutor.course.classroom import assignments, grading
from medtutor.course.classroom.grading import Grader
from medtutor.course.classroom.healing import code_cells, lay_over
from medtutor.course.solutions import learner_notebook

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="answers are graded on POSIX")
LESSONS = catalogue.lessons()
RIGHT = "✓✓✓✓✓"


@pytest.fixture(scope="module")
def source():
    return assignments.build(catalogue.find("02"))


@pytest.fixture(scope="module")
def release(source):
    return learner_notebook(source)


@pytest.fixture(scope="module")
def grader(source):
    return Grader(source)


@pytest.fixture(scope="module")
def files(release, source):
    return everything(release, source)


def test_a_lessons_module_still_names_its_exercises_alone(grader):
    """Whoever imports it past its package gets a plain module, and everybody else after him."""
    assert set(dir(exercises.lesson_02)) == set(NAMES)


def signs(marks):
    assert tuple(mark.exercise for mark in marks) == NAMES
    return "".join(
        {"correct": "✓", "not yet": "✗", "not attempted": "○"}.get(m.state, "!") for m in marks
    )


@pytest.fixture
def graded(grader, release, files):
    def graded(student):
        notebook, notes = lay_over(release, code_cells(json.loads(files[student][1].encode())))
        return grader.grade(notebook), notes

    return graded


@pytest.mark.parametrize(
    ("student", "expected"),
    [
        ("right", RIGHT),
        ("wrong", "✗○✓✗✓"),
        ("blank", "○○○○○"),
        ("emptied", "○✓✓✓✓"),
        ("in_place", "✓✓✓✗✓"),
        ("equal", "✗✓✓✓✓"),
        ("tests_overwritten", "○○○○○"),
        ("tests_deleted", "○○○○○"),
        ("copied_cell", RIGHT),
        ("own_helper", RIGHT),
        ("builds_on_another", RIGHT),
        ("older_jupyter", RIGHT),
        ("marks_lost", RIGHT),
        ("byte_order_mark", RIGHT),
    ],
)
def test_honest_work_gets_the_marks_that_it_earns(graded, student, expected):
    assert signs(graded(student)[0]) == expected


def test_messages_teach_as_in_the_lesson(graded):
    said = {mark.exercise: mark.message for mark in graded("wrong")[0]}
    assert "Padding is added at both ends" in said["output_size"]
    assert "matmul" in said["valid_convolution"]
    assert said["valid_convolution"].endswith("in line 2 of your cell: return image @ kernel")
    assert "changes argument 2 in place" in graded("in_place")[0][3].message


STOPPED = {
    "imports_by_path": "reaches for the solutions",
    "reads_the_lesson": "reaches for the solutions",
    "takes_the_reference": "reaches for the solutions",
    "patches": "reaches for the solutions",
    "ends_python": "has ended",
    "forks": "reaches out of its process",
    "threads": "reaches out of its process",
    "takes_memory": "needs more than 4 GiB",
    "prints": "prints more than 10,000 characters",
}


@pytest.mark.parametrize("student", sorted(HOSTILE.keys() - {"never_ends", "sleeps"}))
def test_no_cheat_gets_a_point_and_none_harms_the_other_answers(graded, student):
    marks, _ = graded(student)
    assert marks[0].state == ("stopped" if student in STOPPED else "not yet")
    assert STOPPED.get(student, "") in marks[0].message
    others = "✗✗✗✗" if student.startswith("patches") else "✓✓✓✓"
    assert signs(marks)[1:] == others


@pytest.mark.parametrize("student", ["never_ends", "sleeps"])
def test_what_never_ends_is_stopped(graded, student, monkeypatch):
    monkeypatch.setattr(grading, "PATIENCE", 1.0)
    marks, _ = graded(student)
    assert marks[0].message == "Stopped: your answer takes too long."
    assert signs(marks)[1:] == "✓✓✓✓"


FORGERIES = {
    "a gigabyte": "send((2**30).to_bytes(4, 'big'))",
    "a negative length": "send((-5).to_bytes(4, 'big', signed=True))",
    "half a message": "send((100).to_bytes(4, 'big') + b'{'); time.sleep(10_000)",
    "no JSON": "send((4).to_bytes(4, 'big') + b'{{{{')",
    "a list": "send((2).to_bytes(4, 'big') + b'[]')",
    "an array of nothing": "tell({'value': {'array': npy('<f8', 10**12)}})",
    "an array of objects": "tell({'value': {'array': npy('|O', 1, b'cos\\nabort\\n(tR.')}})",
    "no array": "tell({'value': {'array': b'PK00'.hex()}})",
    "a number of no function": "tell({'call': [7, {'tuple': [{'list': []}, {'dict': []}]}]})",
    "silence": "import os; os._exit(0)",
    "a reason of two lines": "tell({'stopped': 'x\\noutput_size = 1' + 1000 * 'y'})",
}


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES)
def test_a_forged_message_is_cut_off(grader, release, source, forgery, monkeypatch):
    """An answer that has found the line to the grader says there what it likes."""
    monkeypatch.setattr(grading, "PATIENCE", 1.0)
    code = (
        "import io, json, os, sys, time\n"
        "frame = sys._getframe()\n"
        "while 'peer' not in frame.f_locals: frame = frame.f_back\n"
        "place = frame.f_locals['peer']._own.fileno()\n"
        "send = lambda data: os.write(place, data)\n"
        "tell = lambda m: send(len(json.dumps(m)).to_bytes(4, 'big') + json.dumps(m).encode())\n"
        "def npy(kind, size, data=b''):\n"
        "    head = {'descr': kind, 'fortran_order': False, 'shape': (size,)}\n"
        "    np.lib.format.write_array_header_1_0(file := io.BytesIO(), head)\n"
        "    return (file.getvalue() + data).hex()\n"
        f"{forgery}\nwhile True: pass"
    )
    marks = grader.grade(filled(release, right_answers(source) | {"output_size": code}))
    assert marks[0].state in ("stopped", "not yet")
    assert "\n" not in marks[0].message
    assert len(marks[0].message) < 1000
    assert signs(marks)[1:] == "✓✓✓✓"


VALUES = [
    *(
        None,
        ...,
        True,
        3,
        -(2**70),
        0.1,
        float("inf"),
        "text",
        1 + 2j,
        (1, (2.5, "a")),
        [1, [None]],
    ),
    *(
        {"a": [1, 2], 3: (4,)},
        np.float32(0.1),
        np.arange(6).reshape(2, 3),
        np.zeros((0, 3), "uint8"),
    ),
    *(np.array(["a", "bc"]), np.array(7), np.array([1 + 1j]), np.array([True])),
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_arrives_as_it_was(value):
    from medtutor.course.classroom.values import decode, encode

    back = decode(json.loads(json.dumps(encode(value, []))), lambda *_: None)
    assert type(back) is type(value)
    assert repr(back) == repr(value)
    if isinstance(value, np.ndarray):
        assert back.dtype == value.dtype


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.stem)
def test_every_lesson_is_an_assignment_that_passes_its_own_test(lesson):
    notebook = assignments.build(lesson)
    names = [name for name, _ in notebook.metadata.medtutor.exercises]
    assert set(names) == {
        cell.metadata.medtutor.exercise
        for cell in notebook.cells
        if "exercise" in cell.metadata.get("medtutor", {})
    }
    grader = Grader(notebook)
    solved, blank = grader.grade(notebook), grader.grade(learner_notebook(notebook))
    assert [mark.exercise for mark in solved] == names
    assert [mark for mark in solved if mark.state != "correct"] == []
    assert {mark.state for mark in blank} == {"not attempted"}
    assert "### BEGIN" not in "".join(cell.source for cell in learner_notebook(notebook).cells)
