"""Papers people send, honest ones and others."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pillow_heif
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from madoguchi.kernel.refs import Ref, new_id


def a_case() -> Ref:
    return Ref("procedures", "case", str(new_id()))


def photo(form: str = "JPEG", size: tuple[int, int] = (40, 20), **save: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "steelblue").save(out, form, **save)
    return out.getvalue()


def photo_taken_sideways() -> bytes:
    """Twenty by forty once upright; with a place and a comment inside."""
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: turn right
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[2] = (35.0, 44.0, 0.0)
    return photo(exif=exif, comment=b"SecretComment")


def paper(pages: int = 1) -> PdfWriter:
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(200, 200)
    return writer


def pdf(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def pdf_that(action: str) -> bytes:
    """A PDF that does something when it is opened."""
    writer = paper()
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(
        {
            NameObject("/S"): NameObject(action),
            NameObject("/JS"): TextStringObject("app.alert(1)"),
            NameObject("/F"): TextStringObject("cmd.exe"),
        }
        if action == "/JavaScript"
        else {NameObject("/S"): NameObject(action), NameObject("/F"): TextStringObject("cmd.exe")}
    )
    return pdf(writer)


def pdf_with_attachment() -> bytes:
    writer = paper()
    writer.add_attachment("payroll.xlsm", b"PK")
    return pdf(writer)


def pdf_with_disguised_script() -> bytes:
    """The names are written in hex, as those do who hide them."""
    return pdf_that("/JavaScript").replace(b"/JavaScript", b"/J#61v#61Script").replace(b"/JS", b"/J#53")


def pdf_with_packed_script() -> bytes:
    """The action stands in a compressed object stream: no search of the bytes finds it."""
    packed = {
        1: "<</Type/Catalog/Pages 2 0 R/OpenAction 4 0 R>>",
        2: "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: "<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>",
        4: "<</S/JavaScript/JS(app.alert)>>",
    }
    bodies, index, at = "", "", 0
    for number, body in packed.items():
        index += f"{number} {at} "
        bodies += body + " "
        at = len(bodies)
    stream = zlib.compress((index + bodies).encode())
    out = b"%PDF-1.5\n"
    box_at = len(out)
    out += f"5 0 obj<</Type/ObjStm/N 4/First {len(index)}/Filter/FlateDecode/Length {len(stream)}>>stream\n".encode()
    out += stream + b"\nendstream endobj\n"
    table_at = len(out)
    rows = [(0, 0, 255), *((2, 5, place) for place in range(4)), (1, box_at, 0), (1, table_at, 0)]
    table = b"".join(struct.pack(">BHB", *row) for row in rows)
    out += f"6 0 obj<</Type/XRef/Size 7/W[1 2 1]/Root 1 0 R/Length {len(table)}>>stream\n".encode()
    return out + table + f"\nendstream endobj\nstartxref\n{table_at}\n%%EOF\n".encode()


def pdf_with_password() -> bytes:
    writer = paper()
    writer.encrypt("", "owner")
    return pdf(writer)


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as box:
        box.writestr("word/document.xml", "<w/>")
    return out.getvalue()


MY_NUMBER = "621498320257"  # of nobody: the example of python-stdnum


def pdf_saying(*lines: str, turned: int = 0) -> bytes:
    """A page with these lines in Helvetica, as a printer driver would write them."""
    writer = paper()
    page = writer.pages[0]
    words = "".join(f"BT /F1 12 Tf 20 {170 - 20 * row} Td ({line}) Tj ET\n" for row, line in enumerate(lines))
    stream = DecodedStreamObject()
    stream.set_data(words.encode())
    page[NameObject("/Contents")] = writer._add_object(stream)
    font = {
        NameObject("/Type"): NameObject("/Font"),
        NameObject("/Subtype"): NameObject("/Type1"),
        NameObject("/BaseFont"): NameObject("/Helvetica"),
    }
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/F1"): DictionaryObject(font)})}
    )
    if turned:
        page.rotate(turned)
    return pdf(writer)


def pdf_form_filled_in_with(value: str) -> bytes:
    """One field of a form, its value drawn in the field only."""
    writer = PdfWriter(clone_from=io.BytesIO(pdf_saying("Form")))
    drawing = DecodedStreamObject()
    drawing.set_data(f"/Tx BMC BT /F1 12 Tf 2 4 Td ({value}) Tj ET EMC".encode())
    resources = writer.pages[0]["/Resources"]
    drawing.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/BBox"): ArrayObject([FloatObject(number) for number in (0, 0, 150, 20)]),
            NameObject("/Resources"): resources,
        }
    )
    field = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Widget"),
            NameObject("/FT"): NameObject("/Tx"),
            NameObject("/T"): TextStringObject("number"),
            NameObject("/V"): TextStringObject(value),
            NameObject("/F"): NumberObject(4),
            NameObject("/Rect"): ArrayObject([FloatObject(number) for number in (20, 100, 170, 120)]),
            NameObject("/AP"): DictionaryObject({NameObject("/N"): writer._add_object(drawing)}),
        }
    )
    reference = writer._add_object(field)
    writer.pages[0][NameObject("/Annots")] = ArrayObject([reference])
    writer.root_object[NameObject("/AcroForm")] = DictionaryObject(
        {NameObject("/Fields"): ArrayObject([reference]), NameObject("/DR"): resources}
    )
    return pdf(writer)


def heic(size: tuple[int, int] = (64, 48)) -> bytes:
    """A photograph as an iPhone stores it."""
    pillow_heif.register_heif_opener()
    out = io.BytesIO()
    Image.new("RGB", size, "tomato").save(out, "HEIF")
    return out.getvalue()


def pdf_with_comment(words: bytes) -> bytes:
    """Bytes between the objects that no viewer shows."""
    plain = pdf(paper())
    head, line, rest = plain.partition(b"\n")
    return head + line + rest.replace(b"startxref", b"%" + words + b"\nstartxref", 1)
