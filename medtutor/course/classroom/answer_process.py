"""Runs students' answers in processes that can do no harm; ``grading`` starts and asks it.

It runs the set-up once. For each answer it then makes a copy of itself (a fork), which locks itself
in: no files, no processes, little time and memory, no solutions. POSIX only.
"""

import ast
import importlib
import linecache
import os
import resource
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from types import ModuleType
from typing import Any, NoReturn

from medtutor._resources import PACKAGE
from medtutor.course.classroom.peers import Peer

CPU_SECONDS = 10
MEMORY = 4 * 2**30
LETTERS = 10_000
NOBODY = 65534
HIDDEN = ("medtutor.exercises", "medtutor.course")
STOPPING = (
    *("os.fork", "os.forkpty", "os.exec", "os.posix_spawn", "os.system", "subprocess.Popen"),
    *("os.kill", "os.killpg", "signal.pthread_kill", "socket.__new__", "resource.setrlimit"),
    "_thread.start_new_thread",
    *("ctypes.dlopen", "ctypes.dlsym", "ctypes.string_at", "ctypes.cdata", "ctypes.call_function"),
)

Stop = Callable[[str], NoReturn]


def main(control: socket.socket) -> None:
    """Run the set-up, then serve one answer after the other, as the parent hands over sockets."""
    peer = Peer(control)
    setup = peer.receive()["setup"]
    namespace: dict[str, Any] = {"__name__": "__main__"}
    lesson = _Hidden()
    for name in HIDDEN:
        for module in [module for module in sys.modules if module.startswith(name)]:
            del sys.modules[module]
    sys.modules["medtutor.exercises"] = lesson
    vars(sys.modules["medtutor"])["exercises"] = lesson
    exec(compile(setup, "set-up", "exec"), namespace)
    peer.send(ready=True)
    child = 0
    while True:
        word, handed, _, _ = socket.recv_fds(control, 1, 1)
        if child:
            _end(child)
            child = 0
        if not word:
            return
        if handed and not (child := os.fork()):
            control.close()
            _answer(socket.socket(fileno=handed[0]), namespace, lesson)
        for number in handed:
            os.close(number)


