import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import psutil
import pytest
from patience import patience

from medtutor.course import driver, machine, memory, running
from medtutor.datasets import medmnist
from medtutor.datasets.tables import message


def shown(path):
    notebook = nbformat.read(path, nbformat.NO_CONVERT)
    return "".join(
        output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", [])
    )


def test_lessons_run_with_their_parameters_in_kernels_of_their_own(little_course, tmp_path):
    tasks = running.plan(["02", "07"], {"seed": "4", "epochs": "9"})
    outcomes = list(running.run(tasks, tmp_path / "runs", jobs=2))
    assert {outcome.lesson.number for outcome in outcomes} == {"02", "07"}
    for outcome in outcomes:
        assert outcome.passed
        assert outcome.seconds > 0
        assert 20 < outcome.peak_mib < 500
        assert outcome.path.parent == (tmp_path / "runs").resolve()
    texts = {outcome.lesson.number: shown(outcome.path) for outcome in outcomes}
    assert texts == {"02": "8\n", "07": "4 brain_lesion 9 0.001 True None\n"}


def test_braces_in_a_path_are_letters(little_course, tmp_path, monkeypatch):
    installed = little_course.rename(tmp_path / "les{sons}")
    for module in ("catalogue", "copies"):
        monkeypatch.setattr(f"medtutor.course.{module}.notebooks_folder", lambda: installed)
    tasks = running.plan(["07"], {"epochs": "1"})
    (outcome,) = running.run(tasks, tmp_path / "course {group} {0} {{}}")
    assert outcome.passed, outcome.error
    assert outcome.path.parent.name == "course {group} {0} {{}}"
    assert "0 brain_lesion 1 0.001 True None" in shown(outcome.path)


def test_a_kernel_of_a_removed_python_is_not_started(little_course, tmp_path, monkeypatch):
    spec = tmp_path / "jupyter" / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True)
    removed = {"argv": [str(tmp_path / "removed" / "python"), "-f", "{connection_file}"]}
    spec.write_text(json.dumps(removed | {"display_name": "Python 3", "language": "python"}))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    assert machine.kernels_python() == removed["argv"][0]
    (outcome,) = running.run(running.plan(["07"], {}), tmp_path / "runs")
    assert outcome.passed, outcome.error


def test_a_failing_lesson_is_kept_with_its_error_and_the_rest_runs(little_course, tmp_path):
    tasks = running.plan(["05", "02"], {})
    failed, passed = running.run(tasks, tmp_path / "runs")
    assert not failed.passed
    assert failed.error == "cell [2]: ValueError: no image at all"
    outputs = [o for c in nbformat.read(failed.path, 4).cells for o in c.get("outputs", [])]
    assert "error" in [output.output_type for output in outputs]
    assert passed.passed


def test_the_error_of_a_failed_download_keeps_its_advice():
    target = Path.home() / ".cache" / "medtutor" / "medmnist" / "organmnist3d_224.npz"
    tried = [f"  {medmnist._addresses(target.name)[0]}: no connection (ConnectionError)"]
    said = message("no_download", target=target, md5="0" * 32, tried="\n".join(tried))
    line = driver._in_a_line(said)
    assert "\n" not in line
    assert "What you can do: - get the file some other way" in line
    assert line.endswith("need no download")
    assert len(driver._in_a_line("word " * 9999)) <= driver.LONGEST_ERROR


def test_a_kernel_that_dies_is_a_failed_run(little_course, tmp_path):
    lesson = little_course / "02_convolution.ipynb"
    text = lesson.read_text(encoding="utf-8")
    lesson.write_text(text.replace("print(double(seed))", "import os; os._exit(1)"), "utf-8")
    (outcome,) = running.run(running.plan(["02"], {}), tmp_path / "runs")
    assert outcome.error == "DeadKernelError: Kernel died"
    assert outcome.path.is_file()


def test_a_driver_that_dies_is_a_failed_run(little_course, tmp_path, monkeypatch):
    dying = [sys.executable, "-c", "raise SystemExit('no room left')"]
    monkeypatch.setattr(running, "_driver_command", lambda task, path: dying)
    (outcome,) = running.run(running.plan(["02"], {}), tmp_path)
    assert outcome.error == "the run ended early: no room left"
    assert outcome.peak_mib is None


def test_an_error_of_the_course_itself_is_not_swallowed(little_course, tmp_path, monkeypatch):
    monkeypatch.setattr(running, "_driver_command", lambda task, path: ["no-such-program-at-all"])
    with pytest.raises(FileNotFoundError):
        list(running.run(running.plan(["02"], {}), tmp_path))


def test_an_earlier_run_is_put_aside(little_course, tmp_path):
    mine = tmp_path / "02_convolution.ipynb"
    mine.write_text("my work", encoding="utf-8")
    (outcome,) = running.run(running.plan(["02"], {}), tmp_path)
    assert outcome.path == mine.resolve()
    assert outcome.aside.read_text(encoding="utf-8") == "my work"


def test_a_second_run_puts_the_first_aside(little_course, tmp_path):
    for _ in range(2):
        (outcome,) = running.run(running.plan(["02"], {}), tmp_path)
    assert outcome.passed
    assert outcome.aside.is_file()


