"""Optimizers: the same 50 steps as Keras', each with each of its arguments."""

import keras_reference as reference
import numpy as np
import pytest
import tensorflow as tf
from keras import Variable
from keras import optimizers as keras_optimizers

from medtutor.scratch import optimizers
from medtutor.scratch.optimizers import schedules

STEPS = 50
RNG = np.random.default_rng(0)
IMAGES, CLASSES = RNG.normal(size=(STEPS, 8, 6)), RNG.integers(0, 3, (STEPS, 8))


# Three problems: a gradient for each array, at its own place, in every step ---------------


def ravine(step, w):
    return [np.array([[26, 12], [12, 10]], w.dtype) @ w]


def saddle(step, w):
    return [np.stack([w[0], w[1] ** 3 - w[1]])]


def network(step, w, b):
    """One dense layer with softmax cross-entropy, on another mini-batch in every step."""
    x, is_class = IMAGES[step].astype(w.dtype), CLASSES[step][:, None] == np.arange(3)
    scores = np.exp(x @ w + b)
    dz = (scores / scores.sum(axis=1, keepdims=True) - is_class) / len(x)
    return [(x.T @ dz).astype(w.dtype), dz.sum(axis=0).astype(w.dtype)]


PROBLEMS = {
    ravine: [np.array([-1.5, 0.5])],
    saddle: [np.array([1.2, 0.01])],
    network: [RNG.normal(0, 0.5, (6, 3)), RNG.normal(0, 0.5, 3)],
}


def start(dtype):
    return [w.astype(dtype) for arrays in PROBLEMS.values() for w in arrays]


def gradients(step, params):
    """Return the gradients of all three problems, each with its share of ``params``."""
    params, grads = list(params), []
    for problem, arrays in PROBLEMS.items():
        mine, params = params[: len(arrays)], params[len(arrays) :]
        grads += problem(step, *mine)
    return grads


# The same in both libraries ----------------------------------------------------------------


def path_of(optimizer, dtype, steps=STEPS):
    params, path = start(dtype), []
    for step in range(steps):
        params = optimizer.step(params, gradients(step, params))
        path.append(params)
    return path


def path_of_keras(optimizer, dtype, before_step=None):
    variables, path = [Variable(w, dtype=dtype) for w in start(dtype)], []
    optimizer.build(variables)
    apply = tf.function(lambda grads: optimizer.apply(grads, variables), autograph=False)
    for step in range(STEPS):
        apply([tf.constant(g) for g in gradients(step, [v.numpy() for v in variables])])
        path.append([v.numpy() for v in variables])
    return path


def largest_difference(path, other):
    """Return the largest difference, as a share of the largest number that the array ever held."""
    arrays = zip(*path, strict=True), zip(*other, strict=True)
    pairs = [(np.array(mine), np.array(theirs)) for mine, theirs in zip(*arrays, strict=True)]
    return max(np.abs(mine - theirs).max() / np.abs(theirs).max() for mine, theirs in pairs)


CLIPPING = [{"clipnorm": 0.3}, {"clipvalue": 0.05}, {"global_clipnorm": 0.5}]
SHARED = [
    {"learning_rate": 0.03},
    {"learning_rate": ("inverse_time_decay", "InverseTimeDecay", (0.05, 10, 0.5))},
    {"weight_decay": 0.2},
    *CLIPPING,
]
FADING = [{"beta_1": 0.5}, {"beta_2": 0.7}, {"epsilon": 0.01}]
ARGUMENTS = {
    "SGD": [
        {"momentum": 0.9},
        {"momentum": 0.8, "nesterov": True},
        {"momentum": 0.9, "weight_decay": 0.3, "learning_rate": 0.05},
        {"momentum": 0.9, "nesterov": True, "global_clipnorm": 0.3},
    ],
    "Adagrad": [{"initial_accumulator_value": 0.7}, {"epsilon": 0.1}],
    "Adadelta": [{"rho": 0.5}, {"epsilon": 0.01}, {"learning_rate": 1.0}],
    "RMSprop": [
        {"rho": 0.5},
        {"momentum": 0.7},
        {"epsilon": 0.01},
        {"centered": True},
        {"centered": True, "momentum": 0.9, "rho": 0.8},
    ],
    "Adam": [*FADING, {"amsgrad": True, "beta_2": 0.5}],
    "Adamax": FADING,
    "Nadam": FADING,
    "AdamW": [*FADING, {"amsgrad": True, "beta_2": 0.5}, {"weight_decay": 0.5}],
}
# With Keras' default rate Adadelta hardly moves in 50 steps, so nothing would make a difference.
FASTER = {"Adadelta": {"learning_rate": 1.0}}
CASES = [
    *[(op, FASTER.get(op, {}) | more, "float32") for op in ARGUMENTS for more in SHARED],
    *[(op, more, "float32") for op, own in ARGUMENTS.items() for more in [{}, *own]],
    *[(op, more, "float64") for op, own in ARGUMENTS.items() for more in [{}, own[-1]]],
]


