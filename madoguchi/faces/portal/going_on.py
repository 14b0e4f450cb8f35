"""続きから: what a person left open, and what the office asks of them."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from madoguchi.engines.booking import queries as bookings
from madoguchi.engines.procedures import queries
from madoguchi.kernel.refs import Actor
from madoguchi.kernel.text import said_of

from .booking.words import at_said, span_said

MOST = 5


@dataclass(frozen=True, slots=True)
class GoingOn:
    href: str
    title: str
    note: str
    is_urgent: bool = False  # the office waits for an answer


def of(actor: Actor) -> list[GoingOn]:
    """What the office asks first, then what is booked today, the drafts, and the latest case on its way.

    Nothing for somebody who is not signed in.
    """
    if not actor.is_resident:
        return []
    cases = queries.cases_of(actor)
    asked = [
        GoingOn(
            reverse("portal:procedures:case", args=[case.id]),
            _("直してほしいところが%(n)sつあります") % {"n": case.wants_answer},
            _("受付番号 %(receipt)s") % {"receipt": case.receipt},
            is_urgent=True,
        )
        for case in cases
        if case.wants_answer
    ]
    asked += [
        GoingOn(
            reverse("portal:procedures:case", args=[one.case_id]) + "#sharings",
            _("%(division)sに見せてよいか、お尋ねしています") % {"division": said_of(one.to_division)},
            _("受付番号 %(receipt)s") % {"receipt": one.case.receipt},
            is_urgent=True,
        )
        for one in queries.sharings_asked(actor)
    ]
    on_their_way = [case for case in cases if not case.wants_answer and not case.is_over]
    sent = [
        GoingOn(
            reverse("portal:procedures:case", args=[case.id]),
            case.title,
            _("受付番号 %(receipt)s　いまは「%(state)s」です")
            % {"receipt": case.receipt, "state": case.state_label},
        )
        for case in on_their_way[:1]
    ]
    begun = [
        GoingOn(
            reverse("portal:procedures:draft", args=[draft.id]),
            draft.title,
            _("書きかけ・あと%(left)s問") % {"left": draft.left} if draft.left else _("あとは出すだけです"),
        )
        for draft in queries.drafts_of(actor)
    ]
    return [*asked, *_booked(actor), *begun[: MOST - 1], *sent][:MOST]


def _booked(actor: Actor) -> list[GoingOn]:
    """Places that were offered and wait for an answer; what is booked for today."""
    found = bookings.going_on(actor)
    offered = [
        GoingOn(
            reverse("portal:booking:mine"),
            _("空きが出ました。お返事ください"),
            _("お返事は %(at)s まで") % {"at": at_said(one.offer_until)},
            is_urgent=True,
        )
        for one in found.offers
    ]
    today = [
        GoingOn(
            reverse("portal:booking:booking", args=[one.id]),
            _("きょうの予約 %(span)s") % {"span": span_said(one.starts_at, one.ends_at)},
            said_of(one.resource),
        )
        for one in found.today
    ]
    return offered + today
