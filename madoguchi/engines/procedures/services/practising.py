"""Taking away what was practised: rows that concern nobody go whole, with their papers and their keys."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db.models import Q

from madoguchi.engines.forms.models import Draft
from madoguchi.engines.messaging import services as messaging
from madoguchi.kernel import jobs, vault
from madoguchi.kernel.db import writes
from madoguchi.kernel.packs.models import Definition, TextRevision
from madoguchi.kernel.practice import take_away
from madoguchi.kernel.refs import Actor, Ref

from ..models import Case


@writes
def wipe_practice(*, run: str, accounts: Iterable[uuid.UUID], by: Actor) -> int:
    """Take away every draft and case of one run of practice, and the definitions it tried; says how many cases.

    `accounts` are those that played in it. Only rows marked as practice are touched, whatever is named here.
    """
    tried = Definition.objects.filter(kind__endswith=f"@{run}")
    accounts = list(accounts)
    played = Q(definition__in=tried) | Q(account__in=accounts) | Q(party__accounts__account__in=accounts)
    drafts = list(Draft.everything.filter(played, practice=True).select_related("key").distinct())
    cases = list(Case.everything.filter(practice=True, draft__in=drafts))
    abouts = [Ref.to(row) for row in (*cases, *drafts)]
    messaging.forget_practice(abouts=abouts, by=by)
    jobs.forget(abouts=abouts)
    take_away(Case, [case.pk for case in cases])
    take_away(Draft, [draft.pk for draft in drafts])
    for draft in drafts:
        vault.destroy_key(draft.key, by=by)  # and with it every paper that was sealed with it
    TextRevision.objects.filter(definition__in=tried).delete()
    tried.delete()
    return len(cases)
