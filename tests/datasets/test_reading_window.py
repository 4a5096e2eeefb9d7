"""The linear window of DICOM, and what a Scan says of itself."""

import dataclasses

import numpy as np
import pytest

from medtutor import datasets


def by_the_standard(x, c, w):
    """Return the value of DICOM PS3.3 C.11.2.1.2.1 with ymin = 0 and ymax = 1, word by word."""
    if x <= c - 0.5 - (w - 1) / 2:
        return 0.0
    if x > c - 0.5 + (w - 1) / 2:
        return 1.0
    return (x - (c - 0.5)) / (w - 1) + 0.5


@pytest.mark.parametrize(("center", "width"), [(40, 400), (-600, 1500), (0.5, 2), (7, 1), (3, 1.5)])
def test_the_window_is_the_one_of_the_standard(center, width):
    values = np.arange(-2000, 2000, 7, dtype=np.int16)
    expected = [by_the_standard(int(x), center, width) for x in values]
    np.testing.assert_allclose(datasets.window(values, center, width), expected, atol=1e-6)


@pytest.mark.parametrize("kind", ["uint8", "int16", "uint16", "float32", "float64"])
def test_any_stored_type_gives_float32_and_the_same_shape(kind):
    shown = datasets.window(np.full((2, 3, 4), 100, kind), 100.5, 51)
    assert shown.dtype == np.float32
    assert shown.shape == (2, 3, 4)
    assert (shown == 0.5).all()


def test_int16_at_its_ends_does_not_wrap_round():
    shown = datasets.window(np.array([-32768, 32767], np.int16), center=1000, width=2000)
    assert shown.tolist() == [0, 1]


def test_nan_stays_visible():
    for width in (1, 100):
        assert np.isnan(datasets.window(np.array([np.nan, 5.0]), 0, width)).tolist() == [
            True,
            False,
        ]


@pytest.mark.parametrize(
    "bad",
    [
        (40, 0.5),
        (40, 0),
        (40, -400),
        (np.nan, 400),
        (40, np.inf),
        (40, None),
        ("a", 4),
        (40, True),
        ((40, 80), 4),
        (40, np.ones(3)),
    ],
)
def test_a_window_that_is_none_is_refused(bad):
    with pytest.raises(ValueError, match="give two finite numbers, a width of at least 1"):
        datasets.window(np.zeros(3), *bad)


def test_numbers_from_numpy_make_a_window_too():
    shown = datasets.window(np.arange(3), np.array(1.5), np.float32(3))
    np.testing.assert_array_equal(shown, datasets.window(np.arange(3), 1.5, 3))


@pytest.mark.parametrize("image", [None, "a", np.array([1, None]), datasets.Scan(np.zeros(3))])
def test_an_image_without_numbers_is_refused(image):
    with pytest.raises(ValueError, match=r"image has shape .*give an array of numbers, such as"):
        datasets.window(image, 40, 400)


def test_a_scan_says_what_it_holds_and_can_not_be_changed():
    scan = datasets.Scan(np.zeros((3, 4, 5), np.int16), (2.5, 0.7, 0.7), "CT", "HU")
    assert repr(scan) == "Scan((3, 4, 5) int16, CT, HU, spacing 2.5 × 0.7 × 0.7 mm)"
    assert repr(datasets.Scan(np.zeros((4, 5)))) == "Scan((4, 5) float64)"
    with pytest.raises(dataclasses.FrozenInstanceError):
        scan.unit = ""
