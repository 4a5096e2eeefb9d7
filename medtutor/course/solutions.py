"""Cutting the solutions out of a lesson."""

from collections.abc import Iterator
from copy import deepcopy

from nbformat import NotebookNode

BEGIN = "### BEGIN SOLUTION"
END = "### END SOLUTION"
PLACEHOLDER = "...  # your code here"


def learner_notebook(notebook: NotebookNode) -> NotebookNode:
    """Return a lesson as the learner gets it: no solution, no output, no widget state.

    Raises
    ------
    ValueError
        Where the markers of a solution don't pair up; the message names the cell.
    """
    fresh = without_solutions(notebook)
    fresh.metadata.pop("widgets", None)
    for _, cell in _code_cells(fresh):
        cell.outputs = []
        cell.execution_count = None
        cell.metadata.pop("execution", None)  # when it ran, which JupyterLab writes down
    return fresh


def without_solutions(notebook: NotebookNode) -> NotebookNode:
    """Return a lesson with its outputs, but with no solution; errors as `learner_notebook`."""
    cut = deepcopy(notebook)
    for place, cell in _code_cells(cut):
        cell.source = cut_solutions(cell.source, place)
    return cut


def cut_solutions(source: str, place: str = "the cell") -> str:
    """Replace each marked solution of a cell by one line that asks for code.

    Parameters
    ----------
    source : str
        Code of the cell.
    place : str
        How an error names the cell.

    Raises
    ------
    ValueError
        Where a marker has no partner.
    """
    kept: list[str] = []
    after = 0
    lines = source.split("\n")
    for begin, end in _solutions(source, place):
        indent = lines[begin][: len(lines[begin]) - len(lines[begin].lstrip())]
        kept += [*lines[after:begin], indent + PLACEHOLDER]
        after = end + 1
    return "\n".join([*kept, *lines[after:]])


def _code_cells(notebook: NotebookNode) -> Iterator[tuple[str, NotebookNode]]:
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "code":
            yield f"cell {number} (id {cell.get('id', 'unknown')})", cell


def _solutions(source: str, place: str) -> list[tuple[int, int]]:
    """Return first and last line of each solution, markers included."""
    pairs: list[tuple[int, int]] = []
    begin: int | None = None
    for number, line in enumerate(source.split("\n")):
        if BEGIN in line:
            if begin is not None:
                raise ValueError(f"{place}: a second {BEGIN} before {END}; end the first solution")
            begin = number
        elif END in line:
            if begin is None:
                raise ValueError(f"{place}: {END} without {BEGIN}; mark where the solution begins")
            pairs.append((begin, number))
            begin = None
    if begin is not None:
        raise ValueError(f"{place}: {BEGIN} without {END}; mark where the solution ends")
    return pairs
