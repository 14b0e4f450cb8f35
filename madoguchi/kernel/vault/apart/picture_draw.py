"""A picture drawn anew, so that nothing but the picture survives: no place, no camera, no hidden second file."""

from __future__ import annotations

import io
import warnings
from typing import Any

from PIL import Image, ImageOps

JPEG, PNG, HEIC = "image/jpeg", "image/png", "image/heif"
_FORMATS = ["JPEG", "PNG", "WEBP", "MPO"]
_QUALITY = 88


def drawn(content: bytes, *, kind: str, pixels: int, size: int) -> tuple[dict[str, Any], bytes]:
    """The first picture in the file, upright; PNG where it was PNG or see-through and is not over `size`, else JPEG."""
    Image.MAX_IMAGE_PIXELS = pixels
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(io.BytesIO(content), formats=_formats(kind)) as picture:
            if picture.width * picture.height > pixels:
                return {"verdict": "pixels"}, b""
            picture.load()
            plain = _plain(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return {"verdict": "pixels"}, b""
    if kind == PNG or plain.mode == "RGBA":
        png = _saved(plain, "PNG")
        if len(png) <= size:
            return {"verdict": "fine", "content_type": PNG}, png
    return {"verdict": "fine", "content_type": JPEG}, _saved(_on_white(plain), "JPEG", quality=_QUALITY)


def _formats(kind: str) -> list[str]:
    if kind != HEIC:
        return _FORMATS
    import pi_heif

    pi_heif.register_heif_opener(thumbnails=False)
    return ["HEIF"]


def _plain(upright: Image.Image) -> Image.Image:
    ImageOps.exif_transpose(upright, in_place=True)
    if upright.mode.startswith("I;16"):
        # Sixteen bits of grey: Pillow would cut off what is brighter than 255.
        upright = upright.convert("I").point(lambda value: value / 257).convert("L")
    # Palettes and odd depths first: what is see-through may hide in either.
    plain = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    plain.info = {}  # Pillow writes comments and colour profiles found here
    return plain


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode == "RGB":
        return picture
    white = Image.new("RGB", picture.size, "white")
    white.paste(picture, mask=picture.getchannel("A"))
    return white


def _saved(picture: Image.Image, form: str, **how: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **how)
    return out.getvalue()
