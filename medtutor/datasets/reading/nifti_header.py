"""NIfTI headers, with the small faults mended that every reader mends."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from medtutor.datasets.reading.errors import refusal
from medtutor.datasets.reading.same_place import same_affine

if TYPE_CHECKING:
    from nibabel.nifti1 import Nifti1Header

# Programs round quaternions; one beyond this length is no rotation.
_LONGEST_QUATERNION = 1.01
# The array begins behind the header and what programs add to it, a few kB as a rule.
_LATEST_START = 16 * 2**20
_SPACE, _TIME = 0b000111, 0b111000  # the bits of xyzt_units


def mend(path: Path, header: "Nifti1Header") -> tuple[str, ...]:
    """Mend a header in place, and return what was done and what was found odd.

    Beside what nibabel's checked load mends, this is what NIfTI's reference library takes: a
    quaternion slightly too long, an intercept that is no number, an unknown unit.
    """
    _check_start(path, header)
    remarks: list[str] = []
    _run_checks_of_nibabel(path, header, remarks)
    if not np.isfinite(header["scl_inter"]) and header["scl_slope"] != 0:
        header["scl_inter"] = 0
        remarks.append("scl_inter is no finite number; taken as 0")
    _mend_units(header, remarks)
    _mend_forms(path, header, remarks)
    return tuple(remarks)


def _check_start(path: Path, header: "Nifti1Header") -> None:
    start = float(header["vox_offset"])
    is_single = header["magic"].item() == header.single_magic
    earliest = header.single_vox_offset if is_single else 0
    if not earliest <= start <= _LATEST_START:
        raise refusal(path, "voxels_begin", start=start, earliest=earliest)


def _run_checks_of_nibabel(path: Path, header: "Nifti1Header", remarks: list[str]) -> None:
    from nibabel.spatialimages import HeaderDataError

    if header["pixdim"][0] < 0:
        header["pixdim"][0] = -1  # its sign counts; nibabel would take -2 for 1

    def keep(record: logging.LogRecord) -> bool:
        remarks.append(record.getMessage())
        return False  # so that it isn't printed

    logger = logging.Logger("nifti", level=1)  # 0 is nibabel's level for what is in order
    logger.addFilter(keep)
    try:
        header.check_fix(logger, error_level=40)
    except HeaderDataError as error:
        raise refusal(path, "header_wrong", error=error) from error


def _mend_units(header: "Nifti1Header", remarks: list[str]) -> None:
    from nibabel.nifti1 import unit_codes

    units = int(header["xyzt_units"])
    known = [part for part in (units & _SPACE, units & _TIME) if part in unit_codes.value_set()]
    if sum(known) != units:
        header["xyzt_units"] = sum(known)
        remarks.append(f"xyzt_units {units} not valid; the unknown unit is left out")


def _mend_forms(path: Path, header: "Nifti1Header", remarks: list[str]) -> None:
    """See that what nibabel takes for the affine, sform before qform, is one."""
    if header["qform_code"] == 0:
        return
    has_sform = header["sform_code"] != 0 and is_invertible(header.get_sform())
    if not _mend_quaternion(header, remarks):
        if not has_sform:
            raise refusal(path, "no_rotation")
        header["qform_code"] = 0
        remarks.append("the quaternion of the qform is no rotation; the sform is taken")
    elif header["sform_code"] != 0 and not has_sform:
        header["sform_code"] = 0
        remarks.append("the sform can't be inverted; the qform is taken")
    elif has_sform and not same_affine(header.get_sform()[:3], header.get_qform()[:3]):
        remarks.append("sform and qform differ; the sform is taken")


def _mend_quaternion(header: "Nifti1Header", remarks: list[str]) -> bool:
    """Shorten a quaternion that is a little too long; say whether it is a rotation now."""
    names = [f"quatern_{axis}" for axis in "bcd"]
    length = float(np.linalg.norm([float(header[name]) for name in names]))
    if not length <= _LONGEST_QUATERNION:
        return False
    if 1 - length**2 < header.quaternion_threshold:
        for name in names:
            header[name] = header[name] / length
        remarks.append(f"the quaternion is {length - 1:.1g} longer than 1; normalised")
    return True


def is_invertible(affine: np.ndarray) -> bool:
    """Say whether an affine keeps three directions apart."""
    edges = np.linalg.norm(affine[:3, :3], axis=0)
    if not np.isfinite(affine).all() or edges.min() <= 0:
        return False
    return abs(float(np.linalg.det(affine[:3, :3] / edges))) >= 1e-3
