"""What is missing is asked for before the case is passed on; an answer is asked for by a day; a paper came on a day."""

import datetime as dt

import pytest

from madoguchi.engines.forms.models import Draft
from madoguchi.engines.procedures.models import Case, Correction
from madoguchi.engines.procedures.tests import make
from madoguchi.kernel import clock

ASKED = {"ask:applicant.phone": "1", "remark:applicant.phone": "番号を教えてください。"}


@pytest.fixture
def checking(case, sato) -> Case:
    return make.at(case, "checking", sato=sato.actor)


def test_a_case_with_gaps_asks_first_and_is_passed_on_only_when_that_is_said(sato, checking):
    Case.objects.filter(pk=checking.pk).update(gaps=1)
    shown = sato.opened(checking).get("procedures:case", checking).text
    assert "足りないものを、ご本人に聞く" in shown.split('id="next"')[1]
    press = {"seen": checking.version, "to": "deciding"}

    asked = sato.post("procedures:advance", checking, **press)

    assert asked.status_code == 200 and "書かれていない答えが1か所あります" in asked.text
    assert Case.objects.get().state == "checking"
    assert sato.post("procedures:advance", checking, **press, anyway="1").status_code == 302
    assert Case.objects.get().state == "deciding"


def test_a_whole_case_is_passed_on_at_once(sato, checking):
    press = {"seen": checking.version, "to": "deciding"}

    assert sato.opened(checking).post("procedures:advance", checking, **press).status_code == 302


def test_an_answer_is_asked_for_by_a_day_that_everybody_reads(sato, checking):
    sato.opened(checking)
    until = clock.today() + dt.timedelta(days=14)
    assert f'value="{until.isoformat()}"' in sato.get("procedures:return", checking).text
    posted = {"seen": checking.version, **ASKED, "reply_by": until.isoformat()}

    letter = sato.post("procedures:return", checking, **posted)
    told = sato.post("procedures:return", checking, **posted, then="send")

    assert f"{until.month}月{until.day}日" in letter.text and told.status_code == 302
    assert Correction.objects.get().reply_by == until


@pytest.mark.parametrize("typed", ["2020-01-01", "あした"])
def test_a_day_that_has_passed_or_is_none_is_refused_and_what_was_written_stays(sato, checking, typed):
    posted = {"seen": checking.version, **ASKED, "reply_by": typed}

    again = sato.opened(checking).post("procedures:return", checking, **posted, then="send")

    assert again.status_code == 422 and "あすからあとの日" in again.text
    assert "番号を教えてください。" in again.text and not Correction.objects.exists()


def test_the_days_of_a_letter_count_from_the_day_it_arrived(sato):
    arrived = clock.today() - dt.timedelta(days=5)

    begun = sato.post(
        "procedures:receive", procedure=make.KEY, channel="post", arrived_on=arrived.isoformat()
    )

    draft = Draft.objects.get()
    assert begun.status_code == 302 and draft.arrived_on == arrived
    make.answer_all(draft, sato.actor)
    made = make.services.submit(draft=Draft.objects.get(), by=sato.actor)
    assert (made.arrived_on, made.due_on) == (arrived, arrived + dt.timedelta(days=30))


@pytest.mark.parametrize("back", [-1, 61])
def test_a_letter_cannot_come_tomorrow_nor_long_ago(sato, back):
    day = clock.today() - dt.timedelta(days=back)

    again = sato.post("procedures:receive", procedure=make.KEY, channel="post", arrived_on=day.isoformat())

    assert again.status_code == 422 and "60日" in again.text and not Draft.objects.exists()


def test_signing_out_closes_every_look(sato, case):
    assert "見本" in sato.opened(case).get("procedures:case", case).text

    sato.browser.post("/desk/sign-out/")
    fresh = type(sato)(sato.actor)

    assert "見る理由を選ぶと進められます" in fresh.get("procedures:case", case).text


def test_giving_to_nobody_is_one_sentence_and_the_ticks_stay(sato, tamura, case):
    ticked = f"{case.pk}:{case.version}"

    again = sato.browser.post("/desk/cases/bulk/", {"act": "give", "case": ticked, "to": ""})

    assert again.status_code == 422 and "渡す相手を" in again.text
    assert f'value="{ticked}" checked' in again.text
    done = sato.browser.post(
        "/desk/cases/bulk/", {"act": "give", "case": ticked, "to": str(tamura.actor.account)}
    )
    assert "田村さんに渡したもの" in done.text


def test_what_was_drawn_by_a_press_leads_back_to_its_page_when_it_is_loaded_by_address(sato):
    assert sato.browser.get("/desk/cases/bulk/")["Location"] == "/desk/cases/"
    assert sato.browser.get("/desk/find/person/")["Location"] == "/desk/find/"


def test_one_person_at_a_time_stands_in(sato, tamura, ogawa):
    today = clock.today().isoformat()
    dates = {"since": today, "until": today}

    nobody = sato.browser.post(
        "/desk/people/stand-ins/", {"absent": str(sato.actor.account), "stands_in": "", **dates}
    )
    wanted = {"absent": str(sato.actor.account), "stands_in": str(tamura.actor.account), **dates}
    made = sato.browser.post("/desk/people/stand-ins/", wanted)
    again = sato.browser.post("/desk/people/stand-ins/", {**wanted, "stands_in": str(ogawa.actor.account)})

    assert nobody.status_code == 422 and "代わりの人を選んでください" in nobody.text
    assert made.status_code == 302
    assert again.status_code == 409 and "もう決まっています" in again.text
