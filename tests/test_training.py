import json
import os
import re
import subprocess
import sys

import numpy as np
import pytest
from patience import patience

from medtutor import models, training
from medtutor._keras import keras
from medtutor._processor import vector_unit
from medtutor.training import checking, progress

# Other tests of the same worker may have started TensorFlow before, which is warned of.
pytestmark = pytest.mark.filterwarnings("ignore:TensorFlow was at work before")


def bright_or_dark(n=64):
    rng = np.random.default_rng(0)
    labels = np.arange(n) % 2
    images = rng.random((n, 12, 12, 1)) * 0.5 + 0.5 * labels[:, None, None, None]
    return images.astype("float32"), labels


def small_model(n_classes=1):
    model = models.build_cnn((12, 12, 1), n_classes, filters=(4, 4), dense_units=())
    loss = "binary_crossentropy" if n_classes == 1 else "sparse_categorical_crossentropy"
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss=loss, metrics=["accuracy"])
    return model


def run(seed, epochs=2):
    training.reproducible(seed)
    model = small_model()
    history = training.fit(model, bright_or_dark(), bright_or_dark(16), epochs=epochs)
    return history.history, model.get_weights()


def test_the_same_seed_gives_the_same_bits_and_another_seed_does_not():
    (first, weights), (again, same), (other, _) = run(1), run(1), run(2)
    assert first == again
    assert all((a == b).all() for a, b in zip(weights, same, strict=True))
    assert first["loss"] != other["loss"]


def test_training_learns_and_returns_the_history(capfd):
    history, _ = run(0, epochs=8)
    assert set(history) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert [len(values) for values in history.values()] == [8] * 4
    assert history["loss"][-1] < 0.5 * history["loss"][0]
    assert capfd.readouterr() == ("", "")  # silent under pytest


def keras_fit(model, train, epochs):
    model.fit(*train, epochs=epochs, verbose=0)


def restart_and_fit(model, train, epochs):
    training.restart(model, 0)
    keras_fit(model, train, epochs)


def weights_and_traces(fit):
    traced = []

    def loss(truth, scores):
        traced.append(truth)
        return keras.losses.binary_crossentropy(truth, scores)

    training.reproducible(0)
    model = models.build_cnn((12, 12, 1), 1, filters=(4, 4), dense_units=())
    model.compile(keras.optimizers.Adam(0.01), loss)
    images, labels = bright_or_dark()
    fit(model, (images, labels[:, None]), epochs=2)
    return model.get_weights(), len(traced)


