"""What the scaling explorer shows: one step of a training on several machines, and its speed-up.

The page's ``arithmetic.js`` computes the same.
"""

from typing import Any, TypedDict

from medtutor._checks import checked_within
from medtutor.explore.common.checks import checked_choice, checked_whole
from medtutor.scratch.parallel import all_reduce_seconds, amdahl

NETWORKS = {
    "1 Gbit/s": 0.125e9,
    "10 Gbit/s": 1.25e9,
    "100 Gbit/s": 12.5e9,
    "NVLink, 450 GB/s": 450e9,
}
"""Names of networks between machines, and their bytes a second."""

MOST_MACHINES = 64
NUMBERS = {
    "compute_ms": (0.01, 100),
    "read_ms": (0.01, 100),
    "weights_millions": (0.01, 1000),
    "latency_us": (1, 10_000),
}
COUNTS = {"serial_percent": (0, 50), "batch": (1, 1024), "machines": (1, MOST_MACHINES)}


def checked_settings(*, network: Any, **settings: Any) -> dict[str, Any]:
    """Return the settings, each in its range."""
    counts = {name: checked_whole(name, settings[name], *ends) for name, ends in COUNTS.items()}
    numbers = {name: checked_within(name, settings[name], *ends) for name, ends in NUMBERS.items()}
    return {"network": checked_choice("network", network, NETWORKS), **numbers, **counts}


class Scene(TypedDict):
    """One step, its parts in milliseconds, and what the machines bring together."""

    compute_ms: float
    wait_data_ms: float
    serial_ms: float
    talk_ms: float
    step_ms: float
    reading_ms: float
    images: int
    images_per_second: float
    speed_up: float
    amdahl: float
    efficiency: float
    curve: list[float]


def scaling_scene(
    *,
    compute_ms: float = 2.0,
    read_ms: float = 0.5,
    serial_percent: int = 2,
    weights_millions: float = 0.06,
    network: str = "1 Gbit/s",
    latency_us: float = 100.0,
    batch: int = 32,
    machines: int = 4,
) -> Scene:
    """Return one step of data-parallel training, taken apart, and its speed-up.

    Each machine computes the gradient of ``batch`` images while it reads the next ones. A share of
    the work can't be shared out: one machine does it alone for the images of all, and the others
    wait. Then all gradients are averaged by a ring all-reduce, and nothing goes on meanwhile.

    Parameters
    ----------
    compute_ms, read_ms : float
        Milliseconds of computing and of reading, for an image, 0.01 to 100.
    serial_percent : int
        Share of the work that only one machine can do, 0 to 50 per cent.
    weights_millions : float
        Weights of the network, in millions, of 4 bytes each, 0.01 to 1,000.
    network : str
        A name of ``NETWORKS``.
    latency_us : float
        Microseconds from the start of a message to its first byte, 1 to 10,000.
    batch : int
        Images of each machine in a step, 1 to 1,024.
    machines : int
        How many there are, 1 to 64.

    Returns
    -------
    dict
        ``compute_ms``, ``wait_data_ms``, ``serial_ms`` and ``talk_ms`` make ``step_ms``;
        ``reading_ms`` goes on beside them. ``images`` of a step on all machines,
        ``images_per_second``; ``speed_up`` over one machine, as ``amdahl`` says it without the
        network, and ``efficiency``, the speed-up for each machine; ``curve``, the speed-up of 1 to
        64 machines.

    Raises
    ------
    ValueError
        For a number out of its range, or an unknown network.

    Notes
    -----
    Taught in lesson 20.
    """
    checked_settings(
        compute_ms=compute_ms,
        read_ms=read_ms,
        serial_percent=serial_percent,
        weights_millions=weights_millions,
        network=network,
        latency_us=latency_us,
        batch=batch,
        machines=machines,
    )

    def step_of(n: int) -> tuple[float, float, float, float]:
        shared = 1 - serial_percent / 100
        busy = max(compute_ms, read_ms)
        talk = all_reduce_seconds(
            4e6 * weights_millions, n, latency=latency_us / 1e6, bandwidth=NETWORKS[network]
        )
        serial = (1 - shared) * batch * n * busy
        return (
            shared * batch * compute_ms,
            shared * batch * (busy - compute_ms),
            serial,
            1000 * talk,
        )

    alone = sum(step_of(1))
    parts = step_of(machines)
    step = sum(parts)
    speed_up = machines * alone / step
    return {
        "compute_ms": parts[0],
        "wait_data_ms": parts[1],
        "serial_ms": parts[2],
        "talk_ms": parts[3],
        "step_ms": step,
        "reading_ms": batch * read_ms,
        "images": machines * batch,
        "images_per_second": 1000 * machines * batch / step,
        "speed_up": speed_up,
        "amdahl": amdahl(1 - serial_percent / 100, machines),
        "efficiency": speed_up / machines,
        "curve": [n * alone / sum(step_of(n)) for n in range(1, MOST_MACHINES + 1)],
    }
