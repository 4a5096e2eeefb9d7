"""Binder: repo2docker understands the folder, and what it will install can be had."""

import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from medtutor.course import catalogue

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Binder runs on Linux")


def ended(command):
    """Run a module of Python in the course's folder, and return how it ended, which is well."""
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done


@pytest.fixture(scope="module")
def dockerfile():
    """What repo2docker would build, without building it."""
    if find_spec("repo2docker") is None:
        pytest.skip("jupyter-repo2docker is not installed; the extra 'test' holds it")
    options = ["--no-build", "--debug", "--user-id", "1000", "--user-name", "jovyan"]
    done = ended(["repo2docker", *options, "."])
    return done.stdout + done.stderr


def test_repo2docker_takes_our_python(dockerfile):
    assert "python=3.11" in dockerfile


def test_repo2docker_installs_once_the_whole_project_is_there(dockerfile):
    copied = re.search(r"^COPY .*src/ \$\{REPO_DIR\}", dockerfile, re.MULTILINE)
    installed = dockerfile.index('pip install --no-cache-dir -r "binder/requirements.txt"')
    assert copied
    assert copied.start() < installed < dockerfile.index("RUN ./binder/postBuild")


# Whether pip can be found is looked up after another test may have imported distutils.
@pytest.mark.filterwarnings("ignore:Setuptools is replacing distutils")
def test_the_requirements_resolve_from_the_root():
    """Everything is installed already, so this needs no network; a misfit would."""
    for module in ("pip", "hatchling"):
        if find_spec(module) is None:
            pytest.skip(f"{module} is not installed; the extra 'test' holds it")
    install = ["pip", "--disable-pip-version-check", "install", "--dry-run"]
    done = ended([*install, "--no-build-isolation", "-r", "binder/requirements.txt"])
    assert re.search(r"Would install medtutor-\S+\s*$", done.stdout), done.stdout


def test_post_build_makes_the_copies_and_switches_the_news_off(tmp_path):
    if shutil.which("bash") is None:
        pytest.skip("there is no bash")
    script = ROOT / "binder" / "postBuild"
    assert os.access(script, os.X_OK)
    scripts = Path(sys.executable).parent
    place = {"NB_PYTHON_PREFIX": str(tmp_path / "env"), "PATH": f"{scripts}:{os.environ['PATH']}"}
    subprocess.run([script], cwd=tmp_path, env=os.environ | place, check=True)
    copies = {path.name for path in (tmp_path / "my-lessons").iterdir()}
    assert copies == {lesson.path.name for lesson in catalogue.lessons()}
    assert list((tmp_path / "env").rglob("labconfig/default_setting_overrides.json"))
