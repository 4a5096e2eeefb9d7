"""What a student reads: a page of nbgrader's without requests that leave the machine."""

import re
from importlib.resources import files
from pathlib import Path

_LOADERS = re.compile(r"<script\b.*?</script>|<link\b[^>]*>", re.IGNORECASE | re.DOTALL)
_WRAPPED = "<style>div.output_area pre { white-space: pre-wrap; word-break: normal }</style>"
_MATHJAX = """<script>window.MathJax = {tex: {inlineMath: [["$", "$"]]},
svg: {fontCache: "global"}, options: {enableMenu: false}}</script>
<script>%s</script>
"""


def cut_requests(assignment: str, student: str, notebooks: list[str]) -> None:
    """Take scripts and styles from elsewhere out of nbgrader's pages; it calls this when done.

    Long messages are wrapped. A page with formulas carries the script that draws them: a student
    gets this one file.
    """
    script = files("sphinx-mathjax-offline") / "static/mathjax/tex-svg.js"
    for path in Path("feedback").glob(f"{student}/{assignment}/*.html"):
        text = path.read_text(encoding="utf-8")
        text = _LOADERS.sub(lambda found: "" if "//" in found[0] else found[0], text)
        math = _MATHJAX % script.read_text(encoding="utf-8") if "$" in text else ""
        text = text.replace("</head>", f"{_WRAPPED}{math}</head>", 1)
        path.write_text(text, encoding="utf-8", newline="\n")
