"""Screens as the desk sees them: made, stopped, calling, and handing something over."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver

from madoguchi.engines.forms.models import Draft
from madoguchi.engines.procedures.models import Case
from madoguchi.engines.procedures.tests import make as city
from madoguchi.faces.shared.tests.entering import enter
from madoguchi.kernel import clock
from madoguchi.kernel.access.models import Terminal
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.identity.models import Account, SignedIn
from madoguchi.kernel.refs.actors import ActorKind
from tests.house.test_doors import routes

from .make import DIVISION, KEY, PLACE, Screen


def test_a_stranger_is_told_that_this_is_no_terminal(procedure):
    answer = Client().get("/kiosk/")

    assert answer.status_code == 404
    assert "いま窓口の端末として使われていません" in answer.text
    assert "係員を呼ぶ" not in answer.text
    assert Client().post("/kiosk/call/").status_code == 404
    assert Client(HTTP_COOKIE="terminal=mado_tm_guessed").get("/kiosk/procedures/").status_code == 404


def test_making_a_browser_a_terminal_signs_the_clerk_out_of_it(sato):
    screen = Screen(sato.actor)

    cookie = screen.browser.cookies["terminal"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/", "the doors of sign-in have to know the screen"
    assert cookie["max-age"] == 60 * 60 * 24 * 400
    assert "staff" not in screen.browser.session
    assert screen.browser.get("/desk/")["Location"].startswith("/desk/sign-in/")
    account = Account.objects.get(pk=screen.terminal.account_id)
    assert (account.kind, account.name) == ("machine", f"{DIVISION} {PLACE}の端末")
    assert cookie.value not in screen.terminal.digest
    assert Event.objects.get(verb="terminal.opened").actor_account == sato.actor.account


@pytest.mark.parametrize(
    ("place", "division", "code"),
    [("", DIVISION, 422), ("あ" * 61, DIVISION, 422), (PLACE, "介護保険課", 422), (PLACE, "ない課", 422)],
)
def test_a_terminal_needs_a_place_and_ones_own_division(sato, takagi, place, division, code):
    answer = sato.post("terminals:open", place=place, division=division)

    assert answer.status_code == code
    assert not Terminal.objects.exists()
    assert "staff" in sato.browser.session


def test_stopping_a_terminal_makes_its_cookie_worthless_at_once(sato, tamura, screen):
    draft = screen.written()

    tamura.post("terminals:stop", screen.terminal.pk)

    assert screen.get("check").status_code == 404
    assert not Draft.everything.filter(pk=draft.pk).exists()
    assert "止めました" in sato.get("terminals:list").text


def test_nobody_signs_in_on_a_screen_at_a_counter_until_it_is_stopped(sato, screen):
    ways_in = [
        f"/{where}"
        for where, view in routes(get_resolver())
        if "sign-in/" in where and view.guard == "anyone" and not where.endswith("left/")
    ]
    assert {"/sign-in/", "/sign-in/provider/back/", "/desk/sign-in/", "/desk/sign-in/sso/back/"} < set(
        ways_in
    )

    for door in ways_in:
        answers = [screen.browser.get(door), screen.browser.post(door, {"login": "hana"})]
        assert {answer.status_code for answer in answers} <= {403, 405}, door
        assert "みんなで使う窓口の端末なので、サインインできません" in answers[0].text, door
    sato.post("terminals:stop", screen.terminal.pk)

    assert screen.browser.get("/sign-in/").status_code == 200
    assert screen.browser.get("/desk/sign-in/").status_code == 200


def test_another_division_neither_sees_nor_stops_a_terminal(takagi, screen):
    screen.post("call")

    assert PLACE not in takagi.get("terminals:list").text
    assert takagi.post("terminals:stop", screen.terminal.pk).status_code == 404
    assert takagi.post("terminals:went", screen.terminal.pk).status_code == 404
    assert "係員を呼んでいます" not in takagi.get("home").text
    screen.terminal.refresh_from_db()
    assert (screen.terminal.stopped_at, screen.terminal.called_at is None) == (None, False)


@pytest.mark.accepts("C-18-T1")
def test_a_call_stands_on_the_desks_of_the_division_until_somebody_went(sato, screen):
    path = screen.begin()
    assert "係員を呼ぶ" in screen.get("question", path).text
    assert "係員を呼んでいます" not in sato.get("home").text

    called = screen.post("call")

    assert "係員を呼びました" in called.text
    assert "係員を呼んでいます" in sato.get("home").text
    assert "係員を呼んでいます" in sato.get("terminals:list").text
    assert "呼んでいます" in screen.get("question", path).text
    sato.post("terminals:went", screen.terminal.pk)
    assert "係員を呼んでいます" not in sato.get("home").text


def test_only_the_button_is_answered_so_that_what_is_half_typed_stays(screen):
    screen.begin()

    answer = screen.browser.post("/kiosk/call/", headers={"HX-Request": "true"})

    assert "係員を呼びました" in answer.text
    assert "<html" not in answer.text


def test_calling_again_and_again_is_one_call_and_then_refused(screen):
    at = dt.datetime(2026, 11, 20, 9, 0, tzinfo=clock.JST)
    with clock.frozen(at):
        codes = [screen.post("call").status_code for _press in range(7)]

    assert codes == [200] * 6 + [429]
    assert Event.objects.filter(verb="terminal.called").count() == 1


def test_nobody_at_the_desk_sees_what_is_not_handed_over(sato, screen):
    draft = screen.written()

    assert "端末から" not in sato.get("procedures:receive").text
    assert sato.browser.get(f"/desk/receive/{draft.pk}/").status_code == 404
    assert sato.browser.post(f"/desk/receive/{draft.pk}/look/").status_code == 404


@pytest.mark.accepts("C-18-T1")
def test_what_is_handed_over_waits_in_the_list_under_its_number(sato, screen):
    draft = screen.written()
    number = screen.hand()

    shown = sato.get("procedures:receive").text

    assert number in shown
    assert "端末から" in shown
    assert "見本" not in shown.partition("入力のとちゅう")[2]
    assert "渡された入力 1件" in sato.get("home").text
    look = sato.browser.get(sato.type_number(f" {number.lower()} ")["Location"]).text
    assert f"案内番号は {number} です" in look
    assert "あおい" not in look
    sato.browser.post(f"/desk/receive/{draft.pk}/look/")
    assert "あおい" in sato.browser.get(f"/desk/receive/{draft.pk}/").text
    assert Event.objects.filter(verb="read", about=f"forms:draft:{draft.pk}").count() == 1


def test_who_asks_for_secrecy_at_the_counter_is_protected_before_anything_is_read(sato, screen):
    draft = screen.written()
    entry = sato.type_number(screen.hand())["Location"]

    sato.browser.post(entry + "look/", {"protected": "1"})

    assert Draft.objects.get(pk=draft.pk).party.is_protected
    shown = sato.browser.get(entry).text
    assert "あおい" in shown
    assert "架空県見本市" not in shown
    sato.browser.post(entry, {"then": "receive"})
    sato.browser.post(entry, {"then": "confirmed"})
    assert Case.objects.get().applicant.is_protected


def test_another_division_has_no_use_for_the_number(takagi, screen):
    draft = screen.written()
    number = screen.hand()

    answer = takagi.type_number(number)

    assert answer.status_code == 422
    assert "この番号の入力は、この課には届いていません" in answer.text
    assert takagi.browser.get(f"/desk/receive/{draft.pk}/").status_code == 404
    assert number not in takagi.get("procedures:receive").text.partition("入力のとちゅう")[2]


def test_the_second_clerk_who_types_the_number_is_told_who_is_at_it(sato, tamura, screen):
    screen.written()
    number = screen.hand()
    sato.type_number(number)

    answer = tamura.type_number(number)

    assert answer.status_code == 409
    assert "佐藤さんがひらいています" in answer.text
    assert sato.type_number(number).status_code == 302
    tamura.browser.post(f"/desk/receive/{Draft.objects.get().pk}/look/")
    assert tamura.type_number(number).status_code == 302  # taken over from the list


@pytest.mark.parametrize("typed", ["", "　", "A", "A1234567890", "ｎ－ｏ", "💮", "A12\x00"])
def test_a_number_that_is_none_is_refused_politely(sato, screen, typed):
    assert sato.type_number(typed).status_code in {400, 422}


def test_a_received_entry_is_called_by_no_number_any_more(sato, screen):
    screen.written()
    number = screen.hand()
    sato.receive(number)

    assert Case.objects.get().account is None
    assert sato.type_number(number).status_code == 422
    assert "端末から" not in sato.get("procedures:receive").text


def come_in(screen: Screen, who) -> None:
    """Somebody signs in to the browser that is a screen, at an address that is not of the screen."""
    screen.browser.cookies.pop(settings.SESSION_COOKIE_NAME, None)
    enter(screen.browser, who)


def is_in(screen: Screen, address: str) -> bool:
    """Whether pages of that side open in the screen's browser."""
    return screen.browser.get(address).status_code == 200


