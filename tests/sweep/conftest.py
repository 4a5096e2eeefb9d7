import pytest
from lessons import write_lesson


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of one lesson that takes a second."""
    folder = write_lesson(tmp_path / "lessons")
    for module in ("catalogue", "copies"):
        monkeypatch.setattr(f"medtutor.course.{module}.notebooks_folder", lambda: folder)
    return folder
