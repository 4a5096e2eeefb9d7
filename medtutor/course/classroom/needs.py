"""What an answer needs of its lesson: the names it reads, and the statements that define them."""

import ast
import builtins
import re
import symtable
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from nbformat import NotebookNode

TRAINS = ".fit("
# They take seconds and hundreds of MiB to import; an answer that needs them gets them all the same.
HEAVY = re.compile(r"\w+ (tensorflow|keras|medtutor(\.| import )(models|training|explore))\b")


@dataclass(frozen=True)
class Statement:
    """One statement of a notebook, with the names that it defines and reads."""

    code: str
    exercises: tuple[str, ...] = ()
    """What the cell is a set-up for (``medtutor.setup_for``)."""

    @cached_property
    def defines(self) -> set[str]:
        """Names that stand for something new below."""
        table = symtable.symtable(self.code, "statement", "exec")
        return {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()}

    @cached_property
    def reads(self) -> set[str]:
        """Names that must stand for something above, or be builtins."""
        top = symtable.symtable(self.code, "statement", "exec")
        return {
            symbol.get_name()
            for table in _with_inner(top)
            for symbol in table.get_symbols()
            if symbol.is_referenced() and (table is top or symbol.is_global())
        }

    @property
    def is_import(self) -> bool:
        """Whether it imports something."""
        return self.code.startswith(("import ", "from "))

    @property
    def is_light_import(self) -> bool:
        """Whether it imports something that costs little."""
        return self.is_import and not HEAVY.match(self.code)


def exercise_of(cell: NotebookNode) -> str | None:
    """Return which exercise a cell answers."""
    return cell.metadata.get("medtutor", {}).get("exercise")


def statements(source: str, exercises: Sequence[str] = ()) -> list[Statement]:
    """Return the statements of a cell, an import of several names as several."""
    code = plain(source)
    try:
        nodes = ast.parse(code).body
        symtable.symtable(code, "cell", "exec")  # finds faults that the first doesn't
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    lines = code.split("\n")
    return [Statement(code, tuple(exercises)) for node in nodes for code in _codes(node, lines)]


def plain(source: str) -> str:
    """Return a cell's code without what only IPython understands."""
    lines = source.split("\n")
    return "\n".join("" if line.lstrip().startswith(("%", "!")) else line for line in lines)


def needed(
    names: Iterable[str], above: Sequence[Statement], exercise: str = "", *, strict: bool = True
) -> set[int]:
    """Return the places of the statements that define some names, and of what these need.

    Parameters
    ----------
    names : iterable of str
        What an answer reads.
    above : sequence of Statement
        What stands above it; the last definition counts, as it does when the cells run.
    exercise : str
        Where it isn't empty, cells that are a set-up for it come first.
    strict : bool
        Whether a name that nothing defines, or that a training defines, is an error.

    Raises
    ------
    ValueError
        Where ``strict`` and such a name is met.
    """
    found: set[int] = set()
    wanted = [(name, len(above)) for name in names]
    while wanted:
        name, before = wanted.pop()
        place = _place(name, above[:before], exercise)
        if place is None:
            if strict and before == len(above) and not hasattr(builtins, name):
                raise ValueError(f"exercise {exercise} needs {name}, which no cell above defines")
            continue
        if strict and TRAINS in above[place].code and exercise not in above[place].exercises:
            raise ValueError(
                f"exercise {exercise} needs {name} from a training cell; give it a cell with the "
                f'metadata {{"medtutor": {{"setup_for": ["{exercise}"]}}}}'
            )
        if place not in found:
            found.add(place)
            # A student's own cells have no order that we could rely on.
            wanted += [(other, place if strict else before) for other in above[place].reads]
    return found


def as_cell(parts: Sequence[Statement]) -> str:
    """Return statements as the code of one cell, imports first."""
    imports = {part.code for part in parts if part.is_import}
    head = sorted(imports, key=lambda code: (code.startswith("from "), code))
    return "\n\n".join(["\n".join(head), *(part.code for part in parts if not part.is_import)])


def _place(name: str, above: Sequence[Statement], exercise: str) -> int | None:
    places = [place for place, one in enumerate(above) if name in one.defines]
    own = [place for place in places if exercise and exercise in above[place].exercises]
    return max(own or places, default=None)


def _codes(node: ast.stmt, lines: Sequence[str]) -> Iterator[str]:
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        for alias in node.names:
            one = ast.Import([alias])
            yield ast.unparse(
                one if isinstance(node, ast.Import) else ast.ImportFrom(node.module, [alias], 0)
            )
        return
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
    yield "\n".join(lines[first - 1 : node.end_lineno])


def _with_inner(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for inner in table.get_children():
        yield from _with_inner(inner)
