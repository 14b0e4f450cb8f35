"""Changing the e-mail address: the new one is shown to be read, the old one is told and has three days to say no."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi.faces.shared import proving
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import fresh_resident, guard, resident
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.identity.ways_in import residents

from .views import here


@require_http_methods(["GET", "HEAD", "POST"])
@guard(fresh_resident)
def change(request: Asked) -> HttpResponse:
    """Type the new address; a code goes there."""
    refusal = None
    if request.method == "POST":
        try:
            residents.ask_new_address(sign_in=here(request), address=request.POST.get("address", ""))
            return _code_page(request)
        except Refusal as error:
            refusal = error
    context = {"typed_address": request.POST.get("address", "")[:254], "refusal": refusal}
    return page(request, "portal/account/address.html", context, status=refusal.status if refusal else 200)


@require_POST
@guard(fresh_resident)
def code(request: Asked) -> HttpResponse:
    """The code of the new address: from now on it waits for three days."""
    try:
        residents.change_address(
            sign_in=here(request),
            address=request.POST.get("address", ""),
            typed=request.POST.get("code", ""),
            from_address=proving.address_of(request),
        )
    except Refusal as refusal:
        return _code_page(request, refusal)
    messages.success(request, _("受け付けました。3日たつと、新しいアドレスに変わります。"))
    return go(request, "portal:account:settings")


def _code_page(request: Asked, refusal: Refusal | None = None) -> HttpResponse:
    context = {"address": request.POST.get("address", "")[:254], "refusal": refusal}
    return page(
        request, "portal/account/address_code.html", context, status=refusal.status if refusal else 200
    )


@require_POST
@guard(resident)
def stop(request: Asked) -> HttpResponse:
    """わたしではありません: the address stays, and everybody is signed out."""
    residents.stop_change(sign_in=here(request))
    messages.success(
        request, _("変更を止め、すべての端末からサインアウトしました。もう一度サインインしてください。")
    )
    return go(request, "shared:sign_in")
