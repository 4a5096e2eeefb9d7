"""A race of optimizers over a landscape drawn as contours."""

from medtutor.explore.optimizers.landscapes import LANDSCAPES
from medtutor.explore.optimizers.race import RACERS, RATES, noise_for, race, steps_to_arrive
from medtutor.explore.optimizers.widget import optimizers

__all__ = ["LANDSCAPES", "RACERS", "RATES", "noise_for", "optimizers", "race", "steps_to_arrive"]