def case_id(value):
    return ",".join(value) or "defaults" if isinstance(value, dict) else str(value)


def make(op, arguments):
    """Return an optimizer of each library; a schedule has a name in each."""
    mine, theirs = dict(arguments), dict(arguments)
    if isinstance(arguments.get("learning_rate"), tuple):
        name, name_in_keras, numbers = arguments["learning_rate"]
        mine["learning_rate"] = getattr(schedules, name)(*numbers)
        theirs["learning_rate"] = getattr(keras_optimizers.schedules, name_in_keras)(*numbers)
    return getattr(optimizers, op)(**mine), getattr(keras_optimizers, op)(**theirs)


@pytest.mark.conformance
@pytest.mark.parametrize(("op", "arguments", "dtype"), CASES, ids=case_id)
def test_50_steps_are_those_of_keras(op, arguments, dtype):
    mine, theirs = make(op, arguments)
    path = path_of(mine, dtype)
    assert all(w.dtype == dtype for w in path[-1])
    assert largest_difference(path, path_of_keras(theirs, dtype)) < 1e-5


WITH_ARGUMENTS = [(op, given) for op, given, dtype in CASES if dtype == "float32" and given]


@pytest.mark.parametrize(("op", "arguments"), WITH_ARGUMENTS, ids=case_id)
def test_each_argument_matters(op, arguments):
    """An argument that both libraries ignored would pass the test above."""
    plain = {} if arguments == FASTER.get(op) else FASTER.get(op, {})
    with_it, without = (path_of(make(op, each)[0], "float64") for each in (arguments, plain))
    assert largest_difference(with_it, without) > 1e-4


@pytest.mark.parametrize("op", ARGUMENTS)
def test_arguments_and_defaults_are_those_of_keras(op):
    mine, theirs = getattr(optimizers, op)(), getattr(keras_optimizers, op)()
    config = theirs.get_config()
    shared = {name: value for name, value in vars(mine).items() if name in config}
    assert {"learning_rate", "weight_decay"} <= set(shared)
    assert shared == pytest.approx({name: config[name] for name in shared})
    left_out = {"name", "use_ema", "ema_momentum", "ema_overwrite_frequency", "loss_scale_factor"}
    left_out |= {"gradient_accumulation_steps"}
    assert set(config) - set(shared) == left_out


@pytest.mark.parametrize("op", [*ARGUMENTS, "AveragedSGD"])
def test_state_is_what_keras_remembers(op):
    mine = getattr(optimizers, op)()
    path_of(mine, "float32", steps=1)
    assert [{w.shape for w in state.values()} or {w.shape} for state, w in pairs(mine)] == [
        {w.shape} for w in start("float32")
    ]
    if op == "AveragedSGD":
        return
    theirs = getattr(keras_optimizers, op)()
    theirs.build([Variable(w) for w in start("float32")])
    numbers = sum(v.numpy().size for v in theirs.variables if v.numpy().ndim)
    assert sum(v.size for state in mine.state for v in state.values()) == numbers


def pairs(optimizer):
    return zip(optimizer.state, start("float32"), strict=True)


# Averaged SGD: Keras has none --------------------------------------------------------------


def test_averaged_sgd_walks_as_sgd_and_keeps_the_mean_of_all_places():
    averaged = optimizers.AveragedSGD(0.05)
    path = path_of(averaged, "float64")
    assert largest_difference(path, path_of(optimizers.SGD(0.05), "float64")) == 0
    for k, mean in enumerate(averaged.average()):
        np.testing.assert_allclose(mean, np.mean([place[k] for place in path], axis=0), rtol=1e-12)


@pytest.mark.conformance("AveragedSGD")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_average_is_keras_moving_average_with_a_momentum_that_grows(dtype):
    """Keras' average forgets at one pace; told a new pace each step, it is that of Polyak."""
    theirs = keras_optimizers.SGD(0.05, use_ema=True)
    variables = [Variable(w, dtype=dtype) for w in start(dtype)]
    theirs.build(variables)
    mine, params = optimizers.AveragedSGD(0.05), start(dtype)
    for step in range(STEPS):
        theirs.ema_momentum = step / (step + 1)
        theirs.apply([tf.constant(g) for g in gradients(step, [v.numpy() for v in variables])])
        params = mine.step(params, gradients(step, params))
    theirs.finalize_variable_values(variables)
    for mean, variable in zip(mine.average(), variables, strict=True):
        reference.assert_equal(mean, variable.numpy(), 1e-5)


