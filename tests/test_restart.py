"""A restarted network is one that was built and compiled anew."""

import sys

import numpy as np
import pytest
import tensorflow as tf

from medtutor import models, training
from medtutor._keras import keras
from medtutor.training import starting

rng = np.random.default_rng(0)
X, Y = rng.random((24, 12, 12, 1), "float32"), np.arange(24) % 2


def small_model():
    return models.build_cnn((12, 12, 1), 2, filters=(4, 4), dense_units=(5,), dropout=0.3)


def compiled(optimizer):
    training.reproducible(0)  # without it, Keras compiles for speed and other last digits
    model = small_model()
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def train(model, epochs=2):
    model.fit(X, Y, epochs=epochs, batch_size=8, verbose=0)
    return model.get_weights()


def anew(make, seed):
    training.reproducible(seed)
    model = small_model()
    model.compile(make(), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return train(model)


OPTIMIZERS = {
    "Adam with a schedule": lambda: keras.optimizers.Adam(
        keras.optimizers.schedules.CosineDecay(0.01, 6)
    ),
    "Adam": lambda: keras.optimizers.Adam(0.01),
    "momentum": lambda: keras.optimizers.SGD(0.05, momentum=0.9),
    "Adagrad": lambda: keras.optimizers.Adagrad(0.05),
}


@pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_a_restarted_network_learns_bit_for_bit_as_a_new_one(make):
    model = compiled(make())
    train(model, epochs=3)
    for seed in (1, 2):
        training.restart(model, seed)
        for found, expected in zip(train(model), anew(make, seed), strict=True):
            np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("as_dataset", [False, True])
def test_a_tensorflow_that_keeps_its_seed_elsewhere_gives_the_same(as_dataset, monkeypatch):
    def learnt(model):
        training.restart(model, 5)
        data = (tf.data.Dataset.from_tensor_slices((X, Y)).shuffle(24).batch(8),)
        model.fit(*(data if as_dataset else (X, Y)), epochs=2, shuffle=not as_dataset, verbose=0)
        return model.get_weights()

    quick = learnt(compiled("adam"))
    monkeypatch.setitem(sys.modules, "tensorflow.python.eager.context", None)  # as if not there
    assert starting._tensorflow_state() is None
    for found, expected in zip(quick, learnt(compiled("adam")), strict=True):
        np.testing.assert_array_equal(found, expected)


def test_programs_stay_ready_so_that_a_restart_is_cheap():
    model = compiled("adam")
    draws = []
    for start in (training.reproducible, lambda seed: training.restart(model, seed)):
        start(3)
        draws.append(float(tf.random.uniform(())))
    start(3)  # were TensorFlow's programs unloaded, its draw would be the one of before
    assert float(tf.random.uniform(())) not in draws


def test_another_seed_gives_other_weights_and_a_frozen_layer_stays_frozen():
    model = compiled("adam")
    model.get_layer("conv_1").trainable = False
    model.compile("adam", "sparse_categorical_crossentropy")
    training.restart(model, 1)
    first = model.get_layer("conv_1").get_weights()[0]
    train(model)
    np.testing.assert_array_equal(model.get_layer("conv_1").get_weights()[0], first)
    training.restart(model, 2)
    assert not np.array_equal(model.get_layer("conv_1").get_weights()[0], first)


def test_it_works_before_the_first_training_and_keeps_a_changed_learning_rate():
    model = compiled(keras.optimizers.SGD(0.25))
    training.restart(model, 0)
    train(model)
    training.restart(model, 0)
    assert float(model.optimizer.learning_rate) == 0.25
    assert int(model.optimizer.iterations) == 0


# Keras' own, when it reads a saved Normalization.
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning")
def test_what_came_from_data_stays(tmp_path):
    statistics = keras.layers.Normalization()
    statistics.adapt(100 + 5 * X)
    inside = keras.Sequential([keras.Input((12, 12, 1)), statistics])
    layers = [keras.layers.Flatten(), keras.layers.Dense(2, "softmax")]
    model = keras.Sequential([keras.Input((12, 12, 1)), inside, *layers])
    model.compile("adam", "sparse_categorical_crossentropy")
    first = model.get_layer(index=2).get_weights()[0]
    training.restart(model, 1)
    assert not np.array_equal(model.get_layer(index=2).get_weights()[0], first)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    normalised = keras.ops.convert_to_numpy(again.layers[0](100 + 5 * X))
    assert abs(normalised.mean()) < 1e-3
    assert normalised.std() == pytest.approx(1, abs=1e-3)


def test_a_model_without_weights_yet_is_told_to_get_some():
    model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(1)])
    model.compile("adam", "mse")
    with pytest.raises(ValueError, match="has no weights yet"):
        training.restart(model, 0)
    model.fit(X, Y, verbose=0)
    training.restart(model, 0)
    assert int(model.optimizer.iterations) == 0


def test_a_model_that_is_not_compiled_is_refused():
    model = models.build_cnn((12, 12, 1), 2, filters=(4,), dense_units=())
    with pytest.raises(ValueError, match=r"isn't compiled.*model\.compile"):
        training.restart(model, 0)


@pytest.mark.parametrize("was_frozen", [False, True])
def test_a_layer_frozen_or_unfrozen_after_compiling_asks_for_another_compile(was_frozen):
    model = small_model()
    model.get_layer("conv_1").trainable = not was_frozen
    model.compile("adam", "sparse_categorical_crossentropy")
    train(model)
    model.get_layer("conv_1").trainable = was_frozen
    with pytest.raises(ValueError, match=r"frozen or unfrozen.*compile the model again"):
        training.restart(model, 0)
    model.compile("adam", "sparse_categorical_crossentropy")
    training.restart(model, 0)


def test_what_a_wrapped_layer_learnt_from_data_stays():
    statistics = keras.layers.Normalization()
    statistics.adapt(100 + 5 * X)
    wrapped = keras.layers.TimeDistributed(statistics)
    layers = [keras.Input((1, 12, 12, 1)), wrapped, keras.layers.Flatten(), keras.layers.Dense(1)]
    model = keras.Sequential(layers)
    model.compile("adam", "mse")
    before = [variable.numpy() for variable in statistics.variables]
    training.restart(model, 1)
    assert all(map(np.array_equal, before, [v.numpy() for v in statistics.variables]))


class Unsaved(keras.Model):
    def __init__(self, dense):
        super().__init__()
        self.flatten, self.dense = keras.layers.Flatten(), dense

    def call(self, x):
        return self.dense(self.flatten(x))


@keras.saving.register_keras_serializable("tests")
class Saved(Unsaved):
    def get_config(self):
        return {}

    @classmethod
    def from_config(cls, config):
        return cls(keras.layers.Dense(1))


@pytest.mark.parametrize("kind", [Saved, Unsaved])
def test_models_of_ones_own_code_are_restarted_where_keras_can_save_them(kind):
    model = kind(keras.layers.Dense(1))
    model.compile("adam", "mse")
    first = model(X[:1]).numpy()
    if kind is Unsaved:
        with pytest.raises(ValueError, match=r"can't build this Unsaved anew.*get_config"):
            training.restart(model, 0)
        return
    training.restart(model, 0)
    assert not np.allclose(model(X[:1]).numpy(), first)
