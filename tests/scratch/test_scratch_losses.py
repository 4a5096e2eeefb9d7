"""Losses and their gradients: equal to Keras and to finite differences."""

import itertools

import keras_reference as reference
import numpy as np
import pytest
from finite_differences import draw, numeric_grad
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import losses

from medtutor import scratch

KERAS = {
    "mae": losses.MeanAbsoluteError,
    "mse": losses.MeanSquaredError,
    "huber": losses.Huber,
    "binary_crossentropy": losses.BinaryCrossentropy,
    "focal": losses.BinaryFocalCrossentropy,
    "categorical_crossentropy": losses.CategoricalCrossentropy,
    "sparse_categorical_crossentropy": losses.SparseCategoricalCrossentropy,
    "dice": losses.Dice,
}
LOGITS = [{"from_logits": True}, {"from_logits": False}]
OPTIONS = {
    "mae": [{}],
    "mse": [{}],
    "huber": [{}, {"delta": 0.3}],
    "binary_crossentropy": LOGITS,
    "focal": [
        *LOGITS,
        {"gamma": 1.5},
        {"gamma": 1.0, "from_logits": True},
    ],
    "categorical_crossentropy": LOGITS,
    "sparse_categorical_crossentropy": LOGITS,
    "dice": [{"axis": (1, 2)}, {"axis": -1}, {"axis": (0, 2)}],
}
CALLS = [(op, options) for op, choices in OPTIONS.items() for options in choices]
REDUCTIONS = ["mean", "sum_over_batch_size", "mean_with_sample_weight", "sum", "none", None]
GRID = [
    (op, options, shape, reduction, weights, dtype)
    for (op, options), shape, reduction, weights, dtype in itertools.product(
        CALLS,
        [(6, 5), (2, 3, 4)],
        ["mean", "mean_with_sample_weight", "sum", "none"],
        ["no weights", "a weight an image", "a weight a loss"],
        ["float32", "float64"],
    )
    if op != "dice" or len(shape) == 3
]


def ours(op):
    return getattr(scratch, op), getattr(scratch, f"{op}_grad")


def example(op, options, shape, seed=0):
    """Return labels and predictions of the kind that the loss takes."""
    rng, (scores,) = np.random.default_rng(seed), draw(seed, shape)
    classes = rng.integers(0, shape[-1], shape[:-1])
    if op in ("mae", "mse", "huber"):
        return rng.normal(size=shape), scores
    if op == "sparse_categorical_crossentropy":
        return classes, scores if options["from_logits"] else scratch.softmax(scores)
    if op == "categorical_crossentropy":
        rows = 0.9 * np.eye(shape[-1])[classes] + 0.1 / shape[-1]
        return rows, scores if options["from_logits"] else scratch.softmax(scores)
    yes_or_no = rng.integers(0, 2, shape)
    return yes_or_no, scores if options.get("from_logits") else scratch.sigmoid(scores)


def weights_of(kind, shape, seed=0):
    weights = np.random.default_rng(seed).uniform(0.1, 2, shape)
    an_image = weights.reshape(len(weights), -1)[:, 0]
    return {"no weights": None, "a weight an image": an_image, "a weight a loss": weights}[kind]


def check_against_keras(op, options, y_true, y_pred, sample_weight, reduction, tolerance):
    loss, loss_grad = ours(op)
    keras_loss = KERAS[op](**options, reduction=reduction, dtype=str(y_pred.dtype))
    shape = loss(y_true, y_pred, **options, reduction="none").shape
    keras_weight = sample_weight
    if sample_weight is not None:
        # Keras wants one weight a loss; of one weight an image it does not make that.
        axes = (1,) * (len(shape) - sample_weight.ndim)
        keras_weight = np.broadcast_to(sample_weight.reshape(sample_weight.shape + axes), shape)
    value, (slope,) = reference.value_and_grads(
        lambda pred: keras_loss(y_true, pred, sample_weight=keras_weight), [y_pred]
    )
    options = {**options, "sample_weight": sample_weight, "reduction": reduction}
    reference.assert_equal(np.asarray(loss(y_true, y_pred, **options)), value, tolerance)
    grad = np.ones(value.shape, y_pred.dtype) if reduction in ("none", None) else 1.0
    reference.assert_equal(loss_grad(grad, y_true, y_pred, **options), slope, tolerance)


