"""Sub-pixel upscaling: maps that lie behind each other become pixels beside each other."""

import numpy as np

from medtutor.scratch.checks import checked_grad, floats, pair


def depth_to_space(x: np.ndarray, factor: int) -> np.ndarray:
    r"""Lay ``factor``² maps out as blocks of ``factor`` × ``factor`` pixels.

    .. math:: y_{n,\, ri + p,\, rj + q,\, c} = x_{n,\, i,\, j,\, (rp + q) C + c}

    Parameters
    ----------
    x : array (N, H, W, r² C), float32 or float64
        Feature maps, in the order of TensorFlow: the row in the block changes slowest.
    factor : int
        How many times larger the edges become, r in the formula.

    Returns
    -------
    array (N, r H, r W, C)

    Raises
    ------
    ValueError
        For whole numbers, a wrong rank, or maps that don't fill whole blocks.

    Notes
    -----
    Shi et al. 2016, arXiv:1609.05158, equation 4. Taught in lesson 16.
    """
    x, (n, height, width, factor, channels) = _checked(x, factor)
    blocks = x.reshape(n, height, width, factor, factor, channels).transpose(0, 1, 3, 2, 4, 5)
    return blocks.reshape(n, factor * height, factor * width, channels)


def depth_to_space_grad(grad: np.ndarray, x: np.ndarray, factor: int) -> np.ndarray:
    r"""Gradient of a loss with respect to the input of :func:`depth_to_space`.

    Parameters
    ----------
    grad : array (N, r H, r W, C)
        Gradient of the loss with respect to the output.
    x : array (N, H, W, r² C)
        As it was given to :func:`depth_to_space`; only its shape matters.
    factor : int
        As it was given to :func:`depth_to_space`.

    Returns
    -------
    array (N, H, W, r² C)

    Raises
    ------
    ValueError
        As :func:`depth_to_space`, and where ``grad`` has not the shape of the output.

    Notes
    -----
    Each number only moves, so its gradient moves back. Taught in lesson 16.
    """
    x, (n, height, width, factor, channels) = _checked(x, factor)
    grad = checked_grad(grad, x, (n, factor * height, factor * width, channels))
    blocks = grad.reshape(n, height, factor, width, factor, channels)
    return blocks.transpose(0, 1, 3, 2, 4, 5).reshape(x.shape)


def _checked(x: np.ndarray, factor: int) -> tuple[np.ndarray, tuple[int, ...]]:
    """Return x, and N, H, W, r and C."""
    x = floats("x", x, "(N, H, W, C)")
    factor, _ = pair("factor", factor)
    *places, depth = x.shape
    if depth % factor**2:
        raise ValueError(
            f"x has {depth} maps, which don't fill blocks of {factor} × {factor}; "
            f"give a multiple of {factor**2}"
        )
    return x, (*places, factor, depth // factor**2)
