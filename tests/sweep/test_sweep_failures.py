"""Each row of the table of failures: nothing is lost, and nothing is there twice."""

import os
import signal
import subprocess
import tempfile
import threading
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
from distributed import Client, LocalCluster
from hypothesis import given, settings
from hypothesis import strategies as st
from lessons import records, write_command, write_lesson
from patience import patience
from simulated import ENDS, SimulatedClient

from medtutor import cli
from medtutor.sweep import dispatching, planning, storing, working


@pytest.fixture
def client():
    """Two workers that are threads here: what they start are real processes all the same."""
    page = {"dashboard": False, "dashboard_address": "127.0.0.1:0"}
    here = {"host": "127.0.0.1", "protocol": "tcp", "scheduler_kwargs": page}
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, processes=False, **here) as cluster,
        Client(cluster) as client,
    ):
        yield client


@pytest.fixture
def plan(course):
    return planning.make("07", {"rate": "0.1,0.2", "seed": "0:3"})


@pytest.fixture
def store(plan, tmp_path):
    return storing.Store(tmp_path / "out", plan)


def family(word):
    """Return the processes below this one, and lost ones, whose command line has a word."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        if any(word in part for part in process.info["cmdline"] or ()):
            found.append(process)
    return found


def test_what_a_run_does_wrong_stays_with_that_run(course, client, tmp_path, capsys, monkeypatch):
    """A cell that raises, a kernel that is killed, a run over its limit, and a good one."""
    monkeypatch.chdir(tmp_path)
    words = ["sweep", "07", "-p", "act", "record,raise,die,hang", "--seeds", "1"]
    words += ["--scheduler", client.scheduler.address]
    words += ["--limit-minutes", str(patience(20) / 60)]
    with pytest.raises(SystemExit) as end:
        cli.main(words)
    assert end.value.code == 1
    said = capsys.readouterr().out
    assert said.splitlines()[-1] == "1 done + 3 failed + 0 lost + 0 to do = 4 runs"
    found = {run["parameters"]["act"]: run for run in records(Path("sweep")).values()}
    assert found["record"]["results"] == {"auc": 0.601, "kind": "small", "seed_was": 1}
    assert found["record"]["error"] is None
    assert found["raise"]["error"] == "cell [3]: ValueError: no image at all"
    assert found["die"]["error"] == "DeadKernelError: Kernel died"
    assert 20 < found["die"]["peak_mib"] < 500
    assert found["hang"]["error"].startswith("ended after ")
    assert found["hang"]["error"].endswith(" min, the limit")
    tries = {act: run["attempts"] for act, run in found.items()}
    assert tries == {"record": 1, "raise": 1, "die": 2, "hang": 1}
    for run in found.values():
        assert run["status"] == ("done" if run is found["record"] else "failed")
        assert run["worker"].startswith("tcp://127.0.0.1:")
        assert run["versions"] == working.versions()
        assert run["began"] < run["ended"]
        assert run["ended"].endswith("+00:00")
    kept = {path.stem for path in Path("sweep/runs").glob("*.ipynb")}
    assert kept == {key for key, run in records(Path("sweep")).items() if run["status"] == "failed"}
    assert not family(str(tmp_path))


@pytest.mark.parametrize(
    ("dataset", "keep", "is_kept"),
    [
        ("lung_ct", None, True),
        ("lung_ct", "none", False),
        ("folder:/x", None, False),
        ("folder:/x", "failed", True),
    ],
)
def test_notebooks_of_own_images_are_kept_on_request_alone(
    plan, monkeypatch, dataset, keep, is_kept
):
    failed = {"error": "cell [3]: ValueError: x", "notebook": "shows a patient"}
    monkeypatch.setattr(working.Work, "_run", lambda *_: dict(failed))
    monkeypatch.setattr("distributed.get_worker", lambda: SimpleNamespace(address="tcp://a"))
    work = working.Work(plan.lesson, plan.source, keep, None, working.versions())
    assert (work({"dataset": dataset})["notebook"] is not None) == is_kept


def test_a_worker_with_other_versions_is_refused_with_both_lists(store, client):
    other = working.versions() | {"keras": "2.0", "tensorflow": None}
    work = working.Work(store.plan.lesson, store.plan.source, "none", None, other)
    with pytest.raises(ValueError, match=r"the worker .* has medtutor .* install the same") as end:
        dispatching.finish(store, client, work)
    own = working.versions()
    assert f"tensorflow {own['tensorflow']}, keras {own['keras']}, this machine" in str(end.value)
    assert "tensorflow missing, keras 2.0; install" in str(end.value)
    assert store.records == {}


def test_without_any_worker_a_sweep_stops_and_says_how_to_go_on(store, client, monkeypatch):
    monkeypatch.setattr(dispatching, "PATIENCE", 1.0)
    away = threading.Timer(1.0, client.cluster.scale, [0])
    away.start()
    with pytest.raises(storing.Stopped, match=r"no worker left for 1 s; to go on: ") as stop:
        dispatching.finish(store, client, lambda run: time.sleep(3))
    away.join()
    assert stop.value.exit_code == 3
    assert store.missing == list(store.plan.runs)


def test_without_dask_the_command_says_how_to_get_it(course, monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("medtutor._resources.find_spec", lambda name: None)
    with pytest.raises(SystemExit) as end:
        cli.main(["sweep", "07"])
    assert end.value.code == 2
    assert 'pip install -c constraints.txt -e ".[sweep]"' in capsys.readouterr().err


def test_many_runs_are_asked_for(course, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda *_: "n")
    with pytest.raises(SystemExit) as end:
        cli.main(["sweep", "07", "--seeds", "0:201"])
    assert end.value.code == 130
    assert not Path("sweep").exists()


KILLING = """import os, pathlib, psutil
from medtutor._recording import record
died = pathlib.Path(FOLDER, f"died{seed}")
if seed == 0 or (seed == 1 and not died.exists()):
    died.touch()
    driver = psutil.Process().parent()
    driver.parent().kill()
    import time; time.sleep(600)
