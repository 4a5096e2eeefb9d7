import csv

import pytest
from PIL import Image

from medtutor.sweep import planning, showing, storing


def facts(status="done", cpu="x86_64 AVX2", **results):
    return {"status": status, "results": results, "cpu": cpu, "threads": {}, "seconds": 1.5}


@pytest.fixture
def store(course, tmp_path):
    plan = planning.make("07", {"rate": "0.01,0.1,1", "act": "a,b", "seed": "0:3"})
    store = storing.Store(tmp_path / "out", plan)
    for key, run in list(plan.runs.items())[:-1]:
        store.add(key, facts(auc=0.5 + run["seed"] / 10 + run["rate"] / 100, best=run["act"]))
    first = next(iter(plan.runs))
    store.records[first] = facts("failed", auc=0.1)
    return store


def test_the_table_holds_every_run_and_means_never_stand_alone(store):
    text = showing.show(store).splitlines()
    assert text[0].split() == ["rate", "act", "auc", "best", "failed", "lost"]
    assert text[2].split("  ")[0] == "0.01"
    assert "0.6501 (0.6001 to 0.7001, n 2)  2 × a" in text[2]
    assert text[2].split()[-2:] == ["1", "0"]
    assert "0.5501 (0.5001 to" not in text[2]  # the run that failed counts nowhere
    with (store.folder / "table.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["key"] for row in rows] == list(store.plan.runs)
    assert [row["status"] for row in rows] == ["failed", *["done"] * 16, "to do"]
    assert rows[1] | {"key": ""} == {
        "key": "", "rate": "0.01", "act": "a", "seed": "1", "auc": "0.6001", "best": "a",
        "status": "done", "seconds": "1.5", "peak_mib": "", "attempts": "", "cpu": "x86_64 AVX2",
        "error": "",
    }  # fmt: skip


def test_the_plot_says_in_words_what_it_shows(store):
    said = showing.show(store).splitlines()[-1]
    with Image.open(store.folder / "plot.png") as picture:
        assert said == f"plot.png: {picture.info['Description']}"
    assert said.startswith("plot.png: auc by rate, a point a run. act a 0.01: 0.6501 (0.6001 to")
    assert "act b 0.01: 0.6001 (0.5001 to 0.7001, n 3)" in said
    assert picture.width == 480  # the texts in `best` get no panel


def test_words_on_the_axis_and_seeds_alone_are_drawn_too(course, tmp_path):
    for number, given in enumerate([{"n_train": "None,5", "seed": "1:3"}, {"seed": "0:3"}]):
        store = storing.Store(tmp_path / f"out{number}", planning.make("07", given))
        for key in store.plan.runs:
            store.add(key, facts(auc=0.5))
        assert "auc by " in showing.show(store)
        assert (store.folder / "plot.png").exists()


def test_mixed_processors_are_warned_of_and_no_result_gives_no_plot(course, tmp_path):
    store = storing.Store(tmp_path / "out", planning.make("07", {"seed": "0:2"}))
    for key, cpu in zip(store.plan.runs, ("AVX2", "AVX512F"), strict=True):
        store.add(key, facts(cpu=cpu))
    assert "equal seeds give other bits" in showing.show(store)
    assert not (store.folder / "plot.png").exists()
