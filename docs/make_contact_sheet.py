"""Draw the simulated sets, to look at whenever a generator changes.

``python docs/make_contact_sheet.py`` draws ``brain_lesion.png``, 24 simulated slices below 8 of the
real average brain; ``brain_lesion_wide.png``, 32 slices of the wide domain in FLAIR-like contrast;
and ``lung_ct.png``, the same 16 slices through two windows.
"""

import tempfile
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import numpy as np

from medtutor import datasets, plots

HERE = Path(__file__).parent
# Names with centre and width in Hounsfield units.
WINDOWS = {"lung window": (-600, 1500), "soft tissue": (40, 400)}


def real_slices(count: int) -> list[np.ndarray]:
    """Return axial slices of the real average, from below the ventricles to above them."""
    volume, _ = datasets.average_brain()
    return [volume[place] for place in np.linspace(34, 60, count).astype(int)]


def simulated(name: str, count: int, size: int | None = None, **options: str) -> datasets.Split:
    """Return slices of ``count`` patients, two patients apart."""
    with tempfile.TemporaryDirectory() as folder:
        data = datasets.load(name, n_train=8 * count, size=size, cache_dir=folder, **options)
    split = data.train
    return split[np.arange(count) * 8]


def outline(axes: np.ndarray, split: datasets.Split) -> None:
    """Draw the border of each lesion or nodule."""
    for ax, mask in zip(axes, split.masks, strict=True):
        if mask.any():
            ax.contour(mask, [0.5], colors=plots.colours.ORANGE, linewidths=1)


def draw_brains() -> None:
    """Draw and save the brain's sheet."""
    split = simulated("brain_lesion", 24)
    figure, axes = plt.subplots(4, 8, figsize=(12, 6.6), layout="constrained")
    plots.show_images(real_slices(8), ["real average"] * 8, ax=axes[0])
    names = datasets.card("brain_lesion").class_names
    labels = [f"simulated, {names[label]}" for label in split.labels]
    plots.show_images(split.images, labels, ax=axes[1:])
    outline(axes[1:].ravel(), split)
    figure.savefig(HERE / "brain_lesion.png", dpi=90)


def draw_wide_brains() -> None:
    """Draw and save the wide domain's sheet."""
    split = simulated("brain_lesion", 32, domain="wide", sequences="FLAIR")
    figure, axes = plt.subplots(4, 8, figsize=(12, 6.6), layout="constrained")
    names = datasets.card("brain_lesion").class_names
    plots.show_images(split.images, [f"wide, {names[label]}" for label in split.labels], ax=axes)
    outline(axes.ravel(), split)
    figure.savefig(HERE / "brain_lesion_wide.png", dpi=90)


def draw_chests() -> None:
    """Draw and save the chest's sheet: two rows of the lung window, two of soft tissue."""
    split = simulated("lung_ct", 16, size=128)
    figure, axes = plt.subplots(4, 8, figsize=(12, 6.6), layout="constrained")
    names = datasets.card("lung_ct").class_names
    for rows, (window, (centre, width)) in zip(np.split(axes, 2), WINDOWS.items(), strict=True):
        labels = [f"{window}, {names[label]}" for label in split.labels]
        images = datasets.window(split.images, centre, width)
        plots.show_images(images, labels, ax=rows)
    outline(axes[:2].ravel(), split)
    figure.savefig(HERE / "lung_ct.png", dpi=90)


if __name__ == "__main__":
    draw_brains()
    draw_wide_brains()
    draw_chests()
