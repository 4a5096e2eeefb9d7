"""A real JupyterLab in a headless browser gives images the text of their metadata."""

import os
import subprocess
import sys
import time
from base64 import b64encode
from contextlib import contextmanager, suppress
from urllib.request import urlopen

import nbformat
import pytest

from medtutor._accessible import LAB_EXTENSIONS

PIXEL = b64encode(
    bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c02"
        "0000000b4944415478da6364f80f00010501012718e3660000000049454e44ae426082"
    )
).decode()
TEXT = 'One pixel, "red" & <b>small</b>.'

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="stops the server by a signal")


def picture(metadata):
    output = nbformat.v4.new_output("display_data", {"image/png": PIXEL}, metadata=metadata)
    return nbformat.v4.new_code_cell("picture", outputs=[output], execution_count=1)


@contextmanager
def jupyterlab(folder):
    """Run a server that reads no settings but its own; yield its address."""
    names = ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR")
    own = {f"JUPYTER_{name}": str(folder / ".jupyter" / name) for name in names}
    own |= {
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / ".jupyter"),
        "JUPYTERLAB_SETTINGS_DIR": str(folder / ".jupyter"),
    }
    options = [
        "--no-browser",
        "--allow-root",
        "--ServerApp.port=0",
        "--IdentityProvider.token=secret",
        f"--ServerApp.root_dir={folder}",
        f"--LabServerApp.extra_labextensions_path={LAB_EXTENSIONS}",
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *options],
        env=os.environ | own,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        address = address_in(process.stderr)
        wait_for(address)
        yield address
    finally:
        process.terminate()
        process.communicate(timeout=30)


def address_in(lines):
    for line in lines:
        if "http://127.0.0.1:" in line:
            return line[line.index("http://127.0.0.1:") :].split("/lab")[0]
    raise AssertionError("JupyterLab ended without an address")


def wait_for(address):
    """Wait until the server answers: it prints its address a moment before."""
    for _ in range(150):
        with suppress(OSError), urlopen(f"{address}/api/status?token=secret", timeout=5):
            return
        time.sleep(0.2)
    raise AssertionError(f"{address} never answered")


def test_images_have_the_alternative_text_of_their_metadata(page, tmp_path):
    cells = [picture({"image/png": {"alt": TEXT, "width": 40}}), picture({})]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "pictures.ipynb")
    with jupyterlab(tmp_path) as address:
        page.goto(f"{address}/lab/tree/pictures.ipynb?token=secret")
        page.wait_for_selector(".jp-RenderedImage img[alt]", timeout=60_000)
        images = page.eval_on_selector_all(
            ".jp-RenderedImage img", "found => found.map(image => [image.alt, image.width])"
        )
    assert images[0] == [TEXT, 40]
    assert images[1][0] == ""
