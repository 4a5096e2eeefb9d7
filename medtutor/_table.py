"""A small table that reads well in a terminal and in a notebook."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from statistics import fmean
from typing import Any


@dataclass(frozen=True)
class Table:
    """Rows under named columns.

    ``print(table)`` gives aligned text, a notebook shows HTML, and
    ``table["name"]`` gives one column as a list.

    Parameters
    ----------
    columns : sequence of str
        Column names.
    rows : sequence of sequences
        One sequence a row, in the order of ``columns``.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, column: str) -> list[Any]:
        if column not in self.columns:
            raise KeyError(f"no column {column!r}; the columns are {', '.join(self.columns)}")
        place = list(self.columns).index(column)
        return [row[place] for row in self.rows]

    def __str__(self) -> str:
        cells = [list(map(str, row)) for row in [self.columns, *self.rows]]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in cells
        ]
        return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col">{escape(str(name))}</th>' for name in self.columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>"
            for row in self.rows
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def spread(values: Sequence[float]) -> str:
    """Return mean, extremes and count as a text: of a few runs, no mean stands alone."""
    if not len(values):
        return "-"
    return f"{fmean(values):.4g} ({min(values):.4g} to {max(values):.4g}, n {len(values)})"
