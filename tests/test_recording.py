import json

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from medtutor._recording import RESULTS, record


@pytest.fixture
def shell():
    there = InteractiveShell.initialized()
    yield InteractiveShell.instance()
    if not there:
        InteractiveShell.clear_instance()


def recorded(**results):
    with capture_output() as captured:
        record(**results)
    (output,) = captured.outputs
    return output.data


def test_a_notebook_carries_the_results_and_shows_a_line(shell):
    data = recorded(auc=0.91234567, n_test=200, better=True, best="blur")
    assert data[RESULTS] == {"auc": 0.91234567, "n_test": 200, "better": True, "best": "blur"}
    assert data["text/plain"] == "recorded: auc 0.9123, n_test 200, better True, best blur"


def test_values_of_numpy_become_those_of_json(shell):
    given = {
        "auc": np.float32(0.5),
        "mean": np.mean([1.0, 2.0]),
        "count": np.int64(3),
        "better": np.bool_(True),
        "zero_d": np.array(2.5),
        "name": np.str_("a"),
    }
    kept = recorded(**given)[RESULTS]
    assert kept == {
        "auc": 0.5,
        "mean": 1.5,
        "count": 3,
        "better": True,
        "zero_d": 2.5,
        "name": "a",
    }
    assert [type(value) for value in kept.values()] == [float, float, int, bool, float, str]
    assert json.loads(json.dumps(kept)) == kept


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), np.float32("nan"), None, [0.5], np.array([0.5]), 1j, {"a": 1}],
    ids=repr,
)
def test_what_a_table_cannot_hold_is_refused_in_a_sentence(value):
    with pytest.raises(ValueError, match=r"result auc is .*; give a finite number, a text"):
        record(auc=value)


def test_no_result_at_all_is_refused():
    with pytest.raises(ValueError, match="no result to record"):
        record()


def test_a_plain_script_prints_the_line(capsys, monkeypatch):
    monkeypatch.setattr(InteractiveShell, "initialized", lambda: False)
    record(dice=0.7)
    assert capsys.readouterr().out == "recorded: dice 0.7\n"
