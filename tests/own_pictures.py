"""Pictures of two classes in a folder, as a learner may have them."""

import numpy as np
from PIL import Image


def picture(rng, sick, shape=(20, 24)):
    """Return noise, with a bright square where it is sick."""
    image = rng.integers(60, 120, shape).astype(np.uint8)
    if sick:
        row, column = rng.integers(2, min(shape) - 8, 2)
        image[row : row + 6, column : column + 6] += 100
    return image


def write_picture(path, array, mode=None):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(array, mode).save(path)
    return path


def write_classes(folder, n_patients=6, n_each=2, suffix=".png"):
    """Write healthy/p0/0.png … sick/p11/1.png: a folder a class, a sub-folder a patient."""
    rng = np.random.default_rng(0)
    for name in ("healthy", "sick"):
        for patient in range(n_patients):
            for k in range(n_each):
                path = folder / name / f"{name[0]}{patient}" / f"{k}{suffix}"
                write_picture(path, picture(rng, name == "sick"))
    return folder
