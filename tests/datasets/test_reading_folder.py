"""Folders of images: what is read, who is who, and how they become a data set."""

import nibabel
import numpy as np
import pytest
from dicom_files import NUMBER, write_slice
from own_folders import write_dicom_classes, write_masked
from own_pictures import picture, write_classes, write_picture
from PIL import Image

from medtutor import datasets
from medtutor.datasets.reading.resizing import fitted_shape, make_square, make_square_mask


def test_a_folder_for_each_class(tmp_path):
    scans = datasets.read_folder(write_classes(tmp_path))
    assert scans.array.shape == (24, 20, 24, 1)
    assert scans.array.dtype == np.uint8
    assert scans.class_names == ("healthy", "sick")
    assert scans.labels.tolist() == [0] * 12 + [1] * 12
    assert scans.patients.tolist() == np.repeat(np.arange(12), 2).tolist()
    assert scans.files[:2] == ("healthy/h0/0.png", "healthy/h0/1.png")
    with Image.open(tmp_path / scans.files[13]) as expected:
        np.testing.assert_array_equal(scans.array[13, :, :, 0], np.asarray(expected))


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("1", "2", "10"), ("1", "2", "10")),
        (("-1", "0", "10", "-2"), ("-2", "-1", "0", "10")),
        (("10.0", "9.5", "-1"), ("-1", "9.5", "10.0")),
        (("1", "2", "10", "none"), ("1", "10", "2", "none")),
    ],
)
def test_class_folders_and_a_table_number_the_classes_alike(tmp_path, names, expected):
    lines = ["file,label"]
    for k, name in enumerate(names):
        write_picture(tmp_path / "by_folder" / name / f"{k}.png", np.full((4, 5), k, np.uint8))
        write_picture(tmp_path / "by_table" / f"{k}.png", np.full((4, 5), k, np.uint8))
        lines.append(f"{k}.png,{name}")
    (tmp_path / "by_table" / "labels.csv").write_text("\n".join(lines))
    for layout in ("by_folder", "by_table"):
        scans = datasets.read_folder(tmp_path / layout)
        assert scans.class_names == expected
        shown = [names[value] for value in scans.array[:, 0, 0, 0]]
        assert [expected[label] for label in scans.labels] == shown


def test_one_name_in_two_classes_is_one_patient(tmp_path):
    for name in ("healthy", "sick"):
        for patient in ("anna", "bert"):
            write_picture(tmp_path / name / patient / "0.png", np.zeros((4, 5), np.uint8))
    assert datasets.read_folder(tmp_path).patients.tolist() == [0, 1, 0, 1]


def test_without_patients_nobody_claims_to_know_them(tmp_path):
    for name in ("healthy", "sick"):
        for k in range(5):
            write_picture(tmp_path / name / f"{k}.png", np.zeros((4, 5), np.uint8))
    assert datasets.read_folder(tmp_path).patients is None
    data = datasets.load(f"folder:{tmp_path}", size=28)
    assert data.train.patients is None
    assert not data.card.has_patients
    assert "each file counts as a patient of its own" in data.card.about


@pytest.mark.parametrize("divider", [",", ";", "\t"])
def test_a_table_of_labels(tmp_path, divider):
    for k in range(3):
        write_picture(tmp_path / "sub" / f"{k}.png", np.full((4, 5), k, np.uint8))
    rows = [("Label", "file", "PATIENT"), ("10", "sub/0.png", "x"), ("2", "sub\\1.png", "y")]
    rows += [("10", "sub/2.png", "x"), ("", "", "")]
    text = "\r\n".join(divider.join(row) for row in rows)
    (tmp_path / "labels.csv").write_text("\ufeff" + text, encoding="utf-8")
    scans = datasets.read_folder(tmp_path)
    assert scans.class_names == ("2", "10")
    assert scans.labels.tolist() == [1, 0, 1]
    assert scans.patients.tolist() == [0, 1, 0]


