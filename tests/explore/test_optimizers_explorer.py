import re
from itertools import pairwise

import numpy as np
import pytest
import traitlets
from text_forms import stand_in_of

from medtutor import explore, scratch
from medtutor.explore.optimizers.landscapes import LANDSCAPES
from medtutor.explore.optimizers.race import (
    ARRIVED,
    N_STEPS,
    RACERS,
    RATES,
    best_rate,
    noise_for,
    race,
    steps_to_arrive,
)

SILENT = np.zeros(2)
each_landscape = pytest.mark.parametrize("landscape", LANDSCAPES.values(), ids=LANDSCAPES)
each_racer = pytest.mark.parametrize("racer", RACERS)


# The landscapes -----------------------------------------------------------------------------


@each_landscape
def test_gradient_is_that_of_finite_differences(landscape):
    for place in np.random.default_rng(0).normal(size=(5, 2)):
        numeric = [
            (landscape.loss(place + step) - landscape.loss(place - step)) / 2e-5
            for step in 1e-5 * np.eye(2)
        ]
        np.testing.assert_allclose(landscape.gradient(place, SILENT), numeric, atol=1e-6)


@each_landscape
def test_minima_are_the_lowest_places(landscape):
    grid = np.stack(np.meshgrid(np.linspace(-2.2, 2.2, 89), np.linspace(-1.5, 1.5, 61)))
    lowest = grid.reshape(2, -1)[:, landscape.loss(grid).argmin()]
    assert landscape.distance(lowest) < 0.05
    for minimum in np.array(landscape.minima):
        np.testing.assert_allclose(landscape.gradient(minimum, SILENT), 0, atol=1e-12)
        assert landscape.loss(minimum) <= landscape.loss(grid).min()


def test_saddle_is_flat_in_the_middle_and_falls_to_both_sides():
    saddle = LANDSCAPES["saddle"]
    np.testing.assert_array_equal(saddle.gradient(np.zeros(2), SILENT), 0)
    assert (
        saddle.loss(np.array([0, 0.5])) < saddle.loss(np.zeros(2)) < saddle.loss(np.array([1, 0]))
    )
    assert saddle.distance(np.array([[0.0, 0, 0], [0.9, -0.9, 0]])) == pytest.approx([0.1, 0.1, 1])


def test_turning_keeps_the_shape_and_mixes_the_parameters():
    straight, turned = LANDSCAPES["ravine"], LANDSCAPES["turned_ravine"]
    angle = turned.angle
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    place = np.array([0.7, -0.4])
    assert turned.loss(turn @ place) == pytest.approx(straight.loss(place))
    np.testing.assert_allclose(
        turned.gradient(turn @ place, SILENT), turn @ straight.gradient(place, SILENT)
    )


# The race -----------------------------------------------------------------------------------


def test_one_race_by_hand():
    path = race(LANDSCAPES["ravine"], "sgd", 0.01, start=(1, 0.5))
    assert path.shape == (N_STEPS + 1, 2)
    x, y = 0.99 ** np.arange(N_STEPS + 1), 0.5 * 0.7 ** np.arange(N_STEPS + 1)
    np.testing.assert_allclose(path, np.stack([x, y], axis=1), atol=1e-12)


@each_racer
def test_a_racer_takes_the_steps_of_scratch(racer):
    landscape, optimizer = LANDSCAPES["noisy_bowl"], RACERS[racer].make(0.02)
    assert type(optimizer) is getattr(scratch.optimizers, RACERS[racer].rule)
    place = np.array(landscape.start)
    for draw in noise_for()[:30]:
        (place,) = optimizer.step([place], [landscape.gradient(place, draw)])
    end = race(landscape, racer, 0.02, noise=noise_for()[:30])[-1]
    np.testing.assert_array_equal(optimizer.average()[0] if racer == "averaged" else place, end)


def test_a_racer_that_is_lost_stops():
    path = race(LANDSCAPES["ravine"], "sgd", 10.0)
    assert len(path) < 6
    assert np.hypot(*path[-1]) > 100 > np.hypot(*path[-2])
    assert steps_to_arrive(LANDSCAPES["ravine"], path) is None


