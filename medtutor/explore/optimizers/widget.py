"""A race of optimizers over a landscape drawn as contours."""

from collections.abc import Sequence
from typing import Any

import traitlets

from medtutor._checks import checked_seed, checked_within
from medtutor.explore.common.checks import checked_choice, checked_whole
from medtutor.explore.common.widget import Explorer, source
from medtutor.explore.optimizers.landscapes import LANDSCAPES
from medtutor.explore.optimizers.race import ARRIVED, LOST, N_STEPS, RACERS, RATES, noise_for

LOWEST_RATE, HIGHEST_RATE = float(RATES[0]), float(RATES[-1])


class OptimizersExplorer(Explorer):
    """The widget that ``optimizers`` returns; it computes in the page, with no kernel needed.

    Its traits are the settings that the learner sees, and can be read and set from Python:
    ``landscape``, ``racers``, ``learning_rate``, ``tuned``, ``step`` and ``start``.
    """

    _esm = source(
        "common/page.js",
        "optimizers/race.js",
        "optimizers/drawing.js",
        "optimizers/curves.js",
        "optimizers/page.js",
    )
    _css = source("common/style.css", "optimizers/style.css")

    landscapes: traitlets.List[Any] = traitlets.List().tag(sync=True)
    offered: traitlets.List[Any] = traitlets.List().tag(sync=True)
    noise: traitlets.List[Any] = traitlets.List().tag(sync=True)
    rates: traitlets.List[Any] = traitlets.List().tag(sync=True)
    limits = traitlets.Dict().tag(sync=True)
    landscape = traitlets.Enum(tuple(LANDSCAPES), "ravine").tag(sync=True)
    racers: traitlets.List[Any] = traitlets.List(traitlets.Enum(tuple(RACERS))).tag(sync=True)
    learning_rate = traitlets.Float(0.05, min=LOWEST_RATE, max=HIGHEST_RATE).tag(sync=True)
    tuned = traitlets.Bool(False).tag(sync=True)
    step = traitlets.Int(N_STEPS, min=0, max=N_STEPS).tag(sync=True)
    start: traitlets.List[Any] = traitlets.List(traitlets.Float(), maxlen=2).tag(sync=True)

    def describe(self) -> str:
        """Return what is seen, in a sentence."""
        titles = ", ".join(RACERS[name].title for name in self.racers) or "nobody"
        rate = "each at its best rate" if self.tuned else f"learning rate {self.learning_rate:g}"
        return (
            f"Optimizers explorer: {titles} after {self.step} of {N_STEPS} steps over the "
            f"landscape {LANDSCAPES[self.landscape].title}, drawn as contours; {rate}."
        )


def optimizers(
    landscape: str = "ravine",
    *,
    racers: Sequence[str] = ("sgd", "momentum", "rmsprop", "adam"),
    learning_rate: float = 0.05,
    tuned: bool = False,
    step: int = N_STEPS,
    seed: int = 0,
) -> OptimizersExplorer:
    """Race optimizers to the bottom of a landscape, step by step or all at once.

    Parameters
    ----------
    landscape : "ravine", "turned_ravine", "saddle" or "noisy_bowl"
        Where to race.
    racers : sequence of str
        Who races: sgd, averaged, momentum, nesterov, adagrad, adadelta, rmsprop, adam, adamax,
        nadam, adamw. All have Keras' defaults but for the rate; momentum is 0.9.
    learning_rate : float
        The same for all, 0.0001 to 10.
    tuned : bool
        Give each racer the best of 41 rates for this landscape and start instead.
    step : int
        How much of the race is drawn at first, 0 to 200 steps.
    seed : int
        Fixes the noise in the gradient, which is the same for all.

    Returns
    -------
    OptimizersExplorer
        A widget; everything in it works by keyboard and mouse.

    Raises
    ------
    ValueError
        For an unknown landscape or racer, or a number out of its range.

    Notes
    -----
    The page takes the same steps as ``medtutor.scratch.optimizers``. Taught in lesson 06.
    """
    return OptimizersExplorer(
        landscapes=[one.as_dict() for one in LANDSCAPES.values()],
        offered=_offered(),
        noise=noise_for(checked_seed(seed)).tolist(),
        rates=RATES.tolist(),
        limits={"arrived": ARRIVED, "lost": LOST, "steps": N_STEPS},
        landscape=checked_choice("landscape", landscape, LANDSCAPES),
        racers=checked_racers(racers),
        learning_rate=checked_within("learning_rate", learning_rate, LOWEST_RATE, HIGHEST_RATE),
        tuned=bool(tuned),
        step=checked_whole("step", step, 0, N_STEPS),
    )


def checked_racers(racers: Sequence[str]) -> list[str]:
    """Return the racers' names in the order of the table, or say which isn't known."""
    names = [racers] if isinstance(racers, str) else list(racers)
    unknown = [name for name in names if name not in RACERS]
    if unknown:
        raise ValueError(f"racers holds {unknown[0]!r}; choose among {', '.join(RACERS)}")
    return [name for name in RACERS if name in names]


def _offered() -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "title": racer.title,
            "code": racer.code,
            "rule": racer.rule,
            "options": racer.options(),
        }
        for name, racer in RACERS.items()
    ]
