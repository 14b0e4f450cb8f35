"""The question board of a call: what came, answered or not shown with a reason."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from madoguchi.engines.consultation import services
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard
from madoguchi.faces.shared.pages import go
from madoguchi.kernel.errors import NotFound, Refusal
from madoguchi.kernel.refs import is_id

from .doors import ASKS, RUNNING, run_call, show


@ASKS
@guard(RUNNING)
def board(request: Asked, key: str) -> HttpResponse:
    """Those without an answer first."""
    call = run_call(request, key)
    if request.method != "POST":
        return show_board(request, call)
    asked = request.POST.get("question", "")
    row = call.questions.select_related("call").filter(pk=asked).first() if is_id(asked) else None
    if row is None:
        raise NotFound
    words = request.POST.get("words", "")[:2000]
    try:
        if request.POST.get("then") == "refuse":
            services.refuse_question(question=row, why=words, by=request.actor)
            done = _("この質問は出さないことにしました。")
        else:
            services.answer_question(question=row, answer=words, by=request.actor)
            done = _("質問と答えを、募集のページに出しました。")
    except NotFound:
        raise
    except Refusal as refusal:
        return show_board(request, call, refusal, typed={"id": str(row.pk), "words": words})
    messages.success(request, done)
    return go(request, "desk:consultation:questions", key=key)


def show_board(
    request: Asked, call: Any, refusal: Refusal | None = None, typed: dict[str, str] | None = None
) -> HttpResponse:
    """The board; after a refusal with what was typed."""
    order = {"asked": 0, "shown": 1, "refused": 2}
    rows = sorted(call.questions.all(), key=lambda row: (order[row.state], row.asked_at))
    return show(request, "questions.html", call, {"rows": rows, "typed": typed or {}}, refusal)
