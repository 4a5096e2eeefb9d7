"""Opening JupyterLab on the learner's copies."""

import os
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import psutil

from medtutor._accessible import LAB_EXTENSIONS
from medtutor.course.catalogue import Lesson
from medtutor.course.ending import on_signals

# For this start alone: settings that keep JupyterLab from asking about news and updates, and a
# kernel that is the Python of this very process, whatever else the user has registered.
SETTINGS = Path(__file__).parent / "jupyter"
PATIENCE = 7.0
"""Seconds that JupyterLab has to end itself and its kernels."""


def command(
    folder: str | Path, lesson: Lesson | None = None, extra: Sequence[str] = ()
) -> list[str]:
    """Return the command line that starts JupyterLab.

    Parameters
    ----------
    folder : path
        What JupyterLab shows.
    lesson : Lesson, optional
        Opened at once; its copy lies in ``folder``.
    extra : sequence of str
        Further arguments for JupyterLab.
    """
    start = [sys.executable, "-m", "jupyterlab"]
    options = [
        f"--ServerApp.root_dir={Path(folder).resolve()}",
        "--ServerApp.answer_yes=True",  # one Ctrl+C is enough
        "--ServerApp.allow_root=True",  # in a container the only user is often root
        f"--LabServerApp.extra_labextensions_path={LAB_EXTENSIONS}",
    ]
    if lesson is not None:
        options.append(f"--LabApp.default_url=/lab/tree/{quote(lesson.path.name)}")
    return [*start, *options, *extra]


def environment() -> dict[str, str]:
    """Return the environment for Jupyter: this one, with the course's own places first.

    So no kernel of a removed Python is started, and a terminal in JupyterLab finds ``medtutor``.
    """
    first = {
        "JUPYTER_CONFIG_PATH": str(SETTINGS),
        "JUPYTER_PATH": str(SETTINGS),
        "PATH": sysconfig.get_path("scripts"),
    }
    return os.environ | {
        name: os.pathsep.join(filter(None, [path, os.environ.get(name, "")]))
        for name, path in first.items()
    }


def start(folder: str | Path, lesson: Lesson | None = None, extra: Sequence[str] = ()) -> int:
    """Run JupyterLab until it is stopped, and return its exit status.

    Ctrl+C reaches JupyterLab too, which then shuts its kernels down; wait for that. Asked to end
    (SIGTERM), or left by its terminal (SIGHUP), it ends JupyterLab and all kernels first.

    Parameters
    ----------
    folder, lesson, extra
        As in ``command``.

    Notes
    -----
    Taught in lesson 00.
    """
    server = subprocess.Popen(command(folder, lesson, extra), env=environment())
    try:
        # Where this process is asked to end, or its terminal is closed; Windows lacks the second.
        with on_signals(["SIGTERM", "SIGHUP"], _ask_to_end):
            return _wait(server)
    except _AskedToEnd:
        end(server.pid)
        return server.wait()


def _wait(server: subprocess.Popen) -> int:
    while True:
        try:
            return server.wait()
        except KeyboardInterrupt:
            continue


def end(pid: int) -> None:
    """End JupyterLab and all that it started: kindly first, so that kernels can tidy up."""
    try:
        server = psutil.Process(pid)
        family = [server, *server.children(recursive=True)]
        server.terminate()
    except psutil.NoSuchProcess:
        return
    for process in psutil.wait_procs(family, timeout=PATIENCE)[1]:
        with suppress(psutil.NoSuchProcess):
            process.kill()


class _AskedToEnd(BaseException):
    """Not an Exception, so that nothing on the way takes it for a fault."""


def _ask_to_end(signal_number: int, frame: object) -> None:
    raise _AskedToEnd
