"""Start Keras as the course does; count the cases in which a formula was compared with Keras."""

from collections import Counter

import pytest
from hypothesis import settings

# A slow day is no fault of the code.
settings.register_profile("patient", settings.default, deadline=None)
settings.load_profile("patient")


def pytest_configure(config):
    if config.getoption("dist", "no") == "no" or hasattr(config, "workerinput"):
        # First of all, as in a lesson: a test that used TensorFlow before the course had started
        # it would choose the number of threads for every later test of its process.
        import medtutor._keras  # noqa: F401
    config.addinivalue_line(
        "markers",
        "conformance(op): compares an operation with Keras; without op it is the test's "
        "parameter op. The summary counts these cases.",
    )


# Tests in these folders work, and wait, through other processes: browsers, servers, kernels.
WAITING = ("browser", "course", "sweep")


def _kind(file):
    if file.suffix == ".ipynb":
        return "notebook"
    return "waiting" if file.parent.name in WAITING else "code"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Let notebooks alternate with what waits, and short code come last: no core idles."""
    files = {"notebook": [], "waiting": [], "code": []}
    for file in dict.fromkeys(item.path for item in items):
        files[_kind(file)].append(file)
    files["notebook"].reverse()  # the last lessons take longest
    turn = {
        file: (kind == "code", (place + 0.5) / len(files[kind]))
        for kind in files
        for place, file in enumerate(files[kind])
    }
    items.sort(key=lambda item: turn[item.path])


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    # A property travels with the test's report, also from one process to another.
    for mark in item.iter_markers("conformance"):
        op = mark.args[0] if mark.args else item.callspec.params["op"]
        item.user_properties.append(("conformance", op))


def pytest_terminal_summary(terminalreporter):
    counts = Counter(
        value
        for report in terminalreporter.stats.get("passed", [])
        for name, value in report.user_properties
        if name == "conformance"
    )
    if counts:
        terminalreporter.section("conformance with Keras")
        for op, count in sorted(counts.items()):
            terminalreporter.line(f"{op:<32}{count:>6}")
        terminalreporter.line(f"{'op/shape/dtype cases that passed':<32}{counts.total():>6}")
