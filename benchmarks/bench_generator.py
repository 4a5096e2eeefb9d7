"""The brain generator: how fast it is, and that its task is neither a toy nor impossible.

``python benchmarks/bench_generator.py`` takes about three minutes on two cores, most of it
for a small U-Net that learns to outline the lesions.
"""

import time

import numpy as np
from sklearn.metrics import roc_auc_score

from medtutor._table import Table
from medtutor.datasets.brain import cohort
from medtutor.training import reproducible

STATISTICS = {
    "maximum": lambda images: images.max(axis=(1, 2)),
    "99th percentile": lambda images: np.percentile(images, 99, axis=(1, 2)),
    "mean": lambda images: images.mean(axis=(1, 2)),
    "spread": lambda images: images.std(axis=(1, 2)),
    "left-right difference": lambda images: np.abs(images - images[:, :, ::-1]).mean(axis=(1, 2)),
}


def speed() -> Table:
    cohort.simulate("brain_lesion", cohort.GROUP, 64, (0, 0))  # reads the atlas
    rows = []
    for size in (64, 96, 128):
        start = time.perf_counter()
        cohort.simulate("brain_lesion", 1000, size, (0, 0))
        rows.append((f"{size}×{size}", f"{time.perf_counter() - start:.1f}"))
    return Table(("slice", "seconds for 1,000"), rows)


def statistics() -> Table:
    test = cohort.simulate("brain_lesion", 2000, 64, (0, 2))
    images = test["images"][..., 0].astype(float)
    aucs = [
        (name, roc_auc_score(test["labels"], values(images))) for name, values in STATISTICS.items()
    ]
    return Table(
        ("pixel statistic", "AUC, lesion or not"),
        [(name, f"{max(auc, 1 - auc):.3f}") for name, auc in aucs],
    )


def small_unet(width: int = 8, depth: int = 3):
    import keras
    from keras import layers

    def block(x, filters):
        for _ in range(2):
            x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
            x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
        return x

    x = image = keras.Input((64, 64, 1))
    skips = []
    for level in range(depth):
        x = block(x, width * 2**level)
        skips.append(x)
        x = layers.MaxPooling2D()(x)
    x = block(x, width * 2**depth)
    for level in reversed(range(depth)):
        x = layers.Conv2DTranspose(width * 2**level, 2, strides=2)(x)
        x = block(layers.Concatenate()([x, skips[level]]), width * 2**level)
    return keras.Model(image, layers.Conv2D(1, 1, activation="sigmoid")(x))


def normalised(images: np.ndarray) -> np.ndarray:
    pixels = images.astype("float32")
    mean, spread = (f(pixels, axis=(1, 2, 3), keepdims=True) for f in (np.mean, np.std))
    return (pixels - mean) / spread


def segmentation(epochs: int = 10, n_train: int = 2000) -> Table:
    reproducible(0)
    import keras

    train = cohort.simulate("brain_lesion", n_train, 64, (0, 0))
    test = cohort.simulate("brain_lesion", 600, 64, (0, 2))
    model = small_unet()
    rate = keras.optimizers.schedules.CosineDecay(4e-3, epochs * n_train // 16)
    model.compile(keras.optimizers.Adam(rate), [dice_and_crossentropy])
    start = time.perf_counter()
    masks = train["masks"][..., None].astype("float32")
    model.fit(normalised(train["images"]), masks, batch_size=16, epochs=epochs, verbose=0)
    seconds = time.perf_counter() - start
    found = model.predict(normalised(test["images"]), verbose=0)[..., 0] > 0.5
    rows = [("seconds of training", f"{seconds:.0f}"), *dice_rows(found, test["masks"] > 0)]
    return Table(
        (f"small U-Net, {epochs} epochs of {n_train} slices", "on held-out patients"), rows
    )


def dice_and_crossentropy(y_true, y_pred):
    import keras

    both = keras.ops.sum(y_true) + keras.ops.sum(y_pred)
    dice = (2 * keras.ops.sum(y_true * y_pred) + 1) / (both + 1)
    return 1 - dice + keras.ops.mean(keras.losses.binary_crossentropy(y_true, y_pred))


def dice_rows(found: np.ndarray, truth: np.ndarray) -> list[tuple[str, str]]:
    sick = truth.any(axis=(1, 2))
    overlap = 2 * (found & truth).sum(axis=(1, 2))
    dice = overlap[sick] / (found.sum(axis=(1, 2)) + truth.sum(axis=(1, 2)))[sick]
    pooled = 2 * (found & truth).sum() / (found.sum() + truth.sum())
    return [
        ("Dice of all pixels together", f"{pooled:.3f}"),
        ("median Dice of slices with a lesion", f"{np.median(dice):.3f}"),
        ("mean Dice of slices with a lesion", f"{dice.mean():.3f}"),
        ("slices without a lesion, false alarm", f"{found[~sick].any(axis=(1, 2)).mean():.1%}"),
    ]


if __name__ == "__main__":
    for table in (speed(), statistics(), segmentation()):
        print(table, end="\n\n")
