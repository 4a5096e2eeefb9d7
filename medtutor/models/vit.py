"""A small vision transformer: an image as a row of patches that attend to each other."""

from medtutor._checks import positive
from medtutor._keras import keras
from medtutor.models.checks import check_n_classes, check_shape
from medtutor.models.cnn import head_layers


@keras.saving.register_keras_serializable("medtutor")
class Positions(keras.layers.Layer):
    """Add a learnt vector to each token, by its place in the row.

    Notes
    -----
    Taught in lesson 17.
    """

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Draw a small vector for each place."""
        small = keras.initializers.RandomNormal(stddev=0.02)
        self.vectors = self.add_weight(shape=input_shape[1:], initializer=small, name="vectors")

    def call(self, tokens: keras.KerasTensor) -> keras.KerasTensor:
        """Return tokens (N, T, width) that know their place."""
        return tokens + self.vectors


def build_vit(
    input_shape: tuple[int, int, int],
    n_classes: int,
    *,
    patch: int = 4,
    width: int = 32,
    depth: int = 2,
    heads: int = 2,
    positions: bool = True,
) -> keras.Model:
    """Build a small vision transformer for classification.

    Patches become tokens by one strided convolution (``patches``) and get their ``positions``.
    Then ``depth`` blocks: layer norm, attention, sum; layer norm, two dense layers, sum. The
    mean over all tokens is classified; there is no class token.

    Parameters
    ----------
    input_shape : (height, width, channels)
        Of one image; both edges are multiples of ``patch``.
    n_classes : int
        1 gives one sigmoid unit (probability of class 1), 2 or more a softmax.
    patch : int
        Edge of a patch in pixels.
    width : int
        Features of a token, a multiple of ``heads``; the dense layers in a block have 2 × width
        and width units.
    depth : int
        Number of blocks; their layers are ``block_1_norm``, ``block_1_attention``, ….
    heads : int
        Of each attention; each works with width / heads features.
    positions : bool
        Whether tokens are told their place. Without it, the order of patches has no influence.

    Returns
    -------
    keras.Model
        Not compiled. Output ``(N, 1)`` or ``(N, n_classes)``, probabilities.

    Raises
    ------
    ValueError
        Where an argument is out of range, or patches or heads don't divide what they must.

    Notes
    -----
    Dosovitskiy et al. 2021, arXiv:2010.11929, made small. Taught in lesson 17.
    """
    check_shape(input_shape, "give (height, width, channels) of one image", 3)
    check_n_classes(n_classes)
    for name, number in (("patch", patch), ("width", width), ("depth", depth), ("heads", heads)):
        positive(name, number)
    if any(edge % patch for edge in input_shape[:2]) or width % heads:
        raise ValueError(
            f"{heads} heads don't divide a width of {width}, or patches of {patch} pixels an image "
            f"of {input_shape[0]} × {input_shape[1]}; give multiples, or cut or resize the image"
        )
    image = keras.Input(input_shape, name="image")
    tokens = keras.layers.Conv2D(width, patch, strides=patch, name="patches")(image)
    tokens = keras.layers.Reshape((-1, width), name="tokens")(tokens)
    if positions:
        tokens = Positions(name="positions")(tokens)
    for number in range(1, depth + 1):
        tokens = _block(tokens, f"block_{number}", heads)
    tokens = keras.layers.LayerNormalization(name="norm")(tokens)
    features = keras.layers.GlobalAveragePooling1D(name="mean")(tokens)
    (output,) = head_layers(n_classes, (), 0.0)
    return keras.Model(image, output(features), name="vit")


def _block(tokens: keras.KerasTensor, name: str, heads: int) -> keras.KerasTensor:
    width = tokens.shape[-1]
    seen = keras.layers.LayerNormalization(name=f"{name}_norm")(tokens)
    attention = keras.layers.MultiHeadAttention(heads, width // heads, name=f"{name}_attention")
    tokens = keras.layers.Add(name=f"{name}_sum")([tokens, attention(seen, seen)])
    hidden = keras.layers.LayerNormalization(name=f"{name}_dense_norm")(tokens)
    hidden = keras.layers.Dense(2 * width, activation="gelu", name=f"{name}_dense_1")(hidden)
    hidden = keras.layers.Dense(width, name=f"{name}_dense_2")(hidden)
    return keras.layers.Add(name=f"{name}_dense_sum")([tokens, hidden])
