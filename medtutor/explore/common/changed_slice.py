"""What the explorers of a changed slice share: a stack of slices with lesions, one shown."""

from typing import Any, ClassVar, cast

import numpy as np

from medtutor.explore.common.packed import (
    Packed,
    as_grey,
    checked_numbers,
    packed,
    unpacked,
    without_channel,
)
from medtutor.explore.common.widget import StackExplorer


class ChangedSliceExplorer(StackExplorer):
    """An explorer that changes one slice of a stack; its settings are traits.

    ``plain`` gives each setting's name and the value that changes nothing.
    """

    plain: ClassVar[dict[str, Any]]

    def settings(self) -> dict[str, Any]:
        """Return the changes as they are set now."""
        return {name: getattr(self, name) for name in self.plain}

    def image_and_mask(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the slice that is shown, unchanged, and its lesion."""
        images, masks = (unpacked(cast(Packed, self.stack[name])) for name in ("images", "masks"))
        return images[self.index], masks[self.index]

    def slice_in_words(self) -> str:
        """Return how many slices there are, and how large."""
        return "one of {count} slices of {rows} × {columns} pixels".format(**self.stack)

    def changes_in_words(self) -> str:
        """Return the names of the settings that change something."""
        changed = [name for name, value in self.settings().items() if value != self.plain[name]]
        return f"changed: {', '.join(changed).replace('_', ' ') or 'nothing'}"


def slices_with_lesions(
    images: Any, masks: Any, *, counts: tuple[int, int], edges: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray]:
    """Return slices as grey levels, uint8, and their lesions, bool, after a check of both.

    ``counts`` and ``edges`` are the least and the most slices and pixels along an edge.
    """
    pictures = _checked_slices("images", images, counts, edges)
    lesions = _checked_slices("masks", masks, counts, edges) != 0
    if lesions.shape != pictures.shape:
        raise ValueError(f"masks has shape {lesions.shape}, images {pictures.shape}; give equal")
    return as_grey(pictures), lesions


def stack_of(grey: np.ndarray, lesions: np.ndarray, **more: Any) -> dict[str, Any]:
    """Return the explorer's ``stack``: slices and lesions as the page takes them, and more."""
    count, rows, columns = grey.shape
    slices = {"images": packed(grey), "masks": packed(lesions)}
    return {"count": count, "rows": rows, "columns": columns, **slices, **more}


def _checked_slices(
    name: str, slices: Any, counts: tuple[int, int], edges: tuple[int, int]
) -> np.ndarray:
    array = without_channel(checked_numbers(name, slices))
    if array.ndim != 3 or not counts[0] <= len(array) <= counts[1]:
        raise ValueError(
            f"{name} has shape {array.shape}; give {counts[0]} to {counts[1]} grey slices, "
            f"(N, H, W) or (N, H, W, 1), for example {name}[:{counts[1]}]"
        )
    if not edges[0] <= min(array.shape[1:]) <= max(array.shape[1:]) <= edges[1]:
        raise ValueError(
            f"{name} has slices of {array.shape[1]} × {array.shape[2]} pixels; this explorer shows "
            f"edges from {edges[0]} to {edges[1]} pixels: where they are longer, take every second "
            f"pixel, {name}[:, ::2, ::2]"
        )
    return array
