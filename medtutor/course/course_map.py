"""The course map, made from the notebooks' metadata and never typed.

``python -m medtutor.course.course_map README.md`` writes it between the two
markers of that file.
"""

import re
import sys
from collections.abc import Iterable
from pathlib import Path

from medtutor._table import Table
from medtutor.course.catalogue import lessons
from medtutor.course.copies import write_whole

BEGIN = "<!-- course map -->"
END = "<!-- /course map -->"


def course_map() -> Table:
    """Return the lessons with what they teach, their times and what they need.

    Notes
    -----
    Taught in lesson 00.
    """
    rows = [
        (
            lesson.number,
            lesson.title,
            "; ".join(lesson.objectives),
            f"{lesson.study_minutes} min",
            f"{lesson.run_seconds} s",
            ", ".join(lesson.prerequisites) or "nothing",
        )
        for lesson in lessons()
    ]
    return Table(("lesson", "title", "you will be able to", "study", "run", "needs"), rows)


def as_markdown(folder: str = "notebooks/") -> str:
    """Return the course map as a Markdown table whose titles link to the notebooks.

    Parameters
    ----------
    folder : str
        Where the notebooks lie as seen from the text, such as ``""`` for beside it.
    """
    names = [lesson.path.name for lesson in lessons()]
    table = course_map()
    lines = [_row(table.columns), _row(["---"] * len(table.columns))]
    for name, (number, title, able_to, study, run, needs) in zip(names, table.rows, strict=True):
        # a number and its unit stay on one line in a narrow column
        times = [time.replace(" ", "&nbsp;") for time in (study, run)]
        lines.append(_row([number, f"[{title}]({folder}{name})", able_to, *times, needs]))
    return "\n".join(lines)


def with_course_map(text: str) -> str:
    """Return a Markdown text whose course map is up to date.

    Raises
    ------
    ValueError
        Where the text lacks the two markers.
    """
    pattern = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    if not pattern.search(text):
        raise ValueError(f"the text has no place for the course map: put {BEGIN} and {END} into it")
    fresh = f"{BEGIN}\n{as_markdown()}\n{END}"
    return pattern.sub(lambda _: fresh, text)


def rewrite(path: str | Path) -> bool:
    """Bring the course map of a file up to date, and tell whether it had to change."""
    path = Path(path)
    old = path.read_text(encoding="utf-8")
    new = with_course_map(old)
    if new != old:
        write_whole(path, new.encode())
    return new != old


def _row(cells: Iterable[object]) -> str:
    return "| " + " | ".join(str(cell).replace("|", r"\|") for cell in cells) + " |"


if __name__ == "__main__":
    for name in sys.argv[1:] or ["README.md"]:
        print(f"{name}: course map {'rewritten' if rewrite(name) else 'is up to date'}")
