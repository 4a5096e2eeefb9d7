"""Show code: highlighted in a notebook, plain in a terminal."""

import sys


def show_code(code: str) -> None:
    """Display Python code where there is a notebook, else print it."""
    if not _in_kernel():
        print(code)
        return
    from IPython.display import display

    display({"text/plain": code, "text/markdown": f"```python\n{code}\n```"}, raw=True)


def _in_kernel() -> bool:
    # Without IPython loaded there is no kernel, and nothing needs importing to know it.
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return getattr(shell, "kernel", None) is not None
