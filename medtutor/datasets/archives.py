"""Arrays out of a compressed .npz archive, without filling the memory."""

import shutil
import zipfile
from pathlib import Path

import numpy as np

from medtutor.datasets.cache import move_into_place, part_file


def open_arrays(path: Path) -> dict[str, np.ndarray]:
    """Open all arrays of an ``.npz`` file, memory-mapped and read-only.

    The members of the archive are compressed, and a compressed array can't be mapped.
    They are unpacked once into ``NAME.arrays/`` beside the archive (some sets have more
    bytes than a laptop has memory), and mapped from there, now and later. Where the folder
    can't be written or is full, the arrays are read into memory instead.

    Parameters
    ----------
    path : Path
        An archive whose checksum has been verified.

    Returns
    -------
    dict of str to array
        The arrays by their names in the archive.
    """
    with zipfile.ZipFile(path) as archive:
        try:
            return {_name(member): _mapped(archive, member, path) for member in archive.infolist()}
        except OSError:
            return {_name(member): _read(archive, member) for member in archive.infolist()}


def _name(member: zipfile.ZipInfo) -> str:
    return member.filename.removesuffix(".npy")


def _mapped(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path) -> np.ndarray:
    target = path.with_suffix(".arrays") / Path(member.filename).name
    if not target.is_file() or target.stat().st_size != member.file_size:
        _unpack(archive, member, target)
    return np.load(target, mmap_mode="r", allow_pickle=False)


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    target.parent.mkdir(exist_ok=True)
    with part_file(target) as part:
        with archive.open(member) as source, part.open("xb") as sink:
            shutil.copyfileobj(source, sink, length=1 << 20)
        move_into_place(part, target)


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> np.ndarray:
    with archive.open(member) as source:
        return np.lib.format.read_array(source, allow_pickle=False)
