"""A screen in a public place: what it hides, when it forgets, and that nothing is left of what it forgot."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.conf import settings
from django.urls import reverse

from madoguchi.engines.forms.models import Draft
from madoguchi.engines.procedures import jobs
from madoguchi.engines.procedures.models import TerminalEntry
from madoguchi.engines.procedures.tests import make as city
from madoguchi.kernel import clock
from madoguchi.kernel.identity.models import Party
from madoguchi.kernel.vault.models import DataKey

from .make import KEY, Screen

NOON = dt.datetime(2026, 11, 20, 12, 0, tzinfo=clock.JST)
WORDS = ("見本", "あおい", "アオイ", "1990", "架空県")


@pytest.fixture
def at_noon():
    with clock.frozen(NOON):
        yield


def later(seconds: float):
    return clock.frozen(NOON + dt.timedelta(seconds=seconds))


def assert_nothing_is_left(screen: Screen, draft: Draft) -> None:
    """No draft, no key to it, no row about the person, and a session that knows nothing."""
    assert not Draft.everything.filter(pk=draft.pk).exists()
    assert DataKey.objects.get(pk=draft.key_id).destroyed_at is not None
    assert not TerminalEntry.objects.exists()
    assert not Party.objects.exists()
    assert "kiosk" not in screen.browser.session


@pytest.mark.accepts("C-18-T1", "N-30", "X-19-T2")
def test_a_screen_nobody_touches_wipes_what_was_written(at_noon, screen):
    draft = screen.written()

    with later(90 + 20 + 5 + 1):
        answer = screen.get("check")

    assert answer["Location"] == "/kiosk/"
    assert_nothing_is_left(screen, draft)
    assert "ことばを選んでください" in screen.get("first").text


def test_what_is_sent_too_late_is_refused_and_wiped(at_noon, screen):
    path = screen.begin()
    draft = Draft.objects.get()

    with later(116):
        answer = screen.browser.post(f"/kiosk/question/{path}/", city.NAME)

    assert answer.status_code == 409
    assert "しばらく使われなかったので、書いたものを消しました" in answer.text
    assert not any(word in answer.text for word in WORDS)
    assert_nothing_is_left(screen, draft)


def test_a_press_within_the_time_to_answer_is_taken(at_noon, screen):
    path = screen.begin()

    with later(109):
        following = screen.answer(path, city.NAME)

    assert following == "applicant.birth"


def test_who_types_for_long_is_not_wiped_while_the_screen_is_told_so(at_noon, screen):
    path = screen.begin()
    for seconds in (80, 160, 240):
        with later(seconds):
            told = screen.browser.post("/kiosk/here/", headers={"X-Kiosk": "here"})
        assert told.status_code == 204

    with later(330):
        assert screen.answer(path, city.NAME) == "applicant.birth"
    with later(330 + 116):
        assert screen.browser.post("/kiosk/here/", headers={"X-Kiosk": "here"}).status_code == 409


def test_without_scripts_the_page_asks_of_itself_and_leaves_of_itself(at_noon, screen):
    path = screen.begin()
    assert (
        '<noscript><meta http-equiv="refresh" content="90;url=/kiosk/still/">'
        in screen.get("question", path).text
    )

    with later(91):
        asked = screen.get("still").text
        assert "まだお使いですか" in asked
        assert 'content="20;url=/kiosk/over/"' in asked
    with later(50):
        assert screen.get("over")["Location"] == "/kiosk/go-on/"  # it does only what time has done
    draft = Draft.objects.get()
    with later(111):
        assert screen.get("over")["Location"] == "/kiosk/"
    assert_nothing_is_left(screen, draft)


@pytest.mark.parametrize(
    ("route", "then"), [("language", "/kiosk/procedures/"), ("ticket_language", "/kiosk/tickets/errands/")]
)
def test_the_language_is_that_of_the_visit_from_either_first_screen(screen, route, then):
    address = reverse(f"kiosk:{route}")

    refused = screen.browser.post(address, {"language": "xx"})
    answer = screen.browser.post(address, {"language": "ko"})

    assert (refused.status_code, "language" in refused.cookies) == (404, False)
    assert answer["Location"] == then
    kept = answer.cookies["language"]
    assert (kept.value, kept["max-age"], kept["httponly"], kept["samesite"]) == ("ko", "", True, "Lax")


def test_stop_asks_once_and_then_everything_is_gone_with_the_language(screen):
    screen.post("language", language="en")
    draft = screen.written()

    assert screen.get("stop").status_code == 200
    assert Draft.objects.get(pk=draft.pk).closed_at is None
    answer = screen.post("wipe")

    assert answer["Location"] == "/kiosk/"
    assert answer.cookies["language"]["max-age"] == 0
    assert_nothing_is_left(screen, draft)


def test_the_way_back_after_a_wipe_leads_to_the_first_screen(screen):
    screen.write()
    screen.post("wipe")

    for address in set(screen.met):
        if address.startswith(("/kiosk/question/", "/kiosk/go-on/")):
            assert screen.browser.get(address)["Location"] == "/kiosk/"
    for route in ("check", "papers", "number"):
        assert screen.get(route)["Location"] == "/kiosk/"


def test_no_page_of_a_visit_is_kept_by_the_browser(screen):
    path = screen.begin()
    for answer in (screen.get("question", path), screen.get("procedures"), screen.get("first")):
        assert "no-store" in answer["Cache-Control"]


def test_the_next_visitor_begins_on_an_empty_screen(screen):
    left = screen.written()

    screen.begin()

    assert not Draft.everything.filter(pk=left.pk).exists()
    assert Draft.objects.open().count() == 1
    assert "見本" not in screen.get("question", "applicant.name").text.partition("<main")[2]


@pytest.mark.accepts("N-30", "X-19-T2")
def test_personal_answers_are_covered_while_they_are_typed_and_shown_only_when_asked(screen):
    path = screen.begin()
    covered, open_ = screen.get("question", path).text, screen.get("question", path, show="1").text

    assert 'class="card masked" id="question"' in covered
    assert 'class="card" id="question"' in open_
    assert ">入力を見せる</button>" in covered
    assert ">入力を隠す</button>" in open_
    assert set(re.findall(r'autocomplete="([^"]*)"', covered)) <= {"off", *FILLED_BY_OWNERS}


# The shared question says what a browser at home may fill in; the form around it says off, and a terminal keeps nothing.
FILLED_BY_OWNERS = {"family-name", "given-name"}


def test_a_choice_is_not_covered_because_nothing_is_typed(screen):
    path = screen.begin()
    while path != "event":
        path = screen.answer(path, city.ANSWERS[path])

    assert "masked" not in screen.get("question", "event").text


def test_a_name_written_before_does_not_stand_in_later_questions(screen):
    screen.written()

    covered = screen.get("question", "children.1.birth").text
    shown = screen.get("question", "children.1.birth", show="1").text

    assert "見本 そう" not in covered
    assert "●●●●●さんの生まれた日はいつですか" in covered
    assert "見本 そう" in shown


@pytest.mark.accepts("N-30", "X-19-T2")
def test_the_last_look_holds_no_answer_until_one_page_is_asked_for(screen):
    screen.written()

    before = screen.get("check").text
    seen = screen.get("check", see="applicant").text
    after = screen.get("check").text

    for covered in (before, after):
        assert not any(
            word in covered.partition("<main")[2] for word in ("あおい", "架空県", "1990", "見本銀行")
        )
        assert covered.count("●●●●●") >= 10
    assert "見本 あおい" in seen
    assert "見本銀行" not in seen


def test_no_address_holds_an_answer_or_names_the_draft(screen):
    draft = screen.write()
    screen.hand()

    assert len(screen.met) > 10
    for address in screen.met:
        assert str(draft.pk) not in address
        assert re.fullmatch(r"/kiosk/(?:question/[a-z_0-9.]+/|[a-z-]+/)?", address), address


@pytest.mark.accepts("C-18-T1")
def test_the_number_leaves_the_screen_and_the_answers_stay_with_the_staff(at_noon, screen, sato):
    draft = screen.written()
    number = screen.hand()

    shown = screen.get("number").text
    assert number in shown
    assert 'data-ends="60"' in shown
    assert str(draft.pk) not in shown
    assert screen.get("check")["Location"] == "/kiosk/number/"
    screen.post("wipe")

    assert "kiosk" not in screen.browser.session
    assert number not in screen.get("first").text
    assert not Draft.objects.get(pk=draft.pk).discarded
    assert sato.type_number(number).status_code == 302


def test_who_presses_hand_over_twice_is_told_the_same_number(screen):
    screen.written()
    before = screen.browser.session.session_key

    first = screen.browser.post("/kiosk/hand/")
    number = screen.browser.session["kiosk"]["number"]
    screen.browser.cookies[settings.SESSION_COOKIE_NAME] = before  # it left before the first answer came
    second = screen.browser.post("/kiosk/hand/")

    assert first["Location"] == second["Location"] == "/kiosk/number/"
    assert number in screen.get("number").text


def test_two_presses_that_overtake_each_other_are_told_the_same_number(screen):
    draft = screen.written()
    session = screen.browser.session
    before = dict(session["kiosk"])
    screen.hand()
    session["kiosk"] = before  # what the second press had read when the first was not answered yet
    session.save()

    second = screen.browser.post("/kiosk/hand/")

    assert second["Location"] == "/kiosk/number/"
    assert TerminalEntry.objects.get(draft=draft).number in screen.get("number").text


@pytest.mark.accepts("N-09")
def test_what_a_dead_browser_left_is_gone_after_a_quarter_of_an_hour(at_noon, screen):
    draft = screen.written()

    with later(14 * 60):
        jobs.clear_terminals()
    assert Draft.objects.open().count() == 1
    with later(15 * 60 + 1):
        jobs.clear_terminals()

    assert not Draft.everything.filter(pk=draft.pk).exists()
    assert not TerminalEntry.objects.exists()


def test_a_procedure_that_is_nowhere_is_a_large_card_without_a_way_out(screen):
    answer = screen.get("begin", "no.such")

    assert answer.status_code == 404
    assert "card card--refused" in answer.text
    assert {
        address
        for address in re.findall(r'href="(/[^"]*)"', answer.text)
        if not address.startswith("/static/")
    } == {
        "/kiosk/",
        "/kiosk/stop/",
    }


def test_no_screen_leads_out_of_the_kiosk(screen):
    path = screen.begin()
    screen.written()
    pages = [
        screen.get("first"),
        screen.get("procedures"),
        screen.get("begin", KEY),
        screen.get("question", path),
        screen.get("question", "account"),
        screen.get("papers"),
        screen.get("check"),
        screen.get("stop"),
    ]
    screen.hand()
    pages.append(screen.get("number"))

    for page in pages:
        for address in re.findall(r'(?:href|action)="([^"]*)"', page.text if page.status_code == 200 else ""):
            assert address.startswith(("/kiosk/", "/static/", "#")), address
