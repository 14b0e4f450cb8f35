"""Open cases on an older version: they stay, or a head moves them by a named act."""

import datetime as dt

import pytest

from madoguchi.engines.procedures import services
from madoguchi.engines.procedures.errors import NeedsHead
from madoguchi.engines.procedures.models import VersionMove
from madoguchi.engines.procedures.tests import make
from madoguchi.faces.desk.procedures import versions
from madoguchi.kernel import audit, clock, packs
from madoguchi.kernel.errors import NotFound

ACT = "児童手当法施行規則の一部を改正する省令"


def publish(*, moves=True, change=None):
    """The canonical procedure in its next version; moved by ACT unless said otherwise."""
    definition = packs.current("procedure", make.KEY)
    version = definition.version + 1
    body = {
        **definition.body,
        "version": version,
        "within": {"days": 20, "count": "calendar", "pause_on": ["returned"]},
    }
    if moves:
        body["change"] = {"act": ACT, "moves_open_cases": True}
    if change:
        change(body)
    words = {**packs.texts(definition, "ja"), "fields.hospital.label": "病院の名前"}
    return packs.publish(kind="procedure", key=make.KEY, version=version, logic=body, texts={"ja": words})


def ask_for_the_hospital(body):
    body["pages"][0]["fields"]["hospital"] = {"type": "text", "label": "", "ground": "x", "keep": "case"}


def drop_a_choice(body):
    body["pages"][0]["fields"]["event"]["options"] = {"move_in": "", "other": ""}


def address(case):
    return f"/desk/versions/{make.KEY}/{case.definition.version}/"


def test_a_case_says_on_which_version_it_stands(case, ogawa):
    newer = publish()

    shown = ogawa.opened(case).get("procedures:case", case).text

    assert f"版{case.definition.version}で受付" in shown and f"（いまは版{newer.version}）" in shown
    assert address(case) in shown


def test_a_head_sees_the_act_and_what_a_move_would_mean_and_moves_the_case(case, ogawa):
    older, newer = case.definition, publish(change=ask_for_the_hospital)
    assert "1</td>" in ogawa.get("procedures:versions").text

    shown = ogawa.browser.get(address(case)).text
    assert ACT in shown
    assert "ご本人に聞くことが1つ増えます：病院の名前" in shown
    due = clock.in_city(case.received_at).date() + dt.timedelta(days=20)
    assert f"期限は {due.isoformat()}" in shown
    ogawa.browser.post(f"{address(case)}move/", {"case": str(case.pk), f"seen:{case.pk}": case.version})

    case.refresh_from_db()
    assert (case.definition, case.gaps, case.due_on) == (newer, 1, due)
    move = VersionMove.objects.get()
    assert (move.act, move.from_definition, move.by_name) == (ACT, older, "小川")
    assert [event.facts for event in audit.events_about(case.ref) if event.verb == "case.version_moved"] == [
        {"from": older.version, "to": newer.version, "gaps": 1, "papers": 0}
    ]


def test_all_that_can_be_moved_are_moved_at_once(case, ogawa):
    other = make.received(make.resident("ben"))
    publish()

    ogawa.browser.post(f"{address(case)}move/", {"case": "all", f"seen:{case.pk}": 1, f"seen:{other.pk}": 1})

    assert VersionMove.objects.count() == 2
    assert "どれもいまの版です" in ogawa.get("procedures:versions").text


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"moves": False}, "案件を移す定めはありません"),
        ({"change": drop_a_choice}, "新しい版では入らない答えがあります（きっかけ）"),
        ({"change": lambda body: body["flow"].pop("received")}, "いまの段階が、新しい版にはありません"),
    ],
)
def test_a_case_that_would_lose_something_stays_and_the_page_says_why(case, ogawa, given, why):
    older, _newer = case.definition, publish(**given)

    assert why in ogawa.browser.get(address(case)).text
    ogawa.browser.post(f"{address(case)}move/", {"case": "all", f"seen:{case.pk}": 1})

    case.refresh_from_db()
    assert (case.definition, VersionMove.objects.count()) == (older, 0)


def test_somebody_who_was_faster_is_named_and_nothing_is_moved(case, ogawa, sato):
    publish()
    services.take(case=case, by=sato.actor)

    refused = ogawa.browser.post(f"{address(case)}move/", {"case": "all", f"seen:{case.pk}": 1})

    assert refused.status_code == 409
    assert not VersionMove.objects.exists()


def test_a_version_seen_that_is_no_number_of_ours_moves_nothing(case, ogawa):
    publish()

    refused = ogawa.browser.post(
        f"{address(case)}move/", {"case": str(case.pk), f"seen:{case.pk}": "1" * 5000}
    )

    assert refused.status_code == 409
    assert not VersionMove.objects.exists()


def test_the_page_of_a_moved_case_opens_though_an_earlier_state_is_gone(deciding, ogawa):
    def call_checking_otherwise(body):
        flow = body["flow"]
        flow["examining"] = flow.pop("checking")
        for state in flow.values():
            state["next"] = ["examining" if one == "checking" else one for one in state.get("next", [])]

    publish(change=call_checking_otherwise)
    ogawa.browser.post(
        f"{address(deciding)}move/", {"case": str(deciding.pk), f"seen:{deciding.pk}": deciding.version}
    )

    shown = ogawa.opened(deciding).get("procedures:case", deciding)

    assert VersionMove.objects.count() == 1
    assert shown.status_code == 200
    assert "確認をはじめました" in shown.text


def test_the_page_names_the_papers_and_signatures_that_a_move_would_ask_for(case, ogawa):
    def want_more(body):
        body["documents"].append({"id": "shomei", "title": "在学証明書", "required_when": "true"})
        body["cosigners"] = [
            {"id": "spouse", "title": "配偶者", "statement": "同意します。", "ground": "連署"}
        ]

    publish(change=want_more)

    shown = ogawa.browser.get(address(case)).text

    assert "届くのを待つ書類が増えます：在学証明書" in shown
    assert "署名をお願いする人：配偶者" in shown


def test_what_does_not_fit_on_one_leaf_is_on_the_next(case, ogawa, monkeypatch):
    monkeypatch.setattr(versions, "AT_ONCE", 1)
    other = make.received(make.resident("ben"))
    publish()

    first = ogawa.browser.get(address(case)).text
    second = ogawa.browser.get(f"{address(case)}?page=2").text

    assert "2件のうち1件" in first and f'href="{address(case)}?page=2"' in first
    assert sorted([case.receipt in first, case.receipt in second]) == [False, True]
    assert (other.receipt in first, other.receipt in second) == (
        case.receipt in second,
        case.receipt in first,
    )
    ogawa.browser.post(
        f"{address(case)}move/?page=2", {"case": "all", f"seen:{other.pk}": 1, f"seen:{case.pk}": 1}
    )
    assert VersionMove.objects.count() == 1


def test_clerks_and_other_divisions_do_not_move_cases(case, sato, takagi):
    to = publish()

    assert sato.browser.get(address(case)).status_code == 403
    with pytest.raises(NeedsHead):
        services.move_to_version(case=case, to=to, by=sato.actor, seen=1)
    with pytest.raises(NotFound):
        services.move_to_version(case=case, to=to, by=takagi.actor, seen=1)


def test_many_cases_cost_as_many_queries_as_one(case, ogawa, django_assert_max_num_queries):
    for login in ("ben", "chie", "dan"):
        make.received(make.resident(login))
    publish()
    ogawa.browser.get(address(case))

    with django_assert_max_num_queries(24):
        assert ogawa.browser.get(address(case)).status_code == 200
