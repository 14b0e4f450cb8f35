"""From a file to a Reading: source, layout, front matter, meaning, checks. Nothing here touches the database."""

from __future__ import annotations

from .checks import checks_of
from .flow import Bit, flow
from .front import read_front
from .front.desk import is_section
from .layouts import Laid, best_layout
from .layouts.aligned import with_columns
from .layouts.furniture import is_page_number, running_lines
from .layouts.mending import mended
from .layouts.placed import with_places
from .layouts.splitting import split_bullets, split_numbered
from .layouts.transposed import upright
from .meaning.items import Titles
from .meaning.opinions import opinions_of
from .result import Problem, Reading
from .source import Source
from .sources import open_source


def read(name: str, data: bytes, titles: Titles | None = None) -> Reading:
    """The whole document. `titles` of plan items give numbers that a damaged file has lost. Raises Refusals."""
    return read_source(open_source(name, data), titles)


def read_source(source: Source, titles: Titles | None = None) -> Reading:
    bits = mended(with_columns(upright(flow(source))))
    bits = with_places(bits, running_lines(bits))
    furniture = running_lines(bits)
    laid, meta, front, problems = best_layout(bits, furniture, read_front)
    meta.layout, meta.layout_reason = laid.name, laid.reason
    problems += laid.problems
    problems += [Problem("source", note) for note in source.notes]
    split_bullets(laid, meta.opinions_printed.value)
    split_numbered(laid, meta.opinions_printed.value)
    opinions = opinions_of(laid, meta, titles, problems)
    if not opinions:
        none = meta.opinions_printed.value == 0
        said = "意見は0件でした。" if none else "意見と考え方の並びを見つけられませんでした。"
        problems.append(Problem("none_received" if none else "no_opinions", said))
    known = laid.taken | laid.furniture | furniture | front | _headings(bits, laid, front)
    unread = [
        (bit.number, bit.text)
        for bit in bits
        if bit.text and bit.index not in known and not _is_print(bit, laid)
    ]
    return Reading(
        name=source.name, sha256=source.sha256, kind=source.kind, meta=meta, opinions=opinions,
        checks=checks_of(opinions, meta, laid), problems=problems, unread=unread,
    )  # fmt: skip


def _headings(bits: list[Bit], laid: Laid, front: set[int]) -> set[int]:
    """Numbered headings of the front matter, which say nothing but where one is."""
    first = min(laid.taken, default=0)
    return {
        bit.index for bit in bits[:first] if bit.text and bit.cells is None and is_section(bit.text)
    } - front


def _is_print(bit: Bit, laid: Laid) -> bool:
    """A page number; between tables a bare one is none of an opinion either."""
    bare = laid.name.startswith("table") and bit.text.isdigit() and len(bit.text) <= 3
    return bit.cells is None and (bare or is_page_number(bit.text))