def test_what_is_wrong_is_told_before_anything_runs(little_course, tmp_path):
    for names, given in [(["99"], {}), (["07"], {"epoch": "1"}), (["07"], {"dataset": "x"})]:
        with pytest.raises(ValueError, match="unknown"):
            running.plan(names, given)
    tasks = running.plan(["02"], {})
    with pytest.raises(ValueError, match="jobs is 0"):
        next(running.run(tasks, tmp_path / "runs", jobs=0))
    with pytest.raises(ValueError, match="holds the lessons themselves"):
        next(running.run(tasks, little_course))
    assert not (tmp_path / "runs").exists()


def test_notes_name_the_lessons_that_lack_a_parameter(little_course):
    tasks = running.plan(["02", "07"], {"epochs": "1", "seed": "2"})
    assert running.notes(tasks, ["epochs", "seed"]) == [
        "lesson 02 has no parameter 'epochs'; it runs without it"
    ]


def test_stopping_early_leaves_no_process_behind(little_course, tmp_path):
    sleepy = little_course / "02_convolution.ipynb"
    text = sleepy.read_text(encoding="utf-8").replace(
        "print(double(seed))", "import time; time.sleep(600)"
    )
    sleepy.write_text(text, encoding="utf-8")
    tasks = running.plan(["07", "02"], {})
    outcomes = running.run(tasks, tmp_path / "runs", jobs=2)
    assert next(outcomes).lesson.number == "07"
    before = psutil.Process().children(recursive=True)
    outcomes.close()
    _, alive = psutil.wait_procs(
        [p for p in before if "ipykernel" in _words(p)], timeout=patience(30)
    )
    assert not alive
    assert not [p for p in psutil.Process().children() if "medtutor.course.driver" in _words(p)]


@pytest.mark.parametrize("left_by", ["death", "stop"])
def test_a_driver_and_its_kernel_end_with_whoever_started_them(little_course, tmp_path, left_by):
    lesson = little_course / "02_convolution.ipynb"
    sleep = f"open(r'{tmp_path}/on', 'w').close(); import time; time.sleep(600)"
    text = lesson.read_text(encoding="utf-8").replace("print(double(seed))", sleep)
    lesson.write_text(text, encoding="utf-8")
    (task,) = running.plan(["02"], {})
    if left_by == "stop":
        (outcome,) = running.run([task], tmp_path / "runs", stopped=(tmp_path / "on").exists)
        assert outcome.error.startswith("the run ended early: ")
    else:
        command = running._driver_command(task, tmp_path / "02.ipynb")
        driver = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + patience(60)
        while not (tmp_path / "on").exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        family = psutil.Process(driver.pid).children(recursive=True)
        driver.stdin.close()  # as the system does for a process that was killed
        assert driver.wait(patience(30)) == 1
        assert not psutil.wait_procs(family, timeout=patience(30))[1]
        driver.stdout.close()
    assert not [p for p in psutil.Process().children(recursive=True) if "ipykernel" in _words(p)]


def _words(process):
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def test_memory_of_a_kernel_is_its_peak():
    block = "import time; block = b'x' * (150 * 2**20); del block; time.sleep(2)"
    kernel = [sys.executable, "-c", block, "ipykernel"]
    with memory.KernelMemory() as watched, subprocess.Popen(kernel) as process:
        process.wait()
    assert 150 < watched.peak_mib < 250


def test_memory_of_other_programs_does_not_count():
    with memory.KernelMemory() as watched:
        subprocess.run([sys.executable, "-c", "import time; time.sleep(0.5)"], check=True)
    assert watched.peak_mib is None


def test_memory_that_cannot_be_told_never_fails_a_run(monkeypatch):
    def refuse(pid=None):
        raise psutil.AccessDenied(pid)

    monkeypatch.setattr(memory.psutil, "Process", refuse)
    with memory.KernelMemory(pause=0.01) as watched:
        time.sleep(0.1)
    assert watched.peak_mib is None


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT between processes")
@pytest.mark.parametrize("ended_by", ["Ctrl+C", "SIGTERM"])
def test_ctrl_c_stops_the_command_at_once(tmp_path, little_course, ended_by):
    sleepy = little_course / "02_convolution.ipynb"
    text = sleepy.read_text(encoding="utf-8").replace(
        "print(double(seed))", f"open(r'{tmp_path}/on', 'w').close(); import time; time.sleep(600)"
    )
    sleepy.write_text(text, encoding="utf-8")
    script = tmp_path / "command.py"
    script.write_text(
        # A job in the background ignores SIGINT from birth, and so would this child of it.
        "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from pathlib import Path\nfrom medtutor import cli\n"
        "from medtutor.course import catalogue, copies\n"
        f"folder = Path({str(little_course)!r})\n"
        "catalogue.notebooks_folder = copies.notebooks_folder = lambda: folder\n"
        "if __name__ == '__main__':\n    cli.main(['run', '02'])\n"
    )
    command = subprocess.Popen(
        [sys.executable, str(script)], cwd=tmp_path, stderr=subprocess.PIPE, start_new_session=True
    )
    deadline = time.monotonic() + patience(60)
    while not (tmp_path / "on").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    family = psutil.Process(command.pid).children(recursive=True)
    if ended_by == "Ctrl+C":
        os.killpg(command.pid, signal.SIGINT)  # as a terminal does
    else:
        command.terminate()
    _, errors = command.communicate(timeout=patience(30))
    assert command.returncode == 130
    assert errors.decode().strip() == "Stopped."
    assert not psutil.wait_procs(family, timeout=patience(30))[1]
    assert Path(tmp_path / "runs" / "02_convolution.ipynb").is_file()
