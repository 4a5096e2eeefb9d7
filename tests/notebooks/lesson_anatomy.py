"""The rules for a lesson's notebook: each takes a notebook and yields what is wrong with it."""

import ast
import json
import re
from collections import Counter
from importlib import import_module
from inspect import getsource

from medtutor import exercises
from medtutor.course.solutions import BEGIN, learner_notebook

HEADINGS = [
    "See it",
    "Say it",
    "Build it",
    "Check it",
    "Play with it",
    "Use it",
    "Claims, tested",
    "Exercises",
    "Quiz",
    "Summary",
]
FACTS = {"lesson", "title", "objectives", "study_minutes", "run_seconds", "prerequisites"}
FIRST_TRAINING_LESSON = "07"
SHORT, LONG = 30, 150  # seconds to run: parts 1 and 2, later parts
VERDICT = re.compile(r"\*\*[^*]*\b(holds only if|does not hold|holds)\b[^*]*\*\*", re.IGNORECASE)
REFERENCE = re.compile(r"10\.\d{4,9}/\S+|arXiv[:\s]\s*\[?\d{4}\.\d{4,5}", re.IGNORECASE)
# An entry of a list, with the lines that go on with it.
ENTRY = re.compile(r"^\s*(?:[-*]|\d+\.) +(.+(?:\n(?!\s*(?:[-*]|\d+\.) ).+)*)", re.MULTILINE)
PATH = re.compile(
    r"(?:^|[\s\"'(=<>`:])(/(?:home|root|tmp|work|Users|usr|opt|var|mnt|private)/\w|[A-Z]:\\\w)"
)
DATA_ADDRESS = re.compile(r"data:[\w/+.-]+;base64,[A-Za-z0-9+/=\s]+")
OURS = re.compile(r"medtutor\b")
PUBLIC = re.compile(
    r"medtutor(\.(course|datasets|deployment|exercises|metrics|models|plots|project|training"
    r"|explore(\.\w+)?|scratch(\.\w+)?))?$"
)
OPTION = re.compile(r"<details>\s*<summary>(.*?)</summary>(.*?)</details>", re.DOTALL)


def complaints(notebook, stem):
    """Return everything that is wrong with a lesson, as sentences."""
    return [f"{stem}: {text}" for rule in RULES for text in rule(notebook, stem)]


def cells_of(notebook, kind):
    return [cell for cell in notebook.cells if cell.cell_type == kind]


def sections(notebook):
    """Return the cells under each ``##`` heading; those before the first under ``""``."""
    found = {"": []}
    current = ""
    for cell in notebook.cells:
        headings = re.findall(r"^## +(.+?)\s*$", cell.source, re.MULTILINE)
        if cell.cell_type == "markdown" and headings:
            current = headings[-1]
        found.setdefault(current, []).append(cell)
    return found


def section_text(notebook, heading, kind=None):
    cells = sections(notebook).get(heading, [])
    return "\n".join(cell.source for cell in cells if kind in (None, cell.cell_type))


def outputs_of(notebook):
    for number, cell in enumerate(notebook.cells, start=1):
        for output in cell.get("outputs", []):
            yield f"cell {number}", output


def metadata_is_complete(notebook, stem):
    facts = notebook.metadata.get("medtutor", {})
    missing = sorted(FACTS - set(facts))
    if missing:
        yield f"the metadata under 'medtutor' lack {', '.join(missing)}"
        return
    if facts["lesson"] != stem[:2]:
        yield f"the metadata say lesson {facts['lesson']}"
    if not 3 <= len(facts["objectives"]) <= 5:
        yield f"{len(facts['objectives'])} objectives instead of 3 to 5"
    if not 20 <= facts["study_minutes"] <= 45:
        yield f"{facts['study_minutes']} minutes of study instead of 20 to 45"
    limit = LONG if facts["lesson"] >= FIRST_TRAINING_LESSON else SHORT
    if not 0 < facts["run_seconds"] <= limit:
        yield f"{facts['run_seconds']} seconds to run instead of at most {limit}"


def title_agrees_with_metadata(notebook, stem):
    facts = notebook.metadata.get("medtutor", {})
    text = notebook.cells[0].source
    if not text.startswith(f"# {facts.get('lesson')} · {facts.get('title')}\n"):
        yield "the first line is not '# number · title' of the metadata"
    body = [line for line in text.splitlines()[1:] if line.strip() and line[0] not in "|#<-"]
    if not body:
        yield "the title cell has no sentence on why one should care"
    for part in ("Questions", "You will be able to", "Time", "Needs"):
        if part not in text:
            yield f"the title cell lacks {part!r}"
    yield from _title_facts(text, facts)


