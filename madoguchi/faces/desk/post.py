"""郵送するもの: opening, printing, and saying that it was given to the post."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from madoguchi.engines.directory import queries as directory
from madoguchi.engines.procedures import queries, services
from madoguchi.engines.procedures.errors import LookReasonNeeded, ProtectedHere
from madoguchi.faces.shared.files import send_file
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.numbers import number
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel import audit, clock
from madoguchi.kernel.errors import Refusal

REASON = gettext_noop("郵送のための印刷")


@require_safe
@guard(staff("clerk", "head"))
def to_post(request: HttpRequest) -> HttpResponse:
    """What waits, by number; names come when one is opened."""
    rows, total = queries.to_post(request.actor)
    return page(request, "desk/post/to_post.html", {"rows": rows, "total": total})


@require_safe
@guard(staff("clerk", "head"))
def letter(request: HttpRequest, delivery_id: Any) -> HttpResponse:
    """One of them: the record first, then the address and the words, or the paper to open."""
    try:
        return show_letter(request, queries.read_letter(request.actor, delivery_id))
    except (LookReasonNeeded, ProtectedHere):
        return show_letter(request, queries.letter_to_post(request.actor, delivery_id), asks_look=True)


def show_letter(
    request: HttpRequest, found: Any, refusal: Refusal | None = None, *, asks_look: bool = False
) -> HttpResponse:
    """The letter; before a look, and under 秘匿 without the right, only what it is."""
    if found.is_gone:
        recalled = _("この書類は取り消したので、送りません。")
        messages.info(request, recalled if found.is_recalled else _("これは、もう送ってあります。"))
        return go(request, "desk:to_post")
    if refusal is not None and refusal.status == 403:
        audit.record_refusal(refusal.code, found.case.ref, by=request.actor)
    context = {
        "found": found,
        "asks_look": asks_look,
        "reason": _(REASON),
        "keepers": queries.who_sees_protected(found.case.division_id) if found.is_sealed else [],
        "contact": directory.contact(found.case.division_id),
        "today": clock.today(),
        "refusal": refusal,
    }
    return page(request, "desk/post/letter.html", context, status=refusal.status if refusal else 200)


@require_POST
@guard(staff("clerk", "head"))
def look(request: HttpRequest, delivery_id: Any) -> HttpResponse:
    """記録して、ひらく. The look opens this letter, not the case."""
    found = queries.letter_to_post(request.actor, delivery_id)
    if found.is_sealed:
        return show_letter(request, found, ProtectedHere(), asks_look=True)
    services.record_look(case=found.case, by=request.actor, reason=REASON, what=queries.POSTED)
    return go(request, "desk:letter", delivery_id=delivery_id)


@require_safe
@guard(staff("clerk", "head"))
def paper(request: HttpRequest, delivery_id: Any) -> HttpResponse:
    """The paper itself, while a look is in force."""
    try:
        return send_file(queries.letter_file(request.actor, delivery_id))
    except (LookReasonNeeded, ProtectedHere) as refusal:
        found = queries.letter_to_post(request.actor, delivery_id)
        return show_letter(request, found, refusal, asks_look=True)


@require_POST
@guard(staff("clerk", "head"))
def sent(request: HttpRequest, delivery_id: Any) -> HttpResponse:
    """印刷して、送りました. Only who could have printed it can say so."""
    try:
        found = queries.read_letter(request.actor, delivery_id)
    except (LookReasonNeeded, ProtectedHere) as refusal:
        found = queries.letter_to_post(request.actor, delivery_id)
        return show_letter(request, found, refusal, asks_look=True)
    typed = number(request.POST.get("seen", ""))
    seen = found.case.version if typed is None else typed
    try:
        services.post_letter(case=found.case, delivery=found.delivery, by=request.actor, seen=seen)
    except Refusal as refusal:
        # Called back meanwhile, or somebody moved the case: the fresh page says which.
        return show_letter(request, queries.letter_to_post(request.actor, delivery_id), refusal)
    messages.success(request, _("%(receipt)s を、郵送したことにしました。") % {"receipt": found.case.receipt})
    return go(request, "desk:to_post")
