"""What the processor can do at once, and whether TensorFlow makes use of it."""

import os
import platform
import sys
from collections.abc import Mapping
from contextlib import suppress


def vector_unit() -> str | None:
    """Return the widest vector instructions of an x86 processor; ``None`` for other kinds."""
    if platform.machine().lower() not in ("x86_64", "amd64"):
        return None
    with suppress(ImportError):
        # NumPy asks the processor itself, on every system.
        from numpy._core._multiarray_umath import __cpu_features__ as has

        return next((name for name in ("AVX512F", "AVX2") if has.get(name)), "SSE")
    return None


def onednn_is_on(unit: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Tell whether TensorFlow uses oneDNN, or will once the course has started it."""
    setting = environment.get("TF_ENABLE_ONEDNN_OPTS")
    if setting is not None:
        return setting.strip().lower() not in ("0", "false")
    # The course sets it before it starts TensorFlow; whoever came first did without.
    return unit == "AVX512F" or "tensorflow" not in sys.modules
