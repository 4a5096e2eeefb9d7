import subprocess
import sys
from pathlib import Path

import pytest

from medtutor.course import course_map

README = Path(__file__).parents[2] / "README.md"


def test_the_map_holds_what_the_notebooks_say(little_course):
    table = course_map.course_map()
    assert table["lesson"] == ["02", "05", "07"]
    assert table["study"] == ["22 min", "25 min", "27 min"]
    assert table["needs"] == ["nothing", "02", "02, 05"]


def test_markdown_links_each_title_and_keeps_the_columns_apart(little_course):
    lines = course_map.as_markdown().splitlines()
    assert len(lines) == 2 + 3
    assert "[Convolution](notebooks/02_convolution.ipynb)" in lines[2]
    assert r"explain \| it" in lines[2]
    assert "| 22&nbsp;min |" in lines[2]
    assert "[Convolution](02_convolution.ipynb)" in course_map.as_markdown(folder="")


def test_rewriting_changes_nothing_but_the_map(little_course, tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text(
        f"# before\n{course_map.BEGIN}\nold \\1 map\n{course_map.END}\nafter\n", encoding="utf-8"
    )
    assert course_map.rewrite(readme)
    text = readme.read_text(encoding="utf-8")
    assert text.startswith("# before\n")
    assert text.endswith("after\n")
    assert course_map.as_markdown() in text
    assert "old" not in text
    assert not course_map.rewrite(readme)


def test_a_text_without_markers_is_refused(little_course):
    with pytest.raises(ValueError, match="no place for the course map"):
        course_map.with_course_map("# README\n")


def test_the_readme_holds_the_map_of_the_lessons_as_they_are():
    text = README.read_text(encoding="utf-8")
    hint = "run: python -m medtutor.course.course_map README.md"
    assert course_map.with_course_map(text) == text, hint


def test_the_module_rewrites_a_file_from_the_command_line(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"{course_map.BEGIN}\n{course_map.END}\n", encoding="utf-8")
    command = [sys.executable, "-W", "error", "-m", "medtutor.course.course_map", str(page)]
    subprocess.run(command, check=True, capture_output=True)
    assert course_map.as_markdown() in page.read_text(encoding="utf-8")
