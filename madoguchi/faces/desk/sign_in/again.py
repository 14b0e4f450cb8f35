"""Asked once more: what gives much away wants a factor shown within the last ten minutes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from madoguchi.faces.shared import federated, sessions
from madoguchi.faces.shared.guards import guard
from madoguchi.faces.shared.guards import staff as staff_only
from madoguchi.faces.shared.pages import go_to, page
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.identity.federation import links
from madoguchi.kernel.identity.ways_in import assurance, sign_ins

from .door import next_of
from .second import asked, check


@require_http_methods(["GET", "HEAD", "POST"])
@guard(staff_only())
def again(request: HttpRequest) -> HttpResponse:
    """The second factor once more; a fictional person of the demo presses their name."""
    found = sessions.signed_in(request, sessions.STAFF)
    assert found is not None  # noqa: S101  the guard let them pass
    if request.method != "POST":
        return show(request, found)
    try:
        if not is_fictional(found):
            check(request, found.account)
        sign_ins.confirm(sign_in=found)
    except Refusal as refusal:
        return show(request, found, refusal)
    return go_to(request, next_of(request))


def show(request: HttpRequest, found: Any, refusal: Refusal | None = None) -> HttpResponse:
    """Why it is asked, and the forms."""
    context = {"next": next_of(request), "refusal": refusal, "is_fictional": is_fictional(found)}
    if not is_fictional(found):
        context |= asked(request, found.account)
        context["provider"] = federated.offered(sessions.STAFF) if links.of(found.account).exists() else ""
    return page(request, "desk/sign_in/again.html", context, status=refusal.status if refusal else 200)


def is_fictional(found: Any) -> bool:
    return found.assurance == assurance.DEMO
