import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager, suppress

import psutil
import pytest
from patience import patience

from medtutor.course import catalogue, lab

NOTIFICATIONS = "@jupyterlab/apputils-extension:notification"


def test_the_command_shows_the_folder_and_opens_the_lesson(little_course, tmp_path):
    words = lab.command(tmp_path, catalogue.find("02"), ["--no-browser"])
    assert words[:3] == [sys.executable, "-m", "jupyterlab"]
    assert f"--ServerApp.root_dir={tmp_path.resolve()}" in words
    assert "--LabApp.default_url=/lab/tree/02_convolution.ipynb" in words
    assert words[-1] == "--no-browser"


def test_the_learners_own_settings_still_count(monkeypatch):
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "mine")
    assert lab.environment()["JUPYTER_CONFIG_PATH"] == f"{lab.SETTINGS}{os.pathsep}mine"
    monkeypatch.delenv("JUPYTER_CONFIG_PATH")
    assert lab.environment()["JUPYTER_CONFIG_PATH"] == str(lab.SETTINGS)


def test_a_terminal_in_jupyterlab_finds_the_medtutor_command(monkeypatch):
    monkeypatch.setenv("PATH", "elsewhere")
    found = shutil.which("medtutor", path=lab.environment()["PATH"])
    assert found is not None
    assert lab.environment()["PATH"].endswith(f"{os.pathsep}elsewhere")


def test_ctrl_c_waits_until_jupyterlab_has_stopped(monkeypatch, tmp_path):
    class Server:
        waits = iter([KeyboardInterrupt, KeyboardInterrupt, 0])

        def wait(self):
            event = next(self.waits)
            if event is KeyboardInterrupt:
                raise event
            return event

    monkeypatch.setattr(lab.subprocess, "Popen", lambda command, env: Server())
    assert lab.start(tmp_path) == 0
    assert next(Server.waits, "all used") == "all used"


def answer(address, body=None):
    request = urllib.request.Request(address, body, headers={"Authorization": "token test"})
    with urllib.request.urlopen(request, timeout=patience(5)) as reply:
        return json.load(reply)


def wait_for(address, server):
    deadline = time.monotonic() + patience(60)
    while time.monotonic() < deadline:
        assert server.poll() is None, server.stdout.read()
        try:
            return answer(address)
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"{address} never answered")


@contextmanager
def running(folder, *extra):
    """Start `medtutor lab` as a terminal does; gives its process and its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    own = {f"JUPYTER_{name}_DIR": str(folder / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    words = ["lab", "--dir", "mine", "--", "--no-browser", f"--port={port}"]
    with subprocess.Popen(
        [sys.executable, "-m", "medtutor", *words, "--IdentityProvider.token=test", *extra],
        cwd=folder,
        env=os.environ | own,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        # A shell that runs the tests in the background has them ignore Ctrl+C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as server:
        try:
            yield server, f"http://127.0.0.1:{port}"
        finally:
            with suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGKILL)


needs_signals = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no signals between processes"
)


@needs_signals
def test_a_real_jupyterlab_shows_the_copies_asks_no_news_and_stops_on_ctrl_c(tmp_path):
    with running(tmp_path) as (server, address):
        listing = wait_for(f"{address}/api/contents", server)
        settings = answer(f"{address}/lab/api/settings/{NOTIFICATIONS}")
        os.killpg(server.pid, signal.SIGINT)  # as a terminal does
        said, _ = server.communicate(timeout=patience(60))
    names = {item["name"] for item in listing["content"]}
    assert names == {lesson.path.name for lesson in catalogue.lessons()}
    choices = settings["schema"]["properties"]
    assert choices["fetchNews"]["default"] == "false"
    assert choices["checkForUpdates"]["default"] is False
    assert "Traceback" not in said
    assert said.strip().endswith(f"Your work is in {(tmp_path / 'mine').resolve()}")
    assert server.returncode == 0


@needs_signals
@pytest.mark.parametrize("ended_by", ["SIGTERM", "SIGHUP"])
def test_whoever_ends_the_command_ends_jupyterlab_and_its_kernels(tmp_path, ended_by):
    with running(tmp_path) as (server, address):
        wait_for(f"{address}/api/kernels", server)
        answer(f"{address}/api/kernels", b'{"name": "python3"}')
        family = psutil.Process(server.pid).children(recursive=True)
        assert any("ipykernel_launcher" in " ".join(process.cmdline()) for process in family)
        if ended_by == "SIGTERM":
            server.terminate()
        else:
            os.killpg(server.pid, signal.SIGHUP)  # as a terminal that is closed does
        server.communicate(timeout=patience(10))
        assert psutil.wait_procs(family, timeout=patience(2))[1] == []


@needs_signals
def test_a_kernel_that_does_not_end_by_itself_is_killed(monkeypatch):
    monkeypatch.setattr(lab, "PATIENCE", 0.5)
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {deaf!r}])"
    server = subprocess.Popen([sys.executable, "-c", parent])
    deadline = time.monotonic() + patience(30)
    while not (family := psutil.Process(server.pid).children()) and time.monotonic() < deadline:
        time.sleep(0.05)
    lab.end(server.pid)
    assert psutil.wait_procs(family, timeout=patience(5))[1] == []
    server.wait(patience(5))
