"""Counters, divisions and draws in the reader's language; what each counter is for; what to bring; holidays; the home page."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from madoguchi.engines.booking import queries as booking
from madoguchi.engines.booking import services as drawing
from madoguchi.engines.queue import queries, services
from madoguchi.engines.queue.tests import make
from madoguchi.faces.portal import waiting_now
from madoguchi.kernel import clock
from madoguchi.kernel.refs import SYSTEM

pytestmark = pytest.mark.django_db
# 勤労感謝の日, a Monday.
HOLIDAY = dt.datetime(2026, 11, 23, 10, tzinfo=clock.JST)
EASY = "仮(かり)A 窓口(まどぐち)"


@pytest.fixture(autouse=True)
def _read_anew():
    waiting_now.forget()
    yield
    waiting_now.forget()


@pytest.fixture
def reads(client):
    """A visitor who reads in some language."""

    def get(address: str, language: str = "ja") -> str:
        client.cookies["language"] = language
        return client.get(address).text

    return get


@pytest.mark.parametrize(
    ("language", "counter", "division", "errand"),
    [
        ("ja", "仮A窓口", "戸籍住民課", "住民票の写し、戸籍の証明書"),
        ("en", "Sample counter A", "Family Register and Residents Division", "Copy of residence record"),
        ("zh-hans", "样例A窗口", "户籍居民课", "住民票副本"),
        ("ko", "견본 A 창구", "호적주민과", "주민표 등본"),
        ("ja-easy", EASY, "戸籍(こせき)住民課(じゅうみんか)", "住民票（じゅうみんひょう）の 紙（かみ）"),
    ],
)
def test_the_board_names_counters_divisions_and_errands_in_the_readers_language(
    city, settings, reads, language, counter, division, errand
):
    text = reads(reverse("portal:queue:board"), language)

    assert counter in text and division in text and errand in text
    if language != "ja":
        assert "仮A窓口" not in text and "戸籍住民課" not in text


def test_every_page_that_names_a_counter_or_a_division_says_it_in_the_readers_language(city, reads, client):
    pages = [
        reverse("portal:queue:counter", args=["kari_a"]),
        reverse("portal:queue:guided", args=["care"]),
        reverse("portal:directory:divisions"),
        reverse("portal:directory:division", args=["戸籍住民課"]),
        reverse("portal:booking:area", args=["madoguchi_yoyaku"]),
    ]
    for page in pages:
        text = reads(page, "en")
        assert "Sample counter" in text or "Family Register and Residents Division" in text
        for word in ("仮A窓口", "仮I窓口", "介護保険課", "戸籍住民課</", "見本庁舎"):
            assert word not in text, (page, word)
    client.cookies.clear()
    answer = client.get("/api/v1/counters/kari_a", headers={"Accept-Language": "ko"}).json()
    assert (answer["name"], answer["place"]) == ("견본 A 창구", "견본 청사 1층")


def test_the_booking_calls_a_counter_as_the_queue_does_and_says_what_it_is_for(city, reads):
    names = {line.counter_id: line.counter.name for line in queries.lines()}
    area = booking.area("madoguchi_yoyaku")

    booked = {one.key: one.name for one in booking.resources(area.row)}

    assert booked == {key: names[key] for key in booked} and len(booked) == 6
    text = reads(reverse("portal:booking:area", args=["madoguchi_yoyaku"]))
    assert "<h3>仮C窓口</h3>" in text and "課税・非課税証明書、そのほか・相談" in text


def test_the_guide_knows_care_and_a_counter_says_what_to_bring_to_it(city, reads):
    assert "要介護認定の申請" in reads(reverse("portal:queue:guided", args=["care"]))
    for language, wanted in (("ja", "介護保険の保険証（被保険者証）"), ("ko", "개호보험 보험증(피보험자증)")):
        assert wanted in reads(reverse("portal:queue:counter", args=["kari_i"]), language)


def test_an_errand_of_several_events_is_told_once(city):
    errands = [stop.errand for stop in queries.at_counter("kari_e")]

    assert errands == ["児童手当と、子ども医療証", "児童手当と、子ども医療証の住所の変更"]


def test_who_holds_a_number_or_a_time_reads_what_to_bring(city, reads, client):
    with clock.frozen(make.at(9)):
        line = queries.line_at("kari_e")
        made = services.issue(line=line, source=services.Source.KIOSK, by=make.machine())
        assert "振込先の口座がわかるもの" in reads(reverse("portal:queue:ticket", args=[made.secret]))
        assert "持ち物" not in reads(reverse("portal:queue:ticket", args=[_done(line, made)]))
    area = booking.area("madoguchi_yoyaku")
    today = clock.today()
    found = [one for one in booking.resources(area.row) if one.key == "kari_e"]
    time = next(
        one for one in booking.times(area.row, found, today, today + dt.timedelta(days=14)) if one.is_free
    )
    text = reads(reverse("portal:booking:slot", args=["madoguchi_yoyaku", time.slot.pk]))
    assert "持ち物" in text and "振込先の口座がわかるもの" in text


def _done(line, made):
    services.leave(ticket=made.ticket, by=make.machine())
    return made.secret


def test_a_national_holiday_is_named_where_a_counter_is_closed_for_it(city, reads):
    said = "きょうは祝日（勤労感謝の日）で、窓口は休みです。"
    with clock.frozen(HOLIDAY):
        assert said in reads(reverse("portal:queue:board"))
        assert said in reads(reverse("portal:queue:counter", args=["kari_a"]))
        text = reads(reverse("portal:booking:area", args=["madoguchi_yoyaku"]))
        assert "11月23日（月）は祝日（勤労感謝の日）なので、休みのところがあります。" in text
    with clock.frozen(HOLIDAY + dt.timedelta(days=1, hours=10)):
        text = reads(reverse("portal:queue:board"))
        assert "祝日" not in text and "いまは受付時間の外です。" in text


def test_the_title_of_a_months_draw_is_in_the_readers_language_and_what_is_hashed_in_japanese(city):
    from madoguchi.engines.lottery import queries as lottery

    area = booking.area_row("shisetsu")
    with clock.frozen(dt.datetime(2026, 6, 1, 8, tzinfo=clock.JST)):
        made = drawing.open_month(area=area, month=dt.date(2026, 9, 1), by=SYSTEM)

    assert lottery.title_of(made) == "区の施設 2026年9月分の抽選"
    assert lottery.title_of(made, "en") == "City facilities: draw for September 2026"
    item, title = next(iter(lottery.titles(made, "en").items()))
    assert title.startswith("Sample ") and title.endswith("1 September Morning")
    assert next(one["title"] for one in made.inventory if one["item"] == item).endswith("9月1日 午前")


def test_the_home_page_says_how_many_wait_where_most_do_and_nothing_while_no_counter_is_open(
    client, django_assert_num_queries
):
    with clock.frozen(make.at(9)):
        assert "人、" not in _row(client)
        line, clerk = make.line(schedule=[_shift()], minutes=10), make.clerk()
        make.desk(line, clerk)
        quiet = make.line("kari_g", "G", schedule=[_shift()])
        make.desk(quiet, make.clerk("suzuki"))
        make.issued(line, 3)

        waiting_now.forget()
        assert "仮F窓口 3人、15～50分くらい（9時00分の数）" in _row(client)
        with django_assert_num_queries(0):
            assert waiting_now.busiest().waiting == 3
    with clock.frozen(make.at(9, 1)):
        make.issued(line)
        assert "仮F窓口 4人、" in _row(client)


def _shift():
    return {"desk": "1", "days": [0, 1, 2, 3, 4], "since": "08:30", "until": "17:00"}


def _row(client) -> str:
    text = client.get("/").text
    start = text.index("いまの待ち人数</span>")
    return text[start : text.index("</li>", start)]
