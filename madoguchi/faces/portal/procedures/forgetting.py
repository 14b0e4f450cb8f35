"""個人情報を消す: whoever asks is told first what goes, what stays and why."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from madoguchi.engines.procedures import services
from madoguchi.engines.procedures.queries.resident import forgetting as queries
from madoguchi.faces.shared import sessions
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import fresh_resident, guard
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel.errors import Refusal


@require_http_methods(["GET", "HEAD", "POST"])
@guard(fresh_resident)
def forget(request: Asked) -> HttpResponse:
    """The page, and the end of the account when the box was ticked."""
    refusal: Refusal | None = None
    if request.method == "POST" and request.POST.get("sure"):
        try:
            services.forget_me(by=request.actor)
        except Refusal as refused:
            refusal = refused
        else:
            sessions.sign_out(request, sessions.RESIDENT)
            messages.success(request, _("あなたの情報を消し、このアカウントを閉じました。"))
            return go(request, "portal:home")
    context = {
        "stays": queries.what_stays(request.actor),
        "refusal": refusal,
        "is_unticked": request.method == "POST" and not request.POST.get("sure"),
    }
    status = refusal.status if refusal else 422 if context["is_unticked"] else 200
    return page(request, "portal/procedures/forget.html", context, status=status)
