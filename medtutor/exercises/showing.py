"""Show code: highlighted in a notebook, plain in a terminal."""

from medtutor._progress import in_kernel


def show_code(code: str) -> None:
    """Display Python code where there is a notebook, else print it."""
    if not in_kernel():
        print(code)
        return
    from IPython.display import display

    display({"text/plain": code, "text/markdown": f"```python\n{code}\n```"}, raw=True)
