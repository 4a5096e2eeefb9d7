import pytest

from medtutor.course.classroom import needs

LESSON = """import numpy as np
from medtutor import datasets, models

seed = 3
def helper(x):
    return np.abs(x) + offset()
def offset():
    return seed
net = models.build_cnn().fit(seed)
score = net.score
other = 1
other = other + seed"""


def slice_of(*names, exercise="e", source=LESSON):
    above = needs.statements(source)
    return [
        above[place].code.split("\n")[0] for place in sorted(needs.needed(names, above, exercise))
    ]


def test_an_answer_gets_what_it_needs_and_what_that_needs():
    # offset stands below helper, which is called later.
    assert slice_of("helper") == ["import numpy as np", "def helper(x):"]
    assert slice_of("offset") == ["seed = 3", "def offset():"]
    assert slice_of("other") == ["seed = 3", "other = 1", "other = other + seed"]
    assert slice_of("print") == []


def test_a_name_from_a_training_is_refused_with_what_to_do():
    with pytest.raises(
        ValueError, match="exercise e needs net from a training cell; give it a cell"
    ):
        slice_of("score")


def test_a_set_up_cell_takes_the_place_of_the_training():
    above = [*needs.statements("net = train().fit(1)"), *needs.statements("net = 5", ["e"])]
    above += needs.statements("net = train().fit(2)")
    assert needs.needed(["net"], above, "e") == {1}
    with pytest.raises(ValueError, match="from a training cell"):
        needs.needed(["net"], above, "another")


def test_a_name_that_nothing_defines_is_refused():
    with pytest.raises(ValueError, match="exercise e needs ghost, which no cell above defines"):
        slice_of("ghost")


def test_the_cell_has_its_imports_first_and_whole_statements():
    parts = needs.statements(
        "x = 1\n@cache\ndef f():\n    return x\nfrom a import b, c as d\nimport e.f"
    )
    assert needs.as_cell(parts) == (
        "import e.f\nfrom a import b\nfrom a import c as d\n\n"
        "x = 1\n\n@cache\ndef f():\n    return x"
    )


def test_heavy_imports_are_told_from_light_ones():
    parts = needs.statements("import keras\nfrom medtutor import scratch, training\nimport scipy")
    assert [part.is_light_import for part in parts] == [False, True, False, True]


def test_what_only_ipython_understands_is_left_out():
    assert [s.code for s in needs.statements("%matplotlib inline\n!ls\nx = 1")] == ["x = 1"]
    assert needs.statements("this is no code") == []
