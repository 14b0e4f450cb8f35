"""職員のサインイン: for the operator and for heads. A lost card is stopped here, at once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard
from madoguchi.faces.shared.guards import staff as staff_only
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity.ways_in import staff

LOOKS_AFTER = ("head", "operator")


@require_safe
@guard(staff_only(*LOOKS_AFTER))
def sign_ins(request: Asked) -> HttpResponse:
    """Everybody one looks after: their factors, and whether they are signed in."""
    return show(request)


def show(request: Asked, **told: Any) -> HttpResponse:
    context = {"people": staff.people(request.actor), "me": request.actor.account, **told}
    return page(request, "desk/sign_in/people.html", context)


@require_POST
@guard(staff_only(*LOOKS_AFTER))
def stop_card(request: Asked, account_id: Any) -> HttpResponse:
    """A lost card: it opens nothing from now on."""
    stopped = staff.stop_card_of(account_id=account_id, by=request.actor)
    messages.success(request, _("職員証を止めました。") if stopped else _("止める職員証はありません。"))
    return go(request, "desk:sign_ins")


@require_POST
@guard(staff_only(*LOOKS_AFTER))
def end(request: Asked, account_id: Any) -> HttpResponse:
    """Signed out everywhere."""
    staff.end_sign_ins_of(account_id=account_id, by=request.actor)
    messages.success(request, _("サインアウトしました。"))
    return go(request, "desk:sign_ins")


@require_POST
@guard(staff_only("operator", fresh=True))
def new_code(request: Asked, account_id: Any) -> HttpResponse:
    """All factors stop; the person gets a code for a new one. It is shown once, on this page."""
    code = staff.reset_of(account_id=account_id, by=request.actor)
    account = identity.account(account_id, kind="staff")
    return show(request, code=code, whose=account.name if account else "")
