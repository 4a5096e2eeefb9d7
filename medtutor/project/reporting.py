"""The page at the end, and the files at the beginning."""

import re
from collections.abc import Mapping
from dataclasses import asdict
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

import mistune
import numpy as np

from medtutor._checks import of_kind
from medtutor.deployment import ModelCard
from medtutor.project.lock import TestLock

_ITEM = re.compile(r"^- \[([ xX])\] (.*?)(?: \{(.+)\})?$", re.MULTILINE)


def start(folder: str | Path) -> list[tuple[Path, bool]]:
    """Make the files of a project, and leave those that exist alone.

    Parameters
    ----------
    folder : path
        It must exist.

    Returns
    -------
    list of (path, bool)
        ``protocol.toml``, ``checklist.md``, ``review.md`` and ``card.md``, and whether each was
        made now.

    Notes
    -----
    Taught in lesson 21.
    """
    made = []
    for name in ("protocol.toml", "checklist.md", "review.md", "card.md"):
        path = Path(folder) / name
        made.append((path, not path.exists()))
        if not path.exists():
            path.write_text(_template(name), "utf-8", newline="\n")
    return made


def report(
    folder: str | Path,
    lock: TestLock,
    results: Mapping[str, Any],
    card: ModelCard,
    *,
    i_have_looked: bool = False,
) -> Path:
    """Write the one page of a project, ``report.md`` and ``report.html``.

    It begins with how often the test set was opened. Lines of ``checklist.md`` that end in a
    name in braces, such as ``{AUC}``, are filled in with that result and marked as filled by the
    program; what nobody has ticked is counted as open.

    Parameters
    ----------
    folder : path
        Of the project, with ``checklist.md`` in it (:func:`start`).
    lock : TestLock
    results : mapping
        What was found, by name, in the order of the page.
    card : ModelCard
        Of :mod:`medtutor.deployment`; what it lacks is listed.
    i_have_looked : bool
        Write the page although a patient's id, as the images have it, stands on it.

    Returns
    -------
    Path
        Of ``report.md``.

    Raises
    ------
    ValueError
        Where a patient's id stands on the page: it may come from a file's name, and be a name.
        For a folder without a checklist, and for what is no lock, results by name, or card.

    Notes
    -----
    Taught in lesson 21.
    """
    of_kind("lock", lock, TestLock, "the TestLock of the test set")
    of_kind("results", results, Mapping, 'results by name, such as {"AUC": 0.9}')
    of_kind("card", card, ModelCard, 'a ModelCard, such as ModelCard(name="finder")')
    folder = Path(folder)
    checklist = _filled(_checklist(folder), results)
    n_open = checklist.count("- [ ] ")
    title = " ".join(lock.protocol.question.split()) or "A project without a question"
    page = _template("page.md").format(
        title=title,
        notes="- " + "\n- ".join([*lock.notes(), *lock.protocol.gaps()]),
        protocol=_table(asdict(lock.protocol) | {"hash": lock.protocol.hash}),
        results=_table(results),
        n_open=n_open,
        n_items=n_open + checklist.count("- [x] "),
        checklist=checklist,
        missing="- " + "\n- ".join(card.missing() or ["nothing"]),
    )
    if not i_have_looked:
        _check_no_names(page, lock)
    body = mistune.create_markdown(plugins=["table", "task_lists"])(page)
    html = _template("page.html").format(title=escape(title), body=body)
    (folder / "report.md").write_text(page, "utf-8", newline="\n")
    (folder / "report.html").write_text(html, "utf-8", newline="\n")
    return folder / "report.md"


def _checklist(folder: Path) -> str:
    if not (folder / "checklist.md").is_file():
        raise ValueError(f"{folder} has no checklist.md; project.start({str(folder)!r}) makes it")
    try:
        return (folder / "checklist.md").read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{folder / 'checklist.md'} isn't in UTF-8 ({error.reason}, byte {error.start}); "
            "open it in the editor that saved it, and save it with the encoding UTF-8"
        ) from error


def _template(name: str) -> str:
    return files("medtutor.project").joinpath(name).read_text("utf-8")


def _filled(checklist: str, results: Mapping[str, Any]) -> str:
    def fill(match: re.Match[str]) -> str:
        if match[3] not in results:
            return f"- [{match[1].lower()}] {match[2]}"
        return f"- [x] {match[2]}: {_line(results[match[3]])} *(filled by the program: read it)*"

    return _ITEM.sub(fill, re.sub(r"(?s)\A\*[^* ].*?\n\n", "", checklist))  # but the note


def _table(rows: Mapping[str, Any]) -> str:
    lines = [f"| {name} | {_line(value)} |" for name, value in rows.items()]
    return "\n".join(["| what | answer |", "|---|---|", *lines])


def _line(value: Any) -> str:
    return " ".join(str(value).split()).replace("|", "\\|")


def _check_no_names(page: str, lock: TestLock) -> None:
    who = lock._test.patients
    texts = [] if who is None else [str(one) for one in np.unique(who)]
    # A number is nobody's name, and one or two letters are a word of the page.
    names = [one for one in texts if len(one) > 2 and not one.isdigit()]
    shown = [one for one in names if re.search(rf"(?i)\b{re.escape(one)}\b", page)]
    if shown:
        raise ValueError(
            f"the page would show {len(shown)} patients' ids, such as {shown[0]!r}, which may be "
            "names: take them out of it, or, if you have looked and they are none, say "
            "i_have_looked=True"
        )
