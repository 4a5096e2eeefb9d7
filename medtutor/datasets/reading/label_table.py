"""``labels.csv``: which file belongs to which class, and to which patient."""

import csv
import re
from io import StringIO
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from medtutor._identity import is_missing_label, is_nobody, is_rounded, look_alikes, plain
from medtutor.datasets.reading.errors import file_bytes, refusal, shown

NAME = "labels.csv"
# What tables call the column that only has to be called patient.
_PATIENTS = re.compile(
    r"pid|(patient|subject|participant|person)s?[ _.-]?(id|no|nr|number|code|name)?s?"
)


class Row(NamedTuple):
    """What a line of the table says of one file."""

    label: str
    patient: str | None
    line: int


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
            raise refusal(file, "table_same_name")
        by_name[name] = file
    for name, row in rows.items():
        if name not in by_name:
            raise refusal(path, "table_file_missing", line=row.line, name=shown(name))
    for name, file in by_name.items():
        if name not in rows:
            raise refusal(file, "no_label", table=path.name)
    found = [rows[name] for name in by_name]
    _check_alike(path, sorted(found, key=lambda row: row.line))
    return found


def _check_alike(path: Path, rows: list[Row]) -> None:
    """Raise where two labels or two patients differ only as typists make them differ."""
    for column in ("label", "patient"):
        lines: dict[str, int] = {}
        for row in rows:
            lines.setdefault(getattr(row, column) or "", row.line)
        alike = look_alikes(lines)
        if alike:
            one, other = (f"{name!r} (line {lines[name]})" for name in alike)
            raise refusal(path, "table_alike", column=column, one=one, other=other)


def _read(path: Path) -> dict[str, Row]:
    try:
        text = file_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refusal(path, "table_no_text") from error
    head = text.partition("\n")[0]
    divider = max(",;\t", key=head.count)
    try:
        lines = list(csv.reader(StringIO(text), delimiter=divider, strict=True))
    except csv.Error as error:
        raise refusal(path, "table_no_csv", error=error) from error
    return _rows(path, lines)


def _rows(path: Path, lines: list[list[str]]) -> dict[str, Row]:
    columns = [plain(name).lower() for name in lines[0]] if lines else []
    if not {"file", "label"} <= set(columns):
        raise refusal(path, "table_columns", columns=columns[:10])
    for name in ("file", "label", "patient"):
        if columns.count(name) > 1:
            raise refusal(path, "table_column_twice", count=columns.count(name), name=name)
    other = [name for name in columns if _PATIENTS.fullmatch(name)]
    if other and "patient" not in columns:
        raise refusal(path, "table_patient_column", column=other[0])
    rows: dict[str, Row] = {}
    for number, line in enumerate(lines[1:], start=2):
        if not any(field.strip() for field in line):
            continue
        if len(line) != len(columns):
            raise refusal(
                path, "table_fields", number=number, n_fields=len(line), n_columns=len(columns)
            )
        fields = {name: plain(field) for name, field in zip(columns, line, strict=True)}
        name = _inside(path, number, fields["file"])
        if name in rows:
            raise refusal(path, "table_line_twice", first=rows[name].line, number=number)
        rows[name] = _row(path, number, fields)
    return rows


def _row(path: Path, number: int, fields: dict[str, str]) -> Row:
    for column, lacks in (("label", is_missing_label), ("patient", is_nobody)):
        written = fields.get(column, "x")
        if lacks(written):
            as_word = f" but {written!r}" if written else ""
            raise refusal(path, "table_no_value", number=number, column=column, as_word=as_word)
        if is_rounded(written):
            raise refusal(path, "table_rounded", number=number, column=column, written=written)
    return Row(fields["label"], fields.get("patient"), number)


def _inside(path: Path, number: int, written: str) -> str:
    name = PurePosixPath(written.replace("\\", "/"))
    if not written or name.is_absolute() or ".." in name.parts or ":" in name.parts[0]:
        raise refusal(path, "table_file_name", number=number, written=shown(written))
    return name.as_posix()
