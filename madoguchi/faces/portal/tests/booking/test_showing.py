"""What is free, as everybody sees it: pages without sign-in, kept fresh cheaply, printable, in order of the way there."""

from __future__ import annotations

import datetime as dt
import re
from types import SimpleNamespace

import pytest
from django.urls import reverse

from madoguchi.engines.booking import services
from madoguchi.engines.booking.models import Area
from madoguchi.engines.booking.tests import make
from madoguchi.faces.portal.booking.pricing import prices
from madoguchi.kernel import clock

from . import visiting

pytestmark = pytest.mark.django_db


def _area(client, key="azukari", htmx=False, **query):
    headers = {"HX-Request": "true"} if htmx else {}
    return client.get(reverse("portal:booking:area", args=[key]), query, headers=headers)


def _book(slot, given="あおい"):
    party = make.person(given)
    return services.book(
        wanted=make.wanted(slot), party=party, person=party, by=make.actor(party), channel="web"
    )


@pytest.mark.accepts("X-37-T1")
def test_a_service_that_ended_says_when_why_and_what_there_is_instead_and_takes_nothing(client):
    slot = make.slot(starts_in=dt.timedelta(days=5))
    make.area(make.SLOTS, area="ato", title="あとのサービス（見本）")
    Area.objects.filter(key="azukari").update(
        closed_on=clock.today(),
        closed_why="使う方が少なくなったため。",
        closed_instead="翻訳アプリで話せます。",
        closed_path="/book/ato/",
        evaluation=[{"year": "平成30年度", "text": "見本の評価です。", "source": "計画"}],
    )

    listed = client.get(reverse("portal:booking:areas")).text
    shown = _area(client).text
    refused = visiting.hold(visiting.enter(), slot)

    assert listed.index("あとのサービス（見本）") < listed.index("終わったサービス")
    for text in (listed, shown):
        assert "使う方が少なくなったため。" in text
        assert "翻訳アプリで話せます。" in text
        assert 'href="/book/ato/"' in text
    assert "見本の評価です。" in shown
    assert refused.status_code == 410
    assert "翻訳アプリで話せます。" in refused.text
    assert slot.bookings.count() == 0


@pytest.mark.accepts("P1-1-2-T3")
def test_the_public_page_changes_with_every_booking_and_cancellation_and_costs_two_queries_otherwise(
    client, django_assert_num_queries
):
    slot = make.slot(capacity=2)
    first = _area(client, htmx=True)
    assert "（あと2）" in first.text
    assert "<html" not in first.text

    with django_assert_num_queries(2):
        same = client.get(
            reverse("portal:booking:area", args=["azukari"]),
            headers={"HX-Request": "true", "If-None-Match": first["ETag"]},
        )
    assert (same.status_code, same.content) == (304, b"")

    booking = _book(slot)
    known = {"HX-Request": "true", "If-None-Match": first["ETag"]}
    after = client.get(reverse("portal:booking:area", args=["azukari"]), headers=known)
    assert after.status_code == 200
    assert "のこりわずか" in after.text and "（あと1）" in after.text

    services.cancel(booking=booking, by=make.actor(booking.party))
    known["If-None-Match"] = after["ETag"]
    freed = client.get(reverse("portal:booking:area", args=["azukari"]), headers=known)
    assert freed.status_code == 200
    assert "（あと2）" in freed.text


@pytest.mark.parametrize(
    ("fee", "said"),
    [
        ("resource_yen * hours", ["1時間に400円～3,000円"]),
        ("resource_yen", ["400円～3,000円"]),
        ("500", ["500円"]),
        (None, ["無料"]),
        ("people * 100", []),
    ],
)
def test_the_price_is_told_before_one_signs_in_as_far_as_the_rules_tell_it(fee, said):
    rooms = [SimpleNamespace(facts={"yen": yen}) for yen in (3000, 400)]

    assert prices(SimpleNamespace(fee=fee, periods=[]), rooms) == said


def test_a_price_that_hangs_on_an_answer_says_so():
    rooms = [SimpleNamespace(facts={"yen": 400})]

    lines = prices(SimpleNamespace(fee="is_group ? resource_yen * hours : 0", periods=[]), rooms)

    assert lines[0] == "1時間に400円"
    assert "変わることがあります" in lines[1]


def test_the_page_of_an_area_tells_the_prices_of_its_periods(client):
    make.hall()

    page = client.get(reverse("portal:booking:area", args=["shisetsu"])).text

    said = re.search(r"<dt>料金</dt><dd>(.*?)</dd>", page)[1]
    assert said == "<br>".join(f"{one['title']}　{one['yen']:,}円" for one in make.UNITS["periods"])


def test_the_tag_of_rooms_changes_when_a_cell_is_taken_and_when_it_is_given_back(client):
    halls = make.hall()
    since = (clock.today() + dt.timedelta(days=9)).isoformat()
    query = {"from": since, "day": (clock.today() + dt.timedelta(days=10)).isoformat()}
    tags = [_area(client, "shisetsu", **query)["ETag"]]
    group = make.person("はな")
    booking = services.book(
        wanted=make.evening(halls["half-a"]), party=group, person=group, by=make.actor(group), channel="web"
    )
    page = _area(client, "shisetsu", **query)
    tags.append(page["ETag"])
    services.cancel(booking=booking, by=make.actor(group))
    tags.append(_area(client, "shisetsu", **query)["ETag"])

    assert tags[0] != tags[1] != tags[2]
    # 全面 cannot be had while one half is taken; the other half can.
    assert page.text.count("満員") >= 2


