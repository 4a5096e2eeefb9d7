"""What a student reads: a page without tracebacks, and without requests that leave the machine."""

import re
import textwrap
from importlib.resources import files
from pathlib import Path
from typing import Any

from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from traitlets import Bool

_LOADERS = re.compile(r"<script\b.*?</script>|<link\b[^>]*>", re.IGNORECASE | re.DOTALL)
_MATHJAX = """<script>window.MathJax = {tex: {inlineMath: [["$", "$"]]},
svg: {fontCache: "global"}, options: {enableMenu: false}}</script>
<script>%s</script>
"""


class PlainErrors(Preprocessor):
    """Leaves the last line of an error: what our checks say, without the way there."""

    enabled = Bool(True)  # nbconvert's own are off

    def preprocess_cell(
        self, cell: NotebookNode, resources: Any, index: int
    ) -> tuple[NotebookNode, Any]:
        """Replace tracebacks in the outputs of a cell."""
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                kind = "" if output.ename == "AssertionError" else f"{output.ename}: "
                lines = f"{kind}{output.evalue}".splitlines()
                output.traceback = [textwrap.fill(line, 90) for line in lines]
        return cell, resources


def cut_requests(assignment: str, student: str, notebooks: list[str]) -> None:
    """Take scripts and styles from elsewhere out of nbgrader's pages; it calls this when done.

    A page with formulas carries the script that draws them: a student gets this one file.
    """
    script = files("sphinx-mathjax-offline") / "static/mathjax/tex-svg.js"
    for path in Path("feedback").glob(f"{student}/{assignment}/*.html"):
        text = path.read_text(encoding="utf-8")
        text = _LOADERS.sub(lambda found: "" if "//" in found[0] else found[0], text)
        if "$" in text:
            head, _, rest = text.partition("</head>")
            math = _MATHJAX % script.read_text(encoding="utf-8")
            text = f"{head}{math}</head>{rest}"
        path.write_text(text, encoding="utf-8", newline="\n")
