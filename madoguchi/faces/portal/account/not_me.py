"""「わたしではありません」, from the link of a mail: no sign-in is asked of who may just have lost theirs."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import anyone, guard
from madoguchi.faces.shared.pages import page
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.identity.ways_in import recovery


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@guard(anyone)
def not_me(request: Asked, token: str) -> HttpResponse:
    """A button, because mail programs open links by themselves; and what was stopped."""
    what, _account = recovery.said_in_mail(token[:200])
    if not what:
        # Used, too late or cut off by the mail program: whoever is frightened enough to press it reads why.
        return page(request, "portal/account/not_me.html", {"what": ""}, status=404)
    is_stopped, refusal = False, None
    if request.method == "POST":
        try:
            recovery.stop_from_mail(token=token[:200])
            is_stopped = True
        except Refusal as error:
            refusal = error
    context = {"what": what, "is_stopped": is_stopped, "refusal": refusal}
    return page(request, "portal/account/not_me.html", context, status=refusal.status if refusal else 200)
