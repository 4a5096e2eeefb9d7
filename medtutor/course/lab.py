"""Opening JupyterLab on the learner's copies."""

import os
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from medtutor._accessible import LAB_EXTENSIONS
from medtutor.course.catalogue import Lesson

# Settings that keep JupyterLab from asking about news and updates, for this start alone.
SETTINGS = Path(__file__).parent / "jupyter"


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
    """Return the environment for JupyterLab: this one, the course's settings and commands first.

    So a terminal that is opened in JupyterLab finds ``medtutor``.
    """
    first = {"JUPYTER_CONFIG_PATH": str(SETTINGS), "PATH": sysconfig.get_path("scripts")}
    return os.environ | {
        name: os.pathsep.join(filter(None, [path, os.environ.get(name, "")]))
        for name, path in first.items()
    }


def start(folder: str | Path, lesson: Lesson | None = None, extra: Sequence[str] = ()) -> int:
    """Run JupyterLab until it is stopped, and return its exit status.

    Ctrl+C reaches JupyterLab too, which then shuts its kernels down; wait for that.

    Parameters
    ----------
    folder, lesson, extra
        As in ``command``.

    Notes
    -----
    Taught in lesson 00.
    """
    server = subprocess.Popen(command(folder, lesson, extra), env=environment())
    while True:
        try:
            return server.wait()
        except KeyboardInterrupt:
            continue
