"""Getting a file from the network, whatever the network does."""

import errno
import shutil
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medtutor._progress import silent
from medtutor.datasets.cache import (
    is_intact,
    md5_of,
    move_into_place,
    part_file,
    put_aside,
    remember_intact,
)
from medtutor.datasets.tables import message

if TYPE_CHECKING:
    import requests
    from tqdm.auto import tqdm

# Seconds to wait before the second and the third attempt at one address.
_WAITS = (1.0, 3.0)
# Seconds for the connection, and between two arrivals of bytes.
_TIMEOUT = (10.0, 30.0)
_CHUNK_BYTES = 1 << 16
# Answers of a server that may be different a moment later.
_PASSING_STATUS = {408, 425, 429, 500, 502, 503, 504}
# A quota that is used up is to the user what a full disk is.
_NO_SPACE = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}


class DownloadError(RuntimeError):
    """A file could not be had; the message says what was tried and what to do."""


def ensure_file(target: Path, md5: str, addresses: Sequence[str]) -> None:
    """See to it that a file with the published content lies at ``target``.

    A file that is there already is used if its checksum is right, otherwise put aside.
    The addresses are tried in turn. Bytes arrive under a temporary name of this process
    alone and get the final name after the check, so that processes that load at once
    don't disturb each other and nobody ever sees half a file.

    Parameters
    ----------
    target : Path
        Final name of the file; its folder is made if needed.
    md5 : str
        Published checksum.
    addresses : sequence of str
        Where the file may be had, best first.

    Raises
    ------
    DownloadError
        No address gave the file, the disk is full, or the folder can't be written.
    """
    try:
        if _is_there(target, md5):
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        _first_that_works(target, md5, addresses)
    except OSError as error:
        reason = error.strerror or error
        raise DownloadError(message("no_folder_to_keep", target=target, reason=reason)) from error


def _is_there(target: Path, md5: str) -> bool:
    # It never was there, or another process puts it aside this very moment.
    with suppress(FileNotFoundError):
        if is_intact(target, md5):
            return True
        put_aside(target, target)
    return False


def _first_that_works(target: Path, md5: str, addresses: Sequence[str]) -> None:
    tried = []
    for address in addresses:
        trouble = _trouble_with(address, target, md5)
        if trouble is None:
            remember_intact(target, md5)
            return
        tried.append(f"  {address}: {trouble}")
    raise DownloadError(message("no_download", target=target, md5=md5, tried="\n".join(tried)))


def _trouble_with(address: str, target: Path, md5: str) -> str | None:
    """Try one address several times; return what went wrong in the end, or None."""
    import requests

    for wait in (*_WAITS, None):
        try:
            return _attempt(address, target, md5)
        except requests.RequestException as error:
            if wait is None or not _may_pass(error):
                return _in_words(error)
            time.sleep(wait)
    return None


def _attempt(address: str, target: Path, md5: str) -> str | None:
    with part_file(target) as part:
        _transfer(address, part, target.name)
        found = md5_of(part)
        if found != md5:
            aside = put_aside(part, target)
            return f"other content than published (MD5 {found}, not {md5}), kept as {aside.name}"
        move_into_place(part, target)
    return None


def _transfer(address: str, part: Path, name: str) -> None:
    import pooch
    from tqdm.auto import tqdm

    show = _someone_watches()
    with ExitStack() as stack:
        bar = stack.enter_context(tqdm(desc=name, unit="B", unit_scale=True, disable=not show))
        fetch = pooch.HTTPDownloader(
            progressbar=bar,
            chunk_size=_CHUNK_BYTES,
            timeout=_TIMEOUT,
            # Without identity a proxy may compress, and the length means something else.
            headers={"User-Agent": _user_agent(), "Accept-Encoding": "identity"},
            hooks={"response": partial(_on_answer, stack, bar, part.parent)},
        )
        try:
            fetch(address, str(part), None)
        except OSError as error:
            if error.errno not in _NO_SPACE:
                raise
            size = f"{bar.total / 1e6:,.1f} MB are needed" if bar.total else "its size is not known"
            raise OSError(errno.ENOSPC, f"the disk is full, {size}") from error


def _on_answer(
    stack: ExitStack, bar: "tqdm[Any]", folder: Path, answer: "requests.Response", **_: Any
) -> None:
    """Stop before the first byte where the disk can't hold the last one."""
    stack.callback(answer.close)  # pooch leaves it open after an error
    bar.total = int(answer.headers.get("content-length", 0))
    if bar.total > shutil.disk_usage(folder).free:
        raise OSError(errno.ENOSPC, "too little free space")


def _user_agent() -> str:
    from medtutor._version import __version__

    # The official server turns away clients that don't say what they are.
    return f"medtutor/{__version__} (teaching software for medical images; Python, pooch)"


def _someone_watches() -> bool:
    return not silent() and ("ipykernel" in sys.modules or sys.stderr.isatty())


def _may_pass(error: "requests.RequestException") -> bool:
    if error.response is not None:
        return error.response.status_code in _PASSING_STATUS
    return not isinstance(error, ValueError)  # requests' way to say "not an address"


def _in_words(error: "requests.RequestException") -> str:
    import requests

    if error.response is not None:
        return f"the server answered {error.response.status_code} {error.response.reason}"
    if isinstance(error, (requests.exceptions.MissingSchema, requests.exceptions.InvalidSchema)):
        return "not an address; begin it with http:// or https://"
    if isinstance(error, requests.Timeout) or "timed out" in str(error):
        return f"no answer for {_TIMEOUT[1]:g} seconds"
    if isinstance(error, requests.exceptions.ChunkedEncodingError) or "Incomplete" in str(error):
        return "the connection broke off before the end of the file"
    if isinstance(error, requests.ConnectionError):
        return f"no connection ({type(error).__name__})"
    return f"{type(error).__name__}: {error}"
