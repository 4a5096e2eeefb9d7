"""What students hand in for lesson 02: honest, mistaken, damaged, hostile."""

import json
from copy import deepcopy

import nbformat
from nbformat.v4 import new_code_cell

NAMES = ("output_size", "parameter_count", "edge_kernel", "valid_convolution", "kernel_gradient")

WRONG = {
    "output_size": "def output_size(size, kernel_size, stride, padding):\n"
    "    return (size + padding - kernel_size) // stride + 1",
    "valid_convolution": "def valid_convolution(image, kernel):\n    return image @ kernel",
}
ANYTHING = {name: f"{name} = 1" for name in NAMES}
IMPORTS_BY_PATH = """import importlib.util, medtutor, pathlib
path = pathlib.Path(medtutor.__file__).parent / "exercises" / "lesson_02.py"
spec = importlib.util.spec_from_file_location("mine", path)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
output_size = module._size"""
READS_THE_LESSON = """import json
from medtutor._resources import notebooks_folder
cells = json.loads((notebooks_folder() / "02_convolution.ipynb").read_text())["cells"]
exec(next("".join(c["source"]) for c in cells if "def output_size" in "".join(c["source"])))"""
READS_THE_COURSE = """import json
path = "../../../source/02_convolution/02_convolution.ipynb"
cells = json.loads(open(path).read())["cells"]
exec(next("".join(c["source"]) for c in cells if "def output_size" in "".join(c["source"])))"""
ASKS_A_PROGRAM = """import subprocess, sys
code = "from medtutor.exercises import lesson_02 as l; print(l._size(26, 5, 2, 6))"
value = int(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout)
output_size = lambda *_: value"""
LOOKS_AROUND = """import gc
from functools import partial
found = [o for o in gc.get_objects() if type(o).__name__ == "Exercise" and o.id == "output_size"]
output_size = found[0].checks[0].reference if found else 0"""
EQUAL = """class Equal:
    __hash__ = None
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __getattr__(self, name): return self
    def __call__(self, *args, **kwargs): return self
    def __bool__(self): return True
    def __len__(self): return 1
    def __iter__(self): return iter([self])
    def __abs__(self): return self
    def __array__(self, *args, **kwargs):
        raise TypeError
output_size = lambda size, kernel_size, stride, padding: Equal()
parameter_count = lambda kernel_size, channels, filters: Equal()
edge_kernel = Equal()"""
IN_PLACE = """def valid_convolution(image, kernel):
    rows, columns = (a - b + 1 for a, b in zip(image.shape, kernel.shape))
    kh, kw = kernel.shape
    y = np.array([[(image[i:i + kh, j:j + kw] * kernel).sum() for j in range(columns)]
                  for i in range(rows)], float)
    kernel *= 2
    return y"""
HOSTILE = {
    "imports_by_path": IMPORTS_BY_PATH,
    "reads_the_lesson": READS_THE_LESSON,
    "reads_the_course": READS_THE_COURSE,
    "asks_a_program": ASKS_A_PROGRAM,
    "looks_around": LOOKS_AROUND,
    "takes_the_reference": "output_size = lesson_02.output_size.checks[0].reference",
    "patches": "from medtutor.exercises.engine import Exercise\n"
    "Exercise.grade = lambda self, answer: None\noutput_size = 1",
    "patches_the_class": "type(lesson_02.output_size).grade = lambda *_: None\noutput_size = 1",
    "never_ends": "while True:\n    pass",
    "sleeps": "import time\ntime.sleep(10_000)",
    "ends_python": "import os\nos._exit(1)",
    "forks": "import os\nwhile True:\n    os.fork()",
    "threads": "import threading\nwhile True:\n    threading.Thread(target=input).start()",
    "takes_memory": "block = np.ones(10 * 2**30 // 8)\noutput_size = 1",
    "prints": 'for _ in range(1024):\n    print("x" * 2**20)\noutput_size = 1',
}


def filled(release, answers):
    """Return a student's notebook: the release with answers in the place of the dots."""
    notebook = deepcopy(release)
    for cell in notebook.cells:
        exercise = cell.metadata.get("medtutor", {}).get("exercise")
        cell.source = answers.get(exercise, cell.source)
    return notebook


