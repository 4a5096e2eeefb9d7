"""Where the course's own files lie, in the source tree or a wheel, and how it is installed."""

from importlib.util import find_spec
from pathlib import Path

# The course is installed from its own folder, and comes from no registry.
INSTALL = "in the folder with the course's README, python -m pip install -c constraints.txt -e ."

PACKAGE = Path(__file__).parent


def check_installed(package: str, extra: str, problem: str) -> None:
    """Raise where a package isn't there, with the problem and the extra that brings the package."""
    if find_spec(package) is None:
        install = INSTALL.replace("-e .", f'-e ".[{extra}]"')
        raise ValueError(f"{problem}; {install}")


def notebooks_folder() -> Path:
    """Return the folder of the lessons, ``00_welcome.ipynb`` and on."""
    return _first_folder(PACKAGE / "_notebooks", PACKAGE.parent / "notebooks")


def data_folder() -> Path:
    """Return the folder of the small data files that the course ships."""
    return _first_folder(PACKAGE / "_data", PACKAGE.parent / "data")


def guide_folder() -> Path:
    """Return the folder of the guide for teachers, ``index.md`` and on."""
    return _first_folder(PACKAGE / "_teaching", PACKAGE.parent / "docs" / "teaching")


def _first_folder(*candidates: Path) -> Path:
    for folder in candidates:
        if folder.is_dir():
            return folder
    places = " nor ".join(str(folder) for folder in candidates)
    raise FileNotFoundError(
        f"the course's files are in neither {places}; install the course again: {INSTALL}"
    )
