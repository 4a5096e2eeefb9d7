"""Table and plot of a sweep: every seed is seen, and no mean stands alone."""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from statistics import fmean
from typing import TYPE_CHECKING, Any

from medtutor._checks import is_number
from medtutor._table import Table
from medtutor.sweep.storing import Store, write

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Records = Iterable[dict[str, Any]]

_FACTS = ("status", "seconds", "peak_mib", "attempts", "cpu", "error")
_WIDE = 30  # largest value over smallest beyond which an axis is logarithmic


def show(store: Store) -> str:
    """Write ``table.csv`` and ``plot.png`` into the folder; return the means as text."""
    records = [store.records.get(key, {"status": "to do"}) for key in store.plan.runs]
    names = list(dict.fromkeys(name for record in records for name in record.get("results", ())))
    write(store.folder / "table.csv", _as_csv(store, records, names).encode())
    said = [str(_means(store, records, names))]
    kinds = {f"{record['cpu']} {record['threads']}" for record in records if "cpu" in record}
    if len(kinds) > 1:
        said.append("Kinds of CPU or numbers of threads are mixed: equal seeds give other bits.")
    numeric = [name for name in names if all(map(is_number, _found(records, name)))]
    if any(_found(records, name) for name in numeric):
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
    if not values or not all(map(is_number, values)):
        return ", ".join(f"{count} × {value}" for value, count in Counter(values).items()) or "-"
    return f"{fmean(values):.4g} ({min(values):.4g} to {max(values):.4g}, n {len(values)})"


def _plot(store: Store, records: Records, names: Sequence[str]) -> tuple[bytes, str]:
    """Return a picture with a panel a result, and its alternative text."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    from medtutor.plots import alt_text
    from medtutor.plots.style import STYLE

    with rc_context(STYLE):
        figure = Figure(figsize=(5 * len(names), 3.8))
        for ax, name in zip(figure.subplots(1, len(names), squeeze=False)[0], names, strict=True):
            _draw(store, records, name, ax)
        text, picture = alt_text(figure), io.BytesIO()
        figure.savefig(picture, format="png", metadata={"Description": text})
    return picture.getvalue(), text


def _draw(store: Store, records: Records, name: str, ax: "Axes") -> None:
    """Draw a point a run, and a line through the means; the first parameter is on the axis."""
    from medtutor.plots import colours, describe

    varied = [known for known, values in store.plan.values.items() if len(values) > 1]
    axis, *others = [known for known in varied if known != "seed"] or ["seed"]
    given = store.plan.values[axis]
    is_scale = all(map(is_number, given))
    curves: dict[str, dict[Any, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for run, record in zip(store.plan.runs.values(), records, strict=True):
        label = ", ".join(f"{other} {run[other]}" for other in others)
        for result in _found([record], name):
            curves[label][run[axis] if is_scale else str(run[axis])].append(result)
    texts = [f"{name} by {axis}, a point a run."]
    for place, (label, points) in enumerate(curves.items()):
        look: dict[str, Any] = {"color": colours.categorical(place), "alpha": 0.7}
        means = list(map(fmean, points.values()))
        ax.plot(list(points), means, colours.dash(place), label=label, **look)
        for x, values in points.items():
            ax.plot([x] * len(values), values, colours.marker(place), **look)
        texts.append(f"{label} " + "; ".join(f"{x}: {_spread(v)}" for x, v in points.items()) + ".")
    if is_scale and min(given) > 0 and max(given) / min(given) > _WIDE:
        ax.set_xscale("log")
    ax.set(xlabel=axis, ylabel=name)
    if others:
        ax.legend()
    describe(ax, " ".join(texts))
