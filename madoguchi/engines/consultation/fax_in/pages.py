"""The pages of a FAX (TIFF, many pages) as a PDF, drawn in a child process (`answer`). Knows no tables or settings."""

from __future__ import annotations

import io
import warnings
from typing import Any

from PIL import Image, ImageSequence

DOTS = 100  # an inch, where the machine does not say; a FAX has 204 by 98 or 196


def answer(content: bytes, *, pages: int, pixels: int, **_more: Any) -> tuple[dict[str, Any], bytes]:
    Image.MAX_IMAGE_PIXELS = pixels
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    with Image.open(io.BytesIO(content), formats=["TIFF"]) as whole:
        if getattr(whole, "n_frames", 1) > pages:
            return {"verdict": "pages"}, b""
        drawn = [_upright(page) for page in ImageSequence.Iterator(whole)]
    out = io.BytesIO()
    drawn[0].save(out, "PDF", save_all=True, append_images=drawn[1:], resolution=DOTS * 2)
    return {"verdict": "fine", "content_type": "application/pdf"}, out.getvalue()


def _upright(page: Image.Image) -> Image.Image:
    """Black and white as it came; the dots of a FAX are twice as high as wide in its coarse mode."""
    across, down = (float(one or 0) for one in page.info.get("dpi", (0, 0)))
    plain = page.convert("L") if page.mode not in {"1", "L"} else page.copy()
    if across and down and across / down > 1.5:
        plain = plain.resize((plain.width, round(plain.height * across / down)))
    return plain
