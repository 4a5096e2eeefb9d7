"""The built wheel, in an environment of its own, works in an empty folder."""

import os
import subprocess
import sys
import sysconfig
import venv
from importlib.util import find_spec
from pathlib import Path

import pytest

from medtutor.course import catalogue

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    if find_spec("hatchling") is None:
        pytest.skip("hatchling is not installed; the extra 'test' holds it")
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("medtutor-*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory):
    """The Python of a new environment: medtutor from the wheel, the rest from this one."""
    home = tmp_path_factory.mktemp("clean") / "env"
    venv.EnvBuilder(with_pip=False).create(home)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(home), "platbase": str(home)}))
    # Only an added path: the .pth files of this environment, the editable one too, stay unread.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*install, f"--target={packages}", wheel], check=True, capture_output=True)
    return home / ("Scripts" if os.name == "nt" else "bin") / Path(sys.executable).name


@pytest.fixture
def call(python, tmp_path):
    """Call Python in an empty folder, cut off from the source tree."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    def call(*words):
        done = subprocess.run(
            [python, *words],
            cwd=tmp_path,
            env=environment | {"MEDTUTOR_CACHE": str(tmp_path / "cache")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return call


def test_medtutor_comes_from_the_wheel(call, python):
    places = call("-c", "import medtutor, numpy; print(medtutor.__file__); print(numpy.__file__)")
    course, dependency = map(Path, places.splitlines())
    assert python.parent.parent in course.parents
    assert ROOT not in course.parents
    assert python.parent.parent not in dependency.parents


def test_the_lessons_are_copied_into_an_empty_folder(call, tmp_path):
    call("-m", "medtutor", "copy")
    copies = {path.name for path in (tmp_path / "my-lessons").iterdir()}
    assert copies == {lesson.path.name for lesson in catalogue.lessons()}


def test_the_command_is_an_entry_point(call):
    code = (
        "from importlib.metadata import distribution\n"
        "(point,) = [p for p in distribution('medtutor').entry_points if p.name == 'medtutor']\n"
        "point.load()(['--version'])"
    )
    assert call("-c", code).startswith("medtutor ")


def test_lab_is_ready(call):
    assert "Usage: medtutor lab" in call("-m", "medtutor", "lab", "--help")
    settings = "from medtutor.course import lab; print(*lab.SETTINGS.rglob('*.json'))"
    assert "default_setting_overrides.json" in call("-c", settings)


def test_the_data_came_along(call):
    code = (
        "from medtutor import datasets; print(len(datasets.load('brain_lesion', n_train=4).train))"
    )
    assert call("-c", code).strip().endswith("4")
    assert "breastmnist" in call("-m", "medtutor", "data", "list")


def test_the_guide_for_teachers_came_along(call):
    code = (
        "from medtutor._resources import guide_folder\n"
        "print(*(path.name for path in guide_folder().iterdir()))"
    )
    guide = {path.name for path in (ROOT / "docs" / "teaching").iterdir()}
    assert set(call("-c", code).split()) == guide


def test_everything_that_the_wheel_needs_is_in_it(call):
    """Files that are no Python: notices, tables, scripts and styles of the explorers."""
    shipped = call(
        "-c",
        "import medtutor, pathlib\nfor p in pathlib.Path(medtutor.__file__)"
        ".parent.rglob('*'): print(p.name)",
    )
    names = set(shipped.split())
    source = ROOT / "medtutor"
    extras = {p.name for p in source.rglob("*.*") if p.suffix not in (".py", ".pyc")}
    data = {p.name for p in (ROOT / "data").iterdir() if p.is_file()}
    assert extras | data <= names
