"""The promise of a private training in numbers: ε, and what an attacker can reach at most."""

import math
from typing import Any

import numpy as np

from medtutor._checks import checked_within
from medtutor.explore.common.checks import checked_whole
from medtutor.scratch.privacy import epsilon

NOISE = (0.3, 20.0)
COUNTS = {"batch": (1, 100_000), "patients": (50, 100_000), "steps": (1, 5000)}
RARE = 0.01  # share of false alarms at which the attacker is judged
STEPS_SHOWN = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
FALSE_ALARMS = np.linspace(0, 1, 101)
CUTS = np.linspace(4, -4, 33)  # where the attacker's threshold lies, in units of the noise


def checked_settings(noise: Any, batch: Any, patients: Any, steps: Any) -> dict[str, Any]:
    """Return the four settings, each in its range."""
    counts = {"batch": batch, "patients": patients, "steps": steps}
    whole = {name: checked_whole(name, value, *COUNTS[name]) for name, value in counts.items()}
    if whole["batch"] > whole["patients"]:
        raise ValueError(
            f"batch is {batch} of {patients} patients; give a batch of at most all patients"
        )
    return {"noise": checked_within("noise", noise, *NOISE), **whole}


def privacy_scene(noise: float, batch: int, patients: int, steps: int) -> dict[str, Any]:
    """Return what a private training promises its patients.

    Parameters
    ----------
    noise : float
        Noise multiplier σ, 0.3 to 20.
    batch : int
        Patients in a batch on average, 1 to ``patients``.
    patients : int
        Patients in the training set, 50 to 100,000.
    steps : int
        Noisy steps, 1 to 5,000.

    Returns
    -------
    dict
        The settings; ``delta``, 1 / (10 · patients); ``epsilon``; ``found``: the largest share of
        members that can be found with 1 % false alarms. And as lists of pairs: ``limit`` (share of
        false alarms, largest share found), ``one_look`` (the same of the best attacker who sees
        one step), ``spent`` (steps, ε).

    Raises
    ------
    ValueError
        Where a setting is out of its range.

    Notes
    -----
    Taught in lesson 18.
    """
    settings = checked_settings(noise, batch, patients, steps)
    rate, delta = batch / patients, 1 / (10 * patients)
    spent = epsilon(rate, noise, steps, delta)
    return {
        **settings,
        "delta": delta,
        "epsilon": spent,
        "found": _limit(RARE, spent, delta),
        "limit": [[float(share), _limit(share, spent, delta)] for share in FALSE_ALARMS],
        "one_look": [_one_look(cut, noise, rate) for cut in CUTS],
        "spent": [[n, epsilon(rate, noise, n, delta)] for n in STEPS_SHOWN],
    }


def _limit(false_alarms: float, spent: float, delta: float) -> float:
    """Return the largest share found: the promise holds for members and for the others."""
    of_members = math.exp(min(spent, 700)) * false_alarms + delta
    of_others = 1 - math.exp(-spent) * (1 - delta - false_alarms)
    return float(min(of_members, of_others, 1.0))


def _one_look(cut: float, noise: float, rate: float) -> list[float]:
    """Return false alarms and share found of who calls a member above ``cut`` times the noise."""
    false_alarms = _above(cut)
    return [false_alarms, (1 - rate) * false_alarms + rate * _above(cut - 1 / noise)]


def _above(z: float) -> float:
    return 0.5 * math.erfc(z / math.sqrt(2))


def privacy_words(scene: dict[str, Any]) -> str:
    """Return a scene in words, as the explorer says it."""
    delta = f"{scene['delta']:.1e}".replace("e-0", "e−")
    return (
        f"Noise {scene['noise']:.2f}, batch {scene['batch']:,} of {scene['patients']:,}, "
        f"{scene['steps']:,} {'step' if scene['steps'] == 1 else 'steps'}: "
        f"ε = {_short(scene['epsilon'])}, δ = {delta}. "
        f"Who guesses at 1 % false alarms finds at most {_percent(scene['found'])} of the members."
    )


def _short(value: float) -> str:
    return f"{value:.2f}" if value < 100 else f"{value:,.0f}"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %" if share < 0.1 else f"{100 * share:.0f} %"
