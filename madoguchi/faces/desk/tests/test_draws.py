"""抽選 at the desk: entries by telephone and postcard, closing, reading the numbers, drawing once, drawing again."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from madoguchi.engines.lottery.models import Entry, Round
from madoguchi.engines.lottery.tests import make
from madoguchi.faces.shared.tests.entering import enter
from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import Event

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def round_():
    return make.a_round()


@pytest.fixture
def people(round_):
    head, clerk = make.clerks()
    return {"head": enter(Client(), head), "clerk": enter(Client(), clerk)}


def href(name, *args):
    return reverse(f"desk:draws:{name}", args=args)


CARD = {
    "channel": "post", "family": "見本", "given": "梅干子", "birth": "1944-03-03", "phone": "", "postcode": "",
    "address": "架空県見本市見本町9", "wish-1-1": "court.1", "wish-1-2": "court.2", "wish-2-1": "court.3",
    "tier": "residents",
}  # fmt: skip


def test_a_postcard_comes_into_the_same_round_and_is_told_by_letter(people, round_):
    clerk = people["clerk"]
    token = clerk.get(href("receive", round_.key)).text.partition('name="once" value="')[2][:36]

    first = clerk.post(href("receive", round_.key), CARD | {"once": token})
    again = clerk.post(href("receive", round_.key), CARD | {"once": token})

    entry = Entry.objects.get()
    assert first.url == again.url == href("entry", entry.pk)
    assert (entry.channel, entry.wishes) == ("post", [["court.1", "court.2"], ["court.3"]])
    twice = clerk.post(href("receive", round_.key), CARD | {"channel": "phone"})
    assert twice.status_code == 409
    assert "もう申し込んでいます" in twice.text


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"channel": "web"}, "届いた方法"),
        ({"given": " "}, "名前"),
        ({"address": ""}, "住所"),
        ({"wish-1-1": "nai", "wish-1-2": ""}, "希望するもの"),
        ({"tier": ""}, "優先の区分"),
    ],
)
def test_a_card_that_says_too_little_comes_back_with_what_was_typed(people, round_, given, said):
    answer = people["clerk"].post(href("receive", round_.key), CARD | given)

    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="1944-03-03"' in answer.text
    assert not Entry.objects.exists()


def test_whose_entry_it_is_is_shown_for_a_reason_that_is_on_record_first(people, round_):
    clerk = people["clerk"]
    clerk.post(href("receive", round_.key), CARD)
    entry = Entry.objects.get()
    assert "梅干子" not in clerk.get(href("entry", entry.pk)).text
    assert "梅干子" not in clerk.get(href("entries", round_.key)).text
    assert clerk.post(href("look", entry.pk)).status_code == 422

    seen = clerk.post(href("look", entry.pk), {"reason": "contact"})

    assert "梅干子" in seen.text
    read = Event.objects.get(verb=Event.READ)
    assert (read.about, read.purpose) == (str(entry.ref), "contact")


def test_from_closing_to_the_draw_by_two_people_once(people, round_):
    make.entered(round_, "court.1")
    head, clerk = people["head"], people["clerk"]
    assert clerk.post(href("close", round_.key)).status_code == 409
    with clock.frozen(round_.closes_at + MINUTE):
        clerk.post(href("close", round_.key))
    with clock.frozen(round_.draws_at + MINUTE):
        assert clerk.post(href("draw", round_.key)).status_code == 409
        clerk.post(href("type_numbers", round_.key), {"place": "0", "numbers": "12 34"})
        page = head.get(href("round", round_.key)).text
        assert "12 34" not in page, "the second person reads the source, not the first one's typing"
        row = Round.objects.get().numbers.get()
        assert clerk.post(href("confirm_numbers", row.pk), {"numbers": "12 34"}).status_code == 409
        head.post(href("confirm_numbers", row.pk), {"numbers": "12 34"})
        done = clerk.post(href("draw", round_.key), follow=True)
        assert "抽選しました。" in done.text
        assert clerk.post(href("draw", round_.key)).status_code == 409
        win = Entry.objects.get().wins.get()
        said = clerk.post(href("answer", win.entry.pk, win.pk), {"answer": "confirm"}, follow=True)
        assert "当選を確定しました。" in said.text


def test_only_the_head_calls_off_and_draws_again(people, round_):
    make.entered(round_)
    head, clerk = people["head"], people["clerk"]
    moments = [clock.now() + n * make.DAY for n in (1, 2, 3)]
    closes, beacon, draws = (clock.in_city(one).strftime("%Y-%m-%dT%H:%M") for one in moments)
    given = {"closes_at": closes, "beacon_at": beacon, "draws_at": draws, "source": "見本くじ 第2回（架空）"}
    assert clerk.post(href("call_off", round_.key), {"why": "理由"}).status_code == 403
    assert head.post(href("call_off", round_.key), {"why": " "}).status_code == 422
    bad = head.post(href("redraw", round_.key), given | {"why": "やり直す", "closes_at": "いつか"})
    assert bad.status_code == 422
    assert 'value="やり直す"' in bad.text

    made = head.post(href("redraw", round_.key), given | {"why": "題名のまちがい"})

    assert made.url == href("round", f"{round_.key}-redraw1")
    again = Round.objects.get(redraws=round_)
    assert (again.why, again.entries.count()) == ("題名のまちがい", 1)


def test_before_closing_staff_take_back_or_do_not_admit(people, round_):
    first, second = make.entered(round_), make.entered(round_)
    clerk = people["clerk"]

    clerk.post(href("withdraw", first.pk))
    assert clerk.post(href("refuse", second.pk), {"why": ""}).status_code == 422
    clerk.post(href("refuse", second.pk), {"why": "同じ団体の二つ目"})

    assert list(Entry.objects.values_list("state", flat=True)) == ["withdrawn", "not_admitted"]


def test_a_round_of_another_division_is_not_there(people, round_):
    stranger = enter(Client(), make.staff("yoso", "介護保険課", "head"))
    entry = make.entered(round_)

    for address in (href("round", round_.key), href("entries", round_.key), href("entry", entry.pk)):
        assert stranger.get(address).status_code == 404
    assert stranger.post(href("look", entry.pk), {"reason": "contact"}).status_code == 404
    assert "受け持っている抽選はありません。" in stranger.get(href("list")).text


def test_lists_ask_as_often_for_many_as_for_one(people, round_):
    make.entered(round_)
    clerk = people["clerk"]

    def asked():
        with CaptureQueriesContext(connection) as few:
            clerk.get(href("list"))
            clerk.get(href("entries", round_.key))
        return len(few)

    small = asked()
    for n in range(5):
        make.a_round(f"more-{n}")
        make.entered(round_)
    assert asked() == small


def test_a_late_beacon_is_said_to_be_unusable(people, round_):
    with clock.frozen(round_.draws_at):
        people["clerk"].post(href("close", round_.key))
        page = people["clerk"].get(href("round", round_.key)).text
    assert "締め切りの確定より前に出たので、使えません。" in page