@pytest.mark.conformance
@pytest.mark.parametrize(("op", "options", "shape", "reduction", "weights", "dtype"), GRID)
def test_values_and_gradients_are_those_of_keras(op, options, shape, reduction, weights, dtype):
    y_true, y_pred = example(op, options, shape)
    y_pred = y_pred.astype(dtype)
    losses_shape = ours(op)[0](y_true, y_pred, **options, reduction="none").shape
    sample_weight = weights_of(weights, losses_shape)
    check_against_keras(
        op, options, y_true, y_pred, sample_weight, reduction, reference.TOLERANCE[dtype]
    )


@pytest.mark.conformance("dice")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", [(2, 5, 4, 1), (3, 2, 2, 4), (1, 1)])
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_dice_of_the_whole_batch_is_that_of_keras(shape, reduction, dtype):
    y_true, y_pred = example("dice", {}, shape)
    check_against_keras(
        "dice",
        {},
        y_true,
        y_pred.astype(dtype),
        None,
        reduction,
        reference.TOLERANCE[dtype],
    )


@pytest.mark.conformance
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("op", KERAS)
def test_every_name_of_a_reduction_is_that_of_keras(op, reduction):
    options = OPTIONS[op][0]
    y_true, y_pred = example(op, options, (3, 2, 4))
    check_against_keras(op, options, y_true, y_pred, None, reduction, 1e-10)


HUGE = np.array([[1e4, -1e4], [-1e4, 1e4], [50.0, -50.0], [1e4, 9999.0], [0.0, 0.0]])
CROSSENTROPIES = [
    "binary_crossentropy",
    "focal",
    "categorical_crossentropy",
    "sparse_categorical_crossentropy",
]


@pytest.mark.conformance
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("op", CROSSENTROPIES)
def test_huge_scores_are_those_of_keras(op, dtype):
    for labels in ([0] * 5, [1] * 5, [0, 1, 1, 0, 1]):
        y_true = np.array(labels) if op.startswith("sparse") else np.eye(2)[labels]
        y_pred = HUGE.astype(dtype)
        tolerance = reference.TOLERANCE[dtype]
        check_against_keras(op, LOGITS[0], y_true, y_pred, None, "none", tolerance)


@pytest.mark.conformance
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("op", CROSSENTROPIES)
def test_probabilities_of_zero_and_one_are_those_of_keras(op, dtype):
    y_pred = np.array([[1, 0], [1, 0], [0.5, 0.5]], dtype)
    y_true = np.array([0, 1, 1]) if op.startswith("sparse") else np.eye(2)[[0, 1, 1]]
    check_against_keras(op, LOGITS[1], y_true, y_pred, None, "none", 1e-5)


def test_focal_of_huge_scores_is_exact():
    y_true, y_pred = np.array([[1], [0], [1], [0]]), np.array([[-1e4], [1e4], [1e4], [-30.0]])
    options = {"from_logits": True, "reduction": "none"}
    value = scratch.focal(y_true, y_pred, **options)
    np.testing.assert_allclose(value, [1e4, 1e4, 0, np.exp(-90.0)], rtol=1e-10)
    slope = scratch.focal_grad(np.ones(4), y_true, y_pred, **options)
    np.testing.assert_allclose(slope, [[-1], [1], [0], [0]], atol=1e-12)


@pytest.mark.parametrize("from_logits", [True, False])
def test_focal_without_focus_is_binary_crossentropy(from_logits):
    y_true, y_pred = example("focal", {"from_logits": from_logits}, (5, 3))
    y_true[0] = y_pred[0] = 1  # nothing is missed here
    both = {"from_logits": from_logits}
    np.testing.assert_allclose(
        scratch.focal(y_true, y_pred, gamma=0, **both),
        scratch.binary_crossentropy(y_true, y_pred, **both),
    )
    np.testing.assert_allclose(
        scratch.focal_grad(1.0, y_true, y_pred, gamma=0, **both),
        scratch.binary_crossentropy_grad(1.0, y_true, y_pred, **both),
    )


