"""Opening a round: everything that decides it is written down, hashed and public before anybody can enter."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _

from madoguchi.kernel import audit, clock, vault
from madoguchi.kernel.db import writes
from madoguchi.kernel.identity import queries as people
from madoguchi.kernel.identity.models import Division
from madoguchi.kernel.refs import Actor, Ref, new_id

from .. import beacons as beacon_kinds
from .. import drawing
from .. import rules as who
from ..beacons import Drand, Numbers, known_at, stamp
from ..errors import RoundKeyTaken, RoundUnclear
from ..models import Round, RoundState

# Between closing and the first beacon: the worker closes within a minute, and whoever wants to can note the digest.
MARGIN = dt.timedelta(minutes=10)
MOST_ITEMS = 5000
MOST_BEACONS = 5
# Names that pages under /draws/ have already.
RESERVED = {"mine", "entries"}


@writes
def open_round(
    *,
    key: str,
    title: str,
    about: Ref | str,
    division: Division | str,
    rules: drawing.Rules,
    inventory: Sequence[drawing.Item],
    opens_at: dt.datetime,
    closes_at: dt.datetime,
    draws_at: dt.datetime,
    beacons: Sequence[Drand | Numbers],
    by: Actor,
    words: Mapping[str, Any] | None = None,
) -> Round:
    """Publish a round: rules, what can be won, the promise of a salt, the beacons. None of it can be changed afterwards.

    `words` holds {language: {title, items: {item: title}}} for pages; what counts is the Japanese that is hashed.
    Raises RoundUnclear, RoundKeyTaken, NotAllowed.
    """
    owner = people.division(division if isinstance(division, str) else division.pk)
    if owner is None:
        raise RoundUnclear(what=_("担当課"))
    who.check_may_open(by, owner.pk)
    opens_at = max(opens_at, clock.now())
    return publish(
        key=key,
        title=title,
        about=str(about),
        division=owner,
        limits=rules,
        inventory=inventory,
        times=(opens_at, closes_at, draws_at),
        named=beacon_kinds.named(beacons),
        by=by,
        words=words or {},
    )


def publish(
    *,
    key: str,
    title: str,
    about: str,
    division: Division,
    limits: drawing.Rules,
    inventory: Sequence[drawing.Item],
    times: tuple[dt.datetime, dt.datetime, dt.datetime],
    named: list[dict[str, Any]],
    by: Actor,
    words: Mapping[str, Any],
    redraws: Round | None = None,
    why: str = "",
) -> Round:
    """The row of a round with its files. Call it inside a write gate."""
    opens_at, closes_at, draws_at = (moment.replace(microsecond=0) for moment in times)
    title = title.strip()
    _check_said(key, title, limits, inventory)
    _check_times(opens_at, closes_at, draws_at, named)
    if Round.objects.filter(key=key).exists():
        raise RoundKeyTaken
    salt, round_id = secrets.token_hex(32), new_id()
    items_text = drawing.inventory_file(inventory)
    rules_text = drawing.rules_file(
        key=key,
        title=title,
        about=about,
        rules=limits,
        inventory_hash=drawing.digest(items_text),
        salt_commitment=drawing.commitment(salt),
        beacons=named,
        opens_at=stamp(opens_at),
        closes_at=stamp(closes_at),
        draws_at=stamp(draws_at),
        redraws=redraws.key if redraws else "",
        why=why,
    )
    key_of_salt = vault.new_key(Ref("lottery", "round", str(round_id)))
    made = Round.objects.create(
        pk=round_id,
        key=key,
        title=title,
        about=about,
        division=division,
        state=RoundState.OPEN if opens_at <= clock.now() else RoundState.PLANNED,
        rules=asdict(limits),
        rules_file=rules_text,
        rules_hash=drawing.digest(rules_text),
        inventory=[asdict(one) for one in inventory],
        inventory_file=items_text,
        inventory_hash=drawing.digest(items_text),
        key_of_salt=key_of_salt,
        sealed_salt=vault.seal(key_of_salt, {"salt": salt}, context=salt_context(round_id)),
        salt_commitment=drawing.commitment(salt),
        beacons=named,
        opens_at=opens_at,
        closes_at=closes_at,
        draws_at=draws_at,
        redraws=redraws,
        why=why,
        made_at=clock.now(),
        made_by=by.account,
        words=dict(words),
    )
    # The digests stand in the audit too: its sealed heads leave the database, so that they cannot be exchanged later.
    facts = {"rules": made.rules_hash, "inventory": made.inventory_hash, "salt": made.salt_commitment}
    audit.record("lottery.opened", made.ref, by=by, facts=facts)
    return made


def salt_context(round_id: object) -> str:
    return f"lottery.salt:{round_id}"


def _check_said(key: str, title: str, limits: drawing.Rules, inventory: Sequence[drawing.Item]) -> None:
    if not drawing.KEY.fullmatch(key) or key in RESERVED:
        raise RoundUnclear(what=_("名前（小文字の英数字、- と _）"))
    if not title or len(title) > 200 or not title.isprintable():
        raise RoundUnclear(what=_("題名"))
    tiers = [tier.key for tier in limits.tiers]
    if not (
        1 <= limits.wishes <= 20
        and 1 <= limits.bundle_size <= 20
        and 1 <= limits.win_cap <= limits.wishes
        and 0 <= limits.confirm_days <= 60
        and 0 <= limits.runners_up <= 10_000
        and 1 <= len(tiers) == len(set(tiers)) <= 10
        and all(drawing.KEY.fullmatch(one) for one in tiers)
        and all(tier.title.isprintable() for tier in limits.tiers)
    ):
        raise RoundUnclear(what=_("規則（希望の数、当たる数、優先の順、返事の日数）"))
    names = [one.item for one in inventory]
    if not (
        1 <= len(names) == len(set(names)) <= MOST_ITEMS
        and all(drawing.ITEM.fullmatch(name) for name in names)
        and all(1 <= one.capacity <= 100_000 for one in inventory)
        and all((one.title + one.about).isprintable() for one in inventory)
    ):
        raise RoundUnclear(what=_("当たるもの（名前は重ならない英数字、数は1以上）"))


def _check_times(
    opens_at: dt.datetime, closes_at: dt.datetime, draws_at: dt.datetime, named: list[dict[str, Any]]
) -> None:
    if not opens_at < closes_at < draws_at or closes_at <= clock.now():
        raise RoundUnclear(what=_("日時（受付の始まり、締め切り、抽選の順）"))
    if not 1 <= len(named) <= MOST_BEACONS:
        raise RoundUnclear(what=_("乱数（1つから5つ）"))
    if any(known_at(beacon) < closes_at + MARGIN for beacon in named):
        raise RoundUnclear(what=_("乱数（締め切りから10分より後に出るもの）"))
