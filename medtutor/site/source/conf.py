"""What Sphinx reads: how the site is made and looks."""

import json
from importlib.resources import files
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

project = "medtutor"
extensions = ["myst_nb", "sphinx_copybutton"]
exclude_patterns = ["extra", "parts"]
templates_path = ["_templates"]
smartquotes = False  # 'T1' is code

nb_execution_mode = "off"
nb_render_markdown_format = "myst"  # the course map, with links to the lessons
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 2  # the guide for teachers links to its sections
mathjax_path = "tex-svg.js"
mathjax3_config = {"svg": {"fontCache": "global"}, "options": {"enableMenu": False}}
copybutton_selector = ".cell_input pre"

html_title = "medtutor"
html_theme = "pydata_sphinx_theme"
# pip brings the one script that draws formulas, so that it needn't be committed.
html_static_path = ["_static", str(files("sphinx-mathjax-offline") / "static/mathjax/tex-svg.js")]
html_extra_path = ["extra"]
html_css_files = ["site.css"]
html_js_files = [("live.js", {"defer": "defer"})]
html_favicon = "_static/favicon.svg"
html_copy_source = False
html_last_updated_fmt = "%Y-%m-%d"
html_use_index = False
html_show_search_summary = False  # it would fetch each page, which a file may not
html_sidebars = {"index": [], "**": ["lessons.html"]}
html_context = json.loads(Path(__file__).with_name("context.json").read_text(encoding="utf-8"))
# A site of some lessons has links to others, of which only the words stay.
nitpick_ignore_regex = [("myst", rf"(\.\./)?({html_context.pop('absent')})\.ipynb")]
html_theme_options = {
    "header_links_before_dropdown": 6,
    "navbar_align": "left",
    "search_bar_text": "Search the lessons",
    "secondary_sidebar_items": {"**": ["page-toc"], "index": [], "lessons": []},
    "footer_start": ["note.html"],
    "footer_end": [],
    "show_toc_level": 2,
}


def setup(app: Sphinx) -> None:
    """Hang two repairs into Sphinx."""
    app.connect("doctree-read", mend_tables)
    app.connect("doctree-resolved", leave_words)


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


def leave_words(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Take away links to lessons that are not on this site."""
    for link in list(doctree.findall(nodes.reference)):
        if link.get("refid", "").endswith(".ipynb"):
            link.replace_self(link.children)
