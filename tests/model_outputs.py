"""What every network that classifies gives: probabilities of its classes."""

import numpy as np


def assert_probabilities(output, shape):
    """Check that there are so many probabilities, and that those of several classes add up to 1."""
    assert output.shape == shape
    assert (output > 0).all()
    assert (output < 1).all()
    if shape[-1] > 1:
        np.testing.assert_allclose(output.sum(axis=-1), 1, rtol=1e-5)
