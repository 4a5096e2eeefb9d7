"""What all explorers share: their scripts and styles, and a text that stands in for them."""

from html import escape
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from medtutor.explore.common.checks import checked_choice

_EXPLORERS = Path(__file__).parent.parent


def source(*names: str) -> str:
    """Return files of the explorers' folders joined into one: ``source("common/svg.js", …)``.

    A widget's script is a single module, so what several explorers share is put
    in front of it instead of being imported.
    """
    return "\n".join((_EXPLORERS / name).read_text(encoding="utf-8") for name in names)


class Explorer(anywidget.AnyWidget):
    """A widget with a short, stable text form, and a sentence for pages that can't show it."""

    def describe(self) -> str:
        """Return what is seen, in a sentence or two."""
        raise NotImplementedError(f"{type(self).__name__} must say what it shows")

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        note = f"{self.describe()} To move it, run this cell in Jupyter."
        return {**data, "text/html": f"<p>{escape(note)}</p>"}, metadata


class StackExplorer(Explorer):
    """An explorer of a stack of slices that shows one of them."""

    stack = traitlets.Dict().tag(sync=True)
    index = traitlets.Int(0, min=0).tag(sync=True)

    @traitlets.validate("index")
    def _is_there(self, proposal: Any) -> int:
        if proposal["value"] >= self.stack["count"]:
            raise traitlets.TraitError(
                f"index is {proposal['value']}; there are {self.stack['count']} slices"
            )
        return proposal["value"]


class PictureExplorer(Explorer):
    """An explorer that has several pictures on offer and shows one of them, by its name."""

    pictures: traitlets.List[Any] = traitlets.List().tag(sync=True)
    picture = traitlets.Unicode().tag(sync=True)

    @traitlets.validate("picture")
    def _check_picture(self, proposal: Any) -> str:
        try:
            return checked_choice("picture", proposal["value"], [p["name"] for p in self.pictures])
        except ValueError as error:
            raise traitlets.TraitError(str(error)) from error

    def shown(self) -> Any:
        """Return the picture that is shown, as the page's script takes it."""
        return next(p for p in self.pictures if p["name"] == self.picture)
