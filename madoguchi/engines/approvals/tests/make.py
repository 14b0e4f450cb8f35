"""Makers of what these tests stand on: a route over two divisions, the people on it, a request."""

from __future__ import annotations

from typing import Any

from madoguchi.engines.approvals import services
from madoguchi.engines.approvals.models import Request
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.identity.models import Account
from madoguchi.kernel.identity.tests import make as identity_make
from madoguchi.kernel.refs import SYSTEM, Actor, Ref, new_id

ASKING, CHECKING = "子育て支援課", "企画課"
STEPS = [
    {"title": "担当課長", "division": "*", "role": "head"},
    {"title": "企画課の確認", "division": CHECKING, "role": "planner"},
]


staff = identity_make.staff


def again(actor: Actor) -> Actor:
    """The same person as they may act now."""
    return identity.actor_for(Account.objects.get(pk=actor.account))


def route(key: str = "iken", steps: list[dict[str, str]] | None = None) -> None:
    """The way: the head of who asks, then a planner of 企画課."""
    for division in (ASKING, CHECKING):
        people.keep_division(key=division, name=division)
    services.keep_route(key=key, title="意見と区の考え方", steps=steps or STEPS, by=SYSTEM)


def ask(by: Actor, *, about: str = "", division: str = ASKING, **fields: Any) -> Request:
    """Something put on its way."""
    ref = Ref("mihon", "text", about or str(new_id()))
    said = {"title": "区の考え方", "summary": "家から見られるようにします。", "digest": "a" * 64} | fields
    return services.ask(about=ref, route="iken", division=division, by=by, **said)


def fresh(request: Request) -> Request:
    return Request.objects.get(pk=request.pk)
