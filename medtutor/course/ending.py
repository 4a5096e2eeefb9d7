"""What happens where a process is asked to end."""

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any


def ended_like_ctrl_c() -> AbstractContextManager[None]:
    """Let a request to end (SIGTERM) do what Ctrl+C does, so that no lesson runs on alone."""
    return on_signals(["SIGTERM"], signal.default_int_handler)


@contextmanager
def on_signals(
    names: Sequence[str], handler: Callable[[int, Any], None] | signal.Handlers
) -> Iterator[None]:
    """Call ``handler`` for some signals as long as the block runs."""
    if threading.current_thread() is not threading.main_thread():  # which alone gets signals
        yield
        return
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
