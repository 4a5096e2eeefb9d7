import keras
import numpy as np
import pytest

from medtutor import deployment, scratch

SHAPE = (12, 10, 2)
KINDS = ("float32", "float16", "dynamic", "int8")
EXAMPLES = np.random.default_rng(0).normal(size=(60, *SHAPE)).astype("float32")


def network(*last):
    keras.utils.set_random_seed(0)
    bias = {"bias_initializer": "random_normal"}
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input(SHAPE),
            layers.Conv2D(4, (3, 2), activation="relu", name="valid", **bias),
            layers.Conv2D(6, 3, strides=2, padding="same", name="same", **bias),
            layers.Conv2D(3, 2, activation="relu", name="again", **bias),
            layers.Flatten(),
            layers.Dense(5, name="dense", **bias),
            layers.Softmax(),
            *last,
        ]
    )


@pytest.fixture(scope="module")
def model():
    return network()


@pytest.fixture(scope="module")
def files(model):
    given = {"int8": {"examples": EXAMPLES}}
    return {kind: deployment.convert(model, kind, **given.get(kind, {})) for kind in KINDS}


@pytest.mark.parametrize(
    ("kind", "most"), [("float32", 1e-5), ("float16", 0.005), ("dynamic", 0.05), ("int8", 0.1)]
)
def test_a_file_answers_as_keras_does(model, files, kind, most):
    expected = model.predict_on_batch(EXAMPLES)
    for kernels in ("default", "builtin", "reference"):
        answers = files[kind].predict(EXAMPLES, kernels=kernels)
        assert answers.dtype == np.float32
        assert answers.shape == (60, 5)
        assert abs(answers - expected).max() < most
    np.testing.assert_array_equal(files[kind].predict(EXAMPLES[:3], threads=2).shape, (3, 5))


def test_what_a_file_says_of_itself(files):
    assert files["float32"].size > files["int8"].size
    assert len({file.version for file in files.values()}) == 4
    assert files["int8"].input_shape == SHAPE
    assert "takes int8 (12, 10, 2), version " in repr(files["int8"])
    assert "takes float32" in repr(files["dynamic"])


def test_lists_are_images_too(files):
    np.testing.assert_array_equal(
        files["int8"].predict(EXAMPLES[:2].tolist()), files["int8"].predict(EXAMPLES[:2])
    )


def test_a_file_is_the_same_when_it_was_saved(files, tmp_path):
    path = files["int8"].save(tmp_path / "network.tflite")
    again = deployment.LiteModel.load(path)
    assert again == files["int8"]
    np.testing.assert_array_equal(again.predict(EXAMPLES[:4]), files["int8"].predict(EXAMPLES[:4]))
    path.write_bytes(b"something else")
    with pytest.raises(ValueError, match=r"network\.tflite is no LiteRT file"):
        deployment.LiteModel.load(path)


def test_converting_says_nothing(model, capfd, caplog, recwarn):
    deployment.convert(model, "int8", examples=EXAMPLES).predict(EXAMPLES[:2])
    assert capfd.readouterr() == ("", "")
    assert not caplog.records
    assert not recwarn.list


# The file's own whole numbers --------------------------------------------------------------


def layer_of(interpreter, name):
    """Return what is known of a layer's kernel and of its output in an int8 file."""
    details = interpreter.get_tensor_details()
    parts = [tensor for tensor in details if f"/{name}_1/" in tensor["name"]]
    whole = [tensor for tensor in parts if tensor["dtype"] == np.int8 and len(tensor["shape"]) == 4]
    (kernel,) = (t for t in whole if len(t["quantization_parameters"]["scales"]) > 1)
    (output,) = (t for t in whole if len(t["quantization_parameters"]["scales"]) == 1)
    return kernel, output


def bias_of(interpreter, scales):
    for tensor in interpreter.get_tensor_details():
        own = tensor["quantization_parameters"]["scales"]
        if tensor["dtype"] == np.int32 and len(own) == len(scales) and np.allclose(own, scales):
            return interpreter.get_tensor(tensor["index"])
    raise AssertionError("no bias has these scales")


