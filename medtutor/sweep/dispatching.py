"""Giving the runs of a sweep to Dask's workers, and taking each result once."""

import logging
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from medtutor._resources import check_installed
from medtutor.course.ending import on_signals
from medtutor.sweep.storing import Stopped, Store

if TYPE_CHECKING:
    from distributed import Client, Future

ALLOWED_FAILURES = 2  # workers that may die under a run, which then goes to another one
PATIENCE = 60.0  # seconds without any worker after which a sweep stops
PAUSE = 0.2  # seconds between two looks at the runs


@contextmanager
def connected(scheduler: str | None, jobs: int) -> "Iterator[Client]":
    """Connect with a Dask cluster, or start one on this machine for as long as the block runs.

    Parameters
    ----------
    scheduler : str, optional
        Address of a cluster that is there, such as ``tls://10.0.0.5:8786``.
    jobs : int
        Without it: how many workers there are on this machine, which alone can reach them.
    """
    check_installed("distributed", "sweep", "a sweep needs Dask")
    import dask
    from distributed import Client, LocalCluster

    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # we say it in a sentence
    if scheduler:
        try:
            client = Client(scheduler)
        except TypeError as error:
            raise ValueError(f"{scheduler} needs Dask's settings for TLS: {error}") from error
        with client:
            yield client
        return
    settings = {"distributed.scheduler.allowed-failures": ALLOWED_FAILURES}
    # Workers are born deaf to Ctrl+C: this process alone ends the sweep, without their complaints.
    with dask.config.set(settings), on_signals(["SIGINT"], signal.SIG_IGN):
        cluster = LocalCluster(
            n_workers=jobs,
            threads_per_worker=1,
            host="127.0.0.1",
            scheduler_kwargs={"dashboard": False, "dashboard_address": "127.0.0.1:0"},
            silence_logs=logging.CRITICAL,
        )
    with cluster, Client(cluster) as client:
        yield client


def finish(store: Store, client: "Client", work: Callable[[dict[str, Any]], Any]) -> None:
    """Run what has no record yet, and store each result as it comes.

    Parameters
    ----------
    store : Store
        With the plan; gets the records.
    client : Client
        Of Dask.
    work : callable
        What a worker does with the parameters of a run: ``working.Work``.

    Raises
    ------
    Stopped
        Where no worker is left, or a record can't be written.
    ValueError
        Where a worker has other versions.
    """
    crew = _Crew(store, client, work)
    total, done = len(store.plan.runs), len(store.records)
    with tqdm(total=total, initial=done, unit="run", leave=False, disable=None) as bar:
        while crew.waiting or crew.running:
            crew.fill()
            crew.take()
            counts = store.tally().rpartition(" + ")[0]  # what is to do, the bar says itself
            bar.set_postfix_str(f"{counts}, {len(crew.running)} running", refresh=False)
            bar.update(len(store.records) - bar.n)


class _Crew:
    """The runs that wait, of which those to be tried once more are the last, and those at work."""

    def __init__(self, store: Store, client: "Client", work: Callable[..., Any]) -> None:
        self._store, self._client, self._work = store, client, work
        self._tries: Counter[str] = Counter()
        self._last_worker = float("inf")
        self.waiting = store.missing
        self.running: dict[Future, str] = {}

    def fill(self) -> None:
        """Give each worker's thread one run: one that waits must not suffer with its worker."""
        places = max(1, self._threads())
        while self.waiting and len(self.running) < places:
            if self.running and self._tries[self.waiting[0]]:
                return  # what is tried once more runs alone
            key = self.waiting.pop(0)
            self._tries[key] += 1
            future = self._client.submit(self._work, self._store.plan.runs[key], pure=False)
            self.running[future] = key

    def take(self) -> None:
        """Store what has ended; wait a moment where nothing has."""
        ended = [future for future in self.running if future.done()]
        for future in ended:
            key, facts = self.running.pop(future), self._facts(future)
            notebook = facts.pop("notebook", None)
            facts["attempts"] += self._tries[key]
            # Memory was short, most often.
            died = str(facts["error"]).startswith(("DeadKernelError", "the run ended early"))
            if died and self._tries[key] == 1:
                self.waiting.append(key)
            else:
                self._store.add(key, {"parameters": self._store.plan.runs[key]} | facts, notebook)
        if not ended:
            time.sleep(PAUSE)

    def _facts(self, future: "Future") -> dict[str, Any]:
        from distributed import KilledWorker

        try:
            # A function without a name travels as code: the scheduler may lack the course.
            deaths = self._client.run_on_scheduler(
                lambda dask_scheduler, key: dask_scheduler.tasks[key].suspicious, key=future.key
            )
            return future.result() | {"attempts": deaths}
        except KilledWorker as error:
            n = error.allowed_failures
            return {"status": "lost", "error": f"killed {n + 1} workers: memory?", "attempts": n}
        except (CancelledError, OSError) as error:
            raise Stopped(f"the scheduler is gone ({type(error).__name__})") from error
        except ImportError as error:
            raise ValueError(f"a worker lacks {error.name}; install the course there") from error

    def _threads(self) -> int:
        """Return how many runs the workers take at a time; stop where none was left for long."""
        n_threads = 0
        with suppress(OSError):  # the scheduler doesn't answer
            n_threads = sum(self._client.nthreads().values())
        if n_threads:
            self._last_worker = time.monotonic()
        elif time.monotonic() - self._last_worker > PATIENCE:
            raise Stopped(f"no worker left for {PATIENCE:.0f} s")
        return n_threads
