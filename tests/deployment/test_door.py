import numpy as np
import pytest
from scipy import ndimage

from medtutor import datasets
from medtutor.deployment import DoorCheck


@pytest.fixture(scope="module")
def brains():
    return datasets.load("brain_lesion", n_train=400)


@pytest.fixture(scope="module")
def door(brains):
    return DoorCheck.fit(brains.train.images, brains.val.images)


def test_others_of_the_same_kind_pass(door, brains):
    rates = door.rates(brains.test.images[:200])
    assert rates["refused"] < 0.15
    assert set(rates) == {"refused", "foreignness", "sharpness", "value range"}
    assert max(rates.values()) == rates["refused"]


@pytest.mark.parametrize(
    "change",
    [
        lambda x: 255 - x,
        lambda x: np.rot90(x, axes=(1, 2)),
        lambda x: ndimage.gaussian_filter(x, (0, 1.5, 1.5, 0)),
        lambda x: np.random.default_rng(0).integers(0, 256, x.shape),
        lambda x: x * (np.arange(64) < 32)[None, None, :, None],
        lambda x: x * 0 + 7,
        lambda x: x // 8,
    ],
    ids=["inverted", "turned", "blurred", "noise", "half", "flat", "dark"],
)
def test_other_pictures_are_refused(door, brains, change):
    assert door.rates(change(brains.test.images[:60]))["refused"] > 0.9


def test_reasons_name_the_number_and_the_limit(door, brains):
    verdict = door.look(ndimage.gaussian_filter(brains.test.images[0], (2, 2, 0)))
    assert not verdict.passed
    assert any(
        reason.startswith("sharpness -") and " is below -" in reason for reason in verdict.reasons
    )
    assert set(verdict.numbers) == set(door.limits)


def test_a_passing_image_has_its_numbers_within_the_limits(door, brains):
    verdicts = [door.look(image) for image in brains.test.images[:50]]
    for verdict in verdicts:
        inside = all(a <= verdict.numbers[name] <= b for name, (a, b) in door.limits.items())
        assert verdict.passed == inside == (not verdict.reasons)


@pytest.mark.parametrize(
    ("image", "reason"),
    [
        (np.zeros((28, 28, 1)), "64 × 64 × 1 expected, 28 × 28 × 1 came"),
        (3, "64 × 64 × 1 expected, one value came"),
        (np.full((64, 64, 1), np.nan), "holds what is no finite number"),
        (np.full((64, 64, 1), "a"), "holds what is no finite number"),
    ],
)
def test_what_cannot_be_read_is_a_verdict_not_an_error(door, image, reason):
    verdict = door.look(image)
    assert (verdict.passed, verdict.reasons, verdict.numbers) == (False, (reason,), {})
    assert door.rates([image])["refused"] == 1


def test_a_rate_of_no_images_or_of_a_single_one_is_refused(door):
    for images in (np.zeros((0, 64, 64, 1)), [], np.zeros((64, 64, 1))):
        with pytest.raises(ValueError, match="no image came, or a single one"):
            door.rates(images)


def test_limits_are_quantiles_of_the_validation_images(door, brains):
    table = np.array([list(door.numbers(image).values()) for image in brains.val.images])
    outside = [
        np.mean((column < a) | (column > b))
        for column, (a, b) in zip(table.T, door.limits.values(), strict=True)
    ]
    assert max(outside) <= 0.05 / 3 + 0.01
    wider = DoorCheck.fit(brains.train.images[:50], brains.val.images, false_alarms=0.3)
    assert wider.rates(brains.test.images)["refused"] > door.rates(brains.test.images)["refused"]


def test_hounsfield_units_colours_and_large_images_are_taken():
    rng = np.random.default_rng(0)
    images = rng.integers(-1000, 1000, (40, 130, 90, 3)).astype(np.int16)
    door = DoorCheck.fit(images[:20], images[20:], components=500)
    assert len(door.components) == 19
    assert door.look(images[0]).numbers["value range"] == pytest.approx(1960, abs=15)
    assert "DoorCheck(images (130, 90, 3), foreignness" in repr(door)


@pytest.mark.parametrize(
    ("place", "change", "options", "message"),
    [
        (
            0,
            lambda x: x[:9],
            {},
            r"\(9, 64, 64, 1\) and type uint8; give 20 images",
        ),
        (1, lambda x: x[:9], {}, "val has shape"),
        (1, lambda x: x[:, :32], {}, "of one shape"),
        (0, lambda x: x[..., 0], {}, "train has shape"),
        (0, lambda x: x * np.nan, {}, "train holds what is no finite number"),
        (1, lambda x: x.astype(str), {}, "val holds what is no finite number"),
        (0, lambda x: x[:9].tolist(), {}, "train has shape"),
        (0, lambda x: x, {"false_alarms": 1}, "false_alarms is 1; give a share"),
        (0, lambda x: x, {"components": 0}, "components is 0"),
    ],
)
def test_what_no_door_can_be_made_of_is_refused(brains, place, change, options, message):
    images = [brains.train.images, brains.val.images]
    images[place] = change(images[place])
    with pytest.raises(ValueError, match=message):
        DoorCheck.fit(*images, **options)
