import numpy as np
import pytest
from text_forms import stand_in_of

from medtutor import explore
from medtutor.explore.losses.widget import AXES, CURVES


def test_it_begins_with_a_confident_wrong_answer_and_all_curves():
    explorer = explore.losses()
    assert (explorer.axis, explorer.prediction, explorer.share) == ("probability", 0.1, 1)
    assert explorer.shown == list(CURVES)
    assert explore.losses(share=0).prediction == 0.9
    assert explore.losses(axis="logit").prediction == -6.4
    assert explore.losses(axis="far logit", share=0.2).prediction == 96


@pytest.mark.parametrize("axis", AXES)
def test_both_ends_of_an_axis_are_allowed(axis):
    for end in AXES[axis]:
        assert explore.losses(axis=axis, prediction=end).prediction == end


def test_widget_holds_all_that_was_asked_for():
    explorer = explore.losses(
        axis="logit",
        prediction=2,
        share=0.25,
        class_weights=(1, 3),
        delta=0.5,
        gamma=0,
        shown=["clipped", "mae"],
    )
    assert (explorer.prediction, explorer.share, explorer.class_weights) == (2, 0.25, [1, 3])
    assert (explorer.delta, explorer.gamma, explorer.shown) == (0.5, 0, ["mae", "clipped"])
    assert explore.losses(shown="dice").shown == ["dice"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"axis": "p"}, "axis is 'p'; give one of 'probability', 'logit', 'far logit'"),
        ({"prediction": 0}, "prediction is 0; give a number from 0.001 to 0.999"),
        ({"axis": "logit", "prediction": 9}, "from -8 to 8"),
        ({"prediction": np.nan}, "prediction is nan"),
        ({"prediction": "0.5"}, "prediction is '0.5'"),
        ({"share": "a"}, "share is 'a'; give a number from 0 to 1"),
        ({"share": 30}, "share is 30; give a number from 0 to 1"),
        ({"class_weights": 5}, "class_weights is 5; give two numbers"),
        ({"class_weights": (1, 2, 3)}, "give two numbers, class 0 first"),
        ({"class_weights": {0: 1, 1: 5}}, "give two numbers, class 0 first"),
        ({"class_weights": (1, 0)}, "a class weight is 0"),
        ({"delta": 0}, "delta is 0"),
        ({"gamma": -1}, "gamma is -1"),
        ({"shown": ["mae", "hinge"]}, "shown holds 'hinge'; there are mae, mse"),
    ],
)
def test_a_bad_argument_is_named_with_its_cure(options, message):
    with pytest.raises(ValueError, match=message):
        explore.losses(**options)


def test_text_forms_are_short_and_stable():
    explorer = explore.losses(share=0.3, shown=["mae", "mse"])
    html = stand_in_of(explorer, "LossesExplorer")
    assert "2 losses over the predicted probability of class 1, now 0.9" in html
    assert "class 1 is true in 30% of the cases" in html