def test_rows_and_class_numbers_give_the_same_loss():
    classes, scores = example("sparse_categorical_crossentropy", LOGITS[0], (4, 3, 5))
    rows, both = np.eye(5)[classes], {"from_logits": True}
    assert np.isclose(
        scratch.categorical_crossentropy(rows, scores, **both),
        scratch.sparse_categorical_crossentropy(classes, scores, **both),
        rtol=1e-14,
    )


def test_dice_of_masks_by_hand():
    y_true, y_pred = np.zeros((3, 2, 2, 1)), np.zeros((3, 2, 2, 1))
    y_true[0], y_pred[0] = 1, 1  # equal
    y_true[1, 0], y_pred[1, :, 0] = 1, 1  # one of two pixels; both masks of the third are empty
    each = scratch.dice(y_true, y_pred, axis=(1, 2, 3), reduction="none")
    np.testing.assert_allclose(each, [0, 0.5, 1], atol=1e-7)
    np.testing.assert_allclose(scratch.dice(y_true, y_pred), 1 - 2 * 5 / 12, atol=1e-7)


@pytest.mark.parametrize(("op", "options"), [*CALLS, ("dice", {})])
@given(
    shape=st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(2, 4)),
    reduction=st.sampled_from(["mean", "mean_with_sample_weight", "sum"]),
    seed=st.integers(0, 2**32 - 1),
)
@settings(max_examples=15, deadline=None)
def test_gradients_are_those_of_finite_differences(op, options, shape, reduction, seed):
    loss, loss_grad = ours(op)
    y_true, y_pred = example(op, options, shape, seed)
    losses_shape = np.shape(loss(y_true, y_pred, **options, reduction="none"))
    weights = np.random.default_rng(seed).uniform(0.1, 2, losses_shape)
    options = {**options, "reduction": reduction, "sample_weight": weights}
    tried = numeric_grad(lambda v: loss(y_true, v, **options), y_pred, 2.5, step=1e-7)
    mine = loss_grad(2.5, y_true, y_pred, **options)
    np.testing.assert_allclose(mine, tried, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("op", "options"), CALLS)
def test_nan_gives_nan_and_only_where_it_is(op, options):
    loss, loss_grad = ours(op)
    y_true, y_pred = example(op, options, (3, 2, 4))
    y_pred[1, 1, 2] = np.nan
    value = loss(y_true, y_pred, **options, reduction="none")
    assert np.isnan(value).any()
    assert np.isfinite(value).any()
    assert np.isnan(loss(y_true, y_pred, **options))
    assert loss_grad(1.0, y_true, y_pred, **options).shape == y_pred.shape


@pytest.mark.parametrize(("op", "options"), [call for call in CALLS if call[0] != "dice"])
def test_no_images_have_no_mean_but_a_sum(op, options):
    loss, loss_grad = ours(op)
    y_true, y_pred = (values[:0] for values in example(op, options, (3, 4)))
    assert loss(y_true, y_pred, **options, reduction="none").shape == (0,)
    assert loss(y_true, y_pred, **options, reduction="sum") == 0
    assert loss_grad(1.0, y_true, y_pred, **options, reduction="sum").shape == (0, 4)
    with pytest.raises(ValueError, match=r"there is no mean of losses of shape \(0,\)"):
        loss(y_true, y_pred, **options)


@pytest.mark.parametrize(("op", "options"), CALLS)
def test_wrong_input_gets_an_error_that_names_it(op, options):
    loss, loss_grad = ours(op)
    y_true, y_pred = example(op, options, (3, 2, 4))
    losses_shape = loss(y_true, y_pred, **options, reduction="none").shape
    wrong = [
        ({"y_pred": y_pred.astype(int)}, "y_pred is int64; give float32 or float64"),
        ({"y_pred": y_pred[0, 0]}, r"y_pred has shape \(4,\)"),
        ({"y_true": y_true[:2]}, r"y_true has shape \(2, .*y_pred \(3, 2, 4\)"),
        ({"reduction": "average"}, "reduction is 'average'; give one of"),
        ({"sample_weight": np.ones(7)}, r"sample_weight has shape \(7,\); expected"),
        (
            {"sample_weight": np.zeros(losses_shape), "reduction": "mean_with_sample_weight"},
            "whose weights sum to 0",
        ),
    ]
    for change, message in wrong:
        arguments = {"y_true": y_true, "y_pred": y_pred, **options, **change}
        with pytest.raises(ValueError, match=message):
            loss(**arguments)
        with pytest.raises(ValueError, match=message):
            loss_grad(1.0, **arguments)
    with pytest.raises(ValueError, match=r"grad has shape \(2,\); expected \(\)"):
        loss_grad(np.ones(2), y_true, y_pred, **options)
    with pytest.raises(ValueError, match=r"grad has shape \(\); expected \(\d"):
        loss_grad(1.0, y_true, y_pred, **options, reduction="none")


