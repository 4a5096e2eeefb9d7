"""The folder where downloaded and generated files are kept."""

import os
from pathlib import Path

import pooch


def cache_folder(cache_dir: str | Path | None = None) -> Path:
    """Return the cache folder: the argument, else ``$MEDTUTOR_CACHE``, else the platform's."""
    chosen = cache_dir or os.environ.get("MEDTUTOR_CACHE") or pooch.os_cache("medtutor")
    return Path(chosen).expanduser()
