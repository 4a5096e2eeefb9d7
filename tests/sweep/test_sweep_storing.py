import errno
import json
import os

import pytest

from medtutor.sweep import planning, storing

DONE = {"status": "done", "results": {"auc": 0.5}}


@pytest.fixture
def plan(course):
    return planning.make("07", {"rate": "0.1,0.2", "seed": "0:2"})


def test_a_record_is_found_again_and_a_second_one_is_dropped(plan, tmp_path):
    store, first = storing.Store(tmp_path / "out", plan), next(iter(plan.runs))
    store.add(first, DONE, "a notebook")
    store.add(first, {"status": "failed"}, "another one")
    again = storing.Store(tmp_path / "out", plan)
    assert again.records == {first: DONE}
    assert (tmp_path / "out" / "runs" / f"{first}.ipynb").read_text() == "a notebook"
    assert again.missing == list(plan.runs)[1:]
    assert again.tally() == "1 done + 0 failed + 0 lost + 3 to do = 4 runs"


@pytest.mark.parametrize("torn", ["", '{"status": "do', "\0" * 40])
def test_a_torn_file_counts_as_missing_and_is_put_aside(plan, tmp_path, torn):
    store, (first, second, *_) = storing.Store(tmp_path, plan), plan.runs
    store.add(first, DONE)
    store.add(second, DONE)
    (tmp_path / "runs" / f"{second}.json").write_text(torn)
    (tmp_path / "plan.json").write_text(torn)
    again = storing.Store(tmp_path, plan)
    assert list(again.records) == [first]
    assert len(list((tmp_path / "runs").glob(f"{second}.*.json"))) == 1
    assert json.loads((tmp_path / "plan.json").read_text()) == plan.facts


def test_another_plan_in_the_folder_is_refused_with_the_difference(plan, tmp_path):
    storing.Store(tmp_path, plan)
    other = planning.make("07", {"rate": "0.1,0.3", "seed": "0:2"})
    with pytest.raises(ValueError, match=r"with parameters .*0\.2.* instead of .*0\.3.*--out"):
        storing.Store(tmp_path, other)
    assert json.loads((tmp_path / "plan.json").read_text()) == plan.facts


def test_a_full_disk_leaves_nothing_half_written(plan, tmp_path, monkeypatch):
    out, (first, second, *_) = tmp_path / "out", plan.runs
    store = storing.Store(out, plan)
    store.add(first, DONE)

    def refuse(number):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", refuse)
    monkeypatch.setattr(storing.sys, "argv", ["x", "sweep", "07", "--out", "my sweep"])
    with pytest.raises(storing.Stopped) as stop:
        store.add(second, DONE, "a notebook")
    assert stop.value.exit_code == 3
    assert "No space left on device; to go on: medtutor sweep 07 --out 'my sweep'" in str(
        stop.value
    )
    assert sorted(path.name for path in out.rglob("*.*")) == [f"{first}.json", "plan.json"]
    assert store.missing == list(plan.runs)[1:]
