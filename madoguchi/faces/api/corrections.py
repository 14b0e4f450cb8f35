"""Correcting: the places the office asks to be put right, kept as often as one likes, and handed in whole."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import File
from ninja.files import UploadedFile

from madoguchi.engines.procedures import queries, services
from madoguchi.kernel.access import repeating
from madoguchi.kernel.access.repeating import Answer
from madoguchi.kernel.errors import NotFound

from . import shapes_cases as shapes
from .app import operation
from .cases import _case_answer, record_read
from .drafts import _actor, _seen, with_paper_once
from .guards import resident_app
from .repeating import answer, call_of, once, shown

corrects = resident_app("corrections")
DOCUMENTS = "documents."


@operation(
    "GET",
    "/cases/{receipt}/correction",
    rule=corrects,
    tag="corrections",
    gives=shapes.Correction,
    refuses=(404, 409),
)
def correction_read(request: HttpRequest, receipt: str) -> HttpResponse:
    """The open round of correction: each place, why, and what was put right so far."""
    said = _round_answer(request, receipt)
    record_read(request, [receipt], services.READ_CASE)
    return shown(said)


@operation(
    "PUT",
    "/cases/{receipt}/correction/answers",
    rule=corrects,
    tag="corrections",
    gives=shapes.Correction,
    refuses=(404, 409),
)
def correction_save(request: HttpRequest, receipt: str, body: shapes.CorrectionIn) -> HttpResponse:
    """Keep what was put right so far; nobody but the resident sees it before it is handed in."""
    opened = _round(request, receipt)

    def save() -> Answer:
        services.save_places(
            case=opened.case, given=body.answers, right=body.right, by=_actor(request), seen=_seen(request)
        )
        return _round_answer(request, receipt)

    return once(call_of(request), save)


@operation(
    "POST",
    "/cases/{receipt}/correction/documents/{document}/files",
    rule=corrects,
    tag="corrections",
    gives=shapes.Correction,
    status=201,
    refuses=(404, 409),
)
def correction_attach(
    request: HttpRequest, receipt: str, document: str, file: File[UploadedFile]
) -> HttpResponse:
    """Put in a paper that was asked for again."""
    opened, by = _round(request, receipt), _actor(request)
    if opened.round.place(DOCUMENTS + document) is None:
        raise NotFound

    def put(stored: Any) -> Answer:
        paper = services.PaperIn(upload=stored)
        services.save_places(
            case=opened.case,
            given={},
            right={},
            papers={DOCUMENTS + document: paper},
            by=by,
            seen=_seen(request),
        )
        return _round_answer(request, receipt, status=201)

    return with_paper_once(request, opened.case.draft, file, put)


@operation(
    "PUT",
    "/cases/{receipt}/correction/documents/{document}",
    rule=corrects,
    tag="corrections",
    gives=shapes.Correction,
    refuses=(404, 409),
)
def correction_paper_way(
    request: HttpRequest, receipt: str, document: str, body: shapes.PaperWay
) -> HttpResponse:
    """Say that the paper comes later, or that the office may look it up."""
    opened = _round(request, receipt)
    place = opened.round.place(DOCUMENTS + document)
    if place is None or (body.way == "link" and not place.document.omitted_by):
        raise NotFound

    def say() -> Answer:
        paper = services.PaperIn(way="omitted" if body.way == "link" else "later")
        services.save_places(
            case=opened.case,
            given={},
            right={},
            papers={DOCUMENTS + document: paper},
            by=_actor(request),
            seen=_seen(request),
        )
        return _round_answer(request, receipt)

    return once(call_of(request), say)


@operation(
    "POST",
    "/cases/{receipt}/correction/submission",
    rule=corrects,
    tag="corrections",
    gives=shapes.Case,
    refuses=(404, 409),
)
def correction_submit(request: HttpRequest, receipt: str) -> HttpResponse:
    """Hand the round in: everything kept becomes the answer at once, or nothing does and each place is named."""
    call = call_of(request)
    known = repeating.kept(call)
    if known is not None:
        return shown(known)
    opened = _round(request, receipt)

    def hand_in() -> Answer:
        services.hand_in_places(case=opened.case, by=_actor(request), seen=_seen(request))
        return _case_answer(request, receipt)

    return once(call, hand_in)


def _round(request: HttpRequest, receipt: str) -> Any:
    """The open round of the resident's own case. Raises NotFound, CorrectionClosed, CorrectionHandedIn."""
    actor = _actor(request)
    return queries.round_for(actor, queries.own_case_id(actor, receipt))


def _round_answer(request: HttpRequest, receipt: str, status: int = 200) -> Answer:
    opened = _round(request, receipt)
    said = {
        "receipt": opened.case.receipt,
        "asked_at": opened.asked_at,
        "version": opened.version,
        "places": [_place(place) for place in opened.round.places],
    }
    return answer(status, shapes.Correction, said, key=opened.case.draft.key, ETag=f'"{opened.version}"')


def _place(place: Any) -> dict[str, Any]:
    asked = place.question or place.before
    return {
        "path": place.path,
        "why": place.item.why if place.item else "",
        "remark": place.item.remark if place.item else "",
        "kind": "document" if place.is_paper else asked.kind if asked else "",
        "label": place.label,
        "before": place.before.value if place.before else None,
        "value": place.question.value if place.question and not place.is_paper else None,
        "is_ready": place.is_settled,
    }
