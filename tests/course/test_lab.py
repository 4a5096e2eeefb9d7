import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress

import pytest

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


def answer(address):
    request = urllib.request.Request(address, headers={"Authorization": "token test"})
    with urllib.request.urlopen(request, timeout=5) as reply:
        return json.load(reply)


def wait_for(address, server):
    for _ in range(300):
        assert server.poll() is None, server.stdout.read()
        try:
            return answer(address)
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"{address} never answered")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT between processes")
def test_a_real_jupyterlab_shows_the_copies_asks_no_news_and_stops_on_ctrl_c(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    own = {f"JUPYTER_{name}_DIR": str(tmp_path / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    words = ["lab", "--dir", "mine", "--no-browser", "--port", str(port), "--"]
    server = subprocess.Popen(
        [sys.executable, "-m", "medtutor", *words, "--IdentityProvider.token=test"],
        cwd=tmp_path,
        env=os.environ | own,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        # A shell that runs the tests in the background has them ignore Ctrl+C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        listing = wait_for(f"http://127.0.0.1:{port}/api/contents", server)
        settings = answer(f"http://127.0.0.1:{port}/lab/api/settings/{NOTIFICATIONS}")
    finally:
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGINT)  # as a terminal does
        said, _ = server.communicate(timeout=60)
        print(said)
    names = {item["name"] for item in listing["content"]}
    assert names == {lesson.path.name for lesson in catalogue.lessons()}
    choices = settings["schema"]["properties"]
    assert choices["fetchNews"]["default"] == "false"
    assert choices["checkForUpdates"]["default"] is False
    assert "Traceback" not in said
    assert said.strip().endswith(f"Your work is in {(tmp_path / 'mine').resolve()}")
    assert server.returncode == 0