@pytest.mark.parametrize("press", ["first", "begin", "wipe", "idle"])
def test_whoever_is_signed_in_to_a_screens_browser_is_signed_out_by_it(screen, press):
    for who, address in ((city.resident("aoi"), "/my/"), (city.clerk("yamada"), "/desk/")):
        come_in(screen, who)
        assert is_in(screen, address)

        if press == "first":
            screen.get("first")
        elif press == "wipe":
            screen.post("wipe")
        else:
            screen.post("begin", KEY)
        if press == "idle":
            with clock.frozen(clock.now() + dt.timedelta(seconds=200)):
                screen.get("check")

        assert not is_in(screen, address)
        assert not SignedIn.objects.filter(account=who.account, ended_at=None).exists()
        assert Event.objects.filter(verb="signed_out", actor_account=who.account).exists()


def test_who_signs_in_in_the_middle_of_a_visit_is_out_with_the_wipe(screen):
    aoi = city.resident("aoi")
    screen.begin()
    enter(screen.browser, aoi)
    assert is_in(screen, "/my/")

    screen.post("wipe")

    assert not is_in(screen, "/my/")
    assert not SignedIn.objects.filter(account=aoi.account, ended_at=None).exists()


def test_the_screen_acts_as_itself_whoever_is_signed_in_to_its_browser(screen):
    aoi = city.resident("aoi")
    come_in(screen, aoi)
    assert is_in(screen, "/my/")

    screen.begin()

    draft = Draft.objects.get()
    assert draft.account == screen.terminal.account_id
    assert draft.party_id is None
    begun = screen.get("go_on").wsgi_request.actor
    assert (begun.kind, begun.via, begun.divisions) == (ActorKind.MACHINE, "terminal", frozenset({DIVISION}))


