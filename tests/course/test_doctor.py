import socket
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from medtutor import _resources
from medtutor._processor import onednn_is_on
from medtutor.course import checks, doctor, machine
from medtutor.course.checks import GIB

CURES = [
    (checks.check_python((3, 10, 9)), "stop", "Install Python 3.11, 3.12 or 3.13"),
    (checks.check_python((3, 14, 0)), "stop", "Install Python 3.11, 3.12 or 3.13"),
    (checks.check_computer("Windows", "x86", False), "stop", "Python of 64 bits"),
    (checks.check_computer("Darwin", "x86_64", True), "stop", "use Binder"),
    (checks.check_package("keras", None, "3.8"), "stop", "pip install -c constraints.txt -e ."),
    (checks.check_package("keras", "3.7.9", "3.8"), "stop", "then restart the kernel"),
    (checks.check_kernel(["numpy", "keras"]), "look", "Restart Kernel"),
    (checks.check_environment(Path("/a/env"), Path("/b/env/bin/python")), "look", "medtutor lab"),
    (checks.check_memory(1.2 * GIB, 8 * GIB), "look", "Close other programs"),
    (checks.check_memory(0.5 * GIB, 2 * GIB), "look", "kernel may die"),
    (checks.check_processors(1), "look", "twice as long"),
    (checks.check_vector_unit("AVX2", False), "look", "TF_ENABLE_ONEDNN_OPTS=0"),
    (checks.check_kernelspec(None, Path(sys.executable)), "look", "ipykernel install"),
    (checks.check_kernelspec("/gone/python", Path(sys.executable)), "look", "ipykernel install"),
    (checks.check_kernelspec(sys.executable, Path("/a/env/bin/python")), "look", "medtutor lab"),
    (checks.check_disk(0.1 * GIB), "look", "free some space"),
    (checks.check_network(online=False), "ok", "built-in data"),
]
WELL = [
    checks.check_python((3, 11, 0)),
    checks.check_python((3, 13, 5)),
    checks.check_computer("Darwin", "arm64", True),
    checks.check_package("keras", "3.8", "3.8"),
    checks.check_package("keras", "3.15.0", "3.8"),
    checks.check_package("keras", "4.0.0rc1", "3.8"),
    checks.check_kernel([]),
    checks.check_environment(Path("/a/env"), Path("/a/env/bin/python")),
    checks.check_environment(Path("/a/env"), None),
    checks.check_memory(1.6 * GIB, 4 * GIB),
    checks.check_processors(2),
    checks.check_vector_unit("AVX512F", True),
    checks.check_vector_unit(None, False),
    checks.check_kernelspec("python", Path(sys.executable)),
    checks.check_kernelspec(sys.executable, Path(sys.executable)),
    checks.check_disk(50 * GIB),
    checks.check_network(online=True),
]


@pytest.mark.parametrize(
    ("unit", "setting", "is_on"),
    [
        ("AVX512F", None, True),
        ("AVX512F", "0", False),
        ("AVX2", "1", True),
        ("AVX2", "False", False),
    ],
)
def test_onednn_is_on_where_it_is_set_or_the_processor_is_wide(unit, setting, is_on):
    environment = {} if setting is None else {"TF_ENABLE_ONEDNN_OPTS": setting}
    assert onednn_is_on(unit, environment) is is_on


