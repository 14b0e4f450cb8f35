"""もうすぐです: whoever is among the next three is told once, where they asked to be told."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from madoguchi.engines.messaging import services as messages
from madoguchi.kernel import clock
from madoguchi.kernel.db import writes
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.identity.models import Party
from madoguchi.kernel.refs import SYSTEM, Actor
from madoguchi.kernel.text import said_of

from .. import ordering
from ..models import Line, Ticket
from ..models import TicketState as Is
from .issuing import told_at

# When number n−3 is called, n is the third of those who still wait.
NEAR = 3


def near(line: Line, on: dt.date) -> list[Ticket]:
    """The next three in line, as it stands now."""
    waiting = Ticket.objects.filter(line=line, on=on, state=Is.WAITING).select_related("line__counter", "key")
    return ordering.in_order(waiting, now=clock.now(), after_booked=line.after_booked)[:NEAR]


@writes
def tell_near(*, line: Line, on: dt.date, by: Actor = SYSTEM) -> int:
    """Tell those of the next three who asked for it and were not told yet; returns how many were told."""
    if on != clock.today():
        return 0
    return sum(_tell(ticket, by) for ticket in near(line, on) if ticket.told_at is None)


def _tell(ticket: Ticket, by: Actor) -> bool:
    """Once, however many calls happen at the same moment: compare-and-set on `told_at`."""
    if not (ticket.party or ticket.tell):
        return False
    if not Ticket.objects.filter(pk=ticket.pk, told_at=None).update(told_at=clock.now()):
        return False
    party = _recipient(ticket, by)
    if party is None:
        return False
    inbox = (messages.INBOX,) if identity.has_account(party) else ()
    with override(party.language):
        facts = {
            "label": ticket.label,
            "counter": said_of(ticket.line.counter),
            "place": said_of(ticket.line.counter, "place"),
        }
        messages.notify(
            kind="queue.near",
            about=ticket.ref,
            recipient=party,
            subject=_("もうすぐお呼びします（%(label)s、%(counter)s）") % facts,
            body=_("%(label)sの番号まで、あと少しです。%(counter)s（%(place)s）の近くでお待ちください。")
            % facts,
            channels=(*inbox, messages.MAIL),
            by=by,
            key=f"queue.near:{ticket.pk}",
        )
    return True


def _recipient(ticket: Ticket, by: Actor) -> Party | None:
    """Who is written to: the party they are; of a bare address, one made of it that is forgotten with the day."""
    mail, language = told_at(ticket)
    if not mail:
        return identity.party(ticket.party)
    reads = language or (ticket.language if ticket.language in dict(settings.LANGUAGES) else "ja")
    party = people.keep_party(profile={"email": mail}, by=by, language=reads)
    Ticket.objects.filter(pk=ticket.pk).update(told_party=party.pk)
    return party
