"""Make ``brain_atlas.npz`` from the ICBM 2009a average brain that nilearn ships.

Run once by those who maintain the course (``pip install -e ".[dev]"``), never by learners:
``python data/make_brain_atlas.py``. The result is the same bytes on every run.
"""

import hashlib
import io
import zipfile
from pathlib import Path

import nibabel
import nilearn
import numpy as np
from scipy import ndimage

HERE = Path(__file__).parent
MAPS = Path(nilearn.__file__).parent / "datasets" / "data"
VOXEL_MM = 2.0


def read_map(kind: str) -> np.ndarray:
    """Return one of the maps ``t1``, ``gm``, ``wm`` as float, axes x y z, 1 mm."""
    image = nibabel.load(MAPS / f"mni_icbm152_{kind}_tal_nlin_sym_09a_converted.nii.gz")
    return np.asarray(image.dataobj).astype(np.float32)


def halve(volume: np.ndarray) -> np.ndarray:
    """Average blocks of 2x2x2 voxels, so that 1 mm becomes 2 mm without aliasing."""
    even = volume[
        : volume.shape[0] // 2 * 2, : volume.shape[1] // 2 * 2, : volume.shape[2] // 2 * 2
    ]
    x, y, z = (n // 2 for n in even.shape)
    return even.reshape(x, 2, y, 2, z, 2).mean(axis=(1, 3, 5))


def as_slices(volume: np.ndarray) -> np.ndarray:
    """Return uint8 axial slices from the neck up, rows from forehead to back of the head."""
    return np.rint(volume.transpose(2, 1, 0)[:, ::-1, :]).astype(np.uint8)


def distance_to_brain(t1: np.ndarray) -> np.ndarray:
    """Return each voxel's distance to the brain in mm, for a skull and scalp around it."""
    brain = ndimage.binary_closing(t1 > 0, iterations=3)
    outside = ndimage.distance_transform_edt(~brain)
    return np.minimum(outside, 60)


def save(arrays: dict[str, np.ndarray], path: Path) -> None:
    """Write an ``.npz`` whose bytes depend on the arrays alone, not on the clock."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            buffer = io.BytesIO()
            np.save(buffer, array)
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, buffer.getvalue())


def main() -> None:
    """Write the file and print what its card needs."""
    t1 = read_map("t1")
    maps = {
        "t1": as_slices(halve(t1)),
        "grey": as_slices(halve(read_map("gm"))),
        "white": as_slices(halve(read_map("wm"))),
        "distance_mm": as_slices(halve(distance_to_brain(t1))),
        "voxel_mm": np.float64(VOXEL_MM),
    }
    path = HERE / "brain_atlas.npz"
    save(maps, path)
    digest = hashlib.md5(path.read_bytes()).hexdigest()
    print(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB, md5 {digest}")
    print({name: array.shape for name, array in maps.items()})


if __name__ == "__main__":
    main()
