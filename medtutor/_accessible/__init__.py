"""What makes JupyterLab read alternative text out, which it drops.

The text lies in the metadata of an output, ``{"image/png": {"alt": …}}``, where
:mod:`medtutor.plots` puts it. A small JupyterLab extension (plain JavaScript, nothing to
build) writes it into the page. An installed wheel puts it where JupyterLab finds it; out of
the source tree its folder is passed on by hand.
"""

from pathlib import Path

LAB_EXTENSIONS = Path(__file__).parent / "labextensions"
"""For ``jupyter lab --LabServerApp.extra_labextensions_path=…``."""
