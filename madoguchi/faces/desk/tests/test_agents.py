"""法定代理 and 委任状: seen on paper by one clerk, confirmed by another, ended by the calendar or by 秘匿."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from madoguchi.engines.procedures.tests import make
from madoguchi.faces.shared.tests.entering import enter
from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.calendar import plus_years
from madoguchi.kernel.errors import NotAllowed
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.identity.mandates import queries, services
from madoguchi.kernel.identity.models import Account, Mandate, SignInMail
from madoguchi.kernel.identity.ways_in import contacts
from madoguchi.kernel.refs import SYSTEM

LIST = "/desk/agents/"
CHILD = {"family": "見本", "given": "そう", "family_kana": "ミホン", "given_kana": "ソウ"}
BIRTH = dt.date(2015, 5, 5)


@pytest.fixture
def parent(procedure):
    return make.resident("parent", name={"family": "見本", "given": "おや"})


def told(agent, **other) -> dict:
    """What a clerk types who saw the 戸籍謄本 of a child."""
    return {
        "kind": "parental",
        "agent_code": services.new_counter_code(by=agent),
        **CHILD,
        "birth": str(BIRTH),
        "evidence": "koseki",
        "evidence_on": str(clock.today()),
        "procedure": "*",
        **other,
    }


def registered(desk, agent, **other) -> Mandate:
    answer = desk.browser.post(LIST, told(agent, **other))
    assert answer.status_code == 302, answer.content.decode()
    return Mandate.objects.first()


def confirmed(mandate, desk) -> Mandate:
    desk.browser.post(f"{LIST}{mandate.pk}/")
    assert desk.browser.post(f"{LIST}{mandate.pk}/confirm/").status_code == 302
    mandate.refresh_from_db()
    return mandate


def test_a_parent_acts_once_a_second_person_has_confirmed_it(sato, tamura, parent):
    mandate = registered(sato, parent)
    assert queries.acting(parent, mandate.pk) is None

    sato.browser.post(f"{LIST}{mandate.pk}/")
    own = sato.browser.post(f"{LIST}{mandate.pk}/confirm/")
    assert own.status_code == 403 and "登録した人とは別の職員" in own.text
    unread = tamura.browser.post(f"{LIST}{mandate.pk}/confirm/")
    assert unread["Location"] == f"{LIST}{mandate.pk}/", "nobody confirms what they have not read"
    confirmed(mandate, tamura)

    acting = queries.acting(parent, mandate.pk)
    assert acting is not None and acting.party == mandate.principal_id
    assert identity.profile(identity.party(acting.party))["name"]["given"] == "そう"


def test_names_are_read_on_record_for_both(sato, tamura, parent):
    mandate = registered(sato, parent)
    assert "見本 そう" not in tamura.browser.get(LIST).text
    assert "見本 そう" not in tamura.browser.get(f"{LIST}{mandate.pk}/").text

    page = tamura.browser.post(f"{LIST}{mandate.pk}/").text

    assert "見本 そう" in page and "見本 おや" in page
    looks = Event.objects.filter(verb="read", actor_account=tamura.actor.account)
    assert {look.subject for look in looks} == {mandate.principal_id, parent.party}


def test_a_parents_ends_by_itself_before_the_eighteenth_birthday(sato, tamura, parent, monkeypatch):
    mandate = confirmed(registered(sato, parent), tamura)
    assert mandate.until == plus_years(BIRTH, 18) - dt.timedelta(days=1) == dt.date(2033, 5, 4)

    for day, may in ((dt.date(2033, 5, 4), True), (dt.date(2033, 5, 5), False)):
        monkeypatch.setattr(clock, "today", lambda day=day: day)
        assert (queries.acting(parent, mandate.pk) is not None) is may


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"evidence": "ininjo"}, "見た書類が合っていないか"),
        ({"evidence_on": "2026-01-01", "days": "30"}, "発行日が古すぎます（発行日から30日まで）"),
        ({"evidence_on": "きのう"}, "見た書類が合っていないか"),
        ({"birth": "1990-01-01"}, "18歳になっていない本人の生年月日"),
        ({"birth": "x"}, "18歳になっていない本人の生年月日"),
        ({"until": "2026-01-01"}, "1年以内の日"),
        ({"agent_code": "2222-2222-2222"}, "このコードは使えません"),
        ({"procedure": []}, "1つ以上選んでください"),
        ({"code": "2222-2222-2222"}, "どれか1つで"),
        ({"given": ""}, "どれか1つで"),
        ({"kind": "delegated", "evidence": "ininjo"}, "1年以内の日"),
        ({"kind": "なに"}, "見た書類が合っていないか"),
    ],
)
def test_what_does_not_prove_it_is_not_registered(sato, parent, other, words):
    answer = sato.browser.post(LIST, told(parent, **other))
    assert answer.status_code == 422 and words in answer.text
    assert not Mandate.objects.exists()


def test_an_ininjo_is_registered_for_the_person_of_a_case(sato, tamura, aoi, case, parent):
    until = clock.today() + dt.timedelta(days=90)
    blank = dict.fromkeys(CHILD, "")
    mandate = registered(
        sato,
        parent,
        **blank,
        birth="",
        kind="delegated",
        evidence="ininjo",
        until=str(until),
        receipt=case.receipt,
    )
    confirmed(mandate, tamura)
    assert mandate.principal_id == aoi.party
    browser = enter(Client(), parent)
    browser.post(f"/my/agents/{mandate.pk}/act/")
    assert browser.get(f"/my/{case.pk}/").status_code == 200

    sato.browser.post(f"{LIST}{mandate.pk}/end/")

    assert browser.get(f"/my/{case.pk}/").status_code == 404


def test_a_parent_from_whom_the_child_is_protected_acts_only_after_the_named_right(sato, tamura, parent):
    mandate = confirmed(registered(sato, parent), tamura)
    child = identity.party(mandate.principal_id)

    people.protect(party=child, by=SYSTEM, reason="父からの保護")

    assert queries.acting(parent, mandate.pk) is None
    tamura.browser.post(f"{LIST}{mandate.pk}/")
    assert tamura.browser.post(f"{LIST}{mandate.pk}/resume/").status_code == 403
    elsewhere = make.clerk("soto", "sees_protected", division="介護保険課")
    assert enter(Client(), elsewhere).post(f"{LIST}{mandate.pk}/").status_code == 404
    assert mandate not in queries.mandates_at_desk(elsewhere, "clerk", "head")
    with pytest.raises(NotAllowed):
        services.resume_mandate(mandate=mandate, by=elsewhere)
    keeper = enter(Client(), make.clerk("kanri", "sees_protected", name="管理"))
    keeper.post(f"{LIST}{mandate.pk}/")
    assert keeper.post(f"{LIST}{mandate.pk}/resume/").status_code == 302
    assert queries.acting(parent, mandate.pk) is not None


def test_a_mail_tells_the_agent_that_it_counts_and_that_it_ended_but_nothing_under_protection(
    sato, tamura, parent
):
    contacts.keep(account=Account.objects.get(pk=parent.account), address="oya@mihon.invalid", by=SYSTEM)
    mails_after = []
    for protects in (False, True):
        mandate = registered(sato, parent)
        mails_after.append(SignInMail.objects.count())
        confirmed(mandate, tamura)
        mails_after.append(SignInMail.objects.count())
        if protects:
            people.protect(party=identity.party(mandate.principal_id), by=SYSTEM, reason="父からの保護")
        assert sato.browser.post(f"{LIST}{mandate.pk}/end/").status_code == 302
        mails_after.append(SignInMail.objects.count())

    assert mails_after == [0, 1, 2, 2, 3, 3]


def test_another_divisions_mandate_is_not_there(sato, takagi, parent):
    mandate = registered(sato, parent)
    for verb in ("", "confirm/", "resume/", "end/"):
        assert takagi.browser.post(f"{LIST}{mandate.pk}/{verb}").status_code == 404
    assert takagi.browser.get(f"{LIST}{mandate.pk}/").status_code == 404
    assert "戸籍" not in takagi.browser.get(LIST).text.split("<form")[2]


def test_the_list_asks_the_same_number_of_questions_however_many(
    sato, parent, django_assert_max_num_queries, django_assert_num_queries
):
    registered(sato, parent)
    sato.browser.get(LIST)
    with django_assert_max_num_queries(25) as counted:
        sato.browser.get(LIST)
    asked = len(counted)
    for _ in range(3):
        registered(sato, parent)
    with django_assert_num_queries(asked):
        assert sato.browser.get(LIST).text.count("<tr data-row>") == 4


def test_the_desk_home_leads_there(sato):
    assert f'href="{reverse("desk:agents:list")}"' in sato.browser.get("/desk/").text
