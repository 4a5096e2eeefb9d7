"""A recurrent unit, step by step: gates, states, and how far back the gradient reaches."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import traitlets

from medtutor._checks import checked_seed, checked_within
from medtutor.explore.common.checks import checked_whole
from medtutor.explore.common.widget import Explorer, source
from medtutor.explore.recurrence.cells import GATES, draw_weights, follow

FEWEST_STEPS, MOST_STEPS = 2, 30
LARGEST_INPUT = 2.0
FORGET_BIASES = (-4.0, 8.0)


def _presets() -> dict[str, list[float]]:
    step = np.arange(MOST_STEPS)
    noise = np.random.default_rng(0).normal(0, 0.7, MOST_STEPS)
    signals = {
        "pulse": step == 0,
        "two pulses": np.select([step == 0, step == 5], [1, -1]),
        "step": step >= 3,
        "alternation": 1 - 2 * (step % 2),
        "wave": np.sin(2 * np.pi * step / 10),
        "noise": np.clip(noise, -LARGEST_INPUT, LARGEST_INPUT),
    }
    return {name: np.round(values.astype(float), 1).tolist() for name, values in signals.items()}


PRESETS = _presets()
"""Signals by name, each as long as any may be; a shorter one is its beginning."""


class RecurrenceExplorer(Explorer):
    """The widget that ``recurrence`` returns; the page computes, Python can read and set."""

    _esm = source(
        "common/page.js",
        "common/svg.js",
        "recurrence/arithmetic.js",
        "recurrence/words.js",
        "recurrence/drawing.js",
        "recurrence/signal.js",
        "recurrence/page.js",
    )
    _css = source("common/style.css", "recurrence/style.css")

    cell = traitlets.Enum(tuple(GATES), "lstm").tag(sync=True)
    signal: traitlets.List[Any] = traitlets.List(PRESETS["pulse"][:12]).tag(sync=True)
    step = traitlets.Int(1, min=1, max=MOST_STEPS).tag(sync=True)
    forget_bias = traitlets.Float(1.0).tag(sync=True)
    weights = traitlets.Dict().tag(sync=True)
    presets = traitlets.Dict(PRESETS).tag(sync=True)
    limits = traitlets.Dict(
        {
            "steps": [FEWEST_STEPS, MOST_STEPS],
            "input": LARGEST_INPUT,
            "forget_bias": list(FORGET_BIASES),
        }
    ).tag(sync=True)

    def describe(self) -> str:
        """Return what is seen, in a sentence."""
        gradient = follow(self.cell, self.signal, self.weights, self.forget_bias)["gradient"]
        return (
            f"Recurrence explorer: gates, states and gradient of one {self.cell.upper()} unit over "
            f"{len(self.signal)} steps; the last hidden state's gradient is {gradient[-1]:.1e} "
            f"for the last input, and {gradient[0]:.1e} for the first."
        )


def recurrence(
    signal: str | Sequence[float] = "pulse",
    *,
    length: int | None = None,
    cell: str = "lstm",
    forget_bias: float = 1.0,
    step: int = 1,
    seed: int = 2910,
) -> RecurrenceExplorer:
    """Draw a short signal, step through time, and watch one recurrent unit work.

    Parameters
    ----------
    signal : str or sequence of float
        What to begin with: "pulse", "two pulses", "step", "alternation", "wave" or "noise", or
        2 to 30 numbers from -2 to 2.
    length : int, optional
        Steps of a signal that is given by its name, 2 to 30; 12 without it.
    cell : {"lstm", "gru", "rnn"}
        The cell to begin with.
    forget_bias : float
        Bias of the gate that keeps the old state where it is near 1, from -4 to 8: the forget
        gate of an LSTM, the update gate of a GRU. A simple RNN has none.
    step : int
        The time step to begin with, from 1.
    seed : int
        Fixes the weights of the three cells, which are shown. The default is one with which all
        three take up a pulse.

    Returns
    -------
    RecurrenceExplorer
        A widget; everything in it works by keyboard and mouse, with or without a kernel.

    Raises
    ------
    ValueError
        For an unknown name, or a number outside its range.

    Notes
    -----
    Its arithmetic is that of ``medtutor.scratch``. Taught in lesson 09.
    """
    values = _checked_signal(signal, length)
    return RecurrenceExplorer(
        cell=_checked_cell(cell),
        signal=values,
        step=checked_whole("step", step, 1, len(values)),
        forget_bias=checked_within("forget_bias", forget_bias, *FORGET_BIASES),
        weights=draw_weights(checked_seed(seed)),
    )


def _checked_cell(cell: str) -> str:
    if cell not in GATES:
        raise ValueError(f"cell is {cell!r}; give one of {', '.join(map(repr, GATES))}")
    return cell


def _checked_signal(signal: Any, length: int | None) -> list[float]:
    if isinstance(signal, str):
        if signal not in PRESETS:
            raise ValueError(
                f"signal is {signal!r}; give numbers, or one of {', '.join(map(repr, PRESETS))}"
            )
        n_steps = checked_whole(
            "length", 12 if length is None else length, FEWEST_STEPS, MOST_STEPS
        )
        return PRESETS[signal][:n_steps]
    if length is not None:
        raise ValueError(
            "length is for signals by name; of your own numbers, give as many as you want"
        )
    if not hasattr(signal, "__len__") or not FEWEST_STEPS <= len(signal) <= MOST_STEPS:
        raise ValueError(
            f"signal is {signal!r}; give {FEWEST_STEPS} to {MOST_STEPS} numbers, one a time step"
        )
    return [
        checked_within("a number of the signal", x, -LARGEST_INPUT, LARGEST_INPUT) for x in signal
    ]
