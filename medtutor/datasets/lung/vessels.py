"""The lungs' vessels: two tapering trees in each patient, whose cuts look like nodules."""

from typing import NamedTuple

import numpy as np

from medtutor.datasets.lung.frame import FIELD_OF_VIEW_MM, Frame

# Each branch forks in two; by Murray's law the cubes of the radii add up.
TAPER = 2 ** (-1 / 3)
N_TRUNKS, N_FORKS = 12, 5
TRUNK_RADIUS_MM, TRUNK_LENGTH_MM = (1.6, 3.2), 27.0
SHORTER = 0.84
HILA_MM = np.array([[-14.0, 6.0, -36.0], [-14.0, 6.0, 38.0]])  # z y x of the right and left root


class Branches(NamedTuple):
    """Tapering rods: their starts and ends (…, 3) in mm, z y x, and their radii (…, 2) at both."""

    start: np.ndarray
    end: np.ndarray
    radius: np.ndarray

    def some(self, *index: np.ndarray) -> "Branches":
        """Return those that an index chooses."""
        return Branches(*(part[index] for part in self))


def draw_vessels(rng: np.random.Generator, frame: Frame) -> np.ndarray:
    """Return the vessels' share of each pixel, (patients, slices, height, width).

    The trees are not cut at the border of the lungs; multiply by the lungs' share.
    """
    trees = _draw_trees(rng, frame)
    share = np.zeros(frame.x.shape, np.float32)
    patient, cut, branch = _branches_in_slices(frame, trees)
    height = frame.z_mm[patient, cut]
    rods = _clip_to_slab(trees.some(patient, branch), height, frame.pixel_mm)
    image = patient * frame.x.shape[1] + cut
    _splat(share.reshape(-1, *share.shape[-2:]), image, rods, height, frame.pixel_mm)
    return share


def _draw_trees(rng: np.random.Generator, frame: Frame) -> Branches:
    """Return the branches of each patient, (patients, branches, …)."""
    n_patients = frame.n_patients
    shape = (n_patients, 2 * N_TRUNKS)
    start = np.repeat(HILA_MM, N_TRUNKS, axis=0) + rng.normal(0, 5.0, (*shape, 3))
    start[..., 1:] += frame.shift_mm[:, None]
    heading = _draw_trunk_headings(rng, n_patients)
    radius = rng.uniform(*TRUNK_RADIUS_MM, shape) * rng.uniform(0.75, 1.2, (n_patients, 1))
    length = TRUNK_LENGTH_MM
    parts = []
    for _ in range(N_FORKS + 1):
        end = start + heading * (length * rng.uniform(0.7, 1.3, radius.shape))[..., None]
        thinner = radius * TAPER * rng.uniform(0.92, 1.08, radius.shape)
        parts.append((start, end, np.stack([radius, 0.5 * (radius + thinner)], axis=-1)))
        start = np.repeat(end, 2, axis=1)
        heading = _fork(rng, heading)
        radius = np.repeat(thinner, 2, axis=1) * rng.uniform(0.8, 1.15, start.shape[:2])
        length *= SHORTER
    joined = (np.concatenate(part, axis=1) for part in zip(*parts, strict=True))
    return Branches(*(part.astype(np.float32) for part in joined))


def _draw_trunk_headings(rng: np.random.Generator, n_patients: int) -> np.ndarray:
    heading = rng.normal(0, 1.0, (n_patients, 2, N_TRUNKS, 3))
    outward = np.array([-1.0, 1.0])[:, None]
    heading[..., 2] = outward * (np.abs(heading[..., 2]) + 0.35)
    return _unit(heading).reshape(n_patients, -1, 3)