@pytest.mark.parametrize("fit", [training.fit, restart_and_fit])
def test_the_training_step_is_traced_once_less_and_learns_the_same(fit):
    plain, more = weights_and_traces(keras_fit)
    found, fewer = weights_and_traces(fit)
    assert fewer < more
    for ours, theirs in zip(found, plain, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_validation_may_be_missing():
    history = training.fit(small_model(), bright_or_dark(), epochs=1).history
    assert set(history) == {"loss", "accuracy"}


class StopsInTheSecondEpoch(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 1:
            raise KeyboardInterrupt


def test_an_interrupt_keeps_the_history_so_far(capsys):
    stop = StopsInTheSecondEpoch()
    history = training.fit(small_model(), bright_or_dark(), epochs=5, callbacks=[stop])
    assert len(history.history["loss"]) == 1
    assert "after 1 of 5 epochs" in capsys.readouterr().out


def test_class_weights_reach_the_loss():
    plain = training.fit(small_frozen(), bright_or_dark(), epochs=1).history["loss"][0]
    weights = {0: 3.0, 1: 3.0}
    tripled = training.fit(small_frozen(), bright_or_dark(), epochs=1, class_weight=weights)
    assert tripled.history["loss"][0] == pytest.approx(3 * plain, rel=1e-5)


def small_frozen():
    keras.utils.set_random_seed(0)
    model = models.build_cnn((12, 12, 1), 1, filters=(4, 4), dense_units=())
    model.compile(optimizer=keras.optimizers.SGD(0.0), loss="binary_crossentropy")
    return model


def with_nan(images):
    images = images.copy()
    images[3, 0, 0] = np.nan
    return images


X, Y = bright_or_dark()


@pytest.mark.parametrize(
    ("train", "message"),
    [
        ((X, Y[:-1]), "train has 64 images and 63 labels"),
        ((X[:0], Y[:0]), "train has 0 images"),
        (X, "give a pair (x, y)"),
        ((X, None), "the labels of train are None; give an array of numbers"),
        ((X, np.where(Y, "sick", "well")), "the labels of train are text (<U4); give numbers"),
        ((X, np.where(Y, "sick", "well").astype(object)), "the labels of train are array(["),
        ((list(X), Y), "the images of train are a list; give one array: np.stack"),
        ((X, Y.tolist()), "the labels of train are a list"),
        ((X[..., 0], Y), "has shape (12, 12), the model takes (12, 12, 1)"),
        ((X[:, :10], Y), "has shape (10, 12, 1)"),
        (((X * 255).astype("uint8"), Y), 'x.astype("float32") / 255'),
        ((X * -1000, Y), "they aren't normalised"),
        ((with_nan(X), Y), "1 values that are NaN or infinite"),
        ((X, np.where(Y, np.nan, 0.0)), "the labels of train hold 32 values"),
        ((X, Y + 1), "go from 1 to 2, but the output layer (1 sigmoid unit) knows 0 to 1"),
    ],
)
def test_bad_data_are_refused_before_training(train, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        training.fit(small_model(), train, epochs=1)
    good = (X, Y)
    with pytest.raises(ValueError, match=re.escape(message.replace("train", "val"))):
        training.fit(small_model(), good, train, epochs=1)


def test_labels_of_a_softmax_are_checked_against_its_units():
    with pytest.raises(ValueError, match=re.escape("(2 softmax units) knows 0 to 1")):
        training.fit(small_model(2), (X, Y * 2), epochs=1)


def with_loss(model, loss):
    model.compile(keras.optimizers.Adam(0.01), loss)
    return model


def sequential(*layers, shape=(12, 12, 1)):
    return keras.Sequential([keras.Input(shape), keras.layers.Flatten(), *layers])


PLAIN = (keras.losses.SparseCategoricalCrossentropy(), "sparse_categorical_crossentropy")
OF_LOGITS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


@pytest.mark.parametrize("loss", [*PLAIN, [PLAIN[1]]])
def test_logits_under_a_loss_of_probabilities_are_refused(loss):
    model = with_loss(sequential(keras.layers.Dense(2)), loss)
    for images in (X, 0 * X):  # of black images, untrained logits are 0: within 0 to 1
        with pytest.raises(ValueError, match=re.escape('give the output layer activation="soft')):
            training.fit(model, (images, Y), epochs=1)
    one = with_loss(sequential(keras.layers.Dense(1)), "binary_crossentropy")
    with pytest.raises(ValueError, match=re.escape('activation="sigmoid", or the loss from_log')):
        training.fit(one, (X, Y), epochs=1)


def test_logits_of_an_activation_that_is_not_the_last_layers_own_are_refused():
    scaled = (keras.layers.Dense(2, "tanh"), keras.layers.Rescaling(3.0))
    with pytest.raises(ValueError, match="the loss takes probabilities"):
        training.fit(with_loss(sequential(*scaled), PLAIN[0]), (X, Y), epochs=1)


@pytest.mark.parametrize("last", [(), (keras.layers.Reshape((2,)),)])
def test_probabilities_under_a_loss_of_logits_are_refused(last):
    model = with_loss(sequential(keras.layers.Dense(2, "softmax"), *last), OF_LOGITS)
    with pytest.raises(ValueError, match="it would be applied twice"):
        training.fit(model, (X, Y), epochs=1)


@pytest.mark.parametrize(
    "ending",
    [
        (keras.layers.Dense(2), keras.layers.Softmax()),
        (keras.layers.Dense(2), keras.layers.Activation("softmax")),
        (keras.layers.Dense(2, keras.activations.softmax),),
        (keras.layers.Dense(2), keras.layers.Lambda(keras.activations.softmax)),
        (keras.layers.Dense(2, "softmax"), keras.layers.Activation("linear", dtype="float32")),
    ],
    ids=["layer", "activation", "function", "lambda", "cast"],
)
def test_probabilities_are_let_through_however_they_are_made(ending):
    model = with_loss(sequential(*ending), PLAIN[0])
    assert training.fit(model, (X, Y), epochs=1).history["loss"]


@pytest.mark.filterwarnings("ignore:You are using a softmax over axis:UserWarning")
@pytest.mark.parametrize(
    ("ending", "loss", "message"),
    [
        ((keras.layers.Dense(1, "softmax"),), "binary_crossentropy", "softmax over a single unit"),
        (
            (keras.layers.Dense(6), keras.layers.Reshape((3, 2)), keras.layers.Softmax(axis=1)),
            PLAIN[0],
            "another axis than the last",
        ),
        ((keras.layers.Dense(2, "relu"),), PLAIN[0], "the loss takes probabilities"),
    ],
    ids=["one unit", "axis", "relu"],
)
def test_endings_that_give_no_probabilities_are_named(ending, loss, message):
    labels = np.zeros((len(X), 3), int) if "axis" in message else Y
    with pytest.raises(ValueError, match=message):
        training.fit(with_loss(sequential(*ending), loss), (X, labels), epochs=1)


@pytest.mark.parametrize("ignored", [-1, 255])
def test_a_class_that_the_loss_ignores_is_let_through(ignored):
    loss = keras.losses.SparseCategoricalCrossentropy(ignore_class=ignored)
    model = with_loss(sequential(keras.layers.Dense(2, "softmax")), loss)
    labels = np.where(np.arange(len(Y)) % 4, Y, ignored)
    assert training.fit(model, (X, labels), epochs=1).history["loss"]
    with pytest.raises(ValueError, match="knows 0 to 1"):
        training.fit(model, (X, np.where(Y, 2, ignored)), epochs=1)


@pytest.mark.parametrize("labels", [Y, np.zeros((len(Y), 5))])
def test_numbers_have_the_shape_of_the_output(labels):
    model = with_loss(sequential(keras.layers.Dense(2)), "mse")
    with pytest.raises(ValueError, match=re.escape("the loss takes (None, 2)")):
        training.fit(model, (X, labels), epochs=1)


def test_labels_are_held_against_the_number_of_logits():
    model = with_loss(sequential(keras.layers.Dense(2)), OF_LOGITS)
    for labels in (Y + 1, (Y + 1)[:, None], Y - 1):
        with pytest.raises(ValueError, match=re.escape("(2 units) knows 0 to 1")):
            training.fit(model, (X, labels), epochs=1)
    for labels in (Y, Y[:, None]):
        assert training.fit(model, (X, labels), epochs=1).history["loss"]


def test_a_model_without_an_input_shape_is_built_from_the_images():
    layers = [keras.layers.Flatten(), keras.layers.Dense(1, "sigmoid")]
    model = with_loss(keras.Sequential(layers), "binary_crossentropy")
    assert training.fit(model, (X, Y), epochs=1).history["loss"]
    assert model.input_shape == (None, 12, 12, 1)


class Own(keras.Model):
    def __init__(self):
        super().__init__()
        self.flatten, self.dense = keras.layers.Flatten(), keras.layers.Dense(1, "sigmoid")

    def call(self, x):
        return self.dense(self.flatten(x))


def test_a_model_of_ones_own_code_is_trained():
    for images in (X, (X > 0.5).astype("uint8"), X > 0.5):
        model = with_loss(Own(), "binary_crossentropy")
        assert training.fit(model, (images, Y), epochs=1).history["loss"]
    uncompiled = Own()
    uncompiled(X[:1])
    with pytest.raises(ValueError, match="isn't compiled"):
        training.fit(uncompiled, (X, Y), epochs=1)


@pytest.mark.parametrize(
    ("layer", "unit", "onednn", "goes_wrong"),
    [
        (keras.layers.Conv2D(4, 1, strides=2), "AVX2", "1", True),
        (keras.layers.Conv2DTranspose(3, 1, strides=(1, 2)), "AVX2", "1", True),
        (keras.layers.Conv2D(4, 1, strides=2), "AVX2", "0", False),
        (keras.layers.Conv2D(4, 1, strides=2), "AVX512F", "1", False),
        (keras.layers.Conv2D(4, 1), "AVX2", "1", False),
        (keras.layers.Conv2D(4, 2, strides=2), "AVX2", "1", False),
        (keras.layers.Conv2DTranspose(8, 1, strides=2), "AVX2", "1", False),
        (keras.Sequential([keras.layers.Conv2D(4, 1, strides=2)]), "AVX2", "1", True),
        (keras.layers.Conv2D(4, 1, strides=2, dtype="float64"), "AVX2", "1", False),
    ],
)
def test_a_gradient_that_onednn_gets_wrong_is_refused(layer, unit, onednn, goes_wrong, monkeypatch):
    monkeypatch.setattr(checking, "vector_unit", lambda: unit)
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", onednn)
    around = [keras.Input((12, 12, 1)), layer, keras.layers.Flatten(), keras.layers.Dense(1)]
    model = keras.Sequential(around)
    model.compile("adam", "mse")
    if goes_wrong:
        with pytest.raises(ValueError, match=r"kernel of one pixel.*TF_ENABLE_ONEDNN_OPTS=0"):
            checking.check_inputs(model, (X, Y), None)
    else:
        checking.check_inputs(model, (X, Y), None)


def test_a_wrong_gradient_is_told_within_a_wrapper_and_nowhere_else(monkeypatch):
    monkeypatch.setattr(checking, "vector_unit", lambda: "AVX2")
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "1")
    each_row = keras.layers.TimeDistributed(keras.layers.Conv1D(2, 1, strides=2))
    grouped = keras.layers.Conv2D(4, 1, strides=2, groups=2)
    never_built = Own()
    never_built.unused = keras.layers.Conv2D(4, 1, strides=2)
    checking._check_onednn(keras.Sequential([keras.Input((12, 12, 4)), grouped]))
    checking._check_onednn(never_built)
    wrapped = keras.Sequential([keras.Input((12, 12, 1)), each_row])
    with pytest.raises(ValueError, match=r"strides \(2,\) and 1 channel in the larger image"):
        checking._check_onednn(wrapped)
    monkeypatch.setattr(checking, "_trains_on_the_processor", lambda: False)  # a GPU, say
    checking._check_onednn(wrapped)


def test_a_model_of_two_outputs_is_named():
    shared = keras.Input((12, 12, 1))
    flat = keras.layers.Flatten()(shared)
    two = keras.Model(shared, [keras.layers.Dense(1, "sigmoid")(flat) for _ in range(2)])
    with pytest.raises(ValueError, match="of several outputs"):
        training.fit(with_loss(two, "binary_crossentropy"), (X, [Y, Y]), epochs=1)


def test_a_loss_for_a_named_output_is_refused_where_outputs_have_no_name():
    model = keras.Sequential(
        [keras.Input((4, 4, 1)), keras.layers.Flatten(), keras.layers.Dense(1)]
    )
    model.compile("adam", loss={"dense": "mse"})
    with pytest.raises(
        ValueError, match=r"output of a Sequential has no name.*give the loss alone"
    ):
        training.fit(model, (np.zeros((4, 4, 4, 1)), np.zeros(4)), epochs=1)


def test_a_model_of_two_inputs_is_named():
    both = [keras.Input((12, 12, 1)), keras.Input((12, 12, 1))]
    flat = keras.layers.Flatten()(keras.layers.Add()(both))
    two = keras.Model(both, keras.layers.Dense(1, "sigmoid")(flat))
    with pytest.raises(ValueError, match="of several inputs"):
        training.fit(with_loss(two, "binary_crossentropy"), ([X, X], Y), epochs=1)


def divided(images):
    return images / 255


def adapted():
    layer = keras.layers.Normalization()
    layer.adapt(X * 255)
    return layer


@pytest.mark.parametrize(
    "make",
    [
        lambda: keras.layers.Rescaling(1 / 255),
        adapted,
        keras.layers.BatchNormalization,
        lambda: keras.layers.Lambda(divided),
        lambda: keras.Sequential([keras.layers.Rescaling(1 / 255)]),
        lambda: keras.Sequential(
            [keras.Sequential([keras.layers.RandomFlip()]), keras.layers.Rescaling(1 / 255)]
        ),
        lambda: keras.layers.TimeDistributed(keras.layers.Rescaling(1 / 255)),
        lambda: keras.layers.GroupNormalization(1),
    ],
    ids=[
        *("rescaling", "normalization", "batch normalization", "lambda", "nested"),
        *("behind augmentation", "wrapped", "group normalization"),
    ],
)
def test_images_are_let_through_to_a_model_that_normalises_itself(make):
    stored = (X * 255).astype("uint8")
    ending = [keras.layers.Flatten(), keras.layers.Dense(1, "sigmoid")]
    layered = keras.Sequential([keras.Input((12, 12, 1)), make(), *ending])
    assert training.fit(with_loss(layered, "binary_crossentropy"), (stored, Y), epochs=1)
    ending = [keras.layers.Flatten(), keras.layers.Dense(1, "sigmoid")]
    late = [keras.Input((12, 12, 1)), keras.layers.Dense(4), make(), *ending]
    with pytest.raises(ValueError, match="they aren't normalised"):
        training.fit(
            with_loss(keras.Sequential(late), "binary_crossentropy"), (stored, Y), epochs=1
        )


def test_arithmetic_in_a_functional_model_normalises_too():
    images = keras.Input((12, 12, 1))
    flat = keras.layers.Flatten()(images / 255.0)
    model = keras.Model(images, keras.layers.Dense(1, "sigmoid")(flat))
    stored = (X * 255).astype("uint8")
    assert training.fit(with_loss(model, "binary_crossentropy"), (stored, Y), epochs=1)


def test_one_hot_labels_are_let_through():
    model = models.build_cnn((12, 12, 1), 2, filters=(4, 4), dense_units=())
    model.compile(loss="categorical_crossentropy")
    history = training.fit(model, (X, np.eye(2)[Y]), epochs=1)
    assert np.isfinite(history.history["loss"]).all()


SPARSE = ["sparse_categorical_crossentropy", keras.losses.SparseCategoricalCrossentropy()]


@pytest.mark.parametrize("loss", SPARSE)
@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (Y * 0.5, "the labels of train hold 0.5, but the loss takes class ids"),
        (
            np.eye(2)[Y],
            "have shape (64, 2); for an output of shape (None, 2) the loss takes (None,",
        ),
        (np.eye(2)[Y], "they are one-hot: give class ids, y.argmax(axis=-1)"),
        (np.zeros((64, 12, 12), int), "give one label for each image"),
    ],
)
def test_labels_that_the_sparse_loss_does_not_take_are_named(loss, labels, message):
    model = small_model(2)
    model.compile(loss=loss)
    with pytest.raises(ValueError, match=re.escape(message)):
        training.fit(model, (X, labels), epochs=1)