def test_onednn_is_off_where_tensorflow_came_before_the_course(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow", ModuleType("tensorflow"))
    assert not onednn_is_on("AVX2", {})
    monkeypatch.delitem(sys.modules, "tensorflow")
    assert onednn_is_on("AVX2", {})


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("MEDTUTOR_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(machine, "is_online", lambda: False)
    return tmp_path / "cache"


def test_the_report_covers_everything_and_this_environment_is_usable(cache):
    findings = doctor.report()
    topics = [finding.topic for finding in findings]
    wanted = ("python", "tensorflow", "kernel", "environment", "memory", "cache folder", "disk")
    assert set(wanted) <= set(topics)
    assert topics[-1] == "network"
    assert doctor.usable(findings)
    assert list(cache.iterdir()) == []  # the probe is gone


def test_a_library_that_is_missing_is_a_finding_and_no_crash(cache, monkeypatch):
    monkeypatch.delitem(sys.modules, "medtutor.datasets.cache")
    monkeypatch.setitem(sys.modules, "medtutor.datasets.cache", None)
    assert not doctor.usable(doctor.report())


@pytest.mark.parametrize(("finding", "state", "cure"), CURES, ids=str)
def test_every_problem_comes_with_its_cure(finding, state, cure):
    assert finding.state == state
    assert cure in finding.advice
    assert doctor.usable([finding]) == (state != "stop")


@pytest.mark.parametrize("finding", WELL, ids=str)
def test_what_is_well_is_left_in_peace(finding):
    assert finding.state == "ok"
    assert finding.advice == ""


def test_a_file_in_the_place_of_the_cache_folder_says_what_to_do(tmp_path):
    (tmp_path / "file").write_text("x")
    for folder in (tmp_path / "file", tmp_path / "file" / "cache"):
        (finding,) = checks.check_cache(folder)
        assert finding.state == "look"
        assert "a file is in its way" in finding.value
        assert "MEDTUTOR_CACHE" in finding.advice


def test_a_cache_folder_without_permission_says_so(tmp_path, monkeypatch):
    def refuse(self, **options):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "touch", refuse)  # root may write anywhere
    (finding,) = checks.check_cache(tmp_path / "cache")
    assert "Permission denied" in finding.value
    assert "MEDTUTOR_CACHE" in finding.advice


def test_a_cache_folder_that_is_missing_is_made(tmp_path):
    folder, disk = checks.check_cache(tmp_path / "not" / "there" / "yet")
    assert (folder.state, disk.topic) == ("ok", "disk")
    assert (tmp_path / "not" / "there" / "yet").is_dir()


def test_the_cache_folder_is_shown_from_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert checks.check_cache(tmp_path / "cache")[0].value == str(Path("~", "cache"))


def test_the_limit_of_a_container_counts(tmp_path, monkeypatch):
    assert machine.container_limit(tmp_path) is None
    (tmp_path / "memory.max").write_text("max\n")
    (tmp_path / "memory.current").write_text("5\n")
    assert machine.container_limit(tmp_path) is None
    (tmp_path / "memory.max").write_text(f"{GIB}\n")
    assert machine.container_limit(tmp_path) == (GIB, 5)
    monkeypatch.setattr(machine, "container_limit", lambda: (GIB, GIB // 4))
    free, total = machine.free_and_total_memory()
    assert free <= 0.75 * GIB
    assert total == GIB


def test_online_means_that_the_server_answers():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert machine.is_online("127.0.0.1", port)
    assert not machine.is_online("127.0.0.1", port)


def test_versions_are_those_of_the_installation():
    assert machine.installed_version("no-such-package-at-all") is None
    assert machine.installed_version("tensorflow") is not None  # of either build
    assert machine.needed_version("tensorflow") == "2.18"
    assert machine.needed_version("scikit-learn") == "1.5"
    assert machine.needed_version("no-such-package-at-all") == "0"


def test_a_package_updated_behind_the_kernels_back_is_found():
    old, new = ModuleType("numpy"), ModuleType("scipy")
    old.__version__, new.__version__ = "1.0", machine.installed_version("scipy")
    loaded = {"numpy": old, "scipy": new}
    assert machine.outdated_in_memory(("numpy", "scipy", "keras"), loaded) == ["numpy"]


def test_the_jupyterlab_around_a_kernel_is_found(tmp_path):
    look = "from medtutor.course.machine import jupyter_python as j; print(j())"
    around = tmp_path / "jupyter_lab.py"
    around.write_text(f"import subprocess, sys; subprocess.run([sys.executable, '-c', {look!r}])")
    seen = subprocess.run(
        [sys.executable, str(around)], capture_output=True, text=True, check=True
    ).stdout.strip()
    assert Path(seen) == Path(sys.executable)
    assert checks.check_environment(Path(sys.prefix), Path(seen)).state == "ok"


def test_a_finding_prints_its_advice_below_and_the_table_shows_the_same():
    findings = [checks.check_processors(4), checks.check_processors(1)]
    assert len(str(findings[0]).splitlines()) == 1
    assert str(findings[1]).startswith("look  processors")
    assert "twice as long" in str(findings[1]).splitlines()[1]
    table = doctor.as_table(findings)
    assert table["what to do"] == [findings[1].advice, ""]


def test_the_table_begins_with_what_has_to_be_done():
    stop, look = checks.check_python((3, 9, 0)), checks.check_processors(1)
    table = doctor.as_table([*WELL[:2], look, stop, WELL[2]])
    assert table["state"] == ["stop", "look", "ok", "ok", "ok"]
    assert table["what"] == ["python", "processors", *(well.topic for well in WELL[:3])]


def test_long_advice_is_wrapped_for_a_terminal():
    lines = str(checks.check_memory(0.5 * GIB, 2 * GIB)).splitlines()
    assert len(lines) > 2
    assert max(map(len, lines)) <= 96


def test_the_summary_names_what_to_mend_first():
    well, look = checks.check_processors(2), checks.check_processors(1)
    stop = checks.check_python((3, 9, 0))
    assert doctor.summary([well]) == "All is well: you can start."
    assert doctor.summary([well, look]) == "You can start. Worth a look: processors."
    assert doctor.summary([look, stop]) == "The course can't run yet. First mend: python."


def test_a_cache_folder_in_an_unknown_home_is_a_line_of_the_report(cache, monkeypatch):
    monkeypatch.setenv("MEDTUTOR_CACHE", "~nobodyxx/c")
    (line,) = (finding for finding in doctor.report() if finding.topic == "cache folder")
    assert line.state == "stop"  # no image can be loaded
    assert line.value.startswith("~nobodyxx/c begins with a home folder")
    assert "MEDTUTOR_CACHE" in line.advice


def test_a_computer_without_a_home_folder_is_no_error(cache, monkeypatch):
    def unknown():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", unknown)
    assert checks.check_cache(cache)[0].value == str(cache)


def test_files_that_are_missing_are_to_be_installed_as_the_doctor_says(tmp_path):
    with pytest.raises(FileNotFoundError, match="are in neither") as refusal:
        _resources._first_folder(tmp_path / "a", tmp_path / "b")
    advice = checks.check_package("keras", None, "3.8").advice
    assert str(refusal.value).endswith(advice.replace("Install", "install", 1))


@pytest.mark.parametrize("text", ["[]", "null", "{", '{"argv": []}'])
def test_a_broken_kernelspec_counts_as_none(text, tmp_path, monkeypatch):
    place = tmp_path / "kernels" / "python3" / "kernel.json"
    place.parent.mkdir(parents=True)
    place.write_text(text)
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    assert machine.kernels_python() is None
