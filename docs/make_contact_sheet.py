"""Draw ``brain_lesion.png``: 24 simulated slices below 8 of the real average brain.

``python docs/make_contact_sheet.py``, whenever the generator changes; then look at it.
"""

import tempfile
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import numpy as np

from medtutor import datasets, plots

HERE = Path(__file__).parent


def real_slices(count: int) -> list[np.ndarray]:
    """Return axial slices of the real average, from below the ventricles to above them."""
    volume, _ = datasets.average_brain()
    return [volume[place] for place in np.linspace(34, 60, count).astype(int)]


def main() -> None:
    """Draw and save the sheet."""
    with tempfile.TemporaryDirectory() as folder:
        split = datasets.load("brain_lesion", n_train=192, cache_dir=folder).train
    figure, axes = plt.subplots(4, 8, figsize=(12, 6.6), layout="constrained")
    plots.show_images(real_slices(8), ["real average"] * 8, ax=axes[0])
    places = np.arange(24) * 8
    names = datasets.card("brain_lesion").class_names
    labels = [f"simulated, {names[label]}" for label in split.labels[places]]
    plots.show_images(split.images[places], labels, ax=axes[1:])
    for ax, place in zip(axes[1:].ravel(), places, strict=True):
        if split.labels[place]:
            ax.contour(split.masks[place], [0.5], colors=plots.colours.ORANGE, linewidths=1)
    figure.savefig(HERE / "brain_lesion.png", dpi=90)


if __name__ == "__main__":
    main()
