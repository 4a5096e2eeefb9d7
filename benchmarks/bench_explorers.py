"""How long from a key press to new pixels, for each explorer in JupyterLab.

python benchmarks/bench_explorers.py
"""

import statistics
import sys
import tempfile
from pathlib import Path

from medtutor._table import Table

# JupyterLab and Chromium are started as the browser tests start them.
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser"))

from chromium import find_chromium, running_chromium
from lab_server import Lab, running_lab
from notebook_page import NotebookPage, write_notebook
from playwright.sync_api import Browser

N_PRESSES = 30
THRESHOLD = """import numpy as np
from medtutor import explore
random = np.random.default_rng(0)
y_true = random.integers(0, 2, 400)
explore.threshold(y_true, np.clip(random.normal(0.35 + 0.3 * y_true, 0.2), 0, 1))"""
CASES = {
    "convolution 3×3, window": ("explore.convolution()", "canvas[tabindex]"),
    "convolution 7×7, window": ("explore.convolution(kernel='gabor')", "canvas[tabindex]"),
    "convolution 7×7, a weight": ("explore.convolution(kernel='gabor')", "td input >> nth=24"),
    "threshold, slider": (THRESHOLD, "input[type=range]"),
}
# From the key event's own time stamp to the frame after the one that was drawn for it.
WATCH = """() => {
  window.waits = [];
  addEventListener("keydown", (event) => requestAnimationFrame(() => requestAnimationFrame(
    (now) => window.waits.push(performance.now() - event.timeStamp))), true);
}"""


def measure(browser: Browser, lab: Lab, source: str, control: str) -> list[float]:
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    notebook = NotebookPage(page, lab)
    write_notebook(lab.folder / "bench.ipynb", "from medtutor import explore", source)
    notebook.open("bench.ipynb")
    notebook.run_all()
    words = page.locator(".mt-readout")
    page.locator(".mt-explorer").locator(control).focus()
    page.evaluate(WATCH)
    key = "ArrowUp" if "input" in control else "ArrowLeft"
    for _ in range(N_PRESSES):
        before = words.inner_text()
        page.keyboard.press(key)
        page.wait_for_timeout(60)
        if words.inner_text() == before:
            key = {"ArrowLeft": "ArrowRight", "ArrowUp": "ArrowDown"}.get(key, key)
    waits = page.evaluate("window.waits")
    page.close()
    return waits


def main() -> None:
    program = find_chromium()
    if program is None:
        raise SystemExit("no Chromium found; install one, or set $CHROMIUM to it")
    rows = []
    with tempfile.TemporaryDirectory() as folder, running_lab(Path(folder)) as lab:
        with running_chromium(program) as browser:
            for name, (source, control) in CASES.items():
                waits = sorted(measure(browser, lab, source, control))
                median = statistics.median(waits)
                rows.append(
                    (name, len(waits), f"{median:.0f}", f"{waits[int(0.9 * len(waits))]:.0f}")
                )
    print(Table(("explorer, control", "presses", "median ms", "90 % ms"), rows))


if __name__ == "__main__":
    main()
