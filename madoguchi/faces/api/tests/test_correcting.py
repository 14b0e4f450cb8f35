"""Putting right through the API: place by place, kept as often as one likes, handed in whole."""

import pytest

from madoguchi.engines.procedures import services
from madoguchi.engines.procedures.models import Case
from madoguchi.engines.procedures.tests import make

from .conftest import AWAY, Program, key_for
from .test_repeating import PICTURE

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def returned(app):
    """A case that the office sent back for one answer and one paper; its receipt number."""
    receipt, sato = app.sent(AWAY), make.clerk("sato")
    case = make.at(Case.objects.get(receipt=receipt), "checking", sato=sato)
    items = {"event_on": "日付を確かめてください。", "documents.juminhyo": "世帯全員のものをお願いします。"}
    services.ask_correction(case=case, items=items, by=sato, seen=case.version)
    return receipt


def test_the_places_are_told_with_what_stands_there_and_why(app, returned):
    opened = app.call("GET", f"/cases/{returned}/correction").json()

    places = {place["path"]: place for place in opened["places"]}
    assert places["event_on"]["before"] == "2026-11-01"
    assert places["event_on"]["remark"] == "日付を確かめてください。"
    assert places["documents.juminhyo"]["kind"] == "document"
    assert [place["is_ready"] for place in opened["places"]] == [False, False]


def test_what_is_put_right_is_handed_in_whole(app, returned):
    early = app.call("POST", f"/cases/{returned}/correction/submission")
    app.call("PUT", f"/cases/{returned}/correction/answers", {"answers": {"event_on": "2026-11-02"}})
    app.upload(f"/cases/{returned}/correction/documents/juminhyo/files", "a.png", PICTURE)

    done = app.call("POST", f"/cases/{returned}/correction/submission")

    assert early.status_code == 422
    assert {one["path"] for one in early.json()["errors"]} == {"event_on", "documents.juminhyo"}
    assert (done.status_code, done.json()["wants_answer"]) == (200, 0)
    assert Case.objects.get(receipt=returned).replied_at is not None
    again = app.call("GET", f"/cases/{returned}/correction")
    assert (again.status_code, again.json()["code"]) == (409, "correction_handed_in")


def test_a_wrong_answer_keeps_nothing_and_names_its_place(app, returned):
    said = {"answers": {"event_on": "きのう", "event": "birth"}, "right": {"account": "そのまま"}}

    answer = app.call("PUT", f"/cases/{returned}/correction/answers", said)

    assert answer.json()["code"] == "answers_refused"
    assert {one["path"] for one in answer.json()["errors"]} == {"event_on", "event", "account"}


def test_a_save_of_another_window_is_not_overwritten(app, returned):
    first = app.call("GET", f"/cases/{returned}/correction")
    path, match = f"/cases/{returned}/correction/answers", {"If-Match": first["ETag"]}
    app.call("PUT", path, {"answers": {"event_on": "2026-11-02"}}, **match)

    stale = app.call("PUT", path, {"answers": {"event_on": "2026-11-03"}}, **match)

    assert (stale.status_code, stale.json()["code"]) == (409, "other_window_saved")


def test_a_machine_does_not_put_right_nor_withdraw(city, db, returned):
    kiosk = Program(key_for())

    answers = [
        kiosk.call("GET", f"/cases/{returned}/correction"),
        kiosk.call("POST", f"/cases/{returned}/withdrawal"),
    ]

    assert [answer.json()["code"] for answer in answers] == ["scope_missing"] * 2


def test_a_case_is_withdrawn_once(app):
    receipt = app.sent()

    first = app.call("POST", f"/cases/{receipt}/withdrawal")
    second = app.call("POST", f"/cases/{receipt}/withdrawal")

    assert (first.status_code, first.json()["is_over"]) == (200, True)
    assert (second.status_code, second.json()["code"]) == (409, "cannot_withdraw")
