"""Protocol, lock, duplicates and report: honest by record, and kind to what people wrote."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medtutor import project
from medtutor.datasets import Split
from medtutor.deployment import ModelCard
from medtutor.project.protocol import ASKS

RNG = np.random.default_rng(0)
FULL = project.Protocol(
    **{name: f"our {name}" for name in ASKS if name not in ("margin", "seed")}, margin=0.05, seed=3
)


def split(n=24, patients="P", per_patient=2, seed=0, labels=True):
    rng = np.random.default_rng(seed)
    who = np.array([f"{patients}{i // per_patient:03d}" for i in range(n)])
    images = rng.integers(0, 255, (n, 12, 10, 1), dtype=np.uint8)
    return Split(
        images,
        labels=np.arange(n) // per_patient % 2 if labels else None,
        patients=who if patients else None,
    )


CARD = ModelCard(name="finder")


class TestProtocol:
    def test_what_is_saved_is_loaded(self, tmp_path):
        FULL.save(tmp_path / "protocol.toml")
        assert project.Protocol.load(tmp_path / "protocol.toml") == FULL

    @settings(deadline=None)
    @given(st.text(st.characters(exclude_categories=["Cs"])), st.floats(0, 1e300), st.integers(0))
    def test_any_text_comes_back(self, tmp_path_factory, text, margin, seed):
        path = tmp_path_factory.getbasetemp() / "any.toml"
        one = project.Protocol(question=text, margin=margin, seed=seed % 2**60)
        one.save(path)
        assert project.Protocol.load(path) == one

    def test_the_file_says_what_each_line_asks(self, tmp_path):
        project.Protocol().save(tmp_path / "p.toml")
        text = (tmp_path / "p.toml").read_text(encoding="utf-8")
        assert all(f"# {ask}\n{name} = " in text for name, ask in ASKS.items())

    def test_an_editor_may_put_a_mark_before_the_text(self, tmp_path):
        FULL.save(tmp_path / "p.toml")
        text = (tmp_path / "p.toml").read_text(encoding="utf-8")
        (tmp_path / "p.toml").write_text(text, encoding="utf-8-sig")
        assert project.Protocol.load(tmp_path / "p.toml") == FULL
        lock = project.TestLock(split(), FULL, tmp_path)
        lock.open("a look")
        record = (tmp_path / "openings.json").read_text(encoding="utf-8")
        (tmp_path / "openings.json").write_text(record, encoding="utf-8-sig")
        assert lock.notes()[0] == "The test set was opened once."
        assert "edited by hand" not in " ".join(lock.notes())

    def test_any_change_changes_the_hash(self):
        others = [
            replace(FULL, **{name: "other"}) for name in ASKS if name not in ("margin", "seed")
        ]
        others += [replace(FULL, margin=0.06), replace(FULL, seed=4)]
        hashes = {one.hash for one in [FULL, *others]}
        assert len(hashes) == 13
        assert all(len(one) == 12 for one in hashes)
        assert replace(FULL, margin=1).hash == replace(FULL, margin=1.0).hash

    def test_gaps_are_sentences(self):
        assert FULL.gaps() == []
        assert len(project.Protocol().gaps()) == 11  # the seed is never empty
        blank = replace(FULL, metric=" ", margin=0)
        assert [gap.split(" ")[0] for gap in blank.gaps()] == ["metric", "margin"]

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ('question = "what', "can't be read"),
            ("question = what", "can't be read"),
            ('questoin = "what"', "did you mean question"),
            ("question = 3", "question is 3; give a text in quotes"),
            ('question = ["a"]', "give a text in quotes"),
            ('margin = "big"', "margin is 'big'"),
            ("margin = -0.1", "margin is -0.1"),
            ("margin = nan", "margin is nan"),
            ("seed = 1.5", "seed is 1.5"),
            ("seed = true", "seed is True"),
        ],
    )
    def test_a_file_that_was_broken_by_hand_is_refused(self, tmp_path, text, said):
        path = tmp_path / "protocol.toml"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ValueError, match=said):
            project.Protocol.load(path)


class TestOpening:
    def test_the_same_images_come_out_and_it_is_written_down(self, tmp_path):
        test = split()
        lock = project.TestLock(test, FULL, tmp_path)
        assert lock.notes()[0] == "The test set was never opened."
        assert lock.open("final measurement") is test
        (record,) = json.loads((tmp_path / "openings.json").read_text(encoding="utf-8"))
        assert record["protocol"] == FULL.hash
        assert (record["reason"], record["images"], record["patients"]) == (
            "final measurement",
            24,
            12,
        )
        assert record["time"].endswith("+00:00")
        assert lock.notes()[0] == "The test set was opened once."

    def test_each_look_counts_also_from_another_session(self, tmp_path):
        for number in (1, 2, 3):
            project.TestLock(split(), FULL, tmp_path).open(f"look {number}")
        assert "opened 3 times" in project.TestLock(split(), FULL, tmp_path).notes()[0]

    def test_the_first_result_stays(self, tmp_path):
        lock = project.TestLock(split(), FULL, tmp_path)
        for auc in (0.7, 0.8):
            lock.open("a look")
            lock.write_down({"AUC": auc})
        kept = [one["results"]["AUC"] for one in lock.records() if "results" in one]
        assert kept == ["0.7", "0.8"]
        assert "opened 2 times" in lock.notes()[0]

    def test_a_changed_protocol_is_told(self, tmp_path):
        project.TestLock(split(), FULL, tmp_path).open("final")
        later = project.TestLock(split(), replace(FULL, margin=0.5), tmp_path)
        assert "The protocol was changed after the first look." in later.notes()
        assert len(project.TestLock(split(), FULL, tmp_path).notes()) == 2

    @pytest.mark.parametrize("change", ["reason", "time", "patients", "seal"])
    def test_an_edited_record_is_told(self, tmp_path, change):
        lock = project.TestLock(split(), FULL, tmp_path)
        lock.open("one")
        lock.open("two")
        assert not any("edited" in note for note in lock.notes())
        records = lock.records()
        records[0][change] = "other"
        (tmp_path / "openings.json").write_text(json.dumps(records), encoding="utf-8")
        assert "The record of openings was edited by hand." in lock.notes()

    def test_a_record_that_was_taken_out_is_told(self, tmp_path):
        lock = project.TestLock(split(), FULL, tmp_path)
        lock.open("one")
        lock.open("two")
        (tmp_path / "openings.json").write_text(json.dumps(lock.records()[1:]), encoding="utf-8")
        assert "edited by hand" in "".join(lock.notes())

    @pytest.mark.parametrize("text", ["", "[{", "3", "{}x", '{"a": 1}', '[{"time": "x"}]', "[[1]]"])
    def test_a_broken_record_is_refused_and_kept(self, tmp_path, text):
        (tmp_path / "openings.json").write_text(text, encoding="utf-8")
        with pytest.raises(ValueError, match=r"keep it under another name"):
            project.TestLock(split(), FULL, tmp_path)
        assert (tmp_path / "openings.json").read_text(encoding="utf-8") == text

    @pytest.mark.parametrize("reason", ["", "  ", None, 5])
    def test_a_look_needs_a_reason(self, tmp_path, reason):
        lock = project.TestLock(split(), FULL, tmp_path)
        with pytest.raises(ValueError, match="say why"):
            lock.open(reason)
        assert lock.records() == []

    def test_what_is_no_split_or_protocol_is_refused_before_a_look(self, tmp_path):
        images = split().images
        for test in (images, (images, images), None):
            with pytest.raises(ValueError, match=r"give a split, such as data\.test"):
                project.TestLock(test, FULL, tmp_path)
        for protocol in (None, {"question": "?"}, tmp_path / "protocol.toml"):
            with pytest.raises(ValueError, match=r"give a Protocol: Protocol\.load"):
                project.TestLock(split(), protocol, tmp_path)

    @pytest.mark.parametrize("results", [None, 0.9, [0.9], "0.9"])
    def test_results_have_names(self, tmp_path, results):
        lock = project.TestLock(split(), FULL, tmp_path)
        with pytest.raises(ValueError, match="give results by name"):
            lock.write_down(results)
        assert lock.records() == []

    def test_few_or_no_patients_are_told(self, tmp_path):
        many = split(80)
        for test, part in [
            (split(), "a demonstration, no evidence"),
            (split(80, patients=""), "a leak can't be excluded"),
            (split(8, labels=False), "a demonstration"),
            (many, None),
        ]:
            notes = project.TestLock(test, FULL, tmp_path).notes()
            assert len(notes) == 1 + (part is not None)
            assert part is None or part in notes[1]
        assert len(project.TestLock(split(8, patients=""), FULL, tmp_path).notes()) == 3


class TestDuplicates:
    def test_the_same_pixels_in_two_splits_are_found_once(self):
        train, val, test = split(seed=1), split(9, seed=2), split(7, seed=3)
        val.images[3] = train.images[5]
        test.images[6] = train.images[5]
        train.images[0] = train.images[1]  # inside one split
        found = project.duplicates(train, val, test)
        assert found.rows == [(0, 5, 1, 3, 0), (0, 5, 2, 6, 0), (1, 3, 2, 6, 0)]
        assert found.columns == ("split", "image", "other split", "other image", "bits")

    def test_nothing_is_found_where_nothing_is(self):
        assert len(project.duplicates(split(seed=1), split(seed=2))) == 0
        assert len(project.duplicates(split(seed=1), split(seed=2), tolerance=60)) == 0

    def test_brightened_shrunken_and_noisy_copies_are_alike(self):
        rng = np.random.default_rng(0)
        smooth = np.kron(rng.random((3, 8, 8)), np.ones((8, 8)))[..., None]
        brighter, smaller = 0.5 * smooth + 0.2, smooth[:, ::2, ::2]
        noisy = smooth + rng.normal(0, 0.01, smooth.shape)
        for other in (brighter, smaller, noisy):
            assert len(project.duplicates(Split(smooth), Split(other))) == 0
            found = project.duplicates(Split(smooth), Split(other), tolerance=8)
            assert [row[1] for row in found.rows] == [row[3] for row in found.rows] == [0, 1, 2]

    def test_shape_and_type_belong_to_equal_pixels(self):
        zeros = np.zeros((1, 8, 8, 1))
        assert len(project.duplicates(Split(zeros), Split(zeros.reshape(1, 16, 4, 1)))) == 0
        assert len(project.duplicates(Split(zeros), Split(zeros.astype(np.int64)))) == 0

    def test_colours_volumes_and_no_images_are_taken(self):
        colour = RNG.integers(0, 255, (4, 9, 9, 3), dtype=np.uint8)
        assert len(project.duplicates(Split(colour), Split(colour[:2]))) == 2
        assert len(project.duplicates(Split(colour), Split(colour[:2]), tolerance=1)) == 2
        assert len(project.duplicates(Split(colour), Split(colour[:0]))) == 0

    @pytest.mark.parametrize("tolerance", [-1, 256, 1.5, None, True])
    def test_bad_input_is_refused(self, tolerance):
        with pytest.raises(ValueError, match="two splits or more"):
            project.duplicates(split(), split(), tolerance=tolerance)
        with pytest.raises(ValueError, match="got 1 splits"):
            project.duplicates(split())

    @pytest.mark.parametrize("other", [split().images, None, 8, [split()]])
    def test_what_is_no_split_is_named(self, other):
        with pytest.raises(ValueError, match=r"argument 1 is .*; give splits, such as data\.train"):
            project.duplicates(split(), other)


class TestReport:
    @pytest.fixture
    def lock(self, tmp_path):
        project.start(tmp_path)
        lock = project.TestLock(split(), FULL, tmp_path)
        lock.open("final")
        return lock

    def test_it_says_what_it_must(self, tmp_path, lock):
        results = {"AUC": "0.9 (0.8 to 0.95)", "a|b": "one\ntwo", "seeds": 3}
        page = project.report(tmp_path, lock, results, CARD).read_text(encoding="utf-8")
        for part in (
            "# our question\n",
            "The test set was opened once.",
            FULL.hash,
            "a demonstration, no evidence",
            "| AUC | 0.9 (0.8 to 0.95) |",
            "one two",
            "(filled by the program: read it)",
            "- intended_use\n- not_for\n- users",
            "For learning, not for diagnosis.",
        ):
            assert part in page
        assert "{" not in page
        n_open = page.count("- [ ] ")
        n_filled = page.count("- [x] ")
        assert n_filled == 2
        assert f"{n_open} of {n_open + n_filled} items open" in page

    def test_what_people_ticked_and_wrote_stays(self, tmp_path, lock):
        path = tmp_path / "checklist.md"
        text = path.read_text(encoding="utf-8")
        ours = text.replace("- [ ] Who paid", "- [x] Nobody paid, who paid", 1)
        path.write_text(ours, encoding="utf-8")
        page = project.report(tmp_path, lock, {}, CARD).read_text(encoding="utf-8")
        assert "- [x] Nobody paid" in page
        assert path.read_text(encoding="utf-8") == ours

    def test_a_tick_may_be_large_and_stand_before_a_result(self, tmp_path, lock):
        path = tmp_path / "checklist.md"
        text = path.read_text(encoding="utf-8").replace("- [ ] Who paid", "- [X] Who paid")
        text = text.replace("- [ ] The main measure", "- [x] The main measure")
        path.write_text(text.replace("- [ ] Layers", "- [X] Layers"), encoding="utf-8")
        page = project.report(tmp_path, lock, {"AUC": "0.9"}, CARD).read_text(encoding="utf-8")
        assert "- [x] Who paid" in page
        assert "- [x] Layers, sizes and number of parameters\n" in page
        assert "- [x] The main measure with its interval over patients: 0.9" in page
        assert f"Checklist: {page.count('- [ ] ')} of {page.count('- [')} items open" in page

    def test_a_question_of_two_lines_is_one_title(self, tmp_path, lock):
        lock.protocol = replace(FULL, question="Who is\n# sick?")
        page = project.report(tmp_path, lock, {}, CARD).read_text(encoding="utf-8")
        assert page.startswith("# Who is # sick?\n")

    def test_gaps_of_the_protocol_stand_first(self, tmp_path, lock):
        empty = project.TestLock(split(), project.Protocol(), tmp_path)
        page = project.report(tmp_path, empty, {}, CARD).read_text(encoding="utf-8")
        assert page.startswith("# A project without a question")
        assert "question is empty" in page.partition("## Protocol")[0]
        assert "changed after the first look" in page

    def test_the_page_in_html_runs_nothing_that_was_typed(self, tmp_path, lock):
        project.report(tmp_path, lock, {"<script>alert(1)</script>": "<b>"}, CARD)
        html = (tmp_path / "report.html").read_text(encoding="utf-8")
        assert "<script" not in html
        assert "<table>" in html
        assert 'lang="en"' in html
        assert "http" not in html.replace("https://doi.org", "")

    def test_a_patients_id_is_not_shown_unless_somebody_has_looked(self, tmp_path):
        project.start(tmp_path)
        test = replace(split(), patients=np.repeat(["Mueller_A", "Meier_B"], 12))
        lock = project.TestLock(test, FULL, tmp_path)
        results = {"worst": "image of mueller_A"}
        with pytest.raises(ValueError, match="1 patients' ids, such as 'Mueller_A'"):
            project.report(tmp_path, lock, results, CARD)
        assert not (tmp_path / "report.md").exists()
        assert project.report(tmp_path, lock, results, CARD, i_have_looked=True).exists()

    @pytest.mark.parametrize("names", [(1, 2), ("1", "24"), ("a", "of")])
    def test_numbers_and_single_letters_are_no_names(self, tmp_path, names):
        project.start(tmp_path)
        test = replace(split(), patients=np.repeat(names, 12))
        project.report(tmp_path, project.TestLock(test, FULL, tmp_path), {"a of": 24}, CARD)

    @pytest.mark.parametrize(
        ("place", "other", "message"),
        [
            (0, "lock", "lock is 'lock'; give the TestLock of the test set"),
            (1, None, "results is None; give results by name"),
            (1, [0.9], "give results by name"),
            (2, None, "card is None; give a ModelCard"),
            (2, "card.md", "card is 'card.md'; give a ModelCard"),
        ],
    )
    def test_what_no_page_can_be_made_of_is_named(self, tmp_path, lock, place, other, message):
        given = [lock, {"AUC": 0.9}, CARD]
        given[place] = other
        with pytest.raises(ValueError, match=message):
            project.report(tmp_path, *given)
        assert not (tmp_path / "report.md").exists()

    def test_a_folder_without_a_checklist_is_told_how_to_get_one(self, tmp_path, lock):
        (tmp_path / "checklist.md").unlink()
        for folder in (tmp_path, tmp_path / "nowhere"):
            with pytest.raises(ValueError, match=r"has no checklist.md; project.start\("):
                project.report(folder, lock, {}, CARD)

    def test_a_checklist_in_another_encoding_is_told_how_to_save_it(self, tmp_path, lock):
        (tmp_path / "checklist.md").write_bytes("- [x] Größe 5 – 9\n".encode("cp1252"))
        with pytest.raises(ValueError, match=r"checklist.md isn't in UTF-8 .*byte 8"):
            project.report(tmp_path, lock, {}, CARD)

    @pytest.mark.parametrize("mark", ["", "\ufeff"])
    def test_no_item_is_lost_where_the_editors_note_was_taken_out(self, tmp_path, lock, mark):
        path = tmp_path / "checklist.md"
        whole = path.read_text(encoding="utf-8")
        pages = []
        for text in (whole, whole.partition("\n\n")[2], "- [ ] a\n- [x] b\n\n- [ ] c\n"):
            path.write_text(mark + text, encoding="utf-8")
            pages.append(project.report(tmp_path, lock, {}, CARD).read_text(encoding="utf-8"))
        assert pages[0] == pages[1]
        assert "Tick what is done" not in pages[0]
        assert "Checklist: 2 of 3 items open" in pages[2]

    def test_files_that_exist_are_left_alone(self, tmp_path):
        (tmp_path / "review.md").write_text("mine", encoding="utf-8")
        made = {path.name: new for path, new in project.start(tmp_path)}
        assert made == {
            "protocol.toml": True,
            "checklist.md": True,
            "review.md": False,
            "card.md": True,
        }
        assert not any(new for _, new in project.start(tmp_path))
        assert (tmp_path / "review.md").read_text(encoding="utf-8") == "mine"
