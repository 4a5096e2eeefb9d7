"""Bad DICOM input: each error names the file and the cure."""

import zlib
from io import BytesIO
from pathlib import Path

import dicom_files
import numpy as np
import pydicom
import pytest
from dicom_files import write_series, write_slice
from pydicom.uid import (
    MPEG2MPML,
    DeflatedExplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLSLossless,
    RLELossless,
)

from medtutor.datasets import ReadError, read_dicom

EXAMPLES = Path(pydicom.__file__).parent / "data" / "test_files"


def refused(path, message, **options):
    """Read, and return the error, which must say all of these things."""
    with pytest.raises(ReadError, match=message) as caught:
        read_dicom(path, **options)
    assert caught.value.cure
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize("share", [0.99, 0.9, 0.5])
def test_a_cut_off_file(tmp_path, share):
    whole = (EXAMPLES / "CT_small.dcm").read_bytes()
    (tmp_path / "cut.dcm").write_bytes(whole[: int(len(whole) * share)])
    refused(tmp_path / "cut.dcm", r"cut\.dcm: .*copy or export it again")


def test_a_file_that_ends_within_its_header(tmp_path):
    (tmp_path / "cut.dcm").write_bytes((EXAMPLES / "CT_small.dcm").read_bytes()[:700])
    refused(tmp_path / "cut.dcm", r"cut\.dcm")


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"hello, I am a text", r"is not a DICOM file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "is a PNG image by its content.*read_folder"),
        (b"\xff\xd8\xff\xe0" + bytes(200), "is a JPEG image by its content"),
        (b"\x1f\x8b" + bytes(200), "is compressed by gzip, perhaps NIfTI"),
        (b"PK\x03\x04" + bytes(200), "is a zip archive.*unpack archives first"),
        (b"", "the file is empty"),
    ],
)
def test_something_else_is_named(tmp_path, content, found):
    (tmp_path / "x.dcm").write_bytes(content)
    refused(tmp_path / "x.dcm", rf"x\.dcm: .*{found}")


def test_a_file_without_the_mark_says_how_to_save_it_anew():
    error = refused(EXAMPLES / "no_meta.dcm", "'DICM' doesn't stand at byte 128")
    assert "force=True" in error.cure


def test_the_wrong_suffix_does_not_matter(tmp_path):
    path = write_slice(tmp_path / "wrong.png", np.zeros((4, 5), np.int16))
    assert read_dicom(path).array.shape == (4, 5)


def test_nothing_there(tmp_path):
    refused(tmp_path / "none.dcm", r"none\.dcm: doesn't exist; check the spelling")
    refused(tmp_path, "the folder holds no files; put images in")


@pytest.mark.parametrize("name", ["x" * 5000, "a\0b"])
def test_a_name_that_can_not_be(name):
    assert len(str(refused(name, "doesn't exist|can't be a path"))) < 500


def test_mixed_sizes(tmp_path):
    write_series(tmp_path, n=3)
    place = [-10, -20, 200]
    write_slice(tmp_path / "zz.dcm", np.zeros((8, 8), np.int16), ImagePositionPatient=place)
    refused(tmp_path, r"zz\.dcm: has size \(rows, columns\) \(8, 8\), but .* has .*\(6, 8\); move")


def test_mixed_series_are_listed_with_how_to_choose(tmp_path):
    write_series(tmp_path / "a", n=2)
    write_series(tmp_path / "b", n=3, SeriesInstanceUID="1.2.4", SeriesNumber=7, Modality="MR")
    message = r"holds 2 series; choose one with series=.*1 \(CT, 2 files.*7 \(MR, 3 files"
    refused(tmp_path, message)
    refused(tmp_path, "holds no series 99; choose one of: series 1", series=99)