@pytest.mark.parametrize("kernels", ["default", "reference"])
def test_a_layer_by_hand_is_the_files_own_integer_for_integer(files, kernels):
    interpreter = files["int8"].interpreter(kernels=kernels, keep_tensors=True)
    first = interpreter.get_input_details()[0]
    chain = {
        "valid": {"relu": True},
        "same": {"strides": 2, "padding": "same"},
        "again": {"relu": True},
    }
    off = []
    for image in EXAMPLES[:40]:
        x = scratch.quantise(image[None], *first["quantization"])
        interpreter.set_tensor(first["index"], x)
        interpreter.invoke()
        scale, zero = first["quantization"]
        for name, options in chain.items():
            kernel, output = layer_of(interpreter, name)
            scales = kernel["quantization_parameters"]["scales"]
            y_scale, y_zero = output["quantization"]
            weights = interpreter.get_tensor(kernel["index"]).transpose(1, 2, 3, 0)
            bias = bias_of(interpreter, scale * scales)
            numbers = {"x_scale": scale, "x_zero_point": zero, "kernel_scale": scales}
            numbers |= {"y_scale": y_scale, "y_zero_point": y_zero}
            ours = scratch.conv2d_int8(x, weights, bias, **numbers, **options)
            theirs = interpreter.get_tensor(output["index"])
            assert ours.shape == theirs.shape
            off.append(abs(ours.astype(int) - theirs).ravel())
            x, scale, zero = theirs, y_scale, y_zero
    off = np.concatenate(off)
    assert off.size > 10_000
    assert off.max() <= 1
    assert np.mean(off == 0) >= 0.99


# What is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"kind": "int4"}, "no kind of file 'int4'; did you mean int8?"),
        ({"kind": "int8"}, "int8 needs 20 or more, better 100, normalised training images"),
        ({"kind": "int8", "examples": EXAMPLES[:5]}, r"examples has shape \(5, 12, 10, 2\)"),
        ({"kind": "int8", "examples": EXAMPLES[..., :1]}, r"images \(N, 12, 10, 2\)"),
        ({"kind": "int8", "examples": EXAMPLES * np.nan}, "examples hold what is no finite number"),
        ({"kind": "int8", "examples": EXAMPLES + np.inf}, "examples hold what is no finite number"),
    ],
)
def test_what_cannot_be_converted_is_refused_with_its_cure(model, arguments, message):
    with pytest.raises(ValueError, match=message):
        deployment.convert(model, **arguments)


def models_that_no_file_can_hold():
    layers = keras.layers
    one, other = keras.Input((8, 8, 1)), keras.Input((4,))
    flat, anywhere = layers.Flatten()(one), keras.Input((None, None, 1))
    yield None, "None takes None"
    yield "model.keras", "'model.keras' takes None"
    yield layers.Dense(3), "<Dense name="
    yield keras.Sequential([layers.Flatten(), layers.Dense(3)]), "built=False> takes None"
    yield keras.Model([one, other], layers.Concatenate()([flat, other])), r"takes \[\(None, 8, 8, 1"
    yield keras.Model(one, [flat, layers.Dense(2)(flat)]), r"gives \[\(None, 64\), \(None, 2"
    maps = layers.Conv2D(2, 3)(anywhere)
    yield keras.Model(anywhere, maps), r"takes \(None, None, None, 1\)"


@pytest.mark.parametrize("kind", ["float32", "int8"])
def test_what_is_no_built_model_of_one_input_and_output_is_refused(kind):
    for model, said in models_that_no_file_can_hold():
        with pytest.raises(ValueError, match=f"{said}.*; give a built keras.Model of one"):
            deployment.convert(model, kind, examples=EXAMPLES)


def test_a_layer_that_litert_lacks_is_named():
    class Beta(keras.layers.Layer):
        def call(self, x):
            import tensorflow as tf

            return tf.raw_ops.Betainc(a=x + 1, b=x + 1, x=x)

    with pytest.raises(ValueError, match="layers of your own, odd, do what LiteRT has no"):
        deployment.convert(network(Beta(name="odd")))


def test_layers_in_half_precision_are_named_with_their_cure():
    image = keras.Input((8, 8, 1))
    half = keras.layers.Conv2D(2, 3, dtype="mixed_float16", name="fast")(image)
    model = keras.Model(image, keras.layers.Flatten()(half))
    with pytest.raises(
        ValueError, match=r"such as fast don't compute in float32; build .*set_dtype_pol"
    ):
        deployment.convert(model)


@pytest.mark.parametrize(
    ("x", "options", "message"),
    [
        (EXAMPLES[:, :5], {}, r"x has shape \(1, 5, 10, 2\); this file takes \(1, 12, 10, 2\)"),
        (EXAMPLES[:0], {}, r"x has shape \(0, 12, 10, 2\); this file takes"),
        (EXAMPLES, {"kernels": "fast"}, "no kernels 'fast'; there are default, builtin"),
        (EXAMPLES, {"threads": 0}, "threads is 0; give a whole number from 1 up"),
    ],
)
def test_what_a_file_cannot_run_is_refused(files, x, options, message):
    with pytest.raises(ValueError, match=message):
        files["float32"].predict(x, **options)
