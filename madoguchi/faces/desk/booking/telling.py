"""知らせるもの: a letter to print or a number to ring, for who has neither inbox nor mail."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from madoguchi.engines.booking.queries import desk
from madoguchi.engines.booking.services import desk as services
from madoguchi.engines.directory import queries as directory
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard
from madoguchi.faces.shared.pages import go
from madoguchi.kernel import clock
from madoguchi.kernel.errors import Refusal

from .doors import WORKING, show

NEWS = {
    "booking.made": gettext_lazy("予約のお知らせ"),
    "booking.series_made": gettext_lazy("くり返しの予約のお知らせ"),
    "booking.cancelled": gettext_lazy("取り消しのお知らせ"),
    "booking.called_off": gettext_lazy("区の都合による取り消し"),
    "booking.changed": gettext_lazy("変更のお知らせ"),
    "booking.lapsed": gettext_lazy("期限切れのお知らせ"),
    "booking.soon": gettext_lazy("予約の日が近づいたお知らせ"),
    "booking.offered": gettext_lazy("空きが出たお知らせ"),
    "booking.waits": gettext_lazy("空き待ちのお知らせ"),
}


@require_safe
@guard(WORKING)
def listed(request: Asked) -> HttpResponse:
    """What waits, by number; names come when one is opened."""
    rows = [(one, NEWS.get(one.kind, _("お知らせ"))) for one in desk.to_tell(request.actor)]
    return show(request, "to_tell.html", {"rows": rows})


@require_safe
@guard(WORKING)
def letter(request: Asked, delivery_id: Any) -> HttpResponse:
    """One of them: the record first, then the address, the telephone and the words."""
    return _show(request, desk.letter_for(request.actor, delivery_id))


def _show(request: Asked, found: Any, refusal: Refusal | None = None) -> HttpResponse:
    if found.is_gone:
        messages.info(request, _("これは、もう知らせてあります。"))
        return go(request, "desk:booking:to_tell")
    context = {
        "found": found,
        "kind": NEWS.get(found.delivery.message.kind, _("お知らせ")),
        "contact": directory.contact(found.about.area.division_id),
        "today": clock.today(),
    }
    return show(request, "letter.html", context, refusal)


@require_POST
@guard(WORKING)
def look(request: Asked, delivery_id: Any) -> HttpResponse:
    """記録して、ひらく."""
    found = desk.letter_for(request.actor, delivery_id)
    services.record_letter(letter=found, by=request.actor)
    return go(request, "desk:booking:letter", delivery_id=delivery_id)


@require_POST
@guard(WORKING)
def done(request: Asked, delivery_id: Any) -> HttpResponse:
    """印刷して送った, or told by telephone."""
    found = desk.letter_for(request.actor, delivery_id)
    try:
        services.told(letter=found, how=request.POST.get("how", ""), by=request.actor)
    except Refusal as refusal:
        return _show(request, found, refusal)
    messages.success(request, _("知らせたことを記録しました。"))
    return go(request, "desk:booking:to_tell")
