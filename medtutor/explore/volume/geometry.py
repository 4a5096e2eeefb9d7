"""Which way a volume lies, the three planes through a voxel, and values in two bytes."""

from dataclasses import dataclass

import numpy as np

# DICOM's patient coordinates: x grows to the patient's left, y to the back, z to the head.
_TOWARDS = ("L", "P", "S")
_AWAY = ("R", "A", "I")
INT16_STEPS = 2**16 - 1


@dataclass(frozen=True)
class Orientation:
    """How a volume's axes lie in the patient.

    Parameters
    ----------
    letters : three of L R A P S I
        Where each axis of the array goes to: left, right, front (anterior), back (posterior),
        head (superior), feet (inferior).
    tilt : float
        Largest angle in degrees between an axis and the direction that its letter names.
    """

    letters: tuple[str, ...]
    tilt: float

    @property
    def order(self) -> tuple[int, ...]:
        """Which axis of the array goes up or down, front or back, left or right."""
        pairs = ("SI", "PA", "LR")
        return tuple(
            next(axis for axis, letter in enumerate(self.letters) if letter in pair)
            for pair in pairs
        )

    @property
    def flipped(self) -> tuple[bool, ...]:
        """Whether the axes in this order go to the feet, to the front, to the right."""
        return tuple(self.letters[axis] in _AWAY for axis in self.order)


def orientation_of(affine: np.ndarray) -> Orientation:
    """Return how the axes lie, from the matrix that takes voxels to mm.

    Parameters
    ----------
    affine : array (4, 4)
        Takes a voxel's place to mm to the patient's left, back and head, as ``Scan`` has it.

    Raises
    ------
    ValueError
        For anything but a finite 4 × 4 matrix whose axes point in three different directions.

    Notes
    -----
    Taught in lesson 01.
    """
    matrix = np.asarray(affine, dtype=float)
    flat = matrix.shape != (4, 4) or not np.isfinite(matrix).all()
    if flat or abs(np.linalg.det(matrix[:3, :3])) < 1e-12:
        raise ValueError(
            f"the scan's affine is {matrix.tolist()}, which takes no volume to mm; give a 4 × 4 "
            "matrix with three directions, or affine=None where it is not known"
        )
    cosines = matrix[:3, :3] / np.linalg.norm(matrix[:3, :3], axis=0)
    left = np.abs(cosines)
    letters, angles = ["", "", ""], []
    for _ in range(3):
        # The clearest axis first; its direction is then taken.
        way, axis = np.unravel_index(left.argmax(), left.shape)
        letters[axis] = (_TOWARDS if cosines[way, axis] > 0 else _AWAY)[way]
        angles.append(np.degrees(np.arccos(min(left[way, axis], 1.0))))
        left[way, :], left[:, axis] = -1, -1
    return Orientation(tuple(letters), float(max(angles)))


def oriented(volume: np.ndarray, orientation: Orientation) -> np.ndarray:
    """Turn a volume so that its axes go to the head, to the back, and to the left."""
    turned = volume.transpose(orientation.order)
    return turned[tuple(slice(None, None, -1 if flip else 1) for flip in orientation.flipped)]


def plane(volume: np.ndarray, axis: int, place: int) -> np.ndarray:
    """Return the plane across ``axis`` as it is shown, its first row on top.

    Parameters
    ----------
    volume : array (D, H, W)
        Axes to the head, to the back, to the left.
    axis : 0, 1 or 2
        0 gives an axial plane (front on top), 1 a coronal and 2 a sagittal one (head on top).
        The patient's right, or the front, is at the left edge.
    place : int
        Which plane.

    Notes
    -----
    Taught in lesson 01.
    """
    cut = np.take(volume, place, axis)
    return cut if axis == 0 else cut[::-1]


def grey_levels(values: np.ndarray, center: float, width: float) -> np.ndarray:
    """Map the values of a window onto 0 (black) to 1 (white), also where they are no integers.

    Notes
    -----
    DICOM's "linear exact" function, PS3.3 C.11.2.1.3.2: ``(x - center) / width + 0.5``.
    ``medtutor.datasets.window`` is its "linear" one, for whole numbers. Taught in lesson 01.
    """
    return np.clip((np.asarray(values, float) - center) / width + 0.5, 0, 1)


def in_two_bytes(volume: np.ndarray) -> tuple[np.ndarray, float, float]:
    """Return whole numbers from -32768 to 32767, a slope and an intercept.

    ``stored * slope + intercept`` gives the values back: exactly, if they are whole numbers
    that span at most 65535, else to within half a slope.
    """
    low, high = float(volume.min()), float(volume.max())
    whole = volume.dtype.kind != "f" or bool((volume == np.rint(volume)).all())
    if whole and low >= -(2**15) and high < 2**15:
        return volume.astype(np.int16), 1.0, 0.0
    slope = 1.0 if whole and high - low <= INT16_STEPS else (high - low) / INT16_STEPS or 1.0
    stored = np.rint((volume.astype(np.float64) - low) / slope) - 2**15
    return stored.astype(np.int16), slope, low + slope * 2**15
