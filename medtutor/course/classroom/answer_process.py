"""Runs a student's answer in a process that can do no harm; ``grading`` starts and asks it.

After the set-up it locks itself in: no files, no processes, little time and memory, no solutions.
POSIX only.
"""

import ast
import io
import linecache
import os
import re
import signal
import sys
import time
import traceback
import warnings
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection
from types import ModuleType
from typing import Any, NoReturn

from medtutor._resources import PACKAGE
from medtutor.course.classroom.peers import Peer

CPU_SECONDS = 10
GIB = 4
LETTERS = 10_000
NOBODY = 65534
HIDDEN = ("medtutor.exercises", "medtutor.course")
PLACES = ("medtutor/exercises", "medtutor/course", "medtutor/_notebooks", "notebooks")
# Of files, what is open stays open; nothing else can be opened.
NOTHING = ("RLIMIT_FSIZE", "RLIMIT_CORE", "RLIMIT_NPROC", "RLIMIT_NOFILE")
STOPPING = re.compile(
    r"os\.(fork|forkpty|exec|posix_spawn|system|kill|killpg)|subprocess\.Popen|resource\.setrlimit"
    r"|_thread\.start_new_thread|socket\.__new__|signal\.pthread_kill"
    r"|ctypes\.(dlopen|dlsym|string_at|cdata|call_function)"
)

ANSWER = 0
"""The function that runs an answer and returns what it defines; the first, so number 0."""


def run(own: Connection, setup: str, sources: list[str], name: str) -> None:
    """Run the set-up, lock this process in, and serve calls to the end."""
    namespace = _after(setup)
    peer = _Line(own, partial(_answer, sources, name, namespace))
    peer.send(ready=True)
    sys.stdin, sys.stdout, sys.stderr = None, *(2 * [printed := _Printed(peer)])
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for own_output in (1, 2):
        os.dup2(nowhere, own_output)
    _load_what_it_names("\n".join(sources), dict(namespace))
    _Hidden.line = peer
    _lock(peer)
    while True:
        message = peer.receive()
        printed.letters = 0
        peer.serve(message)


def _after(setup: str) -> dict[str, Any]:
    """Return the names that the set-up defines, with nothing where the exercises would be."""
    for name in [name for name in sys.modules if name.startswith(HIDDEN)]:
        del sys.modules[name]
    sys.modules[HIDDEN[0]] = vars(sys.modules["medtutor"])["exercises"] = _Hidden(HIDDEN[0])
    namespace: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(setup, "set-up", "exec"), namespace)
    return namespace


def _answer(sources: list[str], name: str, namespace: dict[str, Any]) -> Any:
    """Run an answer; what stands before an error counts, as in a notebook."""
    namespace.pop(name, None)
    errors: list[BaseException] = []
    for source in sources:
        linecache.cache["your cell"] = (len(source), None, source.splitlines(True), "your cell")
        try:
            exec(compile(source, "your cell", "exec"), namespace)
        except BaseException as error:
            errors.append(error)
    if name not in namespace:
        raise (*errors, NameError(f"{name} isn't defined"))[0]
    return namespace[name]


class _Line(Peer):
    """The answer's end of the line to the grader."""

    def stop(self, reason: str) -> NoReturn:
        """End this process, and say why."""
        self.send(stopped=reason)
        os._exit(1)

    def describe(self, error: BaseException) -> tuple[str, str]:
        """Return type and text of an error, with the line of the answer at which it arose."""
        if isinstance(error, MemoryError):
            self.stop(f"needs more than {GIB} GiB of memory")
        if "can't start new thread" in str(error):  # before Python 3.12, no event tells of it
            self.stop("reaches out of its process (threads)")
        frames = traceback.walk_tb(error.__traceback__)
        numbers = [number for frame, number in frames if frame.f_code.co_filename == "your cell"]
        if not numbers:
            return super().describe(error)
        line = linecache.getline("your cell", numbers[-1]).strip()
        return type(error).__name__, f"{error}\n  in line {numbers[-1]} of your cell: {line}"


def _lock(line: _Line) -> None:
    """Take away what an answer needs not: from here on there is no way back."""
    import resource  # which Windows lacks

    os.environ.clear()
    os.environ.update({"HOME": "/nonexistent", "MPLBACKEND": "Agg"})
    os.chdir("/")
    warnings.simplefilter("ignore")  # to show one, Python would open a file
    forbidden = tuple(os.path.realpath(PACKAGE.parent / place) for place in PLACES)
    late = f"computes for more than {CPU_SECONDS} seconds"
    signal.signal(signal.SIGXCPU, lambda *_: line.stop(late))
    cpu, memory = int(time.process_time()) + 1 + CPU_SECONDS, GIB * 2**30
    # At the first limit of computing it can still say why.
    limits = {"RLIMIT_CPU": (cpu, cpu + 2), "RLIMIT_AS": (memory, memory)}
    for name, limit in (limits | dict.fromkeys(NOTHING, (0, 0))).items():
        with suppress(ValueError, OSError, AttributeError):  # macOS lacks some
            resource.setrlimit(getattr(resource, name), limit)
    if os.geteuid() == 0:  # whom limits on processes don't hold
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)

    def watch(event: str, facts: tuple) -> None:
        if STOPPING.fullmatch(event):
            line.stop(f"reaches out of its process ({event})")
        if event == "import" and str(facts[0]).startswith(HIDDEN):
            line.stop("reaches for the solutions")
        if event == "open" and isinstance(facts[0], str | bytes | os.PathLike):
            path = os.path.realpath(os.fsdecode(facts[0]))
            if path.startswith(forbidden):
                line.stop("reaches for the solutions")
            raise PermissionError(f"an answer reads and writes no files, such as {path}")

    sys.addaudithook(watch)


def _load_what_it_names(source: str, names: dict[str, Any]) -> None:
    """Load the modules that an answer imports or names, while files can still be read."""
    with suppress(SyntaxError):
        for node in ast.walk(ast.parse(source)):
            wanted = isinstance(node, ast.Import | ast.ImportFrom | ast.Attribute)
            code = ast.unparse(node) if wanted else ""
            # Plain names alone, such as np.fft, so that nothing of the answer itself runs here.
            if re.fullmatch(r"((from|import) .*|\w+(\.\w+)+)", code) and not any(
                hidden in code for hidden in HIDDEN
            ):
                with suppress(Exception):
                    exec(code, names)


class _Printed(io.TextIOBase):
    """Takes what an answer prints, up to what nobody means to print."""

    def __init__(self, line: _Line) -> None:
        self._line, self.letters = line, 0

    def write(self, text: str) -> int:
        self.letters += len(text)
        if self.letters > LETTERS:
            self._line.stop(f"prints more than {LETTERS:,} characters")
        return len(text)


class _Hidden(ModuleType):
    """Stands where the exercises would be: it answers politely, and gives nothing away."""

    line: _Line | None = None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        depth = self.__name__.count(".")  # medtutor.exercises, its lessons, their exercises
        if depth == 3 and name in ("check", "hint", "solution", "grade", "is_correct"):
            return lambda *_: None
        if self.line and (depth == 3 or (depth == 1 and not name.startswith("lesson_"))):
            self.line.stop("reaches for the solutions")
        return _Hidden(f"{self.__name__}.{name}")
