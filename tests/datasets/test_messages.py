"""The table of messages and the code that gives them say the same."""

import ast
from pathlib import Path
from string import Formatter

import pytest

from medtutor import datasets
from medtutor.datasets.tables import rows_of

ROOM = Path(datasets.__file__).parent
ROWS = rows_of(ROOM / "messages.tsv")


def given():
    """Yield place, row and facts of each message in the code."""
    for path in sorted(ROOM.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("message", "refused"):
                row, facts = node.args[0], {word.arg for word in node.keywords}
                if isinstance(row, ast.Constant):
                    yield f"{path.name}:{node.lineno}", row.value, facts


@pytest.mark.parametrize(("place", "row", "facts"), list(given()))
def test_a_message_gets_the_facts_that_its_row_tells(place, row, facts):
    told = {
        name.partition(".")[0] for _, name, _, _ in Formatter().parse(ROWS[row]["text"]) if name
    }
    assert told == facts


def test_each_row_is_said_somewhere_once():
    lines = (ROOM / "messages.tsv").read_text(encoding="utf-8").splitlines()[1:]
    assert len(lines) == len(ROWS)
    code = "".join(path.read_text(encoding="utf-8") for path in ROOM.rglob("*.py"))
    of_parts = ["shape_of_labels", "shape_of_masks", "shape_of_days", "shape_of_table"]
    assert [name for name in ROWS if f'"{name}"' not in code] == of_parts
