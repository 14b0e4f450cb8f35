"""わたしの情報を消す: what goes, what stays, and that a stale click erases nothing."""

import pytest

from madoguchi.engines.procedures.models import Case
from madoguchi.engines.procedures.tests import make, make_disposing
from madoguchi.kernel.identity.models import Account, AccountParty

from .conftest import answer_all, begin, hand_in_papers, send

pytestmark = pytest.mark.django_db


def applied(aoi) -> None:
    draft = begin(aoi)
    answer_all(aoi, draft)
    hand_in_papers(aoi, draft)
    send(aoi, draft)


def test_what_is_under_way_is_named_and_nothing_can_be_erased(aoi):
    applied(aoi)
    case = Case.objects.get()

    page = aoi.get("/my/forget/").text
    pressed = aoi.post("/my/forget/", {"sure": "yes"})

    assert "進んでいる手続き" in page and case.receipt in page
    assert 'name="sure"' not in page
    assert pressed.status_code == 409
    assert "進んでいる手続きがあるあいだは、消せません" in pressed.text
    assert Account.objects.get(pk=aoi.account.pk).is_active


def test_who_closed_everything_leaves_and_the_law_keeps_its_case(aoi):
    applied(aoi)
    make_disposing.plan_in_force()
    case = Case.objects.get()
    aoi.post(f"/my/{case.pk}/withdraw/", {"seen": case.version})

    page = aoi.get("/my/forget/").text
    unticked = aoi.post("/my/forget/", {})
    gone = aoi.post("/my/forget/", {"sure": "yes"}, follow=True)

    assert "残るもの" in page and case.receipt in page
    assert "早くて令和" in page
    assert unticked.status_code == 422 and "四角に印をつけてください" in unticked.text
    assert "このアカウントを閉じました" in gone.text
    account = Account.objects.get(pk=aoi.account.pk)
    assert (account.is_active, account.login) == (False, f"erased-{account.pk}")
    assert not AccountParty.objects.filter(account=account, until=None).exists()
    # Kept by law, readable for who handles it, and nobody's inbox any more.
    kept = Case.objects.get()
    assert make.form_queries.answers_at(kept.draft, make.form_queries.latest_revision(kept.draft))["event"]
    assert aoi.get("/my/").status_code == 302


def test_the_page_costs_the_same_however_many_cases_there_are(aoi, django_assert_max_num_queries):
    applied(aoi)

    with django_assert_max_num_queries(14):
        assert aoi.get("/my/forget/").status_code == 200
