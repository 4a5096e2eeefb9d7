"""Table and plot of a sweep: every seed is seen, and no mean stands alone."""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from medtutor._checks import is_number
from medtutor._table import Table, spread
from medtutor.sweep.storing import Store, write

Records = Iterable[dict[str, Any]]

_FACTS = ("status", "seconds", "peak_mib", "attempts", "cpu", "error")


def show(store: Store) -> str:
    """Write ``table.csv`` and ``plot.png`` into the folder; return the means as text."""
    records = [store.records.get(key, {"status": "to do"}) for key in store.plan.runs]
    names = list(dict.fromkeys(name for record in records for name in record.get("results", ())))
    write(store.folder / "table.csv", _as_csv(store, records, names).encode())
    said = [str(_means(store, records, names))]
    kinds = {f"{record['cpu']} {record['threads']}" for record in records if "cpu" in record}
    if len(kinds) > 1:
        said.append("Kinds of CPU or numbers of threads are mixed: equal seeds give other bits.")
    found = {name: _found(records, name) for name in names}
    if numeric := [name for name in names if found[name] and all(map(is_number, found[name]))]:
        picture, text = _plot(store, records, numeric)
        write(store.folder / "plot.png", picture)
        said.append(f"plot.png: {text}")
    return "\n".join(said)


def _as_csv(store: Store, records: Records, names: Sequence[str]) -> str:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["key", *store.plan.values, *names, *_FACTS])
    for (key, run), record in zip(store.plan.runs.items(), records, strict=True):
        results = record.get("results", {})
        table.writerow([key, *run.values(), *map(results.get, names), *map(record.get, _FACTS)])
    return text.getvalue()


def _means(store: Store, records: Records, names: Sequence[str]) -> Table:
    groups = defaultdict(list)
    for run, record in zip(store.plan.runs.values(), records, strict=True):
        groups[tuple(run.values())[:-1]].append(record)  # all but the seed
    rows = []
    for values, some in groups.items():
        counts = Counter(record["status"] for record in some)
        spreads = [_spread(_found(some, name)) for name in names]
        rows.append([*values, *spreads, counts["failed"], counts["lost"]])
    return Table([*list(store.plan.values)[:-1], *names, "failed", "lost"], rows)


def _found(records: Records, name: str) -> list[Any]:
    """Return a result of all runs that were done and have it."""
    done = (record["results"] for record in records if record["status"] == "done")
    return [results[name] for results in done if name in results]


def _spread(values: Sequence[Any]) -> str:
    """Return mean, extremes and count of numbers; how often each other value came."""
    if all(map(is_number, values)):
        return spread(values)
    return ", ".join(f"{count} × {value}" for value, count in Counter(values).items())


def _plot(store: Store, records: Records, names: Sequence[str]) -> tuple[bytes, str]:
    """Return a picture with a panel a result, and its alternative text."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    from medtutor import plots
    from medtutor.plots.style import STYLE

    with rc_context(STYLE):
        figure = Figure(figsize=(5 * len(names), 3.8))
        for ax, name in zip(figure.subplots(1, len(names), squeeze=False)[0], names, strict=True):
            plots.plot_by_value(**_by_value(store, records, name), ax=ax)
        text, picture = plots.alt_text(figure), io.BytesIO()
        figure.savefig(picture, format="png", metadata={"Description": text})
    return picture.getvalue(), text


def _by_value(store: Store, records: Records, name: str) -> dict[str, Any]:
    """Return what to draw of a result; the first parameter with several values is on the axis."""
    varied = [known for known, values in store.plan.values.items() if len(values) > 1]
    axis, *others = [known for known in varied if known != "seed"] or ["seed"]
    values = store.plan.values[axis]
    scores: dict[str, list[list[Any]]] = defaultdict(lambda: [[] for _ in values])
    for run, record in zip(store.plan.runs.values(), records, strict=True):
        label = ", ".join(f"{other} {run[other]}" for other in others)
        scores[label][values.index(run[axis])] += _found([record], name)
    return {"values": values, "scores": scores, "xlabel": axis, "ylabel": name}
