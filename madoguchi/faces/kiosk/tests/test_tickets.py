"""番号をとる at a screen: a language, what one comes for, what one needs, a number; and nothing stays."""

from __future__ import annotations

import re

import pytest
from django.utils.translation import override

from madoguchi.engines.directory.models import Counter
from madoguchi.engines.queue.models import Need, Ticket
from madoguchi.engines.queue.tests import make
from madoguchi.kernel import clock
from madoguchi.kernel.identity.models import Division

from .make import DIVISION, Screen


@pytest.fixture(autouse=True)
def _morning(db):
    with clock.frozen(make.MORNING):
        yield


@pytest.fixture
def line(procedure):
    return make.line("kari_e", "E", division=DIVISION)


@pytest.fixture
def at(line, sato) -> Screen:
    return Screen(sato.actor)


def secret_on(answer) -> str:
    return re.search(r'name="secret" value="([^"]+)"', answer.text)[1]


def take(at, **posted):
    form = at.get("ticket_take", "kari_e", "moushikomi")
    return at.post("ticket_take", "kari_e", "moushikomi", secret=secret_on(form), **posted)


@pytest.mark.accepts("P1-5-2-T4")
def test_a_visitor_says_the_language_and_the_needs_and_gets_a_number(at, line):
    assert at.post("ticket_language", language="en")["Location"] == "/kiosk/tickets/errands/"
    assert DIVISION in at.get("ticket_divisions").text
    errands = at.get("ticket_errands", DIVISION).text
    assert "Apply" in errands
    assert "仮E窓口" in errands

    assert take(at, language="vi", needs=["wheelchair"])["Location"] == "/kiosk/tickets/number/"
    shown = at.get("ticket_number").text

    ticket = Ticket.objects.get()
    assert (ticket.language, ticket.needs, ticket.errand) == ("vi", ["wheelchair"], "moushikomi")
    assert "E001" in shown
    with override("en"):
        assert str(Need.WHEELCHAIR.label) in shown
    assert 'class="qr"' in shown
    assert (ticket.digest in shown, ticket.source) == (False, "kiosk")


def test_a_number_pressed_twice_is_one_and_the_next_visitor_sees_nothing_of_it(at, line):
    form = at.get("ticket_take", "kari_e", "sonota")
    secret = secret_on(form)
    for _ in range(2):
        at.post("ticket_take", "kari_e", "sonota", secret=secret, language="ja")
    assert Ticket.objects.count() == 1
    assert at.get("first")["Location"] == "/kiosk/tickets/number/"

    at.post("wipe")

    assert "kiosk" not in at.browser.session
    assert at.get("ticket_number")["Location"] == "/kiosk/tickets/"
    assert not any(secret in address for address in at.met)
    assert secret not in str(dict(at.browser.session))


@pytest.mark.parametrize(
    "posted", [{"language": "xx"}, {"needs": "gold"}, {"secret": "x"}, {"secret": "あ" * 30}]
)
def test_what_is_not_offered_is_refused_on_the_same_screen(at, line, posted):
    answer = at.post("ticket_take", "kari_e", "sonota", **({"language": "ja"} | posted))

    assert answer.status_code == 422
    assert "番号を出せませんでした" in answer.text
    assert not Ticket.objects.exists()


def test_no_counter_no_errand_no_booking(at, line):
    assert at.get("ticket_take", "kari_z", "sonota").status_code == 404
    assert at.get("ticket_take", "kari_e", "nani").status_code == 404
    assert at.get("ticket_errands", "ない課").status_code == 404
    unknown = at.post("ticket_booked", receipt="R-1")
    assert (unknown.status_code, "きょうの予約が見つかりませんでした" in unknown.text) == (404, True)


def test_who_booked_gets_a_number_here_and_is_marked_as_come(sato, procedure):
    one = make.booked(make.line("kari_e", "E", division=DIVISION, booking_area=make.AREA), 10)
    at = Screen(sato.actor)

    for _ in range(2):
        assert at.post("ticket_booked", receipt=one.receipt)["Location"] == "/kiosk/tickets/number/"
        assert "E001" in at.get("ticket_number").text

    one.refresh_from_db()
    assert (one.state, Ticket.objects.get().about) == ("attended", str(one.ref))


def test_the_screen_offers_numbers_only_where_a_counter_gives_them(sato, procedure):
    at = Screen(sato.actor)
    assert "番号をとって、窓口で話す" not in at.get("procedures").text
    make.line("kari_e", "E", division=DIVISION)
    assert "番号をとって、窓口で話す" in at.get("procedures").text


def test_the_screen_names_counter_and_division_in_the_language_of_the_visit(at, line):
    Counter.objects.filter(pk="kari_e").update(words={"en": {"name": "Counter E", "place": "Floor 3"}})
    Division.objects.filter(pk=DIVISION).update(words={"en": {"name": "Childcare"}})
    at.post("ticket_language", language="en")

    assert "<span>Childcare</span>" in at.get("ticket_divisions").text
    take(at, language="en")
    for screen in (at.get("ticket_errands", DIVISION), at.get("ticket_number")):
        assert "Counter E" in screen.text and "Floor 3" in screen.text
        # What staff typed when they set the screen up stays: where it stands.
        assert "仮E窓口" not in screen.text.replace("仮E窓口の前", "")
    wall = at.browser.get("/kiosk/display/kari_e/").text
    assert "仮E窓口" in wall and '<small lang="en">Counter E</small>' in wall
