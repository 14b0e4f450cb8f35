"""Items of the plan that opinions are about: from their own column, or from the lowest headings."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..layouts.raw import Raw
from ..result import Read
from .headings import ItemHead, item_head

Titles = Mapping[str, tuple[int | None, int | None]]  # title -> (final number, draft number)


@dataclass(frozen=True, slots=True)
class Item:
    text: Read[str | None]
    title: Read[str | None]
    final_no: Read[int | None]
    draft_no: Read[int | None]


def split_items(raws: Sequence[Raw], *, has_column: bool) -> None:
    """Without a column for it the lowest heading is the item, where headings stand two deep or more."""
    if has_column:
        return
    deepest = max((len(raw.path) for raw in raws), default=0)
    if deepest < 2:
        return
    for raw in raws:
        if len(raw.path) == deepest and raw.item is None:
            raw.item, raw.path = raw.path[-1], raw.path[:-1]


def items_of(raws: Sequence[Raw], titles: Titles | None) -> list[Item]:
    """Items with title and numbers. Numbers that do not rise as one reads on were damaged: they are not believed."""
    heads = [item_head(raw.item) if raw.item else None for raw in raws]
    reliable = _rises([head for head in heads if head is not None])
    known = {_key(title): numbers for title, numbers in (titles or {}).items()}
    return [_item(raw.item, head, known, reliable) for raw, head in zip(raws, heads, strict=True)]


def _item(
    text: str | None, head: ItemHead | None, known: dict[str, tuple[int | None, int | None]], reliable: bool
) -> Item:
    nothing: Read[int | None] = Read(None)
    if text is None or head is None:
        return Item(Read(None), Read(None), nothing, nothing)
    told = known.get(_key(head.title))
    if told:
        return Item(Read(text), Read(head.title), Read(told[0]), Read(told[1]))
    if head.final_no is None and (head.names_draft or (head.title != text and not reliable)):
        lost: Read[int | None] = Read(None, 0.5, "項目の番号が失われています。")
        return Item(Read(text), Read(head.title), lost, lost)
    if head.final_no is not None and not reliable:
        broken: Read[int | None] = Read(
            None, 0.4, "項目の番号が順に並んでおらず、壊れているようなので採りませんでした。"
        )
        return Item(Read(text), Read(head.title), broken, broken)
    draft = head.draft_no if head.names_draft else head.final_no
    return Item(Read(text), Read(head.title), Read(head.final_no), Read(draft))


def _rises(heads: Sequence[ItemHead]) -> bool:
    """Numbers of items only rise; a heading that lost its draft's number says that marks were lost."""
    if any(head.names_draft and head.draft_no is None for head in heads):
        return False
    numbers = [head.final_no for head in heads if head.final_no is not None]
    return all(earlier <= later for earlier, later in itertools.pairwise(numbers)) or all(
        not head.names_draft for head in heads
    )


def _key(title: str) -> str:
    return "".join(unicodedata.normalize("NFKC", title).split())
