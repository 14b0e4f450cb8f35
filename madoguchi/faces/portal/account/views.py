"""サインインの設定: one's ways in, where one is signed in, and what is under way."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi.faces.shared import federated, sessions
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard, resident
from madoguchi.faces.shared.pages import go, page
from madoguchi.faces.shared.residents.by_provider import in_words
from madoguchi.kernel.errors import Refusal, SignInFirst
from madoguchi.kernel.identity.federation import links
from madoguchi.kernel.identity.ways_in import contacts, factors, recovery, recovery_codes, sign_ins


@require_safe
@guard(resident)
def settings(request: Asked) -> HttpResponse:
    """Everything about how I come in."""
    return show(request)


def show(request: Asked, refusal: Refusal | None = None) -> HttpResponse:
    """The page; after a refusal with the reason."""
    found = here(request)
    account = found.account
    contact, coming = contacts.current(account), contacts.coming(account)
    context = {
        "factors": factors.of(account),
        "has_password": account.has_usable_password(),
        "codes_left": recovery_codes.left(account).count(),
        "address": contacts.address_of(contact) if contact else "",
        "coming": {"address": contacts.address_of(coming), "since": coming.since} if coming else None,
        "recovery": recovery.open_of(account),
        "sign_ins": sign_ins.open_ones(account),
        "here": found,
        "refusal": refusal,
        "provider": federated.offered(sessions.RESIDENT),
        "links": links.of(account),
        "card_facts": in_words(links.facts_kept(account)),
    }
    return page(request, "portal/account/settings.html", context, status=refusal.status if refusal else 200)


@require_POST
@guard(resident)
def end_others(request: Asked) -> HttpResponse:
    """ほかの端末からサインアウト."""
    found = here(request)
    sign_ins.end_all(account=found.account, by=request.actor, why="own", besides=found)
    messages.success(request, _("ほかの端末から、サインアウトしました。"))
    return go(request, "portal:account:settings")


@require_POST
@guard(resident)
def end_one(request: Asked, sign_in_id: Any) -> HttpResponse:
    """One other browser."""
    sign_ins.end_one(sign_in_id=sign_in_id, account=here(request).account, by=request.actor, why="own")
    messages.success(request, _("その端末から、サインアウトしました。"))
    return go(request, "portal:account:settings")


@require_POST
@guard(resident)
def stop_recovery(request: Asked, recovery_id: Any) -> HttpResponse:
    """わたしではありません."""
    recovery.stop(request_id=recovery_id, account=here(request).account, by=request.actor)
    messages.success(
        request,
        _("止めました。だれかがメールを読んでいるかもしれません。アドレスを変えることをおすすめします。"),
    )
    return go(request, "portal:account:settings")


def here(request: Asked) -> Any:
    """The sign-in of this browser; the guard saw that there is one."""
    found = sessions.signed_in(request, sessions.RESIDENT)
    if found is None:
        raise SignInFirst
    return found
