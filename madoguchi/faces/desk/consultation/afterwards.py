"""その後: what became of an opinion, and what was promised to be looked at again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from madoguchi.engines.consultation import services
from madoguchi.engines.consultation.queries import desk
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel import clock
from madoguchi.kernel.errors import NotFound, Refusal

from .doors import ANSWERING

STATES = {
    "studying": gettext_lazy("検討中"),
    "done": gettext_lazy("実施"),
    "declined": gettext_lazy("見送り"),
    "not_yet": gettext_lazy("これから"),
}


@require_safe
@guard(ANSWERING)
def following(request: Asked) -> HttpResponse:
    """△ and ※ that are not ended, the earliest day first."""
    return show_following(request)


def show_following(
    request: Asked, refusal: Refusal | None = None, typed: dict[str, str] | None = None
) -> HttpResponse:
    """The list; after a refusal with what was typed."""
    today = clock.today()
    rows = [
        {"row": one, "due_on": due_on, "late": (today - due_on).days if due_on else 0}
        for one in desk.following(request.actor)
        for due_on in [one.follow_up.due_on if hasattr(one, "follow_up") else None]
    ]
    context = {"rows": rows, "states": STATES.items(), "typed": typed or {}, "refusal": refusal}
    status = refusal.status if refusal else 200
    return page(request, "desk/consultation/following.html", context, status=status)


@require_POST
@guard(ANSWERING)
def outcome(request: Asked, opinion_id: Any) -> HttpResponse:
    """How it stands now; only ever added to."""
    found = next((one for one in desk.following(request.actor) if str(one.pk) == str(opinion_id)), None)
    if found is None:
        raise NotFound
    typed = {name: request.POST.get(name, "").strip() for name in ("state", "words", "on", "item", "source")}
    try:
        services.add_outcome(
            opinion=found,
            state=typed["state"][:10],
            words=typed["words"][:300],
            on=typed["on"][:20],
            item=typed["item"][:20],
            source=typed["source"][:300],
            by=request.actor,
        )
    except NotFound:
        raise
    except Refusal as refusal:
        return show_following(request, refusal, {**typed, "id": str(opinion_id)})
    messages.success(request, _("その後を書き足しました。"))
    return go(request, "desk:consultation:following")
