"""What nobody but a person can say: for which call a mail or a FAX is, or that it is no opinion."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from madoguchi.kernel import audit, clock
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotAllowed, SomebodyWasFaster
from madoguchi.kernel.refs import SYSTEM, Actor, Ref

from .. import rules
from ..fax_in import rounds as faxes
from ..mail_in import rounds as mails
from ..mail_in.heard import hear
from ..models import Arrival, Call
from ..models.receiving import Channel
from . import arriving

log = logging.getLogger(__name__)


def put_to_call(*, arrival: Arrival, call: Call, by: Actor) -> Arrival:
    """Receive it for `call`, as of the moment it came. Raises NotAllowed, AlreadyPublished, SomebodyWasFaster."""
    rules.check_runs(by, call)
    if arrival.state == Arrival.State.TAKEN:
        raise SomebodyWasFaster
    arrived, papers = _read_again(arrival)
    arrival = arriving.put_to_call(arrival=arrival, arrived=arrived, call=call, by=by)
    if arrival.comment is None or arrival.comment.call_id != call.pk:
        raise SomebodyWasFaster
    arriving.take_papers(arrival=arrival, papers=papers, by=by)
    return arrival


@writes
def set_aside(*, arrival: Arrival, by: Actor) -> None:
    """It is no opinion (an automatic answer, an advertisement). It stays in the list of what was set aside.

    Raises NotAllowed, SomebodyWasFaster.
    """
    check_sorts(by)
    mine = Arrival.objects.filter(pk=arrival.pk, state=Arrival.State.TO_SORT)
    if not mine.update(state=Arrival.State.SET_ASIDE, sorted_at=clock.now(), sorted_by=by.account):
        raise SomebodyWasFaster
    audit.record("consultation.set_aside", Ref.to(arrival), by=by, facts={"why": arrival.why})


def check_sorts(by: Actor) -> None:
    """Who runs calls sorts what names none. Raises NotAllowed."""
    if not (by.is_staff and by.has_role(rules.PLANNER)):
        raise NotAllowed


def finish_papers(*, before: dt.datetime) -> None:
    """Papers a crash kept from their comment. One that fails stops no other."""
    left = Arrival.objects.filter(state=Arrival.State.TAKEN, papers_done_at=None, arrived_at__lt=before)
    for arrival in left.exclude(raw=None).select_related("comment__key", "raw__key")[:20]:
        try:
            _arrived, papers = _read_again(arrival)
            arriving.take_papers(arrival=arrival, papers=papers, by=SYSTEM)
        except Exception:
            log.exception("papers of %s are not taken", arrival.pk)


def record_look(*, arrival: Arrival, by: Actor, purpose: str) -> None:
    """Write down who looks at what somebody sent, before it is shown. Raises NotAllowed."""
    check_sorts(by)
    audit.record_read(Ref.to(arrival), by=by, purpose=purpose, what="届いたメール・ファクス")


def _read_again(arrival: Arrival) -> tuple[arriving.Arrived, Any]:
    """From what is kept."""
    raw = arriving.raw_of(arrival)
    if arrival.channel == Channel.FAX:
        return faxes.arrived_of(raw, arrival.arrived_at), faxes.papers_of(raw)
    mail = hear(raw)
    return mails.arrived_of(raw, mail, arrival.arrived_at), mail.papers
