"""What came in, as staff read it. The words come only to who has said, on record, that they look."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from madoguchi.kernel import clock, vault
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.refs import Actor, Ref, is_id

from ... import rules, sealing
from ...models import Call, Comment, Part

A_PAGE = 50
FILTERS = ("", "whole", "loose", "late", "done")


@dataclass(frozen=True, slots=True)
class LetterLine:
    """One letter in the list: numbers and days, no words."""

    comment: Comment
    parts: int
    loose: int
    counted: int
    withheld: int
    is_late: bool


@dataclass(frozen=True, slots=True)
class PartShown:
    part: Part
    text: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter opened: as it came, and what it was cut into."""

    comment: Comment
    original: dict[str, Any]
    parts: tuple[PartShown, ...]
    scans: tuple[Any, ...]
    is_late: bool
    has_address: bool

    @property
    def is_settled(self) -> bool:
        return any(one.part.opinion_id or one.part.withheld for one in self.parts)


def is_late(comment: Comment, call: Call) -> bool:
    return clock.in_city(comment.received_at).date() > call.closes_on


def letter_lines(call: Call, *, only: str = "", page: int = 1) -> tuple[list[LetterLine], int, int]:
    """A page of letters, how many there are, and how many pages."""
    found = call.comments.annotate(
        n=Count("parts"),
        n_loose=Count("parts", filter=Q(parts__opinion=None, parts__withheld="")),
        n_counted=Count("parts", filter=~Q(parts__opinion=None)),
        n_withheld=Count("parts", filter=~Q(parts__withheld="")),
    ).order_by("received_at", "id")
    if only == "whole":
        found = found.filter(n=0)
    elif only == "loose":
        found = found.filter(n_loose__gt=0)
    elif only == "done":
        found = found.filter(n__gt=0, n_loose=0)
    elif only == "late":
        found = found.filter(pk__in=[one.pk for one in call.comments.all() if is_late(one, call)])
    total = found.count()
    pages = max(-(-total // A_PAGE), 1)
    start = (min(max(page, 1), pages) - 1) * A_PAGE
    rows = [
        LetterLine(row, row.n, row.n_loose, row.n_counted, row.n_withheld, is_late(row, call))
        for row in found[start : start + A_PAGE]
    ]
    return rows, total, pages


def letter_row(actor: Actor, call: Call, comment_id: object) -> Comment:
    """The row alone, without a word of it. Raises NotFound."""
    found = None
    if rules.runs(actor, call) and is_id(comment_id):
        found = call.comments.select_related("key", "original", "call").filter(pk=str(comment_id)).first()
    if found is None:
        raise NotFound
    return found


def letter(comment: Comment) -> Letter:
    """Everything of it. Ask only after `services.record_looks`."""
    parts = comment.parts.select_related("unit", "opinion").order_by("order")
    return Letter(
        comment=comment,
        original=sealing.original(comment),
        parts=tuple(_opened(parts, comment)),
        scans=tuple(_scans(comment)),
        is_late=is_late(comment, comment.call),
        has_address=comment.party_id is not None,
    )


def _opened(parts: Iterable[Part], comment: Comment) -> Iterable[PartShown]:
    for part in parts:
        part.comment = comment
        yield PartShown(part, sealing.text_of(part))


def _scans(comment: Comment) -> Iterable[Any]:
    # Of an upload with a safe view the upload stands here; opening it opens the view.
    return vault.files_about(Ref.to(comment)).filter(derived_from=None)


def scan_of(comment: Comment, file_id: object) -> Any:
    """One of its scans that can be opened. Raises NotFound."""
    for stored in _scans(comment):
        if str(stored.pk) == str(file_id):
            return stored
    raise NotFound


def part_row(actor: Actor, call: Call, part_id: object) -> Part:
    """One part, without its words. Raises NotFound."""
    found = None
    if rules.runs(actor, call) and is_id(part_id):
        found = (
            Part.objects.select_related("comment", "comment__key", "comment__call", "unit", "opinion")
            .filter(pk=str(part_id), comment__call=call)
            .first()
        )
    if found is None:
        raise NotFound
    return found


def part_text(part: Part) -> str:
    """The words. Ask only after `services.record_looks`."""
    return sealing.text_of(part)