def _end(child: int) -> None:
    for end in (os.killpg, os.kill):
        with suppress(ProcessLookupError):
            end(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _answer(own: socket.socket, namespace: dict[str, Any], lesson: "_Hidden") -> NoReturn:
    """Run an answer, hand over what it defines, and serve calls until the parent is done."""
    os.setsid()
    try:
        _hand_over(own, namespace, lesson)
    finally:
        os._exit(1)


def _hand_over(own: socket.socket, namespace: dict[str, Any], lesson: "_Hidden") -> None:
    def stop(reason: str) -> NoReturn:
        peer.send(stopped=reason)
        os._exit(1)

    peer = Peer(own, describe=lambda error: _described(error, stop))
    order = peer.receive()
    printed = _Printed(stop)
    sys.stdin, sys.stdout, sys.stderr = None, printed, printed
    for source in order["sources"]:
        _load_what_it_imports(source, namespace)
    lesson.stop = stop
    _lock(stop)
    namespace.pop(order["name"], None)
    error = next(filter(None, [_run(source, namespace, stop) for source in order["sources"]]), None)
    if order["name"] in namespace:
        peer.send_value(namespace[order["name"]])
    else:
        peer.send(error=error or ["NameError", f"{order['name']} isn't defined"])
    while True:
        message = peer.receive()
        printed.letters = 0
        peer.serve(message)


def _run(source: str, namespace: dict[str, Any], stop: Stop) -> tuple[str, str] | None:
    """Run one cell, and return type and text of its error; what it defined before counts."""
    linecache.cache["your cell"] = (len(source), None, source.splitlines(True), "your cell")
    try:
        exec(compile(source, "your cell", "exec"), namespace)
    except BaseException as error:
        return _described(error, stop)
    return None


def _described(error: BaseException, stop: Stop) -> tuple[str, str]:
    """Return type and text of an error, with the line of the answer at which it arose."""
    if isinstance(error, MemoryError):
        stop(f"needs more than {MEMORY // 2**30} GiB of memory")
    if "can't start new thread" in str(error):  # before Python 3.12, no event tells of it
        stop("reaches out of its process (threads)")
    lines = [
        (number, linecache.getline("your cell", number).strip())
        for frame, number in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename == "your cell"
    ]
    where = f"\n  in line {lines[-1][0]} of your cell: {lines[-1][1]}" if lines else ""
    return type(error).__name__, f"{error}{where}"


def _lock(stop: Stop) -> None:
    """Take away what an answer needs not: from here on there is no way back."""
    os.environ.clear()
    os.environ.update({"HOME": "/nonexistent", "MPLBACKEND": "Agg"})
    os.chdir("/")
    roots = [PACKAGE / "exercises", PACKAGE / "course", PACKAGE / "_notebooks"]
    roots += [PACKAGE.parent / "notebooks"]
    forbidden = tuple(os.path.realpath(root) for root in roots)
    signal.signal(signal.SIGXCPU, lambda *_: stop(f"computes for more than {CPU_SECONDS} seconds"))
    for name, soft, hard in (
        ("RLIMIT_AS", MEMORY, MEMORY),
        ("RLIMIT_CPU", CPU_SECONDS, CPU_SECONDS + 2),
        ("RLIMIT_FSIZE", 0, 0),
        ("RLIMIT_CORE", 0, 0),
        ("RLIMIT_NPROC", 0, 0),
        ("RLIMIT_NOFILE", 0, 0),  # what is open stays open; nothing else can be opened
    ):
        with suppress(ValueError, OSError, AttributeError):  # macOS lacks some
            resource.setrlimit(getattr(resource, name), (soft, hard))
    if os.geteuid() == 0:  # whom limits on processes don't hold
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    sys.addaudithook(_watch(stop, forbidden))


def _watch(stop: Stop, forbidden: tuple[str, ...]) -> Callable[[str, tuple], None]:
    def watch(event: str, facts: tuple) -> None:
        if event in STOPPING:
            stop(f"reaches out of its process ({event})")
        if event == "import" and str(facts[0]).startswith(HIDDEN):
            stop("reaches for the solutions")
        if event == "open" and isinstance(facts[0], str | bytes | os.PathLike):
            path = os.path.realpath(os.fsdecode(facts[0]))
            if path.startswith(forbidden):
                stop("reaches for the solutions")
            raise PermissionError(f"an answer reads and writes no files, such as {path}")

    return watch


def _load_what_it_imports(source: str, namespace: dict[str, Any]) -> None:
    """Import for an answer what it imports and names, while files can still be read."""
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except SyntaxError:
        return
    names = dict(namespace)
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in (one for one in node.names if not one.name.startswith(HIDDEN)):
                with suppress(Exception):
                    names[alias.asname or alias.name] = importlib.import_module(alias.name)
        elif isinstance(node, ast.ImportFrom) and not (node.module or "").startswith(HIDDEN):
            for alias in node.names:
                with suppress(Exception):
                    exec(f"from {node.module} import {alias.name}", names)
    for node in nodes:  # np.fft and the like are loaded when they are first named
        if isinstance(node, ast.Attribute):
            with suppress(Exception):
                _touch(_dotted(node), names)


def _dotted(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Attribute):
        yield from _dotted(node.value)
        yield node.attr
    elif isinstance(node, ast.Name):
        yield node.id


def _touch(path: Iterator[str], names: dict[str, Any]) -> None:
    value = names[next(path)]
    for name in path:
        if not isinstance(value, ModuleType) or isinstance(value, _Hidden):
            return
        value = getattr(value, name)


class _Printed:
    """Takes what an answer prints, up to what nobody means to print."""

    def __init__(self, stop: Stop) -> None:
        self._stop, self.letters = stop, 0

    def write(self, text: str) -> int:
        self.letters += len(text)
        if self.letters > LETTERS:
            self._stop(f"prints more than {LETTERS:,} characters")
        return len(text)

    def flush(self) -> None:
        """Nothing is kept."""


class _Hidden(ModuleType):
    """Stands where the exercises would be: it answers politely, and gives nothing away."""

    stop: Stop | None = None

    def __init__(self) -> None:
        super().__init__("medtutor.exercises")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if not name.startswith("lesson_"):
            self._caught()
        return _Lesson(self._caught)

    def _caught(self) -> None:
        if self.stop is not None:
            self.stop("reaches for the solutions")


class _Lesson:
    def __init__(self, caught: Callable[[], None]) -> None:
        self._caught = caught

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Exercise(self._caught)


class _Exercise:
    def __init__(self, caught: Callable[[], None]) -> None:
        self._caught = caught

    def __getattr__(self, name: str) -> Any:
        if name not in ("check", "hint", "solution", "grade", "is_correct"):
            self._caught()
            raise AttributeError(name)
        return lambda *_: None


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