def test_two_series_of_one_number_are_told_apart_by_uid(tmp_path):
    write_series(tmp_path / "a", n=2)
    write_series(tmp_path / "b", n=2, SeriesInstanceUID="1.2.4")
    refused(tmp_path, "holds 2 series that are called 1; choose", series=1)
    assert read_dicom(tmp_path, series="1.2.4").array.shape[0] == 2


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_a_missing_slice(tmp_path, lost):
    write_series(tmp_path, n=6)
    (tmp_path / f"slice{6 - lost:02d}.dcm").unlink()
    after = rf"slice{6 - lost - 1:02d}\.dcm"
    refused(tmp_path, rf"{after}: lies 5 mm from .*are 2\.5 mm apart: slices seem to be missing")


def test_a_double_slice(tmp_path):
    write_series(tmp_path, n=3)
    (tmp_path / "copy.dcm").write_bytes((tmp_path / "slice02.dcm").read_bytes())
    refused(tmp_path, r"lies at the same place as .*; the folder holds a copy")


def test_a_survey_scan_in_the_series(tmp_path):
    write_series(tmp_path, n=3)
    write_slice(
        tmp_path / "zz.dcm", np.zeros((6, 8), np.int16), ImageOrientationPatient=[1, 0, 0, 0, 0, -1]
    )
    refused(tmp_path, r"zz\.dcm: is tilted against .*survey scan")


def test_a_slice_without_a_place(tmp_path):
    write_series(tmp_path, n=3)
    write_slice(tmp_path / "zz.dcm", np.zeros((6, 8), np.int16), ImagePositionPatient=None)
    refused(tmp_path, r"zz\.dcm: doesn't say where it lies")


def test_slices_with_neither_place_nor_number(tmp_path):
    write_series(tmp_path, n=3, ImagePositionPatient=None, InstanceNumber=None)
    refused(tmp_path, r"has neither a position .* nor an InstanceNumber of its own")


def test_several_multi_frame_files_in_one_series(tmp_path):
    for name in "ab":
        write_slice(tmp_path / name, np.zeros((3, 4, 5), np.int16), NumberOfFrames=3)
    refused(tmp_path, r"a: is one of 2 files of a series, and holds several frames itself")


def test_ct_without_rescale(tmp_path):
    path = write_slice(
        tmp_path / "a.dcm", np.zeros((4, 5), np.int16), RescaleSlope=None, RescaleIntercept=None
    )
    refused(path, r"a\.dcm: is CT but has no RescaleSlope and RescaleIntercept.*original export")


@pytest.mark.parametrize("element", ["RescaleSlope", "RescaleIntercept"])
def test_half_a_rescale(tmp_path, element):
    path = write_slice(tmp_path / "a.dcm", np.zeros((4, 5), np.int16), **{element: None})
    refused(path, rf"a\.dcm: its header lacks {element}")


def test_a_slope_of_zero(tmp_path):
    path = write_slice(tmp_path / "a.dcm", np.zeros((4, 5), np.int16), RescaleSlope=0)
    refused(path, r"a\.dcm: its RescaleSlope is 0")


def with_text(tmp_path, keyword, old, new):
    """Write a file and put other text of the same length into an element, unchecked."""
    path = write_slice(tmp_path / "a.dcm", np.zeros((4, 5), np.int16), **{keyword: old})
    content = path.read_bytes()
    written = ("\\".join(old) if isinstance(old, list) else str(old)).encode()
    assert content.count(written) == 1
    path.write_bytes(content.replace(written, new.encode()))
    return path


@pytest.mark.parametrize("text", ["NaN   ", "inf   ", "12..34"])
def test_a_slope_that_is_no_number(tmp_path, text):
    path = with_text(tmp_path, "RescaleSlope", "1.2345", text)
    refused(path, r"a\.dcm: (its header says RescaleSlope is|can't be read)")


@pytest.mark.parametrize("spacing", [[0, 1], [-1, 1]])
def test_a_spacing_that_is_none(tmp_path, spacing):
    path = write_slice(tmp_path / "a.dcm", np.zeros((4, 5), np.int16), PixelSpacing=spacing)
    refused(path, r"a\.dcm: its PixelSpacing is .*; .*above 0|distances are above 0")


