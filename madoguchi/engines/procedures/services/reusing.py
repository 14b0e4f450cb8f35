"""再入力なし, by opt-in: what was written before comes back when the person asks for it, and is kept when they say so."""

from __future__ import annotations

from collections.abc import Iterable

from madoguchi.engines.forms import queries as form_queries
from madoguchi.engines.forms import services as forms
from madoguchi.engines.forms.models import Draft
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.refs import Actor

from .. import procedure as procedures
from .. import rules


def use_kept(*, draft: Draft, by: Actor, members: Iterable[str] = ()) -> Draft:
    """前に書いた内容を使う, with those of the household that were chosen. Raises DraftClosed.

    Who acts for somebody takes what is known of that one only where the mandate says so. Raises NotFound.
    """
    rules.check_may_act(by, draft.definition.key)
    if by.mandate is not None and not by.may_use_kept:
        raise NotFound
    return forms.use_kept(draft=draft, form=procedures.of(draft.definition).form, by=by, members=members)


def keep_for_next_time(*, draft: Draft, by: Actor) -> None:
    """覚えておく: of what was handed in, what the form marks as reusable. Raises NotFound for another's draft."""
    if by.mandate is not None:
        raise NotFound  # what is kept of somebody, they say themselves
    if not by.is_resident or draft.account != by.account or draft.closed_at is None:
        raise NotFound
    answers = form_queries.answers_at(draft, form_queries.latest_revision(draft))
    forms.keep_for_next_time(draft=draft, form=procedures.of(draft.definition).form, answers=answers, by=by)


def forget_kept(*, by: Actor, item: str = "") -> None:
    """Delete one thing that was kept of the actor, or everything. Raises NotFound."""
    party = identity.party(by.party)
    if party is None or not by.is_resident or by.mandate is not None:
        raise NotFound
    forms.forget_kept(party=party, by=by, item=item)
