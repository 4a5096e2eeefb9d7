"""The generators: how fast they are, and that their tasks are neither toys nor impossible.

``python benchmarks/bench_generator.py`` takes about three minutes on two cores, most of it for
two small networks: a U-Net that outlines the brain's lesions, a CNN that tells lungs with nodules.
A name behind it (``speed``, ``statistics``, ``lesions``, ``nodules``) makes that table alone.
"""

import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from medtutor._table import Table
from medtutor.datasets.brain import cohort as brain
from medtutor.datasets.lung import cohort as lung

# The statistics that must not find the nodules are those of the tests.
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "datasets"))

from lung_statistics import STATISTICS as OF_LUNGS

SIZES = (64, 96, 128)
OF_BRAINS = {
    "maximum": np.max,
    "99th percentile": lambda image: np.percentile(image, 99),
    "mean": np.mean,
    "spread": np.std,
    "left-right difference": lambda image: np.abs(image - image[:, ::-1]).mean(),
}
TRAIN, TEST = (0, 0), (0, 2)


def speed() -> Table:
    """Time 1,000 slices of each set."""
    brain.simulate("brain_lesion", 1, 64, TRAIN)  # reads the atlas
    lesion = partial(brain.simulate, "brain_lesion")
    sets = {
        "brain_lesion": lesion,
        "brain_lesion, wide": partial(lesion, domain="wide"),
        "lung_ct": lung.simulate,
    }
    rows = []
    for size in SIZES:
        seconds = [seconds_of(partial(draw, 1000, size, TRAIN)) for draw in sets.values()]
        rows.append((f"{size}×{size}", *(f"{value:.1f}" for value in seconds)))
    return Table(("seconds for 1,000 slices", *sets), rows)


def seconds_of(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def statistics() -> Table:
    """Say how well single numbers of a slice tell the sick."""
    sets = {
        "brain_lesion": (brain.simulate("brain_lesion", 2000, 64, TEST), OF_BRAINS),
        "lung_ct": (lung.simulate(1000, 64, TEST), OF_LUNGS),
    }
    rows = [
        (name, statistic, f"{auc_of(split, measure):.3f}")
        for name, (split, measures) in sets.items()
        for statistic, measure in measures.items()
    ]
    return Table(("set", "pixel statistic", "AUC, healthy or not"), rows)


def auc_of(split: dict[str, np.ndarray], measure: Callable[[np.ndarray], float]) -> float:
    values = [measure(image) for image in split["images"][..., 0].astype(float)]
    auc = roc_auc_score(split["labels"], values)
    return max(auc, 1 - auc)


def normalised(images: np.ndarray) -> np.ndarray:
    """Return each image with mean 0 and standard deviation 1."""
    pixels = images.astype("float32")
    mean, spread = (f(pixels, axis=(1, 2, 3), keepdims=True) for f in (np.mean, np.std))
    return (pixels - mean) / spread


def lesions(epochs: int = 10, n_train: int = 2000, batch_size: int = 16) -> Table:
    """Train a small U-Net on the brain's lesions."""
    from medtutor import metrics, models, training

    train = brain.simulate("brain_lesion", n_train, 64, TRAIN)
    test = brain.simulate("brain_lesion", 600, 64, TEST)
    training.reproducible(0)
    model = models.build_unet((64, 64, 1), 1, batch_norm=True)
    compile_with(model, training.DiceCrossentropy(), 4e-3, epochs * n_train // batch_size)
    pair = normalised(train["images"]), train["masks"]
    seconds = seconds_of(lambda: model.fit(*pair, batch_size=batch_size, epochs=epochs, verbose=0))
    found = model.predict(normalised(test["images"]), verbose=0)[..., 0] > 0.5
    truth = test["masks"] > 0
    sick = truth.any(axis=(1, 2))
    dice = metrics.dice_score(truth[sick], found[sick])[:, 1]
    pooled = metrics.dice_score(truth, found, groups=np.zeros(len(truth), int))[0, 1]
    rows = [
        ("seconds of training", f"{seconds:.0f}"),
        ("Dice of all pixels together", f"{pooled:.3f}"),
        ("median Dice of slices with a lesion", f"{np.median(dice):.3f}"),
        ("mean Dice of slices with a lesion", f"{dice.mean():.3f}"),
        ("slices without a lesion, false alarm", f"{found[~sick].any(axis=(1, 2)).mean():.1%}"),
    ]
    title = f"brain_lesion: small U-Net, {epochs} epochs of {n_train} slices"
    return Table((title, "on held-out patients"), rows)


def nodules(epochs: int = 10, n_train: int = 1600, batch_size: int = 32) -> Table:
    """Train a small CNN to tell slices with nodules."""
    from medtutor import models, training

    train = lung.simulate(n_train, 64, TRAIN)
    test = lung.simulate(600, 64, TEST)
    training.reproducible(0)
    model = models.build_cnn((64, 64, 1), 2, pooling="max")
    steps = epochs * n_train // batch_size
    compile_with(model, "sparse_categorical_crossentropy", 2e-3, steps)
    pair = normalised(train["images"]), train["labels"]
    seconds = seconds_of(lambda: model.fit(*pair, batch_size=batch_size, epochs=epochs, verbose=0))
    scores = model.predict(normalised(test["images"]), verbose=0)[:, 1]
    rows = [
        ("seconds of training", f"{seconds:.0f}"),
        ("slices with a nodule", f"{test['labels'].mean():.0%}"),
        ("AUC", f"{roc_auc_score(test['labels'], scores):.3f}"),
    ]
    title = f"lung_ct: small CNN, {epochs} epochs of {n_train} slices"
    return Table((title, "on held-out patients"), rows)


def compile_with(model, loss, rate: float, steps: int) -> None:
    """Compile with Adam and a rate that falls to 0 by a cosine."""
    import keras

    schedule = keras.optimizers.schedules.CosineDecay(rate, steps)
    model.compile(keras.optimizers.Adam(schedule), loss)


TABLES = {table.__name__: table for table in (speed, statistics, lesions, nodules)}

if __name__ == "__main__":
    for name in sys.argv[1:] or TABLES:
        print(TABLES[name](), end="\n\n", flush=True)
