"""The guide for teachers names lessons, commands and pages that there are."""

import re
from pathlib import Path

import click
import pytest
import yaml

from medtutor import cli
from medtutor.course import catalogue

FOLDER = Path(__file__).parents[1] / "docs" / "teaching"
PAGES = {path.name: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.md"))}
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def typed(command):
    blocks = [code for page in PAGES.values() for kind, code in BLOCK.findall(page)]
    lines = [line[2:] for code in blocks for line in code.splitlines() if line.startswith("$ ")]
    return [line for line in lines if line.removeprefix("sudo ").split()[0] == command]


def test_each_half_page_is_of_a_lesson_that_there_is():
    known = catalogue.lessons()
    titles = {f"[{one.number} · {one.title}](../../notebooks/{one.path.name})" for one in known}
    headings = re.findall(r"^## (.*)$", PAGES["lessons.md"], re.MULTILINE)
    assert len(headings) >= 14
    assert [heading for heading in headings if heading not in titles] == []
    for part in (
        "Goal",
        "Vote",
        "They ask",
        "Stumbling",
        "Explorer",
        "For the fast",
        "On the board",
    ):
        assert PAGES["lessons.md"].count(f"**{part}.**") == len(headings)


def test_links_lead_somewhere():
    for page, text in PAGES.items():
        for target in re.findall(r"\]\((?!http)([^)#]+)", text):
            assert (FOLDER / target).exists(), (page, target)


@pytest.mark.parametrize("line", typed("medtutor"))
def test_the_command_takes_what_the_guide_types(line):
    command, words = cli.cli, line.split()[1:]
    while isinstance(command, click.Group):
        command = command.commands[words.pop(0)]
    command.make_context("medtutor", words)


def test_settings_of_the_hub_have_the_form_that_tljh_config_takes():
    lines = typed("tljh-config")
    assert len(lines) >= 8
    for line in lines:
        assert re.fullmatch(
            r"sudo tljh-config (set|add-item) [\w.]+ \S+|sudo tljh-config reload( proxy)?", line
        )


def test_values_for_kubernetes_are_yaml_with_what_a_lesson_needs():
    ((_, code),) = [block for block in BLOCK.findall(PAGES["kubernetes.md"]) if block[0] == "yaml"]
    values = yaml.safe_load(code)
    assert values["singleuser"]["memory"] == {"guarantee": "1G", "limit": "1.6G"}
    assert values["cull"]["enabled"] is True
