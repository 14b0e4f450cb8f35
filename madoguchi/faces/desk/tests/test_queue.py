"""Calling at a counter, as a clerk does it: without scripts, and what the desk's own script asks."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from madoguchi.engines.queue import services
from madoguchi.engines.queue.models import Desk, Source, Step, Ticket
from madoguchi.engines.queue.tests import make
from madoguchi.faces.shared.tests.entering import enter
from madoguchi.kernel import clock
from madoguchi.kernel.refs import new_id

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _morning():
    with clock.frozen(make.MORNING):
        yield


@pytest.fixture
def line():
    return make.line()


@pytest.fixture
def sato(line):
    return make.clerk()


@pytest.fixture
def browser(sato):
    return enter(Client(), sato)


@pytest.fixture
def desk(line, browser):
    """A desk Sato has sat down at."""
    found = Desk.objects.get(line=line, name="1")
    assert browser.post(reverse("desk:queue:open", args=[found.pk])).status_code == 302
    return found


def href(name, *args):
    return reverse(f"desk:queue:{name}", args=[getattr(one, "pk", one) for one in args])


def page(browser, desk):
    answer = browser.get(href("console", desk))
    assert answer.status_code == 200
    return answer.text


def first_key(shown):
    """The key that stands out among those of the desk (the ones for no connection come before them)."""
    return re.findall(r'class="btn primary"[^>]*>(\S+)', shown[shown.index('<div id="console"') :])


def test_a_whole_visit_by_plain_forms(browser, desk, line):
    make.issued(line, 2, errand="moushikomi")

    assert browser.post(href("next", desk))["Location"] == href("console", desk)
    first = Ticket.objects.get(state="called")
    shown = page(browser, desk)
    assert "お呼びしています" in shown
    assert "F001" in shown
    assert first_key(shown) == ["はじめる"]
    for verb in ("recall", "start"):
        assert browser.post(href("act", desk, first, verb)).status_code == 302
    busy = page(browser, desk)
    assert "ご案内中" in busy
    assert first_key(busy) == ["おわって、つぎの方"]
    assert browser.post(href("next", desk), {"finishing": "1"}).status_code == 302

    assert make.states(line) == {"F001": "done", "F002": "called"}


@pytest.mark.accepts("P1-5-2-T4")
def test_the_called_counter_knows_the_language_and_the_needs(browser, desk, line):
    make.issued(line, language="vi", needs=["wheelchair", "interpreter"], errand="moushikomi")
    waiting = page(browser, desk)
    browser.post(href("next", desk))
    called = page(browser, desk)

    for words in ("ベトナム語", "通訳", "車いす", "申し込み"):
        assert words in waiting
        assert words in called.split('id="waiting-title"')[0]


def test_a_refusal_redraws_the_screen_with_the_reason(browser, desk, line):
    empty = browser.post(href("next", desk))
    make.issued(line, 2)
    browser.post(href("next", desk))
    busy = browser.post(href("next", desk))

    assert (empty.status_code, "いま、お待ちの方はいません" in empty.text) == (409, True)
    assert (busy.status_code, "F001の方をご案内中です" in busy.text) == (409, True)
    assert make.states(line) == {"F001": "called", "F002": "waiting"}


def test_a_script_gets_only_the_part_that_changes_and_a_press_sent_twice_is_one(browser, desk, line):
    make.issued(line, 2)
    said = str(new_id())

    answers = [
        browser.post(href("next", desk), {"said": said}, headers={"HX-Request": "true"}) for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].text.lstrip().startswith('<div id="console"')
    assert "<html" not in answers[0].text
    assert make.states(line) == {"F001": "called", "F002": "waiting"}


def test_a_number_is_given_by_hand_and_for_a_paper_slip(browser, desk, line):
    secret = services.new_secret()
    wish = {"errand": "sonota", "language": "en", "needs": ["sign"], "secret": secret}

    given = browser.post(href("issue", desk), wish)
    again = browser.post(href("issue", desk), wish)
    paper = browser.post(href("issue", desk), {"paper": "12", "came_at": "08:45", "language": "ja"})
    twice = browser.post(href("issue", desk), {"paper": "12", "language": "ja"})
    broken = browser.post(href("issue", desk), {"paper": "13", "came_at": "25:99", "language": "ja"})

    assert "F001" in given.text
    assert "F001" in again.text
    assert "紙の番号 12 の方" in paper.text
    assert (twice.status_code, broken.status_code) == (409, 422)
    assert 'value="12"' in twice.text, "what was typed is still there"
    first, slip = Ticket.objects.order_by("number")
    assert (first.source, first.language, first.needs) == (Source.STAFF, "en", ["sign"])
    assert (slip.source, slip.paper, slip.stands_at) == (Source.PAPER, "12", make.at(8, 45))


def test_somebody_is_sent_to_another_counter(browser, desk, line):
    other = make.line("kari_l", "L")
    make.issued(line)
    browser.post(href("next", desk))
    ticket = Ticket.objects.get()

    nowhere = browser.post(href("transfer", desk, ticket), {"line": "no id"})
    sent = browser.post(href("transfer", desk, ticket), {"line": str(other.pk)}, follow=True)

    assert nowhere.status_code == 422
    assert "仮L窓口（見本庁舎 3階）のL001になりました" in sent.text


def test_colleagues_of_another_division_do_not_find_the_desk(desk, line):
    ticket = make.issued(line)[0]
    stranger = enter(Client(), make.clerk("kobayashi", "税務課"))

    assert "F" not in [at.line.prefix for at in stranger.get(href("list")).context["lines"]]
    for answer in (
        stranger.get(href("console", desk)),
        stranger.post(href("open", desk)),
        stranger.post(href("close", desk)),
        stranger.post(href("next", desk)),
        stranger.post(href("issue", desk)),
        stranger.post(href("act", desk, ticket, "call")),
        stranger.post(href("transfer", desk, ticket)),
        stranger.post(href("seen", desk)),
        stranger.post(href("catch_up", desk), "{}", content_type="application/json"),
    ):
        assert answer.status_code == 404
    assert make.states(line) == {"F001": "waiting"}


def test_a_desk_another_sits_at_is_theirs(browser, desk, line):
    tamura = enter(Client(), make.clerk("tamura"))
    make.issued(line)

    taken = tamura.post(href("open", desk))
    assert (taken.status_code, "ほかの人が使っています" in taken.text) == (409, True)
    assert tamura.get(href("console", desk))["Location"] == href("list")
    assert tamura.post(href("next", desk)).status_code == 409
    assert tamura.post(href("seen", desk)).json()["code"] == "desk_not_open"
    assert make.states(line) == {"F001": "waiting"}


def test_unknown_verbs_and_tickets_are_not_found(browser, desk, line):
    ticket = make.issued(line)[0]

    assert browser.post(href("act", desk, ticket, "delete")).status_code == 404
    assert browser.post(href("act", desk, new_id(), "call")).status_code == 404
    assert browser.get(href("console", new_id())).status_code == 404


def test_the_screen_says_it_is_there_and_hears_its_share(browser, desk, line):
    make.issued(line, 2, needs=["sign"])

    told = browser.post(href("seen", desk)).json()

    assert [one["label"] for one in told["share"]] == ["F001", "F002"]
    assert told["share"][0]["wanting"] == ["手話"]
    assert (told["current"], told["seconds"], told["silent"]) == (None, 600, 15)
    desk.refresh_from_db()
    assert desk.seen_at == make.MORNING


def send(browser, desk, said, content_type="application/json"):
    return browser.post(href("catch_up", desk), said, content_type=content_type)


def test_what_was_done_while_cut_off_is_sent_and_what_does_not_fit_is_told(browser, desk, line):
    first, other = make.issued(line, 2)
    services.leave(ticket=other, by=make.anonymous())
    acts = [
        {"id": str(new_id()), "kind": kind, "ticket": str(ticket.pk), "at": "2026-11-24T00:01:00.000Z"}
        for kind, ticket in [("call", first), ("done", first), ("call", other)]
    ]

    answers = [send(browser, desk, json.dumps({"acts": acts})).json() for _ in range(2)]

    assert (answers[0]["applied"], answers[0]["known"]) == (2, 0)
    assert [(one["label"], one["kind"]) for one in answers[0]["unfit"]] == [("F002", "call")]
    assert answers[1] == {"applied": 0, "known": 3, "unfit": []}
    assert make.states(line) == {"F001": "done", "F002": "left"}


@pytest.mark.parametrize(
    "said",
    [
        "",
        "nothing",
        "[]",
        '{"acts": 7}',
        '{"acts": [7]}',
        '{"acts": [{}]}',
        '{"acts": [{"id": "x", "kind": "call", "ticket": "y", "at": "z"}]}',
        '{"acts": [{"id": "%(id)s", "kind": ["call"], "ticket": "%(id)s", "at": "2026-11-24T00:00:00Z"}]}',
        '{"acts": [{"id": "%(id)s", "kind": "call", "ticket": "%(id)s", "at": "2026-11-24T00:00:00"}]}',
        '{"acts": [{"id": "%(id)s", "kind": "explode", "ticket": "%(id)s", "at": "2026-11-24T00:00:00Z"}]}',
        "[" * 5000,
        "x" * 200_000,
    ],
)
def test_what_cannot_be_read_is_refused_politely(browser, desk, line, said):
    answer = send(browser, desk, said % {"id": new_id()} if "%(id)" in said else said)

    assert (answer.status_code, answer.json()["code"]) == (422, "acts_unclear")
    assert not Step.objects.exists()


def test_the_screen_costs_as_many_queries_for_thirty_as_for_three(
    browser, desk, line, django_assert_max_num_queries
):
    make.issued(line, 30, needs=["sign"])
    with django_assert_max_num_queries(24):
        page(browser, desk)
    with django_assert_max_num_queries(16):
        browser.get(href("console", desk), headers={"HX-Request": "true"})
    with django_assert_max_num_queries(20):
        browser.get(href("list"))
