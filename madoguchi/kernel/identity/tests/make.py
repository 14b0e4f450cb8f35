"""Makers of people, for the tests of every floor above."""

from __future__ import annotations

import datetime as dt

from madoguchi.kernel import clock
from madoguchi.kernel.identity import queries, services
from madoguchi.kernel.identity.models import Kind
from madoguchi.kernel.refs import SYSTEM, Actor


def staff(login: str, division: str, *roles: str, name: str = "", since: dt.date | None = None) -> Actor:
    """A member of staff who sits in one chair of a division, from today unless said otherwise."""
    services.keep_division(key=division, name=division)
    post = services.keep_post(key=f"{login}.chair", division=division, title="担当", roles=list(roles))
    account = services.open_account(
        kind=Kind.STAFF, login=login, name=name or login, password=None, by=SYSTEM
    )
    services.appoint(account=account, post=post, since=since or clock.today(), by=SYSTEM)
    return queries.actor_for(account)
