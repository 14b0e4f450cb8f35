"""個人情報の利用の状況: counted from the audit by year and section, small numbers withheld, nobody named."""

import csv
import datetime as dt
import io

import pytest

from madoguchi.engines.procedures import queries
from madoguchi.engines.procedures.queries import accessing
from madoguchi.kernel import audit, clock, metrics, practice
from madoguchi.kernel.access import services as access
from madoguchi.kernel.audit import sealing
from madoguchi.kernel.refs import SYSTEM, Actor, ActorKind, Ref, new_id

pytestmark = pytest.mark.django_db

CHECK, ASKED = "申請の確認・審査", "ご本人からの問い合わせ（電話・窓口）"
CASE = Ref("procedures", "case", "0198")
TODAY = dt.datetime(2026, 11, 2, 9, tzinfo=clock.JST)
YESTERDAY = dt.datetime(2026, 11, 1, 23, 59, tzinfo=clock.JST)


@pytest.fixture(autouse=True)
def today():
    with clock.frozen(TODAY):
        yield


def clerk(*divisions):
    chairs = frozenset((division, "clerk") for division in divisions or ("子育て支援課",))
    return Actor(ActorKind.STAFF, account=new_id(), name="佐藤", chairs=chairs)


def look(n, by, purpose=CHECK, at=YESTERDAY):
    with clock.frozen(at):
        audit.record_reads([(CASE, new_id())] * n, by=by, purpose=purpose, what="請求の全部")


def send(n, by):
    with clock.frozen(YESTERDAY):
        for _ in range(n):
            audit.record("case.letter_sent", CASE, by=by, subject=new_id())


def machine(division="子育て支援課"):
    return Actor(
        ActorKind.MACHINE,
        account=new_id(),
        name="key:k1",
        via="key:k1",
        chairs=frozenset({(division, "machine")}),
    )


def app():
    return Actor(ActorKind.RESIDENT, account=new_id(), party=new_id(), via="app:1")


def table(table):
    return {name: dict(zip(table.columns, cells, strict=True)) for name, cells in table.rows}


def lines(response):
    rows = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
    return {(section, counted): n for _year, section, counted, n in list(rows)[1:]}


@pytest.mark.accepts("C-37-T1")
def test_the_page_tells_looks_purposes_what_went_out_and_programs_by_section(visitor):
    look(12, clerk())
    look(30, clerk("介護保険課"))
    send(6, clerk())
    look(8, machine(), "取り次いだ手続きの確認")
    look(9, app(), "つないだアプリでの確認")
    access.add_client(
        name="子育てアプリ",
        publisher="見本ソフト",
        redirect_uris=["https://app.mihon.invalid/"],
        scopes_=["cases"],
        by=SYSTEM,
    )

    page = visitor.get("/figures/accesses/").content.decode()
    figures = lines(visitor.get("/figures/accesses.csv"))
    said = visitor.get("/figures/accesses.json").json()

    assert figures["子育て支援課", CHECK] == "12"
    assert figures["介護保険課", "合計"] == "30"
    assert figures["合計", "合計"] == "42"
    assert figures["子育て支援課", "本人などへ渡した・送った"] == "6"
    assert figures["子育て支援課", "連携先の機械が使った"] == "8"
    assert figures["課によらないもの", "本人がつないだアプリが使った"] == "9"
    assert {"section": "合計", "counted": "合計", "n": 42} in said["figures"]
    assert "子育てアプリ" in page
    assert "佐藤" not in page
    for n in (12, 30, 42):
        assert f">{n}</td>" in page


def test_figures_are_of_one_fiscal_year_and_without_practice(visitor):
    look(10, clerk(), at=dt.datetime(2026, 3, 31, 23, 59, tzinfo=clock.JST))
    april = dt.datetime(2026, 4, 1, 0, 0, tzinfo=clock.JST)
    look(20, clerk(), at=april)
    with practice.practising():
        look(40, clerk(), at=april)

    assert [queries.access_year(year).looks.sums[-1] for year in (2025, 2026, 1999)] == [10, 20, 20]
    assert queries.access_year(2026).years == [2025, 2026]
    assert metrics.read("audit.accesses").value == 20


