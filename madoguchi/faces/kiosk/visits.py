"""One visitor at a screen: what the session holds of them, and how nothing of it stays.

The session knows which draft is being written and when the screen was last touched. The answers are in the draft,
under a key of its own; to wipe is to destroy that key.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from madoguchi.engines.procedures import queries, services
from madoguchi.engines.procedures.errors import AlreadyHandedOver
from madoguchi.faces.shared import sessions
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.context import TEXT_SIZE_COOKIE
from madoguchi.faces.shared.languages import is_language
from madoguchi.faces.shared.pages import go
from madoguchi.kernel import clock
from madoguchi.kernel.errors import NotFound, Refusal

KEY = "kiosk"
GRACE = 20
# A press in the last second still has its way to go.
SLACK = 5

View = Callable[..., HttpResponse]


class VisitOver(Refusal):
    """Nobody touched the screen for so long that what was written is gone."""

    code = "visit_over"
    status = 409
    message = _(
        "しばらく使われなかったので、書いたものを消しました。はじめの画面から、もう一度始めてください。"
    )


def visit_of(request: Asked) -> dict[str, Any]:
    """What the session holds of whoever writes at this screen; {} when nobody does."""
    kept = sessions.kept_facts(request, KEY, terminal=str, at=float)
    return kept if kept.get("terminal") == str(request.terminal.pk) else {}


def begin(request: Asked, draft_id: Any) -> None:
    """A visitor begins to write, in a new session: a planted key is useless, and nothing of before is in it."""
    request.session.flush()
    _keep(request, draft=str(draft_id))


def hand_over(request: Asked, *, number: str, division: str) -> None:
    """The draft lies with the staff: the session knows only what to say at the counter.

    Its key stays: who pressed twice comes with the old one, and must still be told the number.
    """
    _keep(request, number=number, division=division)


def hand_ticket(request: Asked, *, label: str, secret: str, ticket: str) -> None:
    """A number of a counter was given: the session holds it, in a new session, until it is wiped."""
    request.session.flush()
    _keep(request, label=label, secret=secret, ticket=ticket)


def show_number(request: Asked, entry: Any) -> HttpResponse:
    """To the number of what was handed over: just now, or by the same button a moment ago."""
    hand_over(request, number=entry.number, division=entry.division_id)
    return go(request, "kiosk:number")


def note(request: Asked, **facts: Any) -> None:
    """The screen was touched just now, and what else is worth knowing of the visit."""
    _keep(request, **{**visit_of(request), **facts})


def _keep(request: Asked, **facts: Any) -> None:
    terminal = str(request.terminal.pk)
    request.session[KEY] = {**facts, "terminal": terminal, "at": clock.now().timestamp()}


def seconds_idle(request: Asked) -> float:
    """How long ago the screen was touched, as far as we were told."""
    return clock.now().timestamp() - float(visit_of(request).get("at", 0))


def is_over(request: Asked) -> bool:
    """Whether the time to answer 「まだお使いですか」 has passed: then nothing more is taken or shown."""
    return seconds_idle(request) > settings.KIOSK_IDLE + GRACE + SLACK


def wipe(request: Asked) -> HttpResponse:
    """Everything goes: the answers with their key, the session, the chosen language; and the first screen comes."""
    services.clear_terminal(terminal=request.actor.account, by=request.actor)
    request.session.flush()
    response = go(request, "kiosk:first")
    for name in (settings.LANGUAGE_COOKIE_NAME, TEXT_SIZE_COOKIE):
        response.delete_cookie(name, samesite="Lax")
    return response


def choose_language(request: Asked, then: str) -> HttpResponse:
    """On to `then` in the language that was pressed: that of this visit, forgotten when it is wiped."""
    code = request.POST.get("language", "")
    if not is_language(code):
        raise NotFound
    response = go(request, then)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, code, samesite="Lax", secure=settings.SECURE_TLS, httponly=True
    )
    return response


def visiting(view: View) -> View:
    """Only for whoever writes at this screen; the view gets their opened draft. Too late is too late, whatever was sent."""

    @wraps(view)
    def visited(request: Asked, *args: Any, **kwargs: Any) -> HttpResponse:
        visit = visit_of(request)
        draft_id = visit.get("draft", "")
        if not draft_id:
            return go(request, "kiosk:number" if "number" in visit else "kiosk:first")
        if is_over(request):
            gone = wipe(request)
            if request.method == "POST":
                raise VisitOver
            return gone
        try:
            opened = queries.visit(request.actor, draft_id)
        except AlreadyHandedOver:
            return show_number(request, queries.handed_over(request.actor, draft_id))
        except NotFound:
            return wipe(request)
        note(request)
        return view(request, opened, *args, **kwargs)

    return visited
