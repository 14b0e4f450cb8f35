"""連署 through the pages: the applicant asks, somebody without an account signs, or prints and signs on paper."""

import re

import pytest

from madoguchi.engines.procedures.models import Case, CoSignature
from madoguchi.engines.procedures.tests import make
from madoguchi.kernel import clock

from .conftest import enter, make_resident


@pytest.fixture
def case(aoi) -> Case:
    make.with_cosigners()
    actor = make.identity.actor_for(aoi.account)
    return make.received(actor)


def invited(aoi, case, signer="spouse"):
    page = aoi.post(f"/my/{case.pk}/signers/{signer}/invite/")
    found = re.search(r">http://testserver(/sign/[\w-]+/)</textarea>", page.text)
    return page, found[1] if found else ""


def seen_in(page) -> str:
    return re.search(r'name="seen" value="(\w+)"', page.text)[1]


def test_the_case_says_that_signatures_are_missing_and_leads_to_asking(aoi, case):
    page = aoi.get(f"/my/{case.pk}/").text

    assert "ほかの方の署名が、あと2人分いります" in page
    assert f'href="/my/{case.pk}/signers/"' in page
    signers = aoi.get(f"/my/{case.pk}/signers/").text
    assert "請求する方の配偶者" in signers and "お子さんの監護者" in signers
    assert "見本 そう" in signers


def test_somebody_without_an_account_reads_the_statement_and_signs(aoi, case):
    page, address = invited(aoi, case)
    assert "いまだけ表示しています" in page.text
    stranger = type(aoi)()

    asked = stranger.get(address)
    assert "見本 あおい（ミホン アオイ）が請求することに同意します。" in asked.text
    assert case.receipt not in asked.text
    assert make.ACCOUNT["number"] not in asked.text
    assert "no-store" in asked["Cache-Control"]
    empty = stranger.post(address, {"seen": seen_in(asked), "name": " "})
    assert empty.status_code == 422
    assert "署名する方のお名前を書いてください。" in empty.text
    signed = stranger.post(address, {"seen": seen_in(asked), "name": "見本 けん"})

    assert "署名を受け取りました" in signed.text
    assert CoSignature.objects.get(signer="spouse").name == "見本 けん"
    assert stranger.get(address).status_code == 410
    assert stranger.post(address, {"seen": seen_in(asked), "name": "x"}).status_code == 410
    assert "署名が届きました" in aoi.get(f"/my/{case.pk}/signers/").text


def test_somebody_says_no_and_the_applicant_may_ask_once_more(aoi, case):
    _page, address = invited(aoi, case)
    stranger = type(aoi)()

    said = stranger.post(address, {"then": "decline"})

    assert "同意しない、と係に伝えました" in said.text
    assert "「同意しない」という返事がありました" in aoi.get(f"/my/{case.pk}/signers/").text
    _page, again = invited(aoi, case)
    assert stranger.get(again).status_code == 200


def test_an_address_that_ran_out_says_so_and_a_wrong_one_is_not_there(aoi, case):
    _page, address = invited(aoi, case)
    stranger = type(aoi)()

    with clock.frozen(clock.now() + make.dt.timedelta(days=8)):
        assert "このページは、もう使えません" in stranger.get(address).text
    assert stranger.get("/sign/x/").status_code == 404
    assert stranger.get(f"/sign/{'x' * 43}/").status_code == 404
    assert stranger.post(f"/sign/{'x' * 43}/", {"name": "x"}).status_code == 404


def test_the_paper_to_sign_has_the_statement_the_number_and_a_line(aoi, case):
    page = aoi.get(f"/my/{case.pk}/signers/guardian.1/paper/").text

    assert "見本 そう（ミホン ソウ）を監護していることを確認します。" in page
    assert case.receipt in page
    assert "署名" in page
    assert aoi.get(f"/my/{case.pk}/signers/nobody/paper/").status_code == 404


def test_nobody_else_sees_whom_the_case_waits_for(aoi, case):
    ben = enter(type(aoi)(), make_resident("ben", given="べん"))

    assert ben.get(f"/my/{case.pk}/signers/").status_code == 404
    assert ben.post(f"/my/{case.pk}/signers/spouse/invite/").status_code == 404
    assert ben.get(f"/my/{case.pk}/signers/spouse/paper/").status_code == 404
    assert aoi.post(f"/my/{case.pk}/signers/nobody/invite/").status_code == 404


def test_too_many_invitations_are_refused_in_words(aoi, case):
    for _turn in range(10):
        assert invited(aoi, case)[1]

    page, address = invited(aoi, case)

    assert (page.status_code, address) == (429, "")
    assert "きょうは、これ以上お願いを作れません" in page.text
