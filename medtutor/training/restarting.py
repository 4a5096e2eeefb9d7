"""The same network from another start: what a comparison over seeds needs."""

from medtutor._keras import keras
from medtutor.training.starting import build_optimizer, reproducible_again


def restart(model: keras.Model, seed: int) -> None:
    """Give a compiled model new initial weights, and its optimizer a new start.

    As if it were built and compiled anew after ``reproducible(seed)``, but TensorFlow keeps
    the program that it has made for the model: ten trainings then cost the time and the
    memory of one such program instead of ten.

    Parameters
    ----------
    model : keras.Model
        Compiled, of layers that Keras can save. Its weights, the state of its dropout layers
        and of its optimizer are replaced in place. Loss, metrics, learning rate, and what a
        layer such as Normalization was adapted to, stay.
    seed : int
        From 0 to 2**32 - 1. Equal seeds give equal weights.

    Raises
    ------
    ValueError
        For a model that isn't compiled, or whose layers were frozen or unfrozen since, or that
        Keras couldn't save, or a bad seed.

    Notes
    -----
    Weights that were written by hand (``set_weights``) or taken from another network are replaced,
    too, also those of frozen layers: write them again afterwards. What a layer of your own draws
    with ``tf.random`` goes on where it was; ``keras.random`` starts anew. Taught in lesson 07.
    """
    if not model.compiled:
        raise ValueError(
            "the model isn't compiled, so it has no optimizer to restart; "
            "first run model.compile(…), once, and restart before each training"
        )
    if not model.built:
        raise ValueError(
            "the model has no weights yet; give it an input shape, keras.Input(shape=…), or train "
            "it once, before you restart it"
        )
    _check_learns_the_same(model)
    reproducible_again(seed)
    kept = _from_data(model)
    for variable, new in zip(model.variables, _built_anew(model).variables, strict=True):
        if id(variable) not in kept:
            variable.assign(new)
    _restart_optimizer(model)


def _check_learns_the_same(model: keras.Model) -> None:
    learnt = [id(variable) for variable in model.optimizer._trainable_variables]
    if model.optimizer.built and learnt != [id(v) for v in model.trainable_variables]:
        raise ValueError(
            "layers were frozen or unfrozen after model.compile(…), which fixes what learns; "
            "compile the model again, then restart it"
        )


def _built_anew(model: keras.Model) -> keras.Model:
    # clone_model would copy the loss, too, and fail with one that Keras has no name for.
    try:
        fresh = type(model).from_config(model.get_config())
        if not fresh.built:
            fresh.build_from_config(model.get_build_config())
    except Exception as error:
        raise ValueError(
            f"Keras can't build this {type(model).__name__} anew, as it does with a saved model: "
            f"{str(error).strip().splitlines()[0]}; give layers and models of your own a "
            "get_config, and register them with keras.saving.register_keras_serializable"
        ) from error
    return fresh


def _from_data(model: keras.Model) -> set[int]:
    """Return which variables hold statistics of data, as those of an adapted Normalization."""
    # Also those inside a wrapper or a layer of one's own, which no public list names.
    adapted = [layer for layer in model._flatten_layers() if hasattr(layer, "adapt")]
    return {id(variable) for layer in adapted for variable in layer.variables}


def _restart_optimizer(model: keras.Model) -> None:
    optimizer = model.optimizer
    if not optimizer.built:
        build_optimizer(model)
        return
    fresh = type(optimizer).from_config(optimizer.get_config())
    fresh.build(model.trainable_variables)
    for variable, new in zip(optimizer.variables, fresh.variables, strict=True):
        variable.assign(new)
