import os
import subprocess
import sys
from pathlib import Path

import pytest

from medtutor import __version__, cli
from medtutor.course import doctor, lab, running, terminal
from medtutor.course.running import Outcome
from medtutor.datasets import medmnist
from medtutor.datasets.download import DownloadError

COMMANDS = [
    [],
    ["copy"],
    ["reset"],
    ["lab"],
    ["run"],
    ["sweep"],
    ["site"],
    ["capstone"],
    ["doctor"],
    ["data"],
    ["data", "list"],
    ["data", "info"],
    ["data", "get"],
    ["data", "verify"],
    ["assignment"],
    ["class"],
    ["class", "grade"],
    ["class", "report"],
]


@pytest.fixture
def call(capsys, tmp_path, monkeypatch):
    """Call the command in an empty folder; gives exit status, output and errors."""
    monkeypatch.chdir(tmp_path)

    def call(*words):
        with pytest.raises(SystemExit) as end:
            cli.main([str(word) for word in words])
        said = capsys.readouterr()
        return end.value.code, said.out, said.err

    return call


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_help_explains_and_shows_an_example(call, words):
    status, text, _ = call(*words, "--help")
    assert status == 0
    assert f"Usage: {' '.join(['medtutor', *words])}" in text
    example = text.partition("Examples:")[2].split("\n")[1]
    assert example.strip().startswith(" ".join(["medtutor", *words]))


