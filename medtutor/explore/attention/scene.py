"""What the attention explorer shows: the weights with which one patch looks at all others.

The page's ``arithmetic.js`` computes the same.
"""

from collections.abc import Sequence
from typing import TypedDict

import numpy as np

from medtutor import scratch
from medtutor._checks import number
from medtutor.explore.common.checks import checked_choice, checked_place, checked_whole
from medtutor.explore.common.packed import checked_levels

GRID = 8  # patches along each edge
SIZES = (8, 32, 128, 512)
KNOWLEDGE = ("brightness", "position", "both")
# How much a difference of brightness (spread 1) and of place (from -1 to 1) counts.
SHARPNESS = {"brightness": 30.0, "position": 10.0}
# Of each head: what it looks for, as factor of what the patch is, and what is added to brightness,
# row and column; and how sharply it looks.
HEADS = ((1, (0, 0, 0), 1.0), (1, (0, 0, 0), 0.25), (1, (1, 0, 0.25), 1.0), (-1, (0, 0, 0), 1.0))
HEADS_IN_WORDS = (
    "what is like me",
    "what is like me, more or less",
    "a step brighter, a step to the right",
    "my opposite",
)
WORTH_A_WORD = 0.1


class Scene(TypedDict):
    """One patch, and how it looks at all patches."""

    weights: np.ndarray
    brightness: float
    n_seen: int
    most: tuple[int, int]
    largest: float
    bits: float


def attention_scene(
    image: np.ndarray,
    *,
    place: Sequence[int],
    knows: str = "both",
    head: int = 1,
    size: int = SIZES[0],
    scaled: bool = True,
    temperature: float = 1.0,
) -> Scene:
    """Let one of 8 × 8 patches attend to all of them, with weights made by hand.

    Parameters
    ----------
    image : array (rows, columns), 0 to 255
        Both edges are multiples of 8.
    place : two whole numbers
        Row and column of the patch that looks, 0 to 7.
    knows : "brightness", "position" or "both"
        What tokens hold: the mean of a patch, its place, or both.
    head : int
        1 looks for what is like the patch itself, 2 likewise but less sharply, 3 for what is a
        step brighter and a step to the right, 4 for the opposite.
    size : int
        Of queries and keys, d, from 6 up. They are made such that scores grow as √d, as those of
        random queries and keys do.
    scaled : bool
        Whether scores are divided by √d.
    temperature : float
        What scores are divided by, too: above 1 the weights become more even.

    Returns
    -------
    dict
        ``weights`` (8, 8) with sum 1; ``brightness`` of the patch, 0 to 1; ``n_seen``, how many
        patches get more than a tenth; the place that gets ``most``, and the ``largest`` weight;
        ``bits`` of entropy: 0 where one patch takes all, 6 where all 64 get the same.

    Raises
    ------
    ValueError
        For an image that 8 patches don't divide, or an argument out of range.

    Notes
    -----
    Computed by ``scratch.attention``. Taught in lesson 17.
    """
    means = patch_means(image)
    lasts = (GRID - 1, GRID - 1)
    row_of, column_of = checked_place(place, lasts, "the row and the column of a patch")
    checked_choice("knows", knows, KNOWLEDGE)
    query, key = _query_and_key(means, knows, checked_whole("head", head, 1, len(HEADS)))
    checked_whole("size", size, key.shape[-1], 10**6)
    looking = row_of * GRID + column_of
    wide = ((0, 0), (0, 0), (0, size - key.shape[-1]))
    # The library divides by √d: so that the scores keep the size that a scene asks for.
    strength = np.sqrt(size) * (1 if scaled else np.sqrt(size))
    strength /= number("temperature", temperature, above=True)
    _, weights = scratch.attention(
        np.pad(query[None, [looking]] * strength, wide),
        np.pad(key[None], wide),
        means.reshape(1, -1, 1),
        return_weights=True,
    )
    row = weights[0, 0]
    most = int(row.argmax())
    return {
        "weights": row.reshape(GRID, GRID),
        "brightness": float(means[row_of, column_of] / 255),
        "n_seen": int(np.sum(row > WORTH_A_WORD)),
        "most": (most // GRID, most % GRID),
        "largest": float(row[most]),
        "bits": max(0.0, float(-np.sum(row * np.log2(np.maximum(row, 1e-300))))),
    }


def attention_words(scene: Scene, place: Sequence[int]) -> str:
    """Return what a patch looks at, in a sentence.

    Notes
    -----
    Taught in lesson 17.
    """
    n = scene["n_seen"]
    many = f"{n or 'no'} patch{'' if n == 1 else 'es'}"
    return (
        f"Patch row {place[0]}, column {place[1]} (brightness {scene['brightness']:.2f}) looks at "
        f"{many} with more than 10 %{'' if n < 2 else ' each'}; most ({scene['largest']:.0%}) at "
        f"row {scene['most'][0]}, column {scene['most'][1]}; entropy {scene['bits']:.1f} bits of 6."
    ).replace("%)", " %)")


def patch_means(image: np.ndarray) -> np.ndarray:
    """Return the mean of each patch, (8, 8) float64."""
    array = checked_levels(image)
    if array.ndim != 2 or any(edge % GRID for edge in array.shape):
        raise ValueError(
            f"image has shape {array.shape}; give (rows, columns), both edges multiples of {GRID}"
        )
    rows, columns = (edge // GRID for edge in array.shape)
    return array.reshape(GRID, rows, GRID, columns).mean(axis=(1, 3), dtype=float)


def _query_and_key(means: np.ndarray, knows: str, head: int) -> tuple[np.ndarray, np.ndarray]:
    """Return queries and keys (64, 6) whose products fall with the squared distance."""
    steps = (2 * np.arange(GRID) + 1) / GRID - 1
    row, column = (along.ravel() for along in np.meshgrid(steps, steps, indexing="ij"))
    level = ((means - means.mean()) / max(means.std(), 1e-6)).ravel()
    tokens = np.stack([level, row, column], axis=-1)
    factor, added, sharpness = HEADS[head - 1]
    bright, near = (sharpness * SHARPNESS[what] * (knows in (what, "both")) for what in SHARPNESS)
    counts = np.array([bright, near, near])
    target = factor * tokens + added
    # -(target - token)² / 2 without what is the same for all keys: target · token - token² / 2.
    query = np.concatenate([counts * target, np.broadcast_to(counts, tokens.shape)], axis=-1)
    return query, np.concatenate([tokens, -(tokens**2) / 2], axis=-1)
