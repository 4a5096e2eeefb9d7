"""Every rule for lessons is shown to pass on a good small lesson and to fail on a broken one."""

from copy import deepcopy
from types import SimpleNamespace

import lesson_anatomy
import pytest
from lesson_anatomy import RULES, complaints
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

STEM = "07_made_up"
NAMES = ["first", "second", "third"]
HOME = "/".join(["", "home", "anna"])  # in parts: the rule holds for this file, too
TITLE = """# 07 · Made up

Knowing this keeps a clinician from believing too much.

| | |
|---|---|
| **Questions** | What is it? Why is it so? |
| **You will be able to** | name it; <br> draw it; count it |
| **Time** | 30 min to study, 60 s to run |
| **Needs** | lesson 02 |
"""
ANSWER = "def {name}():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION"
REFERENCES = "**References**\n\n- A. Author. doi:10.1000/xyz\n- B. arXiv:1505.04597\n- C. arXiv:[1409.1556](https://arxiv.org/abs/1409.1556)"
QUESTION = """**What is a pixel?**

<details><summary>A · a number</summary>

**Correct.** It is one entry of the array.
</details>
<details><summary>B · a colour</summary>

**Not quite.** A colour is only how the number is shown on a screen.
</details>
<details><summary>C · a lens</summary>

**Not quite.** A lens is part of the camera, and no part of the image.
</details>"""


def picture():
    return new_output(
        "display_data",
        data={"image/png": "iVBORw0KGgo=", "text/plain": "<Figure size 10x10>"},
        metadata={"image/png": {"alt": "A slice of a brain with a bright lesion."}},
    )


def exercise_cells(name):
    answer = new_code_cell(ANSWER.format(name=name))
    answer.metadata["medtutor"] = {"exercise": name}
    check = new_code_cell(f"exercises.lesson_07.{name}.check({name})")
    return [new_markdown_cell(f"### {name}"), answer, check]


def question_cell():
    cell = new_markdown_cell(QUESTION)
    cell.metadata["medtutor"] = {"quiz": True}
    return cell


def claim_cells(title, verdict):
    return [
        new_markdown_cell(f"### {title}"),
        new_code_cell("print(1)", outputs=[new_output("stream", name="stdout", text="1\n")]),
        new_markdown_cell(verdict),
    ]


@pytest.fixture
def lesson(monkeypatch):
    """A good lesson, in which each test breaks one thing."""
    exercise = SimpleNamespace(check=print, hint=print, solution=print, grade=print)
    module = SimpleNamespace(**dict.fromkeys(NAMES, exercise))
    monkeypatch.setattr(lesson_anatomy, "exercises", SimpleNamespace(lesson_07=module))
    parameters = new_code_cell("seed = 0\ndataset = 'brain_lesion'\nepochs: int = 2\nn_train = 9")
    parameters.metadata["tags"] = ["parameters"]
    training = new_code_cell("model.fit()")
    training.metadata["tags"] = ["nbval-ignore-output"]
    cells = [new_markdown_cell(TITLE), parameters, new_markdown_cell("## See it")]
    cells += [new_code_cell("show()", outputs=[picture()])]
    cells += [new_markdown_cell("## Say it\n$y = x$"), new_code_cell("1 + 1")]
    cells += [new_markdown_cell("## Build it"), new_code_cell("scratch.conv2d")]
    cells += [new_markdown_cell("## Check it"), new_code_cell("import keras")]
    cells += [new_markdown_cell("## Play with it")]
    cells += [new_code_cell("explore.threshold()"), new_code_cell("show()", outputs=[picture()])]
    cells += [new_markdown_cell("## Use it"), training]
    cells += [new_markdown_cell("## Claims, tested")]
    cells += claim_cells("More is better", "So the claim **does not hold**.")
    cells += claim_cells("Less is more", "**Holds only if** the data are few.")
    cells += [new_markdown_cell("## Exercises\nTry `.hint()`, then `.solution()`.")]
    cells += [cell for name in NAMES for cell in exercise_cells(name)]
    cells += [new_markdown_cell("## Quiz"), *(question_cell() for _ in range(3))]
    cells += [new_markdown_cell("## Summary\n\n- All is one.")]
    cells += [new_markdown_cell(REFERENCES)]
    notebook = new_notebook(cells=cells)
    for count, cell in enumerate(lesson_anatomy.cells_of(notebook, "code"), start=1):
        cell.execution_count = count
    notebook.metadata["medtutor"] = {
        "lesson": "07",
        "title": "Made up",
        "objectives": ["name it", "draw it", "count it"],
        "study_minutes": 30,
        "run_seconds": 60,
        "prerequisites": ["02"],
    }
    return notebook


