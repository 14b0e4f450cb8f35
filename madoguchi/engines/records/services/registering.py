"""Asking for a registration, holding the interview, accepting, changing, ending, renewing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from madoguchi.kernel import audit, clock, jobs, text, vault
from madoguchi.kernel.calendar import said_date
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotFound, SomebodyWasFaster
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.identity.models import Party, PartyKind
from madoguchi.kernel.refs import Actor, Ref, new_id
from madoguchi.kernel.refs.receipts import next_receipt

from .. import fields, rules, sealing
from ..definition import RegistrationKind, kind_in_force, kind_of
from ..errors import (
    AlreadyRegistered,
    NeedsInterview,
    NotYetRenewable,
    RegistrationSettled,
    RegistrationUnclear,
    SayWhyRegistration,
)
from ..models import Registration, RegistrationState

NAME_FIELD = "records.name"
SETTLED = "records.tell_settled"
# An interview that was longer ago than this is a slip of the pen.
LONGEST_AGO = dt.timedelta(days=400)
ASKED, VALID = RegistrationState.ASKED, RegistrationState.VALID


@writes
def ask(
    *,
    kind: str,
    keeper: Party,
    values: Mapping[str, Any],
    by: Actor,
    party: Party | None = None,
    channel: str = "web",
) -> Registration:
    """Ask to be registered: for a child 面接の申し込み, for a group its registration. It counts for nothing yet.

    `party` is whom it is for; of a group it is made here, from the name it was given. By its keeper, or by staff
    for who came or telephoned. Raises AlreadyRegistered, RegistrationUnclear, NotFound, NotAllowed.
    """
    of = kind_in_force(kind)
    if by.is_staff:
        rules.check_keeps(by, of)
    else:
        rules.check_is_theirs(by, keeper.pk)
    kept = fields.taken(of, values, interview=False)
    return _made(of, _whom(of, party, keeper, kept, by), keeper, kept, by, channel)


@writes
def interview(
    *,
    site: str,
    on: dt.date,
    values: Mapping[str, Any],
    by: Actor,
    registration: Registration | None = None,
    kind: str = "",
    party: Party | None = None,
    keeper: Party | None = None,
    seen: int | None = None,
    channel: str = "counter",
) -> Registration:
    """The interview was held at one site: from now on it is valid at every site.

    Of what was asked for before (`registration`), or of somebody who came without (`kind`, `party`, `keeper`). Near
    the end of a term, or after it, another interview begins another term.
    Raises RegistrationSettled, AlreadyRegistered, RegistrationUnclear, SomebodyWasFaster, NotAllowed.
    """
    if registration is None:
        if party is None:
            raise NotFound
        of = kind_in_force(kind)
        rules.check_keeps(by, of)
        kept = _checked(of, site, on, values)
        standing = Registration.objects.filter(kind=kind, party=party, state__in=[ASKED, VALID]).first()
        registration = standing or _made(of, party, keeper or party, kept, by, channel)
        of, seen = kind_of(registration.definition), None
    else:
        of = _for_staff(registration, by)
    kept = _checked(of, site, on, values)
    _still(registration, ASKED, VALID)
    if registration.state == VALID and clock.today() < of.renewable_from(registration.valid_until or on):
        raise AlreadyRegistered
    registration = _change(
        registration,
        seen,
        state=VALID,
        site=site,
        interviewed_on=on,
        valid_until=of.valid_until(clock.today()),
        renewal_asked_at=None,
        reminded_at=None,
        **_sealing(of, registration, kept),
        **_settled(by),
    )
    return _told(registration, "records.interviewed", by, {"site": site})


@writes
def accept(*, registration: Registration, by: Actor, seen: int | None = None) -> Registration:
    """It is right as it was asked for. Raises NeedsInterview, RegistrationSettled, SomebodyWasFaster, NotAllowed."""
    of = _for_staff(registration, by)
    if of.said.settled_by == "interview":
        raise NeedsInterview
    _still(registration, ASKED)
    until = of.valid_until(clock.today())
    registration = _change(registration, seen, state=VALID, valid_until=until, **_settled(by))
    return _told(registration, "records.accepted", by)


@writes
def refuse(*, registration: Registration, why: str, by: Actor, seen: int | None = None) -> Registration:
    """It cannot be. The reason is told. Raises SayWhyRegistration, RegistrationSettled, SomebodyWasFaster, NotAllowed."""
    _for_staff(registration, by)
    _still(registration, ASKED)
    registration = _change(
        registration,
        seen,
        state=RegistrationState.REFUSED,
        why=_reason(why),
        ended_at=clock.now(),
        **_settled(by),
    )
    return _told(registration, "records.refused", by)


@writes
def change(
    *, registration: Registration, values: Mapping[str, Any], by: Actor, seen: int | None = None
) -> Registration:
    """Something is different now (a new allergy, a new telephone number): by the keeper or by staff, at once.

    The keeper writes what they were asked; what the interview alone asks stays as staff wrote it.
    Raises RegistrationSettled, RegistrationUnclear, SomebodyWasFaster, NotFound, NotAllowed.
    """
    of = kind_of(registration.definition)
    if by.is_staff:
        rules.check_keeps(by, of)
    else:
        rules.check_is_theirs(by, registration.keeper_id)
    _still(registration, ASKED, VALID)
    has_interview = by.is_staff and registration.interviewed_on is not None
    kept = fields.taken(of, values, interview=has_interview)
    registration = _change(
        registration, seen, **_sealing(of, registration, sealing.values_of(registration), kept, has_interview)
    )
    _remember(of, registration)
    audit.record("records.changed", registration.ref, by=by, subject=registration.keeper_id)
    return registration


@writes
def end(*, registration: Registration, by: Actor, why: str = "", seen: int | None = None) -> Registration:
    """It is over: the keeper no longer needs it, or staff end it and say why.

    Raises RegistrationSettled, SayWhyRegistration, SomebodyWasFaster, NotFound, NotAllowed.
    """
    of = kind_of(registration.definition)
    if by.is_staff:
        rules.check_keeps(by, of)
        why = _reason(why)
    else:
        rules.check_is_theirs(by, registration.keeper_id)
        why = ""
    _still(registration, ASKED, VALID)
    registration = _change(
        registration,
        seen,
        state=RegistrationState.ENDED,
        why=why,
        ended_at=clock.now(),
        settled_by=by.account,
    )
    if by.is_staff:
        return _told(registration, "records.ended", by)
    audit.record("records.ended", registration.ref, by=by, subject=registration.keeper_id)
    return registration


@writes
def ask_renewal(*, registration: Registration, by: Actor) -> Registration:
    """The keeper asks for another term; until staff say so the old one holds. Raises NotYetRenewable, RegistrationSettled."""
    rules.check_is_theirs(by, registration.keeper_id)
    _renewable(registration, kind_of(registration.definition))
    registration = _change(registration, None, renewal_asked_at=clock.now())
    audit.record("records.renewal_asked", registration.ref, by=by, subject=registration.keeper_id)
    return registration


@writes
def renew(*, registration: Registration, by: Actor, seen: int | None = None) -> Registration:
    """Another term, from the end of the old one or from today where that is over.

    Raises NotYetRenewable, RegistrationSettled, SomebodyWasFaster, NotAllowed.
    """
    of = _for_staff(registration, by)
    until = _renewable(registration, of)
    begins = max(clock.today(), until + dt.timedelta(days=1))
    registration = _change(
        registration,
        seen,
        valid_until=of.valid_until(begins),
        renewal_asked_at=None,
        reminded_at=None,
        **_settled(by),
    )
    return _told(registration, "records.renewed", by)


# ------------------------------------------------------------------ pieces


def _whom(
    of: RegistrationKind, party: Party | None, keeper: Party, kept: Mapping[str, Any], by: Actor
) -> Party:
    if of.said.of == "group":
        return party or _group(of, keeper, kept, by)
    if of.said.of == "person":
        return party or keeper
    if party is None or not (by.is_staff or keeper.kept_children.filter(party=party).exists()):
        raise NotFound
    return party


def _group(of: RegistrationKind, keeper: Party, kept: Mapping[str, Any], by: Actor) -> Party:
    """A group is a party of its own: whoever represents it may change, its bookings stay."""
    name = next(str(kept.get(field.id, "")) for field in of.fields if field.is_name)
    return people.keep_party(
        kind=PartyKind.ORGANISATION, profile={"name": {"family": name}}, language=keeper.language, by=by
    )


def _made(
    of: RegistrationKind, party: Party, keeper: Party, kept: dict[str, Any], by: Actor, channel: str
) -> Registration:
    number = next_receipt(clock.today())
    pk = new_id()
    registration = Registration(
        pk=pk,
        kind=of.key,
        definition=of.definition,
        number=number,
        party=party,
        keeper=keeper,
        division_id=of.said.division,
        channel=channel,
        asked_at=clock.now(),
        key=vault.new_key(Ref("records", "registration", str(pk))),
    )
    registration.sealed = sealing.sealed(registration, kept)
    registration.has_care_notes = fields.is_care(of, kept)
    try:
        with transaction.atomic():
            registration.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyRegistered from error
    _remember(of, registration)
    audit.record(
        "records.asked",
        registration.ref,
        by=by,
        facts={"kind": of.key, "channel": channel},
        subject=keeper.pk,
    )
    return registration


def _sealing(
    of: RegistrationKind,
    registration: Registration,
    before: dict[str, Any],
    kept: dict[str, Any] | None = None,
    interview: bool = True,
) -> dict[str, Any]:
    """The columns of new values; those that were not asked this time stay."""
    if kept is not None:
        asked = {one.id for one in of.asked_when(interview=interview)}
        before = {key: value for key, value in before.items() if key not in asked} | kept
    return {"sealed": sealing.sealed(registration, before), "has_care_notes": fields.is_care(of, before)}


def _checked(of: RegistrationKind, site: str, on: dt.date, values: Mapping[str, Any]) -> dict[str, Any]:
    today = clock.today()
    known = {one.id for one in of.said.sites}
    if not site or len(site) > 60 or (known and site not in known):
        raise RegistrationUnclear(what=_("面接をした施設"))
    if not today - LONGEST_AGO <= on <= today:
        raise RegistrationUnclear(what=_("面接の日"))
    return fields.taken(of, values, interview=True)


def _for_staff(registration: Registration, by: Actor) -> RegistrationKind:
    of = kind_of(registration.definition)
    rules.check_keeps(by, of)
    return of


def _still(registration: Registration, *states: str) -> None:
    if registration.state not in states or registration.erased_at is not None:
        raise RegistrationSettled


def _renewable(registration: Registration, of: RegistrationKind) -> dt.date:
    _still(registration, VALID)
    until = registration.valid_until or clock.today()
    if clock.today() < (since := of.renewable_from(until)):
        raise NotYetRenewable(since=said_date(since))
    return until


def _reason(why: str) -> str:
    if not why.strip():
        raise SayWhyRegistration
    text.refuse_my_number(why)
    return why.strip()[:300]


def _settled(by: Actor) -> dict[str, Any]:
    return {"settled_at": clock.now(), "settled_by": by.account}


def _change(registration: Registration, seen: int | None, **columns: Any) -> Registration:
    """Compare-and-set: whoever saw another version is told."""
    mine = Registration.objects.filter(
        pk=registration.pk, version=registration.version if seen is None else seen, state=registration.state
    )
    if not mine.update(version=F("version") + 1, **columns):
        raise SomebodyWasFaster
    registration.refresh_from_db()
    return registration


def _remember(of: RegistrationKind, registration: Registration) -> None:
    """What it is found by: the name of whom it is for, and of who keeps it. Exactly, and by a keyed digest only."""
    found = []
    for party in {
        registration.party_id: registration.party,
        registration.keeper_id: registration.keeper,
    }.values():
        found += names_of(identity.profile(party))
    values = sealing.values_of(registration)
    found += [str(values[field.id]) for field in of.fields if field.is_name and field.id in values]
    vault.remember_all([(NAME_FIELD, name) for name in found], registration.ref, instead=True)


def names_of(profile: Mapping[str, Any]) -> list[str]:
    """A name as people type it: written, and in kana."""
    name = profile.get("name") or {}
    pairs = (("family", "given"), ("family_kana", "given_kana"))
    said = ["".join(str(name.get(part, "")) for part in pair) for pair in pairs]
    return [one for one in (*said, str(name.get("given", ""))) if one]


def _told(
    registration: Registration, verb: str, by: Actor, facts: dict[str, Any] | None = None
) -> Registration:
    """On record, and a job tells the keeper once the transaction stands."""
    audit.record(verb, registration.ref, by=by, facts=facts, subject=registration.keeper_id)
    jobs.enqueue(
        SETTLED,
        about=registration.ref,
        payload={"verb": verb},
        key=f"{SETTLED}:{registration.pk}:{registration.version}",
    )
    return registration
