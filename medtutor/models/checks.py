"""Say what is wrong with a builder's arguments, before Keras sees them."""

from typing import Any

from medtutor._checks import is_whole, share


def check_shape(input_shape: Any, cure: str, n_axes: int, *, first_open: bool = False) -> None:
    """Raise where a shape has not ``n_axes`` whole numbers from 1 up.

    ``first_open`` lets the first one be None. ``cure`` names the axes, or says what to do.
    """
    axes = tuple(input_shape) if isinstance(input_shape, (tuple, list)) else ()
    known = axes[1:] if first_open and axes[:1] == (None,) else axes
    if len(axes) != n_axes or not all(_is_count(axis) for axis in known):
        raise ValueError(f"input_shape is {input_shape}; {cure}")


def check_n_classes(n_classes: Any) -> None:
    """Raise where the number of classes isn't a whole number from 1 up."""
    if not _is_count(n_classes):
        raise ValueError(f"n_classes is {n_classes!r}; give 1 for yes or no, else 2 or more")


def check_widths(name: str, widths: Any, *, may_be_empty: bool = False) -> None:
    """Raise where the widths of layers in a row aren't a tuple of whole numbers from 1 up."""
    if _is_count(widths):
        raise ValueError(f"{name} is {widths}; give the width of each layer, such as ({widths},)")
    if not isinstance(widths, (tuple, list)) or not all(_is_count(width) for width in widths):
        raise ValueError(
            f"{name} is {widths!r}; give whole numbers from 1 up, the width of each layer, "
            "such as (32, 64)"
        )
    if not widths and not may_be_empty:
        raise ValueError(f"{name} is {widths!r}; give the width of one layer at least")


def check_head(n_classes: Any, dense_units: Any, dropout: Any) -> None:
    """Raise where no dense layers and classes can be made of these."""
    check_n_classes(n_classes)
    check_widths("dense_units", dense_units, may_be_empty=True)
    share("dropout", dropout)


def _is_count(value: Any) -> bool:
    return is_whole(value) and value > 0
