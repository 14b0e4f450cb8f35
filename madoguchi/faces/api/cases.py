"""Following: where a case stands, what was said of it, its letters; and withdrawing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from madoguchi.engines.procedures import queries, services
from madoguchi.faces.shared import bearer
from madoguchi.faces.shared.files import send_file
from madoguchi.kernel.access.repeating import Answer

from . import shapes_cases as shapes
from .app import operation
from .drafts import _actor, _seen, told_paper
from .guards import machine_or_resident_app, resident_app
from .repeating import answer, call_of, once, shown

follows = machine_or_resident_app("cases")
reads = resident_app("cases")
withdraws = resident_app("withdraw")


@operation("GET", "/cases", rule=follows, tag="cases", gives=list[shapes.CaseRow])
def case_list(request: HttpRequest) -> list[dict[str, Any]]:
    """What was sent, the latest first: the resident's own, or what this machine handed in."""
    cards: list[Any] = list(
        queries.followed_cases(_actor(request)) if _is_machine(request) else queries.cases_of(_actor(request))
    )
    record_read(request, [card.receipt for card in cards], services.READ_LIST)
    return [_row(card) for card in cards]


@operation("GET", "/cases/{receipt}", rule=follows, tag="cases", gives=shapes.Case, refuses=(404,))
def case_read(request: HttpRequest, receipt: str) -> HttpResponse:
    """One case: where it stands and what was said of it."""
    said = _machine_answer(request, receipt) if _is_machine(request) else _case_answer(request, receipt)
    record_read(request, [receipt], services.READ_CASE)
    return shown(said)


@operation(
    "GET", "/cases/{receipt}/files/{uuid:file_id}", rule=reads, tag="cases", gives=None, refuses=(404,)
)
def case_file(request: HttpRequest, receipt: str, file_id: UUID) -> HttpResponse:
    """A letter, the copy of the application, or a paper that was sent."""
    case_id = queries.own_case_id(_actor(request), receipt)
    found = queries.file_for(_actor(request), case_id, file_id)
    record_read(request, [receipt], services.READ_FILE)
    return send_file(found)


def record_read(request: HttpRequest, receipts: list[str], what: str) -> None:
    """The resident sees that the program read it. Nothing is sent before that is on record."""
    services.record_program_read(receipts=receipts, what=what, by=_actor(request))


@operation(
    "POST",
    "/cases/{receipt}/withdrawal",
    rule=withdraws,
    tag="cases",
    gives=shapes.Case,
    refuses=(404, 409),
)
def case_withdraw(request: HttpRequest, receipt: str) -> HttpResponse:
    """Take the application back. With `If-Match` only if the case stands where it was seen."""
    found = opened_case(request, receipt)

    def withdraw() -> Answer:
        seen = _seen(request)
        services.withdraw(
            case=found.case, by=_actor(request), seen=found.case.version if seen is None else seen
        )
        return _case_answer(request, receipt)

    return once(call_of(request), withdraw)


def opened_case(request: HttpRequest, receipt: str) -> Any:
    """The resident's own case. Raises NotFound."""
    actor = _actor(request)
    return queries.case_for(actor, queries.own_case_id(actor, receipt))


def _is_machine(request: HttpRequest) -> bool:
    caller = bearer.caller(request)
    return caller is not None and caller.is_machine


def _row(card: Any) -> dict[str, Any]:
    return {
        "receipt": card.receipt,
        "procedure": card.key,
        "title": card.title,
        "state": card.state,
        "state_label": card.state_label,
        "received_at": card.received_at,
        "wants_answer": card.wants_answer,
        "is_over": card.is_over,
    }


def _case_answer(request: HttpRequest, receipt: str) -> Answer:
    found = opened_case(request, receipt)
    case, decision = found.case, found.decision
    now = next((stop for stop in found.stops if stop.state == "now"), None)
    here = now or [stop for stop in found.stops if stop.state == "done"][-1]
    said = {
        "receipt": case.receipt,
        "procedure": case.definition.key,
        "title": found.title,
        "state": here.key,
        "state_label": here.label,
        "received_at": case.received_at,
        "wants_answer": len(found.places),
        "is_over": now is None,
        "version": case.version,
        "due_on": case.due_on,
        "days_left": found.days_left,
        "is_paused": found.is_paused,
        "can_withdraw": found.can_withdraw,
        "steps": [{"key": s.key, "label": s.label, "state": s.state, "at": s.at} for s in found.stops],
        "messages": [_message(message) for message in found.messages],
        "decision": _decision(found) if decision else None,
        "documents": [told_paper(paper) for paper in found.papers],
    }
    return answer(200, shapes.Case, said, key=case.draft.key, ETag=f'"{case.version}"')


def _decision(found: Any) -> dict[str, Any]:
    decision = found.decision
    return {
        "outcome": decision.outcome,
        "outcome_label": found.outcome_label,
        "sent_at": decision.sent_at,
        "letter": _file(decision.letter) if decision.letter else None,
    }


def _message(message: Any) -> dict[str, Any]:
    return {
        "id": message.pk,
        "at": message.created_at,
        "subject": message.subject,
        "body": message.body,
        "files": [_file(file) for file in message.files.all()],
    }


def _file(file: Any) -> dict[str, Any]:
    return {"id": file.pk, "name": file.name, "content_type": file.content_type}


def _machine_answer(request: HttpRequest, receipt: str) -> Answer:
    row = queries.followed(_actor(request), receipt)
    said = {
        **_row(row),
        "version": 0,
        "due_on": row.due_on,
        "days_left": None,
        "is_paused": False,
        "can_withdraw": False,
        "steps": [],
        "messages": [],
        "decision": None,
        "documents": [],
    }
    return answer(200, shapes.Case, said, key=None)
