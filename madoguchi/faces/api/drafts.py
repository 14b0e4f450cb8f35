"""Applying: describe, draft, papers, submit."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from ninja import File
from ninja.files import UploadedFile

from madoguchi.engines.procedures import queries, services
from madoguchi.engines.procedures.errors import DefinitionChanged
from madoguchi.faces.shared import bearer
from madoguchi.faces.shared.guards import anyone
from madoguchi.kernel.access import repeating
from madoguchi.kernel.access.repeating import Answer
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotFound, Refusal

from . import shapes_cases as shapes
from .app import operation
from .guards import check_procedure, machine_or_resident_app
from .repeating import answer, call_of, once, shown

writes_drafts = machine_or_resident_app("drafts")
sends = machine_or_resident_app("submit")


class ChannelWrong(Refusal):
    """An app of a resident comes by the web; a machine says how the person came, and never by the web."""

    code = "channel_wrong"
    status = 422
    message = _(
        "この channel では受け付けられません。アプリは web、機械のキーは counter などにしてください。"
    )


class BadIfMatch(Refusal):
    code = "bad_if_match"
    status = 400
    message = _("If-Match には、前に受け取った ETag をそのまま入れてください。")


@operation(
    "GET", "/procedures/{key}/form", rule=anyone, tag="procedures", gives=shapes.ProcedureForm, refuses=(404,)
)
def procedure_form(request: HttpRequest, key: str) -> dict[str, Any]:
    """How a procedure is filled in: questions, conditions, papers, and a JSON Schema of the answers."""
    return queries.told(key)


@operation("GET", "/drafts", rule=writes_drafts, tag="drafts", gives=list[shapes.DraftRow])
def draft_list(request: HttpRequest) -> list[dict[str, Any]]:
    """What was begun and not sent."""
    return [
        {
            "id": card.id,
            "procedure": card.key,
            "title": card.title,
            "left": card.left,
            "updated_at": card.updated_at,
        }
        for card in queries.drafts_of(_actor(request))
    ]


@operation(
    "POST", "/drafts", rule=writes_drafts, tag="drafts", gives=shapes.Draft, status=201, refuses=(404, 409)
)
def draft_begin(request: HttpRequest, body: shapes.DraftBegin) -> HttpResponse:
    """Begin an application."""
    actor, caller = _actor(request), bearer.caller(request)
    is_machine = caller is not None and caller.is_machine
    if is_machine == (body.channel == "web"):
        raise ChannelWrong
    check_procedure(caller, key=body.procedure, division=queries.procedure(body.procedure).card.division)
    language = str(request.LANGUAGE_CODE)  # type: ignore[attr-defined]

    def begin() -> Answer:
        start: Callable[..., Any] = services.begin_for_somebody if is_machine else services.start_draft
        draft = start(key=body.procedure, channel=body.channel, by=actor, language=language)
        return _draft_answer(request, draft.pk, status=201)

    return once(call_of(request), begin)


@operation(
    "GET", "/drafts/{uuid:draft_id}", rule=writes_drafts, tag="drafts", gives=shapes.Draft, refuses=(404, 409)
)
def draft_read(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """A draft with its answers, what is still open, and its papers."""
    opened = _opened(request, draft_id)
    services.record_program_read_of_draft(draft=opened.draft, by=_actor(request))
    return shown(_draft_answer(request, draft_id))


@operation(
    "PATCH",
    "/drafts/{uuid:draft_id}/answers",
    rule=writes_drafts,
    tag="drafts",
    gives=shapes.Draft,
    refuses=(404, 409, 412),
)
def draft_answer(request: HttpRequest, draft_id: UUID, body: shapes.AnswersIn) -> HttpResponse:
    """Keep many answers at once: all, or none with every problem named.

    With `If-Match` only if nobody saved anything since. A list (children, …) is sent whole.
    """
    opened = _opened(request, draft_id)

    def save() -> Answer:
        services.save_document(
            draft=opened.draft, given=body.answers, by=_actor(request), seen=_seen(request)
        )
        return _draft_answer(request, draft_id)

    return once(call_of(request), save)


@operation(
    "POST",
    "/drafts/{uuid:draft_id}/changes/seen",
    rule=writes_drafts,
    tag="drafts",
    gives=shapes.Draft,
    refuses=(404, 409, 412),
)
def draft_changes_seen(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The person has looked at what a newer version of the questions changed."""
    opened = _opened(request, draft_id)

    def see() -> Answer:
        services.check_seen(draft=opened.draft, seen=_seen(request), by=_actor(request))
        services.see_changes(draft=opened.draft, by=_actor(request))
        return _draft_answer(request, draft_id)

    return once(call_of(request), see)


