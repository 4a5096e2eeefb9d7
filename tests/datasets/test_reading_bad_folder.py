"""Bad folders: each error names the file and the cure, and nothing is skipped in silence."""

import os
import struct
import sys
import zlib

import nibabel
import numpy as np
import pytest
from dicom_files import write_slice
from own_folders import picture, write_classes, write_dicom_classes, write_masked, write_picture
from PIL import Image

from medtutor import datasets
from medtutor.datasets import ReadError

BLACK = np.zeros((4, 5), np.uint8)


def refused(path, message, **options):
    with pytest.raises(ReadError, match=message) as caught:
        datasets.read_folder(path, **options)
    assert caught.value.cure
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.fixture
def classes(tmp_path):
    return write_classes(tmp_path / "pics", n_patients=4, n_each=1)


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


@pytest.mark.parametrize("share", [0.95, 0.5, 0.1])
@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_a_cut_off_picture(tmp_path, suffix, share):
    rng = np.random.default_rng(0)
    write_picture(tmp_path / "a.png", picture(rng, False))
    path = write_picture(tmp_path / f"cut{suffix}", picture(rng, False, (90, 90)))
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    refused(tmp_path, r"cut\.(png|jpg): can't be read.*copy or export it again", size=28)


def test_not_an_image(tmp_path):
    (tmp_path / "a.png").write_bytes(b"this is text")
    refused(tmp_path, r"a\.png: is named like PNG, but doesn't begin as PNG does")
    (tmp_path / "a.png").write_bytes(b"")
    refused(tmp_path, r"a\.png: the file is empty")


@pytest.mark.parametrize(
    ("name", "kind", "cure"),
    [("a.jpg", "PNG", ".png"), ("a.dcm", "PNG", ".png"), ("a.txt", "PNG", ".png")],
)
def test_a_wrong_suffix(tmp_path, name, kind, cure):
    write_picture(tmp_path / "right.png", BLACK).rename(tmp_path / name)
    error = refused(tmp_path, rf"is {kind} by its content, but its name ends in")
    assert error.cure == f"rename it to end in {cure}"


def test_dicom_named_as_a_picture(tmp_path):
    write_slice(tmp_path / "a.png", np.zeros((4, 5), np.int16))
    refused(tmp_path, r"a\.png: is DICOM by its content.*rename it to end in \.dcm")


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


def test_masks_as_jpeg_or_in_colours(tmp_path):
    write_masked(tmp_path, n=1)
    mask = tmp_path / "masks" / "0.png"
    mask.unlink()
    write_picture(mask.with_suffix(".jpg"), BLACK)
    refused(tmp_path, r"0\.jpg: is a mask saved as JPEG, which changes its values")
    mask.with_suffix(".jpg").unlink()
    write_picture(mask, np.random.default_rng(0).integers(0, 255, (20, 24, 3)).astype(np.uint8))
    refused(tmp_path, r"0\.png: is a mask in colours; save it as gray")


def test_transparent_and_moving_pictures(tmp_path):
    alpha = np.zeros((4, 5, 4), np.uint8)
    path = write_picture(tmp_path / "a.png", alpha)
    refused(tmp_path, r"a\.png: is transparent in places")
    frames = [Image.fromarray(BLACK), Image.fromarray(BLACK + 9)]
    frames[0].save(path, save_all=True, append_images=frames[1:])
    refused(tmp_path, r"a\.png: holds several pictures")


def png_of(width, height, data, colour_type=0):
    """Return a PNG that says it has this size, with any data at all."""

    def chunk(kind, content):
        checksum = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)

    head = struct.pack(">IIBBBBB", width, height, 8, colour_type, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize("edge", [60_000, 19_000])
def test_a_png_bomb_is_not_unpacked(tmp_path, edge):
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(bytes(1 << 20)) for _ in range(20)) + packer.flush()
    (tmp_path / "bomb.png").write_bytes(png_of(edge, edge, data))
    refused(tmp_path, r"bomb\.png: announces more than the \d+ million pixels .*; if that is its")


def test_a_picture_in_colour_that_promises_far_more_than_its_file_holds(tmp_path):
    """Few enough pixels for Pillow, but three bytes each."""
    (tmp_path / "bomb.png").write_bytes(png_of(13_000, 13_000, b"", colour_type=2))
    refused(tmp_path, r"bomb\.png: says it holds 484 MiB, but the file has only")


def test_a_jpeg_bomb_is_not_unpacked(tmp_path):
    path = write_picture(tmp_path / "bomb.jpg", BLACK)
    content = bytearray(path.read_bytes())
    size = content.index(b"\xff\xc0") + 5
    content[size : size + 4] = struct.pack(">HH", 60_000, 60_000)
    path.write_bytes(content)
    refused(tmp_path, r"bomb\.jpg: announces more than the \d+ million pixels")


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


@pytest.mark.parametrize("size", [0, -5])
def test_a_size_that_is_none(classes, size):
    with pytest.raises(ValueError, match=f"size is {size}; give an edge length"):
        datasets.read_folder(classes, size=size)


def test_a_size_that_load_does_not_offer(classes):
    with pytest.raises(ValueError, match="has no size 50; it comes in 64, 28"):
        datasets.load(f"folder:{classes}", size=50)
