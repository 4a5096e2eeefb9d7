"""``labels.csv``: which file belongs to which class, and to which patient."""

import csv
import re
from dataclasses import dataclass
from io import StringIO
from pathlib import Path, PurePosixPath

from medtutor._identity import (
    HOW_ALIKE,
    ONE_OR_TWO,
    is_missing_label,
    is_nobody,
    is_rounded,
    look_alikes,
    plain,
)
from medtutor.datasets.reading.errors import ReadError, file_bytes, shown

NAME = "labels.csv"
_FORM = "its first line must be: file,label or file,label,patient"
# What tables call the column that only has to be called patient.
_PATIENTS = re.compile(
    r"pid|(patient|subject|participant|person)s?[ _.-]?(id|no|nr|number|code|name)?s?"
)


@dataclass(frozen=True)
class Row:
    """What the table says of one file."""

    label: str
    patient: str | None


def read_label_table(path: Path, files: list[Path]) -> list[Row]:
    """Return the row of each file.

    Parameters
    ----------
    path : Path
        The table: text in UTF-8, columns ``file``, ``label`` and perhaps ``patient``, divided by
        commas, semicolons or tabs. Files are named from the folder of the table.
    files : list of Path
        The images that lie there.

    Raises
    ------
    ReadError
        A missing column, an empty field or a word for that (``nan``, ``NA``), a label for a file
        that isn't there, a file without a label or with two, labels or patients that look alike.
    """
    rows = _read(path)
    by_name: dict[str, Path] = {}
    for file in files:
        name = plain(file.relative_to(path.parent).as_posix())
        if name in by_name:
            raise ReadError(
                file, "has the name of another file but for how it is written", "rename one of them"
            )
        by_name[name] = file
    for name, (line, _) in rows.items():
        if name not in by_name:
            raise ReadError(
                path,
                f"line {line} gives a label to {shown(name)!r}, which isn't there",
                "correct the name (from the folder of the table on, with its suffix), copy the "
                "file in, or remove the line",
            )
    for name, file in by_name.items():
        if name not in rows:
            raise ReadError(file, f"has no label in {path.name}", "add a line, or move it away")
    _check_alike(path, rows)
    return [rows[name][1] for name in by_name]


def _check_alike(path: Path, rows: dict[str, tuple[int, Row]]) -> None:
    """Raise where two labels or two patients differ only as typists make them differ."""
    for column in ("label", "patient"):
        lines: dict[str, int] = {}
        for line, row in rows.values():
            lines.setdefault(getattr(row, column) or "", line)
        alike = look_alikes(lines)
        if alike:
            one, other = (f"{name!r} (line {lines[name]})" for name in alike)
            raise ReadError(
                path, f"has the {column} {one} and {other}, which differ {HOW_ALIKE}", ONE_OR_TWO
            )


def _read(path: Path) -> dict[str, tuple[int, Row]]:
    try:
        text = file_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReadError(
            path, "is no text in UTF-8", "save it as 'CSV UTF-8' in your spreadsheet"
        ) from error
    head = text.partition("\n")[0]
    divider = max(",;\t", key=head.count)
    try:
        lines = list(csv.reader(StringIO(text), delimiter=divider, strict=True))
    except csv.Error as error:
        raise ReadError(path, f"is no clean CSV ({error})", "save it anew as CSV") from error
    return _rows(path, lines)


def _rows(path: Path, lines: list[list[str]]) -> dict[str, tuple[int, Row]]:
    columns = [plain(name).lower() for name in lines[0]] if lines else []
    if not {"file", "label"} <= set(columns):
        raise ReadError(path, f"has the columns {columns[:10]}", _FORM)
    for name in ("file", "label", "patient"):
        if columns.count(name) > 1:
            raise ReadError(
                path,
                f"has {columns.count(name)} columns called {name!r}",
                "keep the one that is meant, and rename or remove the others",
            )
    other = [name for name in columns if _PATIENTS.fullmatch(name)]
    if other and "patient" not in columns:
        raise ReadError(
            path,
            f"has a column {other[0]!r}, which isn't read, and none called 'patient'",
            "if it says whom each file shows, call it patient; else give it another name",
        )
    rows: dict[str, tuple[int, Row]] = {}
    for number, line in enumerate(lines[1:], start=2):
        if not any(field.strip() for field in line):
            continue
        if len(line) != len(columns):
            raise ReadError(
                path,
                f"line {number} has {len(line)} fields, the first line {len(columns)}",
                "give each line the same fields; put names with commas in quotation marks",
            )
        fields = {name: plain(field) for name, field in zip(columns, line, strict=True)}
        name = _inside(path, number, fields["file"])
        if name in rows:
            raise ReadError(
                path, f"lines {rows[name][0]} and {number} name the same file", "keep one of them"
            )
        rows[name] = (number, _row(path, number, fields))
    return rows


def _row(path: Path, number: int, fields: dict[str, str]) -> Row:
    for column, lacks in (("label", is_missing_label), ("patient", is_nobody)):
        written = fields.get(column, "x")
        if lacks(written):
            as_word = f" but {written!r}" if written else ""
            raise ReadError(
                path,
                f"line {number} has no {column}{as_word}",
                "fill it in, or remove file and line",
            )
        if is_rounded(written):
            raise ReadError(
                path,
                f"line {number} has the {column} {written!r}, which a spreadsheet made of a longer "
                "number",
                "make the column text before you fill it in, and save the table anew",
            )
    return Row(fields["label"], fields.get("patient"))


def _inside(path: Path, number: int, written: str) -> str:
    name = PurePosixPath(written.replace("\\", "/"))
    if not written or name.is_absolute() or ".." in name.parts or ":" in name.parts[0]:
        raise ReadError(
            path,
            f"line {number} names the file {shown(written)!r}",
            "give its path from the folder of the table on, inside that folder",
        )
    return name.as_posix()