def test_a_good_lesson_has_no_complaints(lesson):
    assert complaints(lesson, STEM) == []


def cell_with(notebook, text):
    return next(cell for cell in notebook.cells if text in cell.source)


def swap(old, new):
    """Return a way to break the lesson: the first cell with ``old`` says ``new`` instead."""

    def change(notebook):
        cell = cell_with(notebook, old)
        cell.source = cell.source.replace(old, new, 1)

    return change


def drop(text):
    def change(notebook):
        notebook.cells.remove(cell_with(notebook, text))

    return change


def fact(name, value):
    def change(notebook):
        notebook.metadata.medtutor[name] = value

    return change


def lose_a_fact(notebook):
    del notebook.metadata.medtutor["run_seconds"]


def show(output):
    def change(notebook):
        cell_with(notebook, "import keras").outputs = [output]

    return change


def printed(text):
    return show(new_output("stream", name="stdout", text=text))


def untag_parameters(notebook):
    notebook.cells[1].metadata.tags = []


def parameters_too_late(notebook):
    notebook.cells.insert(3, notebook.cells.pop(1))


def exchange_two_parts(notebook):
    one, two = cell_with(notebook, "## Build it"), cell_with(notebook, "## Check it")
    one.source, two.source = two.source, one.source


def too_long(notebook):
    notebook.cells[3:3] = [new_markdown_cell("and so on") for _ in range(40)]


def too_short(notebook):
    del notebook.cells[20:]


def hide_pictures(notebook):
    for cell in lesson_anatomy.cells_of(notebook, "code"):
        cell.outputs = [output for output in cell.outputs if "data" not in output]


def no_alternative_text(notebook):
    cell_with(notebook, "show()").outputs[0].metadata = {}


def empty_alternative_text(notebook):
    cell_with(notebook, "show()").outputs[0].metadata["image/png"]["alt"] = "  "


def ignore_half(notebook):
    for cell in lesson_anatomy.cells_of(notebook, "code")[::2]:
        cell.metadata["tags"] = [*cell.metadata.get("tags", []), "nbval-ignore-output"]


def never_run(notebook):
    cell_with(notebook, "import keras").execution_count = None


def run_twice(notebook):
    for cell in lesson_anatomy.cells_of(notebook, "code"):
        cell.execution_count += 7


def one_question_less(notebook):
    notebook.cells.remove(cell_with(notebook, "**What is a pixel?**"))


def same_reason_twice(notebook):
    cell = cell_with(notebook, "**What is a pixel?**")
    cell.source = cell.source.replace(
        "A lens is part of the camera, and no part of the image.",
        "A colour is only how the number is shown on a screen.",
    )


def same_id_twice(notebook):
    notebook.cells[3].id = notebook.cells[5].id


def experiment_missing(notebook):
    place = notebook.cells.index(cell_with(notebook, "### Less is more"))
    del notebook.cells[place + 1]


def one_claim_only(notebook):
    place = notebook.cells.index(cell_with(notebook, "### Less is more"))
    del notebook.cells[place : place + 3]


def exercise_unknown_to_the_library(notebook):
    cell_with(notebook, "def third").metadata.medtutor.exercise = "fourth"