def _title_facts(text, facts):
    plain = " ".join(re.sub(r"<[^>]+>", " ", text).split())
    for objective in facts.get("objectives", []):
        if " ".join(objective.split()) not in plain:
            yield f"the title cell lacks the objective {objective!r}"
    for key, unit in (("study_minutes", "min"), ("run_seconds", "s")):
        if not re.search(rf"\b{facts.get(key)}\s*{unit}", plain):
            yield f"the title cell doesn't say {facts.get(key)} {unit} ({key})"
    if not 2 <= plain.partition("You will be able to")[0].count("?") <= 3:
        yield "the title cell doesn't ask 2 or 3 questions"
    needs = plain.partition("Needs")[2]
    for lesson in facts.get("prerequisites", []):
        if lesson not in needs:
            yield f"the title cell doesn't name lesson {lesson} under 'Needs'"


def parameters_are_there(notebook, stem):
    tagged = [c for c in cells_of(notebook, "code") if "parameters" in c.metadata.get("tags", [])]
    if len(tagged) != 1:
        yield f"{len(tagged)} cells are tagged 'parameters' instead of one"
        return
    if tagged[0] not in sections(notebook)[""]:
        yield "the parameters cell doesn't come before the first part"
    needed = ["seed"]
    if stem[:2] >= FIRST_TRAINING_LESSON:
        needed += ["dataset", "epochs", "n_train"]
    for name in sorted(set(needed) - _assigned(tagged[0].source)):
        yield f"the parameters cell lacks {name}"


def _assigned(source):
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)]
    return {node.id for node in nodes if isinstance(node.ctx, ast.Store)}


def parts_are_in_order(notebook, stem):
    found = [heading for heading in sections(notebook) if heading in HEADINGS]
    for heading in HEADINGS:
        if heading not in found:
            yield f"the part '## {heading}' is missing"
    if found != [heading for heading in HEADINGS if heading in found]:
        yield f"the parts come in the order {', '.join(found)}"


def parts_hold_what_they_promise(notebook, stem):
    promises = [
        ("See it", "code", "", "a picture"),
        ("Say it", "markdown", "$", "a formula"),
        ("Build it", "code", "scratch", "the course's own version from medtutor.scratch"),
        ("Check it", "code", "keras", "a comparison with Keras"),
        ("Play with it", "code", "explore.", "an explorer from medtutor.explore"),
        ("Use it", "code", "", "code"),
    ]
    for heading, kind, word, promise in promises:
        text = section_text(notebook, heading, kind)
        if not text or word not in text:
            yield f"'## {heading}' lacks {promise}"
    for heading in ("See it", "Play with it"):
        cells = sections(notebook).get(heading, [])
        shown = [output for cell in cells for output in cell.get("outputs", [])]
        if not any("image/png" in output.get("data", {}) for output in shown):
            yield f"'## {heading}' shows no static figure"


def length_is_right(notebook, stem):
    if not 25 <= len(notebook.cells) <= 60:
        yield f"{len(notebook.cells)} cells instead of 25 to 60"


def claims_have_an_experiment_and_a_verdict(notebook, stem):
    claims = _claims(sections(notebook).get("Claims, tested", []))
    if len(claims) < 2:
        yield f"{len(claims)} claims under '### ' headings instead of at least 2"
    for title, pieces in claims.items():
        if not any(kind == "code" for kind, _ in pieces):
            yield f"the claim {title!r} has no experiment"
        if not VERDICT.search("\n".join(text for _, text in pieces)):
            yield f"the claim {title!r} has no verdict in bold"


def _claims(cells):
    """Return for each claim its pieces, as (kind of cell, what it says).

    A text may end one claim and begin the next, so it is taken apart at the headings.
    """
    claims = {}
    title = None
    for cell in cells:
        markdown = cell.cell_type == "markdown"
        pattern = r"^### +(.+?)\s*$"
        parts = re.split(pattern, _said(cell), flags=re.MULTILINE) if markdown else [_said(cell)]
        claims.setdefault(title, []).append((cell.cell_type, parts[0]))
        for title, text in zip(parts[1::2], parts[2::2], strict=True):
            claims.setdefault(title, []).append((cell.cell_type, text))
    claims.pop(None, None)
    return claims


