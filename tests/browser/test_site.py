"""The site of all lessons, as files and from a server, with the network cut."""

import os
import re
import threading
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import expect
from thinning import ONE_OF_EACH, ONE_OF_EACH_LOOK

from medtutor import site
from medtutor._resources import guide_folder
from medtutor.course import catalogue, copies
from medtutor.course.solutions import learner_notebook
from medtutor.site import reading
from medtutor.site.sources import BINDER

ROOT = Path(__file__).parents[2]
LESSONS = catalogue.lessons()
AROUND = ["index", "lessons", "explorers", "claims", "glossary", "data", "about", "search"]
GUIDE = [f"teaching/{path.stem}" for path in sorted(guide_folder().glob("*.md"))]
PAGES = [*AROUND, *GUIDE, *(lesson.stem for lesson in LESSONS)]
SOLUTION = re.compile(r"### BEGIN SOLUTION\n(.*?)\n *### END SOLUTION", re.DOTALL)
AXE = {
    "preload": False,  # it would fetch the style sheets, which a file may not
    "resultTypes": ["violations", "incomplete"],  # to describe what is fine takes most of its time
}
STRUCTURE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
    "rules": {"color-contrast": {"enabled": False}},
}
CONTRAST = {"runOnly": ["color-contrast"]}
# Where axe can't tell the contrast: signs, text on an explorer's picture (test_explorers_in_a_page
# measures that), and what a wide table has scrolled out of sight.
UNDECIDABLE = ("non-text", "too short", "image node", "overlapped", "obscured")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    if find_spec("myst_nb") is None:
        pytest.skip("Sphinx and myst-nb are not installed; the extra 'site' holds them")
    return site.build(tmp_path_factory.mktemp("built") / "site", LESSONS)


@pytest.fixture(scope="module")
def texts(built):
    return {page: PageText(built.folder / f"{page}.html") for page in PAGES}


class PageText(HTMLParser):
    """Ids, links and text of a page."""

    def __init__(self, path):
        super().__init__()
        self.ids, self.links, self.pieces = [], [], []
        self.feed(path.read_text(encoding="utf-8"))
        self.text = " ".join("".join(self.pieces).split())

    def handle_starttag(self, tag, attrs):
        facts = dict(attrs)
        self.ids += [facts["id"]] if "id" in facts else []
        self.links += [facts[name] for name in ("href", "src") if facts.get(name)]

    def handle_data(self, data):
        self.pieces.append(data)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def served(built):
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=built.folder))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def visit(built, page):
    """Open a page as a file and bring all its explorers to life; keeps what went wrong."""
    page.requested, page.complaints = [], []
    listeners = {
        "request": lambda request: page.requested.append(request.url),
        "pageerror": lambda error: page.complaints.append(str(error)),
        "console": lambda m: m.type == "error" and page.complaints.append(m.text),
    }
    for event, listener in listeners.items():
        page.on(event, listener)

    def open_page(name, address=f"file://{built.folder}"):
        page.goto(f"{address}/{name}")
        for place in page.locator(".mt-live").all():
            place.scroll_into_view_if_needed()
            expect(place).to_have_attribute("data-live", "yes")
        if page.locator("script[src*=tex-svg]").count():
            page.wait_for_function("window.MathJax?.startup?.promise")
            page.evaluate("MathJax.startup.promise")
        return page

    yield open_page
    for event, listener in listeners.items():
        page.remove_listener(event, listener)


def findings(page, **options):
    from axe_playwright_python.sync_playwright import Axe

    # The inside of a formula is a picture of many strokes in one colour.
    context = {"exclude": [["mjx-container"]]} if options == CONTRAST else None
    found = Axe().run(page, context=context, options=AXE | options).response
    doubts = [one for one in found["incomplete"] if one["id"] == "color-contrast"]
    said = [
        (one["id"], node["target"], node.get("failureSummary", ""))
        for one in [*found["violations"], *doubts]
        for node in one["nodes"]
    ]
    return [one for one in said if not any(word in one[2] for word in UNDECIDABLE)]


def name_of(path, folder):
    """Return a page's name as in PAGES, such as "teaching/hub"."""
    return path.relative_to(folder).with_suffix("").as_posix()


