"""住民の代理: what a clerk saw on paper is written down, and counts when a second person has confirmed it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi.engines.procedures import queries as procedures
from madoguchi.engines.procedures import services
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.numbers import number
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel import clock
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.identity.mandates import queries
from madoguchi.kernel.identity.mandates import services as representation
from madoguchi.kernel.identity.mandates.errors import MandateBirth, MandatePaper, MandateTerm

HANDLING = ("clerk", "head")
STEPS = require_http_methods(["GET", "HEAD", "POST"])
NAME = ("family", "given", "family_kana", "given_kana")
TYPED = (*NAME, "code", "receipt", "agent_code", "kind", "evidence", "evidence_on", "days", "until", "birth")


@STEPS
@guard(staff(*HANDLING))
def agents(request: HttpRequest) -> HttpResponse:
    """Those of my divisions, without names, and writing one down."""
    if request.method != "POST":
        return show(request)
    try:
        row = services.register_mandate(by=request.actor, **_told(request))
    except Refusal as refusal:
        return show(request, refusal)
    messages.success(request, _("登録しました。もう1人の職員が書類を確かめると、使えるようになります。"))
    return go(request, "desk:agents:one", mandate_id=row.pk)


def _told(request: HttpRequest) -> dict[str, Any]:
    typed = {key: request.POST.get(key, "")[:80] for key in TYPED}
    return {
        "code": typed["code"],
        "receipt": typed["receipt"],
        "name": {part: typed[part] for part in NAME},
        "birth": _day(typed["birth"], MandateBirth()) if typed["birth"] else None,
        "agent_code": typed["agent_code"],
        "kind": typed["kind"],
        "evidence": typed["evidence"],
        "evidence_on": _day(typed["evidence_on"], MandatePaper(days=number(typed["days"]) or 90)),
        "evidence_days": number(typed["days"]) or 90,
        "until": _day(typed["until"], MandateTerm()) if typed["until"] else None,
        "procedures": request.POST.getlist("procedure")[:200],
        "may_use_kept": bool(request.POST.get("kept")),
    }


def show(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    """The list and the form; after a refusal with what was typed."""
    rows = queries.mandates_at_desk(request.actor, *HANDLING)
    context = {
        "rows": [(row, STATES[queries.state_of(row)]) for row in rows],
        "kinds": queries.kinds(),
        "evidence": queries.papers(),
        "procedures": [(card.key, card.title) for card in procedures.procedures_online() if card.is_online],
        "chosen": request.POST.getlist("procedure")[:200],
        "typed": {key: request.POST.get(key, "")[:80] for key in TYPED},
        "kept": request.POST.get("kept", ""),
        "today": clock.today(),
        "refusal": refusal,
    }
    return page(request, "desk/agents/agents.html", context, status=refusal.status if refusal else 200)


STATES = {
    "offered": gettext_lazy("相手を待っています"),
    "waiting": gettext_lazy("2人目の確認を待っています"),
    "held": gettext_lazy("秘匿のため止めています"),
    "later": gettext_lazy("これから"),
    "now": gettext_lazy("使えます"),
    "over": gettext_lazy("終わり"),
}


@STEPS
@guard(staff(*HANDLING))
def one(request: HttpRequest, mandate_id: Any) -> HttpResponse:
    """One of them. The names stand there once the look is on record."""
    row = queries.mandate_at_desk(request.actor, mandate_id, *HANDLING)
    if request.method == "POST":
        representation.record_look(mandate=row, by=request.actor)
    return show_one(request, row, names=request.method == "POST")


def show_one(
    request: HttpRequest, row: Any, refusal: Refusal | None = None, *, names: bool = False
) -> HttpResponse:
    """One mandate as it stands; after a refusal with its sentence."""
    context = {
        "row": row,
        "state": queries.state_of(row),
        "state_words": STATES[queries.state_of(row)],
        "principal": queries.name_of(row.principal) if names else "",
        "agent": queries.name_of(row.agent) if names else "",
        "names": names,
        "is_mine": row.made_by == request.actor.account,
        "may_resume": row.suspended_at is not None
        and request.actor.has_role("sees_protected", in_=row.division_id),
        "titles": [
            card.title
            for card in procedures.procedures_online()
            if "*" in row.procedures or card.key in row.procedures
        ],
        "all": "*" in row.procedures,
        "refusal": refusal,
    }
    return page(request, "desk/agents/one.html", context, status=refusal.status if refusal else 200)


@require_POST
@guard(staff(*HANDLING))
def confirm(request: HttpRequest, mandate_id: Any) -> HttpResponse:
    """2人目の確認: from now on it counts."""
    return _settle(
        request, mandate_id, representation.confirm_mandate, _("確認しました。代理が使えるようになりました。")
    )


@require_POST
@guard(staff(*HANDLING))
def resume(request: HttpRequest, mandate_id: Any) -> HttpResponse:
    """Under 秘匿 and all the same, by who holds the named right."""
    return _settle(
        request, mandate_id, representation.resume_mandate, _("この代理を、また使えるようにしました。")
    )


def _settle(request: HttpRequest, mandate_id: Any, verb: Any, done: str) -> HttpResponse:
    row = queries.mandate_at_desk(request.actor, mandate_id, *HANDLING)
    if not queries.has_look(row, request.actor):
        return go(request, "desk:agents:one", mandate_id=row.pk)  # nobody confirms what they have not read
    try:
        verb(mandate=row, by=request.actor)
    except Refusal as refusal:
        return show_one(request, queries.mandate_at_desk(request.actor, mandate_id, *HANDLING), refusal)
    messages.success(request, done)
    return go(request, "desk:agents:list")


@require_POST
@guard(staff(*HANDLING))
def end(request: HttpRequest, mandate_id: Any) -> HttpResponse:
    """取り消す: a paper was withdrawn, a court decided, somebody called."""
    queries.mandate_at_desk(request.actor, mandate_id, *HANDLING)
    representation.revoke_mandate(mandate_id=mandate_id, by=request.actor)
    messages.success(request, _("代理を取り消しました。この代理では、もう何もできません。"))
    return go(request, "desk:agents:list")


def _day(typed: str, wrong: Refusal) -> dt.date:
    try:
        return dt.date.fromisoformat(typed.strip())
    except ValueError:
        raise wrong from None
