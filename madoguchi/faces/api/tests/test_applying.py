"""Applying through the API: the same rules and refusals as on the pages."""

import pytest

from madoguchi.engines.procedures import procedure
from madoguchi.engines.procedures.models import Case
from madoguchi.engines.procedures.tests import make
from madoguchi.engines.procedures.tests.newer import republish
from madoguchi.faces.shared.tests.entering import enter
from madoguchi.kernel.audit.models import Event

from .conftest import ANSWERS, KEY, Program, key_for, token_for
from .test_repeating import PICTURE

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_a_procedure_is_told_with_its_questions_conditions_and_schema(app):
    told = app.call("GET", f"/procedures/{KEY}/form").json()

    children = next(f for page in told["pages"] for f in page["fields"] if f["key"] == "children")
    assert children["kind"] == "list"
    assert [f["key"] for f in children["fields"]] == ["lives_together", "lives_at"]
    assert children["fields"][1]["shown_when"]
    in_force = procedure.current(KEY)[0]
    assert (told["version"], told["logic_hash"]) == (in_force.version, in_force.logic_hash)
    assert set(told["answers_schema"]["properties"]) == {
        "applicant", "event", "event_on", "works_as_public_servant", "children", "account",
    }  # fmt: skip
    assert (
        told["answers_schema"]["properties"]["children"]["items"]["properties"]["birth"]["format"] == "date"
    )


def test_an_app_applies_for_its_resident_from_draft_to_receipt(app, aoi):
    receipt = app.sent()

    case = Case.objects.get(receipt=receipt)
    assert (case.channel, case.applicant_id) == ("web", aoi.party)
    assert [row["receipt"] for row in app.call("GET", "/cases").json()] == [receipt]
    told = app.call("GET", f"/cases/{receipt}").json()
    assert told["procedure"] == KEY
    assert told["steps"][0]["state"] == "now"


def test_every_problem_of_a_document_is_named_and_nothing_is_kept(app):
    draft = app.begun()
    wrong = {**ANSWERS, "event": "moon", "event_on": "昨日", "nobody": 1, "account": {"bank": 3}}

    answer = app.call("PATCH", f"/drafts/{draft}/answers", {"answers": wrong})

    assert answer.status_code == 422
    assert answer.json()["code"] == "answers_refused"
    assert {one["path"] for one in answer.json()["errors"]} == {"event", "event_on", "nobody", "account"}
    assert app.call("GET", f"/drafts/{draft}").json()["answers"] == {}


def test_an_account_in_another_name_is_refused_as_on_the_page(app):
    draft = app.begun()
    other = {**make.ACCOUNT, "holder_kana": "ベツノ ヒト"}

    answer = app.call("PATCH", f"/drafts/{draft}/answers", {"answers": {**ANSWERS, "account": other}})

    assert [(one["path"], one["input"]) for one in answer.json()["errors"]] == [("account", "holder_kana")]


def test_a_save_on_top_of_another_is_refused_when_it_names_what_it_saw(app):
    draft = app.begun()
    first = app.call("GET", f"/drafts/{draft}")
    app.call("PATCH", f"/drafts/{draft}/answers", {"answers": {"event": "birth"}})

    stale = app.call(
        "PATCH", f"/drafts/{draft}/answers", {"answers": {"event": "other"}}, **{"If-Match": first["ETag"]}
    )

    assert (stale.status_code, stale.json()["code"]) == (412, "draft_moved_on")
    assert app.call("GET", f"/drafts/{draft}").json()["answers"] == {"event": "birth"}


def test_what_is_not_finished_is_not_received(app):
    draft = app.begun()

    answer = app.call("POST", f"/drafts/{draft}/submission")

    assert (answer.status_code, answer.json()["code"]) == (422, "not_finished")
    assert not Case.objects.exists()


def test_somebody_elses_draft_and_case_are_not_there(app, city):
    draft, receipt = app.begun(), app.sent()
    ben = Program(token_for(make.resident("ben")))

    answers = [
        ben.call("GET", f"/drafts/{draft}"),
        ben.call("PATCH", f"/drafts/{draft}/answers", {"answers": {}}),
        ben.call("DELETE", f"/drafts/{draft}"),
        ben.call("POST", f"/drafts/{draft}/submission"),
        ben.call("GET", f"/cases/{receipt}"),
        ben.call("GET", f"/cases/{receipt}/correction"),
        ben.call("POST", f"/cases/{receipt}/withdrawal"),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(404, "not_found")] * 7


