"""One head a patient: the average brain, moved, stretched and folded anew.

After SynthSeg's domain randomisation from label maps (Billot et al. 2023,
doi:10.1016/j.media.2023.102789): a similarity transform and a smooth random deformation.
"""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from medtutor.datasets.brain.atlas import SLICE_THICKNESSES_MM, atlas
from medtutor.datasets.brain.domains import SCANNER, Domain
from medtutor.datasets.brain.framing import VOLUME_HEIGHTS_MM, Frames, draw_frames
from medtutor.datasets.brain.shell import draw_shell, varied_shell
from medtutor.datasets.dataset import Size
from medtutor.datasets.simulation.fields import smooth_field, soft_step, spline_basis
from medtutor.datasets.simulation.groups import draw_heights

SLICES_PER_PATIENT = 4
# The lateral ventricles lie around this place (z y x, from the head's middle) with this extent.
VENTRICLES_MM = np.array([16, 2, 0], np.float32)[:, None, None, None]
VENTRICLE_EXTENT_MM = np.array([24, 42, 24], np.float32)[:, None, None, None]


@dataclass(frozen=True)
class Heads:
    """Tissue fractions of every pixel, each array (patients, slices, height, width).

    ``z_mm`` (patients, slices) is the height of each slice, ``pixel_mm`` (patients, 2) height and
    width of a pixel. In a volume the slices fit together.
    """

    csf: np.ndarray
    grey: np.ndarray
    white: np.ndarray
    skull: np.ndarray
    scalp: np.ndarray
    z_mm: np.ndarray
    pixel_mm: np.ndarray
    is_volume: bool = False

    @property
    def brain(self) -> np.ndarray:
        """Fraction of grey and white matter."""
        return self.grey + self.white


def draw_heads(
    rng: np.random.Generator,
    n_patients: int,
    size: Size,
    n_slices: int = SLICES_PER_PATIENT,
    domain: Domain = SCANNER,
) -> Heads:
    """Draw ``n_patients`` heads, each seen in ``n_slices`` slices of ``size`` pixels.

    With a size of three edges all of each head is seen, in slices without gaps.
    """
    is_volume = not isinstance(size, int)
    edge, width = (size, size) if isinstance(size, int) else size[1:]
    if is_volume:
        z_mm = np.tile(VOLUME_HEIGHTS_MM, (n_patients, 1))
    else:
        z_mm = draw_heights(rng, (n_patients, n_slices), (5, 10), domain.heights_mm)
    frames = draw_frames(rng, n_patients, edge, domain.is_wide)
    margin = (edge - width) // 2
    places = _draw_places(rng, z_mm, frames, domain)[..., margin : margin + width]
    grey, white, distance = _sample_atlas(places, rng.choice(SLICE_THICKNESSES_MM, n_patients))
    inside = soft_step(2.0 - distance)
    grey, white, csf = _draw_tissues(rng, grey, white, inside, is_volume)
    shell = draw_shell(rng, distance, inside, is_volume)
    if domain.is_wide:
        shell = varied_shell(rng, shell, inside, places)
    return Heads(csf, grey, white, *shell, z_mm, frames.pixel_mm, is_volume)


def _draw_places(
    rng: np.random.Generator, z_mm: np.ndarray, frames: Frames, domain: Domain
) -> np.ndarray:
    """Return where in the average head each pixel looks, z y x in mm.

    The shape is (patients, 3, slices, size, size).
    """
    n_patients, n_slices = z_mm.shape
    size = frames.columns.shape[-1]
    places = np.empty((n_patients, 3, n_slices, size, size), np.float32)
    places[:, 0] = z_mm[:, :, None, None]
    places[:, 1] = frames.rows
    places[:, 2] = frames.columns
    bottom, top = domain.heights_mm
    height = (z_mm - bottom) / (top - bottom)
    places += _elastic(rng, height, size, n_nodes=[5, 6, 6], spread_mm=3.5)
    places += _elastic(rng, height, size, n_nodes=[8, 14, 14], spread_mm=1.6)
    return _widen_ventricles(rng, _move(rng, places))


