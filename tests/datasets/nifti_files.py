"""NIfTI files, and headers that were changed byte by byte."""

import gzip
import struct

import nibabel
import numpy as np

# Where NIfTI-1 keeps a value, and how it is written (little-endian).
PLACES = {
    "sizeof_hdr": (0, "<i"),
    "dim": (40, "<8h"),
    "datatype": (70, "<h"),
    "bitpix": (72, "<h"),
    "pixdim": (76, "<8f"),
    "vox_offset": (108, "<f"),
    "scl": (112, "<2f"),
    "xyzt_units": (123, "<B"),
    "codes": (252, "<2h"),  # of the qform, of the sform
    "quatern": (256, "<3f"),
    "srow": (280, "<12f"),
    "magic": (344, "<4s"),
}


def volume(shape=(5, 6, 7)):
    """Return an array of which no two voxels are alike."""
    return np.arange(np.prod(shape), dtype=np.int16).reshape(shape)


def write_nifti(path, array=None, affine=None, **header):
    """Write a NIfTI file; ``header`` overwrites values by their name in ``PLACES``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    affine = np.diag([2, 3, 4, 1]) if affine is None else affine
    nibabel.save(nibabel.Nifti1Image(volume() if array is None else array, affine), path)
    for name, values in header.items():
        overwrite(path, *PLACES[name], *np.atleast_1d(values).tolist())
    return path


def overwrite(path, offset, layout, *values):
    """Overwrite a part of a file, packed or not."""
    packed = path.name.endswith(".gz")
    content = bytearray(gzip.decompress(path.read_bytes()) if packed else path.read_bytes())
    content[offset : offset + struct.calcsize(layout)] = struct.pack(layout, *values)
    path.write_bytes(gzip.compress(bytes(content)) if packed else bytes(content))
    return path
