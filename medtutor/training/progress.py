"""Watching a training: a live picture, a bar, or nothing."""

import io
import time
from base64 import b64encode
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from tqdm import tqdm
from tqdm.keras import TqdmCallback

from medtutor._keras import keras
from medtutor._progress import in_kernel, silent
from medtutor.plots import alt_text, plot_history
from medtutor.plots.curves import panels

SECONDS_BETWEEN_PICTURES = 2  # drawing one takes a tenth of a second or two


def progress_callbacks(epochs: int) -> list[keras.callbacks.Callback]:
    """Return what shows progress here: in a notebook, in a terminal, or under test."""
    if silent():
        return []
    if in_kernel():
        return [LivePicture(epochs)]
    return [TqdmCallback(epochs, verbose=0, tqdm_class=tqdm)]


class LivePicture(keras.callbacks.Callback):
    """Curves of loss and metric that grow in the notebook; the last picture stays."""

    def __init__(self, epochs: int) -> None:
        super().__init__()
        self._epochs = epochs
        self._curves: dict[str, list[float]] = {}
        self._drawn_at = 0.0

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Hold a place for the picture."""
        from IPython.display import display

        text = f"epoch 1 of {self._epochs} …"
        self._handle = display({"text/plain": text}, raw=True, display_id=True)

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Draw again, unless the last picture is too new to have been seen."""
        for name, value in (logs or {}).items():
            self._curves.setdefault(name, []).append(float(value))
        if time.monotonic() - self._drawn_at >= SECONDS_BETWEEN_PICTURES:
            self._draw()

    def on_train_end(self, logs: dict[str, float] | None = None) -> None:
        """Draw the picture that stays."""
        if self._curves:
            self._draw()

    def _draw(self) -> None:
        data, metadata = picture_of(self._curves, self._epochs)
        self._handle.update(data, metadata=metadata, raw=True)
        self._drawn_at = time.monotonic()


def picture_of(
    curves: dict[str, list[float]], epochs: int
) -> tuple[dict[str, Any], dict[str, dict[str, str]]]:
    """Return a picture of the curves as Jupyter shows it: data, and metadata with its text."""
    figure = Figure(figsize=(4.2 * len(panels(curves)), 3.4), dpi=96, layout="constrained")
    axes = figure.subplots(1, len(panels(curves)))
    plot_history(curves, ax=axes)
    figure.suptitle(f"epoch {len(next(iter(curves.values())))} of {epochs}", fontsize="medium")
    text = alt_text(figure)
    png = io.BytesIO()
    FigureCanvasAgg(figure).print_png(png)
    encoded = b64encode(png.getvalue()).decode("ascii")
    return {"image/png": encoded, "text/plain": text}, {"image/png": {"alt": text}}
