"""代理 through the pages: who is away, who sits there meanwhile, and what is written down."""

import datetime as dt

import pytest
from django.urls import reverse

from madoguchi.engines.procedures.models import Decision
from madoguchi.engines.procedures.tests import make
from madoguchi.kernel import clock, jobs
from madoguchi.kernel.identity.models import StandIn

PAGE = reverse("desk:people:stand_ins")


def until(days):
    return (clock.today() + dt.timedelta(days=days)).isoformat()


def stand_in(desk, absent, beside, since=0, last=3):
    return desk.browser.post(
        PAGE,
        {
            "absent": str(absent.actor.account),
            "stands_in": str(beside.actor.account),
            "since": until(since),
            "until": until(last),
        },
    )


def test_the_head_is_away_and_a_clerk_decides_for_them(ogawa, sato, tamura, deciding):
    assert "課の決裁をする人が進めます" in tamura.opened(deciding).get("procedures:case", deciding).text
    assert stand_in(ogawa, ogawa, tamura).status_code == 302

    shown = tamura.get("procedures:case", deciding).text
    assert "小川さんの代理" in shown and "「認定」を決裁する" in shown
    tamura.post("procedures:decide", deciding, seen=deciding.version, outcome="granted", then="decide")

    assert Decision.objects.get().decided_by_name == "田村（小川の代理）"
    assert "田村（小川の代理）" in sato.opened(deciding).get("procedures:case", deciding).text


def test_nobody_is_their_own_second_person_by_standing_in(ogawa, sato, deciding):
    stand_in(ogawa, ogawa, sato)
    sato.opened(deciding)

    assert "審査に回した人とは別の人が決裁します" in sato.get("procedures:case", deciding).text
    response = sato.post(
        "procedures:decide", deciding, seen=deciding.version, outcome="granted", then="decide"
    )

    assert response.status_code in {403, 409}
    assert not Decision.objects.exists()


def test_the_letter_a_stand_in_decided_is_checked_by_another(ogawa, sato, tamura, deciding):
    stand_in(ogawa, ogawa, tamura)
    tamura.opened(deciding).post(
        "procedures:decide", deciding, seen=deciding.version, outcome="granted", then="decide"
    )
    jobs.run_due()
    decision = Decision.objects.get()
    tamura.browser.get(f"/desk/cases/{deciding.pk}/file/{decision.letter_id}/")
    deciding.refresh_from_db()

    assert tamura.post("procedures:send", deciding, seen=deciding.version, read="1").status_code == 403


def test_it_is_taken_back_early_and_over_the_day_after(ogawa, tamura, deciding):
    stand_in(ogawa, ogawa, tamura, last=1)
    with clock.frozen(clock.now() + dt.timedelta(days=1)):
        assert "小川さんの代理" in tamura.get("home").text
    with clock.frozen(clock.now() + dt.timedelta(days=2)):
        assert "小川さんの代理" not in tamura.get("home").text

    row = StandIn.objects.get()
    assert ogawa.browser.post(reverse("desk:people:end_stand_in", args=[row.pk])).status_code == 302
    assert "小川さんの代理" not in tamura.get("home").text


def test_a_clerk_says_so_for_themselves_and_for_nobody_else(sato, tamura, ogawa):
    assert stand_in(sato, sato, tamura).status_code == 302
    assert stand_in(sato, ogawa, sato).status_code == 422

    assert StandIn.objects.count() == 1
    assert (
        f'<option value="{ogawa.actor.account}"'
        not in sato.get("people:stand_ins").text.split('name="stands_in"')[0]
    )


@pytest.mark.parametrize("key", ["absent", "stands_in", "since", "until"])
@pytest.mark.parametrize("value", ["", "x", "2026-99-99", "9999-06-01", "あ" * 5000])
def test_what_cannot_be_read_is_refused_and_the_page_stays(ogawa, tamura, key, value):
    typed = {
        "absent": str(ogawa.actor.account),
        "stands_in": str(tamura.actor.account),
        "since": until(0),
        "until": until(1),
    }

    assert ogawa.browser.post(PAGE, {**typed, key: value}).status_code == 422
    assert not StandIn.objects.exists()


def test_a_stand_in_of_one_day_is_offered_nobody_and_prolongs_nothing(ogawa, sato, tamura):
    stand_in(ogawa, ogawa, tamura, last=0)

    offered = tamura.get("people:stand_ins").text.split('name="stands_in"')[0]
    assert f'<option value="{ogawa.actor.account}"' not in offered
    assert stand_in(tamura, ogawa, tamura, last=360).status_code == 422

    assert StandIn.objects.count() == 1


def test_another_division_neither_sees_nor_ends_it(ogawa, tamura, takagi):
    stand_in(ogawa, ogawa, tamura)
    row = StandIn.objects.get()

    assert "田村" not in takagi.get("people:stand_ins").text
    assert takagi.browser.post(reverse("desk:people:end_stand_in", args=[row.pk])).status_code == 404


def test_a_page_asks_no_more_for_who_stands_in(
    sato, tamura, case, django_assert_max_num_queries, django_assert_num_queries
):
    tamura.get("home")
    with django_assert_max_num_queries(50) as counted:
        tamura.get("home")
    before = len(counted)
    stand_in(sato, sato, tamura)

    with django_assert_num_queries(before):
        tamura.get("home")


def test_the_page_asks_the_same_number_of_questions_for_one_and_for_ten(
    ogawa, tamura, django_assert_max_num_queries, django_assert_num_queries
):
    stand_in(ogawa, ogawa, tamura)
    with django_assert_max_num_queries(30) as counted:
        ogawa.get("people:stand_ins")
    before = len(counted)
    for number in range(9):
        other = type(ogawa)(make.clerk(f"clerk{number}"))
        stand_in(ogawa, ogawa, other)

    with django_assert_num_queries(before):
        assert "clerk8" in ogawa.get("people:stand_ins").text
