"""A case that belongs to another division: passed on with a reason, seen there and nowhere else."""

import pytest

from madoguchi.engines.messaging.models import Message
from madoguchi.engines.procedures.models import Case, Transfer
from madoguchi.engines.procedures.tests import make

KAIGO = "介護保険課"


@pytest.fixture
def checking(case, sato) -> Case:
    return make.at(case, "checking", sato=sato.actor)


def test_a_case_is_passed_to_the_division_whose_matter_it_is(sato, takagi, checking):
    sato.opened(checking)
    assert "ほかの課へ移す" in sato.get("procedures:case", checking).text

    asked = sato.get("procedures:transfer", checking).text
    no_reason = sato.post("procedures:transfer", checking, seen=checking.version, to=KAIGO, why=" ")
    nowhere = sato.post("procedures:transfer", checking, seen=checking.version, to="ない課", why="介護の案件")
    done = sato.post("procedures:transfer", checking, seen=checking.version, to=KAIGO, why="介護<b>の案件")

    checking.refresh_from_db()
    assert KAIGO in asked
    assert (no_reason.status_code, nowhere.status_code, done.status_code) == (422, 422, 302)
    assert "介護の案件" in nowhere.text, "what was typed is kept"
    assert (checking.division_id, checking.assigned_id, checking.state) == (KAIGO, None, "checking")
    assert sato.get("procedures:case", checking).status_code == 404
    row = Transfer.objects.get()
    assert (row.from_name, row.to_name, row.why) == (make.DIVISION, KAIGO, "介護<b>の案件")
    assert "介護".encode() not in bytes(row.sealed_why)
    shown = takagi.opened(checking).get("procedures:case", checking).text
    assert "子育て支援課から介護保険課へ移しました" in shown and "介護&lt;b&gt;の案件" in shown


@pytest.mark.parametrize("to", ["", "ない課", make.DIVISION])
def test_a_case_is_not_passed_where_nobody_would_see_it(sato, checking, to):
    sato.opened(checking)
    answer = sato.post("procedures:transfer", checking, seen=checking.version, to=to, why="まちがい")
    assert answer.status_code == 422 and "この課へは移せません" in answer.text
    assert not Transfer.objects.exists()


def test_the_page_asks_the_same_number_of_questions_however_many_divisions(
    sato, takagi, checking, django_assert_max_num_queries, django_assert_num_queries
):
    sato.opened(checking).get("procedures:transfer", checking)
    with django_assert_max_num_queries(60) as counted:
        sato.get("procedures:transfer", checking)
    for number in range(9):
        make.clerk(f"clerk{number}", division=f"第{number}課")

    with django_assert_num_queries(len(counted)):
        assert "第8課" in sato.get("procedures:transfer", checking).text


def test_the_resident_reads_where_the_case_went_and_nothing_of_who_sent_it(sato, takagi, checking):
    sato.opened(checking).post(
        "procedures:transfer", checking, seen=checking.version, to=KAIGO, why="介護の案件"
    )

    told = Message.objects.get(kind="case.passed_on")
    assert (
        f"{make.DIVISION}から{KAIGO}へ引きつぎました" in told.body and "出し直す必要はありません" in told.body
    )
    assert "佐藤" not in told.subject + told.body and "介護の案件" not in told.body
    assert set(told.deliveries.values_list("channel", flat=True)) == {"inbox", "mail"}