def test_averaging_may_start_late():
    averaged = optimizers.AveragedSGD(0.05, start_averaging=30)
    path = path_of(averaged, "float64")
    for k, mean in enumerate(averaged.average()):
        late = [place[k] for place in path[30:]]
        np.testing.assert_allclose(mean, np.mean(late, axis=0), rtol=1e-12)
    early = optimizers.AveragedSGD(0.05, start_averaging=30)
    path = path_of(early, "float64", steps=10)
    np.testing.assert_array_equal(early.average()[0], path[-1][0])


# Schedules and clipping --------------------------------------------------------------------

FALL = {"initial_learning_rate": 0.1, "decay_steps": 20}
SCHEDULES = [
    ("exponential_decay", "ExponentialDecay", {**FALL, "decay_rate": 0.5}),
    ("inverse_time_decay", "InverseTimeDecay", {**FALL, "decay_rate": 0.5}),
    ("cosine_decay", "CosineDecay", FALL),
    ("cosine_decay", "CosineDecay", {**FALL, "alpha": 0.2}),
    ("cosine_decay", "CosineDecay", {**FALL, "warmup_target": 0.3, "warmup_steps": 15}),
]


@pytest.mark.conformance("schedules")
@pytest.mark.parametrize(("name", "name_in_keras", "numbers"), SCHEDULES)
def test_schedules_are_those_of_keras(name, name_in_keras, numbers):
    theirs = getattr(keras_optimizers.schedules, name_in_keras)(**numbers)
    mine = getattr(schedules, name)(**numbers)
    steps = [0, 1, 14, 15, 16, 40, 60, 75, 100]
    rates = [float(theirs(step)) for step in steps]
    np.testing.assert_allclose([mine(step) for step in steps], rates, rtol=1e-5, atol=1e-8)


def test_clipping_by_hand():
    grads = [np.array([3.0, -4.0]), np.array([0.0, 12.0])]
    by_value = optimizers.clip_by_value(grads, 3.5)
    np.testing.assert_array_equal(by_value, [[3.0, -3.5], [0, 3.5]])
    by_norm = optimizers.clip_by_norm(grads, 10)
    np.testing.assert_allclose(by_norm, [[3.0, -4.0], [0, 10.0]])
    together = optimizers.clip_by_global_norm(grads, 6.5)
    np.testing.assert_allclose(together, np.array(grads) / 2)
    np.testing.assert_array_equal(optimizers.clip_by_global_norm(grads, 14), grads)


def test_a_gradient_of_zeros_stays_zero_when_it_is_clipped():
    zeros = [np.zeros(3, "float32")]
    for clip in (optimizers.clip_by_value, optimizers.clip_by_norm, optimizers.clip_by_global_norm):
        (clipped,) = clip(zeros, 1.0)
        np.testing.assert_array_equal(clipped, zeros[0])
        assert clipped.dtype == "float32"


# How it is used ----------------------------------------------------------------------------


@pytest.mark.parametrize("op", [*ARGUMENTS, "AveragedSGD"])
def test_inputs_stay_as_they_are(op):
    optimizer = getattr(optimizers, op)()
    params, grads = [np.ones((2, 3)), np.ones(())], [np.full((2, 3), 2.0), np.full((), 2.0)]
    for _ in range(3):
        moved = optimizer.step(params, grads)
    assert [w.shape for w in moved] == [(2, 3), ()]
    assert all((w == 1).all() for w in params)
    assert all((g == 2).all() for g in grads)
    assert not any(np.shares_memory(new, w) for new, w in zip(moved, params, strict=True))


@pytest.mark.parametrize("op", [*ARGUMENTS, "AveragedSGD"])
def test_large_and_strided_arrays_move_as_their_parts_do(op):
    """Large arrays are worked through in blocks, which nobody should notice."""
    w, g = np.random.default_rng(1).normal(size=(2, 50, 1000))
    whole, halves = getattr(optimizers, op)(0.1), getattr(optimizers, op)(0.1)
    a, b = [w.T], [w[:20].copy(), w[20:].copy()]
    for _ in range(3):
        a, b = whole.step(a, [g.T]), halves.step(b, [g[:20], g[20:]])
    np.testing.assert_allclose(a[0].T, np.concatenate(b), rtol=1e-13)


def test_nothing_to_learn_is_no_error():
    assert optimizers.Adam().step([], []) == []
    (empty,) = optimizers.Adam().step([np.zeros((0, 3))], [np.zeros((0, 3))])
    assert empty.shape == (0, 3)


def test_a_gradient_that_is_not_a_number_shows_in_what_it_moves():
    w, g = np.ones(3), np.array([1.0, np.nan, 1.0])
    (moved,) = optimizers.Adam().step([w], [g])
    np.testing.assert_array_equal(np.isnan(moved), [False, True, False])
    (moved,) = optimizers.Adam(global_clipnorm=1).step([w], [g])
    assert np.isnan(moved).all()


