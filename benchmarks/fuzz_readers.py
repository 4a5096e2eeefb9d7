"""Feed damaged files to the readers: only an image or a ReadError may come out.

python benchmarks/fuzz_readers.py --count 10000 --seed 0

Files that pydicom and nibabel ship for their own tests, and pictures, volumes and folders made
here, are damaged at random and read in a process of its own with a bound on memory (where the
system has one) and on time. Whatever ends that process, takes too long, fills the memory, raises
anything but ReadError, or doesn't name the file or folder that it is about is reported with the
number of the input, which ``--first N --count 1`` repeats.
"""

import argparse
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections import Counter
from pathlib import Path

from fuzz_damage import make_input
from fuzz_seeds import seeds

SECONDS_EACH = 20
MEMORY = 3 * 2**30
PICTURES = (".png", ".jpg")


def read(path):
    """Read a file by the reader that its name asks for, a folder by the ways it may be read."""
    from medtutor import datasets

    if path.name == "series" or path.suffix == ".dcm":
        return datasets.read_dicom(path)
    if path.suffix in (".nii", ".gz"):
        return datasets.read_nifti(path, frame=0)
    if path.name == "classes":
        return datasets.load(f"folder:{path}", size=28)
    return datasets.read_folder(path, size=16 if path.name == "masks" else None)


def outcome(place, files):
    """Write the files, read ``place``, and return "read", "refused", or what went wrong."""
    from medtutor.datasets import ReadError

    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            read(place)
    except ReadError as error:
        if isinstance(error.__cause__, MemoryError):
            return "MEMORY"
        named = place in (error.path, *error.path.parents) and str(error.path) in str(error)
        return "refused" if named else f"UNNAMED {error}"[:200]
    except BaseException as error:
        return f"RAISED {type(error).__name__} {error}".replace("\n", " ")[:200]
    else:
        return "read"


def work(seed, first, stop):
    """Read inputs one after the other, and print each outcome."""
    limit_memory()
    undamaged = seeds()
    for number in range(first, stop):
        name, files = make_input(undamaged, seed, number)
        print(f"{number} START {name}", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder) if name in files else Path(folder, name)
            # Pictures are read as what a folder holds; other single files now and then.
            by_folder = name not in files or name.endswith(PICTURES) or number % 4 == 0
            placed = {home / path: content for path, content in files.items()}
            started = time.perf_counter()
            result = outcome(home if by_folder else home / name, placed)
            seconds = time.perf_counter() - started
        print(f"{number} {seconds:.2f} {result}", flush=True)
    print(f"PEAK {peak_mib()}", flush=True)


def limit_memory():
    try:
        import resource
    except ImportError:  # Windows
        return
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def peak_mib():
    try:
        import resource
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // (1024 if sys.platform == "linux" else 1024**2)


class Tally:
    """What came out so far."""

    def __init__(self):
        self.counts = Counter()
        self.by_kind = Counter()
        self.bad = []
        self.slowest = (0.0, "")
        self.peak = 0

    def note(self, number, name, seconds, result):
        """Count one input."""
        kind = result if result in ("read", "refused") else "bad"
        self.counts[kind] += 1
        self.by_kind[(Path(name).suffix.lstrip(".") or f"{name}/", kind)] += 1
        self.slowest = max(self.slowest, (seconds, f"{number} {name}"))
        if kind == "bad":
            self.bad.append(f"input {number} ({name}): {result}")


def run(seed, first, count, advance):
    """Read inputs in worker processes; a worker that dies is followed by another."""
    tally, number, stop = Tally(), first, first + count
    while number < stop:
        number = run_worker(seed, number, stop, tally, advance)
    return tally


def run_worker(seed, first, stop, tally, advance):
    """Read inputs until the end or until the worker dies; return the next number."""
    words = [sys.executable, __file__, "--worker", "--seed", seed, "--first", first]
    words += ["--count", stop - first]
    worker = subprocess.Popen(
        [str(word) for word in words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    current, name, last = first, "before the first input", time.monotonic()
    done, hung = threading.Event(), False

    def watch():
        nonlocal hung
        while not done.wait(1):
            if time.monotonic() - last > SECONDS_EACH:
                hung = True
                worker.kill()
                return

    errors = []
    readers = [
        threading.Thread(target=watch, daemon=True),
        threading.Thread(target=lambda: errors.extend(worker.stderr), daemon=True),
    ]
    for thread in readers:
        thread.start()
    for line in worker.stdout:
        last = time.monotonic()
        word, _, rest = line.strip().partition(" ")
        if word == "PEAK":
            tally.peak = max(tally.peak, int(rest))
        elif rest.startswith("START "):
            current, name = int(word), rest.removeprefix("START ")
        else:
            seconds, _, result = rest.partition(" ")
            tally.note(current, name, float(seconds), result)
            current += 1
            advance()
    status = worker.wait()
    done.set()
    for thread in readers:
        thread.join()
    if errors:
        tally.bad.append(f"before input {current}: printed {''.join(errors)[-300:]!r}")
    if current < stop:
        result = "HUNG" if hung else f"DIED with status {status}"
        tally.note(current, name, SECONDS_EACH if hung else 0.0, result)
        advance()
        current += 1
    return current


def report(tally):
    """Print what came out, and return the exit status."""
    total = tally.counts.total()
    print(f"{total} inputs: {dict(tally.counts)}")
    for (kind, result), n in sorted(tally.by_kind.items()):
        print(f"  {kind:8s} {result:8s} {n:6d}")
    print(f"slowest {tally.slowest[0]:.2f} s (input {tally.slowest[1]}), peak {tally.peak} MiB")
    for line in tally.bad[:50]:
        print("BAD", line)
    return 1 if tally.bad else 0


def main():
    from tqdm import tqdm

    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=10_000, help="how many inputs")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0, help="number of the first input")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.worker:
        work(given.seed, given.first, given.first + given.count)
        return 0
    with tqdm(total=given.count, unit="file", disable=None) as bar:
        tally = run(given.seed, given.first, given.count, bar.update)
    return report(tally)


if __name__ == "__main__":
    sys.exit(main())
