"""きょう counts what waits in the registers and in the lines for times, for those whose work it is."""

from __future__ import annotations

import pytest

from madoguchi.engines.booking import services as bookings
from madoguchi.engines.booking.tests import make as booking
from madoguchi.engines.booking.tests import make_desk
from madoguchi.engines.records import services as records
from madoguchi.engines.records.tests import make as register
from madoguchi.faces.desk.tests.booking.working import Desk

pytestmark = pytest.mark.django_db


def section(desk: Desk, name: str) -> str:
    """One part of きょう; "" where it is not there."""
    home = desk.browser.get("/desk/").text
    return home.partition(f'<section aria-labelledby="{name}-title">')[2].partition("</section>")[0]


def queue_up(hall, people, **when):
    """The first of them has it, the others stand in line."""
    met = make_desk.booked(hall["half-a"], people[0], **when)
    for who in people[1:]:
        wanted = booking.evening(hall["half-a"], **when)
        bookings.wait(wanted=wanted, party=who, person=who, by=booking.actor(who), channel="phone")
    return met


def test_registrations_to_decide_are_counted_for_who_keeps_them():
    register.kinds()
    sato, takagi = Desk(register.staff("sato")), Desk(register.staff("takagi", "よその課"))
    none = section(sato, "register")
    settled = register.asked(*register.resident("beni"))
    records.interview(
        registration=settled,
        site="a",
        on=settled.asked_at.date(),
        values=register.TOLD,
        by=sato.actor,
    )
    register.asked(*register.resident())

    one = section(sato, "register")

    assert '<span class="count">0</span>' in none
    assert "/desk/records/" not in none
    assert '<span class="count">1</span>' in one
    assert 'href="/desk/records/"' in one
    assert section(takagi, "register") == ""


def test_lines_and_offers_are_counted_and_lead_to_their_times():
    hall, people = booking.hall(), [booking.person(f"人{number}") for number in range(3)]
    sato, takagi = Desk(booking.staff("sato")), Desk(booking.staff("takagi", "よその課"))
    met = queue_up(hall, people)
    waiting = section(sato, "bookings")

    bookings.cancel(booking=met, by=booking.actor(people[0]))

    assert "待っている人 2人・案内中の空き 0件" in waiting
    offered = section(sato, "bookings")
    assert "待っている人 1人・案内中の空き 1件" in offered
    assert 'href="/desk/bookings/#lines"' in offered
    index = sato.get("index").text
    assert "待ち 1人" in index and "案内中 1件" in index
    there = index.partition('id="lines"')[2].partition('<a href="')[2].partition('"')[0].replace("&amp;", "&")
    assert "空きを待っている人" in sato.browser.get(there).text
    assert section(takagi, "bookings") == ""
    assert "待ち 1人" not in takagi.get("index").text


def test_both_cost_the_same_however_many_wait(django_assert_num_queries, django_assert_max_num_queries):
    register.kinds()
    both = register.in_two_chairs("sato", register.CENTRE, booking.DIVISION)
    sato, hall = Desk(both), booking.hall()
    sato.browser.get("/desk/")

    def one_more(number: int) -> None:
        register.asked(*register.resident(f"oya{number}"))
        queue_up(hall, [booking.person(f"人{number}{name}") for name in "ab"], in_days=10 + number)

    one_more(0)
    with django_assert_max_num_queries(45) as home:
        sato.browser.get("/desk/")
    with django_assert_max_num_queries(18) as index:
        sato.get("index")
    for number in range(1, 4):
        one_more(number)

    with django_assert_num_queries(len(home)):
        assert "待っている人 4人" in section(sato, "bookings")
    with django_assert_num_queries(len(index)):
        assert sato.get("index").text.count("待ち 1人") == 4
