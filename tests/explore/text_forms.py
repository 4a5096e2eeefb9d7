"""What stands in for an explorer where it can't be shown."""


def stand_in_of(explorer, name):
    """Return the HTML that stands in for an explorer, after a check of its text forms."""
    data, _ = explorer._repr_mimebundle_()
    assert data["text/plain"] == repr(explorer) == f"{name}()"
    assert "To move it, run this cell in Jupyter." in data["text/html"]
    assert explorer.model_id not in data["text/html"]
    return data["text/html"]
