from collections.abc import Iterator

import pytest
from chromium import find_chromium, running_chromium
from lab_server import Lab, running_lab
from notebook_page import NotebookPage
from playwright.sync_api import Browser, Page


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = find_chromium()
    if program is None:
        pytest.skip("no Chromium, Chrome or Edge found; install one, or set $CHROMIUM to it")
    with running_chromium(program) as browser:
        yield browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def lab(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with running_lab(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest.fixture
def notebook(page: Page, lab: Lab) -> NotebookPage:
    return NotebookPage(page, lab)
