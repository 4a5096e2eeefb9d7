"""The way back from a learner's copy: each solution where it was cut out."""

import re
from copy import deepcopy

from medtutor.course.solutions import BEGIN, END, PLACEHOLDER

SOLUTION = re.compile(rf"^[^\n]*{BEGIN}.*?{END}[^\n]*$", re.MULTILINE | re.DOTALL)
GAP = re.compile(rf"^[ \t]*{re.escape(PLACEHOLDER)}$", re.MULTILINE)


def solutions_restored(learner, lesson):
    """Return a learner's copy with the lesson's solutions in its gaps, which must be as many."""
    restored = deepcopy(learner)
    for cell, solved in zip(restored.cells, lesson.cells, strict=True):
        if cell.cell_type == "code":
            solutions = SOLUTION.findall(solved.source)
            assert len(GAP.findall(cell.source)) == len(solutions), cell.source
            for solution in solutions:
                cell.source = GAP.sub(lambda _, text=solution: text, cell.source, count=1)
    return restored


def assert_all_correct(notebook, outputs):
    """Make sure that the outputs of a notebook say "correct" once for each of its checks."""
    printed = "".join(output["text"] for output in outputs if output["output_type"] == "stream")
    n_checks = sum(cell.source.count(".check(") for cell in notebook.cells)
    assert printed.count("✓ Correct") == n_checks > 0
    assert "Not yet" not in printed
    assert "Not attempted" not in printed
