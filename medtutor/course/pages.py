"""Executed lessons as web pages that open without Jupyter."""

from pathlib import Path
from typing import TYPE_CHECKING

from nbconvert import HTMLExporter

from medtutor._accessible import NBCONVERT_TEMPLATES
from medtutor.course.copies import put_aside

if TYPE_CHECKING:
    from medtutor.course.running import Outcome


def render_what_there_is(outcome: "Outcome") -> Path | None:
    """Write the page of a run, or none where a killed run left no whole notebook."""
    try:
        return render(outcome.path)
    except (OSError, ValueError):
        if outcome.passed:
            raise
        return None


def render(notebook: Path) -> Path:
    """Write an executed notebook as one HTML file beside it.

    Text, code, figures and style lie in the file itself. Formulas and explorers
    are drawn by scripts that the browser fetches: without a network, formulas are shown as
    LaTeX, and the explorers are missing.

    Parameters
    ----------
    notebook : Path
        An executed notebook.

    Returns
    -------
    Path
        The page; one of the same name is put aside first.
    """
    exporter = HTMLExporter(
        template_name="medtutor",  # JupyterLab's look, plus the alternative text of figures
        extra_template_basedirs=[str(NBCONVERT_TEMPLATES)],
        # No embed_images: it parses each piece of HTML by itself, which closes a quiz question's
        # <details> before its answer. Figures of outputs lie in the page without it.
    )
    body, _ = exporter.from_filename(str(notebook))
    page = notebook.with_suffix(".html")
    put_aside(page)
    page.write_text(body, encoding="utf-8", newline="\n")
    return page
