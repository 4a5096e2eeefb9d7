"""Cards of data sets, made of tables that lie here: a row a set."""

from pathlib import Path
from typing import Any

from medtutor.datasets.dataset import Card
from medtutor.datasets.tables import rows_of


def card_of(facts: dict[str, str], **others: Any) -> Card:
    """Return the card of a row; ``others`` is what the table doesn't hold."""
    told: dict[str, Any] = {k: facts[k] for k in ("name", "title", "task", "about", "licence")}
    told["class_names"] = tuple(facts["labels"].split("; "))
    told["counts"] = tuple(int(facts[part]) for part in ("train", "val", "test"))
    return Card(**told, **others)


def simulated_card(name: str, **others: Any) -> Card:
    """Return the card of a simulated set, whose row stands in ``simulated.tsv``."""
    facts = rows_of(Path(__file__).with_name("simulated.tsv"))[name]
    known = {"source": facts["source"], "citation": facts["citation"]}
    return card_of(facts, simulated=True, has_patients=True, **known, **others)
