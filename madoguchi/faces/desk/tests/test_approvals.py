"""決裁 through the pages: whose turn it is, what is read, approved, sent back, taken back."""

import pytest
from django.test import Client
from django.urls import reverse

from madoguchi.engines.approvals.models import Request
from madoguchi.engines.approvals.tests import make
from madoguchi.faces.shared.tests.entering import enter

pytestmark = pytest.mark.django_db
LIST = reverse("desk:approvals:list")


@pytest.fixture
def people():
    """{login: browser}, and a request 佐藤 has put on its way."""
    make.route()
    actors = {
        "sato": make.staff("sato", make.ASKING, "clerk", name="佐藤"),
        "ogawa": make.staff("ogawa", make.ASKING, "head", name="小川"),
        "miyoshi": make.staff("miyoshi", make.CHECKING, "planner", name="三好"),
        "hirano": make.staff("hirano", "介護保険課", "head", name="平野"),
    }
    return actors, {login: enter(Client(), actor) for login, actor in actors.items()}


def at(request, verb=""):
    return f"{LIST}{request.pk}/{verb}"


def test_a_request_goes_from_post_to_post_through_the_pages(people):
    actors, browsers = people
    request = make.ask(actors["sato"], title="区の考え方：待ち時間", summary="家から見られるようにします。")

    assert "区の考え方：待ち時間" in browsers["ogawa"].get(LIST).text
    assert "区の考え方：待ち時間" not in browsers["miyoshi"].get(LIST).text
    shown = browsers["ogawa"].get(at(request)).text
    assert "家から見られるようにします。" in shown and "承認する" in shown
    assert "いまは 担当課長（子育て支援課）の番です。" in browsers["sato"].get(at(request)).text

    browsers["ogawa"].post(at(request, "approve/"), {"note": "よい案です。"})
    after = browsers["miyoshi"].get(at(request)).text
    assert "よい案です。" in after and "小川（担当課長・子育て支援課）" in after and "承認する" in after
    browsers["miyoshi"].post(at(request, "approve/"), {"paper": "on"})

    request.refresh_from_db()
    assert request.state == "approved"
    assert list(request.steps.values_list("by_name", "on_paper")) == [("小川", False), ("三好", True)]
    ended = browsers["sato"].get(LIST, {"only": "ended"}).text
    assert "区の考え方：待ち時間" in ended and "決裁済み" in ended
    assert "紙で決裁" in browsers["sato"].get(at(request)).text


def test_sending_back_needs_a_reason_and_keeps_what_was_typed(people):
    actors, browsers = people
    request = make.ask(actors["sato"])

    empty = browsers["ogawa"].post(at(request, "remand/"), {"note": " "})
    assert empty.status_code == 422 and "差し戻す理由を書いてください。" in empty.text
    number = browsers["ogawa"].post(at(request, "remand/"), {"note": "番号 123456789018 の人です"})
    assert number.status_code == 422 and "の人です</textarea>" in number.text
    browsers["ogawa"].post(at(request, "remand/"), {"note": "費用が書いてありません。"})

    request.refresh_from_db()
    assert request.state == "remanded"
    shown = browsers["sato"].get(at(request)).text
    assert "費用が書いてありません。" in shown and "承認する" not in shown


def test_who_asked_takes_it_back_and_approves_nothing_of_their_own(people):
    actors, browsers = people
    own, request = make.ask(actors["ogawa"]), make.ask(actors["sato"])

    assert "承認する" not in browsers["ogawa"].get(at(own)).text
    refused = browsers["ogawa"].post(at(own, "approve/"))
    assert refused.status_code == 403 and "起案した人や" in refused.text
    assert "取り下げる" not in browsers["miyoshi"].get(at(request)).text
    browsers["sato"].post(at(request, "withdraw/"))

    request.refresh_from_db()
    assert request.state == "withdrawn"
    late = browsers["ogawa"].post(at(request, "approve/"))
    assert late.status_code == 409 and "この決裁は終わっています。" in late.text


def test_who_is_not_on_the_way_finds_nothing(people):
    actors, browsers = people
    request = make.ask(actors["sato"])

    assert browsers["hirano"].get(at(request)).status_code == 404
    for verb in ("approve/", "remand/", "withdraw/"):
        assert browsers["hirano"].post(at(request, verb), {"note": "見たい"}).status_code == 404
    assert Client().get(at(request)).status_code == 302
    assert Request.objects.get().state == "pending"


def test_the_navigation_counts_what_waits(people):
    actors, browsers = people
    for _number in range(3):
        make.ask(actors["sato"])

    assert '決裁 <span class="n num">3</span>' in browsers["ogawa"].get(reverse("desk:home")).text
    assert '決裁 <span class="n num">0</span>' in browsers["sato"].get(reverse("desk:home")).text


@pytest.mark.parametrize("only", ["turn", "asked", "ended"])
def test_the_lists_ask_as_much_for_many_as_for_one(
    people, only, django_assert_max_num_queries, django_assert_num_queries
):
    actors, browsers = people
    reader = browsers["ogawa" if only == "turn" else "sato"]

    def more():
        for _number in range(4):
            request = make.ask(actors["sato"])
            if only == "ended":
                make.services.withdraw(request=request, by=actors["sato"])

    more()
    with django_assert_max_num_queries(30) as counted:
        assert reader.get(LIST, {"only": only}).text.count("<tr data-row>") == 4
    more()
    with django_assert_num_queries(len(counted)):
        assert reader.get(LIST, {"only": only}).text.count("<tr data-row>") == 8
