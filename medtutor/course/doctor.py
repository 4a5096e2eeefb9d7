"""The set-up check: what this computer offers, and what to do about each problem.

>>> from medtutor.course import doctor
>>> doctor.usable(doctor.report())
True
"""

import platform
import sys
from collections.abc import Sequence
from pathlib import Path

from medtutor._table import Table
from medtutor._version import __version__
from medtutor.course.checks import (
    CHOOSE_CACHE,
    Finding,
    check_cache,
    check_computer,
    check_environment,
    check_kernel,
    check_kernelspec,
    check_memory,
    check_network,
    check_package,
    check_processors,
    check_python,
    check_vector_unit,
)
from medtutor.course.machine import (
    free_and_total_memory,
    installed_version,
    is_online,
    jupyter_python,
    kernels_python,
    needed_version,
    onednn_is_on,
    outdated_in_memory,
    processors,
    vector_unit,
)

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
        check_python(sys.version_info[:3]),
        check_computer(platform.system(), platform.machine(), sys.maxsize > 2**32),
        *(check_package(name, installed_version(name), needed_version(name)) for name in PACKAGES),
        Finding("medtutor", __version__),
        check_kernel(outdated_in_memory(("medtutor", *PACKAGES))),
        check_environment(Path(sys.prefix), jupyter_python()),
        check_kernelspec(kernels_python(), Path(sys.executable)),
        check_memory(*free_and_total_memory()),
        check_processors(processors()),
        check_vector_unit(unit := vector_unit(), unit is not None and onednn_is_on(unit)),
        *_look_at_cache(),
        check_network(is_online()),
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
        return [check_package(error.name or "medtutor", None, "0")]
    try:
        return check_cache(cache_folder())
    except ValueError as error:  # a home folder that nobody knows
        return [Finding("cache folder", str(error), "stop", CHOOSE_CACHE)]
