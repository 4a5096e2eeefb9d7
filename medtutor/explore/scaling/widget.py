"""Many machines on one training: what a step is spent on, and how much faster it gets."""

from typing import Any

import traitlets

from medtutor.explore.common.widget import Explorer, source
from medtutor.explore.scaling.scene import (
    COUNTS,
    NETWORKS,
    NUMBERS,
    Scene,
    checked_settings,
    scaling_scene,
)


def _number(name: str, default: float) -> Any:
    low, high = NUMBERS[name]
    return traitlets.Float(default, min=low, max=high).tag(sync=True)


def _count(name: str, default: int) -> Any:
    low, high = COUNTS[name]
    return traitlets.Int(default, min=low, max=high).tag(sync=True)


class ScalingExplorer(Explorer):
    """The widget that ``scaling`` returns; it computes in the page, with no kernel needed.

    Its traits are the settings that the learner sees, and can be read and set from Python; they
    are the arguments of ``scaling_scene``.
    """

    _esm = source(
        "common/page.js",
        "common/svg.js",
        "common/slider.js",
        "scaling/arithmetic.js",
        "scaling/words.js",
        "scaling/drawing.js",
        "scaling/page.js",
    )
    _css = source("common/style.css", "scaling/style.css")

    compute_ms = _number("compute_ms", 2.0)
    read_ms = _number("read_ms", 0.5)
    serial_percent = _count("serial_percent", 2)
    weights_millions = _number("weights_millions", 0.06)
    network = traitlets.Enum(list(NETWORKS), "1 Gbit/s").tag(sync=True)
    latency_us = _number("latency_us", 100.0)
    batch = _count("batch", 32)
    machines = _count("machines", 4)

    def scene(self) -> Scene:
        """Return what is seen: see ``scaling_scene``."""
        return scaling_scene(
            compute_ms=self.compute_ms,
            read_ms=self.read_ms,
            serial_percent=self.serial_percent,
            weights_millions=self.weights_millions,
            network=self.network,
            latency_us=self.latency_us,
            batch=self.batch,
            machines=self.machines,
        )

    def describe(self) -> str:
        """Return what is seen, in a sentence."""
        scene = self.scene()
        return (
            f"Scaling explorer: {self.machines} machines over {self.network} train a network of "
            f"{self.weights_millions:g} million weights {scene['speed_up']:.1f} times as fast as "
            f"one; a step of {scene['images']} images takes {scene['step_ms']:.3g} ms, "
            f"{scene['talk_ms'] / scene['step_ms']:.0%} of it for the all-reduce."
        )


def scaling(
    *,
    compute_ms: float = 2.0,
    read_ms: float = 0.5,
    serial_percent: int = 2,
    weights_millions: float = 0.06,
    network: str = "1 Gbit/s",
    latency_us: float = 100.0,
    batch: int = 32,
    machines: int = 4,
) -> ScalingExplorer:
    """Share a training out among 1 to 64 machines, and see what becomes of the time.

    Parameters
    ----------
    compute_ms, read_ms : float
        Milliseconds of computing and of reading for an image, 0.01 to 100.
    serial_percent : int
        Share of the work that only one machine can do, 0 to 50 per cent.
    weights_millions : float
        Weights of the network, in millions, 0.01 to 1,000.
    network : str
        What joins the machines: "1 Gbit/s", "10 Gbit/s", "100 Gbit/s" or "NVLink, 450 GB/s".
    latency_us : float
        Microseconds from the start of a message to its first byte, 1 to 10,000.
    batch : int
        Images of each machine in a step, 1 to 1,024; the slider takes powers of two.
    machines : int
        From 1 to 64.

    Returns
    -------
    ScalingExplorer
        A widget; everything in it works by keyboard and mouse.

    Raises
    ------
    ValueError
        For a number outside its range, or an unknown network.

    Notes
    -----
    What is computed is that of ``scaling_scene``. Taught in lesson 20.
    """
    settings = checked_settings(
        compute_ms=compute_ms,
        read_ms=read_ms,
        serial_percent=serial_percent,
        weights_millions=weights_millions,
        network=network,
        latency_us=latency_us,
        batch=batch,
        machines=machines,
    )
    return ScalingExplorer(**settings)
