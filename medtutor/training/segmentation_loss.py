"""The usual loss for masks: soft Dice plus cross-entropy."""

from medtutor._keras import keras


@keras.saving.register_keras_serializable("medtutor")
class DiceCrossentropy(keras.losses.Loss):
    r"""Soft Dice plus cross-entropy, for networks that give every pixel probabilities.

    .. math::
        L = \frac{1}{K} \sum_k \left( 1 -
            \frac{2 \sum_i t_{ik}\, p_{ik}}{\sum_i t_{ik} + \sum_i p_{ik} + \epsilon} \right)
            + \frac{1}{M} \sum_i H_i

    i runs over all M pixels of all images of a batch, k over the K output maps; t is the truth,
    p the probability, H the cross-entropy of a pixel. Cross-entropy judges each pixel and gives
    steady gradients; Dice judges whole masks, so that a rare class isn't drowned.

    Parameters
    ----------
    name : str
        Shown in Keras' messages.

    Raises
    ------
    ValueError
        When called with outputs that aren't ``(N, H, W, maps)``, or ``(N, D, H, W, maps)`` for
        volumes, or a truth that is neither ``(N, H, W)``, for volumes ``(N, D, H, W)``, nor, with
        a single map, the same with a last axis of 1.

    Notes
    -----
    The truth is class ids: with one output map (a sigmoid) 0 and 1, with K maps (a softmax) 0 to
    K - 1. The value is ``scratch.dice(t, p, axis=(0, 1, 2))`` plus
    ``scratch.binary_crossentropy(t, p)`` with one map, or plus
    ``scratch.sparse_categorical_crossentropy``; t one-hot. A class that a whole batch lacks adds
    1/K and no gradient.

    Weights ``(N, H, W)``, or ``(N, 1, 1)`` for whole images, weigh the cross-entropy; Dice gets
    their mean.

    F. Isensee et al., "nnU-Net", 2021, doi:10.1038/s41592-020-01008-z, trains with this sum.
    Taught in lesson 08.

    Examples
    --------
    >>> model.compile(optimizer="adam", loss=DiceCrossentropy())  # doctest: +SKIP
    """

    def __init__(self, name: str = "dice_crossentropy") -> None:
        super().__init__(name=name, reduction="sum_over_batch_size")

    def call(self, y_true: keras.KerasTensor, y_pred: keras.KerasTensor) -> keras.KerasTensor:
        """Return the loss of every pixel ``(N, H, W)``; their mean is the formula's L."""
        classes = _class_ids(y_true, y_pred)
        if y_pred.shape[-1] == 1:
            truth = classes[..., None]
            pixels = keras.losses.binary_crossentropy(truth, y_pred)
        else:
            truth = keras.ops.one_hot(classes, y_pred.shape[-1], dtype=y_pred.dtype)
            pixels = keras.losses.sparse_categorical_crossentropy(classes, y_pred)
        all_pixels = tuple(range(len(y_pred.shape) - 1))
        return pixels + keras.ops.mean(keras.losses.dice(truth, y_pred, axis=all_pixels))

    def get_config(self) -> dict[str, str]:
        """Return what Keras needs to save a compiled model."""
        return {"name": self.name}


def _class_ids(y_true: keras.KerasTensor, y_pred: keras.KerasTensor) -> keras.KerasTensor:
    n_axes = len(y_pred.shape)
    if n_axes not in (4, 5):
        raise ValueError(
            f"the outputs have shape {tuple(y_pred.shape)}; expected (N, H, W, maps), or "
            "(N, D, H, W, maps) for volumes"
        )
    one_map = y_pred.shape[-1] == 1
    if len(y_true.shape) == n_axes and y_true.shape[-1] == 1 and one_map:
        y_true = y_true[..., 0]
    if len(y_true.shape) != n_axes - 1:
        raise ValueError(
            f"the truth has shape {tuple(y_true.shape)} and the outputs {tuple(y_pred.shape)}; "
            "give masks of class ids (N, H, W), for volumes (N, D, H, W), as datasets have them"
        )
    return y_true if one_map else keras.ops.cast(y_true, "int32")