def _said(cell):
    """Return the text of a cell, or what its code displays as text."""
    if cell.cell_type == "markdown":
        return cell.source
    shown = [output.get("data", {}).get("text/markdown", "") for output in cell.outputs]
    return "\n".join(shown)


def exercises_are_complete(notebook, stem):
    answers = {
        cell.metadata.medtutor.exercise: cell
        for cell in sections(notebook).get("Exercises", [])
        if "exercise" in cell.metadata.get("medtutor", {})
    }
    if not 3 <= len(answers) <= 5:
        yield f"{len(answers)} exercises instead of 3 to 5"
    code = section_text(notebook, "Exercises", "code")
    text = section_text(notebook, "Exercises")
    for name, cell in answers.items():
        if BEGIN not in cell.source:
            yield f"the answer cell of {name} marks no solution"
        if f".{name}.check(" not in code:
            yield f"exercise {name} is never checked"
    for offer in (".hint()", ".solution()"):
        if offer not in text:
            yield f"the exercises don't say how to get {offer}"
    yield from _library_agrees(stem, set(answers))


def _library_agrees(stem, answers):
    try:
        module = getattr(exercises, f"lesson_{stem[:2]}")
    except AttributeError:
        yield f"medtutor.exercises has no lesson_{stem[:2]}"
        return
    known = {name for name in dir(module) if hasattr(getattr(module, name), "check")}
    for name in sorted(known ^ answers):
        place = "notebook" if name in known else "library"
        yield f"exercise {name} is not in the {place}"
    for name in sorted(known & answers):
        for offer in ("check", "hint", "solution", "grade"):
            if not callable(getattr(getattr(module, name), offer, None)):
                yield f"exercise {name} has no {offer}() in the library"


def an_answer_has_one_place(notebook, stem):
    """Dots alone mark it: two places, such as `x = None` above them, make learners miss one."""
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "code" and re.search(rf"= *None.*\n\s*{BEGIN}", cell.source):
            yield f"cell {number} sets the answer to None above its dots: put both in parentheses"


def nothing_uses_a_refused_answer(notebook, stem):
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type != "code" or ".check(" not in cell.source:
            continue
        lines = [ast.unparse(node).split("\n")[0] for node in ast.parse(cell.source).body]
        checked = next(place for place, line in enumerate(lines) if ".check(" in line)
        for line in lines[checked + 1 :]:
            if not re.match(r"if .*\.is_correct\(", line):
                yield f"cell {number} uses an answer that may be refused: {line[:40]!r}"


def only_public_names_are_imported(notebook, stem):
    for cell in cells_of(notebook, "code"):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
                yield from (f"imports {n}: import names" for n in names if OURS.match(n))
            if isinstance(node, ast.ImportFrom) and OURS.match(node.module or ""):
                yield from _private_names(node)


def _private_names(node):
    if not PUBLIC.match(node.module):
        yield f"imports from {node.module}, which is no room of the library"
        return
    module = import_module(node.module)
    public = _offered_by(module)
    for alias in node.names:
        if alias.name not in public or alias.name.startswith("_"):
            yield f"imports {alias.name} from {node.module}, which doesn't offer it"


def _offered_by(module):
    """Return what a room lists or imports, not each file that lies in its folder."""
    if "__all__" in vars(module):
        return set(module.__all__)
    if "__dir__" in vars(module):
        return set(dir(module))
    imports = [n for n in ast.parse(getsource(module)).body if isinstance(n, ast.ImportFrom)]
    names = {alias.name for each in imports for alias in each.names}
    stars = [import_module(each.module) for each in imports if each.names[0].name == "*"]
    return names.union(*(star.__all__ for star in stars))


def learner_gets_no_solution(notebook, stem):
    for cell in cells_of(learner_notebook(notebook), "code"):
        if re.search(r"(begin|end)\s+solution", cell.source, re.IGNORECASE):
            yield f"a marker is misspelt and would stay in the copy: {cell.source[:60]!r}"


def quiz_is_complete(notebook, stem):
    questions = [
        cell
        for cell in sections(notebook).get("Quiz", [])
        if cell.metadata.get("medtutor", {}).get("quiz")
    ]
    if len(questions) != 3:
        yield f"{len(questions)} quiz questions instead of 3"
    for number, cell in enumerate(questions, start=1):
        for complaint in _question(cell.source):
            yield f"quiz question {number} {complaint}"


