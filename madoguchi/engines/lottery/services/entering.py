"""Entering, by whatever way somebody comes, and taking it back while the round is open."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from madoguchi.kernel import audit, clock, text, vault
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotAllowed, SomebodyWasFaster
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.identity.models import Party
from madoguchi.kernel.refs import Actor, Ref, new_id

from .. import drawing, events, rules
from ..errors import AlreadyEntered, EntryIsFrozen, NotOpenForEntries, SayWhyRedraw, WishesUnclear
from ..models import Channel, Entry, EntryState, Round, RoundState

TAKING = (RoundState.PLANNED, RoundState.OPEN)


@writes
def enter(
    *,
    round: Round,
    party: Party,
    person: Party,
    wishes: Sequence[Sequence[str]],
    tier: int | str,
    channel: str,
    by: Actor,
    asked: str = "",
    answers: Mapping[str, Any] | None = None,
    cap: int | None = None,
) -> Entry:
    """Put somebody's ranked wishes into the round. The same `asked` again gives the entry there is.

    `tier` is what the caller knows of the person (residents first); `answers` what it needs to make something of a win.
    Raises NotOpenForEntries, WishesUnclear, AlreadyEntered, NotAllowed.
    """
    if not (rules.minds(by, round) or (by.is_resident and by.party == party.pk)):
        raise NotAllowed
    known = Entry.objects.filter(round=round, asked=asked).first() if asked else None
    if known is not None and known.party_id == party.pk:
        return known
    take_turn(round)
    _check_once(round, person)
    fields = {
        "tier": _tier(round, tier),
        "wishes": _wishes(round, wishes),
        "cap": _cap(round, cap),
        "channel": Channel(channel),
    }
    if answers is None:  # whoever passes the answers has asked their own rules already
        events.entering.send(
            sender=Round, round=round, party=party, person=person, wishes=wishes, channel=channel, by=by
        )
    entry_id = new_id()
    sealed: dict[str, Any] = {}
    if answers:
        key = vault.new_key(Ref("lottery", "entry", str(entry_id)))
        sealed = {"key": key, "sealed": vault.seal(key, dict(answers), context=f"lottery.entry:{entry_id}")}
    try:
        with transaction.atomic():
            entry = Entry.objects.create(
                pk=entry_id,
                round=round,
                receipt=drawing.new_receipt(),
                party=party,
                person=person,
                asked=asked[:80],
                entered_at=clock.now(),
                entered_by=by.account,
                **fields,
                **sealed,
            )
    except IntegrityError:
        raise AlreadyEntered from None
    facts = {"channel": entry.channel, "tier": entry.tier, "wishes": len(entry.wishes)}
    audit.record("lottery.entered", entry.ref, by=by, facts=facts, subject=person.pk)
    return entry


@writes
def withdraw(*, entry: Entry, by: Actor) -> Entry:
    """Take an entry back before closing. Raises EntryIsFrozen, NotAllowed."""
    rules.check_may_answer(by, entry)
    try:
        take_turn(entry.round)
    except NotOpenForEntries:
        raise EntryIsFrozen from None
    _leave(entry, EntryState.WITHDRAWN, "")
    audit.record("lottery.withdrawn", entry.ref, by=by, subject=entry.person_id)
    return entry


@writes
def refuse_entry(*, entry: Entry, why: str, by: Actor) -> Entry:
    """Staff do not admit an entry (entered twice under two names, not entitled), with the reason, before closing.

    Raises SayWhyRedraw, EntryIsFrozen, NotAllowed.
    """
    rules.check_minds(by, entry.round)
    if not why.strip():
        raise SayWhyRedraw
    text.refuse_my_number(why)
    try:
        take_turn(entry.round)
    except NotOpenForEntries:
        raise EntryIsFrozen from None
    _leave(entry, EntryState.NOT_ADMITTED, why.strip()[:300])
    audit.record("lottery.not_admitted", entry.ref, by=by, subject=entry.person_id)
    return entry


@writes
def enter_for_somebody(
    *,
    round: Round,
    profile: Mapping[str, Any],
    wishes: Sequence[Sequence[str]],
    tier: int | str,
    channel: str,
    by: Actor,
    asked: str,
    language: str = "ja",
) -> Entry:
    """Staff enter who telephoned, wrote a postcard or stands at the counter; the result goes to them by letter.

    Raises what `enter` raises, and WishesUnclear without a name or a place to write to.
    """
    rules.check_minds(by, round)
    known = Entry.objects.filter(round=round, asked=asked).first() if asked else None
    if known is not None:
        return known
    if Channel(channel) not in {Channel.PHONE, Channel.POST, Channel.COUNTER}:
        raise WishesUnclear(what=_("届いた方法"))
    name = profile.get("name") or {}
    if not (name.get("family") and name.get("given")):
        raise WishesUnclear(what=_("名前"))
    if not (profile.get("address") or {}).get("address"):
        raise WishesUnclear(what=_("住所（結果を郵便でお知らせします）"))
    text.refuse_my_number(*(str(one) for one in [*name.values(), *profile["address"].values()]))
    somebody = people.keep_party(profile=dict(profile), by=by, language=language)
    return enter(
        round=round,
        party=somebody,
        person=somebody,
        wishes=wishes,
        tier=tier,
        channel=channel,
        by=by,
        asked=asked,
    )


def look(*, entry: Entry, purpose: str, by: Actor) -> dict[str, Any]:
    """Who entered, for staff; the look is on record before it is shown. Raises SayWhyRedraw, NotAllowed."""
    rules.check_minds(by, entry.round)
    if not purpose.strip():
        raise SayWhyRedraw
    audit.record_read(
        entry.ref, by=by, purpose=purpose.strip()[:200], what="profile", subject=entry.person_id
    )
    return identity.profile(entry.person)


def _check_once(round_: Round, person: Party) -> None:
    """The same name and day of birth is the same person, whether they came by the web or telephoned as well."""
    said = identity.profile(person)
    name, born = said.get("name") or {}, said.get("birth")
    if not (isinstance(name, dict) and name.get("family") and born):
        return
    key = f"{name['family']}{name.get('given', '')}|{born}"
    alike = [uuid.UUID(Ref.parse(ref).id) for ref in vault.lookup("lottery.person", key)]
    if Entry.objects.filter(round=round_, person__in=alike, state=EntryState.IN).exists():
        raise AlreadyEntered
    vault.remember("lottery.person", key, Ref.to(person))


def take_turn(round_: Round) -> None:
    """A write first: it waits for a closing under way, and then finds the round closed. Raises NotOpenForEntries.

    Closing freezes what it reads, so an entry must be committed before it or be told no.
    """
    mine = Round.objects.filter(pk=round_.pk, state__in=TAKING).update(version=F("version"))
    if not mine or not round_.opens_at <= clock.now() < round_.closes_at:
        raise NotOpenForEntries


def _leave(entry: Entry, state: EntryState, why: str) -> None:
    mine = Entry.objects.filter(pk=entry.pk, state=EntryState.IN)
    if not mine.update(state=state, why=why, version=F("version") + 1):
        raise SomebodyWasFaster
    entry.refresh_from_db()


def _tier(round_: Round, tier: int | str) -> int:
    keys = [one["key"] for one in round_.rules["tiers"]]
    if isinstance(tier, str):
        tier = keys.index(tier) if tier in keys else -1
    if not 0 <= tier < len(keys):
        raise WishesUnclear(what=_("優先の区分"))
    return tier


def _cap(round_: Round, cap: int | None) -> int:
    most: int = round_.rules["win_cap"]
    if cap is None:
        return most
    if not 1 <= cap <= most:
        raise WishesUnclear(what=_("当たってよい数"))
    return cap


def _wishes(round_: Round, given: Sequence[Sequence[str]]) -> list[list[str]]:
    """Ranked wishes as they are kept; one that names the same things twice would only waste a line."""
    limits = round_.rules
    known = {one["item"] for one in round_.inventory}
    wishes = [list(wish) for wish in given]
    if not 1 <= len(wishes) <= limits["wishes"]:
        raise WishesUnclear(what=_("希望の数"))
    for wish in wishes:
        if not 1 <= len(wish) <= limits["bundle_size"] or len(set(wish)) != len(wish):
            raise WishesUnclear(what=_("一組にするもの"))
        if not known.issuperset(wish):
            raise WishesUnclear(what=_("希望するもの"))
    if len({frozenset(wish) for wish in wishes}) != len(wishes):
        raise WishesUnclear(what=_("同じ希望が二つあります"))
    return wishes
