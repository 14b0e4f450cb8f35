"""A PDF drawn page by page and put together from the pictures: what can be seen of it, and nothing else.

Figures like a マイナンバー that stand in its text are covered in black before the page becomes a picture.
"""

from __future__ import annotations

import ctypes
import io
import math
from importlib import util
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from PIL import Image, ImageDraw
from pypdf import PdfReader

_DPI = 150  # what a fax in fine mode has less of; small print stays readable
_LONGEST = 2400  # pixels of the longer side, however large the paper says it is
_QUALITY = 80
_PAPER_MOST = 14400.0  # points: beyond that no viewer goes

Box = tuple[int, int, int, int]


def drawn(content: bytes, *, pages: int, drawn_size: int) -> tuple[dict[str, Any], bytes]:
    """The safe view, and whether something was covered."""
    my_numbers = _my_numbers()
    shown, masked = pdfium.PdfDocument.new(), _in_the_margin(content, my_numbers)
    with pdfium.PdfDocument(content) as given:
        given.init_forms()  # what is filled in is part of what is seen
        if not 0 < len(given) <= pages:
            return {"verdict": "unreadable"}, b""
        total = 0
        for number in range(len(given)):
            page = _flat_page(given, number)
            width, height = page.get_size()
            if not (0 < width <= _PAPER_MOST and 0 < height <= _PAPER_MOST):
                return {"verdict": "unreadable"}, b""
            scale = min(_DPI / 72, _LONGEST / max(width, height))
            picture = page.render(scale=scale).to_pil().convert("RGB")
            boxes = _covered(page, picture.size, my_numbers)
            masked = masked or bool(boxes)
            for box in boxes:
                ImageDraw.Draw(picture).rectangle(box, fill="black")
            total += _put(shown, picture, width, height)
            page.close()
            if total > drawn_size:
                return {"verdict": "size"}, b""
    out = io.BytesIO()
    shown.save(out)
    return {"verdict": "fine", "content_type": "application/pdf", "masked": masked}, out.getvalue()


def _my_numbers() -> Any:
    """The one reading of such figures, taken from its own file: its package would wake the whole of Django."""
    place = Path(__file__).parents[2] / "text" / "my_number.py"
    spec = util.spec_from_file_location("my_number", place)
    assert spec is not None and spec.loader is not None  # noqa: S101 - the file lies beside us
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.my_numbers


def _in_the_margin(content: bytes, my_numbers: Any) -> bool:
    """Whether the number stands where no page shows it: title, author, keywords. The drawing leaves these out."""
    found = PdfReader(io.BytesIO(content)).metadata
    return found is not None and any(my_numbers(str(value)) for value in found.values())


def _flat_page(given: Any, number: int) -> Any:
    """The page with its form fields and remarks as part of it, so that their text is found too."""
    page = given[number]
    if page.formenv:
        page.flatten()
        page.close()
        page = given[number]
    return page


def _covered(page: Any, size: tuple[int, int], my_numbers: Any) -> list[Box]:
    """Where the digits stand on the picture, a little larger than they are."""
    words = page.get_textpage()
    count = max(words.count_chars(), 0)
    # One by one: what the library gives as a whole leaves some out, and the places would not fit.
    text = "".join(chr(pdfium_c.FPDFText_GetUnicode(words, index) or 32) for index in range(count))
    return [
        box
        for start, end in my_numbers(text)
        for index in range(start, end)
        if (box := _box(page, words, index, size)) is not None
    ]


def _box(page: Any, words: Any, index: int, size: tuple[int, int]) -> Box | None:
    try:
        left, bottom, right, top = words.get_charbox(index)
    except pdfium.PdfiumError:
        return None  # a space that stands nowhere
    if right <= left or top <= bottom:
        return None
    corners = [_on_picture(page, size, x, y) for x in (left, right) for y in (bottom, top)]
    across, down = [x for x, _y in corners], [y for _x, y in corners]
    more = math.ceil((max(down) - min(down)) / 4) + 2
    return min(across) - more, min(down) - more, max(across) + more, max(down) + more


def _on_picture(page: Any, size: tuple[int, int], x: float, y: float) -> tuple[int, int]:
    """A point of the page as it is drawn, turned and cut as the page says."""
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium_c.FPDF_PageToDevice(page, 0, 0, *size, 0, x, y, ctypes.byref(across), ctypes.byref(down))
    return across.value, down.value


def _put(shown: Any, picture: Image.Image, width: float, height: float) -> int:
    """One more page of that picture; says how many bytes it takes."""
    jpeg = io.BytesIO()
    picture.save(jpeg, "JPEG", quality=_QUALITY)
    size = len(jpeg.getvalue())
    jpeg.seek(0)
    image = pdfium.PdfImage.new(shown)
    image.load_jpeg(jpeg, inline=True)
    image.set_matrix(pdfium.PdfMatrix().scale(width, height))
    page = shown.new_page(width, height)
    page.insert_obj(image)
    page.gen_content()
    page.close()
    return size
