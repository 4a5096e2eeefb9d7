"""The privacy explorer: noise, batch, patients and steps, and what they promise."""

from typing import Any

import traitlets

from medtutor.explore.common.widget import Explorer, source
from medtutor.explore.privacy.scene import checked_settings, privacy_scene, privacy_words


class PrivacyExplorer(Explorer):
    """The widget that ``privacy`` returns; it computes in the page, with no kernel needed.

    ``noise``, ``batch``, ``patients`` and ``steps`` can be read and set from Python. A batch that
    is larger than all patients counts as all patients.
    """

    _esm = source(
        "common/page.js",
        "common/svg.js",
        "common/sliders.js",
        "privacy/arithmetic.js",
        "privacy/words.js",
        "privacy/drawing.js",
        "privacy/page.js",
    )
    _css = source("common/style.css", "privacy/style.css")

    noise = traitlets.Float(min=0.3, max=20.0).tag(sync=True)
    batch = traitlets.Int(min=1, max=100_000).tag(sync=True)
    patients = traitlets.Int(min=50, max=100_000).tag(sync=True)
    steps = traitlets.Int(min=1, max=5000).tag(sync=True)

    def scene(self) -> dict[str, Any]:
        """Return what is seen, as ``privacy_scene`` gives it."""
        batch = min(self.batch, self.patients)
        return privacy_scene(self.noise, batch, self.patients, self.steps)

    def describe(self) -> str:
        """Return what is seen, in a sentence or two."""
        return f"Privacy explorer. {privacy_words(self.scene())}"


def privacy(
    *, noise: float = 1.0, batch: int = 256, patients: int = 3000, steps: int = 200
) -> PrivacyExplorer:
    """Move noise, batch, patients and steps, and see ε and the most that an attacker can reach.

    Parameters
    ----------
    noise : float
        Noise multiplier σ to begin with, 0.3 to 20.
    batch, patients, steps : int
        Patients in a batch on average, patients in all (50 to 100,000), steps (1 to 5,000).

    Returns
    -------
    PrivacyExplorer
        A widget; everything in it works by keyboard and mouse.

    Raises
    ------
    ValueError
        As :func:`medtutor.explore.privacy.privacy_scene`.

    Notes
    -----
    Taught in lesson 18.
    """
    return PrivacyExplorer(**checked_settings(noise, batch, patients, steps))