def test_accents_are_compared_as_letters(tmp_path):
    write_picture(tmp_path / "Scha\u0308del.png", np.zeros((4, 5), np.uint8))
    write_picture(tmp_path / "b.png", np.zeros((4, 5), np.uint8))
    (tmp_path / "labels.csv").write_text("file,label\nSch\u00e4del.png,a\nb.png,b\n", "utf-8")
    assert sorted(datasets.read_folder(tmp_path).labels.tolist()) == [0, 1]


@pytest.mark.parametrize("value", [1, 255, 128])
def test_images_with_masks(tmp_path, value):
    scans = datasets.read_folder(write_masked(tmp_path, n=3, value=value))
    assert scans.labels is None
    assert scans.masks.shape == (3, 20, 24)
    assert scans.masks.dtype == np.uint8
    np.testing.assert_array_equal(scans.masks, scans.array[..., 0] > 125)
    assert scans.class_names == ("background", "foreground")


def test_class_ids_with_gaps_are_numbered_and_keep_their_names(tmp_path):
    mask = np.zeros((4, 5), np.uint8)
    mask[0, :3] = 1, 2, 4
    write_picture(tmp_path / "images" / "a.jpg", np.zeros((4, 5), np.uint8))
    write_picture(tmp_path / "masks" / "a.png", mask)
    scans = datasets.read_folder(tmp_path)
    assert scans.masks[0, 0].tolist() == [1, 2, 3, 0, 0]
    assert scans.class_names == ("background", "class 1", "class 2", "class 4")


def test_a_class_keeps_its_number_when_its_last_pixel_is_lost(tmp_path):
    mask = np.zeros((40, 40), np.uint8)
    mask[0, 0], mask[20:, :] = 1, 2
    write_picture(tmp_path / "images" / "a.png", np.zeros((40, 40), np.uint8))
    write_picture(tmp_path / "masks" / "a.png", mask)
    scans = datasets.read_folder(tmp_path, size=4)
    assert scans.masks[0, :, 0].tolist() == [0, 0, 2, 2]
    assert len(scans.class_names) == 3


def test_masks_and_a_table_together(tmp_path):
    write_masked(tmp_path, n=2)
    (tmp_path / "labels.csv").write_text("file,label\nimages/0.png,b\nimages/1.png,a\n", "utf-8")
    scans = datasets.read_folder(tmp_path)
    assert scans.labels.tolist() == [1, 0]
    assert scans.class_names == ("a", "b")
    assert scans.masks.max() == 1


def test_dicom_files_are_grouped_by_a_number_instead_of_an_identifier(tmp_path):
    scans = datasets.read_folder(write_dicom_classes(tmp_path))
    assert scans.array.shape == (24, 20, 24, 1)
    assert scans.array.dtype == np.int16
    assert (scans.unit, scans.modality) == ("HU", "CT")
    assert scans.spacing == (0.5, 0.75)
    assert scans.patients.tolist() == np.repeat(np.arange(12), 2).tolist()
    # Within a series by InstanceNumber, against the names.
    assert scans.files[:2] == ("healthy/IM001", "healthy/IM000")
    everything = repr(vars(scans))
    assert "healthy-0" not in everything
    assert NUMBER not in everything


def test_without_an_identifier_dicom_goes_by_study_and_says_so(tmp_path):
    for k in range(8):
        write_slice(
            tmp_path / "ab"[k % 2] / f"{k}",
            np.zeros((4, 5), np.int16),
            PatientID="",
            StudyInstanceUID=f"1.2.{k // 2 + 1}",
        )
    assert datasets.read_folder(tmp_path).patients.tolist() == [0, 1, 2, 3] * 2
    card = datasets.card(f"folder:{tmp_path}")
    assert "each study counts as a patient of its own, because PatientID is empty" in card.about


