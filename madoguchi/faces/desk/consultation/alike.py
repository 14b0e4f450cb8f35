"""似た意見: groups a machine suggests, each settled by a person. Nothing happens by itself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from madoguchi.engines.consultation import services
from madoguchi.engines.consultation.queries import desk
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard
from madoguchi.faces.shared.pages import go
from madoguchi.kernel.errors import NotFound, Refusal
from madoguchi.kernel.identity import queries as identity

from .doors import ASKS, PURPOSE, RUNNING, page_number, run_call, show

MOST_TICKED = 500


@ASKS
@guard(RUNNING)
def alike(request: Asked, key: str) -> HttpResponse:
    """The groups; what was ticked is one opinion, has one answer, or is not the same."""
    call = run_call(request, key)
    if request.method != "POST":
        return show_alike(request, call)
    ticked = list(dict.fromkeys(request.POST.getlist("part")))[:MOST_TICKED]
    parts = [desk.part_row(request.actor, call, one) for one in ticked]
    verb = _VERBS.get(request.POST.get("then", ""))
    if verb is None or len(parts) < 2:
        messages.warning(request, _("二つ以上に印を付けて、どうするかを選んでください。"))
        return go(request, "desk:consultation:alike", key=key)
    try:
        messages.success(request, verb(request, call, parts))
    except NotFound:
        raise
    except Refusal as refusal:
        return show_alike(request, call, refusal)
    return go(request, "desk:consultation:alike", key=key)


def _one_opinion(request: Asked, call: Any, parts: list[Any]) -> str:
    into = request.POST.get("into", "")
    opinion = desk.opinion_row(request.actor, call, into) if into else None
    summary = request.POST.get("summary", "")[:4000]
    made = services.count_together(call=call, parts=parts, opinion=opinion, summary=summary, by=request.actor)
    return _("一つの意見に、%(n)s件を数えました。") % {"n": made.parts.count()}


def _one_answer(request: Asked, call: Any, parts: list[Any]) -> str:
    opinions = list({part.opinion_id: part.opinion for part in parts if part.opinion}.values())
    division = request.POST.get("division", "")
    if len(opinions) < 2 or identity.division(division) is None:
        return _("先に、それぞれを意見にまとめ、答える課を選んでください。")
    services.give_answer(opinions=opinions, division=division, by=request.actor)
    return _("%(n)s件の意見に、一つの考え方で答えることにしました。") % {"n": len(opinions)}


def _apart(request: Asked, call: Any, parts: list[Any]) -> str:
    services.tell_parts_apart(call=call, parts=parts, by=request.actor)
    return _("同じでないことにしました。もう一緒には出てきません。")


_VERBS = {"count": _one_opinion, "answer": _one_answer, "apart": _apart}


def show_alike(request: Asked, call: Any, refusal: Refusal | None = None) -> HttpResponse:
    """A page of groups; whose words are shown is on record first."""
    groups, total, pages = desk.alike(call, page=page_number(request))
    shown = {one.part.comment_id: one.part.comment for group in groups for one in group.members}
    services.record_looks(comments=shown.values(), by=request.actor, purpose=PURPOSE, what="alike")
    context = {
        "groups": groups,
        "total": total,
        "pages": range(1, pages + 1) if pages > 1 else (),
        "page": min(page_number(request), pages),
        "divisions": list(identity.divisions()) if groups else [],
        "names": {unit: name for unit, (_row, name) in desk.unit_names(call).items()},
    }
    return show(request, "alike.html", call, context, refusal)
