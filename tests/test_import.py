"""What importing costs, and who may know whom."""

import ast
import graphlib
import subprocess
import sys
from pathlib import Path

import pytest

import medtutor

PACKAGE = Path(medtutor.__file__).parent
HEAVY = {"tensorflow", "keras", "matplotlib", "scipy", "numpy", "IPython", "papermill", "pooch"}
FRAMEWORKS = {"tensorflow", "keras", "torch", "jax"}

# Imports a room and uses it as far as it goes without a network.
USES = {
    "datasets": (
        "from medtutor import datasets\n"
        "print(datasets.load('brain_lesion', n_train=4, cache_dir=cache))\n"
        "print(datasets.available())"
    ),
    "scratch": (
        "import numpy as np\nfrom medtutor import scratch\n"
        "scratch.conv2d(np.ones((1, 5, 5, 1)), np.ones((3, 3, 1, 2)))"
    ),
    "plots": (
        "import matplotlib\nmatplotlib.use('agg')\nimport numpy as np\nfrom medtutor import plots\n"
        "plots.show_images(np.zeros((2, 8, 8, 1), 'uint8'))"
    ),
    "explore": "from medtutor import explore\nexplore.convolution()",
    "deployment": (
        "from medtutor import deployment\n"
        "print(deployment.ModelCard(name='net', license='mit').to_markdown())"
    ),
    "exercises": "from medtutor import exercises\nexercises.lesson_02",
}


def modules_after(code, tmp_path):
    """Return the top-level modules that are loaded after the code ran in a fresh Python."""
    script = f"cache = {str(tmp_path)!r}\n{code}\n"
    script += "import sys\nprint('LOADED', *{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.rpartition("LOADED")[2].split())


def test_import_medtutor_loads_nothing_heavy(tmp_path):
    assert not modules_after("import medtutor", tmp_path) & HEAVY


def test_a_room_is_loaded_when_it_is_first_used(tmp_path):
    assert "numpy" in modules_after("import medtutor\nmedtutor.scratch.conv2d", tmp_path)


@pytest.mark.parametrize("room", USES)
def test_a_room_works_without_tensorflow(room, tmp_path):
    assert not modules_after(USES[room], tmp_path) & FRAMEWORKS


@pytest.mark.parametrize("room", medtutor.__all__)
def test_importing_a_room_never_touches_the_network(room, tmp_path):
    guard = (
        "import socket\n"
        "def refuse(*_, **__): raise SystemExit('the network was touched')\n"
        "socket.socket.connect = socket.getaddrinfo = refuse\n"
    )
    modules_after(f"{guard}import medtutor\nmedtutor.{room}", tmp_path)


def imports_of(path):
    """Return the dotted names that a source file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room_of(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


SOURCES = sorted(PACKAGE.rglob("*.py"))


def module_of(path):
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = {module_of(path): path for path in SOURCES}


def own_imports(path):
    """Return the modules of medtutor that a source file imports, at its top or in a function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path} imports relatively, which this test doesn't follow"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in MODULES else node.module for name in names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_no_two_modules_import_each_other_not_even_by_way_of_a_third():
    known = {name: set(own_imports(path)) & MODULES.keys() for name, path in MODULES.items()}
    try:
        graphlib.TopologicalSorter(known).prepare()
    except graphlib.CycleError as error:
        pytest.fail("a circle of imports: " + " -> ".join(reversed(error.args[1])))


# Plots stand aside: training draws its curves while it goes on.
STAGES = [
    {"datasets"},
    {"scratch", "models"},
    {"training"},
    {"metrics"},
    {"explore"},
    {"deployment"},
]


def test_data_flows_one_way():
    rank = {room: place for place, rooms in enumerate(STAGES) for room in rooms}
    for path in SOURCES:
        for module in set(own_imports(path)) & MODULES.keys() if room_of(path) in rank else ():
            room = room_of(MODULES[module])
            assert rank.get(room, 0) <= rank[room_of(path)], f"{path} imports {module}"


def test_nothing_knows_the_course_and_the_command():
    for path in SOURCES:
        known = ("medtutor.sweep", "medtutor.cli")
        if room_of(path) in ("sweep", "cli", "__main__"):
            continue
        if room_of(path) not in ("course", "site", "__init__"):
            known += ("medtutor.course",)
        for name in imports_of(path):
            assert not name.startswith(known), f"{path}: {name}"


def test_scratch_needs_numpy_alone(tmp_path):
    plain = modules_after("", tmp_path) | sys.stdlib_module_names
    loaded = modules_after(USES["scratch"], tmp_path) - plain
    loaded -= {"cython_runtime"}  # part of NumPy
    assert {name for name in loaded if not name.startswith("_")} == {"medtutor", "numpy"}


def test_models_are_written_on_keras_alone():
    for path in SOURCES:
        if room_of(path) == "models":
            assert not {"tensorflow", "torch", "jax"} & {
                n.partition(".")[0] for n in imports_of(path)
            }


@pytest.mark.parametrize("room", ["datasets", "plots", "explore"])
def test_a_room_never_names_a_framework(room):
    for path in SOURCES:
        if room_of(path) == room:
            found = {name.partition(".")[0] for name in imports_of(path)} & FRAMEWORKS
            assert not found, f"{path}: {found}"


def test_an_unknown_room_is_refused_with_those_there_are():
    with pytest.raises(AttributeError, match="no attribute 'kitchen'; it has"):
        medtutor.kitchen  # noqa: B018
