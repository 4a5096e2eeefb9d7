"""The ``medtutor`` command: one thin function a sub-command.

What a sub-command needs is imported inside it, so that ``medtutor --help`` answers at once
and a bad call is refused before anything heavy is loaded.
"""

import sys
import warnings
from collections.abc import Callable, Sequence
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from medtutor import __version__
from medtutor.course.ending import ended_like_ctrl_c
from medtutor.course.terminal import (
    Group,
    exit_status,
    show_any_letter,
    tell_made,
    tell_outcome,
)

if TYPE_CHECKING:
    from medtutor.site import SiteReport

_lessons = click.argument("lessons", nargs=-1, metavar="[LESSON]...")


def _folder(flag: str, about: str, default: str = "my-lessons") -> Callable:
    return click.option(
        flag, "folder", default=default, show_default=True, metavar="DIR", help=about
    )


def _parameters(metavar: str, about: str) -> Callable:
    names = ("-p", "--parameter", "parameters")
    return click.option(*names, nargs=2, multiple=True, metavar=metavar, help=about)


_to = _folder("--to", "Folder for the learner's copies.")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; a bad call gives one sentence and exit status 2."""
    show_any_letter()
    sys.exit(exit_status(cli, arguments))


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="medtutor %(version)s")
def cli() -> None:
    """Deep learning for medical images, lesson by lesson. For learning, not for diagnosis.

    LESSON is a number (02) or a name (02_convolution), without a folder.

    For example:
      medtutor lab            open all lessons in JupyterLab
      medtutor lab 02         open lesson 02
      medtutor doctor         check this computer
    """


@cli.command()
@_lessons
@_to
def copy(lessons: tuple[str, ...], folder: str) -> None:
    """Make the learner's copies: no solutions, no outputs.

    A copy that exists is never touched. Without LESSON, all lessons are copied.

    For example:
      medtutor copy
      medtutor copy 02 07 --to homework
    """
    from medtutor.course import copies

    tell_made((copy.path, copy.made) for copy in copies.copy(lessons, folder))


@cli.command()
@click.argument("lesson")
@_to
def reset(lesson: str, folder: str) -> None:
    """Start a lesson afresh; the old copy is put aside, not deleted.

    For example:
      medtutor reset 02
      medtutor reset 02_convolution --to homework
    """
    from medtutor.course import copies

    made = copies.reset(lesson, folder)
    if made.aside:
        click.echo(f"old copy kept as {made.aside}")
    click.echo(f"fresh copy        {made.path}")


@cli.command()
@click.argument("words", nargs=-1, metavar="[LESSON] [-- JUPYTERLAB-OPTION...]")
@_folder("--dir", "Folder of your copies; made where it doesn't exist.")
def lab(words: tuple[str, ...], folder: str) -> None:
    """Copy the lessons that are missing, then open JupyterLab on them.

    Your own copies are never touched. What stands after -- goes to JupyterLab.

    For example:
      medtutor lab
      medtutor lab 02 --dir homework
      medtutor lab -- --no-browser --port=9000
      medtutor lab 02 -- --ServerApp.ip=0.0.0.0
    """
    from medtutor.course import catalogue, copies
    from medtutor.course import lab as jupyterlab

    name, extra = _split_lab_words(words)
    lesson = None if name is None else catalogue.find(name)
    made = [copy for copy in copies.copy((), folder) if copy.made]
    place = Path(folder).resolve()
    click.echo(f"Your lessons are in {place} ({len(made)} new); what you write is kept there.")
    click.echo("Starting JupyterLab. To stop it, press Ctrl+C here.")
    status = jupyterlab.start(place, lesson, extra)
    click.echo(f"JupyterLab has stopped. Your work is in {place}")
    sys.exit(1 if status > 0 else 0)


@cli.command()
@_lessons
@_parameters("NAME VALUE", "A new value for a parameter; may be given several times.")
@click.option(
    "--jobs", type=click.IntRange(1), default=1, show_default=True, help="Lessons at a time."
)
@_folder("--out", "Folder for the executed notebooks.", "runs")
@click.option("--html", is_flag=True, help="Make a web site of them, too, in DIR/site.")
def run(
    lessons: tuple[str, ...],
    parameters: tuple[tuple[str, str], ...],
    jobs: int,
    folder: str,
    html: bool,
) -> None:
    """Run lessons from top to bottom; one line tells how each went.

    Without LESSON, all lessons run. A parameter goes to those lessons that have it.
    The file of an earlier run is kept under a name with the time in it.
    The exit status is 1 where a lesson fails; its notebook is kept.

    For example:
      medtutor run
      medtutor run 02 --html
      medtutor run 07 -p dataset breastmnist -p epochs 40
    """
    from medtutor import site
    from medtutor.course import running

    pages = site.checked_place(Path(folder) / "site") if html else None  # before anything runs
    tasks = running.plan(lessons, _as_mapping(parameters))
    for note in running.notes(tasks, [name for name, _ in parameters]):
        click.echo(note)
    width = max(len(str(task.lesson)) for task in tasks)
    outcomes = []
    with ended_like_ctrl_c():
        for outcome in running.run(tasks, folder, jobs=jobs, progress=True):
            tell_outcome(outcome, width)
            outcomes.append(outcome)
    if pages and (executed := running.executed(outcomes)):
        _tell(site.build(pages, executed))
    sys.exit(0 if all(outcome.passed for outcome in outcomes) else 1)


@cli.command()
@click.argument("lesson")
@_parameters("NAME VALUES", "Its values: 0.001,0.01 or 0:5 (0 to 4) or log:1e-4:1e-1:4.")
@click.option("--seeds", default="0:3", show_default=True, help="Seeds, in the same forms.")
@_folder("--out", "Folder for records, table and plot.", "sweep")
@click.option(
    "--jobs", type=click.IntRange(1), default=2, show_default=True, help="Workers on this machine."
)
@click.option("--scheduler", metavar="ADDRESS", help="Use a Dask cluster that is there instead.")
@click.option("--limit-minutes", type=click.FloatRange(0, min_open=True), help="End a longer run.")
@click.option(
    "--keep",
    type=click.Choice(["failed", "all", "none"]),
    help="Executed notebooks to keep.  [default: failed; none for your own images]",
)
@click.option("--yes", is_flag=True, help="Don't ask before a long sweep.")
def sweep(
    lesson: str, parameters: tuple[tuple[str, str], ...], seeds: str, folder: str, **how: Any
) -> None:
    """Run a lesson with many values and seeds; a table and a plot show what came out.

    Each run gets a record in DIR/runs. The same command again does what is missing, and
    nothing twice; to repeat a run, delete its record. The exit status is 1 where a run
    failed or was lost, and 3 where the sweep stopped before its end.

    For example:
      medtutor sweep 07 -p epochs 5,10,20 --out sweeps/epochs
      medtutor sweep 11 -p prevalence log:0.01:0.3:4 --seeds 0:5 --jobs 4
      medtutor sweep 07 -p epochs 5,10 --scheduler tls://10.0.0.5:8786
    """
    from medtutor.sweep import dispatching, planning, showing, storing
    from medtutor.sweep.working import Work, versions

    plan = planning.make(lesson, _as_mapping([*parameters, ("seed", seeds)]))
    if len(plan.runs) > planning.MANY and not how["yes"]:
        click.confirm(f"These are {len(plan.runs)} runs. Start them?", abort=True)
    store = storing.Store(folder, plan)
    work = Work(plan.lesson, plan.source, how["keep"], how["limit_minutes"], versions())
    try:
        if store.missing:
            with ended_like_ctrl_c(), dispatching.connected(how["scheduler"], how["jobs"]) as dask:
                dispatching.finish(store, dask, work)
        click.echo(showing.show(store))
    finally:
        click.echo(store.tally())
    sys.exit(0 if all(run["status"] == "done" for run in store.records.values()) else 1)


@cli.command()
@_lessons
@_folder("--out", "Folder for the site.", "site")
@click.option("--open", "show", is_flag=True, help="Open it in the browser.")
def site(lessons: tuple[str, ...], folder: str, show: bool) -> None:
    """Build the lessons as a web site that needs no server and no network.

    Without LESSON, all lessons are on it. An earlier site in DIR is replaced.
    The exit status is 1 where something is wrong with a page.

    For example:
      medtutor site
      medtutor site 02 03 --out my-site --open
    """
    from medtutor.course import catalogue
    from medtutor.site import build

    report = build(folder, catalogue.chosen(lessons))
    _tell(report)
    if show:
        click.launch(str(report.folder / "index.html"))
    sys.exit(1 if report.warnings else 0)


@cli.command()
@click.argument("folder", metavar="DIR")
@click.option("--dataset", default="brain_lesion", show_default=True, help="Or folder:PATH.")
def capstone(folder: str, dataset: str) -> None:
    """Begin a project of your own: template, protocol, checklist, review form, card.

    What exists in DIR is never touched.

    For example:
      medtutor capstone my-project
      medtutor capstone my-project --dataset breastmnist
    """
    from medtutor.course import capstone

    tell_made(capstone.start(folder, dataset))


@cli.command()
def doctor() -> None:
    """Check this computer, and say what to do about each problem.

    The exit status is 1 where the course can't be used at all.

    For example:
      medtutor doctor
    """
    from medtutor.course import doctor as checkup

    findings = checkup.report()
    for finding in findings:
        click.echo(str(finding))
    click.echo(f"\n{checkup.summary(findings)}")
    sys.exit(0 if checkup.usable(findings) else 1)


@cli.command()
@click.argument("lessons", nargs=-1, required=True, metavar="LESSON...")
@click.option("--to", "folder", required=True, metavar="DIR", help="The course folder.")
@click.option("--whole", is_flag=True, help="Hand out whole lessons, not their exercises alone.")
@click.option("--points", type=click.IntRange(1), default=1, show_default=True, help="Each answer.")
def assignment(lessons: tuple[str, ...], folder: str, whole: bool, points: int) -> None:
    """Make an nbgrader course out of lessons, each tested against itself first.

    The reference solution must get every point and the blank notebook none; else nothing is
    written. What exists is put aside.

    For example:
      medtutor assignment 02 03 --to our-course
      medtutor assignment 02 --to our-course --points 2
    """
    from medtutor.course.classroom import assignments

    for path, aside in assignments.make(lessons, folder, whole=whole, points=points):
        click.echo(f"{path}  made and tested")
        if aside:
            click.echo(f"   earlier one kept as {aside}")
    click.echo(f"What to do next stands in {Path(folder) / 'README.md'}")


@cli.group("class")
def class_() -> None:
    """Grade a class, and see how it does.

    For example:
      medtutor class grade our-course 02
      medtutor class report our-course --html
    """


@class_.command("grade")
@click.argument("folder", metavar="DIR")
@click.argument("lesson")
def class_grade(folder: str, lesson: str) -> None:
    """Grade what lies in DIR/submitted: healed, alone, and by nbgrader.

    The exit status is 1 where a file can't be read, or the two graders differ.

    For example:
      medtutor class grade our-course 02
    """
    from medtutor.course.classroom import classwork, report

    results = classwork.grade(folder, lesson)
    click.echo(str(report.as_table(results)))
    sys.exit(any(report.to_look_at(result) for result in results))


@class_.command("report")
@click.argument("folder", metavar="DIR")
@click.option("--html", is_flag=True, help="Write DIR/report.html, one page that prints well.")
@click.option("--anonymous", is_flag=True, help="Give pseudonyms, the same each time.")
def class_report(folder: str, html: bool, anonymous: bool) -> None:
    """Show the class: marks, commonest messages, what to go over again.

    For example:
      medtutor class report our-course
      medtutor class report our-course --html --anonymous
    """
    from medtutor.course.classroom import report

    results = report.load(folder, anonymous=anonymous)
    click.echo(report.as_text(results))
    if html:
        click.echo(f"\n{report.write_page(results, folder)}")


@cli.group()
def data() -> None:
    """Look at data sets, download them, check them.

    For example:
      medtutor data list
      medtutor data get breastmnist --size 64
    """


@data.command("list")
def list_() -> None:
    """List all data sets.

    For example:
      medtutor data list
    """
    from medtutor import datasets

    click.echo(str(datasets.available()))


@data.command()
@click.argument("name")
def info(name: str) -> None:
    """Show the card of a data set: content, source, licence.

    For example:
      medtutor data info brain_lesion
    """
    from medtutor import datasets

    click.echo(str(datasets.card(name)))


@data.command()
@click.argument("name")
@click.option("--size", type=click.IntRange(1), help="Edge length in pixels.")
def get(name: str, size: int | None) -> None:
    """Fetch a data set once, so that lessons find it without a network.

    A public set is downloaded and its checksum compared; a simulated set is generated.

    For example:
      medtutor data get breastmnist
      medtutor data get breastmnist --size 64
    """
    from medtutor import datasets
    from medtutor.datasets import cache, medmnist
    from medtutor.datasets.download import DownloadError
    from medtutor.datasets.simulation.keeping import NotKeptWarning

    card = datasets.card(name)
    size = size or card.sizes[0]
    try:
        if card.simulated:
            with warnings.catch_warnings():
                warnings.simplefilter("error", NotKeptWarning)  # to keep it is all that is asked
                datasets.load(name, size=size)
            click.echo(f"{name} at {size} pixels is ready in {cache.cache_folder()}")
        else:
            click.echo(f"{name} at {size} pixels is ready: {medmnist.get(name, size)}")
    except (DownloadError, NotKeptWarning) as error:
        raise click.ClickException(str(error)) from error


@data.command()
def verify() -> None:
    """Compare the checksums of all downloaded files; exit status 1 where one is bad.

    For example:
      medtutor data verify
    """
    from medtutor.datasets import medmnist

    table = medmnist.verify()
    click.echo(str(table) if len(table) else "nothing downloaded yet")
    sys.exit(1 if "bad" in table["state"] else 0)


def _split_lab_words(words: Sequence[str]) -> tuple[str | None, list[str]]:
    """Tell the lesson from the words for JupyterLab, which begin with a dash."""
    names = list(takewhile(lambda word: not word.startswith("-"), words))
    if len(names) > 1:
        raise click.UsageError(f"one lesson at a time can be opened, not {', '.join(names)}")
    return (names[0] if names else None), list(words[len(names) :])


def _tell(report: "SiteReport") -> None:
    click.echo(str(report))
    click.echo(report.warnings, err=True, nl=False)


def _as_mapping(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    names = [name for name, _ in pairs]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise click.UsageError(f"{twice[0]} is given twice; give it once (a sweep's by --seeds)")
    return dict(pairs)