def test_class_ids_for_a_loss_of_one_hot_rows_are_named():
    model = small_model(2)
    model.compile(loss="categorical_crossentropy")
    with pytest.raises(ValueError, match=re.escape("give them one-hot, np.eye(2)[y]")):
        training.fit(model, (X, Y), epochs=1)


@pytest.mark.parametrize(
    ("loss", "n_classes"),
    [
        (SPARSE[0], 2),
        ("binary_crossentropy", 1),
        (training.DiceCrossentropy(), 1),
        (training.DiceCrossentropy(), 2),
    ],
)
def test_masks_have_the_size_of_the_output(loss, n_classes):
    model, masks = small_unet(loss, n_classes)
    assert training.fit(model, (X, masks), epochs=1).history["loss"]
    with pytest.raises(ValueError, match="give masks of the images' size"):
        training.fit(model, (X, masks[:, :10]), epochs=1)


def test_dice_of_many_maps_takes_whole_numbers():
    model, masks = small_unet(training.DiceCrossentropy(), 2)
    with pytest.raises(ValueError, match=r"the labels of train hold 0\.5, but"):
        training.fit(model, (X, masks * 0.5), epochs=1)


def test_soft_labels_and_columns_are_let_through():
    for labels in (Y * 0.5, Y[:, None]):
        assert training.fit(small_model(), (X, labels), epochs=1).history["loss"]
    assert training.fit(small_model(2), (X, Y[:, None]), epochs=1).history["loss"]


