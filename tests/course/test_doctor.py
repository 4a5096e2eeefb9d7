import socket

import pytest

from medtutor.course import doctor
from medtutor.course.doctor import GIB


def test_the_report_covers_everything_and_this_environment_is_usable(tmp_path, monkeypatch):
    monkeypatch.setenv("MEDTUTOR_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(doctor, "is_online", lambda: False)
    findings = doctor.report()
    topics = [finding.topic for finding in findings]
    for topic in ("python", "tensorflow", "memory", "processors", "cache folder", "disk"):
        assert topic in topics
    assert topics[-1] == "network"
    assert doctor.usable(findings)
    assert list((tmp_path / "cache").iterdir()) == []  # the probe is gone


@pytest.mark.parametrize(
    ("found", "state"),
    [((3, 10, 9), "problem"), ((3, 11, 0), "ok"), ((3, 13, 5), "ok"), ((3, 14, 0), "problem")],
)
def test_python_versions(found, state):
    assert doctor.check_python(found).state == state


def test_a_missing_package_makes_the_course_unusable():
    finding = doctor.check_package("no-such-package-at-all")
    assert finding.state == "problem"
    assert "pip install" in finding.advice
    assert not doctor.usable([finding])


def test_either_build_of_tensorflow_will_do():
    assert doctor.check_package("tensorflow").state == "ok"


@pytest.mark.parametrize(
    ("finding", "state"),
    [
        (doctor.check_memory(8 * GIB), "ok"),
        (doctor.check_memory(0.7 * GIB), "warning"),
        (doctor.check_processors(2), "ok"),
        (doctor.check_processors(1), "warning"),
        (doctor.check_disk(50 * GIB), "ok"),
        (doctor.check_disk(0.1 * GIB), "warning"),
    ],
)
def test_limits_give_a_warning_with_advice_but_no_problem(finding, state):
    assert finding.state == state
    assert bool(finding.advice) == (state == "warning")
    assert doctor.usable([finding])


def test_a_cache_folder_that_cannot_be_written_says_what_to_do(tmp_path):
    (tmp_path / "file").write_text("x")
    (finding,) = doctor.check_cache(tmp_path / "file" / "cache")
    assert finding.state == "warning"
    assert "MEDTUTOR_CACHE" in finding.advice


def test_the_limit_of_a_container_counts(tmp_path, monkeypatch):
    assert doctor.container_limit(tmp_path) is None
    (tmp_path / "memory.max").write_text("max\n")
    (tmp_path / "memory.current").write_text("5\n")
    assert doctor.container_limit(tmp_path) is None
    (tmp_path / "memory.max").write_text(f"{GIB}\n")
    assert doctor.container_limit(tmp_path) == (GIB, 5)
    monkeypatch.setattr(doctor, "container_limit", lambda: (GIB, GIB // 4))
    assert doctor.available_memory() <= 0.75 * GIB


def test_online_means_that_the_server_answers():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert doctor.is_online("127.0.0.1", port)
    assert not doctor.is_online("127.0.0.1", port)


def test_offline_is_no_problem():
    finding = doctor.check_network(online=False)
    assert finding.state == "ok"
    assert "built-in data" in finding.advice


def test_a_finding_prints_its_advice_on_a_line_of_its_own():
    text = str(doctor.check_processors(1))
    assert text.startswith("warning  processors")
    assert "twice as long" in text.splitlines()[1]
    assert len(str(doctor.check_processors(4)).splitlines()) == 1
