"""An ensemble whose members are switched on and off, beside a score of hand-written features."""

from typing import Any

import numpy as np
import traitlets

from medtutor.explore.common.widget import Explorer, source
from medtutor.explore.ensemble.scene import METHODS, checked_voices, ensemble_scene

MOST_MEMBERS, MOST_CASES = 9, 2000


class EnsembleExplorer(Explorer):
    """The widget that ``ensemble`` returns; it computes in the page, with no kernel needed.

    Its traits are the settings that the learner sees, and can be read and set from Python:
    ``members`` (which are switched on), ``method`` and ``expert_percent``.
    """

    _esm = source(
        "common/page.js",
        "common/svg.js",
        "common/square.js",
        "ensemble/arithmetic.js",
        "ensemble/drawing.js",
        "ensemble/words.js",
        "ensemble/page.js",
    )
    _css = source("common/style.css", "ensemble/style.css")

    labels: traitlets.List[Any] = traitlets.List().tag(sync=True)
    probabilities: traitlets.List[Any] = traitlets.List().tag(sync=True)
    expert: traitlets.List[Any] = traitlets.List().tag(sync=True)
    members: traitlets.List[Any] = traitlets.List(traitlets.Bool()).tag(sync=True)
    method = traitlets.Enum(tuple(METHODS), "mean").tag(sync=True)
    expert_percent = traitlets.Int(0, min=0, max=100).tag(sync=True)

    @traitlets.validate("members")
    def _one_for_each_row(self, proposal: Any) -> Any:
        if len(proposal["value"]) != len(self.probabilities):
            raise traitlets.TraitError(
                f"members has {len(proposal['value'])} entries; give one True or False for each "
                f"of the {len(self.probabilities)} members"
            )
        return proposal["value"]

    def describe(self) -> str:
        """Return what is seen, in a sentence."""
        scene = ensemble_scene(
            np.array(self.labels),
            np.array(self.probabilities),
            members=self.members,
            method=self.method,
            expert=np.array(self.expert) if self.expert else None,
            expert_percent=self.expert_percent,
        )
        said = "nobody is switched on" if scene is None else f"AUC {scene['auc']:.3f}"
        return (
            f"Ensemble explorer: {sum(self.members)} of {len(self.members)} members switched on, "
            f"combined by {METHODS[self.method]}, expert's weight {self.expert_percent} %; {said}."
        )


def ensemble(
    y_true: np.ndarray,
    probabilities: np.ndarray,
    *,
    expert: np.ndarray | None = None,
) -> EnsembleExplorer:
    """Switch the members of an ensemble on and off, and see what each of them brings.

    Shown are the ROC curve, the reliability of the joint probability, and where two members
    disagree. The keys 1 to 9 switch members.

    Parameters
    ----------
    y_true : array (N,) of 0 and 1
        True class of each case; both classes must occur; at most 2,000 cases.
    probabilities : array (M, N)
        Each member's probability of class 1, for 1 to 9 members.
    expert : array (N,), optional
        Probability of class 1 from somewhere else, such as hand-written features; a slider sets
        its weight.

    Returns
    -------
    EnsembleExplorer
        A widget; everything in it works by keyboard and mouse.

    Raises
    ------
    ValueError
        For other shapes, labels other than 0 and 1, a single class, or values that are no
        probabilities.

    Notes
    -----
    Taught in lesson 12.
    """
    rows = np.asarray(probabilities)
    if rows.ndim != 2 or not 1 <= len(rows) <= MOST_MEMBERS:
        raise ValueError(
            f"probabilities has shape {rows.shape}; give a row for each of 1 to {MOST_MEMBERS} "
            "members, (M, N): the probability of class 1, so p[:, :, 1] of (M, N, 2)"
        )
    labels, rows, voice = checked_voices(y_true, rows, expert)
    if len(labels) > MOST_CASES:
        raise ValueError(
            f"y_true has {len(labels)} cases; this explorer takes up to {MOST_CASES}: "
            f"y_true[:{MOST_CASES}] and probabilities[:, :{MOST_CASES}]"
        )
    return EnsembleExplorer(
        labels=labels.tolist(),
        probabilities=np.round(rows, 6).tolist(),
        expert=[] if voice is None else np.round(voice, 6).tolist(),
        members=[True] * len(rows),
    )
