"""What an answer needs of its lesson: the names it reads, and the statements that define them."""

import ast
import builtins
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from symtable import SymbolTable, symtable

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
        symbols = symtable(self.code, "statement", "exec").get_symbols()
        return {s.get_name() for s in symbols if s.is_assigned() or s.is_imported()}

    @cached_property
    def reads(self) -> set[str]:
        """Names that must stand for something above, or be builtins."""
        return _looked_up(symtable(self.code, "statement", "exec"))

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
        symtable(code, "cell", "exec")  # finds faults that the first doesn't
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    lines = code.split("\n")
    return [Statement(code, tuple(exercises)) for node in nodes for code in _codes(node, lines)]


def plain(source: str) -> str:
    """Return a cell's code without what only IPython understands."""
    lines = source.split("\n")
    return "\n".join("" if line.lstrip().startswith(("%", "!")) else line for line in lines)


def needed(names: Iterable[str], above: Sequence[Statement], exercise: str = "") -> set[int]:
    """Return the places of the statements that define some names, and of what these need.

    Parameters
    ----------
    names : iterable of str
        What an answer reads.
    above : sequence of Statement
        What stands above it; the last definition counts, as it does when the cells run.
    exercise : str
        Of a lesson: cells that are a set-up for it come first, and a name that nothing defines, or
        that a training defines, is an error. A student's own cells have none, and no order.

    Raises
    ------
    ValueError
        Where such a name is met.
    """
    found: set[int] = set()
    wanted = [(name, len(above)) for name in names]
    while wanted:
        name, before = wanted.pop()
        place = _place(name, above[:before], exercise)
        if place is None:
            if exercise and before == len(above) and not hasattr(builtins, name):
                raise ValueError(f"exercise {exercise} needs {name}, which no cell above defines")
            continue
        if exercise and TRAINS in above[place].code and exercise not in above[place].exercises:
            raise ValueError(
                f"exercise {exercise} needs {name} from a training cell; give it a cell with the "
                f'metadata {{"medtutor": {{"setup_for": ["{exercise}"]}}}}'
            )
        if place not in found:
            found.add(place)
            wanted += [(other, place if exercise else before) for other in above[place].reads]
    return found


def as_cell(parts: Sequence[Statement]) -> str:
    """Return statements as the code of one cell, imports first."""
    imports = {part.code for part in parts if part.is_import}
    head = sorted(imports, key=lambda code: (code.startswith("from "), code))
    return "\n\n".join(["\n".join(head), *(part.code for part in parts if not part.is_import)])


def _place(name: str, above: Sequence[Statement], exercise: str) -> int | None:
    places = [place for place, one in enumerate(above) if name in one.defines]
    own = [place for place in places if exercise in above[place].exercises]
    return max(own or places, default=None)


def _codes(node: ast.stmt, lines: Sequence[str]) -> Iterator[str]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        for alias in node.names:
            node.names = [alias]
            yield ast.unparse(node)
        return
    first = min(part.lineno for part in [node, *getattr(node, "decorator_list", [])])
    yield "\n".join(lines[first - 1 : node.end_lineno])


def _looked_up(table: SymbolTable) -> set[str]:
    """Return the names that a scope, and all that is inside it, looks up among the globals."""
    symbols = table.get_symbols()
    own = {s.get_name() for s in symbols if s.is_referenced() and s.is_global()}
    return own.union(*map(_looked_up, table.get_children()))