def test_two_optimizers_share_nothing():
    one, other = optimizers.Nadam(0.1), optimizers.Nadam(0.1)
    path_of(one, "float64", steps=5)
    assert (
        largest_difference(path_of(other, "float64"), path_of(optimizers.Nadam(0.1), "float64"))
        == 0
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"learning_rate": 0}, "learning_rate is 0; give a number above 0"),
        ({"learning_rate": True}, "learning_rate is True"),
        ({"learning_rate": np.inf}, "learning_rate is inf"),
        ({"learning_rate": "fast"}, "learning_rate is 'fast'.*or a function of the step"),
        ({"beta_1": 1}, "beta_1 is 1; give a number from 0 to below 1"),
        ({"beta_2": -0.1}, "beta_2 is -0.1"),
        ({"epsilon": -1}, "epsilon is -1; give a number from 0 up"),
        ({"epsilon": None}, "epsilon is None"),
        ({"weight_decay": np.nan}, "weight_decay is nan"),
        ({"clipnorm": 0}, "clipnorm is 0; give a number above 0, or leave it out"),
        ({"clipnorm": 1, "clipvalue": 2}, "clipnorm and clipvalue are set; give one"),
    ],
)
def test_a_bad_argument_is_named_with_its_cure(arguments, message):
    with pytest.raises(ValueError, match=message):
        optimizers.Adam(**arguments)


def test_an_argument_that_none_has_is_named():
    with pytest.raises(TypeError, match="unexpected keyword argument 'decay'"):
        optimizers.Adam(decay=0.1)


def test_a_bad_argument_of_the_others_is_named():
    with pytest.raises(ValueError, match=r"momentum is 1\.5; give a number from 0 to 1"):
        optimizers.SGD(momentum=1.5)
    with pytest.raises(ValueError, match="rho is 1"):
        optimizers.RMSprop(rho=1)
    with pytest.raises(ValueError, match="initial_accumulator_value is -1"):
        optimizers.Adagrad(initial_accumulator_value=-1)
    with pytest.raises(ValueError, match="weight_decay is None"):
        optimizers.AdamW(weight_decay=None)
    with pytest.raises(ValueError, match=r"start_averaging is 2\.5"):
        optimizers.AveragedSGD(start_averaging=2.5)
    with pytest.raises(ValueError, match="take a step first"):
        optimizers.AveragedSGD().average()
    with pytest.raises(ValueError, match="decay_steps is 0"):
        schedules.exponential_decay(0.1, 0, 0.5)
    with pytest.raises(ValueError, match="decay_rate is None"):
        schedules.inverse_time_decay(0.1, 10, None)
    with pytest.raises(ValueError, match="warmup_steps is 5; give warmup_target"):
        schedules.cosine_decay(0.1, 10, warmup_steps=5)


W = np.ones((2, 3))


@pytest.mark.parametrize(
    ("params", "grads", "message"),
    [
        (W, W, r"params is ndarray; give a list of arrays, such as \[weights, bias\]"),
        ([W], W, "grads is ndarray"),
        ([W, W], [W], "2 arrays in params and 1 in grads"),
        ([W], [W[:1]], r"grads\[0\] has shape \(1, 3\); expected \(2, 3\), as params\[0\] has"),
        ([W, W], [W, W.astype("float32")], r"grads\[1\] is float32, params\[1\] is float64"),
        ([W.astype(int)], [W], r"params\[0\] is int64; give float32 or float64"),
        ([W], [None], r"grads\[0\] is object"),
    ],
)
def test_arrays_that_do_not_fit_are_named(params, grads, message):
    with pytest.raises(ValueError, match=message):
        optimizers.SGD().step(params, grads)


def test_an_optimizer_serves_one_network():
    adam = optimizers.Adam()
    adam.step([W], [W])
    with pytest.raises(ValueError, match=r"shapes \[\(3,\)\], in earlier steps .* make a new one"):
        adam.step([np.ones(3)], [np.ones(3)])


def test_a_schedule_must_give_a_rate():
    with pytest.raises(ValueError, match=r"learning_rate\(0\) returned nan"):
        optimizers.SGD(lambda step: np.nan).step([W], [W])
    (moved,) = optimizers.SGD(lambda step: 0).step([W], [W])
    np.testing.assert_array_equal(moved, W)


def test_an_optimizer_of_your_own_must_say_how_it_moves():
    with pytest.raises(NotImplementedError, match="Optimizer must say how a parameter moves"):
        optimizers.Optimizer(0.1).step([W], [W])


def test_repr_names_the_rate():
    assert repr(optimizers.Adam()) == "Adam(learning_rate=0.001)"
