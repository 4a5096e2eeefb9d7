"""How long the site takes to build, and an explorer on it from a key press to new pixels.

python benchmarks/bench_site.py
"""

import statistics
import tempfile
from pathlib import Path

from bench_explorers import SIDEWAYS, WATCH
from chromium import find_chromium, running_chromium
from playwright.sync_api import Locator

from medtutor import site
from medtutor._table import Table
from medtutor.course import catalogue

N_PRESSES = 30


def measure(place: Locator) -> list[float]:
    place.locator("input[type=range], [tabindex='0']").first.focus()
    place.page.evaluate("window.waits = []")
    for number in range(N_PRESSES):
        place.page.keyboard.press(SIDEWAYS[number % 2])
        place.page.wait_for_timeout(60)
    return sorted(place.page.evaluate("window.waits"))


def main() -> None:
    program = find_chromium()
    if program is None:
        raise SystemExit("no Chromium found; install one, or set $CHROMIUM to it")
    rows = []
    with tempfile.TemporaryDirectory() as folder, running_chromium(program) as browser:
        built = site.build(Path(folder) / "site", catalogue.lessons())
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        page.goto(f"file://{built.folder}/explorers.html")
        page.evaluate(WATCH)
        for place in page.locator(".mt-live").all():
            place.scroll_into_view_if_needed()
            place.locator(".mt-explorer").wait_for()
            waits = measure(place)
            late = waits[int(0.9 * len(waits))]
            name = place.get_attribute("id").removeprefix("explorer-")
            rows.append((name, len(waits), f"{statistics.median(waits):.0f}", f"{late:.0f}"))
    print(built)
    print(Table(("explorer", "presses", "median ms", "90 % ms"), rows))


if __name__ == "__main__":
    main()