def test_a_draft_is_thrown_away_with_its_answers(app):
    draft = app.answered()

    gone = app.call("DELETE", f"/drafts/{draft}")

    assert (gone.status_code, gone.content) == (204, b"")
    assert app.call("GET", f"/drafts/{draft}").status_code == 404


def test_a_machine_takes_in_what_somebody_states_at_the_counter(kiosk):
    begun = kiosk.call("POST", "/drafts", {"procedure": KEY, "channel": "counter"}).json()["id"]
    kept = kiosk.call("PATCH", f"/drafts/{begun}/answers", {"answers": ANSWERS}).json()
    for paper in kept["documents"]:
        kiosk.call("PUT", f"/drafts/{begun}/documents/{paper['id']}", {"way": "later"})

    receipt = kiosk.call("POST", f"/drafts/{begun}/submission").json()["receipt"]

    case = Case.objects.get(receipt=receipt)
    assert (case.channel, case.account) == ("counter", None)
    from madoguchi.kernel.identity import queries as identity

    assert identity.profile(identity.party(case.applicant_id))["name"]["given"] == "あおい"
    event = Event.objects.get(verb="case.received")
    assert event.actor_kind == "machine"
    assert event.actor_name.startswith("key:")
    assert event.facts["via"] == event.actor_name
    told = kiosk.call("GET", f"/cases/{receipt}").json()
    assert (told["state"], told["messages"], told["documents"]) == ("received", [], [])


def test_a_machine_does_not_come_by_the_web_nor_an_app_by_the_counter(kiosk, app):
    by_web = kiosk.call("POST", "/drafts", {"procedure": KEY})
    by_counter = app.call("POST", "/drafts", {"procedure": KEY, "channel": "counter"})

    assert [one.json()["code"] for one in (by_web, by_counter)] == ["channel_wrong"] * 2


def test_a_key_handles_procedures_of_its_division_and_of_these_the_named_ones(city, db):
    make.clerk(division="ほかの課")
    elsewhere, named = Program(key_for(division="ほかの課")), Program(key_for(procedures=["other.one"]))
    wanted = {"procedure": KEY, "channel": "counter"}

    answers = [program.call("POST", "/drafts", wanted) for program in (elsewhere, named)]

    assert [answer.json()["code"] for answer in answers] == ["procedure_not_for_key"] * 2


def test_a_scope_that_is_missing_is_named(aoi):
    reader = Program(token_for(aoi, ["cases"]))

    answer = reader.call("POST", "/drafts", {"procedure": KEY})

    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
    assert answer.json()["facts"] == {"scope": "drafts"}


def test_without_a_token_one_is_asked_to_sign_in_and_a_wrong_one_says_so(city, db, client):
    nobody, wrong = Program(), Program("mado_at_wrong")

    first, second = nobody.call("GET", "/drafts"), wrong.call("GET", "/drafts")

    assert (first.status_code, first.json()["code"]) == (401, "sign_in_first")
    assert (second.status_code, second.json()["code"]) == (401, "invalid_token")
    assert second["WWW-Authenticate"] == 'Bearer realm="madoguchi" error="invalid_token"'


def test_a_browsers_session_is_no_key_to_the_api(client, aoi):
    enter(client, aoi)

    assert client.get("/api/v1/drafts").status_code == 401


def test_a_caller_is_slowed_down_at_its_limit(city, db):
    hasty = Program(key_for(per_minute=3))

    answers = [hasty.call("GET", "/cases") for _turn in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[3].json()["code"] == "too_many_requests"
    assert 1 <= int(answers[3]["Retry-After"]) <= 60


def test_a_file_for_a_paper_that_is_brought_itself_is_refused(app):
    republish(lambda body: body["documents"][0].update(brought="original", required_when=""))
    draft = app.begun()
    kept = app.call("PATCH", f"/drafts/{draft}/answers", {"answers": ANSWERS}).json()
    paper = next(one for one in kept["documents"] if one["brought"] == "original")

    answer = app.upload(f"/drafts/{draft}/documents/{paper['id']}/files", "mihon.png", PICTURE)

    assert (answer.status_code, answer.json()["code"]) == (422, "original_needed")
    told = app.call("PUT", f"/drafts/{draft}/documents/{paper['id']}", {"way": "later"}).json()
    assert (told["way"], told["files"]) == ("later", [])
