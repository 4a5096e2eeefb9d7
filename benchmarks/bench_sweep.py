"""What a sweep costs over plain runs of a lesson, and what a second worker gains.

python benchmarks/bench_sweep.py [LESSON]
"""

import sys
import tempfile
import time

from medtutor._table import Table
from medtutor.course import running
from medtutor.sweep import dispatching, planning, storing, working

N_RUNS = 4


def seconds_of_plain_runs(lesson: str, folder: str) -> float:
    started = time.perf_counter()
    for seed in range(N_RUNS):
        (outcome,) = running.run(running.plan([lesson], {"seed": seed}), f"{folder}/{seed}")
        assert outcome.passed, outcome.error
    return time.perf_counter() - started


def seconds_of_a_sweep(lesson: str, folder: str, jobs: int) -> tuple[float, float]:
    """Return how long the workers took to start, and how long they took for all runs."""
    plan = planning.make(lesson, {"seed": f"0:{N_RUNS}"})
    store = storing.Store(f"{folder}/sweep{jobs}", plan)
    work = working.Work(plan.lesson, plan.source, "none", None, working.versions())
    started = time.perf_counter()
    with dispatching.connected(None, jobs) as client:
        ready = time.perf_counter()
        dispatching.finish(store, client, work)
        ended = time.perf_counter()
    assert all(run["status"] == "done" for run in store.records.values()), store.tally()
    return ready - started, ended - ready


def main(lesson: str = "00") -> None:
    with tempfile.TemporaryDirectory() as folder:
        plain = seconds_of_plain_runs(lesson, folder)
        (start, one), (_, two) = (seconds_of_a_sweep(lesson, folder, jobs) for jobs in (1, 2))
    rows = [
        ("plain runs, one after the other", f"{plain / N_RUNS:.2f} s a run"),
        ("sweep, 1 worker", f"{one / N_RUNS:.2f} s a run"),
        ("overhead", f"{(one - plain) / N_RUNS:+.2f} s a run"),
        ("start of a worker, once", f"{start:.2f} s"),
        ("sweep, 2 workers", f"{two / N_RUNS:.2f} s a run"),
        ("speed-up from 1 worker to 2", f"{one / two:.2f}"),
    ]
    print(Table(["what", f"lesson {lesson}, {N_RUNS} runs"], rows))


if __name__ == "__main__":
    main(*sys.argv[1:])
