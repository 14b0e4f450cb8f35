"""Adding a way in, giving one up, and the codes on paper."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import fresh_resident, guard
from madoguchi.faces.shared.pages import go, page
from madoguchi.faces.shared.residents import adding
from madoguchi.kernel.errors import NotFound, Refusal
from madoguchi.kernel.identity.ways_in import contacts, recovery_codes, residents

from .views import here, show


@require_http_methods(["GET", "HEAD", "POST"])
@guard(fresh_resident)
def add(request: Asked, kind: str) -> HttpResponse:
    """One more way in. The other browsers are signed out, and the mail is told."""
    if kind not in adding.KINDS:
        raise NotFound
    found = here(request)
    refusal = None
    if request.method == "POST":
        try:
            added = adding.sent(request, found.account)
            residents.add_here(sign_in=found, added=added, label=adding.label(request))
        except Refusal as error:
            refusal = error
        else:
            adding.done(request)
            messages.success(request, _("加えました。ほかの端末からは、サインアウトしました。"))
            return go(request, "portal:account:settings")
    contact = contacts.current(found.account)
    whose = contacts.address_of(contact) if contact else "-"
    context = {**adding.offered(request, found.account, whose, kind), "kind": kind, "refusal": refusal}
    return page(request, "portal/account/add.html", context, status=refusal.status if refusal else 200)


@require_POST
@guard(fresh_resident)
def stop(request: Asked, factor_id: Any) -> HttpResponse:
    """This way in is given up; the last one cannot be."""
    try:
        residents.stop_here(sign_in=here(request), factor_id=factor_id)
    except Refusal as refusal:
        return show(request, refusal)
    messages.success(request, _("やめました。ほかの端末からは、サインアウトしました。"))
    return go(request, "portal:account:settings")


@require_POST
@guard(fresh_resident)
def stop_password(request: Asked) -> HttpResponse:
    """The same for the password."""
    try:
        residents.stop_password(sign_in=here(request))
    except Refusal as refusal:
        return show(request, refusal)
    messages.success(request, _("パスワードをやめました。ほかの端末からは、サインアウトしました。"))
    return go(request, "portal:account:settings")


@require_POST
@guard(fresh_resident)
def recovery_codes_page(request: Asked) -> HttpResponse:
    """Ten new codes, shown on this page only; those of before work no more."""
    codes = recovery_codes.make(account=here(request).account, by=request.actor)
    return page(request, "portal/account/recovery_codes.html", {"codes": codes})