def test_blanks_around_an_identifier_make_no_other_patient(tmp_path):
    for k, person in enumerate(("A-1", " A-1", "A-1 ", "B-2")):
        write_slice(tmp_path / f"{k}", np.zeros((4, 5), np.int16), PatientID=person)
    assert datasets.read_folder(tmp_path).patients.tolist() == [0, 0, 0, 1]
    for k in range(4):
        write_slice(tmp_path / f"{k}", np.zeros((4, 5), np.int16), PatientID=" " * k)
    assert datasets.read_folder(tmp_path).patients is None


def test_frames_of_a_film_are_images_of_one_patient(tmp_path):
    for name in "ab":
        film = np.zeros((3, 4, 5), np.uint8)
        write_slice(tmp_path / name / "x.dcm", film, NumberOfFrames=3, Modality="US",
                    PatientID=name)  # fmt: skip
    scans = datasets.read_folder(tmp_path)
    assert scans.array.shape == (6, 4, 5, 1)
    assert scans.patients.tolist() == [0, 0, 0, 1, 1, 1]


def test_nifti_volumes_with_masks_are_slices_of_one_patient_each(tmp_path):
    for k in range(5):
        volume = np.random.default_rng(k).integers(0, 50, (5, 6, 7)).astype(np.int16)
        for name, array in (("images", volume), ("masks", (volume > 40).astype(np.uint8))):
            (tmp_path / name).mkdir(exist_ok=True)
            image = nibabel.Nifti1Image(array, np.diag([2, 2, 3, 1]))
            nibabel.save(image, tmp_path / name / f"case{k}.nii.gz")
    scans = datasets.read_folder(tmp_path)
    assert scans.array.shape == (35, 6, 5, 1)
    assert scans.patients.tolist() == np.repeat(np.arange(5), 7).tolist()
    np.testing.assert_array_equal(scans.masks, scans.array[..., 0] > 40)
    data = datasets.load(f"folder:{tmp_path}", size=28)
    assert data.task == "segmentation"
    assert data.train.masks.shape == (21, 28, 28)
    assert data.class_names == ("background", "foreground")


def test_colour_pictures_have_three_channels(tmp_path):
    colours = np.random.default_rng(0).integers(0, 256, (4, 5, 3)).astype(np.uint8)
    for name in ("a.png", "b.png"):
        write_picture(tmp_path / name, colours)
    scans = datasets.read_folder(tmp_path)
    np.testing.assert_array_equal(scans.array, [colours, colours])
    assert scans.labels is None


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("1", (0, 255)), ("L", (0, 200)), ("I;16", (0, 40000)), ("P", None), ("RGBA", None)],
)
def test_pictures_of_every_mode(tmp_path, mode, expected):
    if mode == "I;16":
        image = Image.fromarray(np.array([[0, 40000]], np.uint16))
    else:
        image = Image.fromarray(np.array([[0, 200]], np.uint8)).convert(mode)
    image.save(tmp_path / "a.png")
    array = datasets.read_folder(tmp_path).array[0]
    if expected:
        assert array[0, :, 0].tolist() == list(expected)
    else:
        assert array.tolist() == [[[0, 0, 0], [200, 200, 200]]]


def test_a_camera_picture_is_turned_upright(tmp_path):
    image = Image.fromarray(np.zeros((8, 16), np.uint8))
    exif = Image.Exif()
    exif[0x0112] = 6
    image.save(tmp_path / "a.jpg", exif=exif)
    assert datasets.read_folder(tmp_path).array.shape == (1, 16, 8, 1)


def test_sizes_that_differ_fit_into_squares(tmp_path):
    write_picture(tmp_path / "a.png", np.full((10, 30), 90, np.uint8))
    write_picture(tmp_path / "b.png", np.full((50, 20), 90, np.uint8))
    scans = datasets.read_folder(tmp_path, size=15)
    assert scans.array.shape == (2, 15, 15, 1)
    assert (scans.array == 90).all()


