"""Three scans of one head: aligned, one lesion map, kinds that no single scan tells apart."""

import numpy as np
import pytest

from medtutor import datasets
from medtutor.datasets.brain import contrasts

T1, T2, FLAIR = range(3)
OEDEMA, CYST, BLOOD, HEALTHY = range(4)


@pytest.fixture(scope="module")
def many():
    return contrasts.simulate(240, 64, (3, 0), kinds=contrasts.CLASSES)


def shown(arrays, kind, sequence):
    """Return the brightness of lesion and of white matter around it, means over patients."""
    chosen = arrays["labels"] == kind
    images, masks = arrays["images"][chosen, ..., sequence], arrays["masks"][chosen] > 0
    return images[masks].mean()


def test_the_set_has_the_promised_arrays(tmp_path):
    data = datasets.load("brain_contrasts", n_train=30, cache_dir=tmp_path)
    assert data.train.images.shape == (30, 64, 64, 3)
    assert data.train.images.dtype == np.uint8
    assert data.train.masks.shape == (30, 64, 64)
    assert (len(data.val), len(data.test)) == data.card.counts[1:]
    assert set(data.test.labels) == {OEDEMA, CYST, BLOOD}
    assert len(np.unique(data.train.patients)) == 30
    assert "SIMULATED" in str(data)


def test_kinds_can_be_chosen_and_healthy_is_one(tmp_path):
    data = datasets.load(
        "brain_contrasts", n_train=40, kinds=("healthy", "oedema"), cache_dir=tmp_path
    )
    assert np.bincount(data.train.labels).tolist() == [20, 0, 0, 20]
    marked = data.train.masks.any(axis=(1, 2))
    assert not marked[data.train.labels == HEALTHY].any()
    assert marked[data.train.labels == OEDEMA].mean() > 0.9
    with pytest.raises(ValueError, match="kinds has no value 'tumour'; there are 'oedema'"):
        datasets.load("brain_contrasts", kinds="tumour", cache_dir=tmp_path)


def test_the_three_scans_show_one_head(many):
    """Edges of the head lie at the same pixels, and healthy tissues keep their order."""
    heads = many["images"] > 60
    overlap = (heads[..., T1] & heads[..., FLAIR]).sum() / heads[..., [T1, FLAIR]].any(-1).sum()
    assert overlap > 0.7
    healthy = many["images"][many["labels"] == HEALTHY].astype(float)
    correlation = np.corrcoef(healthy[..., T1].ravel(), healthy[..., FLAIR].ravel())[0, 1]
    assert correlation > 0.6


def test_lesions_look_as_the_table_says(many):
    for sequence in (T1, T2):
        assert shown(many, OEDEMA, sequence) == pytest.approx(
            shown(many, CYST, sequence), abs=35
        ), "neither T1 nor T2 tells oedema from a cyst"
    assert shown(many, CYST, FLAIR) == pytest.approx(shown(many, BLOOD, FLAIR), abs=20)
    assert shown(many, OEDEMA, FLAIR) > shown(many, CYST, FLAIR) + 60
    assert shown(many, BLOOD, T1) > shown(many, CYST, T1) + 60


def test_fewer_patients_are_the_first_of_the_same():
    few = contrasts.simulate(7, 64, (3, 0), kinds=contrasts.CLASSES)
    more = contrasts.simulate(21, 64, (3, 0), kinds=contrasts.CLASSES)
    for name, array in few.items():
        np.testing.assert_array_equal(array, more[name][:7])


def test_the_table_tells_of_age_and_anticoagulant_by_kind():
    table, labels = (contrasts.simulate(900, 64, (5, 2))[name] for name in ("table", "labels"))
    assert table.dtype == np.float32
    age, thinned = table.T
    assert np.array_equal(age, age.round())
    assert (age.min(), age.max()) >= (18, 60)
    assert age.max() <= 90
    assert set(thinned) == {0, 1}
    means = [age[labels == kind].mean() for kind in (OEDEMA, CYST, BLOOD)]
    np.testing.assert_allclose(means, (45, 35.5, 67.5), atol=2.5)
    shares = [thinned[labels == kind].mean() for kind in (OEDEMA, CYST, BLOOD)]
    np.testing.assert_allclose(shares, (0.1, 0.1, 0.5), atol=0.09)


def test_the_card_names_the_columns_of_the_table(tmp_path):
    data = datasets.load("brain_contrasts", n_train=20, cache_dir=tmp_path)
    assert data.card.table_columns == ("age", "anticoagulant")
    assert "table     age, anticoagulant" in str(data)
    assert data.test[:7].table.shape == (7, 2)
    assert datasets.card("brain_lesion").table_columns == ()
    assert "table " not in str(datasets.card("lung_ct"))


def test_the_card_names_the_kinds_in_their_order_and_offers_no_volumes():
    card = datasets.card("brain_contrasts")
    assert card.class_names == contrasts.CLASSES
    assert f"table     {', '.join(card.table_columns)}" in str(card)
    assert card.sizes == (64, 96, 128)