record(auc=0.5)"""


def test_a_killed_worker_loses_nothing_and_a_run_that_kills_too_many_is_lost(tmp_path):
    lessons = write_lesson(tmp_path / "lessons", f"FOLDER = {str(tmp_path)!r}\n{KILLING}")
    # One death less than by default, so that fewer workers are needed.
    assert dispatching.ALLOWED_FAILURES == 2
    patch = "from medtutor.sweep import dispatching\ndispatching.ALLOWED_FAILURES = 1\n"
    command = write_command(lessons, tmp_path / "command.py", patch)
    words = ["sweep", "07", "--seeds", "0:2", "--jobs", "4", "--out", "out"]
    done = subprocess.run(
        [*command, *words], cwd=tmp_path, capture_output=True, text=True, timeout=patience(120)
    )
    found = {run["parameters"]["seed"]: run for run in records(tmp_path / "out").values()}
    assert done.stdout.splitlines()[-1] == "1 done + 0 failed + 1 lost + 0 to do = 2 runs"
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert (found[0]["status"], found[0]["error"]) == ("lost", "killed 2 workers: memory?")
    assert [found[seed]["attempts"] for seed in range(2)] == [2, 2]
    assert found[1]["results"] == {"auc": 0.5}
    assert not family(str(tmp_path))  # neither a driver nor a kernel outlives its worker


def has_more(folder, count):
    return len(records(folder)) > count


def addresses(pid):
    """Return where a command and its workers listen."""
    client = psutil.Process(pid)
    workers = [one for one in client.children(recursive=True) if "spawn_main" in str(one.cmdline())]
    open_ = [socket for one in (client, *workers) for socket in one.net_connections("inet")]
    return {socket.laddr.ip for socket in open_ if socket.status == psutil.CONN_LISTEN}


def wait_for(condition, seconds=60):
    deadline = time.monotonic() + patience(seconds)
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert condition()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT between processes")
def test_a_killed_client_and_ctrl_c_lose_what_was_in_flight_alone(tmp_path):
    work = "from medtutor._recording import record\nimport time; time.sleep(1)\nrecord(auc=seed)"
    lessons = write_lesson(tmp_path / "lessons", work)
    command = write_command(lessons, tmp_path / "command.py")
    out, seen = tmp_path / "out", {}

    def start():
        words = ["sweep", "07", "--seeds", "0:3", "--jobs", "1", "--out", "out"]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen([*command, *words], cwd=tmp_path, start_new_session=True, **pipes)

    for end, code, said in (
        # Python's own tracker of semaphores complains of a death, or not.
        (lambda pid: os.kill(pid, signal.SIGKILL), -signal.SIGKILL, None),
        (lambda pid: os.killpg(pid, signal.SIGINT), 130, "Stopped."),
        (None, 0, ""),
        (None, 0, ""),  # nothing to do
    ):
        client = start()
        if end:
            wait_for(partial(has_more, out, len(seen)))
            assert addresses(client.pid) == {"127.0.0.1"}  # where they wait to be called
            end(client.pid)
        output, errors = client.communicate(timeout=patience(60))
        assert client.returncode == code
        assert said in (None, errors.strip())
        wait_for(lambda: not family(str(tmp_path)), 30)
        times = {path.name: path.stat().st_mtime_ns for path in (out / "runs").glob("*.json")}
        assert times.items() >= seen.items()  # what is stored is not run again
        seen = times
    assert output.splitlines()[-1] == "3 done + 0 failed + 0 lost + 0 to do = 3 runs"
    assert {run["results"]["auc"] for run in records(out).values()} == {0, 1, 2}


def test_a_dead_kernels_run_is_tried_again_alone_at_the_end(store):
    client = SimulatedClient(iter(["kernel died", "done", "kernel died"]))
    dispatching.finish(store, client, None)
    first, second, third, *others = store.plan.runs.values()
    assert client.started[:6] == [first, second, third, *others]
    assert client.started[6:] == [first, third]
    assert client.most_at_a_time == 2
    assert store.tally() == "6 done + 0 failed + 0 lost + 0 to do = 6 runs"


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(st.sampled_from([*ENDS, "killed", "full"]), max_size=8), max_size=4))
def test_every_key_has_one_record_whatever_is_killed_and_goes_on(simulated_plan, sessions):
    with tempfile.TemporaryDirectory() as folder:
        kept = {}
        for ends in [*sessions, []]:
            store = storing.Store(folder, simulated_plan)
            client = SimulatedClient(iter(ends))
            assert store.records == kept
            with (
                pytest.MonkeyPatch.context() as patch,
                suppress(KeyboardInterrupt, storing.Stopped),
            ):
                patch.setattr(os, "fsync", client.sync)
                dispatching.finish(store, client, None)
            ran = [planning._sha256(run) for run in client.started]
            assert len(ran) <= 2 * len(set(ran))
            assert not any(simulated_plan.runs[key] in client.started for key in kept)
            assert store.records.items() >= kept.items()
            kept = storing.Store(folder, simulated_plan).records
            assert kept == store.records
            counts = [int(word) for word in store.tally().split() if word.isdigit()]
            assert sum(counts[:-1]) == counts[-1] == len(simulated_plan.runs)
        assert set(kept) == set(simulated_plan.runs)


@pytest.fixture(scope="module")
def simulated_plan(tmp_path_factory):
    runs = {f"{n:012x}": {"rate": n, "seed": 0} for n in range(6)}
    facts = {"lesson": "x", "parameters": {"rate": list(range(6)), "seed": [0]}}
    return planning.Plan(None, "", facts, runs)
