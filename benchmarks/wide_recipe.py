"""A U-Net that learns lesions from simulated slices alone, for scans that it never saw.

Shared by ``bench_wide.py`` (simulated tests) and ``real_scans.py`` (a folder of real slices). The
network is lesson 08's. Each pass sees every slice changed anew, in frame, greys, blur, noise and
spots, on top of what the wide domain brings.
"""

import numpy as np
from scipy import ndimage

from medtutor import datasets, metrics, models, training
from medtutor._progress import bar
from medtutor.datasets import Split
from medtutor.datasets.brain import oddities

N_SLICES, EPOCHS, BATCH = 2400, 10, 16
LEARNING_RATE, BETA_2 = 1e-2, 0.99
# What each pass changes: zoom, turn in degrees, stretch, shift in pixels, all as a spread (SD).
ZOOM, TURN, STRETCH, SHIFT = 0.07, 4.0, 0.03, 1.5
GAMMA, NOISE = 0.2, 3 / 255
# Level and spread of a patient's normalised slices vary by this much (SD).
JITTER = 0.2


def lesion_slices(domain: str, seed: int, n_slices: int = N_SLICES) -> Split:
    """Return ``n_slices`` simulated FLAIR slices, two with a lesion for each one without."""
    flair = {"sequences": ("FLAIR",), "domain": domain}
    # Nearly half of the slices show a lesion.
    drawn = datasets.load("brain_lesion", n_train=2 * n_slices, seed=seed, **flair).train
    sick = drawn.masks.any(axis=(1, 2))
    n_healthy = n_slices // 3
    chosen = np.flatnonzero(sick)[: n_slices - n_healthy], np.flatnonzero(~sick)[:n_healthy]
    return drawn[np.sort(np.concatenate(chosen))]


def trained(train: Split, seed: int, *, epochs: int = EPOCHS, change: bool = True):
    """Return lesson 08's U-Net, trained; ``change`` shows every slice changed anew each pass."""
    import keras

    training.reproducible(seed)
    rng = np.random.default_rng(seed)
    model = models.build_unet((*train.images.shape[1:3], 1), 1, batch_norm=True)
    batches = max(len(train) // BATCH, 1)
    rate = keras.optimizers.schedules.CosineDecay(LEARNING_RATE, epochs * batches)
    adam = keras.optimizers.Adam(rate, beta_2=BETA_2)
    model.compile(adam, training.DiceCrossentropy(), steps_per_execution=10)
    images, masks = train.images[..., 0].astype(np.float32) / 255, train.masks > 0
    for _ in bar(range(epochs), desc="training", unit="epoch"):
        x, y = changed(rng, images, masks) if change else (images, masks)
        x = normalised(x, train.patients)
        if change:
            x = jittered(rng, x, train.patients)
        order = rng.permutation(len(x))[: batches * BATCH]
        model.fit(x[order, ..., None], y[order], batch_size=BATCH, epochs=1, verbose=0)
    return model


def found(model, images: np.ndarray, patients: np.ndarray) -> np.ndarray:
    """Return masks of grey slices (N, H, W): the mean of a slice and its mirror, above 0.5."""
    x = normalised(images.astype(np.float32), patients)[..., None]
    chances = model.predict(x, batch_size=64, verbose=0)
    chances += model.predict(x[:, :, ::-1], batch_size=64, verbose=0)[:, :, ::-1]
    return chances[..., 0] > 1


def pooled_dice(truth: np.ndarray, masks: np.ndarray) -> float:
    """Return the Dice of all pixels of all slices together."""
    together = np.zeros(len(truth), int)
    return float(metrics.dice_score(truth > 0, masks > 0, groups=together)[0, 1])


def normalised(images: np.ndarray, patients: np.ndarray) -> np.ndarray:
    """Return slices (N, H, W) so that all slices of a patient together have mean 0 and spread 1."""
    result = np.empty_like(images)
    for patient in np.unique(patients):
        theirs = patients == patient
        level, spread = images[theirs].mean(), images[theirs].std()
        result[theirs] = (images[theirs] - level) / (spread + 1e-6)
    return result


def jittered(rng: np.random.Generator, images: np.ndarray, patients: np.ndarray) -> np.ndarray:
    """Return slices whose level and spread are a little off, for all of a patient alike."""
    _, who = np.unique(patients, return_inverse=True)
    level, spread = rng.normal((0, 1), JITTER, (who.max() + 1, 2)).astype(np.float32)[who].T
    return images * spread[:, None, None] + level[:, None, None]


def changed(
    rng: np.random.Generator, images: np.ndarray, masks: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return slices (N, H, W), black 0 and white 1, in other frames and greys, and their masks."""
    images, masks = reframed(rng, images, masks)
    unit = np.full(len(images), images.shape[-1] / 64)
    images = oddities.add_spots(rng, images, heads_in(images), masks, unit)
    images = oddities.blurred(rng, images[:, None])[:, 0]
    shape = (len(images), 1, 1)
    noise = rng.uniform(0, NOISE, shape) * rng.standard_normal(images.shape, dtype=np.float32)
    gamma = np.exp(rng.normal(0, GAMMA, shape))
    return (np.clip(images + noise, 0, 1) ** gamma).astype(np.float32), masks


def reframed(
    rng: np.random.Generator, images: np.ndarray, masks: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return slices and masks mirrored, and half of them zoomed, turned, stretched and shifted.

    Half, because what is moved between pixels is blurred: sharp slices are to be seen, too.
    """
    mirrored = rng.random(len(images)) < 0.5
    images, masks = (np.where(mirrored[:, None, None], x[:, :, ::-1], x) for x in (images, masks))
    n, middle = len(images), (np.array(images.shape[1:]) - 1) / 2
    zoom = np.exp(rng.normal(0, ZOOM, (n, 1)) + rng.normal(0, STRETCH, (n, 2)))
    turn = np.deg2rad(rng.normal(0, TURN, n))
    shift = rng.normal(0, SHIFT, (n, 2))
    for k in np.flatnonzero(rng.random(n) < 0.5):
        cos, sin = np.cos(turn[k]), np.sin(turn[k])
        matrix = np.array([[cos, -sin], [sin, cos]]) / zoom[k][:, None]
        offset = middle - matrix @ (middle + shift[k])
        images[k] = ndimage.affine_transform(images[k], matrix, offset, order=1)
        share = ndimage.affine_transform(masks[k].astype(np.float32), matrix, offset, order=1)
        masks[k] = share > 0.5
    return images, masks


def heads_in(images: np.ndarray) -> np.ndarray:
    """Return which pixels of slices (N, H, W) belong to the head: not black, or inside of it."""
    bright = images > 0.2 * np.percentile(images, 97, axis=(1, 2), keepdims=True)
    return np.stack([ndimage.binary_fill_holes(one) for one in bright])
