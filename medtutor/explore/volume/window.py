"""Windows that suit a volume: where the controls go, how they begin, what is on offer."""

from math import ceil, floor, log10
from typing import Any

import numpy as np

from medtutor.explore.common.windows import PRESETS, RANGES

Window = tuple[float, float]


def window_ranges(values: np.ndarray, unit: str) -> dict[str, Any]:
    """Return the ends of ``center`` and ``width``, and the ``step`` of their sliders."""
    low, high = float(values.min()), float(values.max())
    span = high - low or 1.0
    whole = values.dtype.kind != "f" or bool((values == np.rint(values)).all())
    step = max(10.0 ** floor(log10(span / 200)), 1.0 if whole else 0.0)
    center, width = [low, low + span], [step, max(2 * span, 2 * step)]
    if unit == "HU":
        # So that a usual window is never out of reach.
        center = [min(low, RANGES["center"][0]), max(high, RANGES["center"][1])]
        width[1] = max(width[1], RANGES["width"][1])
    return {"center": center, "width": width, "step": step}


def window_presets(values: np.ndarray, unit: str) -> dict[str, Window]:
    """Return centre and width of windows by name; the first is the one to begin with.

    Without Hounsfield units, "first view" leaves the darkest and the brightest 0.5 % of the
    voxels out; where that is no other window, there is only "all values".
    """
    everything = _between(values, float(values.min()), float(values.max()))
    if unit == "HU":
        first = "soft tissue"
        usual = {first: PRESETS[first], "all values": everything}
        return usual | {name: window for name, window in PRESETS.items() if name != first}
    dark, bright = np.percentile(values, (0.5, 99.5))
    first_view = _between(values, float(dark), float(bright))
    different = {} if first_view == everything else {"first view": first_view}
    return different | {"all values": everything}


def _between(values: np.ndarray, low: float, high: float) -> Window:
    """Return the window from ``low`` to ``high``, in steps so that nobody reads 17 digits."""
    step = window_ranges(values, "")["step"]
    digits = max(-round(log10(step)), 0)
    center = round(round((low + high) / 2 / step) * step, digits)
    half = max(high - center, center - low)
    return center, round(max(ceil(2 * half / step - 1e-6), 1) * step, digits)
