"""しらべる: somebody calls and does not know their number."""

import pytest
from django.urls import reverse

from madoguchi.engines.procedures.rules import FOUND
from madoguchi.engines.procedures.tests import make
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.refs import SYSTEM

PAGE = reverse("desk:find_person")


def search(desk, **typed):
    return desk.browser.post(PAGE, typed)


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "見本 あおい"},
        {"name": "みほん"},
        {"birth": "1990-4-12"},
        {"birth": "平成2年4月12日"},
        {"birth": "H2.4.12"},
        {"birth": "19900412"},
        {"birth": "１９９０／４／１２"},
        {"name": "ミホン　アオイ", "birth": "1990年4月12日"},
    ],
)
def test_a_clerk_finds_the_number_and_sees_no_name_beside_it(sato, case, typed):
    response = search(sato, **typed)

    assert response.status_code == 200
    assert case.receipt in response.text and "1件" in response.text
    assert "見本銀行" not in response.text and "架空県" not in response.text


def test_the_search_is_on_record_without_its_words_and_opening_still_asks_why(sato, case):
    search(sato, name="見本", phone="00-0000-0000")
    search(sato, name="見本")

    found = [(event.facts, event.actor_account) for event in Event.objects.filter(verb="cases.searched")]
    assert found == [
        ({"by": ["name", "phone"], "found": 0}, sato.actor.account),
        ({"by": ["name"], "found": 1}, sato.actor.account),
    ]
    assert "見る理由" in sato.get("procedures:case", case).text
    # What was found is a look at the list, which opens nothing (test_reads_recorded.py).
    assert not Event.objects.filter(verb=Event.READ).exclude(what=FOUND).exists()


def test_another_division_finds_nothing(takagi, case):
    response = search(takagi, name="見本")

    assert case.receipt not in response.text and "見つかりませんでした" in response.text


def test_the_protected_are_not_found_without_the_right(sato, case):
    people.protect(party=case.applicant, by=SYSTEM, reason="支援措置")

    assert case.receipt not in search(sato, name="見本").text
    keeper = type(sato)(make.clerk("hogo", "sees_protected"))
    assert case.receipt in search(keeper, name="見本").text


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({}, 422),
        ({"name": "   "}, 422),
        ({"birth": "きのう"}, 422),
        ({"birth": "2026-13-40"}, 422),
        ({"birth": "1990"}, 422),
        ({"name": "あ" * 90_000}, 200),
        ({"name": "'; DROP TABLE procedures_case; --"}, 200),
        ({"phone": "☎"}, 200),
    ],
)
def test_nothing_long_and_hostile_input_get_a_page(sato, case, typed, status):
    assert search(sato, **typed).status_code == status


def test_what_was_typed_stays_after_a_refusal_and_is_escaped(sato, case):
    response = search(sato, name="<b>見本", birth="?")

    assert "&lt;b&gt;見本" in response.text and "<b>見本" not in response.text
    assert not Event.objects.filter(verb="cases.searched").exists()


def test_a_name_never_stands_in_an_address(sato, case):
    response = sato.browser.get(PAGE, {"name": "見本"})

    assert (response.status_code, response["Location"]) == (302, "/desk/find/")
    assert not Event.objects.filter(verb="cases.searched").exists()


def test_finding_asks_the_same_number_of_questions_for_one_case_and_for_ten(
    sato, aoi, django_assert_max_num_queries, django_assert_num_queries
):
    make.received(aoi)
    search(sato, name="見本")  # the first search of a minute opens its allowance
    with django_assert_max_num_queries(30) as counted:
        search(sato, name="見本")
    for _ in range(9):
        make.received(aoi)

    with django_assert_num_queries(len(counted)):
        assert "10件" in search(sato, name="見本").text
