"""One class, graded once by nbgrader itself and by the isolated grader beside it."""

import json
import shutil
import subprocess
import sys

import pytest
from submissions import as_text, everything, filled, hand_in

from medtutor.course import catalogue, lab
from medtutor.course.classroom import assignments, classwork, report
from medtutor.course.copies import read
from medtutor.course.solutions import learner_notebook

pytest.importorskip("nbgrader", reason="nbgrader is not installed; the extra 'classroom' holds it")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="answers are graded on POSIX")
STEM = "02_convolution"
# What nbgrader gives each student, and what the isolated grader says.
CLASS = {
    "right": (5, "✓✓✓✓✓"),
    "wrong": (2, "✗○✓✗✓"),
    "emptied": (4, "○✓✓✓✓"),
    "tests_overwritten": (0, "○○○○○"),
    "patches": (0, "!✗✗✗✗"),
    "patches_the_class": (5, "✗✗✗✗✗"),
    "takes_the_reference": (4, "!✓✓✓✓"),
    "ends_python": (4, "!✓✓✓✓"),
    "copied_cell": (5, "✓✓✓✓✓"),
    "reads_the_course": (5, "✗✓✓✓✓"),
    "other_name": (5, "✓✓✓✓✓"),
    "cut_off": (None, "–––––"),
}


