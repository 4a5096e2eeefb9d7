"""What makes Jupyter read alternative text out: JupyterLab and nbconvert both drop it.

The text lies in the metadata of an output, ``{"image/png": {"alt": …}}``, where
:mod:`medtutor.plots` puts it. A small JupyterLab extension (plain JavaScript, nothing to
build) and a template for nbconvert write it into the page. An installed wheel puts both
where Jupyter finds them; out of the source tree these folders are passed on by hand.
"""

from pathlib import Path

LAB_EXTENSIONS = Path(__file__).parent / "labextensions"
"""For ``jupyter lab --LabServerApp.extra_labextensions_path=…``."""

NBCONVERT_TEMPLATES = Path(__file__).parent / "nbconvert"
"""For ``nbconvert --template medtutor --TemplateExporter.extra_template_basedirs=…``."""