def test_figures_end_with_yesterday_so_two_askings_tell_no_single_look():
    look(20, clerk())
    look(1, clerk(), at=TODAY)

    assert queries.access_year().looks.sums[-1] == 20
    with clock.frozen(TODAY + dt.timedelta(days=1)):
        assert queries.access_year().looks.sums[-1] == 21


def test_few_are_withheld_with_as_much_beside_them_as_keeps_them_hidden():
    look(2, clerk())
    look(9, clerk(), ASKED)
    look(8, clerk("介護保険課"))
    look(7, clerk("介護保険課"), ASKED)

    told = queries.access_year().looks

    # 2 of 11: neither the row nor the column tells it by subtraction.
    rows = table(told)
    assert rows["子育て支援課"][CHECK] is None
    assert [rows["子育て支援課"][ASKED], rows["子育て支援課"]["合計"]].count(None) >= 1
    assert [rows["介護保険課"][CHECK], told.sums[told.columns.index(CHECK)]].count(None) >= 1
    assert queries.access_year().is_masked


def test_a_single_small_number_of_what_went_out_is_not_told_by_its_sum():
    send(3, clerk())

    told = queries.access_year().gone_out

    assert told.rows[0][1][0] is None
    assert told.sums[0] is None


def test_the_open_measures_withhold_what_the_page_withholds(visitor):
    def told():
        keys = ("audit.given_out", "audit.accesses")
        found = [visitor.get(f"/api/v1/measures/{key}").json() for key in keys]
        return [(one["value"], one["withheld"]) for one in found]

    assert told() == [(0, False), (0, False)]
    send(3, clerk())
    look(3, clerk())
    assert told() == [(None, True), (None, True)]

    send(3, clerk())
    look(3, clerk())
    assert told() == [(6, False), (6, False)]


def test_a_measure_that_has_nothing_to_divide_by_is_empty_and_not_withheld(visitor):
    share = visitor.get("/api/v1/measures/procedures.web_share").json()

    assert (share["value"], share["withheld"]) == (None, False)


def test_who_is_in_two_sections_has_no_row_of_their_own():
    look(9, clerk("子育て支援課", "介護保険課"))
    look(8, clerk())
    send(7, clerk("子育て支援課", "保育課"))

    told = queries.access_year()

    assert [(name, cells[-1]) for name, cells in told.looks.rows] == [
        ("子育て支援課", 8),
        ("課によらないもの", 9),
    ]
    assert [(name, cells[0]) for name, cells in told.gone_out.rows] == [("課によらないもの", 7)]


def test_a_reason_somebody_wrote_is_counted_and_never_printed(visitor):
    look(5, clerk(), "隣の見本あおいさんのことで")

    page = visitor.get("/figures/accesses/").content.decode()

    assert "見本あおい" not in page
    assert lines(visitor.get("/figures/accesses.csv"))["子育て支援課", str(accessing.OTHER)] == "5"


def test_emergencies_are_one_column():
    look(5, clerk(), "緊急閲覧：災害のため")

    assert table(queries.access_year().looks)["子育て支援課"]["緊急閲覧"] == 5


def test_the_page_is_counted_by_one_query_and_once_for_each_block(visitor, django_assert_num_queries):
    for division in ("子育て支援課", "介護保険課", "保育課"):
        look(20, clerk(division))

    with django_assert_num_queries(4):  # the newest block twice, the first event, the counts
        assert queries.access_year().looks.sums[-1] == 60
    sealing.seal()
    assert queries.access_year().looks.sums[-1] == 60
    with django_assert_num_queries(2):  # is there a new block?
        assert queries.access_year().looks.sums[-1] == 60
    look(20, clerk())
    sealing.seal()
    assert queries.access_year().looks.sums[-1] == 80


@pytest.mark.parametrize("year", ["", "x", "0001", "99999", "²", "2026"])
def test_a_year_nobody_knows_is_this_year(visitor, year):
    for address in ("/figures/accesses/", "/figures/accesses.csv", "/figures/accesses.json"):
        assert visitor.get(address, {"year": year}).status_code == 200