CLASSES, P = np.array([0, 2]), np.full((2, 3), 1 / 3)
ROWS = np.eye(3)[CLASSES]
SPARSE = "sparse_categorical_crossentropy"


@pytest.mark.parametrize(
    ("op", "arguments", "options", "message"),
    [
        (SPARSE, (CLASSES.astype(float), P), {}, r"y_true is float64; .*y_true\.astype\(int\)"),
        (SPARSE, (CLASSES[:, None], P), {}, r"y_true has shape \(2, 1\), y_pred \(2, 3\)"),
        (SPARSE, (ROWS, P), {}, r"\(2, 3\), y_pred too; rows .* categorical_crossentropy"),
        (SPARSE, (CLASSES + 1, P), {}, "labels run from 1 to 3, but y_pred has 3 classes"),
        (SPARSE, (CLASSES - 1, P), {}, "labels run from -1 to 1"),
        (SPARSE, (CLASSES, 3 * P - 2), {}, "runs from -1 to -1; .* from_logits=True"),
        (SPARSE, (CLASSES, P[:, :1]), {}, r"y_pred has shape \(2, 1\): of one class"),
        ("categorical_crossentropy", (CLASSES, P), {}, "class numbers go to sparse_categorical"),
        ("categorical_crossentropy", (2 * ROWS, P), {}, "run from 0 to 2; give labels from 0 to 1"),
        ("categorical_crossentropy", (P[:, :1], P[:, :1]), {}, "of one class"),
        (
            "categorical_crossentropy",
            (ROWS / 2, P),
            {},
            "rows of y_true .*sum to 0.5 ... 0.5",
        ),
        (
            "categorical_crossentropy",
            (ROWS, 0 * P),
            {},
            "y_pred of shape .* has rows of zeros",
        ),
        ("binary_crossentropy", (ROWS * np.nan, P), {}, "labels .* run from nan to nan"),
        (
            "binary_crossentropy",
            (ROWS - 1, P),
            {},
            r"of shape \(2, 3\)\) run from -1 to 0",
        ),
        ("binary_crossentropy", (ROWS, 5 * P), {}, "y_pred of shape .* runs from 1.66667"),
        ("focal", (ROWS, P), {"gamma": -1}, "gamma is -1"),
        ("focal", (ROWS, P), {"gamma": "a"}, "gamma is 'a'"),
        ("huber", (ROWS, P), {"delta": 0}, "delta is 0"),
        ("mse", (np.array([["a", "b"]]), P[:1, :2]), {}, "y_true is <U1; give numbers"),
        ("mse", (np.zeros((2, 0)), np.zeros((2, 0))), {}, r"y_pred has shape \(2, 0\)"),
        ("mse", (CLASSES, P[:, 0]), {}, r"for one output an image give y_pred\[:, None\]"),
        ("dice", (ROWS, P), {"axis": 2}, r"axis is 2, but y_pred of shape \(2, 3\) has 2 axes"),
        ("dice", (ROWS, P), {"sample_weight": np.ones(2)}, r"\(2,\); expected \(\)"),
        ("dice", (ROWS, -P), {}, "y_pred of shape .* runs from -0.333333"),
    ],
)
def test_labels_that_make_no_sense_get_an_error_that_names_them(op, arguments, options, message):
    loss, loss_grad = ours(op)
    with pytest.raises(ValueError, match=message):
        loss(*arguments, **options)
    with pytest.raises(ValueError, match=message):
        loss_grad(1.0, *arguments, **options)
