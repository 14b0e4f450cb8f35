"""The staff card: its number and its PIN."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from madoguchi.faces.shared.tests.entering import enter
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.identity.models import Factor, SignedIn, SignInTry
from madoguchi.kernel.identity.ways_in import cards, staff
from madoguchi.kernel.identity.ways_in.errors import FactorTaken, WeakPin
from madoguchi.kernel.refs import SYSTEM

from .people import SECOND, first_step, is_in, open_staff


@pytest.fixture
def card(mori):
    return cards.register(account=mori, number="04 A2 19 7C", pin="7391", again="7391", label="", by=SYSTEM)


@pytest.mark.accepts("X-36-T1")
def test_the_number_a_reader_types_and_the_pin_open_the_desk(client, card):
    response = client.post("/desk/sign-in/", {"number": "04a2197c", "pin": "7391", "next": "/desk/cases/"})

    assert response["Location"] == "/desk/cases/"
    assert is_in(client)
    assert SignedIn.objects.get().assurance == "card+pin"


@pytest.mark.accepts("X-36-T1")
def test_the_card_is_equal_to_the_other_second_factors(client, card):
    first_step(client)

    client.post(SECOND, {"number": "04A2197C", "pin": "7391"})

    assert is_in(client)


def test_as_a_second_step_the_card_needs_its_pin_and_is_the_persons_own(client, card):
    sato = open_staff("sato")
    cards.register(account=sato, number="99887766", pin="5182", again="5182", label="", by=SYSTEM)
    first_step(client)

    for wrong in ({"number": "04A2197C", "pin": "7392"}, {"number": "99887766", "pin": "5182"}):
        assert client.post(SECOND, wrong).status_code == 422
    assert not is_in(client)


@pytest.mark.accepts("X-36-T1")
def test_a_lost_card_is_stopped_at_once_and_what_it_opened_ends(client, card, mori):
    client.post("/desk/sign-in/", {"number": "04A2197C", "pin": "7391"})
    head, other = enter(Client(), open_staff("ogawa", "clerk", "head")), Client()
    assert "職員証を止める" in head.get("/desk/people/sign-ins/").text

    head.post(reverse("desk:stop_card", args=[mori.pk]))

    assert not is_in(client), "the next request finds the door shut"
    assert other.post("/desk/sign-in/", {"number": "04A2197C", "pin": "7391"}).status_code == 422
    told = Event.objects.get(verb="factor.stopped")
    assert (told.actor_name, told.facts["why"]) == ("ogawa", "lost")


def test_a_card_is_of_one_person_only_and_a_found_one_can_be_registered_anew(card, mori):
    sato = open_staff("sato")
    again = {"number": "04A2197C", "pin": "8264", "again": "8264", "label": "", "by": SYSTEM}
    with pytest.raises(FactorTaken):
        cards.register(account=sato, **again)

    staff.stop_card(account=mori, by=SYSTEM)

    assert cards.register(account=sato, **again).account == sato


@pytest.mark.parametrize("wrong", [{"pin": "7392"}, {"pin": ""}, {"number": "04A2197D"}, {"number": ""}])
def test_number_and_pin_must_both_be_right(client, card, wrong):
    response = client.post("/desk/sign-in/", {"number": "04A2197C", "pin": "7391", **wrong})

    assert response.status_code == 422
    assert "7392" not in response.text
    assert not is_in(client)


def test_guessing_a_pin_is_slow_whether_or_not_there_is_such_a_card(client, card):
    for number in ("04A2197C", "FFFF0000"):
        for guess in range(5):
            sender = f"192.0.2.{guess}"
            client.post("/desk/sign-in/", {"number": number, "pin": f"000{guess}"}, REMOTE_ADDR=sender)
        response = client.post("/desk/sign-in/", {"number": number, "pin": "7391"}, REMOTE_ADDR="192.0.2.9")
        assert response.status_code == 429


@pytest.mark.parametrize("pin", ["", "123", "1234", "4321", "1111", "12345678901234", "abcd"])
def test_a_pin_anybody_would_guess_is_refused(mori, pin):
    with pytest.raises(WeakPin):
        cards.register(account=mori, number="04A2197C", pin=pin, again=pin, label="", by=SYSTEM)


def test_the_card_leaves_neither_number_nor_pin_in_the_database(card):
    kept = str(Factor.objects.filter(pk=card.pk).values())

    assert "04A2" not in kept
    assert "7391" not in kept


def try_card(browser: Client, pin: str) -> int:
    SignInTry.objects.all().delete()  # a day later
    return browser.post("/desk/sign-in/", {"number": "04A2197C", "pin": pin}).status_code


def test_ten_wrong_pins_in_a_row_stop_the_card_for_good(client, card):
    for guess in range(10):
        try_card(client, f"11{guess}7")

    assert try_card(client, "7391") == 422
    assert not is_in(client)
    assert Event.objects.get(verb="factor.stopped").facts["why"] == "wrong_pins"


def test_a_right_pin_begins_the_count_anew(client, card):
    for _day in range(2):
        for guess in range(9):
            try_card(Client(), f"11{guess}7")
        assert try_card(Client(), "7391") == 302
