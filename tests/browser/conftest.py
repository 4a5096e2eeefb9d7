from collections.abc import Callable, Iterator
from functools import partial

import pytest
from chromium import find_chromium, running_chromium
from lab_server import Lab, running_lab
from notebook_page import NotebookPage
from patience import patience
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from standalone_page import open_explorer

SCREEN = {"width": 1200, "height": 900}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = find_chromium()
    if program is None:
        pytest.skip("no Chromium, Chrome or Edge found; install one, or set $CHROMIUM to it")
    expect.set_options(timeout=patience(5) * 1000)
    with running_chromium(program) as browser:
        yield browser


def new_visitor(browser: Browser) -> BrowserContext:
    context = browser.new_context(viewport=SCREEN)
    context.set_default_timeout(patience(30) * 1000)
    return context


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    """One page for a module's tests: a new one, with a process of its own, takes half a second."""
    context = new_visitor(browser)
    yield context.new_page()
    context.close()


@pytest.fixture
def page(tab: Page) -> Page:
    """The module's page, as if it were new."""
    tab.mouse.move(0, 0)
    tab.goto("about:blank")
    tab.set_viewport_size(SCREEN)
    tab.emulate_media(media="null")
    return tab


@pytest.fixture(scope="session")
def lab(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with running_lab(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest.fixture(scope="session")
def lab_tab(browser: Browser, lab: Lab) -> Iterator[Page]:
    """JupyterLab's page, for all notebooks: its scripts are fetched and compiled once."""
    context = new_visitor(browser)
    yield context.new_page()
    context.close()


@pytest.fixture
def notebook(lab_tab: Page, lab: Lab) -> Iterator[NotebookPage]:
    notebook = NotebookPage(lab_tab, lab)
    yield notebook
    notebook.close()


@pytest.fixture
def show(page: Page) -> Callable[..., Locator]:
    """Show an explorer in a page of its own, without Jupyter."""
    return partial(open_explorer, page)
