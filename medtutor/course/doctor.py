"""The set-up check: what this computer offers, and what to do about each problem.

>>> from medtutor.course import doctor
>>> doctor.usable(doctor.report())
True
"""

import platform
import sys
from collections.abc import Sequence
from pathlib import Path

from medtutor._processor import onednn_is_on, vector_unit
from medtutor._table import Table
from medtutor._version import __version__
from medtutor.course import checks, machine
from medtutor.course.checks import Finding

PACKAGES = (
    "tensorflow",
    "keras",
    "numpy",
    "scipy",
    "scikit-learn",
    "matplotlib",
    "pydicom",
    "nibabel",
    "jupyterlab",
    "ipykernel",
    "anywidget",
)


def report() -> list[Finding]:
    """Look at everything the course needs.

    Returns
    -------
    list of Finding
        In the order in which they are best read.

    Notes
    -----
    Taught in lesson 00.
    """
    return [
        checks.check_python(sys.version_info[:3]),
        checks.check_computer(platform.system(), platform.machine(), sys.maxsize > 2**32),
        *(
            checks.check_package(
                name, machine.installed_version(name), machine.needed_version(name)
            )
            for name in PACKAGES
        ),
        Finding("medtutor", __version__),
        checks.check_kernel(machine.outdated_in_memory(("medtutor", *PACKAGES))),
        checks.check_environment(Path(sys.prefix), machine.jupyter_python()),
        checks.check_kernelspec(machine.kernels_python(), Path(sys.executable)),
        checks.check_memory(*machine.free_and_total_memory()),
        checks.check_processors(machine.processors()),
        checks.check_vector_unit(unit := vector_unit(), unit is not None and onednn_is_on(unit)),
        *_look_at_cache(),
        checks.check_network(machine.is_online()),
    ]


def usable(findings: Sequence[Finding]) -> bool:
    """Tell whether the course can be used at all."""
    return all(finding.state != "stop" for finding in findings)


def summary(findings: Sequence[Finding]) -> str:
    """Say in a sentence what comes of all findings."""
    stops, looks = (
        ", ".join(finding.topic for finding in findings if finding.state == state)
        for state in ("stop", "look")
    )
    if stops:
        return f"The course can't run yet. First mend: {stops}."
    return f"You can start. Worth a look: {looks}." if looks else "All is well: you can start."


def as_table(findings: Sequence[Finding]) -> Table:
    """Return the findings as a table for a notebook, what needs the reader first."""
    urgent = sorted(findings, key=lambda finding: ("stop", "look", "ok").index(finding.state))
    rows = [(f.topic, f.value, f.state, f.advice) for f in urgent]
    return Table(("what", "found", "state", "what to do"), rows)


def _look_at_cache() -> list[Finding]:
    try:
        from medtutor.datasets.cache import cache_folder
    except ImportError as error:
        return [checks.check_package(error.name or "medtutor", None, "0")]
    try:
        return checks.check_cache(cache_folder())
    except ValueError as error:  # a home folder that nobody knows
        return [Finding("cache folder", str(error), "stop", checks.advice("choose_cache"))]