@operation(
    "DELETE", "/drafts/{uuid:draft_id}", rule=writes_drafts, tag="drafts", status=204, refuses=(404, 409, 412)
)
def draft_discard(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Throw a draft away: every answer and paper of it goes."""
    draft, by = _opened(request, draft_id).draft, _actor(request)
    with writes():
        services.check_seen(draft=draft, seen=_seen(request), by=by)
        services.discard_draft(draft=draft, by=by)
    return HttpResponse(status=204)


# ------------------------------------------------------------------ papers


@operation(
    "POST",
    "/drafts/{uuid:draft_id}/documents/{document}/files",
    rule=writes_drafts,
    tag="drafts",
    gives=shapes.Paper,
    status=201,
    refuses=(404, 409, 412),
)
def draft_attach(
    request: HttpRequest, draft_id: UUID, document: str, file: File[UploadedFile]
) -> HttpResponse:
    """Add a photograph or PDF to one of the documents the answers call for."""
    opened = _opened(request, draft_id)
    _paper(opened, document)
    by = _actor(request)

    def put(stored: Any) -> Answer:
        services.check_seen(draft=opened.draft, seen=_seen(request), by=by)
        services.put_paper(draft=opened.draft, document=document, stored=stored, by=by)
        return _paper_answer(request, draft_id, document, status=201)

    return with_paper_once(request, opened.draft, file, put)


def with_paper_once(
    request: HttpRequest, draft: Any, file: UploadedFile, put: Callable[[Any], Answer]
) -> HttpResponse:
    """Judge and store the upload, `put` it where it belongs, or answer as before; nothing is left lying about."""
    call, by = call_of(request), _actor(request)
    known = repeating.kept(call)
    if known is not None:
        return shown(known)
    # Outside of the transaction: judging and redrawing a photograph takes a second.
    stored = services.take_paper(draft=draft, upload=file, name=file.name or "file", by=by)
    try:
        given = repeating.once(call, lambda: put(stored))
    except Refusal:
        services.drop_paper(stored=stored, by=by)
        raise
    if given.is_repeated:
        services.drop_paper(stored=stored, by=by)
    return shown(given)


@operation(
    "PUT",
    "/drafts/{uuid:draft_id}/documents/{document}",
    rule=writes_drafts,
    tag="drafts",
    gives=shapes.Paper,
    refuses=(404, 409, 412),
)
def draft_paper_way(
    request: HttpRequest, draft_id: UUID, document: str, body: shapes.PaperWay
) -> HttpResponse:
    """Say that a document comes later, or that the office may look it up."""
    opened = _opened(request, draft_id)
    paper = _paper(opened, document)
    if body.way == "link" and not paper.document.omitted_by:
        raise NotFound
    verb = services.use_link if body.way == "link" else services.bring_later

    def say() -> Answer:
        services.check_seen(draft=opened.draft, seen=_seen(request), by=_actor(request))
        verb(draft=opened.draft, document=document, by=_actor(request))
        return _paper_answer(request, draft_id, document)

    return once(call_of(request), say)


@operation(
    "DELETE",
    "/drafts/{uuid:draft_id}/files/{uuid:file_id}",
    rule=writes_drafts,
    tag="drafts",
    status=204,
    refuses=(404, 409, 412),
)
def draft_detach(request: HttpRequest, draft_id: UUID, file_id: UUID) -> HttpResponse:
    """Take a file back before sending: it is gone."""
    opened = _opened(request, draft_id)
    by = _actor(request)
    with writes():
        services.check_seen(draft=opened.draft, seen=_seen(request), by=by)
        services.detach(draft=opened.draft, attachment_id=str(file_id), by=by)
    return HttpResponse(status=204)


# ------------------------------------------------------------------ submit


@operation(
    "POST",
    "/drafts/{uuid:draft_id}/submission",
    rule=sends,
    tag="drafts",
    gives=shapes.Submission,
    status=201,
    refuses=(404, 409, 412),
)
def draft_submit(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Send it: one case and one receipt number, however often this is asked."""
    opened = _opened(request, draft_id)
    call, by = call_of(request), _actor(request)
    known = repeating.kept(call)
    if known is not None:
        return shown(known)
    # By itself, so that what a newer version changed is kept for the person to see also when we then refuse.
    draft = services.keep_up(draft=opened.draft, by=by)
    if draft.changes and draft.closed_at is None:
        raise DefinitionChanged

    def submit() -> Answer:
        services.check_seen(draft=draft, seen=_seen(request), by=by)
        case = services.submit_stated(draft=draft, by=by)
        said = {
            "receipt": case.receipt,
            "procedure": case.definition.key,
            "received_at": case.received_at,
            "due_on": case.due_on,
        }
        where = reverse("api-1:case_read", args=[case.receipt])
        return answer(201, shapes.Submission, said, key=opened.draft.key, Location=where)

    return once(call, submit)


# ------------------------------------------------------------------ how a draft is told


def _actor(request: HttpRequest) -> Any:
    return request.actor  # type: ignore[attr-defined]


def _opened(request: HttpRequest, draft_id: UUID) -> Any:
    """The caller's own draft; a machine's only as far as its key goes. Raises NotFound."""
    opened = queries.draft_for(_actor(request), draft_id)
    shape = opened.procedure.shape
    check_procedure(bearer.caller(request), key=opened.procedure.key, division=shape.division)
    return opened


def _seen(request: HttpRequest) -> int | None:
    """The version of `If-Match`; None where it is not sent. Raises BadIfMatch."""
    sent = request.headers.get("If-Match", "").strip()
    if sent in {"", "*"}:
        return None
    found = re.fullmatch(r'(?:W/)?"?(\d{1,9})"?', sent, re.ASCII)
    if found is None:
        raise BadIfMatch
    return int(found[1])


def _draft_answer(request: HttpRequest, draft_id: UUID, status: int = 200) -> Answer:
    opened = _opened(request, draft_id)
    draft = opened.draft
    said = {
        "id": draft.pk,
        "procedure": opened.procedure.key,
        "title": opened.title,
        "version": draft.definition.version,
        "channel": draft.channel,
        "revision": draft.revision,
        "is_closed": draft.closed_at is not None,
        "left": opened.sheet.left,
        "answers": queries.document_of(opened),
        "open_questions": [
            {"path": one.path, "kind": one.kind, "label": one.label, "is_required": one.is_required}
            for one in opened.sheet.questions
            if not one.is_answered
        ],
        "documents": [told_paper(paper) for paper in opened.papers.needed],
        "eligible": {"answer": opened.eligible.answer, "reason": opened.eligible.reason},
        "changes": draft.changes,
        "created_at": draft.created_at,
        "updated_at": draft.updated_at,
    }
    return answer(status, shapes.Draft, said, key=draft.key, ETag=f'"{draft.revision}"')


def _paper(opened: Any, document: str) -> Any:
    for paper in opened.papers.needed:
        if paper.document.id == document:
            return paper
    raise NotFound


def _paper_answer(request: HttpRequest, draft_id: UUID, document: str, status: int = 200) -> Answer:
    opened = _opened(request, draft_id)
    said = told_paper(_paper(opened, document))
    return answer(status, shapes.Paper, said, key=opened.draft.key, ETag=f'"{opened.draft.revision}"')


def told_paper(paper: Any) -> dict[str, Any]:
    """A document and how it comes."""
    return {
        "id": paper.document.id,
        "title": paper.document.title,
        "hint": paper.document.hint,
        "way": paper.way,
        "brought": paper.document.brought,
        "omitted_by": paper.document.omitted_by,
        "files": [
            {
                "id": one.pk,
                "name": one.file.name,
                "size": one.file.size,
                "content_type": one.file.content_type,
                "state": one.file.state,
                "masked": one.file.is_masked,
                "lost": one.file.is_lost,
            }
            for one in paper.files
        ],
    }
