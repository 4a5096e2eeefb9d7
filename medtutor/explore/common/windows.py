"""Windows of CT: where they may stand, and those in common use."""

RANGES = {"center": (-1100, 3100), "width": (1, 4200)}
"""Where the window may stand, in Hounsfield units."""

PRESETS = {
    "lung": (-600, 1500),
    "bone": (400, 1800),
    "soft tissue": (50, 400),
    "brain": (40, 80),
}
"""Centre and width of windows in common use: Radiopaedia, doi:10.53347/rID-52108."""

SOURCE = "Radiopaedia, Windowing (CT), doi:10.53347/rID-52108"
