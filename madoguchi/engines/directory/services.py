"""Keeping the chart, contacts and counters as the pack says. The pack is the only one who changes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from django.db.models import Model, Q

from madoguchi.kernel import clock, search
from madoguchi.kernel.db import writes
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity import services as identity_services
from madoguchi.kernel.identity.models import Account, Appointment, Division, Kind, Post
from madoguchi.kernel.packs import ChangeKind
from madoguchi.kernel.refs import Actor, Ref

from .models import Contact, Counter, Duty


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
    valid_from: dt.date | None = None,
    valid_until: dt.date | None = None,
    passes_to: str = "",
    words: Mapping[str, Mapping[str, str]] | None = None,
    contact_words: Mapping[str, Mapping[str, str]] | None = None,
) -> ChangeKind | None:
    """The division, its days and its contact. Says what changed; None when it stood so already."""
    chart = {
        "name": name,
        "department": department,
        "order": order,
        "valid_from": valid_from,
        "valid_until": valid_until,
        "passes_to_id": passes_to or None,
        "words": words or {},
    }
    facts = {
        "does": does,
        "place": place,
        "phone": phone,
        "email": email,
        "hours": hours,
        "words": contact_words or {},
    }
    division = identity.division(key)
    contact = Contact.objects.filter(division=division).first() if division else None
    if contact is not None and _stands(division, chart) and _stands(contact, facts):
        return None
    made = identity_services.keep_division(
        key=key,
        name=name,
        department=department,
        order=order,
        valid_from=valid_from,
        valid_until=valid_until,
        passes_to=passes_to or None,
        words=words or {},
    )
    Contact.objects.update_or_create(division=made, defaults=facts)
    show_in_search(division=made, by=by)
    return ChangeKind.CHANGED if division else ChangeKind.ADDED


@writes
def show_in_search(*, division: Division, by: Actor) -> None:
    """A division is found from its first day to its last, whenever the pack was applied."""
    ref, today = Ref("directory", "division", division.key), clock.today()
    begun = division.valid_from is None or division.valid_from <= today
    if not begun or (division.valid_until is not None and division.valid_until < today):
        search.remove(ref)
        return
    contact = Contact.objects.filter(division=division).first()
    words = (contact.does, contact.place) if contact else ()
    search.put(
        ref,
        kind="division",
        title=division.name,
        text=" ".join(filter(None, (*words, division.department))),
        weight=0.8,
    )


@writes
def end_divisions_except(keys: Iterable[str], *, by: Actor) -> list[str]:
    """Divisions of the chart that are no longer named end yesterday; their cases and posts stay."""
    going_on = Division.objects.filter(Q(valid_until=None) | Q(valid_until__gte=clock.today()))
    gone = going_on.exclude(pk__in=list(keys)).filter(contact__isnull=False)
    ended = []
    for division in list(gone):
        identity_services.keep_division(
            key=division.key,
            name=division.name,
            department=division.department,
            order=division.order,
            valid_from=division.valid_from,
            valid_until=clock.today() - dt.timedelta(days=1),
            passes_to=division.passes_to_id,
        )
        search.remove(Ref("directory", "division", division.key))
        ended.append(division.name)
    return ended


@writes
def keep_post(
    *, key: str, division: str, title: str, roles: list[str], by: Actor, team: str = ""
) -> ChangeKind | None:
    """A chair of the chart. Says what changed; None when it stood so already."""
    facts = {"division_id": division, "title": title, "team": team, "roles": roles}
    post = Post.objects.filter(key=key).first()
    if post is not None and _stands(post, facts):
        return None
    identity_services.keep_post(key=key, division=division, title=title, team=team, roles=roles)
    return ChangeKind.CHANGED if post else ChangeKind.ADDED


@writes
def keep_appointment(
    *,
    post: str,
    login: str,
    name: str,
    valid_from: dt.date,
    valid_until: dt.date | None,
    by: Actor,
    is_demo: bool = False,
) -> ChangeKind | None:
    """Who sits in a chair of the chart. Somebody new gets an account nobody can sign in to yet."""
    account = Account.objects.filter(kind=Kind.STAFF, login=login).first()
    if account is None:
        account = identity_services.open_account(
            kind=Kind.STAFF, login=login, password=None, name=name, is_demo=is_demo, by=by
        )
    chair = Post.objects.get(key=post)
    known = Appointment.objects.filter(account=account, post=chair, valid_from=valid_from).first()
    if known is not None and known.valid_until == valid_until:
        return None
    if known is not None:
        identity_services.end_appointment(appointment=known, on=valid_until, by=by)
        return ChangeKind.CHANGED
    identity_services.appoint(account=account, post=chair, since=valid_from, until=valid_until, by=by)
    return ChangeKind.ADDED


@writes
def end_appointments_except(
    seats: Iterable[tuple[str, str, dt.date]], *, posts: Iterable[str], by: Actor
) -> list[str]:
    """Who is no longer named for a chair of the chart left it yesterday. Chairs the chart does not have stay."""
    named, left = set(seats), []
    sitting = Appointment.objects.filter(post__key__in=list(posts)).exclude(valid_until__lt=clock.today())
    for one in sitting.select_related("post", "account"):
        if (one.post.key, one.account.login, one.valid_from) not in named:
            identity_services.end_appointment(appointment=one, on=clock.today() - dt.timedelta(days=1), by=by)
            left.append(f"{one.post.key} {one.account.login}")
    return left


@writes
def keep_duty(
    *,
    key: str,
    title: str,
    order: int,
    by: Actor,
    body: str = "",
    post: str = "",
    each: str = "",
    note: str = "",
) -> ChangeKind | None:
    """A duty that comes with a post. Says what changed; None when it stood so already."""
    chair = Post.objects.get(key=post) if post else None
    facts = {
        "title": title,
        "body": body,
        "post_id": chair.pk if chair else None,
        "each": each,
        "note": note,
        "order": order,
    }
    duty = Duty.objects.filter(pk=key).first()
    if duty is not None and _stands(duty, facts):
        return None
    Duty.objects.update_or_create(key=key, defaults=facts)
    return ChangeKind.CHANGED if duty else ChangeKind.ADDED


@writes
def drop_duties_except(keys: Iterable[str], *, by: Actor) -> list[str]:
    """Duties the chart no longer has are gone: nothing stands on them."""
    gone = Duty.objects.exclude(pk__in=list(keys))
    titles = list(gone.values_list("title", flat=True))
    gone.delete()
    return titles


@writes
def keep_counter(
    *,
    key: str,
    name: str,
    division: str,
    order: int,
    by: Actor,
    place: str = "",
    hours: str = "",
    words: Mapping[str, Mapping[str, str]] | None = None,
) -> ChangeKind | None:
    """A counter in use. Says what changed; None when it stood so already."""
    facts = {
        "name": name,
        "division_id": division,
        "place": place,
        "hours": hours,
        "words": words or {},
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


def _stands(row: Model | None, facts: Mapping[str, object]) -> bool:
    return row is not None and all(getattr(row, name) == value for name, value in facts.items())
