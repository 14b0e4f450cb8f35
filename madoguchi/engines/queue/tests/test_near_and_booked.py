"""Who is told when it is nearly their turn, and who comes at a booked time."""

import datetime as dt

import pytest

from madoguchi.engines.booking import services as booking_services
from madoguchi.engines.booking.errors import BookingOver
from madoguchi.engines.booking.models import Booking, State
from madoguchi.engines.booking.tests import make as bookings
from madoguchi.engines.messaging.models import Channel, Delivery, Message
from madoguchi.engines.queue import services
from madoguchi.engines.queue.errors import BookingUnknown, TicketUnclear
from madoguchi.engines.queue.models import Source, Ticket
from madoguchi.kernel import clock, jobs
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.errors import NotAllowed
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.refs import SYSTEM, anonymous

from . import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _morning():
    with clock.frozen(make.MORNING):
        yield


@pytest.fixture
def line():
    return make.line(booking_area=make.AREA)


@pytest.fixture
def sato():
    return make.clerk()


@pytest.fixture
def desk(line, sato):
    return make.desk(line, sato)


def told():
    jobs.run_due(kinds=(services.TELL_NEAR,))
    return [
        message.subject for message in Message.objects.filter(kind="queue.near").order_by("created_at", "id")
    ]


def test_who_has_number_n_is_told_when_n_minus_3_is_called_and_once(line, sato, desk):
    make.issued(line, 4)
    ticket = services.issue(line=line, source=Source.WEB, by=anonymous(), mail="hito@mihon.invalid").ticket

    services.call_next(desk=desk, by=sato)
    assert told() == []  # F001 called: F005 is fourth
    services.call_next(desk=desk, by=sato, finishing=True)
    assert told() == ["もうすぐお呼びします（F005、仮F窓口）"]  # F002 = n − 3
    services.call_next(desk=desk, by=sato, finishing=True)

    assert len(told()) == 1
    [delivery] = Delivery.objects.all()
    assert delivery.channel == Channel.MAIL
    assert identity.profile(delivery.recipient) == {"email": "hito@mihon.invalid"}
    ticket.refresh_from_db()
    assert ticket.told_at == make.MORNING


def test_who_is_signed_in_is_told_in_their_inbox_too(line, sato, desk):
    aoi = bookings.person()
    make.issued(line, 2)
    services.issue(line=line, source=Source.WEB, by=bookings.actor(aoi), party=aoi.pk)

    services.call_next(desk=desk, by=sato)
    told()

    assert set(Delivery.objects.values_list("channel", flat=True)) == {Channel.INBOX, Channel.MAIL}


def test_the_notice_is_in_the_language_one_reads_and_the_counter_keeps_the_one_asked_for(line, sato, desk):
    make.issued(line)
    ticket = services.issue(line=line, source=Source.WEB, by=anonymous(), language="vi").ticket
    services.ask_to_be_told(ticket=ticket, by=anonymous(), mail="hito@mihon.invalid", language="en")

    services.call_next(desk=desk, by=sato)
    told()

    assert Message.objects.get().language == "en"
    ticket.refresh_from_db()
    assert ticket.language == "vi"


def test_what_was_made_of_an_address_is_forgotten_with_the_day(line, sato, desk):
    make.issued(line)
    ticket = services.issue(line=line, source=Source.WEB, by=anonymous(), mail="hito@mihon.invalid").ticket
    services.call_next(desk=desk, by=sato)
    told()

    with clock.frozen(make.MORNING + dt.timedelta(days=1)):
        jobs.run_due()
        services.end_day(line=line, on=ticket.on, by=SYSTEM)

    assert Delivery.objects.get().recipient.key.destroyed_at is not None
    assert Message.objects.get().subject == ""


def test_a_booked_visitor_is_called_at_their_time_and_walk_ins_keep_their_order(line, sato, desk):
    with clock.frozen(make.at(9, 30)):
        make.issued(line, 3)
        visitor = services.check_in(receipt=make.booked(line, 10).receipt, by=make.machine()).ticket
    order = []
    for hour, minute in [(9, 50), (10, 1), (10, 10), (10, 20)]:
        with clock.frozen(make.at(hour, minute)):
            order.append(services.call_next(desk=desk, by=sato, finishing=bool(order)).label)

    assert visitor.label == "F004"
    assert order == ["F001", "F004", "F002", "F003"]


def test_check_in_takes_language_and_needs_along_and_is_one_number(line):
    one = make.booked(line, 10, language="ko", needs=["sign", "wheelchair", "gold"])

    first, again = (
        services.check_in(receipt=f" {one.receipt.lower()} ", by=make.machine()) for _ in range(2)
    )

    assert first.ticket.pk == again.ticket.pk
    assert again.secret == ""
    assert (first.ticket.language, first.ticket.needs) == ("ko", ["sign", "wheelchair"])
    assert (first.ticket.about, first.ticket.party) == (str(one.ref), one.party_id)
    assert Event.objects.filter(verb="queue.checked_in", subject=one.party_id).count() == 1


