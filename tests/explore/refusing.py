"""What every explorer does with a value that its page could not show."""

import pytest
import traitlets


def assert_refused(explorer, trait, value):
    """Check that the trait takes no such value, and keeps the one that it has."""
    before = getattr(explorer, trait)
    with pytest.raises(traitlets.TraitError):
        setattr(explorer, trait, value)
    assert getattr(explorer, trait) == before
