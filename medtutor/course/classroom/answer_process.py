"""Runs a student's answer in a process that can do no harm; ``grading`` starts and asks it.

After the set-up it locks itself in: no files, no processes, little time and memory, no solutions.
POSIX only.
"""

import ast
import io
import linecache
import math
import os
import re
import resource
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from contextlib import suppress
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
LIMITS = {
    "RLIMIT_AS": (GIB * 2**30, GIB * 2**30),
    "RLIMIT_FSIZE": (0, 0),
    "RLIMIT_CORE": (0, 0),
    "RLIMIT_NPROC": (0, 0),
    "RLIMIT_NOFILE": (0, 0),  # what is open stays open; nothing else can be opened
}
STOPPING = re.compile(
    r"os\.(fork|forkpty|exec|posix_spawn|system|kill|killpg)|subprocess\.Popen|resource\.setrlimit"
    r"|_thread\.start_new_thread|socket\.__new__|signal\.pthread_kill"
    r"|ctypes\.(dlopen|dlsym|string_at|cdata|call_function)"
)

Stop = Callable[[str], NoReturn]


def run(own: Connection, setup: str, sources: list[str], name: str) -> None:
    """Run the set-up and an answer, hand over what it defines, and serve calls to the end."""

    def stop(reason: str) -> NoReturn:
        peer.send(stopped=reason)
        os._exit(1)

    peer = Peer(own, describe=lambda error: _described(error, stop))
    namespace = _after(setup)
    peer.send(ready=True)
    sys.stdin, sys.stdout, sys.stderr = None, *(2 * [printed := _Printed(stop)])
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for own_output in (1, 2):
        os.dup2(nowhere, own_output)
    for source in sources:
        _load_what_it_names(source, dict(namespace))
    _Hidden.stop = staticmethod(stop)
    _lock(stop)
    namespace.pop(name, None)
    errors = [error for source in sources if (error := _run(source, namespace, stop))]
    if name in namespace:  # what stands before an error counts, as in a notebook
        peer.send_value(namespace[name])
    else:
        peer.send(error=(*errors, ("NameError", f"{name} isn't defined"))[0])
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


def _run(source: str, namespace: dict[str, Any], stop: Stop) -> tuple[str, str] | None:
    linecache.cache["your cell"] = (len(source), None, source.splitlines(True), "your cell")
    try:
        exec(compile(source, "your cell", "exec"), namespace)
    except BaseException as error:
        return _described(error, stop)
    return None


def _described(error: BaseException, stop: Stop) -> tuple[str, str]:
    """Return type and text of an error, with the line of the answer at which it arose."""
    if isinstance(error, MemoryError):
        stop(f"needs more than {GIB} GiB of memory")
    if "can't start new thread" in str(error):  # before Python 3.12, no event tells of it
        stop("reaches out of its process (threads)")
    frames = traceback.walk_tb(error.__traceback__)
    numbers = [number for frame, number in frames if frame.f_code.co_filename == "your cell"]
    if not numbers:
        return type(error).__name__, str(error)
    line = linecache.getline("your cell", numbers[-1]).strip()
    return type(error).__name__, f"{error}\n  in line {numbers[-1]} of your cell: {line}"


def _lock(stop: Stop) -> None:
    """Take away what an answer needs not: from here on there is no way back."""
    os.environ.clear()
    os.environ.update({"HOME": "/nonexistent", "MPLBACKEND": "Agg"})
    os.chdir("/")
    warnings.simplefilter("ignore")  # to show one, Python would open a file
    forbidden = tuple(os.path.realpath(PACKAGE.parent / place) for place in PLACES)
    signal.signal(signal.SIGXCPU, lambda *_: stop(f"computes for more than {CPU_SECONDS} seconds"))
    cpu = math.ceil(time.process_time()) + CPU_SECONDS
    # At the first of both it can still say why.
    for name, limit in {"RLIMIT_CPU": (cpu, cpu + 2), **LIMITS}.items():
        with suppress(ValueError, OSError, AttributeError):  # macOS lacks some
            resource.setrlimit(getattr(resource, name), limit)
    if os.geteuid() == 0:  # whom limits on processes don't hold
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)

    def watch(event: str, facts: tuple) -> None:
        if STOPPING.fullmatch(event):
            stop(f"reaches out of its process ({event})")
        if event == "import" and str(facts[0]).startswith(HIDDEN):
            stop("reaches for the solutions")
        if event == "open" and isinstance(facts[0], str | bytes | os.PathLike):
            path = os.path.realpath(os.fsdecode(facts[0]))
            if path.startswith(forbidden):
                stop("reaches for the solutions")
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

    def __init__(self, stop: Stop) -> None:
        self._stop, self.letters = stop, 0

    def write(self, text: str) -> int:
        self.letters += len(text)
        if self.letters > LETTERS:
            self._stop(f"prints more than {LETTERS:,} characters")
        return len(text)


class _Hidden(ModuleType):
    """Stands where the exercises would be: it answers politely, and gives nothing away."""

    stop: Stop | None = None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        depth = self.__name__.count(".")  # medtutor.exercises, its lessons, their exercises
        if depth == 3 and name in ("check", "hint", "solution", "grade", "is_correct"):
            return lambda *_: None
        if self.stop and (depth == 3 or (depth == 1 and not name.startswith("lesson_"))):
            self.stop("reaches for the solutions")
        return _Hidden(f"{self.__name__}.{name}")
