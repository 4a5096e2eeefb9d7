"""Colours that colour-blind readers tell apart, and the maps for images.

Source: M. Okabe, K. Ito, "Color Universal Design", 2008, in an order in which
neighbours also differ in lightness.
"""

from typing import Any

BLUE = "#0072B2"
ORANGE = "#E69F00"
GREEN = "#009E73"
VERMILLION = "#D55E00"
SKY = "#56B4E9"
PURPLE = "#CC79A7"
YELLOW = "#F0E442"
BLACK = "#000000"

CATEGORICAL = (BLUE, ORANGE, GREEN, VERMILLION, SKY, PURPLE, YELLOW, BLACK)
"""Eight colours for classes and curves."""

DASHES = ("-", "--", ":", "-.")
"""Line styles that go with the colours, so that colour alone never tells."""

MARKERS = "os^D"
"""Shapes of points that go with the colours."""

GRAY = "gray"
"""Map for images: black is the lowest value."""

SIGNED = "RdBu_r"
"""Diverging map for signed values: blue below zero, white at zero, red above."""

SEQUENTIAL = "cividis"
"""Map for counts and magnitudes, even in lightness."""


def categorical(place: int) -> str:
    """Return the colour of class or curve number ``place``, starting over after eight."""
    return CATEGORICAL[place % len(CATEGORICAL)]


def dash(place: int) -> str:
    """Return the line style of curve number ``place``, starting over after four."""
    return DASHES[place % len(DASHES)]


def line(place: int) -> dict[str, Any]:
    """Return colour and line style of curve number ``place``, as Matplotlib takes them."""
    return {"color": categorical(place), "linestyle": dash(place)}


def marker(place: int) -> str:
    """Return the shape of the points of curve number ``place``, starting over after four."""
    return MARKERS[place % len(MARKERS)]
