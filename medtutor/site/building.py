"""Building the site: sources into a temporary folder, Sphinx over them, the result into place."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from medtutor._checks import written_out
from medtutor._resources import check_installed
from medtutor.course.catalogue import Lesson

MARKER = ".medtutor-site"


@dataclass(frozen=True)
class SiteReport:
    """What was built.

    Parameters
    ----------
    folder : Path
        Where the site lies; ``index.html`` is its first page.
    pages, size : int
        How many pages, and how many bytes all files have.
    seconds : float
        How long it took.
    warnings : str
        What Sphinx complains about; a site with warnings isn't fit to be shown.
    """

    folder: Path
    pages: int
    size: int
    seconds: float
    warnings: str

    def __str__(self) -> str:
        facts = f"{self.pages} pages, {self.size / 1e6:.1f} MB, in {self.seconds:.0f} s"
        return f"{facts}: {self.folder / 'index.html'}"


def build(out: str | Path, lessons: Iterable[Lesson]) -> SiteReport:
    """Build the site of some lessons, executed as they lie there.

    Parameters
    ----------
    out : path
        A new or empty folder, or one with an earlier site, which is replaced.
    lessons : iterable of Lesson
        Such as ``catalogue.lessons()``, which are all of the course.

    Raises
    ------
    ValueError
        Where the extra ``site`` isn't installed, `out` holds something else, or the build fails.
    """
    started = time.perf_counter()
    out = checked_place(out)
    from medtutor.site import sources  # needs the extra

    with TemporaryDirectory() as folder:
        made = Path(folder, "made")
        sources.write(Path(folder, "source"), list(lessons))
        warnings = _run_sphinx(folder)
        (made / MARKER).touch()
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(made, out, dirs_exist_ok=True)  # it may be the folder we stand in
    pages = sum("_static" not in path.parts for path in out.rglob("*.html"))
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    return SiteReport(out, pages, size, time.perf_counter() - started, warnings)


def checked_place(out: str | Path) -> Path:
    """Return a folder that a site may take, made and marked; an error where none can be built."""
    out = written_out(out)
    check_installed("myst_nb", "site", "a site needs Sphinx, which isn't installed")
    if out.is_file() or (out.exists() and any(out.iterdir()) and not (out / MARKER).exists()):
        raise ValueError(
            f"{out} holds something that is no site of this course; choose a new or empty folder"
        )
    out.mkdir(parents=True, exist_ok=True)
    (out / MARKER).touch()
    return out


def _run_sphinx(folder: str) -> str:
    command = [sys.executable, "-m", "sphinx", "--quiet", "-d", "doctrees", "source", "made"]
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        raise ValueError(f"the site was not built; Sphinx says:\n{done.stderr[-2000:]}")
    return done.stderr
