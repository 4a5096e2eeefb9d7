"""A real JupyterLab on loopback, with folders of its own."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from patience import patience

from medtutor._accessible import LAB_EXTENSIONS

SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/docmanager-extension:plugin": {"autosave": False},
    "@jupyterlab/notebook-extension:tracker": {
        "autoStartDefaultKernel": True,
        "windowingMode": "none",
    },
}


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab: address, token, the folder that it shows, its own data folder."""

    url: str
    token: str
    folder: Path
    data: Path

    def ask(self, path: str, method: str = "GET") -> bytes:
        headers = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(f"{self.url}{path}", headers=headers, method=method)
        # No proxy: the server is on this machine.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=patience(10)) as reply:
            return reply.read()


@contextmanager
def running_lab(folder: Path) -> Iterator[Lab]:
    """Start JupyterLab in `folder`/notebooks, and leave nothing running afterwards."""
    url = f"http://127.0.0.1:{_free_port()}"
    lab = Lab(url, secrets.token_hex(16), folder / "notebooks", folder / "data")
    lab.folder.mkdir()
    with (folder / "lab.log").open("w") as log:
        # A process group of its own, so that Ctrl+C in the test run is handled here.
        group = (
            {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
            if sys.platform == "win32"
            else {"start_new_session": True}
        )
        server = subprocess.Popen(
            _command(lab), env=_environment(folder), stdout=log, stderr=log, **group
        )
        try:
            _wait_until_up(lab, server, folder / "lab.log")
            yield lab
        finally:
            _stop(lab, server)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _command(lab: Lab) -> list[str]:
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": lab.url.rpartition(":")[2],
        "ServerApp.port_retries": 0,
        "ServerApp.root_dir": lab.folder,
        "ServerApp.open_browser": False,
        "ServerApp.allow_root": True,
        "IdentityProvider.token": lab.token,
        "LabApp.expose_app_in_browser": True,
        "LabApp.extension_manager": "readonly",
        "LabServerApp.extra_labextensions_path": LAB_EXTENSIONS,
    }
    words = [f"--{name}={value}" for name, value in options.items()]
    return [sys.executable, "-m", "jupyterlab", *words]


def _environment(folder: Path) -> dict[str, str]:
    names = ("CONFIG", "DATA", "RUNTIME")
    own = {f"JUPYTER_{name}_DIR": str(folder / name.lower()) for name in names}
    own["JUPYTERLAB_SETTINGS_DIR"] = str(folder / "settings")
    own["JUPYTERLAB_WORKSPACES_DIR"] = str(folder / "workspaces")
    own["IPYTHONDIR"] = str(folder / "ipython")
    overrides = folder / "config" / "labconfig" / "default_setting_overrides.json"
    overrides.parent.mkdir(parents=True)
    overrides.write_text(json.dumps(SETTINGS))
    # A kernel that sees pytest's variables would draw no live pictures.
    left_out = ("JUPYTER", "PYTEST")
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(left_out)}
    return inherited | own


def _wait_until_up(lab: Lab, server: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + patience(60)
    while time.monotonic() < deadline and server.poll() is None:
        with suppress(OSError):
            lab.ask("/api/status")
            return
        time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not start; it said:\n{log.read_text()[-2000:]}")


def _stop(lab: Lab, server: subprocess.Popen) -> None:
    """Ask the server to end itself and its kernels; end what is left."""
    family = _family(server.pid)
    with suppress(OSError):
        lab.ask("/api/shutdown", "POST")
    with suppress(subprocess.TimeoutExpired):
        server.wait(patience(20))
    for process in family:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    server.wait(patience(10))


def _family(pid: int) -> list[psutil.Process]:
    try:
        return [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        return []
