"""The same network from another start: what a comparison over seeds needs."""

from medtutor._keras import keras
from medtutor.training.starting import build_optimizer, reproducible


def restart(model: keras.Model, seed: int) -> None:
    """Give a compiled model new initial weights, and its optimizer a new start.

    As if it were built and compiled anew after ``reproducible(seed)``, but TensorFlow keeps
    the program that it has made for the model: ten trainings then cost the time and the
    memory of one such program instead of ten.

    Parameters
    ----------
    model : keras.Model
        Compiled, of layers that Keras can save. Its weights, the state of its dropout layers
        and of its optimizer are replaced in place; loss, metrics and learning rate stay.
    seed : int
        From 0 to 2**32 - 1. Equal seeds give equal weights.

    Raises
    ------
    ValueError
        For a model that isn't compiled, or a bad seed.

    Notes
    -----
    Weights that were written by hand (``set_weights``) are replaced, too: write them again
    afterwards. Taught in lesson 07.
    """
    if not model.compiled:
        raise ValueError(
            "the model isn't compiled, so it has no optimizer to restart; "
            "first run model.compile(…), once, and restart before each training"
        )
    reproducible(seed)
    # clone_model would copy the loss, too, and fail with one that Keras has no name for.
    fresh = type(model).from_config(model.get_config())
    for variable, new in zip(model.variables, fresh.variables, strict=True):
        variable.assign(new)
    _restart_optimizer(model)


def _restart_optimizer(model: keras.Model) -> None:
    optimizer = model.optimizer
    if not optimizer.built:
        build_optimizer(model)
        return
    fresh = type(optimizer).from_config(optimizer.get_config())
    fresh.build(model.trainable_variables)
    for variable, new in zip(optimizer.variables, fresh.variables, strict=True):
        variable.assign(new)
