"""One step of a gated recurrent unit, in both forms."""

from typing import NamedTuple

import numpy as np

from medtutor.scratch.recurrent.checks import States
from medtutor.scratch.sigmoids import sigmoid


class GRUMemory(NamedTuple):
    """What one step keeps for the way back: states, gates, the state's share of the candidate."""

    before: np.ndarray
    z: np.ndarray
    r: np.ndarray
    candidate: np.ndarray
    recalled: np.ndarray
    h: np.ndarray


class GRUCell(NamedTuple):
    """The reset gate acts behind the recurrent kernel: Keras' default, ``reset_after=True``."""

    recurrent_kernel: np.ndarray
    recurrent_bias: np.ndarray | None

    def step(self, scores: np.ndarray, states: States) -> tuple[States, GRUMemory]:
        """Keep the share z of the old state, and take the rest from the candidate."""
        (before,) = states
        x_z, x_r, x_h = np.split(scores, 3, axis=1)
        recurrent = before @ self.recurrent_kernel
        if self.recurrent_bias is not None:
            recurrent = recurrent + self.recurrent_bias
        h_z, h_r, recalled = np.split(recurrent, 3, axis=1)
        z, r = sigmoid(x_z + h_z), sigmoid(x_r + h_r)
        candidate = np.tanh(x_h + r * recalled)
        h = z * before + (1 - z) * candidate
        return (h,), GRUMemory(before, z, r, candidate, recalled, h)

    def step_grad(self, dstates: States, memory: GRUMemory) -> tuple[np.ndarray, States, States]:
        """Go back through the mixture, then through candidate, reset gate and update gate."""
        (dh,) = dstates
        before, z, r, candidate, recalled, _ = memory
        da_h = dh * (1 - z) * (1 - candidate**2)
        da_r = da_h * recalled * r * (1 - r)
        da_z = dh * (before - candidate) * z * (1 - z)
        drecurrent = np.concatenate([da_z, da_r, da_h * r], axis=1)
        dbefore = dh * z + drecurrent @ self.recurrent_kernel.T
        dweights = before.T @ drecurrent, drecurrent.sum(axis=0)
        return np.concatenate([da_z, da_r, da_h], axis=1), (dbefore,), dweights


class TextbookGRUCell(NamedTuple):
    """The reset gate acts on the state itself, as in the textbooks: ``reset_after=False``."""

    recurrent_kernel: np.ndarray

    def step(self, scores: np.ndarray, states: States) -> tuple[States, GRUMemory]:
        """Keep the share z of the old state, and take the rest from the candidate."""
        (before,) = states
        U_z, U_r, U_h = np.split(self.recurrent_kernel, 3, axis=1)
        x_z, x_r, x_h = np.split(scores, 3, axis=1)
        z, r = sigmoid(x_z + before @ U_z), sigmoid(x_r + before @ U_r)
        recalled = r * before
        candidate = np.tanh(x_h + recalled @ U_h)
        h = z * before + (1 - z) * candidate
        return (h,), GRUMemory(before, z, r, candidate, recalled, h)

    def step_grad(self, dstates: States, memory: GRUMemory) -> tuple[np.ndarray, States, States]:
        """Go back through the mixture, then through candidate, reset gate and update gate."""
        (dh,) = dstates
        before, z, r, candidate, recalled, _ = memory
        U_z, U_r, U_h = np.split(self.recurrent_kernel, 3, axis=1)
        da_h = dh * (1 - z) * (1 - candidate**2)
        drecalled = da_h @ U_h.T
        da_r = drecalled * before * r * (1 - r)
        da_z = dh * (before - candidate) * z * (1 - z)
        dbefore = dh * z + drecalled * r + da_z @ U_z.T + da_r @ U_r.T
        by_gate = [before.T @ da_z, before.T @ da_r, recalled.T @ da_h]
        dscores = np.concatenate([da_z, da_r, da_h], axis=1)
        return dscores, (dbefore,), (np.concatenate(by_gate, axis=1),)
