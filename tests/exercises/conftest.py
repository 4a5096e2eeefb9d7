"""Feeds the shared tests of ``answers.py`` with each lesson's own answers."""

import pytest

pytest.register_assert_rewrite("answers")


@pytest.fixture
def lesson(request):
    return request.module.LESSON


def pytest_generate_tests(metafunc):
    module = metafunc.module
    if not hasattr(module, "LESSON"):
        return
    exercises = sorted({name for name, *_ in module.RIGHT})
    nothing = [(name, blank) for name in exercises for blank in (None, ...)]
    rows = {
        "right": module.RIGHT,
        "wrong": module.WRONG,
        "blank": [*module.BLANK_FUNCTIONS, *nothing],
    }
    for name, cases in rows.items():
        if name in metafunc.fixturenames:
            ids = [f"{exercise}-{number}" for number, (exercise, *_) in enumerate(cases)]
            metafunc.parametrize(name, cases, ids=ids)
    if "exercise" in metafunc.fixturenames:
        metafunc.parametrize("exercise", exercises)
