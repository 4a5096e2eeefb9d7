import importlib
import re
import subprocess
import sys

import pytest

from medtutor import explore
from medtutor.explore.common.widget import Explorer

HEAVY = ("tensorflow", "keras", "matplotlib", "sklearn", "anywidget")
LOADED = "import sys, medtutor.explore; print([n for n in %r if n in sys.modules])"
LOADED_BY_USE = """
import sys
from medtutor import explore
explore.convolution()
explore.threshold([0, 1], [0.2, 0.9])
print([n for n in ("tensorflow", "keras", "matplotlib") if n in sys.modules])
"""


@pytest.mark.parametrize("script", [LOADED % (HEAVY,), LOADED_BY_USE])
def test_explorers_load_nothing_heavy(script):
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_a_name_is_the_function_before_and_after_its_folder_is_imported():
    script = """
import importlib, types
from medtutor import explore
from medtutor.explore import pooling
for name in explore.__all__:
    folder = importlib.import_module(f"medtutor.explore.{name}.widget")
    assert isinstance(getattr(explore, name), types.FunctionType), name
    assert getattr(explore, name) is getattr(folder, name)
assert explore.pooling is pooling
"""
    subprocess.run([sys.executable, "-c", script], check=True)


def test_an_unknown_explorer_is_named():
    with pytest.raises(AttributeError, match=r"has no attribute 'surgery'; it has \['activations'"):
        _ = explore.surgery


def test_both_explorers_are_listed():
    assert {"convolution", "threshold"} <= set(dir(explore))


@pytest.mark.parametrize("name", explore.__all__)
def test_a_script_imports_nothing_and_fetches_nothing(name):
    module = importlib.import_module(f"medtutor.explore.{name}.widget")
    (kind,) = (
        kind
        for kind in vars(module).values()
        if isinstance(kind, type)
        and issubclass(kind, Explorer)
        and kind.__module__ == module.__name__
    )
    addresses = set(re.findall(r"https?://[^\"]*", kind._esm))
    assert addresses <= {"http://www.w3.org/2000/svg"}  # a name, never asked for
    assert not re.search(r"^\s*import\b|\bimport\(|\bfetch\(", kind._esm, re.MULTILINE), (
        "the page must need nothing but its own script"
    )
