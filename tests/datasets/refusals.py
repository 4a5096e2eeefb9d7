"""What a reader must do with bad input: say which file, what is wrong, and the cure."""

import pytest

from medtutor.datasets import ReadError


def refused(read, path, message, **options):
    """Read, and return the error, which must match ``message``, in one line with a cure."""
    with pytest.raises(ReadError, match=message) as caught:
        read(path, **options)
    assert caught.value.cure
    assert "\n" not in str(caught.value)
    return caught.value
