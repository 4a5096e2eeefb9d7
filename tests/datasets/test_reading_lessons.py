"""A lesson runs from top to bottom on a folder of the learner's own, by one parameter."""

import os
import subprocess
import sys

import nbformat
from own_folders import write_dicom_classes
from own_pictures import write_classes


def test_lesson_07_on_a_folder_of_dicom_files(tmp_path):
    """On a folder of pictures: tests/browser/test_lessons_in_jupyterlab.py."""
    write_dicom_classes(tmp_path / "my own images", n_patients=8, n_each=3)
    words = ["run", "07", "-p", "epochs", "1", "--out", "runs", "-p", "dataset"]
    done = subprocess.run(
        [sys.executable, "-m", "medtutor", *words, "folder:my own images"],
        cwd=tmp_path,
        env=os.environ | {"MEDTUTOR_CACHE": str(tmp_path / "cache")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (path,) = (tmp_path / "runs").glob("07_*.ipynb")
    cells = nbformat.read(path, as_version=4).cells
    printed = "".join(
        output.text for cell in cells for output in cell.get("outputs", []) if "text" in output
    )
    assert "48 files (DICOM); patients by the DICOM header's PatientID" in printed
    # Of eight patients a class, five are for training.
    assert "train    30 images of   10 patients, none elsewhere" in printed
    assert not (tmp_path / "cache").exists()


def test_a_folder_that_does_not_fit_is_refused_before_a_lesson_starts(tmp_path):
    write_classes(tmp_path / "pics", n_patients=2)
    words = ["run", "07", "-p", "dataset", "folder:pics", "--out", "runs"]
    done = subprocess.run(
        [sys.executable, "-m", "medtutor", *words],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "'healthy' has only 2 patients to split" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "runs").exists()