def test_who_leaves_again_has_not_arrived():
    ravine = LANDSCAPES["ravine"]
    far, near = [1.0, 0], [0.5 * ARRIVED, 0]
    assert steps_to_arrive(ravine, np.array([far, near, far, near, near])) == 3
    assert steps_to_arrive(ravine, np.array([far, near, far])) is None
    assert steps_to_arrive(ravine, np.array([near, near])) == 0
    assert steps_to_arrive(ravine, np.array([far, near, [np.nan, 0]])) is None


def test_noise_is_the_same_for_a_seed():
    np.testing.assert_array_equal(noise_for(3), noise_for(3))
    assert (noise_for(3) != noise_for(4)).any()
    assert noise_for(steps=7).shape == (7, 2)


@pytest.mark.parametrize("racer", ["sgd", "adam"])
def test_no_rate_of_the_table_beats_the_best(racer):
    landscape = LANDSCAPES["ravine"]
    arrivals = [steps_to_arrive(landscape, race(landscape, racer, rate)) for rate in RATES]
    best = steps_to_arrive(landscape, race(landscape, racer, best_rate(landscape, racer)))
    assert best == min(steps for steps in arrivals if steps is not None)


def test_rates_are_even_on_a_log_scale():
    assert RATES[0] == pytest.approx(1e-4)
    assert RATES[-1] == pytest.approx(10)
    assert all(b / a == pytest.approx(10 ** (1 / 8)) for a, b in pairwise(RATES))


# The widget ---------------------------------------------------------------------------------


def test_settings_reach_the_widget():
    explorer = explore.optimizers(
        "saddle", racers=("adam", "sgd"), learning_rate=0.2, tuned=True, step=7, seed=2
    )
    assert (explorer.landscape, explorer.learning_rate) == ("saddle", 0.2)
    assert explorer.racers == ["sgd", "adam"]
    assert (explorer.tuned, explorer.step) == (True, 7)
    assert explorer.noise == noise_for(2).tolist()
    assert explore.optimizers(racers="nadam").racers == ["nadam"]


def test_all_eleven_are_offered_with_keras_defaults():
    offered = {racer["name"]: racer for racer in explore.optimizers().offered}
    assert len(offered) == 11
    assert offered["adam"]["options"]["beta_2"] == 0.999
    assert offered["adamw"]["options"]["weight_decay"] == 0.004
    assert offered["nesterov"]["options"] == {
        "weight_decay": None,
        "momentum": 0.9,
        "nesterov": True,
    }
    assert len({racer["code"] for racer in offered.values()}) == 11


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"landscape": "valley"}, "landscape is 'valley'; choose one of ravine, turned_ravine"),
        ({"racers": ["adam", "lion"]}, "racers holds 'lion'; choose among sgd, averaged"),
        ({"learning_rate": 0}, "learning_rate is 0; give a number from 0.0001 to 10"),
        ({"learning_rate": np.nan}, "learning_rate is nan"),
        ({"learning_rate": "fast"}, "learning_rate is 'fast'"),
        ({"step": 201}, "step is 201; give a whole number from 0 to 200"),
        ({"step": 1.5}, "step is 1.5"),
        ({"seed": -1}, "seed is -1; give a whole number from 0 up"),
        ({"seed": 1.5}, "seed is 1.5"),
        ({"seed": "a"}, "seed is 'a'"),
    ],
)
def test_a_bad_argument_is_named_with_its_cure(bad, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        explore.optimizers(**bad)


@pytest.mark.parametrize(
    ("trait", "value"),
    [
        ("landscape", "valley"),
        ("racers", ["lion"]),
        ("learning_rate", 100.0),
        ("step", -1),
        ("start", [0.0, 0.0, 0.0]),
    ],
)
def test_a_trait_takes_no_value_that_the_page_could_not_show(trait, value):
    explorer = explore.optimizers()
    with pytest.raises(traitlets.TraitError):
        setattr(explorer, trait, value)


def test_text_forms_are_short_and_stable():
    explorer = explore.optimizers("noisy_bowl", racers=["sgd"], step=3)
    html = stand_in_of(explorer, "OptimizersExplorer")
    assert "SGD after 3 of 200 steps over the landscape noisy bowl" in html
    explorer.tuned, explorer.racers = True, []
    assert "nobody" in explorer.describe()
    assert "each at its best rate" in explorer.describe()
