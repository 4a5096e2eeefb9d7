"""What lies around the brain: skull and scalp, and for slices near the base the face."""

import numpy as np

from medtutor.datasets.simulation.fields import smooth_field, soft_step

Shell = tuple[np.ndarray, np.ndarray]  # skull and scalp
# Share of heads in the wide domain that come without skull and scalp, as after skull stripping.
STRIPPED = 0.15
# Face and neck fill an ellipse (half axes y x in mm) from this height downwards, whole 15 mm below.
FACE_MM, FACE_BELOW_MM = (98.0, 74.0), -12.0


def draw_shell(
    rng: np.random.Generator, distance: np.ndarray, inside: np.ndarray, through: bool
) -> Shell:
    """Return skull and scalp, two rims of random thickness around the brain."""
    thickness = rng.uniform((4.0, 3.0), (8.0, 8.0), (len(distance), 2)).astype(np.float32)
    uneven = 1 + 0.2 * smooth_field(rng, distance.shape, (5, 5), through=through)
    skull_end = 2.0 + thickness[:, 0, None, None, None] * uneven
    scalp_end = skull_end + thickness[:, 1, None, None, None] * uneven
    in_skull = soft_step(skull_end - distance)
    in_scalp = soft_step(scalp_end - distance)
    return np.clip(in_skull - inside, 0, 1), np.clip(in_scalp - in_skull, 0, 1)


def varied_shell(
    rng: np.random.Generator, shell: Shell, inside: np.ndarray, places: np.ndarray
) -> Shell:
    """Return skull and scalp with a face below the brain, or nothing where it is stripped.

    ``places`` (patients, 3, slices, height, width) says where in the head each pixel lies.
    """
    skull, scalp = shell
    scalp = scalp + _draw_face(rng, places) * (1 - inside - skull - scalp)
    covered = (rng.random(len(places)) >= STRIPPED)[:, None, None, None]
    return skull * covered, scalp * covered


def _draw_face(rng: np.random.Generator, places: np.ndarray) -> np.ndarray:
    """Return patches of soft tissue between air, where face and neck are."""
    z, y, x = np.moveaxis(places, 1, 0)
    outline = np.hypot(y / FACE_MM[0], x / FACE_MM[1])
    below = np.clip((FACE_BELOW_MM - z) / 15, 0, 1)
    patches = np.clip(0.5 + 0.6 * smooth_field(rng, z.shape, (z.shape[-2] // 5,) * 2), 0, 1)
    return below * soft_step((1 - outline) * FACE_MM[1]) * patches
