"""Runs one lesson in a process of its own; ``running`` starts it.

It takes a task as JSON and tells on its standard output, one JSON object a line, of each
cell that starts, and at the end how the run went. What else is printed, by the kernel
above all, goes to standard error.
"""

import json
import os
import sys
import textwrap
import threading
import time
from pathlib import Path
from typing import IO, Any

import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError

from medtutor.course.memory import KernelMemory
from medtutor.course.parameters import as_papermill_takes

# A failed download with all that can be done about it has some 600 characters.
LONGEST_ERROR = 800


def drive(source: str, target: str, parameters: dict[str, Any], reports: IO[str]) -> None:
    """Run a notebook and write the reports.

    Parameters
    ----------
    source, target : str
        The lesson, and where the executed notebook goes.
    parameters : dict
        New values of its parameters.
    reports : text file
        Gets ``{"cell": 3}`` as cells start, and ``seconds``, ``peak_mib``, ``error`` at the end.
    """

    def tell(**facts: Any) -> None:
        print(json.dumps(facts), file=reports, flush=True)

    def tell_cell(cell: Any, cell_index: int) -> None:
        tell(cell=cell_index)

    started = time.perf_counter()
    with KernelMemory() as memory:
        error = _execute(
            input_path=as_papermill_takes(source),
            output_path=as_papermill_takes(target),
            parameters=parameters,
            cwd=str(Path(target).parent),
            progress_bar=False,
            on_cell_start=tell_cell,
        )
    tell(seconds=time.perf_counter() - started, peak_mib=memory.peak_mib, error=error)


def _execute(**options: Any) -> str | None:
    """Return the error of the failing cell in one line, or ``None``."""
    try:
        papermill.execute_notebook(**options)
    except PapermillExecutionError as error:
        return f"cell [{error.exec_count}]: {error.ename}: {_in_a_line(error.evalue)}"
    except (DeadKernelError, CellTimeoutError) as error:
        return f"{type(error).__name__}: {_in_a_line(str(error))}"
    return None


def _in_a_line(text: str) -> str:
    """Join the lines of a message, whose last ones often say what to do."""
    return textwrap.shorten(text, LONGEST_ERROR, placeholder=" …")


def _own_standard_output() -> IO[str]:
    """Keep standard output for the reports; the kernel gets standard error instead."""
    reports = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return reports


def _end_with_parent() -> None:
    os.read(0, 1)  # nothing is ever written there: it returns when the other end is closed
    os._exit(1)  # the kernel then ends by itself


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    drive(**json.loads(sys.argv[1]), reports=_own_standard_output())
