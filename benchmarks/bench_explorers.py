"""How long from a key press to new pixels, for each explorer in JupyterLab.

python benchmarks/bench_explorers.py
"""

import statistics
import sys
import tempfile
from pathlib import Path

from medtutor._table import Table

# JupyterLab and Chromium are started as the browser tests start them.
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser"))

from chromium import find_chromium, running_chromium
from lab_server import Lab, running_lab
from notebook_page import NotebookPage, write_notebook
from playwright.sync_api import Browser
from test_explorers_in_jupyterlab import CONTROLS, NAMES

N_PRESSES = 30
THRESHOLD = """import numpy as np
from medtutor import explore
random = np.random.default_rng(0)
y_true = random.integers(0, 2, 400)
explore.threshold(y_true, np.clip(random.normal(0.35 + 0.3 * y_true, 0.2), 0, 1))"""
LESIONS = """import numpy as np
from medtutor import datasets, explore
sick = datasets.load("brain_lesion", n_train=200).train
sick = sick[sick.masks.any(axis=(1, 2))]
random = np.random.default_rng(0)
chances = np.clip(random.normal(0.2 + 0.6 * sick.masks, 0.2), 0, 1)
w = explore.segmentation(sick.images, sick.masks, chances, spacing=(3, 3))
w.mode = "{mode}"
w"""
GABOR = "explore.convolution('lung', kernel='gabor')"
POOL_8 = "explore.pooling(pool_size=8, strides=1)"
ALL_TUNED = """from medtutor import explore
from medtutor.explore.optimizers.race import RACERS
explore.optimizers(racers=list(RACERS), tuned=True)"""
NORMALISATION = "explore.normalisation()"
RECURRENCE = "explore.recurrence('noise', length=30)"
THRESHOLD_DIAL = "input[type=range] >> nth=1"
PAINTING = ("Shift+ArrowLeft", "Shift+ArrowRight")
LARGE_SLICE = """import numpy as np
from medtutor import explore
random = np.random.default_rng(0)
explore.windowing(random.integers(-1024, 2000, (512, 512)))"""
LARGE_VOLUME = """import numpy as np
from medtutor import explore
random = np.random.default_rng(0)
explore.volume(random.integers(-1024, 2000, (50, 200, 200)), spacing=(3, 1, 1))"""
WHOLE_HEAD = """import numpy as np
from medtutor import explore
head = np.random.default_rng(0).random((48, 56, 48))
explore.patches(head, head > 0.99, spacing=(4, 4, 4))"""
SIDEWAYS, UPRIGHT = ("ArrowLeft", "ArrowRight"), ("ArrowUp", "ArrowDown")
CASES = {
    "convolution 3×3, window": ("explore.convolution()", "canvas[tabindex]", SIDEWAYS),
    "convolution 7×7, window": (GABOR, "canvas[tabindex]", SIDEWAYS),
    "convolution 7×7, a weight": (GABOR, "td input >> nth=24", UPRIGHT),
    "pooling 2×2, window": ("explore.pooling()", "canvas[tabindex]", SIDEWAYS),
    "pooling 8×8, noise": (POOL_8, "input[type=range] >> nth=2", SIDEWAYS),
    "segmentation, threshold": (LESIONS.format(mode="look"), THRESHOLD_DIAL, SIDEWAYS),
    "segmentation, brush": (LESIONS.format(mode="paint"), "canvas[tabindex]", PAINTING),
    "threshold, slider": (THRESHOLD, "input[type=range]", SIDEWAYS),
    "activations, layers": ("explore.activations()", "input[type=range] >> nth=0", SIDEWAYS),
    "activations, input z": ("explore.activations()", "input[type=range] >> nth=1", SIDEWAYS),
    "losses, slider": ("explore.losses()", "input[type=range] >> nth=0", SIDEWAYS),
    "normalisation, stray pixel": (NORMALISATION, "input[type=range] >> nth=0", SIDEWAYS),
    "recurrence, draw 30 steps": (RECURRENCE, "svg[role=application]", UPRIGHT),
    "optimizers, four race": ("explore.optimizers()", "input[type=range] >> nth=0", SIDEWAYS),
    "optimizers, all tuned": (ALL_TUNED, "canvas[tabindex]", SIDEWAYS),
    "windowing, 64×64": ("explore.windowing()", "canvas[tabindex]", UPRIGHT),
    "windowing, 512×512": (LARGE_SLICE, "canvas[tabindex]", UPRIGHT),
    "volume, average brain": ("explore.volume()", "canvas[tabindex] >> nth=0", SIDEWAYS),
    "patches, a head of lesson 15": (WHOLE_HEAD, "canvas[tabindex] >> nth=0", SIDEWAYS),
    "volume, 2 million voxels": (LARGE_VOLUME, "canvas[tabindex] >> nth=0", SIDEWAYS),
}
# The others as the tests show them, by the first control that they move.
for name, (source, controls) in zip(NAMES, CONTROLS.items(), strict=True):
    if not any(case.startswith(name) for case in CASES):
        CASES[name] = (source, next(iter(controls)), SIDEWAYS)
# From the key event's own time stamp to the frame after the one that was drawn for it.
WATCH = """() => {
  window.waits = [];
  addEventListener("keydown", (event) => requestAnimationFrame(() => requestAnimationFrame(
    (now) => window.waits.push(performance.now() - event.timeStamp))), true);
}"""


def measure(browser: Browser, lab: Lab, source: str, control: str, keys: tuple) -> list[float]:
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    notebook = NotebookPage(page, lab)
    write_notebook(lab.folder / "bench.ipynb", "from medtutor import explore", source)
    notebook.open("bench.ipynb")
    notebook.run_all()
    page.locator(".mt-explorer").locator(control).focus()
    page.evaluate(WATCH)
    for number in range(N_PRESSES):
        page.keyboard.press(keys[number % 2])
        page.wait_for_timeout(60)
    waits = page.evaluate("window.waits")
    notebook.close()
    page.close()
    return waits


def main() -> None:
    program = find_chromium()
    if program is None:
        raise SystemExit("no Chromium found; install one, or set $CHROMIUM to it")
    rows = []
    with (
        tempfile.TemporaryDirectory() as folder,
        running_lab(Path(folder)) as lab,
        running_chromium(program) as browser,
    ):
        for name, case in CASES.items():
            waits = sorted(measure(browser, lab, *case))
            late = waits[int(0.9 * len(waits))]
            rows.append((name, len(waits), f"{statistics.median(waits):.0f}", f"{late:.0f}"))
    print(Table(("explorer, control", "presses", "median ms", "90 % ms"), rows))


if __name__ == "__main__":
    main()