BROKEN = [
    (lose_a_fact, "lack run_seconds"),
    (fact("lesson", "08"), "the metadata say lesson 08"),
    (fact("title", "Other"), "is not '# number · title'"),
    (fact("objectives", ["name it"]), "1 objectives"),
    (fact("objectives", ["name it", "draw it", "sing it"]), "lacks the objective 'sing it'"),
    (fact("study_minutes", 90), "90 minutes of study"),
    (fact("study_minutes", 31), "doesn't say 31 min"),
    (fact("run_seconds", 200), "200 seconds to run instead of at most 150"),
    (fact("run_seconds", 61), "doesn't say 61 s"),
    (fact("prerequisites", ["02", "06"]), "doesn't name lesson 06"),
    (swap("Knowing this keeps a clinician from believing too much.", ""), "no sentence on why"),
    (swap("Questions", "Answers"), "lacks 'Questions'"),
    (swap("You will be able to", "Aims"), "lacks 'You will be able to'"),
    (swap("What is it? ", ""), "doesn't ask 2 or 3 questions"),
    (untag_parameters, "0 cells are tagged 'parameters'"),
    (parameters_too_late, "doesn't come before the first part"),
    (swap("seed = 0", "x = 0"), "lacks seed"),
    (swap("epochs: int", "steps: int"), "lacks epochs"),
    (swap("## Check it", "## Test it"), "'## Check it' is missing"),
    (exchange_two_parts, "the parts come in the order"),
    (swap("$y = x$", "y is x"), "'## Say it' lacks a formula"),
    (swap("scratch.conv2d", "conv2d"), "'## Build it' lacks the course's own version"),
    (swap("import keras", "import torch"), "'## Check it' lacks a comparison with Keras"),
    (swap("explore.threshold()", "threshold()"), "lacks an explorer"),
    (drop("model.fit()"), "'## Use it' lacks code"),
    (hide_pictures, "'## Play with it' shows no static figure"),
    (too_long, "cells instead of 25 to 60"),
    (too_short, "20 cells instead of 25 to 60"),
    (one_claim_only, "1 claims"),
    (experiment_missing, "'Less is more' has no experiment"),
    (swap("**does not hold**", "is wrong"), "'More is better' has no verdict"),
    (drop("def third"), "2 exercises instead of 3 to 5"),
    (exercise_unknown_to_the_library, "exercise fourth is not in the library"),
    (exercise_unknown_to_the_library, "exercise third is not in the notebook"),
    (swap("07.third.check(third)", "07.third"), "exercise third is never checked"),
    (swap(".hint()", ""), "don't say how to get .hint()"),
    (swap(".solution()", ""), "don't say how to get .solution()"),
    (
        swap("### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION", "return 1"),
        "the answer cell of first marks no solution",
    ),
    (
        swap("    ### BEGIN SOLUTION", "    x = None\n    ### BEGIN SOLUTION"),
        "sets the answer to None above its dots",
    ),
    (
        swap("second.check(second)", "second.check(second)\nsecond()"),
        "uses an answer that may be refused: 'second()'",
    ),
    (
        swap("import keras", "from medtutor.datasets.brain.atlas import atlas\nimport keras"),
        "imports from medtutor.datasets.brain.atlas, which is no room of the library",
    ),
    (
        swap("import keras", "from medtutor.plots import secret\nimport keras"),
        "imports secret from medtutor.plots, which doesn't offer it",
    ),
    (
        swap("import keras", "from medtutor.plots import curves\nimport keras"),
        "imports curves from medtutor.plots, which doesn't offer it",
    ),
    (swap("import keras", "import medtutor._checks, keras"), "imports medtutor._checks"),
    (swap("import keras", "## begin solution"), "a marker is misspelt"),
    (one_question_less, "2 quiz questions"),
    (swap("**What is a pixel?**", "What is a pixel?"), "doesn't begin with the question in bold"),
    (swap("C · a lens", "a lens"), "isn't called C ·"),
    (swap("<details><summary>C", "<summary>C"), "fewer than 3 options, or a broken one"),
    (swap("**Not quite.** A lens", "**Correct.** A lens"), "exactly one option"),
    (swap("**Correct.** It", "**Not quite.** It"), "exactly one option"),
    (swap("**Not quite.** A lens", "No: a lens"), "without **Not quite.**"),
    (swap("A lens is part of the camera, and no part of the image.", "No."), "and a reason"),
    (same_reason_twice, "the same reason"),
    (swap("- All is one.", "- a\n" * 6), "a summary of 6 lines"),
    (swap("**References**", "**Links**"), "no list of References"),
    (swap("doi:10.1000/xyz", "a book"), "neither DOI nor arXiv number: 'A. Author"),
    (ignore_half, "code cells are tagged nbval-ignore-output"),
    (never_run, "the execution counts are"),
    (run_twice, "the execution counts are [8"),
    (show(new_output("error", ename="ValueError", evalue="", traceback=[])), "error ValueError"),
    (show(new_output("stream", name="stderr", text="careful")), "standard error: 'careful'"),
    (printed(f"read {HOME}/scan.dcm"), f"a path of a machine: {HOME[:7]}"),
    (printed("'/tmp/x'"), "a path of a machine: /tmp/x"),
    (printed(r"C:\Users\anna"), "a path of a machine: C:\\U"),
    (printed("<function f at 0x7f8899aabb>"), "an address in memory"),
    (no_alternative_text, "a picture without alternative text"),
    (empty_alternative_text, "a picture without alternative text"),
    (swap("## See it", "## See it\n![](brain.png)"), "a picture without alternative text"),
    (same_id_twice, "2 cells have the id"),
]


