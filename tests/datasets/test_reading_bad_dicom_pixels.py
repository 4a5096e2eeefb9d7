"""DICOM pixels that are none, packed in strange ways, or made to fill the memory."""

import zlib
from functools import partial
from io import BytesIO
from pathlib import Path

import dicom_files
import numpy as np
import pydicom
import pytest
from dicom_files import write_slice
from pydicom.uid import (
    MPEG2MPML,
    DeflatedExplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLSLossless,
    RLELossless,
)
from refusals import refused as refused_by

from medtutor.datasets import read_dicom

EXAMPLES = Path(pydicom.__file__).parent / "data" / "test_files"

refused = partial(refused_by, read_dicom)


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
    refused(
        tmp_path / "a.dcm",
        r"a\.dcm: has a palette written in segments that aren't right; export .* as RGB",
    )


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
