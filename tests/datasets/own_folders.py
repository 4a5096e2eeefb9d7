"""Folders of images as a learner may have them."""

import numpy as np
from dicom_files import write_slice
from own_pictures import picture, write_picture


def write_dicom_classes(folder, n_patients=6, n_each=2):
    """Write CT slices into healthy/ and sick/, all patients of a class in one folder."""
    rng = np.random.default_rng(0)
    for name in ("healthy", "sick"):
        for patient in range(n_patients):
            for k in range(n_each):
                write_slice(
                    folder / name / f"IM{patient:02d}{k}",
                    picture(rng, name == "sick").astype(np.int16) + 900,
                    PatientID=f"{name}-{patient}",
                    SeriesInstanceUID=f"1.2.{patient + 1}.{len(name)}",
                    InstanceNumber=n_each - k,
                    ImagePositionPatient=[0, 0, n_each - k],
                )
    return folder


def write_masked(folder, n=8, value=255):
    """Write images/0.png and masks/0.png …, a sick square in each."""
    rng = np.random.default_rng(0)
    for k in range(n):
        image = picture(rng, sick=True)
        write_picture(folder / "images" / f"{k}.png", image)
        write_picture(folder / "masks" / f"{k}.png", (image > 125).astype(np.uint8) * value)
    return folder