def test_the_screen_of_one_division_leads_to_the_counter_of_another(takagi, sato):
    screen = Screen(takagi.actor)
    screen.written()
    number = screen.hand()

    assert f"{DIVISION}の窓口へ行き" in screen.get("number").text
    assert takagi.type_number(number).status_code == 422
    assert sato.type_number(number).status_code == 302


def test_the_list_of_terminals_asks_as_little_for_ten_as_for_one(
    sato, screen, django_assert_max_num_queries, django_assert_num_queries
):
    sato.get("terminals:list")
    with django_assert_max_num_queries(40) as counted:
        sato.get("terminals:list")
    asked = len(counted)
    for number in range(9):
        Screen(sato.actor, place=f"{number}番")

    with django_assert_num_queries(asked):
        assert "8番" in sato.get("terminals:list").text


def test_the_list_of_what_is_begun_asks_as_little_for_five_as_for_one(
    sato, screen, django_assert_max_num_queries, django_assert_num_queries
):
    screen.written()
    screen.hand()
    sato.get("procedures:receive")
    with django_assert_max_num_queries(40) as counted:
        sato.get("procedures:receive")
    asked = len(counted)
    for _visitor in range(4):
        screen.written()
        screen.hand()

    with django_assert_num_queries(asked):
        assert sato.get("procedures:receive").text.count("端末から") == 5
