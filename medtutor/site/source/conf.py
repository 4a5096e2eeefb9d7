"""What Sphinx reads: how the site is made and looks."""

import hashlib
import json
import shutil
from importlib.metadata import files
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

MATHJAX = "d4295dc33744836935c1399feece5159577b34c5c8ffb9f1c6324cd82e03a882"

project = "medtutor"
extensions = ["myst_nb", "sphinx_copybutton"]
exclude_patterns = ["extra", "parts"]
templates_path = ["_templates"]
smartquotes = False  # 'T1' is code

nb_execution_mode = "off"
myst_enable_extensions = ["dollarmath"]
mathjax_path = "tex-svg.js"
mathjax3_config = {"svg": {"fontCache": "global"}, "options": {"enableMenu": False}}
copybutton_selector = ".cell_input pre"

html_title = "medtutor"
html_theme = "pydata_sphinx_theme"
html_static_path = ["_static"]
html_extra_path = ["extra"]
html_css_files = ["site.css"]
html_js_files = [("live.js", {"defer": "defer"})]
html_favicon = "_static/favicon.svg"
html_copy_source = False
html_use_index = False
html_show_search_summary = False  # it would fetch each page, which a file may not
html_sidebars = {"index": [], "**": ["lessons.html"]}
html_context = json.loads(Path(__file__).with_name("context.json").read_text(encoding="utf-8"))
html_context["default_mode"] = "auto"
html_theme_options = {
    "navbar_align": "left",
    "navbar_end": ["theme-switcher"],
    "search_bar_text": "Search the lessons",
    "secondary_sidebar_items": {"**": ["page-toc"], "index": [], "lessons": []},
    "footer_start": ["note.html"],
    "footer_end": [],
    "show_toc_level": 2,
}


def setup(app: Sphinx) -> None:
    """Hang two repairs into Sphinx."""
    app.connect("builder-inited", bring_mathjax)
    app.connect("doctree-read", mend_tables)


def bring_mathjax(app: Sphinx) -> None:
    """Copy the one script that draws formulas: pip brings it, so that it needn't be committed."""
    inside = next(
        file for file in files("sphinx-mathjax-offline") or () if file.name == mathjax_path
    )
    found = Path(str(inside.locate()))
    if hashlib.sha256(found.read_bytes()).hexdigest() != MATHJAX:
        raise ValueError(f"{mathjax_path} of sphinx-mathjax-offline is not the one that was tested")
    shutil.copy(found, Path(app.srcdir, "_static"))


def mend_tables(app: Sphinx, doctree: nodes.document) -> None:
    """Give heads of tables without a word what HTML asks for: a name, or a place on the left."""
    for head in list(doctree.findall(nodes.thead)):
        entries = list(head.findall(nodes.entry))
        if not entries[0].astext():
            next(head.parent.findall(nodes.colspec))["stub"] = True
        if not head.astext().strip():
            head.parent.remove(head)
        for entry in entries:
            if all(isinstance(text.parent, nodes.math) for text in entry.findall(nodes.Text)):
                word = "formula" if entry.astext() else "more"
                entry += nodes.inline("", word, classes=["visually-hidden"])