def test_version(call):
    assert call("--version") == (0, f"medtutor {__version__}\n", "")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["fly"], "No such command 'fly'"),
        (["run", "--fly"], "No such option '--fly'"),
        (["run", "99"], "unknown lesson '99'"),
        (["run", "07", "-p", "epoch", "1"], "unknown parameter 'epoch'"),
        (["run", "07", "-p", "epochs", "abc"], "parameter epochs is 'abc'"),
        (["run", "07", "-p", "epochs", "1", "-p", "epochs", "2"], "epochs is given twice"),
        (["sweep", "07", "-p", "seed", "1,2"], "seed is given twice; give it once (a sweep's by"),
        (["run", "07", "-p", "dataset", "brestmnist"], "unknown data set 'brestmnist'"),
        (["run", "07", "-p", "epochs"], "requires 2 arguments"),
        (["run", "--jobs", "0"], "0 is not in the range"),
        (["run", "--out", "file"], "file is a file"),
        (["run", "07", "-p", "n_train", "0"], "parameter n_train is '0'"),
        (["run", "07", "-p", "seed", "-1"], "parameter seed is '-1'"),
        (["run", "07", "-p", "dataset", "folder:~nobodyxx/x"], "write the path out in full"),
        (["run", "mine/02_convolution.ipynb"], "run takes the course's own lessons"),
        (["run", "--out", ""], "the folder is ''"),
        (["copy", ""], "unknown lesson ''"),
        (["copy", "--to", ""], "the folder is ''; give its name"),
        (["copy", "--to", "~nobodyxx/foo"], "~nobodyxx/foo begins with a home folder"),
        (["reset", "."], "unknown lesson '.'"),
        (["reset", "mine/02_convolution.ipynb"], "the folder of your copies with --to"),
        (["lab", ""], "unknown lesson ''"),
        (["data", "info", "folder:~nobodyxx/x"], "~nobodyxx/x begins with a home folder"),
        (["copy", "convolutoin"], "did you mean 02_convolution?"),
        (["copy", "--to", "file"], "file is a file"),
        (["copy", "--to", "file/deeper"], "file"),
        (["copy", "--to", "lessons"], "holds the lessons themselves"),
        (["reset"], "Missing argument 'LESSON'"),
        (["reset", "99"], "unknown lesson '99'"),
        (["lab", "99"], "unknown lesson '99'"),
        (["lab", "--no-browser"], "No such option '--no-browser'"),
        (["lab", "02", "07"], "one lesson at a time"),
        (["data", "info", "brain_leson"], "unknown data set 'brain_leson'"),
        (["data", "get", "nothing"], "unknown data set 'nothing'"),
        (["data", "get", "breastmnist", "--size", "29"], "has no size 29"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_bad_call_gives_one_sentence_and_status_2(
    call, little_course, monkeypatch, words, sentence
):
    monkeypatch.setattr(running, "_driver_command", lambda *a: pytest.fail("something ran"))
    monkeypatch.setattr(lab, "start", lambda *a, **k: pytest.fail("something started"))
    Path("file").write_text("x")
    status, _, errors = call(*words)
    assert status == 2
    assert sentence in errors
    assert errors.startswith("medtutor: ")
    assert len(errors.strip().splitlines()) == 1


@pytest.mark.parametrize("words", [[], ["data"]])
def test_no_command_shows_the_help(call, words):
    status, _, errors = call(*words)
    assert status == 2
    assert errors.startswith("Usage: medtutor")
    assert "Commands:" in errors


def test_copy_says_what_was_made_and_what_was_kept(call, little_course):
    assert call("copy", "02")[1] == f"{Path('my-lessons', '02_convolution.ipynb')}  made\n"
    status, text, _ = call("copy", "02", "05")
    assert status == 0
    assert "02_convolution.ipynb  kept, it was there already" in text
    assert "05_losses.ipynb  made" in text


def test_reset_says_where_the_old_copy_is(call, little_course):
    call("copy", "02")
    status, text, _ = call("reset", "02")
    kept = Path(text.splitlines()[0].removeprefix("old copy kept as "))
    assert status == 0
    assert kept.is_file()
    assert kept.name != "02_convolution.ipynb"


def test_lab_copies_and_opens_the_lesson(call, little_course, monkeypatch):
    started = []
    monkeypatch.setattr(lab, "start", lambda *words: started.append(words) or 0)
    Path("mine").mkdir()
    Path("mine/02_convolution.ipynb").write_text("my work")
    status, text, _ = call("lab", "2", "--dir", "mine", "--", "--no-browser", "--port=9000")
    ((folder, lesson, extra),) = started
    assert status == 0
    assert folder == Path("mine").resolve()
    assert lesson.stem == "02_convolution"
    assert extra == ["--no-browser", "--port=9000"]
    assert Path("mine/02_convolution.ipynb").read_text() == "my work"
    assert Path("mine/07_cnn_classification.ipynb").is_file()
    assert str(folder) in text


def test_lab_without_a_lesson_passes_words_on(call, little_course, monkeypatch):
    started = []
    monkeypatch.setattr(lab, "start", lambda *words: started.append(words) or 0)
    call("lab", "--", "--ServerApp.ip=0.0.0.0")
    assert started[0][1:] == (None, ["--ServerApp.ip=0.0.0.0"])


def test_lab_that_cannot_start_gives_status_1(call, little_course, monkeypatch):
    monkeypatch.setattr(lab, "start", lambda *words: 3)
    assert call("lab")[0] == 1


def test_run_leaves_a_learners_copy_in_its_place(call, little_course):
    call("copy", "02")
    mine = Path("my-lessons/02_convolution.ipynb")
    work = mine.read_text(encoding="utf-8")
    status, text, errors = call("run", "07", "02", "--out", "my-lessons")
    assert (status, text) == (2, "")
    assert f"{mine.resolve()} is a learner's copy" in errors
    assert "choose another folder with --out" in errors
    assert mine.read_text(encoding="utf-8") == work
    assert list(Path("my-lessons").iterdir()) == [mine]


def test_run_makes_no_page_of_a_killed_lesson_and_goes_on(call, little_course, monkeypatch):
    """02 leaves nothing behind, 05 half a notebook."""
    command = running._driver_command

    def killed(task, path):
        if task.lesson.number == "07":
            return command(task, path)
        left = f"open({str(path)!r}, 'w').write('{{')" if task.lesson.number == "05" else "pass"
        return [sys.executable, "-c", f"{left}; raise SystemExit('killed')"]

    monkeypatch.setattr(running, "_driver_command", killed)
    status, text, errors = call("run", "02", "05", "07", "--html")
    lines = text.splitlines()
    assert (status, errors) == (1, "")
    for line, title, is_kept in ((0, "02 Convolution", False), (2, "05 Losses", True)):
        assert lines[line].startswith(title)
        assert "FAILED" in lines[line]
        assert (".ipynb" in lines[line]) == is_kept
        assert lines[line + 1].strip() == "the run ended early: killed"
    assert "passed" in lines[4]
    page = Path("runs/site/07_cnn_classification.html")
    assert "brain_lesion 3 0.001" in page.read_text(encoding="utf-8")
    for stem in ("02_convolution", "05_losses"):
        assert not page.with_name(f"{stem}.html").exists()
    assert str(page.with_name("index.html")) in lines[-1]


def test_the_table_of_a_run_stays_aligned_and_within_80_columns(call, capsys, monkeypatch):
    names = ["02 Convolution", "10 Augmentation and regularisation", "11 " + "very long " * 8]
    outcomes = [
        Outcome(name, Path("nowhere"), seconds, mib)
        for name, seconds, mib in zip(names, (9.5, 1234.5, 80), (734, 1199.6, None), strict=True)
    ]
    for outcome in outcomes:
        terminal.tell_outcome(outcome, max(map(len, names)))
    lines = capsys.readouterr().out.splitlines()
    assert len({len(line) for line in lines}) == 1
    assert len({line.index("passed") for line in lines}) == 1
    assert max(map(len, lines)) < 80
    assert [line.split()[-2] for line in lines] == ["734", "1200", "?"]


def test_a_path_that_has_no_room_in_the_terminal_gets_a_line_of_its_own(monkeypatch):
    monkeypatch.setattr(terminal.sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "40")
    facts, place = "x" * 30, "runs/02.ipynb"
    assert terminal._with_place(facts, place) == f"{facts}\n   {place}"
    monkeypatch.setenv("COLUMNS", "80")
    assert terminal._with_place(facts, place) == f"{facts}  {place}"


def test_run_tells_each_lesson_in_a_line_and_fails_where_one_fails(call, little_course):
    status, text, _ = call("run", "02", "05", "-p", "seed", "3")
    lines = text.splitlines()
    assert status == 1
    assert lines[0].startswith("02 Convolution")
    for fact in ("passed", " s  ", "MiB", "02_convolution.ipynb"):
        assert fact in lines[0]
    assert lines[1].startswith("05 Losses")
    assert "FAILED" in lines[1]
    assert lines[2].strip() == "cell [3]: ValueError: no image at all"
    status, text, _ = call("run", "02", "07", "-p", "epochs", "1")
    assert status == 0
    assert text.splitlines()[0] == "lesson 02 has no parameter 'epochs'; it runs without it"
    assert "earlier run kept as 02_convolution." in text


def test_doctor_prints_each_finding_and_fails_on_a_problem_only(call, monkeypatch):
    findings = [doctor.Finding("memory", "1 GiB", "look", "Close programs.")]
    monkeypatch.setattr(doctor, "report", lambda: findings)
    status, text, _ = call("doctor")
    assert status == 0
    assert "Close programs." in text
    assert text.endswith("You can start. Worth a look: memory.\n")
    findings.append(doctor.Finding("python", "2.7", "stop", "Install 3.11."))
    assert call("doctor")[0] == 1


def test_data_list_and_info_show_the_cards(call):
    status, text, _ = call("data", "list")
    assert status == 0
    for name in ("brain_lesion", "breastmnist", "simulated, offline"):
        assert name in text
    status, text, _ = call("data", "info", "brain_lesion")
    assert status == 0
    assert "SIMULATED" in text


def test_data_get_fetches_a_public_set(call, monkeypatch):
    monkeypatch.setattr(medmnist, "get", lambda name, size: Path(f"/cache/{name}_{size}.npz"))
    status, text, _ = call("data", "get", "breastmnist", "--size", "64")
    assert status == 0
    assert "breastmnist_64.npz" in text


def test_data_get_that_fails_says_so_with_status_1(call, monkeypatch):
    def refuse(name, size):
        raise DownloadError("the server is away; put the file there by hand")

    monkeypatch.setattr(medmnist, "get", refuse)
    status, _, errors = call("data", "get", "breastmnist")
    assert status == 1
    assert errors == "medtutor: the server is away; put the file there by hand\n"


def test_data_get_generates_a_simulated_set(call, monkeypatch, tmp_path):
    monkeypatch.setenv("MEDTUTOR_CACHE", str(tmp_path / "cache"))
    status, text, _ = call("data", "get", "brain_lesion")
    assert status == 0
    assert "brain_lesion at 64 pixels is ready" in text
    assert any((tmp_path / "cache").rglob("*.*"))


def test_data_get_that_keeps_nothing_says_so_with_status_1(call, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("MEDTUTOR_CACHE", str(tmp_path / "file" / "cache"))
    status, text, errors = call("data", "get", "brain_lesion")
    assert (status, text) == (1, "")
    assert errors.startswith("medtutor: the generated images were not kept in ")
    assert "Set MEDTUTOR_CACHE to a folder that can be written to" in errors
    assert len(errors.strip().splitlines()) == 1


def test_data_get_names_a_cache_folder_in_an_unknown_home(call, monkeypatch):
    monkeypatch.setenv("MEDTUTOR_CACHE", "~nobodyxx/c")
    status, _, errors = call("data", "get", "brain_lesion")
    assert status == 2
    assert errors.startswith("medtutor: ~nobodyxx/c begins with a home folder")


def test_data_verify_fails_on_a_bad_file(call, monkeypatch, tmp_path):
    monkeypatch.setenv("MEDTUTOR_CACHE", str(tmp_path))
    assert call("data", "verify")[:2] == (0, "nothing downloaded yet\n")
    (tmp_path / "medmnist").mkdir()
    (tmp_path / "medmnist" / "breastmnist.npz").write_text("cut off")
    status, text, _ = call("data", "verify")
    assert status == 1
    assert "bad" in text


def test_ctrl_c_gives_status_130(call, monkeypatch):
    def interrupt():
        raise KeyboardInterrupt

    monkeypatch.setattr(doctor, "report", interrupt)
    status, _, errors = call("doctor")
    assert status == 130
    assert errors.strip() == "Stopped."


def test_a_folder_that_cannot_be_written_is_one_sentence(call, little_course, monkeypatch):
    def refuse(self, **options):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "mkdir", refuse)
    status, _, errors = call("copy", "--to", "locked")
    assert status == 2
    assert errors == "medtutor: locked: Permission denied; choose another place, or free this one\n"


def test_a_letter_that_the_terminal_lacks_is_no_error(tmp_path):
    code = "from medtutor import cli; cli.main(['copy', '02', '--to', 'hw \\u4e2d'])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"},
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"hw ?")
    assert [folder.name for folder in tmp_path.iterdir()] == ["hw \u4e2d"]


@pytest.mark.parametrize(
    "words",
    [["--help"], ["copy", "--help"], ["run", "99"], ["run", "-p", "nope", "1"], ["data", "list"]],
    ids=" ".join,
)
def test_the_command_never_loads_tensorflow_or_matplotlib(words, tmp_path):
    code = (
        "import sys\nfrom medtutor import cli\n"
        f"try:\n    cli.main({words!r})\nexcept SystemExit:\n    pass\n"
        "assert not {'tensorflow', 'keras', 'matplotlib'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, cwd=tmp_path)