def test_a_loss_of_your_own_takes_what_it_likes():
    def of_two_numbers(truth, scores):
        return keras.ops.mean(keras.ops.square(truth[:, :1] - scores * truth[:, 1:]), axis=-1)

    model = small_model()
    model.compile(loss=of_two_numbers)
    two = np.stack([Y * 0.5, Y * 0.25], axis=-1).astype("float32")
    assert training.fit(model, (X, two), epochs=1).history["loss"]


@pytest.mark.parametrize(
    ("n_classes", "loss"), [(1, "binary_crossentropy"), (3, "sparse_categorical_crossentropy")]
)
def test_an_uncompiled_model_is_told_how_to_compile(n_classes, loss):
    model = models.build_cnn((12, 12, 1), n_classes, filters=(4,))
    with pytest.raises(ValueError, match=re.escape(f'loss="{loss}"')):
        training.fit(model, (X, Y), epochs=1)


@pytest.mark.parametrize("name", ["epochs", "batch_size"])
@pytest.mark.parametrize("value", [0, 1.5, "2", None])
def test_counts_are_whole_and_start_at_one(name, value):
    message = re.escape(f"{name} is {value!r}; give a whole number from 1 up")
    with pytest.raises(ValueError, match=message):
        training.fit(small_model(), (X, Y), **{"epochs": 1} | {name: value})