def _fork(rng: np.random.Generator, heading: np.ndarray) -> np.ndarray:
    """Return the headings of each branch's two children, to opposite sides of it."""
    aside = rng.normal(0, 0.55, heading.shape)
    children = np.stack([heading + aside, heading - 0.8 * aside], axis=2)
    return _unit(children.reshape(len(heading), -1, 3))


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def _branches_in_slices(frame: Frame, trees: Branches) -> tuple[np.ndarray, ...]:
    """Return patient, slice and branch wherever a slice meets a branch inside the picture."""
    start, end, radius = trees
    margin = radius[:, :, 0] + frame.pixel_mm / 2
    low = np.minimum(start[..., 0], end[..., 0]) - margin
    high = np.maximum(start[..., 0], end[..., 0]) + margin
    in_picture = np.abs(0.5 * (start + end)[..., 1:]).max(axis=-1) < FIELD_OF_VIEW_MM / 2
    z = frame.z_mm[:, :, None]
    return np.nonzero((low[:, None] < z) & (z < high[:, None]) & in_picture[:, None])


def _clip_to_slab(rods: Branches, height: np.ndarray, pixel_mm: float) -> Branches:
    """Return the part of each branch that can show in its slice."""
    a, b, r = rods
    reach = r[:, 0] + pixel_mm / 2
    rise = b[:, 0] - a[:, 0]
    rise = np.where(np.abs(rise) < 1e-3, 1e-3, rise)
    above = height - a[:, 0]
    first, last = np.sort([(above - reach) / rise, (above + reach) / rise], axis=0)
    first, last = (np.clip(t, 0, 1)[:, None] for t in (first, last))
    radii = r[:, :1] + np.hstack([first, last]) * (r[:, 1:] - r[:, :1])
    return Branches(a + first * (b - a), a + last * (b - a), radii)


def _splat(
    share: np.ndarray, image: np.ndarray, rods: Branches, height: np.ndarray, pixel_mm: float
) -> None:
    """Draw tapering rods into ``share`` (images, height, width), the densest rod winning."""
    size = share.shape[-1]
    middle = 0.5 * (rods.start + rods.end)[:, 1:]
    half = np.abs(rods.end - rods.start)[:, 1:].max(axis=1) / 2 + rods.radius[:, 0] + pixel_mm / 2
    half_pixels = np.ceil(half / pixel_mm).astype(int)
    corner = np.rint(middle / pixel_mm + (size - 1) / 2).astype(int)
    for reach in np.unique(half_pixels):
        some = half_pixels == reach
        around = np.arange(-reach, reach + 1)
        rows = corner[some, 0, None, None] + around[:, None]
        columns = corner[some, 1, None, None] + around
        y, x = ((i - (size - 1) / 2).astype(np.float32) * pixel_mm for i in (rows, columns))
        cover = _rod_share((height[some, None, None], y, x), rods.some(some), pixel_mm)
        visible = (rows >= 0) & (rows < size) & (columns >= 0) & (columns < size) & (cover > 0)
        flat = (image[some, None, None] * size + rows) * size + columns
        np.maximum.at(share.reshape(-1), flat[visible], cover[visible])


def _rod_share(places: tuple[np.ndarray, ...], rods: Branches, pixel: float) -> np.ndarray:
    """Return how much of each pixel at ``places``, z y x in mm, is filled by its rod."""
    axis, r = rods.end - rods.start, rods.radius
    offset = [at - rods.start[:, i, None, None] for i, at in enumerate(places)]
    along = sum(o * axis[:, i, None, None] for i, o in enumerate(offset))
    along = np.clip(along / np.maximum((axis**2).sum(axis=1), 1e-6)[:, None, None], 0, 1)
    apart = sum((o - along * axis[:, i, None, None]) ** 2 for i, o in enumerate(offset))
    radius = r[:, :1, None] + along * (r[:, 1:, None] - r[:, :1, None])
    cover = np.clip((radius - np.sqrt(apart)) / pixel + 0.5, 0, 1)
    return (cover * area_factor(radius, pixel)).astype(np.float32)


def area_factor(radius: np.ndarray, pixel_mm: float) -> np.ndarray:
    """Return by how much a disc with a soft rim must be dimmed to keep the area of a sharp one.

    Thin vessels fill only part of a pixel: without this they would be too bright.
    """
    thick = radius**2 / (radius**2 + pixel_mm**2 / 12)
    thin = 3 * radius**2 * pixel_mm / (radius + pixel_mm / 2) ** 3
    return np.where(radius < pixel_mm / 2, thin, thick)
