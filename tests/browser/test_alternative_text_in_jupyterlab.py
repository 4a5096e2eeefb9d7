"""A real JupyterLab in a headless browser gives images the text of their metadata."""

from base64 import b64encode

import nbformat

PIXEL = b64encode(
    bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c02"
        "0000000b4944415478da6364f80f00010501012718e3660000000049454e44ae426082"
    )
).decode()
TEXT = 'One pixel, "red" & <b>small</b>.'


def picture(metadata):
    output = nbformat.v4.new_output("display_data", {"image/png": PIXEL}, metadata=metadata)
    return nbformat.v4.new_code_cell("picture", outputs=[output], execution_count=1)


def test_images_have_the_alternative_text_of_their_metadata(notebook):
    cells = [picture({"image/png": {"alt": TEXT, "width": 40}}), picture({})]
    pictures = nbformat.v4.new_notebook(cells=cells)
    nbformat.write(pictures, notebook.lab.folder / "pictures.ipynb")
    notebook.open("pictures.ipynb")
    notebook.page.wait_for_selector(".jp-RenderedImage img[alt]")
    images = notebook.page.eval_on_selector_all(
        ".jp-RenderedImage img", "found => found.map(image => [image.alt, image.width])"
    )
    assert images[0] == [TEXT, 40]
    assert images[1][0] == ""
