"""The second step: what somebody has, after what they know. Without it nobody is signed in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from madoguchi.faces.shared import browsers, federated, proving, sessions, signing
from madoguchi.faces.shared.guards import guard, newcomer
from madoguchi.faces.shared.pages import go, go_to, page
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.identity.ways_in import assurance, factors, staff
from madoguchi.kernel.identity.ways_in.errors import StartAgain

from .door import next_of, next_query, show_sign_in


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@guard(newcomer)
def second(request: HttpRequest) -> HttpResponse:
    """One of the factors the account has; who has none yet registers one, with a code from the operator."""
    try:
        found = proving.half(request, sessions.STAFF)
        account = found.known
    except StartAgain as refusal:
        return show_sign_in(request, refusal)
    if not factors.has_any(account):
        return go(request, "desk:sign_in_register", query=next_query(request))
    if request.method != "POST":
        return show(request, account)
    try:
        word = check(request, account)
        row = staff.come_in(
            account=account,
            second=word,
            first=found.way or assurance.PASSWORD,
            browser=browsers.family(request),
        )
        signing.come_in(request, row)
    except Refusal as refusal:
        return show(request, account, refusal)
    return go_to(request, next_of(request))


def check(request: HttpRequest, account: Any) -> str:
    """The factor that was sent, looked at. Raises what identity refuses with."""
    typed = proving.typed(request)
    challenge = proving.take_challenge(request) if "credential" in typed else None
    return staff.second_step(
        account=account, typed=typed, challenge=challenge, from_address=proving.address_of(request)
    )


def show(request: HttpRequest, account: Any, refusal: Refusal | None = None) -> HttpResponse:
    """The forms for what this account has; after a refusal again, with a new question for the passkey."""
    context = {**asked(request, account), "next": next_of(request), "refusal": refusal}
    context["provider"] = federated.offered(sessions.STAFF) if _by_provider(request) else ""
    return page(request, "desk/sign_in/second.html", context, status=refusal.status if refusal else 200)


def _by_provider(request: HttpRequest) -> bool:
    return bool(proving.half(request, sessions.STAFF).way)


def asked(request: HttpRequest, account: Any) -> dict[str, Any]:
    """Which kinds the page asks for."""
    kinds = set(factors.of(account).values_list("kind", flat=True))
    options = (
        proving.ask_for_passkey(request, kind=account.kind, account=account) if "passkey" in kinds else ""
    )
    return {"kinds": kinds, "passkey_options": options}
