"""書き出し: no file of people without a role, a reason, another person's yes and a record for everybody in it."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.engines.procedures import services, spreadsheets
from madoguchi.engines.procedures.models import Export
from madoguchi.engines.procedures.queries.desk import exporting as desk_exporting
from madoguchi.engines.procedures.services import exporting
from madoguchi.engines.procedures.tests import make
from madoguchi.faces.shared.tests.entering import enter
from madoguchi.kernel import clock, vault
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.identity.models import SignedIn
from madoguchi.kernel.refs import SYSTEM
from madoguchi.kernel.vault.models import FileState, StoredFile

from .conftest import Desk

LIST = "/desk/exports/"
NEW = f"{LIST}new/?procedure={make.KEY}"
WHY = "年度末の現況届の発送に使うため"
COLUMNS = ["receipt", "title", "answers.applicant.name", "answers.applicant.address"]


def asked(desk, address: str = NEW, **other) -> Export:
    posted = {"division": make.DIVISION, "column": COLUMNS, "why": WHY, **other}
    answer = desk.browser.post(address, posted)
    assert answer.status_code == 302, answer.content.decode()
    return Export.objects.latest("asked_at")


def approved(export, desk) -> Export:
    assert desk.browser.post(f"{LIST}{export.pk}/approve/").status_code == 302
    export.refresh_from_db()
    assert export.state == "approved"
    return export


def rows_of(answer) -> list[list[str]]:
    assert answer.status_code == 200, answer.content.decode()
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.accepts("X-33-T3")
def test_an_export_needs_a_role_a_reason_and_another_persons_yes_and_is_on_record(sato, ogawa, aoi, case):
    no_reason = sato.browser.post(NEW, {"division": make.DIVISION, "column": COLUMNS, "why": "確認"})
    assert no_reason.status_code == 422 and "何に使うかを10文字以上で" in no_reason.text
    export = asked(sato)
    early = sato.browser.post(f"{LIST}{export.pk}/file/")
    assert early.status_code == 409 and "もう受け取れません（承認前か" in early.text
    assert sato.browser.post(f"{LIST}{export.pk}/approve/").status_code == 403, "a clerk approves nothing"
    assert WHY in ogawa.browser.get(f"{LIST}{export.pk}/").text
    approved(export, ogawa)

    answer = sato.browser.post(f"{LIST}{export.pk}/file/")

    head, row = rows_of(answer)
    assert head == ["受付番号", "手続き", "氏名", "住所", "書き出し番号"]
    assert row[0] == case.receipt and row[2] == "見本 あおい（ミホン アオイ）" and "架空県見本市" in row[3]
    assert row[4] == export.number
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    look = Event.objects.get(verb="read", about=str(case.ref))
    assert (look.subject, look.purpose, look.actor_account) == (
        aoi.party,
        "承認を受けた一覧の書き出し",
        sato.actor.account,
    )
    assert "承認を受けた一覧の書き出し" in enter(Client(), aoi).get(f"/my/{case.pk}/").text
    verbs = Event.objects.filter(about=f"procedures:export:{export.pk}").order_by("at")
    assert list(verbs.values_list("verb", flat=True)) == [
        "export.asked",
        "refused",
        "export.approved",
        "export.taken",
    ]
    assert not any("見本" in str(event.facts) for event in Event.objects.all())


def test_the_file_is_sealed_and_the_same_each_time(sato, ogawa, case, settings):
    export = approved(asked(sato), ogawa)
    first = sato.browser.post(f"{LIST}{export.pk}/file/").content
    second = sato.browser.post(f"{LIST}{export.pk}/file/").content

    assert first == second
    assert Event.objects.filter(verb="export.taken").count() == 2
    lying = b"".join(path.read_bytes() for path in settings.VAULT_ROOT.rglob("*") if path.is_file())
    assert "見本".encode() not in lying and case.receipt.encode() not in lying


def test_who_asks_never_approves_and_neither_does_another_division(ogawa, takagi, case):
    export = asked(ogawa)
    own = ogawa.browser.post(f"{LIST}{export.pk}/approve/")
    assert own.status_code == 403 and "頼んだ人は承認できません" in own.text
    other = Desk(make.clerk("kaigo", "head", division="介護保険課", name="介護"))
    for verb in ("", "approve/", "refuse/", "revoke/", "file/"):
        answer = (other.browser.post if verb else other.browser.get)(f"{LIST}{export.pk}/{verb}")
        assert answer.status_code == 404, verb
    assert export.number not in takagi.browser.get(LIST).text
    assert (
        takagi.browser.post(NEW, {"division": make.DIVISION, "column": COLUMNS, "why": WHY}).status_code
        == 404
    )


def test_only_who_asked_fetches_it(sato, tamura, ogawa, case):
    export = approved(asked(sato), ogawa)
    assert tamura.browser.post(f"{LIST}{export.pk}/file/").status_code == 404
    assert ogawa.browser.post(f"{LIST}{export.pk}/file/").status_code == 404


def test_a_factor_is_asked_for_again_before_a_file_goes_out(sato, ogawa, case):
    export = asked(sato)
    SignedIn.objects.update(confirmed_at=clock.now() - dt.timedelta(minutes=11))

    answer = ogawa.browser.post(f"{LIST}{export.pk}/approve/")
    fetched = sato.browser.post(f"{LIST}{export.pk}/file/")

    assert answer.status_code == fetched.status_code == 302
    assert "/desk/sign-in" in answer["Location"] and "/desk/sign-in" in fetched["Location"]
    export.refresh_from_db()
    assert export.state == "asked"


def test_many_people_need_somebody_named_for_it(sato, ogawa, case, monkeypatch):
    monkeypatch.setattr(exporting, "MANY", 0)
    export = asked(sato)
    refused = ogawa.browser.post(f"{LIST}{export.pk}/approve/")
    assert refused.status_code == 403 and "大量の書き出しを承認する人" in refused.text
    named = Desk(make.clerk("shomu", "export_approver", division="情報公開課", name="庶務"))
    approved(export, named)


def test_more_than_may_go_out_at_all_is_refused_and_so_is_nothing(sato, aoi, case, monkeypatch):
    make.received(aoi)
    monkeypatch.setattr(exporting, "MOST", 1)
    for address, words in (
        (NEW, "一度に書き出せるのは1件まで"),
        (f"{NEW}&state=granted", "あてはまる案件はありません"),
    ):
        answer = sato.browser.post(address, {"division": make.DIVISION, "column": COLUMNS, "why": WHY})
        assert answer.status_code == 422 and words in answer.text
    nothing = sato.browser.post(NEW, {"division": make.DIVISION, "why": WHY})
    unknown = sato.browser.post(
        NEW, {"division": make.DIVISION, "why": WHY, "column": ["answers.account", "なに"]}
    )
    assert nothing.status_code == unknown.status_code == 422


def test_what_is_protected_and_account_numbers_stay_out_whoever_asks(ogawa, aoi, case):
    keeper = Desk(make.clerk("kanri", "head", "sees_protected", name="管理"))
    people.protect(party=make.party_of(aoi), by=SYSTEM, reason="DV")
    page = keeper.browser.get(NEW).text
    assert 'value="answers.applicant.address"' in page and "answers.account" not in page
    export = asked(keeper, column=[*COLUMNS, "answers.account", "answers.children.1.name"])
    assert export.columns == COLUMNS
    assert "うち秘匿 1件" in ogawa.browser.get(f"{LIST}{export.pk}/").text
    approved(export, ogawa)

    answer = keeper.browser.post(f"{LIST}{export.pk}/file/")

    assert rows_of(answer)[1][3] == "（秘匿）"
    assert "架空県" not in answer.content.decode() and make.ACCOUNT["number"] not in answer.content.decode()


def test_who_comes_under_protection_after_the_file_was_drawn_takes_it_back(sato, ogawa, aoi, case):
    ben = make.resident("ben")
    make.received(ben)
    people.protect(party=make.party_of(aoi), by=SYSTEM, reason="DV")
    export = approved(asked(sato), ogawa)
    for _turn in range(2):
        veiled = [row[3] for row in rows_of(sato.browser.post(f"{LIST}{export.pk}/file/"))[1:]]
        assert len(veiled) == 2 and veiled.count("（秘匿）") == 1

    people.protect(party=make.party_of(ben), by=SYSTEM, reason="DV")

    answer = sato.browser.post(f"{LIST}{export.pk}/file/")
    assert answer.status_code == 409 and "架空県" not in answer.text
    export.refresh_from_db()
    assert (export.state, export.taken) == ("revoked", 2)
    assert export.file.key.destroyed_at is not None
    assert Event.objects.get(verb="export.revoked").about == f"procedures:export:{export.pk}"


def test_lists_in_one_week_count_together(sato, tamura, ogawa, aoi, case, monkeypatch):
    monkeypatch.setattr(exporting, "MANY", 1)
    monkeypatch.setattr(desk_exporting, "MANY", 1)
    refused, first, second = asked(sato), asked(sato), asked(sato)
    assert ogawa.browser.post(f"{LIST}{refused.pk}/refuse/").status_code == 302
    others = asked(tamura)
    assert desk_exporting.exports_to_approve(ogawa.actor) == 2, "Sato's first and Tamura's"

    approved(first, ogawa)
    approved(others, ogawa)
    split = ogawa.browser.post(f"{LIST}{second.pk}/approve/")

    assert split.status_code == 403 and "大量の書き出しを承認する人" in split.text
    Export.objects.exclude(pk=second.pk).update(asked_at=clock.now() - dt.timedelta(days=8))
    approved(second, ogawa)


def test_what_came_after_it_was_asked_for_is_not_in_it(sato, ogawa, aoi, case):
    export = approved(asked(sato), ogawa)
    later = make.received(aoi)

    written = rows_of(sato.browser.post(f"{LIST}{export.pk}/file/"))

    assert [row[0] for row in written[1:]] == [case.receipt]
    assert later.receipt not in str(written)


def test_revoked_it_is_gone_at_once_and_so_it_is_after_a_week(sato, ogawa, case):
    revoked, late = approved(asked(sato), ogawa), approved(asked(sato), ogawa)
    for export in (revoked, late):
        assert sato.browser.post(f"{LIST}{export.pk}/file/").status_code == 200

    assert ogawa.browser.post(f"{LIST}{revoked.pk}/revoke/").status_code == 302
    Export.objects.filter(pk=late.pk).update(until=clock.now())
    assert services.expire_exports() == 1 and services.expire_exports() == 0

    for export, state in ((revoked, "revoked"), (late, "expired")):
        export.refresh_from_db()
        assert export.state == state
        assert sato.browser.post(f"{LIST}{export.pk}/file/").status_code == 409
        assert StoredFile.objects.get(pk=export.file_id).state == FileState.ERASED
        assert StoredFile.objects.get(pk=export.file_id).key.destroyed_at is not None
    assert not vault.files_about(f"procedures:export:{revoked.pk}").exists()


def test_cells_no_spreadsheet_takes_for_a_formula(sato, ogawa, aoi, procedure):
    family = '=HYPERLINK("http://x","y")'
    name = {**make.NAME, "family": family[:20]}
    case = make.received(aoi, {**make.ANSWERS, "applicant.name": name})
    export = approved(asked(sato), ogawa)

    cell = rows_of(sato.browser.post(f"{LIST}{export.pk}/file/"))[1][2]

    assert cell.startswith("'=") and spreadsheets.plain(cell).startswith("=HYPERLINK(")
    assert case.applicant_id == aoi.party


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_a_cell_comes_back_as_it_was_and_never_starts_a_formula(cell):
    written = spreadsheets.safe(cell)
    assert spreadsheets.plain(written) == cell
    assert written.lstrip(" \u3000\ufeff")[:1] not in set("=+-@\t\r\n＝＋－＠|%")


def test_the_list_asks_the_same_number_of_questions_however_many(
    sato, case, django_assert_max_num_queries, django_assert_num_queries
):
    asked(sato)
    sato.browser.get(LIST)
    with django_assert_max_num_queries(30) as counted:
        sato.browser.get(LIST)
    n = len(counted)
    for _ in range(3):
        asked(sato)
    with django_assert_num_queries(n):
        assert sato.browser.get(LIST).text.count("data-row") == 4
