"""保存期間と廃棄 through the pages: due, proposed, approved by another, entered in the register; held and lifted."""

from __future__ import annotations

import datetime as dt
from urllib.parse import quote

import pytest
from django.test import Client

from madoguchi.engines.procedures import services
from madoguchi.engines.procedures.models import Case, Disposal, Term
from madoguchi.engines.procedures.tests import make, make_disposing
from madoguchi.faces.shared.tests.entering import enter
from madoguchi.kernel import clock, jobs, packs
from madoguchi.kernel.vault import retention

pytestmark = pytest.mark.django_db
DUE = f"/desk/disposals/due/{quote(make.DIVISION)}/{quote('5年')}/2026/"


def browser_of(actor) -> Client:
    return enter(Client(), actor)


@pytest.fixture
def due(deciding, ogawa):
    """A case of Aoi's whose five years are over."""
    make_disposing.plan_in_force()
    services.decide(case=deciding, outcome="granted", by=ogawa.actor, seen=deciding.version)
    Term.objects.update(disposes_on=clock.today(), fiscal_year=2026)
    return Case.objects.get(pk=deciding.pk)


@pytest.fixture
def bunsho(due):
    return browser_of(make_disposing.records("bunsho"))


def proposed(ogawa, due) -> str:
    return ogawa.browser.post(f"{DUE}propose/", {"case": [str(due.pk)]})["Location"]


@pytest.mark.accepts("N-12")
def test_a_head_proposes_another_person_approves_and_the_register_tells(ogawa, due, bunsho):
    listed = ogawa.browser.get("/desk/disposals/").text
    assert "令和8年度" in listed and DUE in listed
    lines = ogawa.browser.get(DUE).text
    assert due.receipt in lines and "見本" not in lines.split("<main")[1].split("</main>")[0]

    address = proposed(ogawa, due)
    assert ogawa.browser.post(f"{address}settle/", {"then": "approve"}).status_code == 403
    assert "決裁すると" in bunsho.get(address).text
    assert bunsho.post(f"{address}settle/", {"then": "approve"}).status_code == 302
    jobs.run_due(kinds=("procedures.dispose",))

    assert "廃棄しました" in bunsho.get(address).text
    register = bunsho.get("/desk/disposals/register/").text
    assert due.receipt in register
    table = bunsho.get("/desk/disposals/register/csv/").content.decode("utf-8-sig")
    assert table.splitlines()[1].startswith(f"{due.receipt},児童手当の認定請求,子育て支援課,5年,")
    assert ogawa.browser.get(f"/desk/cases/{due.pk}/").status_code == 404
    assert bunsho.post(f"{address}settle/", {"then": "refuse"}).status_code == 409


def test_nothing_ticked_proposes_nothing_and_other_divisions_see_nothing(ogawa, sato, due, bunsho):
    empty = ogawa.browser.post(f"{DUE}propose/", {"case": ["x", "0"]})
    assert empty.status_code == 422
    assert "廃棄を起案できる案件が選ばれていません" in empty.text
    assert sato.browser.get("/desk/disposals/").status_code == 403
    elsewhere = browser_of(make.clerk("hirano", "head", division="介護保険課"))
    assert elsewhere.get(DUE).status_code == 404
    assert elsewhere.post(f"{DUE}propose/", {"case": [str(due.pk)]}).status_code == 404
    address = proposed(ogawa, due)
    assert elsewhere.get(address).status_code == 404
    refused = bunsho.post(f"{address}settle/", {"then": "refuse", "remark": "もう1年見る"})
    assert refused.status_code == 302
    assert "もう1年見る" in ogawa.browser.get(address).text
    assert Disposal.objects.get().state == "refused"


def test_a_hold_is_put_on_by_receipt_number_shown_and_lifted_by_another(ogawa, due, bunsho):
    typed = {"what": due.receipt, "kind": "lawsuit", "why": "架空さんの訴え"}

    assert bunsho.post("/desk/holds/", {**typed, "kind": "whim"}).status_code == 422
    unknown = bunsho.post("/desk/holds/", {**typed, "what": "9999-9999-9"})
    assert unknown.status_code == 422 and "この名前の手続きもありません" in unknown.text
    assert bunsho.post("/desk/holds/", {**typed, "until": "soon"}).status_code == 422
    assert bunsho.post("/desk/holds/", typed).status_code == 302

    page = bunsho.get("/desk/holds/").text
    assert due.receipt in page and "架空さんの訴え" in page and "保全を解く" not in page
    assert "架空さんの訴え" not in ogawa.browser.get(DUE).text
    assert "保全" in ogawa.browser.get(DUE).text
    assert ogawa.browser.get("/desk/holds/").status_code == 403
    row = retention.Hold.objects.get()
    assert b"\xe6\x9e\xb6" not in bytes(row.sealed_why)
    assert bunsho.post(f"/desk/holds/{row.pk}/lift/").status_code == 403
    other = browser_of(make_disposing.records("kiroku"))
    assert other.post(f"/desk/holds/{row.pk}/lift/").status_code == 302
    assert other.post(f"/desk/holds/{row.pk}/lift/").status_code == 409


def test_a_hold_covers_a_procedure_by_its_name(ogawa, due, bunsho):
    title = packs.texts(due.definition, "ja")["title"]
    typed = {"what": title, "kind": "inquiry", "why": "監査"}

    assert bunsho.post("/desk/holds/", typed).status_code == 302

    assert retention.Hold.objects.get().about == f"procedures:procedure:{make.KEY}"
    assert "保全" in ogawa.browser.get(DUE).text.split("<tbody>")[1]


def test_a_head_keeps_a_case_longer(ogawa, due):
    until = (clock.today() + dt.timedelta(days=400)).isoformat()

    for wrong in ({"until": "x"}, {"until": "2020-01-01"}, {"why": " "}):
        typed = {"receipt": due.receipt, "until": until, "why": "調べている", **wrong}
        assert ogawa.browser.post("/desk/disposals/extend/", typed).status_code == 422
    unknown = ogawa.browser.post("/desk/disposals/extend/", {"receipt": "?", "until": until, "why": "y"})
    assert unknown.status_code == 422 and "受付番号を確かめてください" in unknown.text
    done = ogawa.browser.post(
        "/desk/disposals/extend/", {"receipt": due.receipt, "until": until, "why": "調べている"}
    )

    assert done.status_code == 302
    assert "満了したものはありません" in ogawa.browser.get("/desk/disposals/").text


def test_the_pages_cost_the_same_however_much_is_due(ogawa, due, bunsho, django_assert_max_num_queries):
    proposed(ogawa, due)
    for path in ("/desk/disposals/", DUE, "/desk/disposals/register/"):
        with django_assert_max_num_queries(24):
            assert ogawa.browser.get(path).status_code == 200
    with django_assert_max_num_queries(24):
        assert bunsho.get("/desk/holds/").status_code == 200
