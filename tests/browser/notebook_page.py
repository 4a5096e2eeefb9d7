"""A notebook open in JupyterLab: run it, look at its outputs, and at what went wrong."""

import json
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlparse

import nbformat
from lab_server import Lab
from patience import patience
from playwright.sync_api import Locator, Page, Request

OPEN = """async (path) => {
  const panel = await jupyterapp.commands.execute("docmanager:open", { path, factory: "Notebook" });
  await Promise.all([panel.context.ready, panel.sessionContext.ready]);
}"""
STATE = """() => {
  const panel = window.jupyterapp.shell.currentWidget;
  const cells = panel.content.model.sharedModel.toJSON().cells.filter(
    (cell) => cell.cell_type === "code" && String(cell.source).trim());
  return { status: panel.sessionContext.kernelDisplayStatus,
           counts: cells.map((cell) => cell.execution_count),
           outputs: cells.flatMap((cell) => cell.outputs) };
}"""
# What a restart would do, but modules stay: to import TensorFlow takes five seconds.
FORGET = """async () => {
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const code = "import ipywidgets; ipywidgets.Widget.close_all(); get_ipython().reset()";
  await kernel.requestExecute({ code, store_history: false }).done;
}"""
IS_IDLE = """() => {
  const shown = window.jupyterapp?.shell.currentWidget;
  return shown?.sessionContext?.kernelDisplayStatus === "idle";
}"""
FINISHED = f"""() => {{
  const state = ({STATE})();
  const failed = state.outputs.some((output) => output.output_type === "error");
  return state.status === "idle" && (failed || state.counts.every((count) => count));
}}"""


class NotebookPage:
    """The page of one notebook, with a record of all that it asked for."""

    def __init__(self, page: Page, lab: Lab):
        self.page, self.lab = page, lab
        self.requests: list[str] = []
        self.errors: list[str] = []
        page.context.on("request", self._note)  # also those of workers
        self._listeners = {
            "websocket": lambda socket: self.requests.append(socket.url),
            "pageerror": lambda error: self.errors.append(str(error)),
        }
        for event, listener in self._listeners.items():
            page.on(event, listener)

    def open(self, name: str) -> None:
        """Open a notebook as a click on its file does; the first one starts JupyterLab's page."""
        if not self.page.url.startswith(self.lab.url):
            self.page.goto(f"{self.lab.url}/lab?reset&token={self.lab.token}")
            self.page.wait_for_function("window.jupyterapp?.started.then(() => true)")
        self.page.evaluate(OPEN, name)
        self.page.get_by_text("| Idle").wait_for(timeout=patience(60) * 1000)

    def run_all(self, seconds: float = 60) -> None:
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        self.page.wait_for_function(FINISHED, timeout=patience(seconds) * 1000, polling=200)

    def close(self) -> None:
        """Close the notebook, unsaved, and end its kernel: ten lessons' kernels would hold 8 GB."""
        self.leave()
        for session in json.loads(self.lab.ask("/api/sessions")):
            self.lab.ask(f"/api/sessions/{session['id']}", "DELETE")

    def forget_and_leave(self) -> None:
        """Close the notebook, unsaved; its emptied kernel waits for the next one of its name.

        A kernel that is at work or dead, after a test that failed, is ended: it would never answer.
        """
        if not self.page.evaluate(IS_IDLE):
            self.close()
            return
        self.page.evaluate(FORGET)
        self.leave()

    def leave(self) -> None:
        """Close the notebook, unsaved."""
        for event, listener in self._listeners.items():
            self.page.remove_listener(event, listener)
        self.page.context.remove_listener("request", self._note)
        self.page.evaluate("window.jupyterapp?.shell.currentWidget?.dispose()")

    def outputs(self) -> list[dict]:
        return self.page.evaluate(STATE)["outputs"]

    def stop_kernel(self) -> None:
        self.page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
        self.page.get_by_text("No Kernel").first.wait_for()

    def trouble(self) -> list[str]:
        """Return all that a learner must never meet; empty where all is well."""
        errors = [
            f"{output['ename']}: {output['evalue']}"
            for output in self.outputs()
            if output["output_type"] == "error"
        ]
        standard_error = '[data-mime-type="application/vnd.jupyter.stderr"]'
        errors += [f"standard error: {text}" for text in self._texts(standard_error)]
        errors += [f"pop-up: {text}" for text in self._texts(".jp-Dialog, .Toastify__toast")]
        errors += [f"left the machine: {url}" for url in self.requests if not is_local(url)]
        return errors + [f"in the page: {error}" for error in self.errors]

    def _note(self, request: Request) -> None:
        self.requests.append(request.url)

    def _texts(self, selector: str) -> list[str]:
        return self.page.locator(selector).all_inner_texts()


def is_local(url: str) -> bool:
    parts = urlparse(url)
    return parts.scheme in ("data", "blob") or parts.hostname == "127.0.0.1"


def press(control: Locator, keys: Sequence[str]) -> None:
    control.scroll_into_view_if_needed()
    control.focus()
    for key in keys:
        control.page.keyboard.press(key)


def write_notebook(path: Path, *sources: str) -> None:
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3 (ipykernel)"}
    nbformat.write(notebook, path)
