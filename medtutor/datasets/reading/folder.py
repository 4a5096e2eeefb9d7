"""A learner's folder of images as one array, with labels, masks and patients."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from medtutor._progress import bar
from medtutor.datasets.checking import whole_number
from medtutor.datasets.reading.errors import LARGEST, naming, refusal
from medtutor.datasets.reading.images import images_of, mask_of
from medtutor.datasets.reading.item import Item
from medtutor.datasets.reading.kinds import PICTURE
from medtutor.datasets.reading.layout import Layout, layout_of
from medtutor.datasets.reading.mask_ids import MaskValues, class_names_of
from medtutor.datasets.reading.resizing import make_square, make_square_mask
from medtutor.datasets.reading.scan import Scan, same_spacing


@dataclass(frozen=True, eq=False, repr=False)
class ScanFolder(Scan):
    """All images of a folder.

    Parameters
    ----------
    array : array (N, H, W, C)
        The images, C is 1 for gray and 3 for colour; slices of volumes and frames of films are
        images of their own.
    labels : array (N,) of int, optional
        Class of each image.
    masks : array (N, H, W) of uint8, optional
        Class id of every pixel.
    class_names : tuple of str
        Of the labels, or of the masks' ids where there are no labels.
    patients : array (N,) of int, optional
        A number for each patient or, where nothing says who it is, for each volume, film or
        study; ``None`` where not even that is known.
    files : tuple of str
        For each image its file, from the folder on.

    The other fields are those of ``Scan``: ``spacing`` (rows, columns) and ``unit`` where all
    images share them.

    Notes
    -----
    Taught in lesson 01.
    """

    labels: np.ndarray | None = None
    masks: np.ndarray | None = None
    class_names: tuple[str, ...] = ()
    patients: np.ndarray | None = None
    files: tuple[str, ...] = ()


def read_folder(path: str | Path, *, size: int | None = None) -> ScanFolder:
    """Read a folder of PNG, JPEG, DICOM or NIfTI images, with what it says about them.

    The folder is one of these; hidden files and what systems leave behind are not looked at,
    and any other file that doesn't belong is an error:

    - **a sub-folder for each class**, named like the class. In it images, or a sub-folder for
      each patient (the same name in two classes is the same patient);
    - ``labels.csv`` **beside the images**, with the columns ``file``, ``label`` and, if you know
      it, ``patient``;
    - ``images`` **and** ``masks``: two sub-folders with files of equal names. A mask is a PNG
      or NIfTI with 0 for background, which must lie where its image lies (NIfTI's affines are
      compared), and perhaps ``labels.csv`` lies beside the two;
    - just images, without labels.

    DICOM files belong together by the PatientID in their header, which is replaced by a number.
    NIfTI volumes are turned as ``read_nifti`` does it; their axial slices are the images.

    Parameters
    ----------
    path : path
        The folder.
    size : int, optional
        Fit each image into a square of so many pixels; without it all must have one size.

    Returns
    -------
    ScanFolder

    Raises
    ------
    ReadError
        Names the file that doesn't fit, and the cure.
    ValueError
        For a size below 1, or one that is no whole number.

    Notes
    -----
    Taught in lesson 01.
    """
    if size is not None:
        expected = "an edge length in pixels, a whole number from 1 up"
        size = whole_number("size", size, expected, lowest=1)
    return scans_of(layout_of(path), size)


def scans_of(layout: Layout, size: int | None) -> ScanFolder:
    """Read all images of a folder whose layout is known."""
    with naming(layout.folder):
        collected = _Collected(layout, size)
        for item, count in bar(
            list(zip(layout.items, layout.grouping.n_images, strict=True)),
            desc="reading images",
            unit="file",
        ):
            collected.add(item, count)
        return collected.result()


class _Collected:
    """Grows by one file after another, and sees that each fits to the first."""

    def __init__(self, layout: Layout, size: int | None) -> None:
        self.layout, self.size = layout, size
        self.images: list[np.ndarray] = []
        self.masks: list[np.ndarray] = []
        self.mask_values = MaskValues()
        self.files: list[str] = []
        self.spacings: set[tuple[float, ...] | None] = set()
        self.first: tuple[Path, dict[str, object]] | None = None
        self.modalities: set[str] = set()

    def add(self, item: Item, count: int) -> None:
        """Read one file."""
        images, scan = images_of(item, count)
        mask = mask_of(item, images, scan)
        pixel = scan.spacing[-2:] if scan.spacing else None
        square = scan.pixel_shape
        self.spacings.add(self._spacing(images, pixel))
        if self.size is not None:
            images = np.stack([make_square(image, self.size, square) for image in images])
        self._check_fits(item, images, scan)
        self.modalities.add(scan.modality)
        self.images.append(images)
        self.files += [item.path.relative_to(self.layout.folder).as_posix()] * len(images)
        if item.mask is not None and mask is not None:
            # Before they are made smaller: a class must not lose its number with its last pixel.
            self.mask_values.add(item.mask, mask)
            self._add_masks(mask.ids, square)

    def _add_masks(self, masks: np.ndarray, pixel: tuple[float, float]) -> None:
        if self.size is not None:
            masks = np.stack([make_square_mask(mask, self.size, pixel) for mask in masks])
        self.masks.append(masks)

    def _spacing(
        self, images: np.ndarray, pixel: tuple[float, ...] | None
    ) -> tuple[float, ...] | None:
        if pixel is None or self.size is None:
            return pixel
        edges = np.array(images.shape[1:3]) * pixel
        return (float(edges.max() / self.size),) * 2

    def _check_fits(self, item: Item, images: np.ndarray, scan: Scan) -> None:
        facts: dict[str, object] = {
            "size": images.shape[1:3],
            "channels": images.shape[3],
            "unit": scan.unit or "none",
        }
        if item.kind == PICTURE:
            facts["type"] = str(images.dtype)
        if self.first is None:
            self.first = item.path, facts
            self._check_total(images)
        for name, value in facts.items():
            if value != self.first[1][name]:
                other, first = self.first[0], self.first[1][name]
                raise refusal(item.path, f"other_{name}", value=value, other=other, first=first)

    def _check_total(self, images: np.ndarray) -> None:
        total = images[0].nbytes * sum(self.layout.grouping.n_images)
        if total > LARGEST:
            raise refusal(
                self.layout.folder, "folder_too_large", gib=total / 2**30, limit=LARGEST / 2**30
            )

    def result(self) -> ScanFolder:
        """Return everything as one."""
        layout, grouping = self.layout, self.layout.grouping
        counts = grouping.n_images
        labels = [item.label for item in layout.items if item.label is not None]
        masks, names = None, layout.class_names
        if self.masks:
            ids = self.mask_values.settled()
            mask_names = class_names_of(layout.folder, ids)
            names = names or mask_names
            masks = self.mask_values.numbered(self.masks, ids)
        is_shared = len(set(grouping.numbers)) < sum(counts)
        assert self.first is not None
        unit = str(self.first[1]["unit"])
        return ScanFolder(
            np.concatenate(self.images),
            _shared(self.spacings),
            self.modalities.pop() if len(self.modalities) == 1 else "",
            "" if unit == "none" else unit,
            labels=np.repeat(np.array(labels, np.int64), counts) if labels else None,
            masks=masks,
            class_names=names,
            patients=grouping.of_images if grouping.known or is_shared else None,
            files=tuple(self.files),
        )


def _shared(spacings: set[tuple[float, ...] | None]) -> tuple[float, ...] | None:
    known = sorted(spacing for spacing in spacings if spacing is not None)
    return known[0] if len(known) == len(spacings) and same_spacing(known) else None