@pytest.mark.parametrize(
    "callbacks", [None, keras.callbacks.EarlyStopping(), [keras.callbacks.EarlyStopping]]
)
def test_callbacks_are_a_list_of_objects(callbacks):
    with pytest.raises(ValueError, match=r"callbacks is .*; give a list of objects, such as"):
        training.fit(small_model(), (X, Y), epochs=1, callbacks=callbacks)


@pytest.mark.parametrize(
    ("class_weight", "message"),
    [
        ([1.0, 2.0], "class_weight is [1.0, 2.0]; give a dict of class ids and weights"),
        ({"0": 1.0}, "class_weight has the key '0'; give class ids, whole numbers from 0 to 1"),
        ({7: 0.0}, "class_weight has the key 7"),
        ({-1: 1.0}, "class_weight has the key -1"),
        ({1: np.nan}, "class_weight of class 1 is nan; give a finite number from 0 up"),
        ({1: np.inf}, "class_weight of class 1 is inf"),
        ({0: -1.0}, "class_weight of class 0 is -1.0"),
        ({0: "a"}, "class_weight of class 0 is 'a'"),
    ],
)
def test_bad_class_weights_are_named(class_weight, message):
    for n_classes in (1, 2):
        with pytest.raises(ValueError, match=re.escape(message)):
            training.fit(small_model(n_classes), (X, Y), epochs=1, class_weight=class_weight)