def test_directions_that_are_none(tmp_path):
    path = write_slice(
        tmp_path / "a.dcm",
        np.zeros((4, 5), np.int16),
        ImageOrientationPatient=[1, 0, 0, 1, 0, 0],
    )
    refused(path, r"a\.dcm: .*no two unit vectors at right angles")


@pytest.mark.parametrize(
    ("kind", "stored"), [("int16", [-32768, 32767]), ("uint16", [0, 65535]), ("uint8", [0, 255])]
)
def test_signed_and_unsigned_are_told_apart(tmp_path, kind, stored):
    path = write_slice(tmp_path / "a", np.array([stored], kind), RescaleIntercept=0, Modality="MR")
    assert read_dicom(path).array.tolist() == [stored]


def test_voxels_that_are_no_number(tmp_path):
    pixels = np.ones((4, 5), np.float32)
    pixels[1, 2] = np.nan
    dataset = dicom_files.add_pixels(dicom_files.header(Modality="MR"), np.zeros((4, 5), np.int32))
    del dataset.PixelData
    dataset.FloatPixelData = pixels.tobytes()
    dataset.save_as(tmp_path / "a.dcm", enforce_file_format=True)
    refused(tmp_path / "a.dcm", r"a\.dcm: 1 of 20 voxels are no finite number.*nan_to_num")


def test_no_image_in_it():
    refused(EXAMPLES / "test-SR.dcm", r"holds no image \(its modality is SR\)")
    refused(EXAMPLES / "rtdose.dcm", "holds a radiation dose, not an image")


def test_a_missing_plugin_is_named():
    error = refused(EXAMPLES / "MR_small_jpeg_ls_lossless.dcm", "compressed as 'JPEG-LS")
    for plugin in ("pylibjpeg", "gdcm"):
        assert plugin in str(error)
    assert "pip install" in error.cure


def test_a_compression_that_the_installed_plugin_lacks_is_no_damage_alone():
    error = refused(EXAMPLES / "JPGExtended.dcm", "does not support 'JPEG Extended'")
    assert "pip install pylibjpeg" in error.cure


def test_a_video(tmp_path):
    dataset = dicom_files.add_pixels(dicom_files.header(), np.zeros((4, 5), np.int16))
    dataset.file_meta.TransferSyntaxUID = MPEG2MPML
    dataset.PixelData = pydicom.encaps.encapsulate([b"video!"])
    dataset["PixelData"].is_undefined_length = True
    dataset.save_as(tmp_path / "a.dcm", enforce_file_format=True)
    refused(tmp_path / "a.dcm", "stores its pixels as 'MPEG2.*export the images uncompressed")


@pytest.mark.parametrize("syntax", [RLELossless, JPEG2000Lossless, JPEGLSLossless])
def test_a_header_that_promises_far_more_than_the_file_holds(tmp_path, syntax):
    dataset = dicom_files.add_pixels(dicom_files.header(), np.zeros((4, 5), np.int16))
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.Rows = dataset.Columns = 60000
    dataset.PixelData = pydicom.encaps.encapsulate([bytes(1000)])
    dataset["PixelData"].is_undefined_length = True
    dataset.save_as(tmp_path / "bomb.dcm", enforce_file_format=True)
    refused(tmp_path / "bomb.dcm", r"bomb\.dcm: would take 6\.7 GiB of memory")
    dataset.Rows = dataset.Columns = 20000
    dataset.save_as(tmp_path / "bomb.dcm", enforce_file_format=True)
    refused(tmp_path / "bomb.dcm", r"bomb\.dcm: says it holds 763 MiB, but the file has only")


def test_a_jpeg_2000_box_without_length_does_not_hang(tmp_path):
    dataset = dicom_files.add_pixels(dicom_files.header(), np.zeros((4, 5), np.int16))
    dataset.file_meta.TransferSyntaxUID = JPEG2000Lossless
    boxes = bytes.fromhex("0000000c 6a502020 0d0a870a 00000000 66747970")
    dataset.PixelData = pydicom.encaps.encapsulate([boxes])
    dataset["PixelData"].is_undefined_length = True
    dataset.save_as(tmp_path / "a.dcm", enforce_file_format=True)
    refused(tmp_path / "a.dcm", r"a\.dcm: holds a JPEG 2000 box of length 0")


