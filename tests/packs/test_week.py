"""A week in the city: whole, in order of time, and nobody real in it."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from .reading import NERIMA, procedure, rows, yaml

WEEK = NERIMA / "week"
STAFF = yaml(WEEK / "staff.yaml")
RESIDENTS = {row["key"]: row for row in yaml(WEEK / "residents.yaml")["residents"]}
CASES = yaml(WEEK / "cases.yaml")["cases"]
CONSULTATION = yaml(WEEK / "consultation.yaml")
CALL = CONSULTATION["call"]
LOGINS = {person["login"]: person for person in STAFF["people"]}
FICTIONAL = ("見本", "例", "仮", "架空", "雛形", "試野")
CASE_KEYS = {"key", "procedure", "for", "channel", "received", "entered_by", "answers", "documents", "acts"}
ACTS = {
    "take": set(),
    "paper": {"document"},
    "look": {"reason"},
    "note": {"text"},
    "advance": {"to"},
    "ask_correction": {"items"},
    "answer_correction": {"answers"},
    "decide": {"outcome"},
    "check_and_send": set(),
    "hand_over": {"to", "shown", "copies", "yen"},
    "misissue": {"kind", "step", "what"},
    "lesson": {"text"},
    "follow_up": {"back"},
    "close_misissue": set(),
    "withdraw": set(),
}
ROLES = {
    "clerk",
    "head",
    "sees_protected",
    "author",
    "publisher",
    "planner",
    "operator",
    "records",
    "reviewer",
    "export_approver",
}
OPTIONAL = {"decide": {"decided"}, "hand_over": {"name"}, "misissue": {"back"}}
NOW = dt.datetime(2026, 11, 24, 12, 0)


def at(moment: str) -> dt.datetime:
    """A time of the week, as if the installation were made at noon."""
    if minutes := re.fullmatch(r"-(\d+)m", moment):
        return NOW - dt.timedelta(minutes=int(minutes[1]))
    days, hour, minute = re.fullmatch(r"-(\d+)d (\d\d):(\d\d)", moment).groups()
    return (NOW - dt.timedelta(days=int(days))).replace(hour=int(hour), minute=int(minute))


def test_residents_are_visibly_invented():
    assert len({row.get("login", row["key"]) for row in RESIDENTS.values()}) == len(RESIDENTS)
    for row in RESIDENTS.values():
        assert row["name"]["family"].startswith(FICTIONAL), row["key"]
        assert row["address"]["address"].startswith("架空県"), row["key"]
        assert row["address"]["postcode"].startswith("00000"), row["key"]
        assert row["phone"].startswith("00-0000-"), row["key"]
        assert row.get("email", "x@mihon.invalid").endswith("@mihon.invalid"), row["key"]


def test_the_demo_mother_has_two_children_and_no_claim_yet():
    assert len(RESIDENTS["hana"]["children"]) == 2
    assert RESIDENTS["hana"]["login"] == "hana"
    assert [case["key"] for case in CASES if case["for"] == "hana"] == []


def test_staff_sit_in_chairs_of_divisions_of_the_plan():
    divisions = {row["key"] for row in rows(NERIMA / "directory" / "divisions.csv")}
    posts = {post["key"]: post for post in STAFF["posts"]}
    assert {post["division"] for post in posts.values()} <= divisions
    roles = {role for post in posts.values() for role in post["roles"]}
    assert {"clerk", "head", "sees_protected", "planner", "operator"} <= roles
    assert roles <= ROLES
    assert all(set(person["posts"]) <= set(posts) for person in LOGINS.values())


def test_cases_are_whole():
    assert len({case["key"] for case in CASES}) == len(CASES)
    for case in CASES:
        assert set(case) <= CASE_KEYS, case["key"]
        assert case["for"] in RESIDENTS, case["key"]
        assert case["channel"] in {"web", "counter", "post", "phone"}, case["key"]
        assert ("entered_by" in case) == (case["channel"] != "web"), case["key"]
        assert case.get("entered_by", "sato") in LOGINS, case["key"]
        if case["channel"] == "web":
            assert "login" in RESIDENTS[case["for"]], case["key"]
        for act in case.get("acts", []):
            may = {"reason"} | OPTIONAL.get(act["do"], set())
            assert set(act) - may == {"at", "by", "do"} | ACTS[act["do"]] - may, case["key"]
            assert act["by"] in LOGINS or act["by"] == case["for"], case["key"]


def test_cases_happen_in_order_and_before_now():
    for case in CASES:
        times = [at(case["received"]), *(at(act["at"]) for act in case.get("acts", []))]
        assert times == sorted(times), case["key"]
        assert len(set(times)) == len(times), case["key"]
        assert times[-1] < NOW, case["key"]


def _procedure(key):
    return procedure(NERIMA, key)


def _fields(procedure):
    return {name: field for page in procedure["pages"] for name, field in page["fields"].items()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["key"])
def test_every_answer_of_a_case_fits_the_form(case):
    procedure = _procedure(case["procedure"])
    fields, answers = _fields(procedure), case["answers"]
    always = {
        name
        for name, field in fields.items()
        if name != "applicant" and field.get("required", True) and "shown_when" not in field
    }
    assert set(answers) <= set(fields) - {"applicant"}
    assert always <= set(answers)
    for name, value in answers.items():
        if options := fields[name].get("options"):
            assert set(value if isinstance(value, list) else [value]) <= set(options), name
        for item in value if fields[name]["type"] == "list" else ():
            inner = fields[name].get("fields", {})
            assert set(item) <= {"name", "birth", *inner}, name
            assert {"name", "birth"} <= set(item), name
    assert set(case.get("documents", {})) <= {document["id"] for document in procedure["documents"]}


@pytest.mark.parametrize("case", [one for one in CASES if one["procedure"] == "jido_teate.nintei"])
def test_every_claim_for_the_allowance_says_how_its_papers_come(case):
    children, event = case["answers"]["children"], case["answers"]["event"]
    for child in children:
        apart = {"lives_at"} if child["lives_together"] == "no" else set()
        assert set(child) == {"name", "birth", "lives_together"} | apart
    wanted = {"bekkyo_kango"} if any(child["lives_together"] == "no" for child in children) else set()
    wanted |= {"kazei_shomei", "juminhyo"} if event == "move_in" else set()
    assert set(case.get("documents", {})) == wanted


def test_the_week_shows_every_state_and_channel_of_the_allowance():
    claims = [case for case in CASES if case["procedure"] == "jido_teate.nintei"]
    assert {_state(case) for case in claims} == set(_procedure("jido_teate.nintei")["flow"])
    assert {case["channel"] for case in claims} == {"web", "counter", "post", "phone"}


def test_the_week_has_cases_of_every_procedure_in_different_states_and_channels():
    defined = {path.stem for path in (NERIMA / "procedures").glob("*.yaml") if path.stem.count(".") == 1}
    offered = {key for key in defined if not _procedure(key).get("lesson")}
    assert {case["procedure"] for case in CASES} == offered
    for key in offered:
        mine = [case for case in CASES if case["procedure"] == key]
        assert {_state(case) for case in mine} <= set(_procedure(key)["flow"])
        assert len({_state(case) for case in mine}) >= 2, key
        assert len({case["channel"] for case in mine}) >= 2, key


def test_every_division_with_cases_has_a_clerk_a_head_and_somebody_who_checks():
    posts = {post["key"]: post for post in STAFF["posts"]}
    for division in {_procedure(case["procedure"])["division"] for case in CASES}:
        there = {
            login: {
                role
                for key in person["posts"]
                if posts[key]["division"] == division
                for role in posts[key]["roles"]
            }
            for login, person in LOGINS.items()
        }
        assert sum("clerk" in roles and "head" not in roles for roles in there.values()) >= 2, division
        assert sum("head" in roles for roles in there.values()) == 1, division


def test_nobody_decides_or_checks_what_they_did_themselves():
    for case in CASES:
        acts = case.get("acts", [])
        passed = [act["by"] for act in acts if act["do"] == "advance"]
        decided = [act["by"] for act in acts if act["do"] == "decide"]
        sent = [act["by"] for act in acts if act["do"] in {"check_and_send", "hand_over"}]
        assert set(decided).isdisjoint(passed), case["key"]
        assert set(decided).isdisjoint(sent), case["key"]


def _state(case):
    state = "received"
    for act in case.get("acts", []):
        state = {
            "advance": act.get("to"),
            "ask_correction": "returned",
            "answer_correction": "checking",
            "decide": act.get("outcome"),
            "withdraw": "withdrawn",
        }.get(act["do"], state)
    return state


def test_the_open_call_is_visibly_invented_and_reaches_nobody_real():
    contacts = {way["channel"]: way["to"] for way in CALL["ways"]}
    assert set(contacts) == {"web", "mail", "fax", "post", "counter"}
    assert contacts["mail"].endswith("@mihon.invalid")
    assert contacts["fax"].startswith("00-0000-")
    assert "架空県" in contacts["post"]
    assert contacts["counter"].startswith("見本")
    for place in [one["text"] for one in CALL["notices"]] + [one["place"] for one in CALL["events"]]:
        assert re.search("見本|架空|仮|企画課", place), place
    for letter in CONSULTATION["letters"]:
        assert letter.get("mail", "x@mihon.invalid").endswith("@mihon.invalid"), letter["key"]
        assert {part["unit"] for part in letter["parts"]} <= {unit["unit"] for unit in CALL["units"]} | {""}


def test_the_call_can_be_approved_without_anybody_taking_two_steps():
    posts = {post["key"]: post for post in STAFF["posts"]}
    planning = {
        login: {
            role
            for key in person["posts"]
            if posts[key]["division"] == CALL["division"]
            for role in posts[key]["roles"]
        }
        for login, person in LOGINS.items()
    }
    assert sum("planner" in roles for roles in planning.values()) >= 2
    assert sum("head" in roles for roles in planning.values()) >= 1
    assert "planner" in planning[CALL["runs"]]