# The files ------------------------------------------------------------------------------


def test_all_lessons_are_built_without_a_warning(built):
    print(f"\n{built}")
    assert built.warnings == ""
    assert built.size < 12e6 + 2.5e6 * len(LESSONS)
    pages = [path for path in built.folder.rglob("*.html") if path.parent.name != "_static"]
    assert {name_of(path, built.folder) for path in pages} == set(PAGES)
    assert built.pages == len(PAGES)


@pytest.mark.parametrize("lesson", LESSONS, ids=str)
def test_a_lessons_page_weighs_two_megabytes_at_most(built, texts, lesson):
    page = built.folder / f"{lesson.stem}.html"
    figures = {link for link in texts[lesson.stem].links if link.startswith("figures/")}
    sizes = [path.stat().st_size for path in (page, *(built.folder / name for name in figures))]
    print(f"\n{lesson}: {sum(sizes) / 1e6:.2f} MB, {len(figures)} figures")
    assert sum(sizes) < 2e6


def test_links_lead_somewhere_and_ids_are_unique(built, texts):
    for page, text in texts.items():
        assert sorted(text.ids) == sorted(set(text.ids)), page
        for link in text.links:
            if re.match(r"(https?|mailto|data):", link):
                continue
            name, _, place = link.partition("#")
            here = built.folder / f"{page}.html"
            target = Path(os.path.normpath(here.parent / name.partition("?")[0])) if name else here
            assert target.exists(), (page, link)
            if place and target.suffix == ".html":
                assert place in texts[name_of(target, built.folder)].ids, (page, link)


def test_links_of_the_guide_stay_links(texts):
    """What Sphinx can't find loses its link in silence, since a site may leave lessons out."""
    for path in guide_folder().glob("*.md"):
        for target in re.findall(r"\]\(([^)]+)\)", path.read_text(encoding="utf-8")):
            page = target.replace("../../notebooks/", "../")
            page = page.replace(".ipynb", ".html").replace(".md", ".html")
            assert page in texts[f"teaching/{path.stem}"].links, (path.name, target)
    assert {"teaching/index.html"} <= set(texts["index"].links)


def code_of(path):
    cells = copies.read(path).cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "code")


@pytest.mark.parametrize("lesson", LESSONS, ids=str)
def test_no_solution_stands_anywhere(built, texts, lesson):
    solutions = SOLUTION.findall(code_of(lesson.path))
    assert solutions
    downloads = [
        code_of(built.folder / kind / lesson.path.name) for kind in ("lessons", "executed")
    ]
    for solution in solutions:
        words = " ".join(solution.split())
        if len(words) > 30:  # "64 * 64" may well stand in a question
            assert words not in texts[lesson.stem].text
            assert not any(solution in code for code in downloads)
    assert "BEGIN SOLUTION" not in "".join(downloads)


def test_nothing_tells_where_it_was_built(built):
    for path in built.folder.rglob("*"):
        if path.suffix in (".html", ".js", ".json", ".ipynb", ".css", ".inv", ".txt"):
            text = path.read_text(encoding="utf-8", errors="replace")
            for trace in (str(ROOT), str(Path.home()) + "/", str(built.folder), "localhost"):
                assert trace not in text or "_static" in path.parts, (path.name, trace)


@pytest.mark.parametrize("lesson", LESSONS, ids=str)
def test_downloads_are_the_learners_copy_and_what_was_executed(built, lesson):
    whole = copies.read(lesson.path)
    assert copies.read(built.folder / "lessons" / lesson.path.name) == learner_notebook(whole)
    executed = copies.read(built.folder / "executed" / lesson.path.name)
    nbformat.validate(executed)
    assert [c.get("outputs") for c in executed.cells] == [c.get("outputs") for c in whole.cells]


def test_what_is_generated_holds_all_that_the_lessons_hold(texts):
    for lesson in LESSONS:
        notebook = copies.read(lesson.path)
        for claim in reading.claims(lesson, notebook):
            assert claim.place in texts[lesson.stem].ids
        for term in reading.terms(lesson, notebook):
            assert f"{term.name}" in texts["glossary"].pieces
        shown = reading.explorers(notebook).values()
        assert len(shown) == how_many_explorers(lesson)
        assert {f"explorer-{one.topic}" for one in shown} <= set(texts["explorers"].ids)
        assert f"{lesson.stem}.html" in texts["index"].links


