"""How well a U-Net trained on simulated brains alone finds lesions on real FLAIR slices.

``python benchmarks/real_scans.py FOLDER`` trains on the wide domain, never on the folder, and
prints the Dice on all its slices: pooled, and per patient. FOLDER holds two sub-folders, ``images``
and ``masks``, with files of equal names (PNG, JPEG, NIfTI; axial, forehead at the top); a
sub-folder for each patient in both says which slices belong together. Any id above 0 in a mask is
lesion.

A public set to repeat it with: LGG MRI segmentation, 110 patients (Buda et al. 2019,
arXiv:1906.03720). Its colours are three sequences, FLAIR the middle one: ``--channel 1``.
"""

import argparse
import sys

import numpy as np
from wide_recipe import EPOCHS, N_SLICES, found, lesion_slices, pooled_dice, trained

from medtutor import datasets, metrics
from medtutor._table import Table
from medtutor.datasets import Split

SIZE = 64


def real_slices(folder: str, channel: int | None) -> Split:
    """Return all slices of a folder, one channel each, with masks and patients.

    Raises
    ------
    ValueError
        For a folder that can't be read, has no masks or no lesion, or colours of which nobody said
        which is FLAIR.
    """
    scans = datasets.read_folder(folder, size=SIZE)
    if scans.masks is None or not (scans.masks > 0).any():
        what = "has no masks" if scans.masks is None else "has only empty masks"
        raise ValueError(f"{folder} {what}; put them into a folder masks beside images")
    images = _one_channel(scans.array, channel)
    alone = np.arange(len(images))  # nothing says who is shown: each slice is a patient
    patients = alone if scans.patients is None else scans.patients
    return Split(images, masks=(scans.masks > 0).astype(np.uint8), patients=patients)


def _one_channel(images: np.ndarray, channel: int | None) -> np.ndarray:
    n_channels = images.shape[-1]
    if channel is None:
        if (images != images[..., :1]).any():
            raise ValueError(
                f"the images have {n_channels} channels; say which is FLAIR, such as --channel 1"
            )
        channel = 0
    if not 0 <= channel < n_channels:
        raise ValueError(
            f"--channel is {channel}, but the images have channels 0 to {n_channels - 1}"
        )
    return images[..., channel : channel + 1]


def measured(model, real: Split) -> tuple[float, ...]:
    """Return the pooled Dice, mean and median per sick patient, and the share of false alarms."""
    masks = found(model, real.images[..., 0], real.patients)
    truth = real.masks > 0
    sick = truth.any(axis=(1, 2))
    ill = np.isin(real.patients, real.patients[sick])
    each = metrics.dice_score(truth[ill], masks[ill], groups=real.patients[ill])[:, 1]
    alarms = masks[~sick].any(axis=(1, 2)).mean() if (~sick).any() else float("nan")
    return pooled_dice(truth, masks), float(each.mean()), float(np.median(each)), float(alarms)


def main(words: list[str] | None = None) -> Table:
    """Train with each seed on the simulation alone, and measure on the folder."""
    options = _parsed(words)
    try:
        real = real_slices(options.folder, options.channel)
    except (ValueError, OSError) as error:
        sys.exit(str(error))
    n_patients = len(np.unique(real.patients))
    n_sick = int(real.masks.any(axis=(1, 2)).sum())
    print(f"{len(real)} slices of {n_patients} patients, {n_sick} with a lesion", flush=True)
    rows = []
    for seed in options.seeds:
        train = lesion_slices("wide", seed, options.slices)
        model = trained(train, seed, epochs=options.epochs)
        rows.append((seed, *(f"{value:.3f}" for value in measured(model, real))))
        print(*rows[-1], flush=True)
    columns = ("seed", "pooled Dice", "mean per patient", "median per patient", "false alarms")
    return Table(columns, rows)


def _parsed(words: list[str] | None) -> argparse.Namespace:
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=layout)
    parser.add_argument("folder", metavar="FOLDER", help="with the sub-folders images and masks")
    parser.add_argument("--channel", type=int, help="which colour is FLAIR, from 0")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0], help="one training for each")
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="passes over the slices")
    parser.add_argument("--slices", type=int, default=N_SLICES, help="simulated slices")
    return parser.parse_args(words)


if __name__ == "__main__":
    print(main())
