"""A week in the city: whole, in order of time, and nobody real in it."""

from __future__ import annotations

import datetime as dt
import re

from .reading import NERIMA, rows, yaml

WEEK = NERIMA / "week"
STAFF = yaml(WEEK / "staff.yaml")
RESIDENTS = {row["key"]: row for row in yaml(WEEK / "residents.yaml")["residents"]}
CASES = yaml(WEEK / "cases.yaml")["cases"]
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
    "withdraw": set(),
}
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
    assert roles == {"clerk", "head", "sees_protected", "planner", "operator"}
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
            assert set(act) - {"reason"} == {"at", "by", "do"} | ACTS[act["do"]] - {"reason"}, case["key"]
            assert act["by"] in LOGINS or act["by"] == case["for"], case["key"]


def test_cases_happen_in_order_and_before_now():
    for case in CASES:
        times = [at(case["received"]), *(at(act["at"]) for act in case.get("acts", []))]
        assert times == sorted(times), case["key"]
        assert len(set(times)) == len(times), case["key"]
        assert times[-1] < NOW, case["key"]


def test_every_answer_of_a_case_fits_the_form():
    procedure = yaml(NERIMA / "procedures" / "jido_teate.nintei.yaml")
    fields = {name: field for page in procedure["pages"] for name, field in page["fields"].items()}
    for case in CASES:
        answers = case["answers"]
        assert set(answers) == set(fields) - {"applicant"}, case["key"]
        assert answers["event"] in fields["event"]["options"], case["key"]
        for child in answers["children"]:
            apart = {"lives_at"} if child["lives_together"] == "no" else set()
            assert set(child) == {"name", "birth", "lives_together"} | apart, case["key"]
        some_apart = any(child["lives_together"] == "no" for child in answers["children"])
        wanted = {"bekkyo_kango"} if some_apart else set()
        wanted |= {"kazei_shomei", "juminhyo"} if answers["event"] == "move_in" else set()
        assert set(case.get("documents", {})) == wanted, case["key"]


def test_the_week_shows_every_state_and_channel():
    reached = {case["key"]: _state(case) for case in CASES}
    flow = yaml(NERIMA / "procedures" / "jido_teate.nintei.yaml")["flow"]
    assert set(reached.values()) == set(flow)
    assert {case["channel"] for case in CASES} == {"web", "counter", "post", "phone"}


def test_nobody_decides_or_checks_what_they_did_themselves():
    for case in CASES:
        acts = case.get("acts", [])
        passed = [act["by"] for act in acts if act["do"] == "advance"]
        decided = [act["by"] for act in acts if act["do"] == "decide"]
        sent = [act["by"] for act in acts if act["do"] == "check_and_send"]
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
