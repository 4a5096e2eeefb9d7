"""Feed damaged files to the readers: only an image or a ReadError may come out.

python benchmarks/fuzz_readers.py --count 10000 --seed 0

Files that pydicom and nibabel ship for their own tests, and pictures made here, are damaged at
random and read in a process of its own with a bound on memory (where the system has one) and on
time. Whatever ends that process, takes too long, fills the memory, or raises anything but
ReadError is reported with the number of the input, which ``--first N --count 1`` repeats.
"""

import argparse
import gzip
import subprocess
import sys
import tempfile
import threading
import time
import warnings
import zlib
from collections import Counter
from io import BytesIO
from pathlib import Path

import numpy as np

SECONDS_EACH = 20
MEMORY = 3 * 2**30
LARGEST_SEED_FILE = 300_000
PIXEL_DATA = (b"\xe0\x7f\x10\x00", b"\x7f\xe0\x00\x10")


def seed_files():
    """Return the undamaged files as (name, content) pairs, always in the same order."""
    import nibabel
    import pydicom

    dicom = Path(pydicom.__file__).parent / "data" / "test_files"
    nifti = Path(nibabel.__file__).parent / "tests" / "data"
    found = [*sorted(dicom.glob("*.dcm")), *sorted(nifti.glob("*.nii*"))]
    small = [path for path in found if path.stat().st_size <= LARGEST_SEED_FILE]
    shipped = [(path.name, path.read_bytes()) for path in small]
    with_pixels = [
        (name, content)
        for name, content in shipped
        if not name.endswith(".dcm") or any(tag in content for tag in PIXEL_DATA)
    ]
    return with_pixels + pictures() + volumes()


def pictures():
    """Return PNG and JPEG files of several modes."""
    from PIL import Image

    rng = np.random.default_rng(0)
    gray = rng.integers(0, 256, (40, 30), dtype=np.uint8)
    colour = rng.integers(0, 256, (40, 30, 3), dtype=np.uint8)
    images = {
        "gray": Image.fromarray(gray),
        "colour": Image.fromarray(colour),
        "palette": Image.fromarray(colour).convert("P"),
        "deep": Image.fromarray(gray.astype(np.uint16) * 200),
        "alpha": Image.fromarray(colour).convert("RGBA"),
    }
    files = []
    for name, image in images.items():
        kinds = ("png", "jpg") if name in ("gray", "colour") else ("png",)
        for kind in kinds:
            sink = BytesIO()
            image.save(sink, "PNG" if kind == "png" else "JPEG")
            files.append((f"{name}.{kind}", sink.getvalue()))
    return files


def volumes():
    """Return small NIfTI files, where most damage hits the header."""
    import nibabel

    files = []
    for kind in (np.uint8, np.int16, np.float32):
        image = nibabel.Nifti1Image(np.arange(60).reshape(3, 4, 5).astype(kind), np.eye(4))
        content = image.to_bytes()
        files += [(f"{kind.__name__}.nii", content)]
        files += [(f"{kind.__name__}.nii.gz", gzip.compress(content, mtime=0))]
    return files


def damaged(content, rng):
    """Return the content with one to three kinds of damage."""
    broken = bytearray(content)
    for _ in range(rng.integers(1, 4)):
        broken = DAMAGES[rng.integers(len(DAMAGES))](broken, rng)
    return bytes(broken)


def place_in(broken, rng):
    """Return a place, as often in the first kilobyte as anywhere."""
    end = min(len(broken), 1024) if rng.random() < 0.5 else len(broken)
    return int(rng.integers(max(1, end)))


def flip_bits(broken, rng):
    for _ in range(rng.integers(1, 8)):
        if broken:
            broken[place_in(broken, rng)] ^= 1 << int(rng.integers(8))
    return broken


def cut(broken, rng):
    return broken[: place_in(broken, rng)]


def insert(broken, rng):
    place = place_in(broken, rng)
    return broken[:place] + rng.bytes(int(rng.integers(1, 64))) + broken[place:]


def remove(broken, rng):
    place = place_in(broken, rng)
    return broken[:place] + broken[place + int(rng.integers(1, 64)) :]


