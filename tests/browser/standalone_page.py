"""An explorer in a page of its own: its script and saved state, no Jupyter and no kernel."""

import json

from playwright.sync_api import Locator, Page

from medtutor.explore.common.widget import Explorer

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>explorer</title>
<style id="theme">{theme}</style><style>{style}</style><body><div id="root"></div>
<script type="application/json" id="state">{state}</script>
<script type="text/plain" id="source">{script}</script>
<script type="module">
class Model {{
  constructor(state) {{ this.state = state; this.listeners = []; }}
  get(name) {{ return this.state[name]; }}
  set(name, value) {{
    if (JSON.stringify(this.state[name]) === JSON.stringify(value)) return;
    this.state[name] = value;
    this.listeners.filter((l) => l.event === `change:${{name}}`).forEach((l) => l.callback());
  }}
  on(event, callback) {{ this.listeners.push({{ event, callback }}); }}
  off(event, callback) {{
    this.listeners = this.listeners.filter((l) => l.event !== event || l.callback !== callback);
  }}
  save_changes() {{ throw new Error("there is no kernel"); }}
}}
const text = (id) => document.getElementById(id).textContent;
const blob = new Blob([text("source")], {{ type: "text/javascript" }});
window.explorer = await import(URL.createObjectURL(blob));
window.model = new Model(JSON.parse(text("state")));
window.close_view = await explorer.default.render({{ model, el: document.getElementById("root") }});
document.body.dataset.ready = "true";
</script></body></html>
"""
THEMES = {
    "light": "body { background: #fff; color: #111; color-scheme: light; }",
    "dark": """body { background: #111; color: #eee; color-scheme: dark;
        --jp-ui-font-color0: #fff; --jp-border-color0: #616161; --jp-layout-color0: #111;
        --jp-layout-color2: #424242; --jp-brand-color1: #2196f3; }""",
}


def open_explorer(page: Page, explorer: Explorer, width: int = 900) -> Locator:
    """Let `page` show `explorer` alone, without Jupyter, in the light theme."""
    page.set_viewport_size({"width": width, "height": 1200})
    page.set_content(page_of(explorer))
    page.wait_for_selector("body[data-ready]")
    # Some unpack their images first.
    page.wait_for_selector(".mt-explorer")
    return page.locator(".mt-explorer")


def page_of(explorer: Explorer) -> str:
    """Return the HTML of a page that shows `explorer`."""
    state = {name: explorer.get_state()[name] for name in explorer.keys if name[0] != "_"}
    drawable = {name: value for name, value in state.items() if isinstance(value, _JSON)}
    return PAGE.format(
        theme=THEMES["light"],
        style=explorer._css,
        state=json.dumps(drawable).replace("<", "\\u003c"),
        script=explorer._esm,
    )


_JSON = (str, int, float, list, tuple, dict)
