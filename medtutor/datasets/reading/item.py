"""One file of a learner's folder, and what the folder says about it."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Item:
    """One file of a folder.

    Parameters
    ----------
    path : Path
        The file.
    kind : str
        PICTURE, DICOM or NIFTI; empty until the file has been looked into.
    label : int, optional
        Its class.
    patient : str, optional
        Whom it shows, as the table or a sub-folder says.
    by_table : bool
        Whether it is the table that says so.
    mask : Path, optional
        The file with its mask.
    """

    path: Path
    kind: str
    label: int | None = None
    patient: str | None = None
    by_table: bool = False
    mask: Path | None = None
