"""Keeping divisions, contacts and counters as the pack says. The pack is the only one who changes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from madoguchi.kernel import clock, search
from madoguchi.kernel.db import writes
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity import services as identity_services
from madoguchi.kernel.identity.models import Division
from madoguchi.kernel.packs import ChangeKind
from madoguchi.kernel.refs import Actor, Ref

from .models import Contact, Counter


@writes
def keep_division(
    *,
    key: str,
    name: str,
    order: int,
    by: Actor,
    department: str = "",
    does: str = "",
    place: str = "",
    phone: str = "",
    email: str = "",
    hours: str = "",
) -> ChangeKind | None:
    """The division and its contact. Says what changed; None when it stood so already."""
    chart = {"name": name, "department": department, "order": order, "valid_until": None}
    facts = {"does": does, "place": place, "phone": phone, "email": email, "hours": hours}
    division = identity.division(key)
    contact = Contact.objects.filter(division=division).first() if division else None
    if contact is not None and _stands(division, chart) and _stands(contact, facts):
        return None
    made = identity_services.keep_division(
        key=key,
        name=name,
        department=department,
        order=order,
        valid_from=division.valid_from if division else None,
    )
    Contact.objects.update_or_create(division=made, defaults=facts)
    search.put(
        Ref("directory", "division", key),
        kind="division",
        title=name,
        text=" ".join(filter(None, (does, place, department))),
        weight=0.8,
    )
    return ChangeKind.CHANGED if division else ChangeKind.ADDED


@writes
def end_divisions_except(keys: Iterable[str], *, by: Actor) -> list[str]:
    """Divisions of the chart that are no longer named end yesterday; their cases and posts stay."""
    gone = identity.divisions().exclude(pk__in=list(keys)).filter(contact__isnull=False)
    ended = []
    for division in list(gone):
        identity_services.keep_division(
            key=division.key,
            name=division.name,
            department=division.department,
            order=division.order,
            valid_from=division.valid_from,
            valid_until=clock.today() - dt.timedelta(days=1),
        )
        search.remove(Ref("directory", "division", division.key))
        ended.append(division.name)
    return ended


@writes
def keep_counter(
    *, key: str, name: str, division: str, order: int, by: Actor, place: str = "", hours: str = ""
) -> ChangeKind | None:
    """A counter in use. Says what changed; None when it stood so already."""
    facts = {
        "name": name,
        "division_id": division,
        "place": place,
        "hours": hours,
        "order": order,
        "is_open": True,
    }
    counter = Counter.objects.filter(pk=key).first()
    if counter is not None and _stands(counter, facts):
        return None
    Counter.objects.update_or_create(key=key, defaults=facts)
    return ChangeKind.CHANGED if counter else ChangeKind.ADDED


@writes
def close_counters_except(keys: Iterable[str], *, by: Actor) -> list[str]:
    """Counters that are no longer named are closed, not deleted."""
    gone = Counter.objects.filter(is_open=True).exclude(pk__in=list(keys))
    names = list(gone.values_list("name", flat=True))
    gone.update(is_open=False)
    return names


def _stands(row: Division | Contact | Counter | None, facts: Mapping[str, object]) -> bool:
    return row is not None and all(getattr(row, name) == value for name, value in facts.items())