def test_a_palette_in_segments_is_not_unfolded(tmp_path):
    dataset = dicom_files.add_pixels(dicom_files.header(), np.zeros((4, 5), np.uint8))
    dataset.PhotometricInterpretation = "PALETTE COLOR"
    for colour in ("Red", "Green", "Blue"):
        setattr(dataset, f"{colour}PaletteColorLookupTableDescriptor", [256, 0, 16])
        bomb = np.tile(np.array([1, 65535, 9], np.uint16), 20_000).tobytes()
        setattr(dataset, f"Segmented{colour}PaletteColorLookupTableData", bomb)
    dataset.save_as(tmp_path / "a.dcm", enforce_file_format=True)
    refused(tmp_path / "a.dcm", r"a\.dcm: has a palette written in segments; export .* as RGB")


def test_a_deflated_bomb_is_not_unpacked(tmp_path):
    dataset = dicom_files.add_pixels(dicom_files.header(), np.zeros((4, 5), np.int16))
    dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    sink = BytesIO()
    dataset.save_as(sink, enforce_file_format=True)
    whole = sink.getvalue()
    meta = pydicom.dcmread(BytesIO(whole)).file_meta
    start = 144 + meta.FileMetaInformationGroupLength
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    bomb = b"".join(packer.compress(bytes(1 << 24)) for _ in range(40)) + packer.flush()
    (tmp_path / "bomb.dcm").write_bytes(whole[:start] + bomb)
    refused(tmp_path / "bomb.dcm", r"bomb\.dcm: says it holds \d+ MiB, but the file has only")


def test_a_deflated_file_is_read():
    assert read_dicom(EXAMPLES / "image_dfl.dcm").array.shape == (512, 512)


def test_a_link_that_leads_out_of_the_folder(tmp_path):
    write_series(tmp_path / "series", n=2)
    outside = write_slice(tmp_path / "outside.dcm", np.zeros((6, 8), np.int16))
    link = tmp_path / "series" / "zz.dcm"
    try:
        link.symlink_to(outside)
    except OSError:
        pytest.skip("this system doesn't let tests make links")
    refused(tmp_path / "series", r"zz\.dcm: is a link that leads out of the folder")
    link.unlink()
    link.symlink_to(tmp_path / "nowhere")
    refused(tmp_path / "series", r"zz\.dcm: is a link that leads nowhere")


def test_a_stranger_among_the_slices(tmp_path):
    write_series(tmp_path, n=2)
    (tmp_path / "notes.txt").write_text("nothing")
    refused(tmp_path, r"notes\.txt: is not a DICOM file")


@pytest.mark.parametrize("name", ["Schädel ‹örtlich› 脑.dcm", "a b  c.dcm", "x" * 200])
def test_names_of_any_letters_and_length(tmp_path, name):
    assert read_dicom(write_slice(tmp_path / name, np.zeros((4, 5), np.int16))).unit == "HU"
    (tmp_path / name).write_bytes(b"broken")
    assert name[:50] in str(refused(tmp_path / name, "is not a DICOM file"))


def test_a_file_that_may_not_be_read(tmp_path, monkeypatch):
    path = write_slice(tmp_path / "a.dcm", np.zeros((4, 5), np.int16))

    def refuse(self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    refused(path, r"a\.dcm: can't be opened: Permission denied; see that you may read it")


def test_an_error_travels_between_processes(tmp_path):
    import pickle

    error = refused(tmp_path / "none.dcm", "doesn't exist")
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error)
    assert again.cure == error.cure


def test_odd_values_are_not_printed(recwarn, capfd):
    refused(EXAMPLES / "badVR.dcm", "NumberOfFrames is '1A'")
    assert not recwarn.list
    assert capfd.readouterr() == ("", "")