def _question(text):
    if not re.match(r"(#+ .+\n+)*\*\*", text):
        yield "doesn't begin with the question in bold"
    options = OPTION.findall(text)
    if len(options) < 3 or len(options) != text.count("<details"):
        yield "has fewer than 3 options, or a broken one"
    for place, (summary, _) in enumerate(options):
        if not summary.strip().startswith(f"{chr(ord('A') + place)} ·"):
            yield f"has an option that isn't called {chr(ord('A') + place)} ·"
    reasons = [reason.strip() for _, reason in options]
    if sum(reason.startswith("**Correct.**") for reason in reasons) != 1:
        yield "doesn't have exactly one option that is **Correct.**"
    wrong = [reason for reason in reasons if not reason.startswith("**Correct.**")]
    if not all(reason.startswith("**Not quite.**") and len(reason) > 40 for reason in wrong):
        yield "has a wrong option without **Not quite.** and a reason"
    if len(set(wrong)) != len(wrong):
        yield "gives two wrong options the same reason"


def summary_is_short_and_references_are_real(notebook, stem):
    text = section_text(notebook, "Summary")
    summary, found, references = text.partition("References")
    lines = [line for line in summary.splitlines() if re.search(r"\w", line)]
    lines = [line for line in lines if not line.startswith("#")]
    if not 1 <= len(lines) <= 5:
        yield f"a summary of {len(lines)} lines instead of 1 to 5"
    entries = re.findall(
        r"^\s*(?:[-*]|\d+\.) +(.+(?:\n(?!\s*(?:[-*]|\d+\.) ).+)*)", references, re.M
    )
    if not found or not entries:
        yield "no list of References after the summary"
    for entry in entries:
        if not REFERENCE.search(entry):
            yield f"a reference has neither DOI nor arXiv number: {entry[:60]!r}"


def few_outputs_are_ignored(notebook, stem):
    code = cells_of(notebook, "code")
    ignored = [cell for cell in code if "nbval-ignore-output" in cell.metadata.get("tags", [])]
    if 3 * len(ignored) > len(code):
        yield f"{len(ignored)} of {len(code)} code cells are tagged nbval-ignore-output"


def every_cell_was_run_in_order(notebook, stem):
    counts = [cell.execution_count for cell in cells_of(notebook, "code") if cell.source.strip()]
    if counts != list(range(1, len(counts) + 1)):
        yield f"the execution counts are {counts} instead of 1 to {len(counts)}"


def outputs_are_clean(notebook, stem):
    for place, output in outputs_of(notebook):
        if output.output_type == "error":
            yield f"{place} shows the error {output.get('ename')}"
        if output.get("name") == "stderr":
            yield f"{place} writes to standard error: {output.text[:60]!r}"
        text = _readable(output)
        path = PATH.search(text)
        if path:
            yield f"{place} shows a path of a machine: {path[1]}"
        if re.search(r"\bat 0x[0-9a-f]{6,}", text):
            yield f"{place} shows an address in memory"


def _readable(output):
    data = {k: v for k, v in output.get("data", {}).items() if not k.startswith("image/p")}
    parts = [output.get("text", ""), *map(_as_text, data.values())]
    return DATA_ADDRESS.sub("", "\n".join(parts))


def _as_text(value):
    return value if isinstance(value, str) else json.dumps(value)


def pictures_have_alternative_text(notebook, stem):
    for place, output in outputs_of(notebook):
        for kind in output.get("data", {}):
            alt = output.metadata.get(kind, {}).get("alt", "")
            if kind in ("image/png", "image/jpeg") and len(alt.strip()) < 10:
                yield f"{place} shows a picture without alternative text"
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "markdown" and re.search(r"!\[\s*\]\(", cell.source):
            yield f"cell {number} shows a picture without alternative text"


def ids_are_unique(notebook, stem):
    counts = Counter(cell.get("id") for cell in notebook.cells)
    for name, count in counts.items():
        if count > 1 or not name:
            yield f"{count} cells have the id {name!r}"


RULES = [
    metadata_is_complete,
    title_agrees_with_metadata,
    parameters_are_there,
    parts_are_in_order,
    parts_hold_what_they_promise,
    length_is_right,
    claims_have_an_experiment_and_a_verdict,
    exercises_are_complete,
    an_answer_has_one_place,
    nothing_uses_a_refused_answer,
    only_public_names_are_imported,
    learner_gets_no_solution,
    quiz_is_complete,
    summary_is_short_and_references_are_real,
    few_outputs_are_ignored,
    every_cell_was_run_in_order,
    outputs_are_clean,
    pictures_have_alternative_text,
    ids_are_unique,
]