@pytest.mark.parametrize(
    ("change", "complaint"), BROKEN, ids=[complaint[:40] for _, complaint in BROKEN]
)
def test_a_broken_lesson_gets_the_complaint(lesson, change, complaint):
    change(lesson)
    found = complaints(lesson, STEM)
    assert any(complaint in text for text in found), found


def test_every_rule_is_broken_once(lesson):
    """A rule that no test above can trip would be a rule that guards nothing."""
    tripped = set()
    for change, _ in BROKEN:
        broken = deepcopy(lesson)
        change(broken)
        tripped |= {rule.__name__ for rule in RULES if list(rule(broken, STEM))}
    assert tripped == {rule.__name__ for rule in RULES}


def test_a_lesson_without_exercises_in_the_library_is_told(lesson, monkeypatch):
    monkeypatch.setattr(lesson_anatomy, "exercises", SimpleNamespace())
    assert "has no lesson_07" in "\n".join(complaints(lesson, STEM))


@pytest.mark.parametrize(
    "text",
    [
        "see https://example.org/home/page and a/tmp/b",
        "ratio 1/2, width/height, and/or",
        '<img src="data:image/png;base64,AAAA/tmp/BBBB">',
    ],
)
def test_harmless_text_is_no_path(lesson, text):
    printed(text)(lesson)
    assert complaints(lesson, STEM) == []


def test_a_verdict_may_be_displayed_by_the_code(lesson):
    drop("So the claim **does not hold**.")(lesson)
    shown = new_output("display_data", data={"text/markdown": "The claim **holds**."})
    place = lesson.cells.index(cell_with(lesson, "### More is better"))
    lesson.cells[place + 1].outputs = [shown]
    assert complaints(lesson, STEM) == []


def test_early_lessons_are_short_and_need_a_seed_only(lesson):
    lesson.metadata.medtutor["lesson"] = "02"
    found = "\n".join(complaints(lesson, "02_made_up"))
    assert "60 seconds to run instead of at most 30" in found
    swap("\ndataset = 'brain_lesion'", "")(lesson)
    assert "lacks dataset" not in "\n".join(complaints(lesson, "02_made_up"))
