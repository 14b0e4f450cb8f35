"""Children as parties of their own, kept by who told us of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from madoguchi.kernel import audit, clock, text, vault
from madoguchi.kernel.db import writes
from madoguchi.kernel.identity import queries as identity_queries
from madoguchi.kernel.identity import services as identity
from madoguchi.kernel.identity.models import Party
from madoguchi.kernel.refs import Actor

from ..errors import RegistrationUnclear
from ..models import Child

# Nobody older is registered as somebody's child.
OLDEST = 18
MOST_NAME = 60
NAMES = ("family", "given", "family_kana", "given_kana")
CHILD_FIELD = "records.child"


@writes
def child_party(*, keeper: Party, child: Mapping[str, Any], by: Actor) -> Party:
    """The party of this child of `keeper`, made the first time it is told of; the same one every time after.

    `child` is {family, given, family_kana, given_kana, birth}; without a family name it bears the keeper's. The same
    child is known by its given name and birthday, as a keyed digest. Raises RegistrationUnclear.
    """
    name, birth = _checked(child)
    known_by = vault.digest(CHILD_FIELD, f"{birth.isoformat()} {name['given']}")
    found = Child.objects.filter(keeper=keeper, known_by=known_by).select_related("party__key").first()
    if found is not None and found.party.key.destroyed_at is None:
        return found.party
    if found is not None:
        # The child was erased and is told of anew: nothing of the old party is taken up again.
        found.delete()
    if not name.get("family"):
        own = identity_queries.profile(keeper).get("name") or {}
        name = {part: own[part] for part in ("family", "family_kana") if own.get(part)} | name
    return _made(keeper, known_by, {"name": name, "birth": birth.isoformat()}, by)


def _made(keeper: Party, known_by: str, profile: dict[str, Any], by: Actor) -> Party:
    try:
        with transaction.atomic():
            party = identity.keep_party(
                profile=profile, is_protected=keeper.is_protected, language=keeper.language, by=by
            )
            kept = Child.objects.create(keeper=keeper, party=party, known_by=known_by, since=clock.now())
    except IntegrityError:
        # Told twice in the same second: who was first has made it.
        return Child.objects.select_related("party__key").get(keeper=keeper, known_by=known_by).party
    audit.record("records.child_told", kept.ref, by=by, subject=keeper.pk)
    return party


def _checked(child: Mapping[str, Any]) -> tuple[dict[str, str], dt.date]:
    name = {part: str(child.get(part) or "").strip() for part in NAMES}
    if not name["given"] or any(len(part) > MOST_NAME for part in name.values()):
        raise RegistrationUnclear(what=_("お子さんの名前"))
    text.refuse_my_number(*name.values())
    return {part: said for part, said in name.items() if said}, _birth(child.get("birth"))


def _birth(written: Any) -> dt.date:
    try:
        birth = written if isinstance(written, dt.date) else dt.date.fromisoformat(str(written or ""))
    except ValueError as error:
        raise RegistrationUnclear(what=_("お子さんの生年月日")) from error
    today = clock.today()
    if not today.year - OLDEST - 1 <= birth.year or birth > today:
        raise RegistrationUnclear(what=_("お子さんの生年月日"))
    return birth