def test_class_weights_may_be_those_of_numpy():
    weights = dict(zip(*np.unique(Y, return_counts=True), strict=True))
    history = training.fit(small_model(2), (X, Y), epochs=1, class_weight=weights)
    assert np.isfinite(history.history["loss"]).all()


def test_class_weights_are_not_for_pixels():
    model, masks = small_unet("sparse_categorical_crossentropy", 2)
    with pytest.raises(ValueError, match="class_weight weighs whole images"):
        training.fit(model, (X, masks), epochs=1, class_weight={1: 2.0})


def small_unet(loss, n_classes):
    model = models.build_unet((12, 12, 1), n_classes, base_filters=2, depth=1)
    model.compile(loss=loss)
    return model, (X[..., 0] > 0.5).astype("uint8")


@pytest.mark.parametrize("seed", [-1, 2**32, 0.5, "0", True])
def test_bad_seeds_are_refused(seed):
    with pytest.raises(ValueError, match="give a whole number from 0"):
        training.reproducible(seed)


def test_a_seed_may_be_a_whole_number_of_numpy():
    training.reproducible(np.int64(3))
    drawn = np.random.rand()  # noqa: NPY002
    training.reproducible(3)
    assert np.random.rand() == drawn  # noqa: NPY002


def test_the_picture_holds_the_curves_and_their_text():
    curves = {"loss": [0.7, 0.5], "accuracy": [0.5, 0.9], "val_loss": [0.7, 0.6]}
    data, metadata = progress.picture_of(curves, epochs=4)
    assert data["image/png"].startswith("iVBORw0KGgo")  # a PNG in base64
    text = metadata["image/png"]["alt"]
    assert text.startswith("epoch 2 of 4. loss over 2 epochs: training from 0.7 to 0.5")
    assert "accuracy over 2 epochs: training from 0.5 to 0.9" in text
    assert data["text/plain"] == text


