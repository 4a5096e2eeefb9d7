"""The test set, handed out by a lock that keeps a record."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from medtutor._checks import of_kind
from medtutor.datasets import Split
from medtutor.project.protocol import Protocol


class TestLock:
    """Hands the test set out, and writes down each time that it does.

    It refuses nothing: a second look is sometimes right. But it is counted, and each report
    says so. The set itself can still be reached another way, and a record that is deleted is
    gone: it helps the honest to be exact, and stops nobody else.

    Parameters
    ----------
    test : Split
    protocol : Protocol
        As it stands now; a later one with another hash is noted.
    folder : path
        Where ``openings.json`` lies; the folder must exist.

    Raises
    ------
    ValueError
        Where ``openings.json`` is there and can't be read, or for what is no split or protocol.

    Notes
    -----
    Taught in lesson 21.
    """

    __test__ = False  # pytest takes the name for one of its own

    def __init__(self, test: Split, protocol: Protocol, folder: str | Path) -> None:
        self._test = of_kind("test", test, Split, "a split, such as data.test")
        self.protocol = of_kind("protocol", protocol, Protocol, "a Protocol: Protocol.load(path)")
        self._path = Path(folder) / "openings.json"
        self.records()

    def records(self) -> list[dict[str, Any]]:
        """Return what was written down, oldest first."""
        if not self._path.exists():
            return []
        try:
            records = json.loads(self._path.read_text(encoding="utf-8-sig"))
            "".join(one["protocol"] + one["seal"] for one in records)  # which must be texts
        except (ValueError, TypeError, KeyError) as error:
            raise ValueError(
                f"{self._path.name} isn't as the lock wrote it ({error}); keep it under another "
                "name, and say in your report how often the test set was opened before"
            ) from error
        return records

    def open(self, reason: str) -> Split:
        """Write down why, and return the test set.

        Raises
        ------
        ValueError
            Where no reason is given.
        """
        if not isinstance(reason, str) or not reason.strip():
            raise ValueError('say why the test set is opened, such as open("final measurement")')
        who = self._test.patients
        n_patients = None if who is None else len(np.unique(who))
        self._append(reason=reason, images=len(self._test), patients=n_patients)
        return self._test

    def write_down(self, results: Mapping[str, Any]) -> None:
        """Keep what was found, so that the first look stays known after a second one.

        Raises
        ------
        ValueError
            For anything but results by name.
        """
        of_kind("results", results, Mapping, 'results by name, such as {"AUC": 0.9}')
        self._append(results={name: str(value) for name, value in results.items()})

    def notes(self) -> list[str]:
        """Return the sentences that a report must begin with."""
        records = self.records()
        n = sum("reason" in one for one in records)
        times = {0: "never opened", 1: "opened once"}.get(n, f"opened {n} times")
        notes = [f"The test set was {times}."]
        if {one["protocol"] for one in records} - {self.protocol.hash}:
            notes.append("The protocol was changed after the first look.")
        if _seals(records) != [one["seal"] for one in records]:
            notes.append("The record of openings was edited by hand.")
        return notes + self._about_patients()

    def _about_patients(self) -> list[str]:
        labels, who, notes = self._test.labels, self._test.patients, []
        if who is None:
            notes = ["No patients are known: a leak can't be excluded, and intervals are by image."]
            who = np.arange(len(self._test))
        labels = np.zeros(len(who)) if labels is None or labels.ndim > 1 else labels
        if min((len(np.unique(who[labels == one])) for one in np.unique(labels)), default=0) < 10:
            notes.append("A class has fewer than 10 test cases: a demonstration, no evidence.")
        return notes

    def _append(self, **what: Any) -> None:
        time = datetime.now(UTC).isoformat(timespec="seconds")
        records = [*self.records(), {"time": time, "protocol": self.protocol.hash, **what}]
        records[-1]["seal"] = _seals(records)[-1]
        text = json.dumps(records, indent=1, ensure_ascii=False)
        self._path.write_text(text, encoding="utf-8", newline="\n")


def _seals(records: list[dict[str, Any]]) -> list[str]:
    """Return for each record a hash of it and all before: an edited one no longer fits."""
    chain, seals = hashlib.sha256(), []
    for one in records:
        chain.update(json.dumps({**one, "seal": ""}, sort_keys=True).encode())
        seals.append(chain.hexdigest()[:12])
    return seals
