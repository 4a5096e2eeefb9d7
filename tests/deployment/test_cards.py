import pytest
import yaml

from medtutor import datasets
from medtutor.deployment import ModelCard

FILLED = {
    "version": "0123456789ab",
    "date": "2026-11-29",
    "intended_use": "lesions on brain slices",
    "not_for": ["children", "any diagnosis"],
    "users": "learners",
    "input": "64 × 64 pixels",
    "output": "a probability; threshold 0.5",
    "training_data": str(datasets.card("brain_lesion")).splitlines(),
    "evaluation": "AUC 0.95 (0.93 to 0.97), 150 patients",
    "subgroups": "none known",
    "door_check": "refuses 6 % of good images",
    "limits": "upside down",
    "speed": "37 kB",
    "maintenance": "refusals a month",
    "license": "mit",
    "library_name": "keras",
    "tags": ["medical-imaging", "yes", "a: b"],
    "datasets": "brain_lesion",
    "metrics": ("roc_auc",),
}


def front_and_text(card):
    _, front, text = card.to_markdown().split("---\n", 2)
    return yaml.safe_load(front), text


def test_a_filled_card_has_nothing_missing():
    assert ModelCard(name="net", **FILLED).missing() == []


@pytest.mark.parametrize("name", FILLED)
@pytest.mark.parametrize("empty", ["", "  ", [], ("", " ")])
def test_an_empty_field_is_named(name, empty):
    card = ModelCard(name="net", **{**FILLED, name: empty})
    assert card.missing() == [name]
    assert name in ("license", "library_name", "tags", "datasets", "metrics") or (
        card.to_markdown().count("*to be written*") == 1
    )


def test_hubs_read_the_top_of_the_page():
    front, _ = front_and_text(ModelCard(name="net", **FILLED))
    assert front == {
        "license": "mit",
        "library_name": "keras",
        "tags": ["medical-imaging", "yes", "a: b"],
        "datasets": ["brain_lesion"],
        "metrics": ["roc_auc"],
    }


def test_people_read_the_rest():
    _, text = front_and_text(ModelCard(name="net", **FILLED))
    assert text.startswith("\n# net\n\n**version** 0123456789ab · **date** 2026-11-29\n")
    assert "## Not for\n\n- children\n- any diagnosis\n" in text
    assert "## Training data\n\n- brain_lesion: " in text
    assert text.endswith("*For learning, not for diagnosis.*\n")
    assert "to be written" not in text


def test_a_new_card_says_what_is_to_be_written():
    front, text = front_and_text(ModelCard(name="net"))
    assert front == {}
    assert text.count("*to be written*") == len(ModelCard(name="net").missing()) - 5


def test_a_saved_card_is_the_page(tmp_path):
    card = ModelCard(name="net · π", **FILLED)
    path = card.save(tmp_path / "README.md")
    assert path.read_text(encoding="utf-8") == card.to_markdown()


@pytest.mark.parametrize("value", [None, 3, ["a", 3], {"a": 1}])
def test_what_is_no_text_is_refused(value):
    with pytest.raises(TypeError, match=r"not_for is .*; give a text, or a list of texts"):
        ModelCard(name="net", not_for=value)
