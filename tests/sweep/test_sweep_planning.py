import json

import pytest
from lessons import write_lesson
from nbformat.v4 import new_output

from medtutor.sweep import planning


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("0.1", ["0.1"]),
        ("a, b,c", ["a", "b", "c"]),
        ("0:5", ["0", "1", "2", "3", "4"]),
        ("-1:2,7", ["-1", "0", "1", "7"]),
        ("log:1e-4:1e-1:4", ["0.0001", "0.001", "0.01", "0.1"]),
        ("log:8:1:4", ["8", "4", "2", "1"]),
        ("folder:my_images", ["folder:my_images"]),
    ],
)
def test_values_are_spelled_out(text, values):
    assert planning.spelled_out("rate", text) == values


@pytest.mark.parametrize(
    "text",
    [
        *("", "1,,2", "1,", "5:5", "0:100000000", "log:", "log:0:1:3", "log:-1:-2:3", "log:1:2:0"),
        *("log:1:2", "log:a:b:3", "log:1:2:3:4", "log:1:2:1000000000", "log:1:2:2.5"),
    ],
)
def test_values_of_another_form_are_refused_with_those_there_are(text):
    with pytest.raises(ValueError, match=r"rate is .*; give values as 0.001,0.01 or 0:5"):
        planning.spelled_out("rate", text)


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


def test_a_key_changes_with_the_code_and_the_parameters_alone(course):
    given = {"rate": "0.1", "seed": "0:2"}
    keys = list(planning.make("07", given).runs)
    write_lesson(course, text="Another reason.", outputs=[new_output("stream", text="x")])
    plan = planning.make("07", given)
    assert list(plan.runs) == keys
    assert not any(cell.get("outputs") for cell in json.loads(plan.source)["cells"])
    assert list(planning.make("07", {"rate": "1e-1,5", "seed": "0,1"}).runs)[:2] == keys
    write_lesson(course, work="print(seed)")
    assert not set(planning.make("07", given).runs) & set(keys)
