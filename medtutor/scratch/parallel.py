"""One training on several machines: averaged gradients, the ring, and what to expect of them."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from medtutor._checks import checked_within, number, positive, share


class Traffic(NamedTuple):
    """What a ring all-reduce sent: bytes of each machine, and steps one after the other."""

    bytes_sent_per_worker: tuple[int, ...]
    steps: int


def all_reduce_mean(
    gradients: Sequence[Sequence[np.ndarray]], *, counts: Sequence[int] | None = None
) -> list[np.ndarray]:
    r"""Return the gradient of the large batch from those of its parts.

    .. math:: g = \sum_k \frac{n_k}{\sum_j n_j}\, g_k

    Parameters
    ----------
    gradients : sequence of lists of arrays
        For each worker k the mean gradient of its images: an array for each weight.
    counts : sequence of int, optional
        Images of each worker, n_k in the formula; without it all have as many.

    Returns
    -------
    list of arrays
        Shaped as those of one worker.

    Raises
    ------
    ValueError
        For no worker, anything but arrays of numbers (such as None, for a weight that the loss
        doesn't depend on), shapes that differ, counts below 1 or not one for each worker.

    Notes
    -----
    Taught in lesson 20.
    """
    workers = _alike("worker", gradients)
    images = [1] * len(workers) if counts is None else np.ravel(counts).tolist()
    if not 1 <= len(workers) == len(images):
        raise ValueError(
            f"there are gradients of {len(workers)} workers and {len(images)} counts; give a "
            "list of arrays and a count of images for each worker, and one worker at least"
        )
    total = sum(positive(f"counts[{worker}]", count) for worker, count in enumerate(images))
    return [
        np.sum([np.multiply(n / total, one) for n, one in zip(images, arrays, strict=True)], axis=0)
        for arrays in zip(*workers, strict=True)
    ]


def ring_all_reduce(arrays: Sequence[np.ndarray]) -> tuple[np.ndarray, Traffic]:
    """Add up an array of each machine by messages to the right neighbour alone.

    Each array is cut into as many parts as there are machines. In the first n - 1 steps
    (reduce-scatter) a part grows as it goes round, until each machine holds one finished part. In
    the last n - 1 (all-gather) the finished parts go round. In each step every machine sends one
    part, all at the same time.

    Parameters
    ----------
    arrays : sequence of arrays
        One for each machine, of equal shape; none is changed. Small integers travel as 64 bits.

    Returns
    -------
    total : array
        The sum, as every machine holds it in the end.
    traffic : Traffic
        ``bytes_sent_per_worker`` and ``steps``, which is 2 (n - 1).

    Raises
    ------
    ValueError
        For no machine, anything but an array of numbers for each, or shapes that differ.

    Notes
    -----
    Patarasuk & Yuan 2009, doi:10.1016/j.jpdc.2008.09.002. Taught in lesson 20.
    """
    machines = _alike("machine", [[one] for one in arrays] if np.iterable(arrays) else None)
    n = positive("the number of machines", len(machines))
    parts = [np.array_split(row.ravel(), n) for row in np.sum([machines], axis=0)]
    sent = [0] * n
    for step in range(2 * (n - 1)):
        # All send at the same time, so each message is what was there before the step.
        turns = [(machine, (machine - step) % n) for machine in range(n)]
        messages = [parts[machine][part].copy() for machine, part in turns]
        for (machine, part), message in zip(turns, messages, strict=True):
            right = parts[(machine + 1) % n]
            right[part] = right[part] + message if step < n - 1 else message
            sent[machine] += message.nbytes
    return np.concatenate(parts[0]).reshape(machines[0][0].shape), Traffic(tuple(sent), 2 * (n - 1))


def amdahl(p: float, n: int) -> float:
    r"""Return how many times as fast ``n`` machines are if only a share ``p`` is shared out.

    .. math:: S(n) = \frac{1}{(1 - p) + p / n}

    Parameters
    ----------
    p : float
        Share of the time on one machine that can be shared out, 0 to 1.
    n : int
        Machines, from 1 up.

    Notes
    -----
    Amdahl 1967, doi:10.1145/1465482.1465560. Taught in lesson 20.
    """
    p = share("p", p, or_one=True)
    return 1 / (1 - p + p / positive("n", n))


def all_reduce_seconds(n_bytes: float, n: int, *, latency: float, bandwidth: float) -> float:
    r"""Return the seconds that a ring all-reduce takes.

    .. math:: T = 2 (n - 1)\, \alpha + \frac{2 (n - 1)}{n} \frac{M}{\beta}

    Parameters
    ----------
    n_bytes : float
        Bytes of the array on each machine, M in the formula.
    n : int
        Machines, from 1 up; one has nothing to send.
    latency : float
        Seconds from the start of a message to its first byte, α.
    bandwidth : float
        Bytes (not bits) a second between neighbours, β, from 1 up.

    Notes
    -----
    Patarasuk & Yuan 2009, doi:10.1016/j.jpdc.2008.09.002. Taught in lesson 20.
    """
    steps = 2 * (positive("n", n) - 1)
    speed = checked_within("bandwidth", bandwidth, 1, 1e18, "bytes a second")
    return steps * (number("latency", latency) + number("n_bytes", n_bytes) / n / speed)


def _alike(who: str, groups: Any) -> list[list[np.ndarray]]:
    """Return the arrays of each ``who``: of numbers, and of the shapes of the first one's."""
    everybody = groups if np.iterable(groups) else [groups]
    found = [list(map(np.asarray, one if np.iterable(one) else [one])) for one in everybody]
    for place, arrays in enumerate(found):
        if not all(array.dtype.kind in "biuf" for array in arrays):
            raise ValueError(f"{who} {place} has {arrays!r:.40}; give arrays of numbers, or zeros")
        mine, others = ([array.shape for array in each] for each in (arrays, found[0]))
        if mine != others:
            raise ValueError(
                f"{who} {place} has arrays of shapes {mine}, the first one of {others}; give equal "
                "shapes"
            )
    return found