def test_binder_is_that_of_the_readme():
    assert f"]({BINDER})" in (ROOT / "README.md").read_text(encoding="utf-8")


def how_many_explorers(lesson):
    notebook = copies.read(lesson.path)
    states = notebook.metadata.widgets[reading.STATE]["state"]
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    views = [one.data[reading.VIEW] for one in outputs if reading.VIEW in one.get("data", {})]
    return sum(states[view["model_id"]]["model_name"] == "AnyModel" for view in views)


# In the browser -------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_a_page_works_from_a_file_for_everybody(visit, name):
    page = visit(f"{name}.html")
    lesson = next((one for one in LESSONS if one.stem == name), None)
    if lesson:
        assert page.locator("[data-live=yes]").count() == how_many_explorers(lesson) > 0
        formulas = page.locator(".math").count()
        assert page.locator("mjx-container").count() == formulas > 0
    assert page.locator("mjx-merror").count() == 0
    assert page.locator(".output.stream + .output.stream").count() == 0
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate(FORMULAS_THAT_STICK_OUT) == 0
    page.set_viewport_size({"width": 1200, "height": 900})
    page.add_style_tag(content="* { transition: none !important; }")
    page.evaluate(ONE_OF_EACH)
    assert findings(page, **STRUCTURE) == []
    if name != "explorers":  # that page tells for all of them
        page.evaluate("document.querySelectorAll('.mt-live').forEach((one) => one.remove())")
    page.evaluate(ONE_OF_EACH_LOOK)
    for theme in ("light", "dark"):
        page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        assert findings(page, **CONTRAST) == []
    assert page.complaints == []
    assert {url.partition(":")[0] for url in page.requested} <= {"file", "blob", "data"}


def test_a_text_of_another_look_stays_where_only_one_theme_tells(page):
    page.set_content("""<style>[data-theme=dark] i { color: #333; } [data-theme=light] b { color:
        #ccc; font-weight: 400; } p b { font-weight: 400; } i { font-style: normal; }</style>
        <p>plain</p> <p>alike</p> <p><b>pale by day</b></p> <p><i>dark by night</i></p>""")
    page.evaluate(ONE_OF_EACH_LOOK)
    assert page.inner_text("body").split("\n\n") == ["plain", "pale by day", "dark by night"]


FORMULAS_THAT_STICK_OUT = """() => [...document.querySelectorAll(".math")]
    .filter((one) => one.querySelector("svg").getBoundingClientRect().width > one.clientWidth + 1)
    .filter((one) => getComputedStyle(one).overflowX !== "auto" || one.tabIndex !== 0).length"""


@pytest.mark.parametrize("name", ["index", LESSONS[0].stem, "explorers"])
def test_a_page_works_from_a_server_and_asks_nobody_else(visit, served, name):
    page = visit(f"{name}.html", served)
    assert page.complaints == []
    assert all(url.startswith((served, "blob:", "data:")) for url in page.requested)


def test_a_key_moves_each_explorer_by_the_next_frame(visit):
    """How many milliseconds that takes is measured in benchmarks/bench_site.py."""
    page = visit("explorers.html")
    for place in page.locator(".mt-live").all():
        knob = place.locator("input[type=range], [tabindex='0']").first
        before = place.locator(".mt-view").inner_html()
        knob.focus()
        at_its_end = knob.get_attribute("max") == knob.evaluate("knob => knob.value ?? null")
        page.evaluate(KEEP_THE_NEXT_FRAME)
        leftwards = at_its_end and knob.get_attribute("max")
        page.keyboard.press("ArrowLeft" if leftwards else "ArrowRight")
        assert page.evaluate("drawn") != before, place.get_attribute("id")


KEEP_THE_NEXT_FRAME = """() => { window.drawn = new Promise((resolve) =>
    addEventListener("keydown", (event) => requestAnimationFrame(() => setTimeout(() =>
        resolve(event.target.closest(".mt-live").querySelector(".mt-view").innerHTML))),
    { once: true, capture: true })); }"""


