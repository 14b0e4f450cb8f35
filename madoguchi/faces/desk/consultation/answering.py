"""区の考え方: the asked division's page. Their answer, each opinion's class with what shows it, and the way to approval."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from madoguchi.engines.approvals import queries as approvals
from madoguchi.engines.consultation import queries, services
from madoguchi.engines.consultation.queries import desk
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard
from madoguchi.faces.shared.pages import go
from madoguchi.kernel import clock
from madoguchi.kernel.errors import NotFound, Refusal
from madoguchi.kernel.refs import is_id

from .doors import ANSWERING, ASKS, as_seen, show, typed_day

MOST_ANSWER = 8000


@ASKS
@guard(ANSWERING)
def answer(request: Asked, answer_id: Any) -> HttpResponse:
    """Writing it; what was answered to such opinions before stands beside."""
    found = desk.answer_for(request.actor, answer_id)
    if request.method != "POST":
        return show_answer(request, found)
    text = request.POST.get("text", "")[:MOST_ANSWER]
    try:
        services.write_answer(answer=as_seen(request, found), text=text, by=request.actor)
    except NotFound:
        raise
    except Refusal as refusal:
        return show_answer(request, desk.answer_for(request.actor, answer_id), refusal, text=text)
    messages.success(request, _("考え方を保存しました。"))
    return go(request, "desk:consultation:answer", answer_id=answer_id)


def show_answer(
    request: Asked, found: Any, refusal: Refusal | None = None, *, text: str | None = None, about: str = ""
) -> HttpResponse:
    """The answer with its opinions; after a refusal with what was typed."""
    call = found.call
    written, named = desk.written(found)
    opinions = desk.answers_of(found)
    context = {
        "answer": found,
        "text": written if text is None else text,
        "written": written,
        "named": named,
        "opinions": [_with_needs(one) for one in opinions],
        "refused_at": about,
        "typed": request.POST if refusal else {},
        "categories": list(call.categories.all()),
        "passages": list(queries.became(call).values()),
        "drafted": _drafted(call),
        "services": desk.services_running(),
        "again_on": _months_on(desk.standing_rules().follow_up_months),
        "past": desk.past_answers(opinions),
        "requests": list(approvals.of(found.ref)),
        "may_run": request.actor.has_role("planner", in_=call.division_id),
        "is_over": call.state == "published",
        "most": MOST_ANSWER,
    }
    return show(request, "answer.html", call, context, refusal)


def _with_needs(opinion: Any) -> dict[str, Any]:
    shown = {one.kind: one for one in opinion.evidence.all()}
    return {"row": opinion, "evidence": shown, "follow_up": getattr(opinion, "follow_up", None)}


def _drafted(call: Any) -> list[Any]:
    version = queries.draft_of(call)
    return list(version.texts.all()) if version else []


def _months_on(months: int) -> Any:
    """The same day so many months from now; the first of the next month where there is none."""
    today = clock.today()
    years, month = divmod(today.month - 1 + months, 12)
    try:
        return today.replace(year=today.year + years, month=month + 1)
    except ValueError:
        return today.replace(year=today.year + years, month=month + 2, day=1)


@require_POST
@guard(ANSWERING)
def categorise(request: Asked, answer_id: Any, opinion_id: Any) -> HttpResponse:
    """対応区分, with what that class needs. Another division's is not theirs to give."""
    found = desk.answer_for(request.actor, answer_id)
    row = next((one for one in desk.answers_of(found) if str(one.pk) == str(opinion_id)), None)
    chosen = _id(request, "category")
    category = found.call.categories.filter(pk=chosen).first() if chosen else None
    if row is None or category is None:
        raise NotFound
    try:
        services.categorise(
            opinion=as_seen(request, row),
            category=category,
            evidence=_evidence(request),
            due_on=typed_day(request.POST.get("due_on", "")),
            by=request.actor,
        )
    except NotFound:
        raise
    except Refusal as refusal:
        fresh = desk.answer_for(request.actor, answer_id)
        return show_answer(request, fresh, refusal, about=str(opinion_id))
    messages.success(request, _("対応区分を付けました。"))
    return go(request, "desk:consultation:answer", answer_id=answer_id, anchor=f"o-{opinion_id}")


def _id(request: Asked, name: str) -> str | None:
    typed = request.POST.get(name, "")
    return typed if is_id(typed) else None


def _evidence(request: Asked) -> list[services.EvidenceIn]:
    """Every field that was filled in is one thing the answer points at."""
    typed = request.POST
    made = []
    if _id(request, "changed"):
        made.append(services.EvidenceIn("changed", passage=typed["changed"]))
    if _id(request, "in_draft"):
        made.append(services.EvidenceIn("in_draft", passage=typed["in_draft"]))
    if service := typed.get("service", "").strip()[:150]:
        made.append(services.EvidenceIn("service", service=service))
    if words := typed.get("elsewhere", "").strip()[:300]:
        made.append(services.EvidenceIn("elsewhere", words=words))
    return made


@require_POST
@guard(ANSWERING)
def send(request: Asked, answer_id: Any) -> HttpResponse:
    """決裁に出す: 担当課長 → 企画の確認 → 企画課長, as the pack's route says."""
    found = desk.answer_for(request.actor, answer_id)
    try:
        services.send_for_approval(answer=as_seen(request, found), by=request.actor)
    except NotFound:
        raise
    except Refusal as refusal:
        return show_answer(request, desk.answer_for(request.actor, answer_id), refusal)
    messages.success(request, _("決裁に出しました。"))
    return go(request, "desk:consultation:answer", answer_id=answer_id)
