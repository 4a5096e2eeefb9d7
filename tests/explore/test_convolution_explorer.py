import numpy as np
import pytest
from refusing import assert_refused

from medtutor import explore
from medtutor.explore.common import pictures
from medtutor.explore.convolution.kernels import KERNEL_TITLES, KERNELS, gabor
from medtutor.explore.convolution.widget import PADDINGS, preset_list

RAMP = np.arange(72.0).reshape(8, 9)


def test_starts_with_a_brain_slice_and_a_preset():
    explorer = explore.convolution()
    assert explorer.picture == "brain"
    assert explorer.kernel == KERNELS["sobel_x"].tolist()
    assert (explorer.strides, explorer.padding, explorer.dilation) == (1, "valid", 1)


def test_settings_reach_the_widget():
    kernel = [[1, 2], [3, 4], [5, 6]]
    explorer = explore.convolution(RAMP, kernel=kernel, strides=2, padding="same", dilation=3)
    assert explorer.picture == "own"
    assert explorer.pictures[0]["pixels"] == RAMP.tolist()
    assert explorer.kernel == kernel
    assert (explorer.strides, explorer.padding, explorer.dilation) == (2, "same", 3)


def test_every_image_is_offered_whichever_comes_first():
    names = [picture["name"] for picture in explore.convolution(RAMP).pictures]
    assert names == ["own", "brain", "lung"]
    assert explore.convolution("lung").picture == "lung"


@pytest.mark.parametrize("name", KERNELS)
def test_each_preset_is_a_kernel_with_a_title(name):
    offered = {preset["name"]: preset for preset in preset_list()}
    assert list(offered) == list(KERNELS) == list(KERNEL_TITLES)
    assert offered[name]["weights"] == KERNELS[name].tolist()
    assert explore.convolution(kernel=name).kernel == KERNELS[name].tolist()


@pytest.mark.parametrize(
    ("name", "total"),
    [
        ("identity", 1),
        ("blur", 1),
        ("sharpen", 1),
        ("sobel_x", 0),
        ("sobel_y", 0),
        ("laplacian", 0),
    ],
)
def test_sum_of_a_preset_says_what_it_does_to_brightness(name, total):
    assert KERNELS[name].sum() == total


def test_sobel_y_is_sobel_x_on_its_side():
    np.testing.assert_array_equal(KERNELS["sobel_y"], KERNELS["sobel_x"].T)


def test_gabor_answers_to_its_own_direction_and_not_to_brightness():
    kernel = gabor()
    assert kernel.shape == (7, 7)
    assert abs(kernel.sum()) < 0.25
    along = np.add.outer(np.arange(7), np.arange(7)) - 6
    stripes = np.cos(2 * np.pi * along / (4 * np.sqrt(2)))
    assert (kernel * stripes).sum() > 5 * abs((kernel * stripes[:, ::-1]).sum())


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"image": np.zeros((4, 4, 3))}, r"shape \(4, 4, 3\); give one 2-D slice"),
        ({"image": np.zeros((0, 4))}, "at least one pixel"),
        ({"image": np.array([[1.0, np.nan], [3, 4]])}, "1 pixels that are NaN"),
        ({"image": np.array([["a", "b"]])}, "give an array of real numbers"),
        ({"image": "liver"}, "image is 'liver'; choose one of brain, lung"),
        ({"kernel": "sobel"}, "kernel is 'sobel'; choose one of identity, blur"),
        ({"kernel": np.zeros((8, 8))}, r"shape \(8, 8\); give 1 to 7 rows"),
        ({"kernel": np.zeros((3, 0))}, r"shape \(3, 0\)"),
        ({"kernel": [1, 2, 3]}, r"shape \(3,\)"),
        ({"kernel": [[1, 2], [3]]}, "equally long rows of numbers"),
        ({"kernel": [[np.nan]]}, "finite numbers"),
        ({"strides": 0}, "strides is 0; give a whole number from 1 to 8"),
        ({"strides": True}, "strides is True"),
        ({"dilation": 1.5}, "dilation is 1.5"),
        ({"padding": "full"}, "padding is 'full'; choose one of valid, same"),
        (
            {"image": RAMP, "kernel": np.ones((7, 7)), "dilation": 2},
            "13 × 13 pixels, the image has",
        ),
    ],
)
def test_a_bad_argument_is_named_with_its_cure(bad, message):
    with pytest.raises(ValueError, match=message):
        explore.convolution(**bad)


def test_a_window_larger_than_the_image_is_fine_with_padding():
    assert explore.convolution(RAMP, kernel="gabor", dilation=2, padding="same").dilation == 2


@pytest.mark.parametrize(
    ("trait", "value"),
    [
        ("kernel", [[np.inf]]),
        ("kernel", []),
        ("strides", 9),
        ("padding", "full"),
        ("picture", "nope"),
    ],
)
def test_a_trait_takes_no_value_that_the_page_could_not_show(trait, value):
    assert_refused(explore.convolution(), trait, value)


def test_text_forms_are_short_and_stable():
    explorer = explore.convolution(RAMP)
    assert repr(explorer) == "ConvolutionExplorer()"
    data, _ = explorer._repr_mimebundle_()
    assert data["text/plain"] == "ConvolutionExplorer()"
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == explorer.model_id
    assert "a 3 × 3 kernel steps over an image: your image (stride 1" in data["text/html"]
    assert explorer.model_id not in data["text/html"]


def test_limits_and_paddings_of_the_page_are_those_of_python():
    explorer = explore.convolution()
    assert (explorer.largest_kernel, explorer.largest_step) == (7, 8)
    for padding in PADDINGS:
        assert f'"{padding}"' in explorer._esm


# The images -------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [pictures.brain, pictures.lung])
def test_real_images_are_small_whole_numbers_from_0_to_255(make):
    pixels = np.array(make()["pixels"])
    assert pixels.ndim == 2
    assert 32 <= max(pixels.shape) <= 64
    assert 0 <= pixels.min() < pixels.max() <= 255
    np.testing.assert_array_equal(pixels, np.rint(pixels))


def test_lung_is_dark_and_bone_is_bright():
    pixels = np.array(pictures.lung()["pixels"])
    assert pixels[:20, :8].mean() < 110
    assert pixels[18:22, 28:32].mean() > 200


def test_a_large_image_is_averaged_and_says_so():
    image = np.kron(np.arange(12.0).reshape(3, 4), np.ones((30, 30)))
    picture = pictures.own(image)
    assert np.shape(picture["pixels"]) == (45, 60)
    assert picture["pixels"][-1][-1] == 11
    assert picture["about"] == "your image, each pixel the mean of 2 × 2"
    assert pictures.own(np.ones((64, 64)))["about"] == "your image"


@pytest.mark.parametrize("shape", [(1, 1), (3, 500), (65, 64), (129, 2)])
def test_shrinking_keeps_the_mean_of_whole_blocks(shape):
    image = np.random.default_rng(0).normal(size=shape)
    small, block = pictures.shrunk(image)
    assert max(small.shape) <= 64
    rows, columns = (min(n * block, edge) for n, edge in zip(small.shape, shape, strict=True))
    assert small.mean() == pytest.approx(image[:rows, :columns].mean())
