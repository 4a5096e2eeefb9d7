"""The tables that lie beside the modules of this room: facts of sets, and what errors say."""

import csv
from functools import cache
from pathlib import Path


@cache
def rows_of(table: Path) -> dict[str, dict[str, str]]:
    """Return the rows of a table by their names."""
    with table.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {row["name"]: row for row in rows}


def message(row: str, /, **facts: object) -> str:
    """Return what a row of ``messages.tsv`` says, with the facts of this case."""
    text = rows_of(Path(__file__).with_name("messages.tsv"))[row]["text"]
    return text.replace(r"\n", "\n").format(**facts)


def refused(row: str, /, **facts: object) -> ValueError:
    """Return the error of which a row of ``messages.tsv`` tells."""
    return ValueError(message(row, **facts))