def overwrite_number(broken, rng):
    """Put a number in place of what may be a length, a count or a size."""
    value = LENGTHS[rng.integers(len(LENGTHS))]
    place = place_in(broken, rng) & ~1
    broken[place : place + len(value)] = value
    return broken


def repeat(broken, rng):
    place, n_bytes = place_in(broken, rng), int(rng.integers(1, 256))
    part = broken[place : place + n_bytes]
    return broken[:place] + part * int(rng.integers(1, 30)) + broken[place:]


def blank(broken, rng):
    place, n_bytes = place_in(broken, rng), int(rng.integers(1, 64))
    end = min(len(broken), place + n_bytes)
    broken[place:end] = bytes(end - place)
    return broken


def change_image_header(broken, rng):
    """Give DICOM's group 0028 (rows, columns, bits, samples, frames, …) another value."""
    starts = [
        place
        for place in range(min(len(broken), 4096) - 10)
        if broken[place : place + 2] == b"\x28\x00"
    ]
    if starts:
        place = starts[rng.integers(len(starts))] + 8
        value = rng.bytes(2) if rng.random() < 0.5 else bytes([int(rng.integers(40)), 0])
        broken[place : place + 2] = value
    return broken


OFTEN = (flip_bits, overwrite_number, change_image_header)
DAMAGES = (*OFTEN, *OFTEN, change_image_header, cut, insert, remove, repeat, blank)
LENGTHS = [
    b"\xff\xff\xff\xff",
    b"\xfe\xff\xff\xff",
    b"\xff\xff\xff\x7f",
    b"\x00\x00\x00\x80",
    b"\x00\x00\x00\x40",
    b"\xff\xff",
    b"\xff\x7f",
    b"\x00\x80",
    b"\x00\x00",
    b"\x01\x00\x00\x00",
]


def make_input(files, seed, number):
    """Return the name and content of one input; the same for the same two numbers."""
    rng = np.random.default_rng([seed, number])
    name, content = files[rng.integers(len(files))]
    deep = rng.random() < 0.7
    # Damage behind the checksums, which would else catch nearly all of it.
    if deep and name.endswith(".gz"):
        return name, gzip.compress(damaged(gzip.decompress(content), rng), 1, mtime=0)
    if deep and name.endswith(".png"):
        return name, with_checksums(damaged(content, rng))
    return name, damaged(content, rng)


def with_checksums(content):
    """Return a damaged PNG with a right checksum behind each chunk that is still one."""
    mended, place = bytearray(content), 8
    while place + 12 <= len(mended):
        n_bytes = int.from_bytes(mended[place : place + 4], "big")
        end = place + 8 + n_bytes
        if end + 4 > len(mended):
            break
        mended[end : end + 4] = zlib.crc32(mended[place + 4 : end]).to_bytes(4, "big")
        place = end + 4
    return bytes(mended)


def read(path):
    """Read the file by the reader that its name asks for."""
    from medtutor import datasets

    if path.suffix == ".dcm":
        return datasets.read_dicom(path)
    if path.suffix in (".nii", ".gz"):
        return datasets.read_nifti(path)
    return datasets.read_folder(path.parent)


def outcome(folder, name, content):
    """Return "read", "refused", or what went wrong."""
    from medtutor.datasets import ReadError

    path = folder / name
    path.write_bytes(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            read(path)
    except ReadError as error:
        out_of_memory = isinstance(error.__cause__, MemoryError)
        named = name in str(error) or path.suffix in (".png", ".jpg")
        return "MEMORY" if out_of_memory else "refused" if named else "UNNAMED"
    except BaseException as error:
        return f"RAISED {type(error).__name__} {error}".replace("\n", " ")[:200]
    else:
        return "read"
    finally:
        path.unlink()


def work(seed, first, stop):
    """Read inputs one after the other, and print each outcome."""
    limit_memory()
    files = seed_files()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(first, stop):
            name, content = make_input(files, seed, number)
            print(f"{number} START {name}", flush=True)
            started = time.perf_counter()
            result = outcome(Path(folder), name, content)
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
        self.by_kind[(Path(name).suffix.lstrip("."), kind)] += 1
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
        print(f"  {kind:4s} {result:8s} {n:6d}")
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
