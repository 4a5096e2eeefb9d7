"""What the readers are fed with before it is damaged: single files, and folders of them."""

import gzip
from io import BytesIO
from pathlib import Path

import numpy as np

LARGEST_SEED_FILE = 300_000
PIXEL_DATA = (b"\xe0\x7f\x10\x00", b"\x7f\xe0\x00\x10")


def seeds():
    """Return what is damaged, always in the same order.

    Each seed is a name and a mapping from file names to contents: one file, called like the seed,
    or the files of a folder, whose name has no suffix.
    """
    single = shipped_files() + pictures() + volumes()
    # Folders are few, and there is much that can be wrong with them.
    return [(name, {name: content}) for name, content in single] + 5 * folders()


def shipped_files():
    """Return the small files that pydicom and nibabel ship, as pairs of name and content."""
    import nibabel
    import pydicom

    dicom = Path(pydicom.__file__).parent / "data" / "test_files"
    nifti = Path(nibabel.__file__).parent / "tests" / "data"
    found = [*sorted(dicom.glob("*.dcm")), *sorted(nifti.glob("*.nii*"))]
    small = [path for path in found if path.stat().st_size <= LARGEST_SEED_FILE]
    shipped = [(path.name, path.read_bytes()) for path in small]
    return [
        (name, content)
        for name, content in shipped
        if not name.endswith(".dcm") or any(tag in content for tag in PIXEL_DATA)
    ]


def pictures():
    """Return PNG and JPEG files of several modes."""
    from PIL import Image

    rng = np.random.default_rng(0)
    gray = rng.integers(0, 256, (40, 30), dtype=np.uint8)
    colour = rng.integers(0, 256, (40, 30, 3), dtype=np.uint8)
    images = {
        "gray": Image.fromarray(gray),
        "colour": Image.fromarray(colour),
        "palette": Image.fromarray(colour).convert("P"),
        "deep": Image.fromarray(gray.astype(np.uint16) * 200),
        "alpha": Image.fromarray(colour).convert("RGBA"),
    }
    files = []
    for name, image in images.items():
        kinds = ("png", "jpg") if name in ("gray", "colour") else ("png",)
        for kind in kinds:
            sink = BytesIO()
            image.save(sink, "PNG" if kind == "png" else "JPEG")
            files.append((f"{name}.{kind}", sink.getvalue()))
    return files


def volumes():
    """Return small NIfTI files, where most damage hits the header."""
    files = []
    for kind in (np.uint8, np.int16, np.float32):
        content = nifti(np.arange(60).reshape(3, 4, 5).astype(kind))
        files += [(f"{kind.__name__}.nii", content)]
        files += [(f"{kind.__name__}.nii.gz", gzip.compress(content, mtime=0))]
    return files


def nifti(voxels):
    """Return the bytes of a NIfTI file."""
    import nibabel

    return nibabel.Nifti1Image(voxels, np.eye(4)).to_bytes()


def folders():
    """Return folders of each layout that the readers know: their name and their files."""
    images = dict(pictures())
    gray = images["gray.png"]
    voxels = np.arange(60, dtype=np.uint8).reshape(3, 4, 5)
    volume, mask = (gzip.compress(nifti(values), mtime=0) for values in (voxels, voxels % 2))
    paired = {f"images/{k}.nii.gz": volume for k in range(2)}
    paired |= {f"masks/{k}.nii.gz": mask for k in range(2)}
    masks = {f"masks/{k}.png": mask_picture() for k in range(3)}
    by_class = {f"{name}/{k}.png": gray for name in ("healthy", "sick") for k in range(5)}
    scans = {
        f"{name}/{k}.dcm": content
        for name in ("healthy", "sick")
        for k, content in enumerate(dicom_slices(name))
    }
    table = "file,label,patient\n" + "".join(f"{k}.png,{k % 2},p{k}\n" for k in range(4))
    return [
        ("classes", by_class),
        ("table", {"labels.csv": table.encode(), **{f"{k}.png": gray for k in range(4)}}),
        ("masks", {**{f"images/{k}.png": gray for k in range(3)}, **masks}),
        ("volumes", paired),
        ("scans", scans),
        ("series", {f"{k}.dcm": content for k, content in enumerate(dicom_slices("one", 4))}),
    ]


def mask_picture():
    """Return a PNG mask that fits to the gray picture."""
    from PIL import Image

    mask = np.zeros((40, 30), np.uint8)
    mask[10:20, 5:15] = 255
    sink = BytesIO()
    Image.fromarray(mask).save(sink, "PNG")
    return sink.getvalue()


def dicom_slices(name, slices_each=2):
    """Return the files of 4 slices, 5 mm apart, so many of each patient."""
    from pydicom.data import get_testdata_file

    slices = []
    for k in range(4):
        dataset = get_testdata_file("CT_small.dcm", read=True)
        dataset.PixelData = dataset.pixel_array[:16, :20].tobytes()
        dataset.Rows, dataset.Columns = 16, 20
        dataset.PatientID, dataset.InstanceNumber = f"{name}{k // slices_each}", k + 1
        dataset.SeriesInstanceUID = f"1.2.{len(name)}"
        dataset.ImagePositionPatient = [0, 0, 5 * k]
        dataset.pop("DataSetTrailingPadding", None)
        sink = BytesIO()
        dataset.save_as(sink)
        slices.append(sink.getvalue())
    return slices
