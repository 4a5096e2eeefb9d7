"""What the README tells people to type works as written."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def typed(command):
    """Return the command lines of the README that start with this command."""
    lines = [line[2:] for block in blocks("console") for line in block.splitlines()]
    return [line for line in lines if line.split()[0] == command]


def run(words, folder):
    environment = os.environ | {"MEDTUTOR_CACHE": str(folder / "cache")}
    return subprocess.run(
        words, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def write_images(folder):
    for place in range(8):
        path = folder / ("healthy", "sick")[place % 2] / f"{place}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((20, 30), place, np.uint8)).save(path)


@pytest.mark.parametrize("line", typed("medtutor"))
def test_commands_of_the_readme_work_in_an_empty_folder(line, tmp_path):
    if "folder:my_images" in line:  # the one thing that the reader brings along
        write_images(tmp_path / "my_images")
    done = run([sys.executable, "-m", *line.split()], tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_readme_names_commands_at_all():
    assert len(typed("medtutor")) >= 5
    assert typed("make") == ["make lab", "make test"]


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
@pytest.mark.parametrize(
    "target",
    [*re.findall(r"`make (\w+)`", README), "run", "short", "site", "notebooks", "bench", "clean"],
)
def test_make_knows_the_targets(target):
    done = run(["make", "--dry-run", "-C", str(ROOT), target], ROOT)
    assert done.returncode == 0, done.stderr


def test_the_benchmarks_start():
    """They take the tests' helpers, and run too rarely to notice that one has moved."""
    names = [path.stem for path in sorted((ROOT / "benchmarks").glob("bench_*.py"))]
    assert names
    done = run([sys.executable, "-c", f"import {', '.join(names)}"], ROOT / "benchmarks")
    assert done.returncode == 0, done.stderr


def test_own_data_code_runs_as_written():
    patients = np.repeat(np.arange(10), 4)
    names = {
        "images": np.zeros((40, 8, 8, 1), np.uint8),
        "labels": patients % 2,
        "patients": patients,
    }
    (code,) = blocks("python")
    exec(code, names)
    assert [len(names[part]) for part in ("train", "val", "test")] == [28, 4, 8]


@pytest.mark.parametrize("target", re.findall(r"\]\((?!http)([^)#]+)\)", README))
def test_links_inside_the_project_lead_somewhere(target):
    assert (ROOT / target).exists()
