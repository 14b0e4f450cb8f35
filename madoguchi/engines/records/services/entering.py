"""Registering somebody who came, telephoned or wrote: who keeps it, whom it is for, and the interview, in one go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from madoguchi.kernel import text
from madoguchi.kernel.db import writes
from madoguchi.kernel.identity import services as identity
from madoguchi.kernel.identity.mandates import queries as mandates
from madoguchi.kernel.identity.models import Party
from madoguchi.kernel.refs import Actor

from .. import rules
from ..definition import kind_in_force
from ..errors import RegistrationUnclear
from ..models import Registration
from .children import child_party
from .registering import ask, interview


@dataclass(frozen=True, slots=True)
class KeeperIn:
    """Who keeps it: by the 窓口コード of their account, or by name and contact as they said it."""

    name: Mapping[str, str] = field(default_factory=dict)
    contact: Mapping[str, str] = field(default_factory=dict)
    code: str = ""


@dataclass(frozen=True, slots=True)
class InterviewIn:
    """Where and when it was held."""

    site: str
    on: dt.date


@writes
def enter(
    *,
    kind: str,
    keeper: KeeperIn,
    child: Mapping[str, Any],
    values: Mapping[str, Any],
    by: Actor,
    channel: str,
    interview_held: InterviewIn | None = None,
) -> Registration:
    """The same registration as online, entered by staff. With an interview it counts at once, without it waits.

    Raises RegistrationUnclear, AlreadyRegistered, NotAllowed.
    """
    of = kind_in_force(kind)
    rules.check_keeps(by, of)
    party = keeper_party(keeper=keeper, by=by)
    whom = child_party(keeper=party, child=child, by=by) if of.said.of == "child" else None
    if interview_held is None:
        return ask(kind=kind, keeper=party, party=whom, values=values, by=by, channel=channel)
    return interview(
        kind=kind,
        party=whom or party,
        keeper=party,
        site=interview_held.site,
        on=interview_held.on,
        values=values,
        by=by,
        channel=channel,
    )


@writes
def keeper_party(*, keeper: KeeperIn, by: Actor) -> Party:
    """The party behind a 窓口コード, or a new one for who has no account. Raises RegistrationUnclear."""
    if keeper.code.strip():
        found = mandates.party_of_code(keeper.code)
        if found is None:
            raise RegistrationUnclear(what=_("窓口コード"))
        return found
    if not (keeper.name.get("family") or keeper.name.get("given")):
        raise RegistrationUnclear(what=_("名前"))
    profile: dict[str, Any] = {"name": dict(keeper.name)} | _contact(keeper.contact)
    return identity.keep_party(profile=profile, by=by)


def _contact(said: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part, read, label in (
        ("phone", text.phone, _("電話番号")),
        ("email", text.email, _("メールアドレス")),
    ):
        if said.get(part, "").strip():
            try:
                found[part] = read(said[part])
            except ValueError as error:
                raise RegistrationUnclear(what=label) from error
    if said.get("address", "").strip():
        text.refuse_my_number(said["address"])
        found["address"] = {
            "postcode": _postcode(said.get("postcode", "")),
            "address": said["address"].strip(),
        }
    if not found:
        raise RegistrationUnclear(what=_("連絡先（電話、メール、住所のどれか）"))
    return found


def _postcode(typed: str) -> str:
    if not typed.strip():
        return ""
    try:
        return text.postcode(typed)
    except ValueError as error:
        raise RegistrationUnclear(what=_("郵便番号")) from error
