"""What became of an opinion: only ever added to, told to whoever left an address."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import override

from madoguchi.engines.messaging import services as messages
from madoguchi.engines.plan import services as plan
from madoguchi.kernel import audit, clock
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.identity.models import Party
from madoguchi.kernel.refs import Actor, Ref

from .. import rules
from ..errors import OutcomeUnclear
from ..models import Answer, Call, FollowUp, Opinion, Outcome
from .claims import change, take_turn

ENDED = frozenset({Outcome.State.DONE, Outcome.State.DECLINED})


@writes
def plan_follow_up(*, opinion: Opinion, due_on: dt.date, division: str | None, by: Actor) -> FollowUp:
    """Somebody looks again by `due_on`; the yearly report lists it until it is done or declined."""
    rules.check_runs(by, opinion.call)
    if take_turn(opinion.call).state != Call.State.PUBLISHED and opinion.answer is not None:
        # The day is part of what is approved.
        change(opinion.answer, state=Answer.State.WRITING)
    row, _made = FollowUp.objects.update_or_create(
        opinion=opinion, defaults={"due_on": due_on, "division_id": division, "closed_at": None}
    )
    if opinion.call.state == Call.State.PUBLISHED:
        promise(row, by=by)
    audit.record("consultation.follow_up", opinion.ref, by=by, facts={"due_on": due_on.isoformat()})
    return row


def promise(row: FollowUp, *, by: Actor) -> None:
    """The same day stands in the plan, which lists it every year until it is settled.

    Only of what is published: the plan shows its words to everybody.
    """
    opinion = row.opinion
    item = opinion.items.order_by("code").values_list("code", flat=True).first()
    plan.promise(
        about=opinion.ref,
        words=opinion.summary or opinion.item_title or str(opinion),
        item=item or "",
        due_on=row.due_on,
        division=row.division_id,
        by=by,
    )


@writes
def add_outcome(
    *,
    opinion: Opinion,
    state: str,
    words: str,
    by: Actor,
    on: str = "",
    item: str = "",
    source: str = "",
    service: str = "",
) -> Outcome:
    """Write down how it stands now. Who left an address and whose words are counted in it is told once."""
    if opinion.answer is None or not rules.answers(by, opinion.answer):
        rules.check_runs(by, opinion.call)
    if take_turn(opinion.call).state != Call.State.PUBLISHED:
        # Nobody is told what became of words nobody has read yet.
        raise NotFound
    if state not in Outcome.State.values or not words.strip() or (state in ENDED and not source.strip()):
        raise OutcomeUnclear
    on = on or clock.today().isoformat()
    said = {"state": state, "on": on, "item": item, "words": words, "source": source, "service": service}
    last = opinion.outcomes.order_by("at", "id").last()
    if last is not None and all(getattr(last, name) == value for name, value in said.items()):
        # The same form pressed twice: it is said once, and people are told once.
        return last
    outcome = Outcome.objects.create(
        opinion=opinion,
        state=state,
        on=on,
        item=item,
        words=words,
        source=source,
        service=service,
        at=clock.now(),
        by=by.account,
        by_name=by.name,
    )
    if state in ENDED:
        FollowUp.objects.filter(opinion=opinion, closed_at=None).update(closed_at=clock.now())
        plan.settle_promise(about=opinion.ref, words=words, by=by)
    for party in writers_of(opinion):
        _tell(outcome, party, by)
    audit.record("consultation.outcome", opinion.ref, by=by, facts={"state": state})
    return outcome


def writers_of(opinion: Opinion) -> list[Party]:
    """Who left an address with words that are counted in this opinion."""
    return list(Party.objects.filter(pk__in=opinion.parts.values("comment__party")).order_by("pk"))


def _tell(outcome: Outcome, party: Party, by: Actor) -> None:
    opinion = outcome.opinion
    with override(party.language):
        messages.notify(
            kind="consultation.outcome",
            about=Ref.to(opinion),
            recipient=party,
            subject=_("ご意見のその後（%(state)s）") % {"state": outcome.get_state_display()},
            body=_("「%(title)s」の意見No.%(number)sについて、その後をお知らせします。%(words)s")
            % {"title": opinion.call.title, "number": opinion.number, "words": outcome.words},
            channels=(messages.MAIL,),
            by=by,
            key=f"consultation.outcome:{outcome.pk}:{party.pk}",
        )