def in_a_fresh_python(code, without=(), **variables):
    gone = ("PYTEST_VERSION", *without)
    env = {name: value for name, value in os.environ.items() if name not in gone} | variables
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=env | variables,
    )


FIT = """
import numpy as np
from medtutor import models, training
training.reproducible(0)
model = models.build_cnn((12, 12, 1), 1, filters=(4,))
model.compile(loss="binary_crossentropy")
x, y = np.zeros((8, 12, 12, 1), "float32"), np.arange(8) % 2
training.fit(model, (x, y), epochs=2)
"""


def test_a_terminal_shows_a_bar_and_no_log_line():
    done = in_a_fresh_python(FIT, without=("TF_NUM_INTRAOP_THREADS",))
    assert done.stdout == ""
    assert "2/2" in done.stderr
    assert "loss=" in done.stderr
    for noise in ("oneDNN", "cuda", "CUDA", "WARNING", "E0000", "cpu_feature_guard"):
        assert noise not in done.stderr


def test_threads_and_onednn_are_set_unless_the_user_set_them():
    names = ("TF_NUM_INTRAOP_THREADS", "TF_ENABLE_ONEDNN_OPTS")
    code = f"import os, medtutor.models; print([os.environ.get(name) for name in {names}])"
    onednn = "1" if vector_unit() else None  # it is for x86 processors
    assert in_a_fresh_python(code, without=names).stdout.strip() == str(["2", onednn])
    theirs = dict(zip(names, "10", strict=True))
    assert in_a_fresh_python(code, **theirs).stdout.strip() == str(["1", "0"])


def test_a_late_call_says_that_threads_are_not_fixed():
    code = """
import warnings, tensorflow as tf
tf.constant(1) + 1
from medtutor import training
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    training.reproducible(0)
print([str(w.message)[:44] for w in caught])
"""
    done = in_a_fresh_python(code, without=("TF_NUM_INTRAOP_THREADS",))
    assert "TensorFlow was at work before reproducible(…)"[:44] in done.stdout


def test_a_notebook_shows_one_live_picture(tmp_path, monkeypatch):
    nbclient = pytest.importorskip("nbclient")
    import nbformat

    monkeypatch.delenv("PYTEST_VERSION")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(FIT)])
    nbclient.NotebookClient(notebook, timeout=int(patience(120)), kernel_name="python3").execute()
    (output,) = [out for out in notebook.cells[0].outputs if out.output_type == "display_data"]
    assert output.metadata["image/png"]["alt"].startswith("epoch 2 of 2. loss over 2 epochs")
    assert "iVBORw0KGgo" in output.data["image/png"]
    assert "stderr" not in json.dumps(notebook)
