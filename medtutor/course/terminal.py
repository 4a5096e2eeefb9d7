"""What the ``medtutor`` command shows in a terminal, and how it ends."""

import inspect
import io
import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from medtutor.course.running import Outcome

INTERRUPTED = 130
LONGEST_NAME = 45
"""Letters of a lesson's name that leave room for the figures at 80 columns."""


class Command(click.Command):
    """A command whose docstring ends with examples, which its help shows below the options."""

    def __init__(self, name: str | None, *, help: str, **options: Any) -> None:  # noqa: A002
        about, _, examples = inspect.cleandoc(help).partition("For example:\n")
        # \b keeps click from running the lines together.
        super().__init__(name, help=about, epilog=f"\b\nExamples:\n{examples}", **options)


class Group(Command, click.Group):
    """A group of such commands, and of such groups."""

    command_class, group_class = Command, type


def show_any_letter() -> None:
    """Write a question mark for a letter that the terminal's encoding lacks."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # a notebook has a stream of its own
        sys.stdout.reconfigure(errors="replace")


def exit_status(command: click.Command, arguments: Sequence[str] | None) -> int:
    """Run a command; a bad call gives one sentence and the exit status 2."""
    try:
        return command.main(arguments, prog_name="medtutor", standalone_mode=False) or 0
    except (KeyboardInterrupt, click.Abort):
        click.echo("\nStopped.", err=True)
        return INTERRUPTED
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return 2
    except click.UsageError as error:
        help_for = error.ctx.command_path if error.ctx else "medtutor"
        return _refuse(f"{error.format_message().rstrip('.')}; see {help_for} --help")
    except click.ClickException as error:
        return _refuse(error.format_message(), error.exit_code)
    except (ValueError, OSError) as error:  # both say what arrived and what to do
        return _refuse(_sentence(error))


def _refuse(sentence: str, status: int = 2) -> int:
    click.echo(f"medtutor: {sentence}", err=True)
    return status


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{error.strerror}; choose another place, or free this one"
    return str(error)


def tell_made(files: Iterable[tuple[Path, bool]]) -> None:
    """Say of each file whether it was made or kept."""
    for path, made in files:
        click.echo(f"{path}  {'made' if made else 'kept, it was there already'}")


def tell_outcome(outcome: "Outcome", width: int = LONGEST_NAME) -> None:
    """Say in a line how the run of a lesson went, with room for a name of ``width`` letters."""
    name = textwrap.shorten(str(outcome.lesson), min(width, LONGEST_NAME), placeholder=" …")
    state = "passed" if outcome.passed else "FAILED"
    memory = "? MiB" if outcome.peak_mib is None else f"{outcome.peak_mib:.0f} MiB"
    facts = f"{name:<{min(width, LONGEST_NAME)}}  {state}  {outcome.seconds:6.1f} s  {memory:>8}"
    click.echo(_with_place(facts, _near(outcome.path)) if outcome.path.is_file() else facts)
    if outcome.error:
        click.echo(f"   {outcome.error}")
    if outcome.aside:
        click.echo(f"   earlier run kept as {outcome.aside.name}")


def _with_place(facts: str, place: str) -> str:
    """Put a place behind the facts, or below them where a terminal has no room."""
    whole = f"{facts}  {place}"
    has_room = not sys.stdout.isatty() or len(whole) <= shutil.get_terminal_size().columns
    return whole if has_room else f"{facts}\n   {place}"


def _near(path: Path) -> str:
    """Return a path as it looks from here, where it lies below."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
