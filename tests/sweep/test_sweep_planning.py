import json

import pytest
from lessons import write_lesson
from nbformat.v4 import new_output

from medtutor.sweep import planning


def test_each_value_is_checked_as_the_lesson_takes_it_and_kept_once(course):
    plan = planning.make("07", {"rate": "1,0.1,0.10,1e-1", "act": "b,a", "seed": "0:2"})
    assert plan.values == {"rate": [0.1, 1.0], "act": ["b", "a"], "seed": [0, 1]}
    assert list(plan.runs.values())[:3] == [
        {"rate": 0.1, "act": "b", "seed": 0},
        {"rate": 0.1, "act": "b", "seed": 1},
        {"rate": 0.1, "act": "a", "seed": 0},
    ]
    assert len(plan.runs) == 8
    assert all(len(key) == 12 and int(key, 16) >= 0 for key in plan.runs)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"rat": "1"}, "unknown parameter 'rat'"),
        ({"rate": "0.1,fast"}, "parameter rate is 'fast'"),
        ({"dataset": "brain_lesion,brains"}, "unknown data set 'brains'"),
        ({"seed": "-1:1"}, "parameter seed is '-1'"),
    ],
)
def test_a_value_that_the_lesson_does_not_take_is_refused(course, given, said):
    with pytest.raises(ValueError, match=said):
        planning.make("07", given)


def test_a_lesson_that_records_nothing_is_refused_before_it_runs(course):
    write_lesson(course, work="print(seed)")
    with pytest.raises(ValueError, match="lesson 07 Small records no results to compare"):
        planning.make("07", {"seed": "0:2"})


def test_a_key_changes_with_the_code_and_the_parameters_alone(course):
    given = {"rate": "0.1", "seed": "0:2"}
    keys = list(planning.make("07", given).runs)
    write_lesson(course, text="Another reason.", outputs=[new_output("stream", text="x")])
    plan = planning.make("07", given)
    assert list(plan.runs) == keys
    assert not any(cell.get("outputs") for cell in json.loads(plan.source)["cells"])
    assert list(planning.make("07", {"rate": "1e-1,5", "seed": "0,1"}).runs)[:2] == keys
    write_lesson(course, work="record(seed=seed)")
    assert not set(planning.make("07", given).runs) & set(keys)
