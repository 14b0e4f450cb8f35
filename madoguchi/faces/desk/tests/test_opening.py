"""Cases of other divisions: opened in an emergency and judged, or read by consent or law; otherwise not there."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from madoguchi.engines.procedures.models import EmergencyLook, Sharing
from madoguchi.engines.procedures.tests import make
from madoguchi.faces.shared.tests.entering import enter
from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.identity.models import Account
from madoguchi.kernel.refs import SYSTEM

from .conftest import Desk

EMERGENCY = "/desk/emergency/"
WHY = "通報があり、すぐに安否を確かめる必要がある"
KAIGO = "介護保険課"


def opened(desk, case, **other) -> str:
    """The address of the case, as somebody of another division has opened it."""
    answer = desk.browser.post(EMERGENCY, {"receipt": case.receipt, "danger": "life", "why": WHY, **other})
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def test_a_case_of_another_division_is_opened_for_half_an_hour_and_the_person_reads_why(takagi, aoi, case):
    assert takagi.get("procedures:case", case).status_code == 404

    page = takagi.browser.get(opened(takagi, case)).text

    assert "見本 あおい" in page and "架空県見本市" in page and "0000001" not in page.split("口座")[-1]
    read = Event.objects.get(verb="read")
    assert (read.purpose, read.subject) == ("緊急閲覧：生命・身体の危険があるため", aoi.party)
    assert takagi.get("procedures:case", case).status_code == 404, "read only, and only there"
    own = enter(Client(), aoi).get(f"/my/{case.pk}/").text
    assert "緊急閲覧：生命・身体の危険があるため" in own and WHY not in own


def test_who_left_the_page_finds_the_way_back_while_it_lasts(takagi, ogawa, case):
    address = opened(takagi, case)
    assert f'{address}"' in takagi.browser.get(EMERGENCY).text
    assert f'{address}"' not in ogawa.browser.get(EMERGENCY).text

    EmergencyLook.objects.update(until=clock.now())

    assert f'{address}"' not in takagi.browser.get(EMERGENCY).text


def test_the_judge_reads_which_procedure_and_whether_it_was_protected(takagi, ogawa, aoi, case):
    people.protect(party=case.applicant, by=ogawa.actor, reason="支援措置の申出")
    address = opened(takagi, case)

    page = ogawa.browser.get(f"{address}judge/").text

    assert "児童手当" in page.split("<dl>")[1] and "秘匿" in page.split("<dl>")[1]
    assert "見本 あおい" not in page


def test_it_closes_after_half_an_hour_and_when_they_leave(takagi, tamura, case, monkeypatch):
    address = opened(takagi, case)
    assert tamura.browser.get(address).status_code == 404, "for that person alone"

    EmergencyLook.objects.update(until=clock.now())

    over = takagi.browser.get(address)
    assert over.status_code == 409 and "30分が終わりました" in over.text and "見本 あおい" not in over.text
    EmergencyLook.objects.update(until=clock.now() + dt.timedelta(minutes=20))
    assert takagi.browser.get(address).status_code == 200
    from madoguchi.kernel import audit
    from madoguchi.kernel.refs import Ref

    audit.record("signed_out", Ref("identity", "account", str(takagi.actor.account)), by=takagi.actor)
    assert takagi.browser.get(address).status_code == 409


def test_what_was_not_recorded_is_not_shown(takagi, case, monkeypatch):
    from madoguchi.kernel import audit

    def fails(*_args, **_named):
        raise OSError("the disk is full")

    monkeypatch.setattr(audit, "record_read", fails)
    with pytest.raises(OSError):
        opened(takagi, case)
    monkeypatch.undo()

    row = EmergencyLook.objects.get()
    assert takagi.browser.get(f"{EMERGENCY}{row.pk}/").status_code == 409


def test_where_somebody_under_protection_is_stays_hidden(takagi, aoi, case):
    people.protect(party=make.party_of(aoi), by=SYSTEM, reason="DV")

    page = takagi.browser.get(opened(takagi, case)).text

    assert "見本 あおい" in page and "架空県見本市" not in page and "秘匿の案件です" in page


@pytest.mark.parametrize(
    "posted",
    [
        {"danger": ""},
        {"danger": "なに"},
        {"why": "危ない"},
        {"receipt": "2611-9999-9"},
        {"receipt": "x' OR 1=1"},
        {"receipt": ""},
    ],
)
def test_without_danger_reason_or_number_nothing_opens(takagi, case, posted):
    answer = takagi.browser.post(EMERGENCY, {"receipt": case.receipt, "danger": "life", "why": WHY, **posted})
    assert answer.status_code == 422
    assert not EmergencyLook.objects.exists() and not Event.objects.filter(verb="read").exists()


def test_ones_own_cases_are_opened_the_usual_way(sato, case):
    answer = sato.browser.post(EMERGENCY, {"receipt": case.receipt, "danger": "life", "why": WHY})
    assert answer.status_code == 422 and "緊急閲覧ではひらけません" in answer.text


def test_nobody_opens_more_than_three_an_hour(takagi, case):
    for _ in range(3):
        opened(takagi, case)
    fourth = takagi.browser.post(EMERGENCY, {"receipt": case.receipt, "danger": "life", "why": WHY})
    assert fourth.status_code == 429 and EmergencyLook.objects.count() == 3


def test_another_person_judges_it_and_what_nobody_judged_is_late(takagi, ogawa, sato, case):
    opened(takagi, case)
    row = EmergencyLook.objects.get()
    address = f"{EMERGENCY}{row.pk}/judge/"
    assert '<span class="count">1</span>' in ogawa.get("home").text
    assert sato.browser.get(address).status_code == 404, "a clerk does not judge"
    EmergencyLook.objects.update(judge_by=clock.today() - dt.timedelta(days=1))
    assert "過ぎました" in ogawa.browser.get(EMERGENCY).text
    assert WHY in ogawa.browser.get(address).text and "見本 あおい" not in ogawa.browser.get(address).text

    unclear = ogawa.browser.post(address, {"verdict": "fair", "remark": " "})
    own = takagi.browser.post(address, {"verdict": "fair", "remark": "よい"})
    done = ogawa.browser.post(address, {"verdict": "unfair", "remark": "電話で足りた"})
    again = ogawa.browser.post(address, {"verdict": "fair", "remark": "やはり正当"})

    assert (unclear.status_code, own.status_code, done.status_code, again.status_code) == (422, 404, 302, 409)
    row.refresh_from_db()
    assert (row.verdict, row.judged_by, row.remark) == ("unfair", ogawa.actor.account, "電話で足りた")
    assert "電話".encode() not in bytes(row.sealed_remark)


def test_a_reviewer_judges_for_every_division_but_not_their_own_look(takagi, case):
    reviewer = Desk(make.clerk("tenken", "reviewer", division="情報政策課", name="点検"))
    opened(reviewer, case)
    opened(takagi, case)
    own, other = (
        EmergencyLook.objects.get(by=reviewer.actor.account),
        EmergencyLook.objects.get(by=takagi.actor.account),
    )

    answers = [
        reviewer.browser.post(f"{EMERGENCY}{one.pk}/judge/", {"verdict": "fair", "remark": "確かめた"})
        for one in (own, other)
    ]

    assert [answer.status_code for answer in answers] == [403, 302]


def shared(sato, case, **other):
    sato.opened(case)
    return sato.browser.post(
        f"/desk/cases/{case.pk}/share/",
        {"to": KAIGO, "ground": "consent", "law": "", "why": "介護の相談のため", **other},
    )


@pytest.mark.accepts("N-22")
def test_another_section_reads_a_case_only_while_the_person_agrees(sato, takagi, aoi, case):
    me = enter(Client(), aoi)
    assert shared(sato, case).status_code == 302
    row = Sharing.objects.get()
    address, mine = f"/desk/shared/{row.pk}/", f"/my/{case.pk}/sharing/{row.pk}"
    assert takagi.browser.get(address).status_code == 404, "asked is not agreed"
    assert "介護保険課に見せてよいか、お尋ねしています" in me.get("/").text
    asked = me.get(f"/my/{case.pk}/").text
    assert (
        "子育て支援課が、この手続きの内容を見せてよいか尋ねています" in asked and "介護の相談のため" in asked
    )

    me.post(f"{mine}/agree/")

    listed = takagi.browser.get("/desk/shared/").text
    assert case.receipt in listed and "児童手当" in listed
    before = takagi.browser.get(address).text
    assert "見本 あおい" not in before and "見る理由" in before
    assert takagi.browser.post(address, {"reason": " "}).status_code == 422
    takagi.browser.post(address, {"reason": "介護の相談"})
    assert "見本 あおい" in takagi.browser.get(address).text
    assert "介護の相談" in me.get(f"/my/{case.pk}/").text, "who looked, and why"
    assert takagi.get("procedures:case", case).status_code == 404

    me.post(f"{mine}/end/")

    assert takagi.browser.get(address).status_code == 404
    assert case.receipt not in takagi.browser.get("/desk/shared/").text
    assert "この課は、もう読めません" in me.get(f"/my/{case.pk}/").text


@pytest.mark.accepts("N-22")
def test_or_while_a_law_says_so_which_the_person_reads(sato, takagi, aoi, case):
    unnamed = shared(sato, case, ground="law", law="児童手当法施行条例")
    named = shared(sato, case, ground="law", law="児童手当法 第28条")
    assert (unnamed.status_code, named.status_code) == (422, 302)
    row = Sharing.objects.get()
    takagi.browser.post(f"/desk/shared/{row.pk}/", {"reason": "資料の提供"})
    assert "見本 あおい" in takagi.browser.get(f"/desk/shared/{row.pk}/").text
    me = enter(Client(), aoi)
    page = me.get(f"/my/{case.pk}/").text
    assert "法令の根拠：児童手当法 第28条" in page
    assert me.post(f"/my/{case.pk}/sharing/{row.pk}/end/").status_code == 404

    Sharing.objects.update(until=clock.today() - dt.timedelta(days=1))

    assert takagi.browser.get(f"/desk/shared/{row.pk}/").status_code == 404


def test_nobody_else_agrees_and_nothing_is_shared_twice(sato, takagi, aoi, case):
    assert shared(sato, case).status_code == 302
    assert shared(sato, case).status_code == 409
    row = Sharing.objects.get()
    stranger = enter(Client(), make.resident("mallory"))
    assert stranger.post(f"/my/{case.pk}/sharing/{row.pk}/agree/").status_code == 404
    assert takagi.browser.post(f"/desk/cases/{case.pk}/share/{row.pk}/end/").status_code == 404
    people.protect(party=make.party_of(aoi), by=SYSTEM, reason="DV")
    enter(Client(), aoi).post(f"/my/{case.pk}/sharing/{row.pk}/agree/")
    takagi.browser.post(f"/desk/shared/{row.pk}/", {"reason": "相談"})
    assert "架空県見本市" not in takagi.browser.get(f"/desk/shared/{row.pk}/").text
    assert sato.browser.post(f"/desk/cases/{case.pk}/share/{row.pk}/end/").status_code == 302
    assert takagi.browser.get(f"/desk/shared/{row.pk}/").status_code == 404


def test_the_lists_ask_the_same_number_of_questions_however_many(
    takagi, ogawa, sato, aoi, case, django_assert_max_num_queries, django_assert_num_queries
):
    opened(takagi, case)
    shared(sato, case, ground="law", law="児童手当法 第28条")
    asked = []
    for desk, address in ((ogawa, EMERGENCY), (takagi, "/desk/shared/")):
        desk.browser.get(address)
        with django_assert_max_num_queries(30) as counted:
            desk.browser.get(address)
        asked.append(len(counted))
    for _ in range(2):
        more = make.received(aoi)
        opened(takagi, more)
        shared(sato, more, ground="law", law="児童手当法 第28条")
    for (desk, address), n in zip(((ogawa, EMERGENCY), (takagi, "/desk/shared/")), asked, strict=True):
        with django_assert_num_queries(n):
            assert desk.browser.get(address).text.count("data-row") == 3
    assert Account.objects.count() > 3
