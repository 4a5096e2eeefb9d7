"""The stored pixels of a DICOM file, unpacked by pydicom and its plugins."""

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from medtutor.datasets.reading.dicom_file import n_frames
from medtutor.datasets.reading.errors import DAMAGED, ReadError, naming

if TYPE_CHECKING:
    from pydicom import Dataset
    from pydicom.uid import UID

_INSTALL_A_PLUGIN = (
    "install plugins that unpack it: pip install pylibjpeg pylibjpeg-libjpeg pylibjpeg-openjpeg; "
    "or export the images uncompressed"
)


_JP2_FILE = b"\x00\x00\x00\x0cjP  "


def decoded(path: Path, dataset: "Dataset") -> np.ndarray:
    """Return the stored pixels; colours in YBR become RGB."""
    from PIL import Image
    from pydicom.pixels import pixel_array

    syntax = _checked_syntax(path, dataset)
    cure = f"{DAMAGED}, or {_INSTALL_A_PLUGIN}" if syntax.is_compressed else DAMAGED
    with naming(path, cure):
        if syntax.is_encapsulated:
            _check_boxes(path, dataset)
        # Pillow, which unpacks JPEG for pydicom, only warns of sizes that fill the memory.
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        # Decodes, and turns YBR into RGB.
        stored = pixel_array(dataset)
    expected = (int(dataset.Rows), int(dataset.Columns))
    first = int(n_frames(path, dataset) > 1)
    if stored.shape[first : first + 2] != expected:
        raise ReadError(
            path, f"holds pixels of shape {stored.shape}, its header says {expected}", DAMAGED
        )
    return stored


def _check_boxes(path: Path, dataset: "Dataset") -> None:
    """Raise for a JPEG 2000 frame with a box of length 0, over which pydicom would never get."""
    from pydicom.encaps import generate_frames

    for frame in generate_frames(dataset.PixelData, number_of_frames=n_frames(path, dataset)):
        place = 12 if frame.startswith(_JP2_FILE) else len(frame)
        while place < len(frame) and frame[place + 4 : place + 8] != b"jp2c":
            length = int.from_bytes(frame[place : place + 4], "big")
            if length == 0:
                raise ReadError(path, "holds a JPEG 2000 box of length 0", DAMAGED)
            place += length


def _checked_syntax(path: Path, dataset: "Dataset") -> "UID":
    """Return how the pixels are stored, where this computer can read that."""
    from pydicom.pixels import get_decoder

    syntax = dataset.file_meta.get("TransferSyntaxUID")
    if syntax is None:
        raise ReadError(
            path, "doesn't say how its pixels are stored (no TransferSyntaxUID)", "export it again"
        )
    try:
        decoder = get_decoder(syntax)
    except NotImplementedError as error:
        raise ReadError(
            path,
            f"stores its pixels as {syntax.name!r}, which no plugin of pydicom reads",
            "export the images uncompressed; from a video, export single pictures",
        ) from error
    if not decoder.is_available:
        raise ReadError(
            path,
            f"its pixels are compressed as {syntax.name!r}; pydicom needs a plugin for that "
            f"({'; '.join(decoder.missing_dependencies)})",
            _INSTALL_A_PLUGIN,
        )
    return syntax