def nbgrader(home, *words):
    command = [sys.executable, "-m", "nbgrader", *words]
    done = subprocess.run(
        command, cwd=home, env=lab.environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


# Files and answers that no reader of notebooks or of Python foresaw.
STRANGE_FILES = ["", "{}", "[1, 2]", "null", '{"cells": 1}', '{"cells": [{}]}', 2000 * "[", "\0"]
STRANGE_ANSWERS = [
    "def output_size(a, a):\n    pass",
    "nonlocal output_size",
    "output_size = '\0'",
    "output_size = '\ud800'",
    "raise ValueError(chr(0xD800))",
    f"output_size = {300 * '('}1{300 * ')'}",
]


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with one lesson, released, handed in and graded."""
    home = tmp_path_factory.mktemp("course")
    ((made, aside),) = assignments.make(["02"], home)
    assert aside is None
    nbgrader(home, "generate_assignment", STEM)
    source, release = read(made), read(home / "release" / STEM / f"{STEM}.ipynb")
    files = everything(release, source)
    hand_in(home, STEM, {student: files[student] for student in CLASS})
    shutil.copytree(home / "submitted", home / "as_handed_in")
    (home / "students.csv").write_text("id,first_name,last_name,email\nright,,,\nnever_there,,,\n")
    return home, {result.student: result for result in classwork.grade(home, "02")}


@pytest.mark.parametrize(
    ("list_of_students", "said"),
    [
        (b"id;first_name\nada;Ada\n", "no column id between commas"),
        (b"student,mail\nada,x\n", "no column id between commas"),
        ("id,first_name\nben,Jürgen\n".encode("cp1252"), "isn't in UTF-8"),
        ("id,first_name\nben,Jürgen\n".encode("utf-16"), "isn't in UTF-8"),
    ],
)
def test_a_list_that_cannot_be_read_hides_nobody(tmp_path, list_of_students, said):
    facts = {"student": "ada", "lesson": STEM, "title": "Convolution", "marks": [], "points": {}}
    (tmp_path / "marks" / "ada").mkdir(parents=True)
    (tmp_path / "marks" / "ada" / f"{STEM}.json").write_text(
        json.dumps({**facts, "nbgrader": {}, "notes": []})
    )
    path = tmp_path / "students.csv"
    path.write_bytes(list_of_students)
    with pytest.raises(ValueError, match=f"students.csv .*{said}.*save it as CSV UTF-8"):
        report.load(tmp_path)
    path.write_bytes("\ufeffid,first_name\nben,Jürgen\nada\n,\n".encode())
    assert [result.student for result in report.load(tmp_path)] == ["ada", "ben"]


def test_each_student_gets_what_was_earned(course):
    _, results = course
    said = {
        name: (
            sum(result.nbgrader.values()) if result.nbgrader else None,
            "".join(classwork.SIGNS[mark.state] for mark in result.marks),
        )
        for name, result in results.items()
    }
    assert said == CLASS


def test_where_both_differ_the_report_says_so(course):
    _, results = course
    differing = {name: result.differing for name, result in results.items() if result.differing}
    assert set(differing) == {"patches_the_class", "reads_the_course"}
    assert differing["reads_the_course"] == ["output_size"]
    assert report.to_look_at(results["reads_the_course"]) == [
        "output_size: 0 here, 1 by nbgrader; look at it"
    ]
    assert report.to_look_at(results["right"]) == []


def test_no_cheat_has_a_point_in_the_gradebook_either(course):
    from medtutor.course.classroom.autograding import points

    book = points(course[0], STEM, {})
    assert sum(book["patches_the_class"].values()) == 0
    assert book["reads_the_course"]["output_size"] == 0
    assert sum(book["right"].values()) == 5


def test_what_was_mended_is_said_and_the_originals_are_kept(course):
    home, results = course
    assert results["copied_cell"].notes == ["output_size: 2 copies; the last counts"]
    assert results["other_name"].notes == ["was called 02_convolution(1).ipynb"]
    given = home / "submitted" / "other_name" / STEM / "02_convolution(1).ipynb"
    assert [given] == list(given.parent.iterdir())
    (reason,) = results["cut_off"].notes
    assert reason.startswith("02_convolution.ipynb is no notebook (JSONDecodeError")
    assert reason.endswith("ask for it again")


def test_what_was_handed_in_is_never_changed_so_a_second_grading_reads_it_again(course):
    home, _ = course
    before, after = (
        sorted((home / part).rglob("*.ipynb")) for part in ("as_handed_in", "submitted")
    )
    assert [path.read_bytes() for path in before] == [path.read_bytes() for path in after]
    healed = read(home / "healed" / "ends_python" / STEM / f"{STEM}.ipynb")
    assert "os._exit(1)" not in "".join(cell.source for cell in healed.cells)


def test_a_student_reads_three_lines_an_exercise_and_no_traceback(course):
    text = (course[0] / "feedback" / "wrong" / f"{STEM}.md").read_text(encoding="utf-8")
    assert text.startswith("# 02 · Convolution: 2 of 5 points\n")
    assert "## ✗ output_size: not yet, 0 of 1\n\nFor 26 pixels" in text
    assert "Traceback" not in text


def test_nbgraders_page_has_no_traceback_and_asks_nobody(course):
    home, _ = course
    nbgrader(home, "generate_feedback", STEM, "--student", "wrong", "--force")
    page = (home / "feedback" / "wrong" / STEM / f"{STEM}.html").read_text(encoding="utf-8")
    assert "Padding is added at both ends" in " ".join(page.split())
    assert "Traceback (most" not in page
    assert "engine.py" not in page
    for start in ("src=", "href=", "import(", "url("):
        for address in ('"http', "'http", '"//', "http"):
            assert start + address not in page


@pytest.mark.parametrize("text", ["no formula", "a formula: $x_0$"])
def test_a_page_with_formulas_carries_what_draws_them(text, tmp_path, monkeypatch):
    from medtutor.course.classroom.feedback import cut_requests

    monkeypatch.chdir(tmp_path)
    page = tmp_path / "feedback" / "ada" / STEM / f"{STEM}.html"
    page.parent.mkdir(parents=True)
    page.write_text(f'<head><script src="https://a.b/c.js"></script></head><body>{text}</body>')
    cut_requests(STEM, "ada", [])
    made = page.read_text(encoding="utf-8")
    assert "https://a.b" not in made
    assert made.endswith(f"</head><body>{text}</body>")
    assert ("MathJax" in made) is ("$" in text)


def test_the_report_shows_the_class(course):
    home, _ = course
    results = report.load(home)
    text = report.as_text(results)
    assert "never_there" in text
    assert "output_size: 3 of 13 solved it; go over it again" in text
    assert "2 of 13: Stopped: your answer reaches for the solutions." in text
    page = report.write_page(results, home).read_text(encoding="utf-8")
    assert page.count("<tr>") == 2 * (1 + len(results))
    assert "http" not in page


def test_without_names_pseudonyms_are_stable_and_tell_nothing(course):
    home, _ = course
    first, second = (report.load(home, anonymous=True) for _ in range(2))
    assert [one.student for one in first] == [one.student for one in second]
    page = report.write_page(first, home).read_text(encoding="utf-8")
    assert "copied_cell" not in page
    assert "02_convolution(1)" not in page
    assert len({one.student for one in first}) == len(CLASS) + 1


def test_marks_are_plain_json(course):
    kept = json.loads((course[0] / "marks" / "right" / f"{STEM}.json").read_text(encoding="utf-8"))
    assert kept["student"] == "right"
    assert [mark["state"] for mark in kept["marks"]] == ["correct"] * 5


def test_what_is_not_there_is_said_with_the_command_that_makes_it(tmp_path):
    with pytest.raises(ValueError, match="make it first: medtutor assignment 02 --to"):
        classwork.grade(tmp_path, "02")
    with pytest.raises(ValueError, match="nothing is graded in"):
        report.load(tmp_path)


def test_where_nothing_is_handed_in_a_sentence_says_where_it_goes(course, tmp_path):
    for part in ("source", "release"):
        shutil.copytree(course[0] / part, tmp_path / part)
    with pytest.raises(ValueError, match=f"nothing is handed in; .*submitted/STUDENT/{STEM}/"):
        classwork.grade(tmp_path, "02")


def test_without_nbgrader_a_sentence_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr("medtutor._resources.find_spec", lambda name: None)
    with pytest.raises(ValueError, match=r"nbgrader is missing; .*\[classroom\]"):
        assignments.check_nbgrader()


def test_without_alembic_a_sentence_says_what_to_do(monkeypatch):
    monkeypatch.setattr(assignments.shutil, "which", lambda name, path: None)
    with pytest.raises(ValueError, match="alembic, which isn't on the PATH"):
        assignments.check_nbgrader()


def test_an_assignment_that_fails_its_own_test_is_not_written(monkeypatch, tmp_path):
    def spoiled(lesson, **options):
        notebook = build(lesson, **options)
        answer = next(c for c in notebook.cells if "way // stride + 1" in c.source)
        answer.source = answer.source.replace("way // stride + 1", "way // stride")
        return notebook

    build = assignments.build
    monkeypatch.setattr(assignments, "build", spoiled)
    monkeypatch.setattr(assignments, "_failed_tests", lambda notebook: {})
    with pytest.raises(ValueError, match="exercise output_size: the reference solution is 'not ye"):
        list(assignments.make(["02"], tmp_path / "course"))
    assert not (tmp_path / "course").exists()


def test_an_earlier_source_is_put_aside_where_nbgrader_does_not_look(monkeypatch, tmp_path):
    monkeypatch.setattr(assignments, "test", lambda notebook: None)
    ((first, _),) = assignments.make(["02"], tmp_path)
    first.write_text("mine", encoding="utf-8")
    ((second, aside),) = assignments.make(["02"], tmp_path)
    assert aside.read_text(encoding="utf-8") == "mine"
    assert aside.parent == tmp_path / "source"
    assert list(second.parent.iterdir()) == [first]


def test_whoever_ends_nbgrader_ends_it_for_nobody_else(monkeypatch, tmp_path):
    from medtutor.course.classroom import autograding

    monkeypatch.setattr(
        autograding, "_has_graded", lambda home, stem, who, _: who in ("ada", "zoe")
    )
    assert autograding.autograde(tmp_path, STEM, ["ada", "ben", "zoe"]) == ["ada", "zoe"]


def test_a_whole_lesson_and_points(tmp_path):
    lesson = catalogue.find("02")
    whole = assignments.build(lesson, whole=True, points=3)
    lean = assignments.build(lesson)
    assert len(whole.cells) == len(read(lesson.path).cells) + 5
    assert len(lean.cells) < 25
    assert {c.metadata.nbgrader.points for c in whole.cells if c.metadata.nbgrader.grade} == {3}


def test_a_file_can_not_pass_off_another_students_work_as_its_original(tmp_path, course):
    from medtutor.course.classroom.healing import collect

    home, _ = course
    release = read(home / "source" / STEM / f"{STEM}.ipynb")
    for student in ("thief", "right"):
        path = tmp_path / "submitted" / student / STEM / f"{STEM}.ipynb"
        path.parent.mkdir(parents=True)
        original = f"../../right/{STEM}/{STEM}.ipynb"
        path.write_text(json.dumps({"cells": [], "metadata": {"medtutor": {"original": original}}}))
    path.write_text(json.dumps({"cells": [{"cell_type": "code", "source": "mine = 1"}]}))
    right, thief = collect(tmp_path, STEM, release)
    assert "mine = 1" in [cell.source for cell in right.notebook.cells]
    assert "mine = 1" not in [cell.source for cell in thief.notebook.cells]


@pytest.mark.parametrize("text", STRANGE_FILES)
def test_no_file_stops_the_grading_of_others(tmp_path, text):
    from medtutor.course.classroom.healing import collect

    release = learner_notebook(assignments.build(catalogue.find("02")))
    hand_in(tmp_path, STEM, {"ada": (f"{STEM}.ipynb", text), "zoe": (f"{STEM}.ipynb", "{")})
    assert [one.notebook for one in collect(tmp_path, STEM, release)] == [None, None]


def test_no_answer_stops_the_grading_of_others(tmp_path):
    from medtutor.course.classroom.healing import collect

    source = assignments.build(catalogue.find("02"))
    release = learner_notebook(source)
    home = tmp_path / "submitted" / "ada" / STEM
    home.mkdir(parents=True)
    for answer in STRANGE_ANSWERS:
        given = filled(release, {"output_size": answer})
        (home / f"{STEM}.ipynb").write_text(json.dumps(given), encoding="utf-8")
        (one,) = collect(tmp_path, STEM, release)
        marks = classwork.Grader(source).grade(one.notebook)
        assert [mark.state for mark in marks] == ["not yet", *4 * ["not attempted"]]
        as_text(one.notebook).encode()
        marks[0].message.encode()
