"""Bad folders: each error names the file and the cure, and nothing is skipped in silence."""

import os
import re
import sys
from functools import partial

import nibabel
import numpy as np
import pytest
from dicom_files import write_slice
from own_folders import write_dicom_classes
from own_pictures import write_classes, write_picture
from refusals import refused as refused_by

from medtutor import datasets

BLACK = np.zeros((4, 5), np.uint8)

refused = partial(refused_by, datasets.read_folder)


def test_an_empty_folder(tmp_path):
    refused(tmp_path, "the folder holds no files; put images in")
    (tmp_path / ".DS_Store").write_bytes(b"x")
    refused(tmp_path, "the folder holds no files")


def test_a_file_instead_of_a_folder(classes):
    refused(classes / "sick" / "s0" / "0.png", "is a file, not a folder")


def test_an_empty_class(classes):
    (classes / "doubtful").mkdir()
    refused(classes, "doubtful: is a class folder without images; fill it, or remove it")


def test_one_class_only(tmp_path):
    write_picture(tmp_path / "sick" / "0.png", BLACK)
    refused(tmp_path, "holds only the class 'sick'; two are needed: put the images into one sub")


def test_a_stranger(classes):
    (classes / "sick" / "s0" / "notes.txt").write_text("nothing")
    refused(classes, r"notes\.txt: is no image that can be read .*; convert it, or move it out")


def test_a_picture_beside_the_classes(classes):
    write_picture(classes / "lost.png", BLACK)
    refused(classes, r"lost\.png: lies beside the class folders")


def test_a_picture_beside_the_patients(classes):
    write_picture(classes / "sick" / "lost.png", BLACK)
    refused(classes, r"lost\.png: lies in no patient's sub-folder, others do")


def test_a_ready_split(tmp_path):
    for part in ("train", "test"):
        write_classes(tmp_path / part, n_patients=1, n_each=1)
    refused(tmp_path, r"is split already, into test, train; give one of these folders")


def test_mixed_sizes(tmp_path):
    write_picture(tmp_path / "a.png", BLACK)
    write_picture(tmp_path / "b.png", BLACK.T)
    refused(
        tmp_path, r"b\.png: has size \(rows, columns\) \(5, 4\), but a\.png has \(4, 5\); .*size="
    )


def test_mixed_gray_and_colour(tmp_path):
    write_picture(tmp_path / "a.png", BLACK)
    write_picture(tmp_path / "b.png", np.zeros((4, 5, 3), np.uint8))
    refused(tmp_path, r"b\.png: has channels 3, but a\.png has 1; .*convert\('L'\)")


def test_mixed_depths(tmp_path):
    write_picture(tmp_path / "a.png", BLACK)
    write_picture(tmp_path / "b.png", BLACK.astype(np.uint16))
    refused(tmp_path, r"b\.png: has type uint16, but a\.png has uint8; save all with 8 bits")


def test_mixed_kinds(tmp_path):
    write_picture(tmp_path / "b.png", BLACK)
    write_slice(tmp_path / "a.dcm", np.zeros((4, 5), np.int16))
    refused(tmp_path, r"b\.png: is a picture, but a\.dcm is a DICOM; keep one kind")


def test_mixed_units(tmp_path):
    for name, modality in (("a", "CT"), ("b", "MR")):
        write_slice(tmp_path / name, np.zeros((4, 5), np.int16), Modality=modality)
    refused(tmp_path, r"b: has unit none, but a has HU; keep CT in Hounsfield units apart")


def test_a_bad_slice_is_named_among_many(tmp_path):
    write_dicom_classes(tmp_path, n_patients=2)
    path = tmp_path / "sick" / "IM011"
    path.write_bytes(path.read_bytes()[:-50])
    refused(tmp_path, r"sick.IM011: can't be read")


def test_several_volumes_in_one_file(tmp_path):
    image = nibabel.Nifti1Image(np.zeros((3, 4, 5, 2), np.uint8), np.eye(4))
    nibabel.save(image, tmp_path / "a.nii.gz")
    refused(tmp_path, r"a\.nii\.gz: holds 2 volumes; make a file of each")


def test_voxels_that_are_no_number(tmp_path):
    array = np.full((3, 4, 5), np.nan, np.float32)
    nibabel.save(nibabel.Nifti1Image(array, np.eye(4)), tmp_path / "a.nii")
    refused(tmp_path, r"a\.nii: 60 of 60 voxels are no finite number")


def test_links(tmp_path, classes):
    outside = write_picture(tmp_path / "outside.png", BLACK)
    link = classes / "sick" / "s0" / "link.png"
    try:
        link.symlink_to(outside)
    except OSError:
        pytest.skip("this system doesn't let tests make links")
    refused(classes, r"link\.png: is a link that leads out of the folder; copy the file in")
    link.unlink()
    link.symlink_to(classes, target_is_directory=True)
    refused(classes, r"link\.png: is a link to a folder")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(classes):
    os.mkfifo(classes / "sick" / "s0" / "pipe.png")
    refused(classes, r"pipe\.png: is no regular file")


def test_folders_without_end(tmp_path):
    deep = tmp_path.joinpath(*"abcdefghijklmnop")
    deep.mkdir(parents=True)
    write_picture(deep / "a.png", BLACK)
    refused(tmp_path, "lies more than 12 folders deep; move the images up")


def test_names_of_any_letters_and_length(tmp_path):
    for name in ("krank 脑", "gesund é"):
        write_picture(tmp_path / name / ("x" * 200 + ".png"), BLACK)
    scans = datasets.read_folder(tmp_path)
    assert scans.class_names == ("gesund é", "krank 脑")
    (tmp_path / "krank 脑" / ("x" * 200 + ".png")).write_bytes(b"no")
    assert len(str(refused(tmp_path, "x … x|x{50}"))) < 400


@pytest.mark.skipif(sys.platform != "linux", reason="only there names needn't be text")
def test_a_name_that_is_no_text(tmp_path):
    path = os.fsencode(tmp_path) + b"/\xff\xfe.png"
    with open(path, "wb") as file:  # noqa: PTH123
        file.write(b"no")
    str(refused(tmp_path, r"\.png: is named like PNG")).encode("utf-8")


@pytest.mark.parametrize("size", [0, -5, 2.5, True, "a", (5, 5)])
def test_a_size_that_is_none(classes, size):
    with pytest.raises(ValueError, match=re.escape(f"size is {size!r}; give an edge length")):
        datasets.read_folder(classes, size=size)


def test_a_size_from_numpy_is_one(classes):
    assert datasets.read_folder(classes, size=np.int64(8)).array.shape[1:] == (8, 8, 1)


@pytest.mark.parametrize("read", [datasets.read_folder, datasets.read_dicom, datasets.read_nifti])
@pytest.mark.parametrize("path", [None, 3, b"a.png", ["a.png"]])
def test_what_is_no_path_is_refused(read, path):
    with pytest.raises(
        TypeError, match=r"path is .*; give the path of a file or a folder, as text"
    ):
        read(path)
