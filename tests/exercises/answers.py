"""What every lesson's exercises are tested for; each lesson brings its own answers.

A test module names its ``LESSON`` and lists ``RIGHT`` (exercise, answer), ``WRONG``
(exercise, answer, part of the message) and ``BLANK_FUNCTIONS`` (exercise, answer), and imports
the tests below. ``conftest.py`` feeds them from these lists.
"""


def test_right_answers_pass(lesson, right):
    exercise, answer = right
    getattr(lesson, exercise).grade(answer)


def test_wrong_answers_get_the_message_that_helps(lesson, wrong):
    exercise, answer, message = wrong
    verdict = getattr(lesson, exercise).verdict(answer)
    assert verdict.state == "not yet"
    assert message in verdict.message


def test_a_placeholder_is_not_attempted(lesson, blank):
    exercise, answer = blank
    assert getattr(lesson, exercise).verdict(answer).state == "not attempted"


def test_enough_wrong_and_right_answers_are_tried(lesson, exercise, request):
    assert sum(name == exercise for name, *_ in request.module.WRONG) >= 4
    assert sum(name == exercise for name, *_ in request.module.RIGHT) >= 2
    assert 2 <= len(getattr(lesson, exercise).hints) <= 3


def test_a_mistake_gets_its_own_message_and_no_other(lesson, exercise):
    """Give the known wrong functions back as answers: no case may take one for another."""
    for check in getattr(lesson, exercise).checks:
        for mistake in getattr(check, "mistakes", ()):
            assert mistake.message in getattr(lesson, exercise).verdict(mistake.wrong).message