def test_who_checks_in_came_and_staff_may_say_otherwise_later(line, sato):
    one = make.booked(line, 10)

    for by in (make.machine(), sato, bookings.actor(one.party)):
        services.check_in(receipt=one.receipt, by=by)

    one.refresh_from_db()
    assert (one.state, one.version) == (State.ATTENDED, 2)
    assert Event.objects.filter(verb="booking.attended", about=str(one.ref)).count() == 1
    undone = booking_services.mark_no_show(booking=one, by=bookings.staff("mori"))
    assert undone.state == State.NO_SHOW
    with pytest.raises(BookingUnknown):
        services.check_in(receipt=one.receipt, by=make.machine())


def test_a_visit_that_was_cancelled_since_it_was_found_gets_no_number(line, monkeypatch):
    one = make.booked(line, 10)
    Booking.objects.filter(pk=one.pk).update(state=State.CANCELLED)
    monkeypatch.setattr("madoguchi.engines.booking.queries.for_check_in", lambda receipt: one)

    with pytest.raises(BookingOver):
        services.check_in(receipt=one.receipt, by=make.machine())

    assert not Ticket.objects.exists()


def test_nobody_else_marks_a_booking_as_come(line):
    one = make.booked(line, 10)

    for by in (anonymous(), bookings.actor(bookings.person("べん")), make.clerk("mori", "税務課")):
        with pytest.raises(NotAllowed):
            booking_services.mark_arrived(booking=one, by=by, counter=make.DIVISION)

    one.refresh_from_db()
    assert one.state == State.BOOKED


def test_who_comes_more_than_ten_minutes_late_stands_where_they_came(line, sato, desk):
    one = make.booked(line, 9, 30)
    with clock.frozen(make.at(9, 35)):
        walk_in = make.issued(line)[0]
    with clock.frozen(make.at(9, 41)):
        late = services.check_in(receipt=one.receipt, by=make.machine()).ticket
        assert services.call_next(desk=desk, by=sato) == walk_in

    assert (late.is_booked, late.stands_at, services.minutes_late(late)) == (False, make.at(9, 41), 11)


def test_a_booking_of_another_day_or_none_or_cancelled_or_only_held_is_not_found(line):
    gone = make.booked(line, 10)
    Booking.objects.filter(pk=gone.pk).update(state=State.CANCELLED)
    tomorrow = make.booked(line, 11)
    Booking.objects.filter(pk=tomorrow.pk).update(starts_at=tomorrow.starts_at + dt.timedelta(days=1))

    held = make.booked(line, 12, held_until=make.at(12))
    Booking.objects.filter(pk=held.pk).update(state=State.HELD)

    for receipt in (gone.receipt, tomorrow.receipt, held.receipt, "nothing", "", "x" * 5000, "\0"):
        with pytest.raises(BookingUnknown):
            services.check_in(receipt=receipt, by=make.machine())
    assert not Ticket.objects.exists()


def test_only_the_one_who_booked_staff_and_screens_check_in(line, sato):
    one = make.booked(line, 10)

    for by in (anonymous(), bookings.actor(bookings.person("べん")), make.clerk("mori", "税務課")):
        with pytest.raises(NotAllowed):
            services.check_in(receipt=one.receipt, by=by)

    assert services.check_in(receipt=one.receipt, by=bookings.actor(one.party)).ticket.number == 1


def test_one_secret_opens_one_number_whatever_is_sent_with_it(line):
    secret = services.new_secret()

    first, other = (
        services.check_in(receipt=make.booked(line, hour).receipt, by=make.machine(), secret=secret)
        for hour in (10, 11)
    )

    assert (first.secret, other.secret == secret) == (secret, False)
    assert first.ticket.pk != other.ticket.pk
    with pytest.raises(TicketUnclear):
        services.check_in(receipt=make.booked(line, 12).receipt, by=make.machine(), secret="あ" * 30)


def test_booked_visitors_do_not_use_up_the_days_numbers():
    line = make.line(booking_area=make.AREA, per_day=1)
    make.issued(line)

    assert services.check_in(receipt=make.booked(line, 10).receipt, by=make.machine()).ticket.number == 2


def test_when_a_person_is_erased_their_numbers_are_nobodys(line):
    one = make.booked(line, 10)
    ticket = services.check_in(receipt=one.receipt, by=make.machine()).ticket

    for _ in range(2):
        services.forget_person(party=one.party_id, by=SYSTEM)

    ticket.refresh_from_db()
    assert (ticket.party, ticket.about, ticket.number) == (None, "", 1)
