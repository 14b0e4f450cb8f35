"""Before a way in is changed, one of those there are is shown once more."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from madoguchi.faces.shared import federated, proving
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard, resident
from madoguchi.faces.shared.pages import page, safe_next
from madoguchi.faces.shared.residents.door import asked, one_thing
from madoguchi.faces.shared.sessions import RESIDENT
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.identity.federation import links
from madoguchi.kernel.identity.ways_in import assurance, residents, sign_ins

from .views import here


@require_http_methods(["GET", "HEAD", "POST"])
@guard(resident)
def confirm(request: Asked) -> HttpResponse:
    """Passkey, app or password; a fictional person of the demo presses their name."""
    found = here(request)
    refusal = None
    if request.method == "POST":
        try:
            if not is_fictional(found):
                _check(request, found)
            sign_ins.confirm(sign_in=found)
            return redirect(safe_next(request, reverse("portal:account:settings")))
        except Refusal as error:
            refusal = error
    context: dict[str, Any] = {
        "next": safe_next(request, reverse("portal:account:settings")),
        "is_fictional": is_fictional(found),
        "refusal": refusal,
    }
    if not is_fictional(found):
        context |= asked(request, found.account)
        context["provider"] = federated.offered(RESIDENT) if links.of(found.account).exists() else ""
    return page(request, "portal/account/confirm.html", context, status=refusal.status if refusal else 200)


def _check(request: Asked, found: Any) -> None:
    typed = one_thing(request)
    # A code on paper is for coming back, not for confirming.
    typed.pop("recovery", None)
    challenge = proving.take_challenge(request) if "credential" in typed else None
    residents.one_thing_more(
        account=found.account, typed=typed, challenge=challenge, from_address=proving.address_of(request)
    )


def is_fictional(found: Any) -> bool:
    return settings.DEMO and found.assurance == assurance.DEMO