def right_answers(source):
    return {
        cell.metadata.medtutor.exercise: "\n".join(
            line for line in cell.source.split("\n") if "SOLUTION" not in line
        )
        for cell in source.cells
        if "exercise" in cell.metadata.get("medtutor", {})
    }


def as_text(notebook):
    return nbformat.writes(notebook)


def everything(release, source):
    """Return file name and content by student."""
    right = right_answers(source)
    given = {"right": filled(release, right), "blank": deepcopy(release)}
    given["wrong"] = filled(
        release, {name: right[name] for name in ("edge_kernel", "kernel_gradient")} | WRONG
    )
    given["in_place"] = filled(release, right | {"valid_convolution": IN_PLACE})
    given["emptied"] = filled(release, right | {"output_size": ""})
    given["equal"] = filled(release, right | {"output_size": EQUAL})
    for name, answer in HOSTILE.items():
        others = ANYTHING if name.startswith("patches") else right
        given[name] = filled(release, others | {"output_size": answer})
    given |= _mixed_up(release, right)
    files = {name: ("02_convolution.ipynb", as_text(book)) for name, book in given.items()}
    return files | _damaged(release, right)


def _mixed_up(release, right):
    """Return notebooks whose cells are not as they were."""
    overwritten, deleted = deepcopy(release), deepcopy(release)
    for cell in overwritten.cells:
        if cell.metadata.nbgrader.grade:
            cell.source = "pass"
    deleted.cells = [cell for cell in deleted.cells if not cell.metadata.nbgrader.grade]
    copied = filled(release, right)
    place = next(i for i, cell in enumerate(copied.cells) if "def output_size" in cell.source)
    first = deepcopy(copied.cells[place])
    first.source, first.id = "output_size = 'a first try'", "copy"
    copied.cells.insert(place, first)
    helped = filled(release, right)
    place = next(i for i, cell in enumerate(helped.cells) if "def output_size" in cell.source)
    helped.cells[place].source = (
        "%time 1\ndef output_size(size, kernel_size, stride, padding):\n"
        "    from math import floor\n"
        "    return floor(way(size, kernel_size, padding) / stride) + 1"
    )
    helped.cells.insert(place, new_code_cell("def way(i, k, p):\n    return i + 2 * p - k"))
    builds = filled(
        release,
        right
        | {
            "kernel_gradient": "def kernel_gradient(x, grad):\n"
            "    return valid_convolution(x.astype(float), grad.astype(float))"
        },
    )
    return {
        "tests_overwritten": overwritten,
        "tests_deleted": deleted,
        "copied_cell": copied,
        "own_helper": helped,
        "builds_on_another": builds,
    }


def _damaged(release, right):
    """Return files that a good student's notebook has become on its way."""
    good = as_text(filled(release, right))
    older = json.loads(good)
    older = {
        "metadata": {},
        "nbformat": 3,
        "nbformat_minor": 0,
        "worksheets": [{"cells": [_as_version_3(cell) for cell in older["cells"]]}],
    }
    lost = json.loads(good)
    for cell in lost["cells"]:
        cell["metadata"] = {}
        cell.pop("id")
    return {
        "older_jupyter": ("02_convolution.ipynb", json.dumps(older)),
        "marks_lost": ("02_convolution.ipynb", json.dumps(lost | {"metadata": {}})),
        "byte_order_mark": ("02_convolution.ipynb", "\ufeff" + good),
        "other_name": ("02_convolution(1).ipynb", good),
        "cut_off": ("02_convolution.ipynb", good[: len(good) // 2]),
        "no_notebook": ("02_convolution.ipynb", "[1, 2]"),
        "empty": ("02_convolution.ipynb", ""),
    }


def _as_version_3(cell):
    if cell["cell_type"] == "markdown":
        return {"cell_type": "markdown", "metadata": {}, "source": cell["source"]}
    code = {"cell_type": "code", "collapsed": False, "language": "python", "metadata": {}}
    return {**code, "input": cell["source"], "outputs": []}


def hand_in(home, stem, files):
    for student, (name, text) in files.items():
        folder = home / "submitted" / student / stem
        folder.mkdir(parents=True)
        (folder / name).write_text(text, encoding="utf-8")