def _move(rng: np.random.Generator, places: np.ndarray) -> np.ndarray:
    """Tilt, scale and shift each head."""
    n_patients = len(places)
    tilt = np.deg2rad(rng.normal(0, (5.0, 3.0, 3.0), (n_patients, 3)))
    scale = rng.normal(1, 0.045, (n_patients, 1)) * rng.normal(1, 0.02, (n_patients, 3))
    shift = rng.normal(0, (0.0, 3.0, 3.0), (n_patients, 3))
    matrix = _rotations(tilt) / np.clip(scale, 0.88, 1.12)[:, None, :]
    flat = places.reshape(n_patients, 3, -1)
    moved = matrix.astype(np.float32) @ flat + shift[:, :, None].astype(np.float32)
    return moved.reshape(places.shape)


def _rotations(angles: np.ndarray) -> np.ndarray:
    """Return rotation matrices (n, 3, 3) about the axes z, y, x for angles (n, 3) in radians."""
    result = np.broadcast_to(np.eye(3), (len(angles), 3, 3))
    for axis, angle in enumerate(angles.T):
        first, second = (other for other in range(3) if other != axis)
        turn = np.broadcast_to(np.eye(3), (len(angles), 3, 3)).copy()
        turn[:, first, first] = turn[:, second, second] = np.cos(angle)
        turn[:, first, second] = -np.sin(angle)
        turn[:, second, first] = np.sin(angle)
        result = result @ turn
    return result


def _elastic(
    rng: np.random.Generator, height: np.ndarray, size: int, n_nodes: list[int], spread_mm: float
) -> np.ndarray:
    """Return a smooth random displacement in mm, one field through all slices of a patient.

    ``height`` (patients, slices) is 0 for the lowest slice that there may be, 1 for the highest.
    """
    nodes = rng.normal(0, spread_mm, (len(height), 3, *n_nodes)).astype(np.float32)
    edge = np.linspace(0, 1, size)
    through = spline_basis(height.ravel(), n_nodes[0]).reshape(*height.shape, n_nodes[0])
    in_slices = np.einsum("psz,pczyx->pcsyx", through, nodes, optimize=True)
    return spline_basis(edge, n_nodes[1]) @ in_slices @ spline_basis(edge, n_nodes[2]).T


def _widen_ventricles(rng: np.random.Generator, places: np.ndarray) -> np.ndarray:
    """Widen or narrow each patient's ventricles by a smooth pull towards their middle."""
    offset = places - VENTRICLES_MM
    near = np.exp(-((offset / VENTRICLE_EXTENT_MM) ** 2).sum(axis=1, keepdims=True))
    strength = rng.uniform(-0.15, 0.45, (len(places), 1, 1, 1, 1)).astype(np.float32)
    return VENTRICLES_MM + offset * (1 - strength * near)


def _sample_atlas(places: np.ndarray, thickness: np.ndarray) -> np.ndarray:
    """Return grey and white matter and the distance to the brain at ``places``."""
    sampled = np.empty((3, len(places), *places.shape[2:]), np.float32)
    for patient, slab in enumerate(thickness):
        maps = atlas(slab)
        voxels = places[patient] / np.float32(maps.voxel_mm)
        voxels += maps.centre.astype(np.float32)[:, None, None, None]
        sources = (maps.grey, maps.white, maps.distance)
        for source, target in zip(sources, sampled[:, patient], strict=True):
            ndimage.map_coordinates(source, voxels, target, order=1, mode="nearest")
    return sampled


def _draw_tissues(
    rng: np.random.Generator, grey: np.ndarray, white: np.ndarray, inside: np.ndarray, through: bool
) -> list[np.ndarray]:
    """Sharpen the blurred average into one person's tissues; return grey, white and CSF."""
    csf = np.clip(inside - grey - white, 0, 1)
    n_patients, _, height, width = grey.shape
    # Raising fractions to a power makes borders crisp; random weights move them, a new fold each.
    power = rng.uniform(2.0, 3.5, (n_patients, 1, 1, 1)).astype(np.float32)
    parts = []
    nodes = (height // 4, width // 4)
    for tissue, spread in ((grey, 0.18), (white, 0.18), (csf, 0.25)):
        weight = np.exp(spread * smooth_field(rng, tissue.shape, nodes, through=through))
        parts.append((np.maximum(tissue, 0) * weight) ** power)
    total = np.maximum(np.sum(parts, axis=0), 1e-6)
    return [inside * part / total for part in parts]
