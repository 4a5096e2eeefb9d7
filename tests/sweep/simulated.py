"""A Dask client whose runs take no time, and end as a list says."""

import errno
from types import SimpleNamespace

from distributed import KilledWorker

ENDS = ("done", "failed", "kernel died", "lost")
ERRORS = {"failed": "cell [2]: ValueError: x", "kernel died": "DeadKernelError: Kernel died"}


class SimulatedClient:
    """Two workers; each run that starts gets the next end of a list, then all are done.

    Parameters
    ----------
    ends : iterator of str
        One of ``ENDS``; ``killed``, what Ctrl+C and a power cut do; ``full``, a full disk.
    """

    def __init__(self, ends):
        self.started, self.most_at_a_time, self.disk_is_full = [], 0, False
        self._ends, self._at_work = ends, 0

    def nthreads(self):
        return {"a": 1, "b": 1}

    def run_on_scheduler(self, function, key):
        return 0

    def submit(self, work, run, *, pure):
        self.started.append(run)
        self._at_work += 1
        self.most_at_a_time = max(self.most_at_a_time, self._at_work)
        return SimulatedFuture(self, next(self._ends, "done"))

    def left(self):
        self._at_work -= 1

    def sync(self, number):
        if self.disk_is_full:
            raise OSError(errno.ENOSPC, "No space left on device")


class SimulatedFuture:
    """A run that has ended already."""

    key = "run"

    def __init__(self, client, end):
        self._client, self._end = client, end

    def done(self):
        return True

    def result(self):
        self._client.left()
        self._client.disk_is_full = self._end == "full"
        if self._end == "killed":
            raise KeyboardInterrupt
        if self._end == "lost":
            raise KilledWorker("run", SimpleNamespace(address="a"), 2)
        said = ERRORS.get(self._end)
        return {"status": "failed" if said else "done", "error": said, "results": {}}
