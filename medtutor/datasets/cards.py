"""Cards of data sets, made of tables that lie here: a row a set."""

from pathlib import Path
from typing import Any

from medtutor.datasets.dataset import Card
from medtutor.datasets.tables import rows_of


def card_of(facts: dict[str, str], **others: Any) -> Card:
    """Return the card of a row; ``others`` is what the table doesn't hold."""
    return Card(
        name=facts["name"],
        title=facts["title"],
        task=facts["task"],
        class_names=tuple(facts["labels"].split("; ")),
        counts=(int(facts["train"]), int(facts["val"]), int(facts["test"])),
        about=facts["about"],
        licence=facts["licence"],
        **others,
    )


def simulated_card(name: str, **others: Any) -> Card:
    """Return the card of a simulated set, whose row stands in ``simulated.tsv``."""
    facts = rows_of(Path(__file__).with_name("simulated.tsv"))[name]
    known = {"source": facts["source"], "citation": facts["citation"]}
    return card_of(facts, simulated=True, has_patients=True, **known, **others)