def test_a_square_keeps_proportions_means_and_type():
    image = np.zeros((8, 16), np.int16)
    image[:, 8:] = -1000
    square = make_square(image, 8)
    assert square.dtype == np.int16
    assert fitted_shape((8, 16), 8) == (4, 8)
    assert square[2:6, :4].tolist() == [[0] * 4] * 4
    assert (square[:2] == -1000).all()
    # Pixels twice as high as wide make the same picture a square.
    assert fitted_shape((8, 16), 8, (2.0, 1.0)) == (8, 8)
    noise = np.random.default_rng(0).integers(0, 256, (64, 64)).astype(np.float32)
    np.testing.assert_allclose(make_square(noise, 16).mean(), noise.mean(), rtol=1e-3)


def test_a_mask_made_smaller_keeps_to_its_classes():
    mask = np.zeros((9, 9), np.uint8)
    mask[:, 4:] = 3
    small = make_square_mask(mask, 3)
    assert small.tolist() == [[0, 3, 3]] * 3


def test_a_folder_becomes_a_data_set_split_by_patient(tmp_path):
    data = datasets.load(f"folder:{write_classes(tmp_path, n_patients=10)}")
    assert data.task == "binary-class"
    assert data.class_names == ("healthy", "sick")
    counts = tuple(len(split) for split in (data.train, data.val, data.test))
    assert counts == (24, 8, 8) == datasets.card(f"folder:{tmp_path}").counts
    for split in (data.train, data.val, data.test):
        assert split.images.shape[1:] == (64, 64, 1)
        assert set(split.labels.tolist()) == {0, 1}
    datasets.assert_no_leak(data.train, data.val, data.test)
    assert "split by patient, no patient is in two splits" in repr(data)


def test_the_split_depends_on_the_folder_and_the_order_on_the_seed(tmp_path):
    name = f"folder:{write_classes(tmp_path)}"
    one, two = datasets.load(name, size=28), datasets.load(name, size=28, seed=1)
    np.testing.assert_array_equal(one.test.images, two.test.images)
    assert sorted(one.train.patients) == sorted(two.train.patients)
    assert one.train.patients.tolist() != two.train.patients.tolist()
    few = datasets.load(name, size=28, n_train=5)
    np.testing.assert_array_equal(few.train.images, one.train.images[:5])
    with pytest.raises(ValueError, match=r"n_train is 99, but folder:.* has 16 training images"):
        datasets.load(name, n_train=99)


def test_patients_with_images_of_both_classes_stay_whole(tmp_path):
    rng = np.random.default_rng(0)
    for patient in range(8):
        for name in ("healthy", "sick") if patient % 2 else ("healthy",):
            write_picture(tmp_path / name / f"p{patient}" / "0.png", picture(rng, name == "sick"))
    data = datasets.load(f"folder:{tmp_path}", size=28)
    datasets.assert_no_leak(data.train, data.val, data.test)
    assert len(data.test) == 3


def test_paths_with_blanks_a_home_sign_and_drive_letters(tmp_path, monkeypatch):
    write_classes(tmp_path / "my own images")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert datasets.card("folder:~/my own images").counts == (16, 4, 4)
    monkeypatch.chdir(tmp_path)
    assert datasets.card("folder: my own images").counts == (16, 4, 4)
    with pytest.raises(datasets.ReadError, match=r"doesn't exist; check the spelling"):
        datasets.card("folder:C:\\no\\such folder")


def test_a_lesson_gets_the_whole_path(tmp_path, monkeypatch):
    from medtutor.course import catalogue, parameters

    write_classes(tmp_path / "pics")
    monkeypatch.chdir(tmp_path)
    (given,) = parameters.checked([catalogue.find("07")], {"dataset": "folder:pics"})
    assert given == {"dataset": f"folder:{tmp_path / 'pics'}"}
    with pytest.raises(datasets.ReadError, match=r"nothing: doesn't exist"):
        parameters.checked([catalogue.find("07")], {"dataset": "folder:nothing"})
