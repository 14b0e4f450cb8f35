"""代理: what somebody who acts for another may read beside cases, and what the other reads of it afterwards."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from madoguchi.engines.forms.models import Draft
from madoguchi.engines.messaging import queries as messaging
from madoguchi.kernel import packs
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.identity.mandates import queries as mandates
from madoguchi.kernel.identity.models import Mandate
from madoguchi.kernel.refs import Actor, Ref

from ...models import Case


def messages_for(actor: Actor) -> list[Any]:
    """The inbox: one's own whole; by a mandate, what was written about cases in its procedures."""
    if actor.party is None or not mandates.stands(actor):
        return []
    found = list(messaging.inbox(actor.party))
    if actor.mandate is None or "*" in actor.may:
        return found
    mine = _covered(actor)
    return [message for message in found if str(message.about) in mine]


def message_for(actor: Actor, message_id: uuid.UUID | str) -> Any:
    """One of them. Raises NotFound."""
    found = next((one for one in messages_for(actor) if str(one.pk) == str(message_id)), None)
    if found is None:
        raise NotFound
    return found


def _covered(actor: Actor) -> set[str]:
    cases = Case.objects.filter(applicant=actor.party, definition__key__in=actor.may)
    return {str(Ref("procedures", "case", str(pk))) for pk in cases.values_list("pk", flat=True)}


@dataclass(frozen=True, slots=True)
class DoneForMe:
    """One thing that was done in somebody's name. `case` leads to it, where it became one."""

    at: dt.datetime
    verb: str
    title: str
    receipt: str = ""
    case: uuid.UUID | None = None


def done_under(actor: Actor, mandate_id: uuid.UUID | str) -> tuple[Mandate, list[DoneForMe]]:
    """Everything that was done under a mandate one gave, the latest first. Raises NotFound for anybody else."""
    mandate = mandates.mandate_of(actor, mandate_id)
    if actor.mandate is not None or mandate.principal_id != actor.party:
        raise NotFound
    cases = {
        str(case.ref): case
        for case in Case.objects.filter(applicant=actor.party).select_related("definition")
    }
    drafts = Draft.objects.filter(party=actor.party, mandate=mandate.pk).select_related("definition")
    begun = {str(Ref.to(draft)): draft for draft in drafts}
    definitions = {one.definition for one in (*cases.values(), *begun.values())}
    words = packs.texts_of(definitions, get_language() or "ja")
    done = []
    for deed in mandates.deeds_under(mandate, [*cases, *begun]):
        case = cases.get(deed.about)
        thing = case or begun.get(deed.about)
        title = words[thing.definition_id].get("title", "") if thing else ""
        done.append(
            DoneForMe(deed.at, deed.verb, title, case.receipt if case else "", case.pk if case else None)
        )
    return mandate, done