@pytest.mark.accepts("X-04-T4")
def test_what_is_free_is_read_without_sign_in_by_program_and_on_a_printed_sheet(client):
    slot = make.slot(capacity=3)
    _book(slot)

    page = _area(client).text
    sheet = client.get(reverse("portal:booking:print", args=["azukari"])).text
    read = client.get("/api/v1/areas/azukari/availability").json()

    assert "（あと2）" in page
    assert "<table" in sheet and "（あと2）" in sheet and "hx-trigger" not in sheet
    assert [one["left"] for one in read["times"]] == [{"places": 2}]


@pytest.mark.accepts("C-19-T1")
def test_places_are_listed_by_walking_distance_with_or_without_an_age_limit(client):
    near = make.site(
        "chikai", name="近い図書館", address="架空県見本市例町1-1", latitude=35.7, longitude=139.6
    )
    far = make.site("tooi", name="遠い区民館", address="架空県見本市仮町9-9", latitude=35.75, longitude=139.7)
    area = make.area(make.SLOTS)
    make.slot(make.resource(area, "tooi", far, facts={"age_limit": 0}))
    make.slot(make.resource(area, "chikai", near, facts={"age_limit": 60}))
    address = reverse("portal:booking:places", args=["azukari"])

    from_rei = client.get(address, {"town": "例町"}).text
    from_kari = client.get(address, {"town": "仮町"}).text
    without = client.get(address, {"town": "例町", "age": "none"}).text

    assert from_rei.index("近い図書館") < from_rei.index("遠い区民館")
    assert from_kari.index("遠い区民館") < from_kari.index("近い図書館")
    assert "60歳から" in from_rei and "年齢の決まりなし" in from_rei
    assert "遠い区民館" in without and "近い図書館" not in without


def test_a_week_of_many_places_asks_the_database_no_more_than_a_week_of_one(
    client, django_assert_max_num_queries
):
    area = make.area(make.SLOTS)
    for number in range(6):
        make.slot(make.resource(area, f"basho-{number}", make.site(f"kari-{number}")))

    with django_assert_max_num_queries(12):
        page = _area(client)

    assert page.text.count('class="offer"') == 6


@pytest.mark.parametrize(
    "query",
    [
        {"from": "あした", "day": "2026-99-99", "site": "x" * 500, "age": "'", "town": "<b>"},
        {"from": "9999-12-31", "day": "0001-01-01"},
        {"day": "1999-01-01", "site": "nowhere"},
    ],
)
def test_nonsense_in_the_address_is_as_if_it_were_not_there(client, query):
    make.slot()

    for route in ("area", "print", "places"):
        answer = client.get(reverse(f"portal:booking:{route}", args=["azukari"]), query)
        assert answer.status_code == 200
        assert "<b>" not in answer.text.replace("<b>○</b>", "").replace("<b>△</b>", "").split("<main")[0]


def test_times_that_do_not_exist_and_slots_of_another_kind_are_not_found(client):
    slot = make.slot()
    make.hall()
    elsewhere = reverse("portal:booking:slot", args=["shisetsu", slot.pk])
    wrong = ["x", "20261332T0900", "20301231T0905"]

    assert client.get(elsewhere).status_code == 404
    assert client.get(reverse("portal:booking:area", args=["nai"])).status_code == 404
    for since in wrong:
        address = reverse("portal:booking:time", args=["shisetsu", "whole", since])
        assert client.get(address).status_code == 404, since


def test_a_resident_sees_only_what_their_age_and_their_answers_make_them_eligible_for():
    insurance = {
        "key": "insurance",
        "label": "健康保険",
        "type": "choice",
        "options": [{"key": "kokuho", "label": "国民健康保険"}, {"key": "other", "label": "その他"}],
    }
    area = make.area(make.SLOTS, asks=[insurance])
    rules = {
        "kokuho": "age >= 40 && insurance == 'kokuho'",
        "wakamono": "age >= 30 && age < 40",
        "daicho": "age >= 40",
    }
    for key, rule in rules.items():
        make.slot(make.resource(area, key, make.site(key), facts={"eligible": rule}))
    aoi = visiting.enter(birth="1970-01-01")
    address = reverse("portal:booking:for_me", args=["azukari"])

    kokuho = aoi.post(address, {"whom": "me", "a-insurance": "kokuho"})
    other = aoi.post(address, {"whom": "me", "a-insurance": "other"})
    silent = aoi.post(address, {"whom": "me"})
    hostile = aoi.post(address, {"whom": "you", "a-insurance": "<script>"})

    assert [key for key in rules if f"見本 {key}</h3>" in kokuho.text] == ["kokuho", "daicho"]
    assert [key for key in rules if f"見本 {key}</h3>" in other.text] == ["daicho"]
    assert "決められないものが1つあります" in silent.text
    assert hostile.status_code == 422 and "<script>" not in hostile.text.split("<main")[1]
    assert kokuho["Cache-Control"] == "private, no-store"