def test_a_link_carries_the_settings_of_an_explorer(page, built):
    gallery = f"file://{built.folder}/explorers.html"
    page.goto(gallery)
    place = page.locator("#explorer-convolution")
    place.scroll_into_view_if_needed()
    place.get_by_label("Padding").select_option("same")
    link = place.get_by_role("link", name="Link to these settings")
    expect(link).to_have_attribute("href", re.compile("padding"))
    address = link.get_attribute("href")
    page.goto("about:blank")
    page.goto(f"{gallery}{address}")
    expect(place.get_by_label("Padding")).to_have_value("same")


@pytest.mark.parametrize("which", ["first", "last"])
def test_a_link_to_an_explorer_shows_it(page, built, which):
    """Those beside it come to life, and grow, while the page is there already."""
    page.goto(f"file://{built.folder}/explorers.html")
    place = getattr(page.locator(".mt-live"), which)
    name = place.get_attribute("id")
    page.goto("about:blank")
    page.goto(f"file://{built.folder}/explorers.html#{name}&nothing=1")
    place = page.locator(f"#{name}")
    expect(place).to_have_attribute("data-live", "yes")
    expect(place.locator("input, select").first).to_be_in_viewport()


def test_search_finds_a_word_without_a_server(visit):
    page = visit("search.html?q=dilation")
    expect(page.locator("#search-results a[href*='02_convolution']").first).to_be_visible()
    assert page.complaints == []


def test_keyboard_alone_reaches_the_text_the_search_and_a_quiz(visit):
    page = visit("00_welcome.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").strip() == "Skip to main content"
    page.wait_for_function("document.activeElement.getBoundingClientRect().top >= 0")
    page.keyboard.press("Control+k")
    page.keyboard.type("mask")
    assert page.evaluate("document.activeElement.value") == "mask"
    page.keyboard.press("Escape")
    answer = page.locator("details summary").first
    answer.focus()
    page.keyboard.press("Enter")
    expect(page.locator("details[open] p").first).to_be_visible()


def test_the_learners_copy_is_saved_from_a_file(visit, tmp_path):
    lesson = LESSONS[0]
    page = visit(f"{lesson.stem}.html")
    with page.expect_download() as saving:
        page.get_by_role("link", name="Download, to write in").click()
    assert saving.value.suggested_filename == lesson.path.name
    saving.value.save_as(tmp_path / lesson.path.name)
    assert copies.read(tmp_path / lesson.path.name) == learner_notebook(copies.read(lesson.path))


@pytest.mark.parametrize("name", [LESSONS[0].stem, "teaching/sweep"])
def test_paper_cuts_nothing_off_that_a_screen_would_scroll(visit, name):
    page = visit(f"{name}.html")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 720, "height": 900})
    assert page.evaluate(CUT_OFF) == []
    assert page.evaluate(ENDS_EARLY) == []  # the exercises and all behind them were missing
    assert page.evaluate(KEPT_TOGETHER) == 0  # a page of white stood before long code


ENDS_EARLY = """() => { const around = [];
    for (let part = document.querySelector("article"); part; part = part.parentElement) {
        const { display, overflow } = getComputedStyle(part);
        if (display !== "block" || overflow !== "visible") around.push(part.className);
    }
    return around; }"""
KEPT_TOGETHER = """() => [...document.querySelectorAll("main :is(pre, .highlight)")]
    .filter((part) => getComputedStyle(part).breakInside !== "auto").length"""
CUT_OFF = """() => [...document.querySelectorAll("main *:not(.visually-hidden, mjx-container *)")]
    .filter((part) => part.clientWidth && getComputedStyle(part).overflow !== "visible")
    .filter((part) => part.scrollWidth > part.clientWidth + 1
        || part.scrollHeight > part.clientHeight + 1)
    .map((part) => part.outerHTML.slice(0, 80))"""


def test_a_lesson_can_be_printed(visit):
    page = visit(f"{LESSONS[0].stem}.html")
    printed = page.pdf()
    assert printed.count(b"/Type /Page\n") > 5
