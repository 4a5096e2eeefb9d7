"""What the lessons' notebooks hold: explorers, claims with verdicts, and terms with meanings."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from itertools import pairwise
from typing import Any

from docutils.nodes import make_id
from nbformat import NotebookNode

from medtutor.course.catalogue import Lesson

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
_CLAIM = re.compile(r'^### ((?:Claim \d+: )?"(.+)")\s*$', re.MULTILINE)
_VERDICT = re.compile(r"\*\*(?:Verdict: )?(?:it )?(?=holds\b|does not hold\b)", re.IGNORECASE)
# Not after "et al." nor before a small letter; a closing bracket or bold mark belongs to it.
_END = re.compile(r"(?<!\bal)[.?!][)*]*(?=\s+[^\sa-z]|\s*$)")
_NEW_BLOCK = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.)\s)|\n(?=\|)")
_SHORT = 75
"""Letters of a sentence that says too little by itself, such as "This is called a leak."."""


@dataclass(frozen=True)
class Explorer:
    """An explorer as a lesson's notebook keeps it.

    Parameters
    ----------
    topic : str
        Its name in ``medtutor.explore``, such as ``"convolution"``.
    place : str
        The id on its page.
    words : str
        What is seen, in HTML: the text that stands in for it.
    data : str
        Script, style and state, in JSON, for ``live.js``.
    """

    topic: str
    place: str
    words: str
    data: str


@dataclass(frozen=True)
class Claim:
    """A sentence that circulates, and what the experiment of a lesson says to it.

    Parameters
    ----------
    lesson : Lesson
        Where it is tested.
    place : str
        The id of its heading on the lesson's page.
    text, verdict : str
        The claim, and the verdict in a sentence or two, in Markdown.
    """

    lesson: Lesson
    place: str
    text: str
    verdict: str

    @property
    def kind(self) -> str:
        """*holds*, *holds only if* or *does not hold*."""
        if self.verdict.startswith("**Does not"):
            return "does not hold"
        return "holds only if" if "only" in _sentences(self.verdict)[0] else "holds"


@dataclass(frozen=True)
class Term:
    """A word of the trade, and the words of the lesson that define it.

    Parameters
    ----------
    name : str
        As the lesson's metadata list it under ``terms``.
    lesson : Lesson
        Where it is defined.
    place : str
        The id of the word on the lesson's page.
    meaning : str
        The defining words, in Markdown.
    """

    name: str
    lesson: Lesson
    place: str
    meaning: str


def explorers(notebook: NotebookNode) -> dict[str, Explorer]:
    """Return the explorers that a notebook shows, by the id of their widget."""
    states = notebook.metadata.get("widgets", {}).get(STATE, {}).get("state", {})
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    found: dict[str, Explorer] = {}
    for data in (output.data for output in outputs if VIEW in output.get("data", {})):
        widget = data[VIEW]["model_id"]
        state = states.get(widget, {}).get("state", {})
        if "_anywidget_id" in state:  # else it is a progress bar
            module, _, name = state["_anywidget_id"].rpartition(".")
            kind = getattr(import_module(module), name)
            topic = module.split(".")[-2]
            again = sum(one.topic == topic for one in found.values())
            place = f"explorer-{topic}" + (f"-{again + 1}" if again else "")
            words = data["text/html"][3:-4].replace(" To move it, run this cell in Jupyter.", "")
            found[widget] = Explorer(topic, place, words, _as_json(kind, state))
    return found


def claims(lesson: Lesson, notebook: NotebookNode) -> list[Claim]:
    """Return the claims of a lesson, in their order; ValueError where one has no verdict."""
    text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    pieces = _CLAIM.split(re.split(r"^## Exercises", text, flags=re.MULTILINE)[0])
    found: list[Claim] = []
    for heading, claim, experiment in zip(*(pieces[n::3] for n in (1, 2, 3)), strict=True):
        verdict = _VERDICT.search(experiment)
        if verdict is None:
            raise ValueError(
                f"lesson {lesson}: the claim {claim!r} has no verdict; write in bold whether it "
                "holds, holds only if …, or does not hold"
            )
        said = _sentences(_NEW_BLOCK.split(experiment[verdict.end() :])[0])
        words = " ".join(said[: 1 + (len(said[0]) < _SHORT / 2)])
        found.append(Claim(lesson, make_id(heading), claim, f"**{words[0].upper()}{words[1:]}"))
    return found


def terms(lesson: Lesson, notebook: NotebookNode) -> list[Term]:
    """Return the terms that a lesson's metadata list, and give each an id where it is defined.

    Raises
    ------
    ValueError
        Where a term isn't in the lesson's text.
    """
    names = notebook.metadata["medtutor"].get("terms", [])
    return [_term(name, lesson, notebook) for name in names]


def _term(name: str, lesson: Lesson, notebook: NotebookNode) -> Term:
    words = r"\s+".join(map(re.escape, name.split()))
    for cell in notebook.cells:
        for block in _NEW_BLOCK.split(cell.source) if cell.cell_type == "markdown" else ():
            if found := re.search(rf"\*\*{words}[.:]?\*\*", block, re.IGNORECASE):
                meaning = _meaning(_in_a_line(block), _in_a_line(found[0]))
                place = make_id(f"term {name}")
                marked = f'<span id="{place}"></span>{found[0]}'
                cell.source = cell.source.replace(found[0], marked, 1)
                return Term(name, lesson, place, _as_sentence(meaning))
    raise ValueError(
        f"lesson {lesson}: its metadata list the term {name!r}, but no **{name}** stands in its "
        "text; write the word in bold where it is defined, or take it off the list"
    )


def _meaning(block: str, bold: str) -> str:
    """Return the words around a bold one that say what it means: of a table row or a paragraph."""
    row = block.startswith("|")
    said = block.strip("| ").split(" | ") if row else _sentences(block)
    place = next(number for number, words in enumerate(said) if bold in words)
    if said[place] == bold:  # the head of a row, or a heading within the paragraph
        return " ".join(said[place + 1 : place + (2 if row else 3)])
    only_names = said[place].rstrip(".)").endswith(bold) and len(said[place]) < _SHORT
    if row or not only_names:  # the first of a row's cells is a name, the next says what it means
        return ": ".join(said[place : place + (2 if row and place == 0 else 1)])
    after = said[place + 1 : place + 2]
    goes_on = after and re.match(r"(it|this|that|they)\b", after[0], re.IGNORECASE)
    return " ".join(said[place : place + 2] if goes_on else said[max(0, place - 1) : place + 1])


def _as_json(kind: Any, state: Mapping[str, Any]) -> str:
    """Return today's script of an explorer, and what it knows without what Jupyter keeps for it."""
    jupyters = ("layout", "tabbable", "tooltip")
    own = {name: v for name, v in state.items() if name[0] != "_" and name not in jupyters}
    data = json.dumps({"script": kind._esm, "style": kind._css, "state": own})
    return data.replace("<", "\\u003c")  # no </script> inside a script


def _as_sentence(words: str) -> str:
    words = re.sub(r'\*\*|<span id="[^"]+"></span>', "", words).strip().rstrip(":;")
    return words[0].upper() + words[1:] + ("" if words[-1] in ".?!)$" else ".")


def _sentences(text: str) -> list[str]:
    text = re.sub(r"^(?:[-*]|\d+\.) ", "", _in_a_line(text))
    ends = [0, *(match.end() for match in _END.finditer(text)), len(text)]
    return [text[a:b].strip() for a, b in pairwise(ends) if text[a:b].strip()]


def _in_a_line(text: str) -> str:
    return " ".join(text.split())
