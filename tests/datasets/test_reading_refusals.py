"""The table of refusals and the code that raises them say the same."""

import ast
import csv
import re
from pathlib import Path
from string import Formatter

import pytest

from medtutor.datasets import reading

ROOM = Path(reading.__file__).parent
with (ROOM / "refusals.tsv").open(encoding="utf-8", newline="") as table:
    ROWS = list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))
NAMES = [row["name"] for row in ROWS]
# Two names come from elsewhere: from the rules about names, which tables of patients share.
PHRASES = {name for name in NAMES if name.isupper()} | {"HOW_ALIKE", "ONE_OR_TWO"}


def facts_of(row):
    texts = row["problem"] + row["cure"]
    return {name for _, name, _, _ in Formatter().parse(texts) if name} - PHRASES


def raised():
    """Yield place, row and facts of each refusal in the code whose row stands there as a word."""
    for path in sorted(ROOM.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and re.search(r"\brefusal$", ast.unparse(node.func)):
                facts = {word.arg for word in node.keywords}
                words = [one.value for one in ast.walk(node) if isinstance(one, ast.Constant)]
                for row in ROWS:
                    if row["name"] in words:
                        yield f"{path.name}:{node.lineno}", row, facts


def test_a_row_has_a_name_of_its_own_and_says_what_is_wrong_and_what_to_do():
    assert len(set(NAMES)) == len(NAMES)
    for row in ROWS:
        assert row["problem"], row["name"]
        assert bool(row["cure"]) != row["name"].isupper(), row["name"]


@pytest.mark.parametrize(("place", "row", "facts"), list(raised()))
def test_a_refusal_gets_the_facts_that_its_row_tells(place, row, facts):
    assert facts_of(row) <= facts


def test_each_row_is_raised_somewhere_and_each_phrase_said_twice():
    code = "".join(path.read_text(encoding="utf-8") for path in ROOM.glob("*.py"))
    other = {name for name in NAMES if name.startswith("other_") and f'"{name}"' not in code}
    assert other == {"other_size", "other_channels", "other_unit", "other_type"}
    unused = [name for name in NAMES if f'"{name}"' not in code and not name.isupper()]
    assert set(unused) == other
    texts = "".join(row["problem"] + row["cure"] for row in ROWS)
    assert all(texts.count(f"{{{name}}}") > 1 for name in NAMES if name.isupper())
