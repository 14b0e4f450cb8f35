"""The inbox of a division: whose, which, and several at once."""

import datetime as dt

import pytest
from django.urls import reverse

from madoguchi.engines.forms.models import Channel
from madoguchi.engines.procedures import services
from madoguchi.engines.procedures.models import Case, Decision
from madoguchi.engines.procedures.tests import make
from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import Event

LIST, BULK = reverse("desk:procedures:cases"), reverse("desk:procedures:bulk")


def ticked(*cases):
    return [f"{case.pk}:{Case.objects.get(pk=case.pk).version}" for case in cases]


def receipts(desk, **chosen):
    return [row.receipt for row in desk.get("procedures:cases", **chosen).context["rows"]]


def test_the_tabs_say_whose(sato, tamura, aoi):
    mine, theirs, nobodys = (make.received(aoi) for _ in range(3))
    services.take(case=mine, by=sato.actor)
    services.take(case=theirs, by=tamura.actor)

    assert receipts(sato, whose="mine") == [mine.receipt]
    assert receipts(sato, whose="nobody") == [nobodys.receipt]
    assert len(receipts(sato, whose="")) == 3
    tabs = [(tab.name, tab.count) for tab in sato.get("procedures:cases").context["tabs"]]
    assert tabs == [("わたしの", 1), ("だれも見ていない", 1), ("課全体", 3)]


def test_the_list_is_narrowed_by_procedure_state_way_and_gaps(sato, aoi):
    make.received(aoi)
    checking, phone, gappy = (make.received(aoi) for _ in range(3))
    make.at(checking, "checking", sato=sato.actor)
    Case.objects.filter(pk=phone.pk).update(channel=Channel.PHONE)
    Case.objects.filter(pk=gappy.pk).update(gaps=2)

    assert receipts(sato, state="checking") == [checking.receipt]
    assert receipts(sato, channel="phone") == [phone.receipt]
    assert receipts(sato, gaps="1") == [gappy.receipt]
    assert receipts(sato, procedure=make.KEY, state="received", gaps="1") == [gappy.receipt]
    assert receipts(sato, procedure="ない") == []
    shown = sato.get("procedures:cases")
    assert "未記入 2か所" in shown.text
    offered = shown.context["choices"]
    assert [value for value, _label in offered.states] == ["received", "checking"]
    assert {value for value, _label in offered.channels} == {"web", "phone"}


def test_the_fewest_days_come_first_and_what_waits_for_the_resident_last(sato, aoi):
    with clock.frozen(clock.now() - dt.timedelta(days=5)):
        older = make.received(aoi)
        waiting = make.at(make.received(aoi), "checking", sato=sato.actor)
        services.ask_correction(
            case=waiting, items={"account": "番号を"}, by=sato.actor, seen=waiting.version
        )
    newer = make.received(aoi)

    assert receipts(sato) == [older.receipt, newer.receipt, waiting.receipt]


@pytest.mark.parametrize("key", ["whose", "only", "procedure", "state", "channel", "gaps", "page"])
@pytest.mark.parametrize("value", ["'", "<script>", "あ" * 3000, "1"])
def test_what_nobody_could_choose_is_a_page(sato, case, key, value):
    response = sato.get("procedures:cases", **{key: value})

    assert response.status_code == 200
    assert "<script>" not in response.text.replace('<script src="', "")


def test_several_are_taken_and_the_page_says_what_was_done_and_what_was_not(sato, tamura, aoi):
    free, held = make.received(aoi), make.received(aoi)
    chosen = ticked(free, held)
    services.take(case=held, by=tamura.actor)

    response = sato.browser.post(BULK, {"act": "take", "case": chosen})

    assert response.status_code == 200
    assert "1件を行いました。行わなかったのは1件です。" in response.text
    assert free.receipt in response.text and "田村さんが先に引き受けました" in response.text
    assert Case.objects.get(pk=free.pk).assigned_id == sato.actor.account


def test_several_are_given_to_a_colleague_and_begun(sato, tamura, aoi):
    cases = [make.received(aoi) for _ in range(3)]
    to = str(tamura.actor.account)

    sato.browser.post(BULK, {"act": "give", "to": to, "case": ticked(*cases)})
    tamura.browser.post(BULK, {"act": "begin", "case": ticked(*cases)})

    for case in Case.objects.all():
        assert (str(case.assigned_id), case.state) == (to, "checking")


@pytest.mark.parametrize("act", ["decide", "granted", "refused", "send", "withdraw", ""])
def test_several_are_never_decided_or_sent(ogawa, deciding, act):
    response = ogawa.browser.post(BULK, {"act": act, "case": ticked(deciding), "outcome": "granted"})

    assert response.status_code == 422
    assert not Decision.objects.exists()
    assert Case.objects.get().state == "deciding"


@pytest.mark.parametrize(
    "chosen", [[], ["x"], ["x:1", ":"], ["00000000-0000-0000-0000-000000000000:1"] * 3, ["a" * 5000]]
)
def test_boxes_nobody_drew_change_nothing(sato, case, chosen):
    response = sato.browser.post(BULK, {"act": "take", "case": chosen})

    assert response.status_code in {200, 422}
    assert Case.objects.get().assigned is None


def test_more_than_a_hundred_is_refused_whole(sato, case):
    many = [f"00000000-0000-0000-0000-{number:012d}:1" for number in range(100)]

    response = sato.browser.post(BULK, {"act": "take", "case": [*ticked(case), *many]})

    assert response.status_code == 422 and "100件まで" in response.text
    assert Case.objects.get().assigned is None


def test_another_division_takes_nothing(takagi, case):
    response = takagi.browser.post(BULK, {"act": "take", "case": ticked(case)})

    assert case.receipt not in response.text
    assert Case.objects.get().assigned is None


def test_one_is_given_and_put_back_without_reading_it(sato, tamura, case):
    page = sato.get("procedures:give", case)
    assert "田村" in page.text and "見本 あおい" not in page.text

    sato.post("procedures:give", case, seen="1", to=str(tamura.actor.account))
    stale = sato.post("procedures:give", case, seen="1", to="nobody")
    nobody = tamura.post("procedures:give", case, seen="2", to="x")
    tamura.post("procedures:give", case, seen="2", to="nobody")

    assert (stale.status_code, nobody.status_code) == (409, 422)
    assert (Case.objects.get().assigned, Case.objects.get().version) == (None, 3)
    verbs = Event.objects.filter(verb__in=["case.given", "case.put_back"]).values_list("verb", flat=True)
    assert list(verbs) == ["case.given", "case.put_back"]


def test_the_list_with_all_its_choices_asks_the_same_number_of_questions(
    sato, tamura, aoi, django_assert_max_num_queries, django_assert_num_queries
):
    chosen = {"state": "received", "channel": "web", "whose": "nobody"}
    make.received(aoi)
    with django_assert_max_num_queries(40) as counted:
        sato.get("procedures:cases", **chosen)
    for _ in range(9):
        make.received(aoi)

    with django_assert_num_queries(len(counted)):
        assert len(receipts(sato, **chosen)) == 10
