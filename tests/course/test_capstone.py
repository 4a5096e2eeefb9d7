"""A project begins with a template and four files, and nothing that exists is touched."""

import nbformat
import pytest

from medtutor import cli
from medtutor.course import capstone
from medtutor.project import Protocol

FILES = ["21_capstone.ipynb", "protocol.toml", "checklist.md", "review.md", "card.md"]


def parameters_of(path):
    notebook = nbformat.read(path, nbformat.NO_CONVERT)
    found = {}
    exec(
        next(c.source for c in notebook.cells if "parameters" in c.metadata.get("tags", [])), found
    )
    return {name: found[name] for name in ("seed", "dataset", "n_train", "epochs", "project")}


def test_it_makes_what_it_promises(tmp_path):
    made = capstone.start(tmp_path / "mine", "breastmnist")
    assert [(path.name, new) for path, new in made] == [(name, True) for name in FILES]
    assert sorted(path.name for path in (tmp_path / "mine").iterdir()) == sorted(FILES)
    assert parameters_of(made[0][0]) == {
        "seed": 0,
        "dataset": "breastmnist",
        "n_train": None,
        "epochs": None,
        "project": ".",
    }
    assert len(Protocol.load(tmp_path / "mine" / "protocol.toml").gaps()) == 11


def test_work_that_exists_is_not_touched(tmp_path):
    for name in FILES:
        (tmp_path / name).write_text("my work", encoding="utf-8")
    assert not any(new for _, new in capstone.start(tmp_path, "brain_lesion"))
    assert {(tmp_path / name).read_text(encoding="utf-8") for name in FILES} == {"my work"}


def test_what_is_missing_is_made_again(tmp_path):
    capstone.start(tmp_path, "brain_lesion")
    (tmp_path / "review.md").unlink()
    made = [path.name for path, new in capstone.start(tmp_path, "brain_lesion") if new]
    assert made == ["review.md"]


def test_an_unknown_set_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(ValueError, match="unknown data set"):
        capstone.start(tmp_path / "mine", "brestmnist")
    assert not (tmp_path / "mine").exists()


@pytest.mark.parametrize("name", ["adrenalmnist3d", "organmnist3d", "brain_tissue"])
def test_volumes_and_masks_alone_are_refused_before_anything_is_written(tmp_path, name):
    with pytest.raises(ValueError, match=f"{name} has no classes of flat images.*breastmnist"):
        capstone.start(tmp_path / "mine", name)
    assert not (tmp_path / "mine").exists()


def test_the_command_says_what_it_made_and_what_it_kept(tmp_path, capsys):
    (tmp_path / "card.md").write_text("mine", encoding="utf-8")
    with pytest.raises(SystemExit) as end:
        cli.main(["capstone", str(tmp_path), "--dataset", "breastmnist"])
    said = capsys.readouterr().out
    assert end.value.code == 0
    assert said.count("made") == 4
    assert "card.md  kept, it was there already" in said


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(ValueError, match="file is a file"):
        capstone.start(tmp_path / "file", "brain_lesion")


def test_a_folder_of_images_is_written_out(tmp_path, monkeypatch):
    from PIL import Image

    monkeypatch.chdir(tmp_path)
    for place in range(8):
        path = tmp_path / "images" / ("healthy", "sick")[place % 2] / f"{place}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (20, 30), place).save(path)
    (template, _), *_ = capstone.start("mine", "folder:images")
    assert parameters_of(template)["dataset"] == f"folder:{tmp_path / 'images'}"
    (tmp_path / "images").rename(tmp_path / "flat_images_of_adrenalmnist3d")
    assert capstone.start("other", "folder:flat_images_of_adrenalmnist3d")[0][1]
