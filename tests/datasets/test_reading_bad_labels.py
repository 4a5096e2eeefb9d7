"""Labels, masks and patients that do not fit to the images of a folder."""

from functools import partial

import numpy as np
import pytest
from dicom_files import write_slice
from own_folders import write_masked
from own_pictures import write_classes, write_picture
from refusals import refused as refused_by

from medtutor import datasets
from medtutor.datasets import ReadError

BLACK = np.zeros((4, 5), np.uint8)

refused = partial(refused_by, datasets.read_folder)


def table(folder, text):
    (folder / "labels.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "name,label\na.png,x\n",
            r"labels\.csv: has the columns \['name', 'label'\]; .*file,label",
        ),
        ("", r"labels\.csv: the file is empty"),
        ("file,label,Label\na.png,x,y\nb.png,y,x\n", "has 2 columns called 'label'; keep the one"),
        ("file,file,label\na.png,b.png,x\n", "has 2 columns called 'file'; keep the one"),
        (
            "file,label\na.png,x\nb.png,y\nc.png,x\n",
            r"line 4 gives a label to 'c\.png', which isn't",
        ),
        ("file,label\na.png,x\n", r"b\.png: has no label in labels\.csv; add a line"),
        ("file,label\na.png,x\nb.png,\n", "line 3 has no label; fill it in"),
        ("file,label,patient\na.png,x,1\nb.png,y,\n", "line 3 has no patient; fill it in"),
        ("file,label\na.png,x\na.png,y\nb.png,y\n", "lines 2 and 3 name the same file"),
        ("file,label\na.png,x,y\nb.png,y\n", "line 2 has 3 fields, the first line 2"),
        ("file,label\na.png,x\nb.png,x\n", "holds only the class 'x'; two are needed"),
        (
            "file,label\n../a.png,x\nb.png,y\n",
            r"line 2 names the file '\.\./a\.png'; .*inside that",
        ),
        ("file,label\n/etc/a.png,x\nb.png,y\n", r"line 2 names the file '/etc/a\.png'"),
        ("file,label\nC:\\a.png,x\nb.png,y\n", r"line 2 names the file 'C:"),
        ("file,label\n,x\nb.png,y\n", "line 2 names the file ''"),
        (b"file,label\n\xe9.png,x\nb.png,y\n", "is no text in UTF-8; save it as 'CSV UTF-8'"),
        ('file,label\n"a.png,x\nb.png,y\n', "is no clean CSV"),
    ],
)
def test_tables_that_do_not_fit(tmp_path, text, message):
    for name in "ab":
        write_picture(tmp_path / f"{name}.png", BLACK)
    refused(table(tmp_path, text), message)


def test_a_table_of_another_name(classes):
    (classes / "truth.csv").write_text("file,label\n")
    refused(classes, r"truth\.csv: is a table that isn't used; call it labels\.csv")


def test_no_mask_and_no_image(tmp_path):
    write_masked(tmp_path, n=3)
    (tmp_path / "masks" / "1.png").unlink()
    refused(tmp_path, r"images.1\.png: has no mask of the same name")
    (tmp_path / "images" / "1.png").unlink()
    (tmp_path / "images" / "2.png").unlink()
    refused(tmp_path, r"masks.2\.png: is a mask without an image")


def test_a_mask_of_another_size(tmp_path):
    write_masked(tmp_path, n=2)
    write_picture(tmp_path / "masks" / "1.png", BLACK)
    refused(tmp_path, r"masks.1\.png: is a mask of shape \(1, 4, 5\) for images of shape", size=28)


@pytest.mark.parametrize(
    ("mask", "message"),
    [
        (np.zeros((20, 24), np.uint8), "its masks are all empty"),
        (np.full((20, 24), 3, np.uint8), "its masks have no background: their values are 3"),
        (np.arange(480).reshape(20, 24).astype(np.uint8), "hold 256 different values .* shades"),
    ],
)
def test_masks_that_are_none(tmp_path, mask, message):
    write_masked(tmp_path, n=1)
    write_picture(tmp_path / "masks" / "0.png", mask)
    refused(tmp_path, message)


@pytest.mark.parametrize(
    "read", [datasets.read_folder, lambda path: datasets.card(f"folder:{path}")]
)
def test_masks_of_1_among_masks_of_255(tmp_path, read):
    write_masked(tmp_path, n=8)
    mask = tmp_path / "masks" / "5.png"
    write_picture(mask, np.eye(20, 24, dtype=np.uint8))
    refused_by(read, tmp_path, r"5\.png: is a mask of 0 and 1, but 0\.png is one of 0 and 255")


def test_masks_of_two_classes_may_be_1_and_255(tmp_path):
    write_masked(tmp_path, n=2)
    both = np.eye(20, 24, dtype=np.uint8)
    both[-1] = 255
    write_picture(tmp_path / "masks" / "1.png", both)
    names = datasets.read_folder(tmp_path).class_names
    assert names == ("background", "class 1", "class 255")


def test_masks_as_jpeg_or_in_colours(tmp_path):
    write_masked(tmp_path, n=1)
    mask = tmp_path / "masks" / "0.png"
    mask.unlink()
    write_picture(mask.with_suffix(".jpg"), BLACK)
    refused(tmp_path, r"0\.jpg: is a mask saved as JPEG, which changes its values")
    mask.with_suffix(".jpg").unlink()
    write_picture(mask, np.random.default_rng(0).integers(0, 255, (20, 24, 3)).astype(np.uint8))
    refused(tmp_path, r"0\.png: is a mask in colours; save it as gray")


def test_too_few_patients_to_split(tmp_path):
    write_classes(tmp_path, n_patients=3)
    with pytest.raises(
        ReadError, match=r"'healthy' has only 3 patients to split .*patient of labels"
    ):
        datasets.card(f"folder:{tmp_path}")


def test_one_identifier_for_everybody(tmp_path):
    for name in "ab":
        for k in range(6):
            write_slice(tmp_path / name / f"{k}", np.zeros((4, 5), np.int16), PatientID="ANONYMOUS")
    with pytest.raises(ReadError, match=r"only 1 patients to split .*PatientID.*column patient"):
        datasets.load(f"folder:{tmp_path}")


def test_a_folder_without_labels_is_no_data_set(tmp_path):
    write_picture(tmp_path / "a.png", BLACK)
    with pytest.raises(ReadError, match="has neither labels nor masks; put the images into one"):
        datasets.load(f"folder:{tmp_path}")


def test_a_name_without_a_folder():
    with pytest.raises(ReadError, match="names no folder; write the path behind the colon"):
        datasets.card("folder:")


def test_a_size_that_load_does_not_offer(classes):
    with pytest.raises(ValueError, match="has no size 50; it comes in 64, 28"):
        datasets.load(f"folder:{classes}", size=50)
