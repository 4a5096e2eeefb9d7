"""What the image-quality explorer shows: a changed slice, its PSNR, SSIM and lesion.

The page's ``arithmetic.js`` computes the same.
"""

from typing import TypedDict

import numpy as np
from scipy import fft, ndimage

from medtutor._checks import checked_within, number
from medtutor.explore.common.checks import checked_whole
from medtutor.explore.common.packed import checked_slice
from medtutor.metrics import contrast
from medtutor.metrics.images import rings

# One draw of noise for each pixel and part, always the same: a slider shows strength, not luck.
NOISE_SEED = 0
HIGHEST = 255
BLOCK = 8
WINDOW = 7  # edge of scikit-image's window for SSIM
SOFT_RIM = 1  # pixels around a mask that still show the lesion


class Scene(TypedDict):
    """A changed slice, how like the original it is, and what is left of its lesion."""

    image: np.ndarray
    psnr: float
    ssim: float
    ssim_map: np.ndarray
    kept: float


def quality_scene(
    image: np.ndarray,
    mask: np.ndarray,
    *,
    erase: float = 0,
    shift: int = 0,
    blur: float = 0,
    blocks: float = 0,
    gain: float = 100,
    noise: float = 0,
) -> Scene:
    """Change a slice as the explorer's sliders do, in the order of the arguments.

    Parameters
    ----------
    image : array (rows, columns), 0 to 255
    mask : array (rows, columns)
        The lesion: all that isn't 0.
    erase : float
        How far the lesion is replaced by its surroundings, in per cent, 0 to 100.
    shift : int
        Pixels to the right; the left rim is repeated.
    blur : float
        Standard deviation of a Gaussian filter, in pixels, from 0 up.
    blocks : float
        Steps, in grey levels, to which the cosine transform of blocks of 8 × 8 pixels is rounded,
        as JPEG does; pixels that fill no whole block stay.
    gain, noise : float
        Brightness, and the spread of Rician noise, in per cent (of the full scale), from 0 up.

    Returns
    -------
    dict
        ``image`` float64, cut to 0 to 255; ``psnr`` in dB, inf for the same image; ``ssim``, the
        mean of ``ssim_map``, which lacks the 3 pixels at each rim; ``kept``, the lesion's contrast
        as a share of the original's, nan without a lesion.

    Raises
    ------
    ValueError
        For anything but one slice and its mask, or a change out of range.

    Notes
    -----
    PSNR and SSIM are scikit-image's. Taught in lesson 16.
    """
    image, mask = checked_slice(image, mask)
    checked_within("erase", erase, 0, 100)
    checked_whole("shift", shift, 0, image.shape[1] - 1)
    for name, value in {"blur": blur, "blocks": blocks, "gain": gain, "noise": noise}.items():
        number(name, value)
    original = image.astype(float)
    filled = np.rint(erased(original[None], mask[None])[0])
    changed = original + erase / 100 * (filled - original)
    changed = np.pad(changed, ((0, 0), (shift, 0)), mode="edge")[:, : image.shape[1]]
    changed = _in_blocks(ndimage.gaussian_filter(changed, blur), blocks) * gain / 100
    parts = HIGHEST * noise / 100 * noise_pattern(image.shape).astype(float)
    changed = np.hypot(changed + parts[0], parts[1]) if noise else changed
    changed = changed.clip(0, HIGHEST)
    before, after = (contrast(one[None], mask[None])[0] for one in (original, changed))
    return {"image": changed, **likeness(original, changed), "kept": after / before}


class Likeness(TypedDict):
    """How like two images are."""

    psnr: float
    ssim: float
    ssim_map: np.ndarray


def likeness(original: np.ndarray, changed: np.ndarray) -> Likeness:
    """Return PSNR, SSIM and its map for images from 0 to 255."""
    from skimage.metrics import structural_similarity

    error = np.mean((original - changed) ** 2)
    psnr = 10 * np.log10(HIGHEST**2 / error) if error > 0 else np.inf
    ssim, full = structural_similarity(
        original, changed, win_size=WINDOW, data_range=HIGHEST, full=True
    )
    rim = slice(WINDOW // 2, -(WINDOW // 2))
    return {"psnr": float(psnr), "ssim": float(ssim), "ssim_map": full[rim, rim]}


def erased(images: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """Return images whose lesions are painted over in the grey of their surroundings.

    The grey is the median of a ring 3 to 5 pixels outside the mask, with a soft border.

    Parameters
    ----------
    images : array (N, rows, columns)
    masks : array (N, rows, columns)
        The lesions: all that isn't 0. An image without one stays as it is.

    Returns
    -------
    array (N, rows, columns) of float64

    Raises
    ------
    ValueError
        For images and masks of other or different shapes.

    Notes
    -----
    Taught in lesson 16.
    """
    if np.ndim(images) != 3 or np.shape(masks) != np.shape(images):
        raise ValueError(
            f"images has shape {np.shape(images)}, masks {np.shape(masks)}; give slices and their "
            "masks, (N, rows, columns) both"
        )
    lesions = masks != 0
    wide = ndimage.binary_dilation(lesions, np.ones((1, 3, 3)), iterations=SOFT_RIM)
    brush = ndimage.gaussian_filter(wide.astype(float), (0, 0.6, 0.6))
    painted = images.astype(float)
    for place, ring in enumerate(rings(lesions)):
        if ring.any():
            level = np.median(images[place][ring])
            painted[place] += brush[place] * (level - painted[place])
    return painted


def noise_pattern(shape: tuple[int, ...]) -> np.ndarray:
    """Return the explorer's two parts of noise, (2, rows, columns), spread 1, in float32."""
    return np.random.default_rng(NOISE_SEED).normal(size=(2, *shape)).astype(np.float32)


def _in_blocks(image: np.ndarray, step: float) -> np.ndarray:
    if not step:
        return image
    n_rows, n_columns = (edge // BLOCK for edge in image.shape)
    cut = image[: BLOCK * n_rows, : BLOCK * n_columns]
    squares = cut.reshape(n_rows, BLOCK, n_columns, BLOCK)
    waves = fft.dctn(squares, axes=(1, 3), norm="ortho")
    # Rounded twice, so that the page finds the same where a value lies half-way.
    waves = step * np.floor((waves / step).round(6) + 0.5)
    result = image.copy()
    result[: cut.shape[0], : cut.shape[1]] = fft.idctn(waves, axes=(1, 3), norm="ortho").reshape(
        cut.shape
    )
    return result
