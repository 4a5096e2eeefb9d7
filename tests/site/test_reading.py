"""What the site reads out of the lessons' text, and what it refuses."""

import re
from pathlib import Path

import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from medtutor import explore, site
from medtutor.course import catalogue, copies
from medtutor.course.catalogue import Lesson
from medtutor.site import reading

LESSON = Lesson("02", "Convolution", Path("02_convolution.ipynb"), (), 45, 25, ())


def lesson_with(*texts, terms=()):
    notebook = new_notebook(cells=[new_markdown_cell(text) for text in texts])
    notebook.metadata["medtutor"] = {"terms": list(terms)}
    return notebook


@pytest.mark.parametrize(
    ("written", "kind", "verdict"),
    [
        ("**Verdict: does not hold.** It fails. Often.", "does not hold", "It fails."),
        (
            "Verdict: **holds only if** you wait for the bus, in the rain. Or not.",
            "holds only if",
            "rain.",
        ),
        ("**Holds**, and by more than most people guess: a lot. Really.", "holds", "a lot."),
        ("**It holds only for** the old form, as et al. wrote. So.", "holds only if", "wrote."),
    ],
)
def test_a_claim_is_read_with_its_verdict(written, kind, verdict):
    text = f'## Claims, tested\n\n### Claim 1: "It is so."\n\nTry.\n\n{written}\n\n## Exercises'
    (claim,) = reading.claims(LESSON, lesson_with(text))
    assert (claim.text, claim.place, claim.kind) == ("It is so.", "claim-1-it-is-so", kind)
    assert claim.verdict.endswith(verdict)


@pytest.mark.parametrize("lesson", catalogue.lessons(), ids=str)
def test_terms_and_claims_of_a_lesson_are_found_in_its_text(lesson):
    notebook = copies.read(lesson.path)
    listed = notebook.metadata["medtutor"].get("terms", [])
    assert [term.name for term in reading.terms(lesson, notebook)] == listed
    assert reading.claims(lesson, notebook)


def test_a_claim_without_a_verdict_is_refused():
    with pytest.raises(ValueError, match="'So' has no verdict; write in bold"):
        reading.claims(LESSON, lesson_with('### "So"\n\nPerhaps.'))


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("First. A **leak** is a patient in two splits, seen twice. Last.", "A leak is a patient"),
        ("Patients are in two splits. This is called a **leak**.", "Patients are in two splits."),
        ("And now: the **leak**. It makes tests too good.", "And now: the leak. It makes tests"),
        ("| **leak** | a patient in two splits | yes |", "A patient in two splits."),
        (
            "| data **leak** | a patient in two splits | yes |",
            "Data leak: a patient in two splits.",
        ),
        ("| bad | a **leak**, seen twice | yes |", "A leak, seen twice."),
        ("- **Leak.** One patient. Two splits. Third.", "One patient. Two splits."),
    ],
)
def test_a_term_is_read_with_the_words_that_define_it(text, meaning):
    (term,) = reading.terms(LESSON, lesson_with(text, terms=["leak"]))
    assert term.meaning.startswith(meaning)
    assert (term.name, term.place) == ("leak", "term-leak")


def test_a_term_that_stands_nowhere_is_refused():
    with pytest.raises(ValueError, match=r"no \*\*leak\*\* stands in its text"):
        reading.terms(LESSON, lesson_with("A leak.", terms=["leak"]))


def test_the_sites_own_style_changes_nothing_inside_an_explorer():
    """A name that both use makes the site's rule one of the explorer's, too."""
    own = Path(site.__file__).parent / "source" / "_static" / "site.css"
    explorers = Path(explore.__file__).parent.rglob("*.css")
    taken = {name for path in explorers for name in NAME.findall(path.read_text("utf-8"))}
    meant = [line for line in own.read_text("utf-8").splitlines() if ".mt-live" not in line]
    assert set(NAME.findall("\n".join(meant))) & taken == set()


NAME = re.compile(r"\.(mt-[a-z-]+)")


def test_a_site_never_takes_the_place_of_something_else(tmp_path):
    (tmp_path / "work.txt").write_text("mine")
    with pytest.raises(ValueError, match="is no site of this course; choose a new or empty"):
        site.checked_place(tmp_path)
    assert site.checked_place(tmp_path / "new") == tmp_path / "new"


def test_without_the_extra_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr("medtutor._resources.find_spec", lambda name: None)
    with pytest.raises(ValueError, match=r'Sphinx.*-e "\.\[site\]"'):
        site.checked_place(tmp_path / "new")


def test_a_site_of_some_lessons_keeps_the_words_of_links_to_others(tmp_path):
    pytest.importorskip("myst_nb")
    report = site.build(tmp_path / "site", [catalogue.find("02")])
    assert report.warnings == ""
    page = (tmp_path / "site" / "02_convolution.html").read_text("utf-8")
    assert re.search(r"lesson 04(?!</a>)", page)
    assert re.search(r'href="[^"]*04_dense', page) is None
