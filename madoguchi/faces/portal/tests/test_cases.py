"""わたしの手続き: following a case, mending it, taking it back, seeing who looked."""

import datetime as dt

import pytest

from madoguchi.engines.messaging.models import Message
from madoguchi.engines.procedures import services
from madoguchi.engines.procedures.models import Case, Decision
from madoguchi.kernel import clock, vault
from madoguchi.kernel.identity import services as identity
from madoguchi.kernel.refs import SYSTEM, Actor, ActorKind

from .conftest import enter, make_resident

LIVES_AT = "children.1.lives_at"
DIVISION = "子育て支援課"


def clerk(login="sato", *roles):
    account = identity.open_account(kind="staff", login=login, password=None, name="佐藤", by=SYSTEM)
    return Actor(
        ActorKind.STAFF,
        account=account.pk,
        name="佐藤",
        chairs=frozenset((DIVISION, role) for role in {"clerk", *roles}),
    )


def row() -> Case:
    return Case.objects.get()


@pytest.fixture
def returned(case):
    """The case, sent back for one place."""
    sato = clerk()
    services.advance(case=row(), to="checking", by=sato, seen=row().version)
    services.ask_correction(
        case=row(), items={LIVES_AT: "寮の名前を<b>書き足して</b>ください。"}, by=sato, seen=row().version
    )
    return case


def test_case_shows_the_line_the_papers_and_who_looked(aoi, case):
    services.record_look(case=row(), by=clerk(), reason="受け付けたときの確認")

    page = aoi.get(case).content.decode()

    assert row().receipt in page
    assert "別居監護申立書" in page
    assert "子育て支援課 担当者" in page
    assert "理由：受け付けたときの確認" in page
    assert "佐藤" not in page  # residents see the division, not the clerk
    assert page.count('class="window') == 0  # nothing is asked: no window


def test_mine_lists_cases_and_messages_in_a_constant_number_of_queries(
    aoi, case, django_assert_max_num_queries
):
    with django_assert_max_num_queries(25):
        page = aoi.get("/my/").content.decode()

    assert row().receipt in page
    assert "受け付けました" in page


def test_home_leads_to_the_correction(aoi, returned):
    page = aoi.get("/").content.decode()

    assert "直してほしいところが1つあります" in page
    assert returned in page


def test_case_says_where_papers_for_later_go_and_whom_to_tell_of_a_slip(aoi, case):
    page = aoi.get(case).text

    later = page.split('id="later"')[1].split("</div>")[0]
    assert "別居監護申立書" in later
    assert "見本庁舎 3階 子育て支援課" in later
    assert row().receipt in later
    assert "架空の住所です。" in later
    assert 'href="tel:00-0000-0001"' in page
    assert f'href="/help/?case={row().pk}"' in page


def test_help_names_my_case_and_nobody_elses(aoi, case):
    assert row().receipt in aoi.get(f"/help/?case={row().pk}").text

    ben = enter(type(aoi)(), make_resident("ben", given="べん"))
    for asked in (str(row().pk), "x", ""):
        page = ben.get("/help/", {"case": asked})
        assert page.status_code == 200
        assert row().receipt not in page.text


def test_home_leads_to_the_case_on_its_way(aoi, case):
    page = aoi.get("/").text

    assert f"受付番号 {row().receipt}　いまは「受付」です" in page
    assert page.index(row().receipt) < page.index("くらしの場面から")


def test_withdraw_ends_the_case(aoi, case):
    response = aoi.post(f"{case}withdraw/", {"seen": row().version})

    assert response["Location"] == case
    assert row().state == "withdrawn"
    page = aoi.get(case).content.decode()
    assert "取り下げました" in page
    assert "取り下げる" not in page


def test_withdraw_without_the_version_seen_is_refused(aoi, case):
    assert aoi.post(f"{case}withdraw/", {"seen": "x"}).status_code == 409
    assert row().state == "received"


def test_letter_can_be_read_once_it_was_sent_and_not_before(aoi, case):
    letter = vault.keep_artefact(
        content=b"%PDF-1.7 letter",
        name="通知書.pdf",
        content_type="application/pdf",
        about=row().ref,
        kind="pdf",
    )
    decision = Decision.objects.create(
        case=row(),
        outcome="granted",
        decided_at=clock.now(),
        decided_by=clerk("ogawa").account,
        decided_by_name="小川",
        letter=letter,
    )
    address = f"{case}letter/{letter.pk}/"

    assert aoi.get(address).status_code == 404

    Decision.objects.filter(pk=decision.pk).update(sent_at=clock.now())
    response = aoi.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert "no-store" in response["Cache-Control"]
    assert response.content == b"%PDF-1.7 letter"


def test_nobody_else_sees_the_case_or_its_files(aoi, case):
    ben = enter(type(aoi)(), make_resident("ben", given="べん"))

    for address in (case, f"{case}receipt/"):
        assert ben.get(address).status_code == 404
    for address in (f"{case}withdraw/", f"{case}correct/"):
        assert ben.post(address, {"seen": row().version}).status_code == 404


def test_who_is_not_signed_in_is_sent_to_the_door(visitor, case):
    stranger = type(visitor)()

    for address in (case, "/my/", "/my/inbox/"):
        assert stranger.get(address)["Location"].startswith("/sign-in/?next=")


def test_message_is_marked_as_read_when_opened(aoi, case):
    inbox = aoi.get("/my/inbox/").content.decode()
    assert "まだ読んでいません" in inbox
    address = inbox.split('href="/my/inbox/')[1].split('"')[0]

    page = aoi.get(f"/my/inbox/{address}").content.decode()

    assert row().receipt in page
    assert "まだ読んでいません" not in aoi.get("/my/inbox/").content.decode()


def test_message_of_somebody_else_is_not_there(aoi, case):
    inbox = aoi.get("/my/inbox/").content.decode()
    address = inbox.split('href="/my/inbox/')[1].split('"')[0]
    ben = enter(type(aoi)(), make_resident("ben", given="べん"))

    assert ben.get(f"/my/inbox/{address}").status_code == 404


def test_case_says_sorry_when_it_is_late(aoi, case):
    Case.objects.update(due_on=clock.today() - dt.timedelta(days=2))

    assert "めやすの日を過ぎています" in aoi.get(case).content.decode()


def test_paper_of_a_message_can_be_read_by_its_owner_only(aoi, case):
    address = aoi.get("/my/inbox/").text.split('href="/my/inbox/')[1].split('"')[0]
    paper = vault.keep_artefact(
        content=b"%PDF-1.7 letter",
        name="通知書.pdf",
        content_type="application/pdf",
        about=row().ref,
        kind="pdf",
    )
    Message.objects.get().files.add(paper)

    page = aoi.get(f"/my/inbox/{address}").text
    file = f"/my/inbox/{address}files/{paper.pk}/"
    assert f'href="{file}"' in page
    assert aoi.get(file).content == b"%PDF-1.7 letter"
    assert aoi.get(f"/my/inbox/{address}files/{row().pk}/").status_code == 404
    ben = enter(type(aoi)(), make_resident("ben", given="べん"))
    assert ben.get(file).status_code == 404


def test_receipt_says_about_when(aoi, case):
    page = aoi.get(f"{case}receipt/").text

    assert "ごろまでにお知らせする予定です（めやす）。" in page
    assert "架空の住所です。" in page
