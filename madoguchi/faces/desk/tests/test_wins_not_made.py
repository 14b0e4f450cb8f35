"""予約にできなかった当選: somebody won what could not be booked, and stays on the round's page until they were called."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from madoguchi.engines.booking.models import Booking
from madoguchi.engines.booking.services import shutting
from madoguchi.engines.booking.tests import make
from madoguchi.engines.booking.tests.make_draws import drawn, work
from madoguchi.engines.lottery import queries as lottery
from madoguchi.faces.shared.tests.entering import enter
from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_():
    """Two won; the time was shut between the draw and their bookings."""
    slot, round_ = drawn(2, 3)
    with clock.frozen(round_.draws_at):
        shutting.shut_slot(slot=slot, why="床の工事", by=make.staff("mori"))
    work(round_)
    assert not Booking.objects.exists()
    return round_


def href(name: str, *args: object) -> str:
    return reverse(f"desk:draws:{name}", args=args)


def test_who_won_what_could_not_be_booked_is_listed_until_staff_have_dealt_with_it(round_):
    sato = enter(Client(), make.staff("sato"))
    one, other = lottery.wins(round_)

    page = sato.get(href("round", round_.key)).text

    assert "予約にできなかった当選" in page and "その時間の受付を止めています" in page
    assert href("entry", one.entry.pk) in page and href("entry", other.entry.pk) in page
    assert "見本 例" not in page  # who it is opens with a reason, at the entry

    deal = {"win": str(one.pk), "item": "kagaku"}
    for _ in range(2):
        assert sato.post(href("deal_with", round_.key), deal).status_code == 302

    page = sato.get(href("round", round_.key)).text
    assert href("entry", one.entry.pk) not in page and href("entry", other.entry.pk) in page
    done = Event.objects.get(verb="booking.win_dealt_with")
    assert (done.about, done.subject, done.actor_name) == (str(round_.ref), one.entry.person_id, "sato")
    sato.post(href("deal_with", round_.key), {"win": str(other.pk), "item": "kagaku"})
    assert "予約にできなかった当選" not in sato.get(href("round", round_.key)).text
    work(round_)
    assert Event.objects.filter(verb="booking.win_not_made").count() == 2


def test_nothing_else_is_dealt_with_and_nobody_else_does(round_):
    sato, other = enter(Client(), make.staff("sato")), enter(Client(), make.staff("tani", "ほかの課"))
    deal = {"win": str(lottery.wins(round_)[0].pk), "item": "kagaku"}

    assert other.post(href("deal_with", round_.key), deal).status_code == 404
    for wrong in ({}, {"win": "x", "item": "kagaku"}, deal | {"item": "nai"}):
        assert sato.post(href("deal_with", round_.key), wrong).status_code == 404

    assert not Event.objects.filter(verb="booking.win_dealt_with").exists()


def test_the_page_asks_no_more_for_two_than_for_one(round_):
    sato = enter(Client(), make.staff("sato"))

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            sato.get(href("round", round_.key))
        return len(queries)

    two = asked()
    sato.post(href("deal_with", round_.key), {"win": str(lottery.wins(round_)[0].pk), "item": "kagaku"})

    sato.get(href("round", round_.key))
    assert asked() == two
