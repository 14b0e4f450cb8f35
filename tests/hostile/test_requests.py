"""Requests that no honest browser sends: bodies, verbs, keys, cookies, hosts, headers.

Each is refused with a sentence or taken for what it is; never a fault, no word of our insides, nothing half stored.
"""

from __future__ import annotations

import json

import pytest

from madoguchi.engines.forms.models import Draft
from madoguchi.engines.procedures.tests import make
from madoguchi.faces.shared import sessions

from . import walk
from .conftest import browser_of

EDGE = "----edge"
HEAD = f'--{EDGE}\r\nContent-Disposition: form-data; name="value"; filename='.encode()
PART = HEAD + b'"a.png"\r\nContent-Type: image/png\r\n\r\n'
FORM = f"multipart/form-data; boundary={EDGE}"

BODIES = {
    "cut in the middle": (PART + b"\x89PNG", FORM),
    "cut in a header": (f"--{EDGE}\r\nContent-Disposition: form-da".encode(), FORM),
    "never begun": (b"hello", FORM),
    "empty": (b"", FORM),
    "another edge": (PART + b"x\r\n--other--", FORM),
    "no edge named": (PART, "multipart/form-data"),
    "edge of nothing": (PART, "multipart/form-data; boundary="),
    "edge that is no text": (PART, "multipart/form-data; boundary=\xff\xfe\u3042"),
    "edge of 10 kB": (PART, f"multipart/form-data; boundary={'x' * 10_000}"),
    "header of 100 kB": (HEAD + b'"' + b"a" * 100_000 + b'"\r\n\r\nx\r\n--' + EDGE.encode() + b"--", FORM),
    "a multipart in a multipart": (
        f'--{EDGE}\r\nContent-Disposition: form-data; name="v"\r\nContent-Type: multipart/mixed; boundary=in\r\n\r\n'
        f"--in\r\n\r\nx\r\n--in--\r\n--{EDGE}--".encode(),
        FORM,
    ),
    "the same name 3,000 times": (
        b"".join(
            f'--{EDGE}\r\nContent-Disposition: form-data; name="v"\r\n\r\n{n}\r\n'.encode()
            for n in range(3000)
        )
        + f"--{EDGE}--".encode(),
        FORM,
    ),
    "500 files": (b"".join(PART + b"x\r\n" for _n in range(500)) + f"--{EDGE}--".encode(), FORM),
    "encoded as it is not": (
        f'--{EDGE}\r\nContent-Disposition: form-data; name="v"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n'
        f"--{EDGE}--".encode(),
        FORM,
    ),
    "10,000 fields": (b"&".join(b"f%d=1" % n for n in range(10_000)), "application/x-www-form-urlencoded"),
    "one field of 6 MB": (b"login=" + b"a" * 6_000_000, "application/x-www-form-urlencoded"),
    "100,000 signs": (b"=&" * 100_000, "application/x-www-form-urlencoded"),
    "half a percent": (b"login=%e3%81&next=%zz%", "application/x-www-form-urlencoded"),
    "bytes that are no text": (b"login=\xff\xfe\x80", "application/x-www-form-urlencoded"),
    "half a character": (b"login=%ed%a0%80", "application/x-www-form-urlencoded"),
    "text in another charset": (
        "login=\u3042".encode("utf-16"),
        "application/x-www-form-urlencoded; charset=utf-16",
    ),
    "a charset nobody knows": (b"login=a", "application/x-www-form-urlencoded; charset=../../etc"),
    "JSON where a form belongs": (b'{"login": "a"}', "application/json"),
    "no type": (b"login=a", ""),
}


@pytest.fixture
def draft(aoi):
    return make.draft_of(aoi)


@pytest.mark.parametrize("what", BODIES)
def test_a_body_that_cannot_be_read_changes_nothing_and_is_told_so(aoi, draft, what):
    body, kind = BODIES[what]
    resident, nobody = browser_of(aoi), browser_of()
    before = walk.rows()

    answers = [
        browser.generic("POST", address, body, content_type=kind)
        for browser, address in (
            (resident, f"/apply/{draft.pk}/papers/child_away/"),
            (resident, f"/apply/{draft.pk}/question/event/"),
            (nobody, "/sign-in/"),
            (nobody, "/desk/sign-in/"),
        )
    ]

    assert [one.status_code for one in answers if not walk.is_whole(one)] == []
    assert {one.status_code for one in answers} <= {200, 302, 400, 403, 404, 413, 422}
    assert all(one.status_code == 302 or "<h1" in one.text for one in answers), (
        "a page with words, never a bare line"
    )
    draft.refresh_from_db()
    assert walk.rows() == before
    assert draft.plain.get("event") is None


DEEP = {
    "a hundred thousand lists": b"[" * 100_000,
    "a hundred thousand objects": b'{"a":' * 100_000,
    "closed again": b'{"answers": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "ten thousand children": json.dumps({"answers": {"children": [{"name": make.CHILD}] * 10_000}}).encode(),
    "ten thousand answers": json.dumps({"answers": {f"a{n}": n for n in range(10_000)}}).encode(),
    "half of a character": b'{"answers": {"event": "\\ud800"}}',
    "the same key twice": b'{"answers": {"event": "birth", "event": "move_in"}, "answers": 1}',
    "a number without end": b'{"answers": {"event": 1' + b"0" * 5000 + b"}}",
    "no number": b'{"answers": {"event": NaN}}',
    "__proto__": b'{"answers": {"__proto__": {"x": 1}, "constructor": {}, "__class__": {"__init__": 1}}}',
}


@pytest.mark.parametrize("what", DEEP)
def test_json_that_goes_too_far_is_a_problem_and_changes_nothing(aoi, draft, what):
    from madoguchi.faces.api.tests.conftest import token_for

    program = browser_of()
    headers = {"Authorization": f"Bearer {token_for(aoi)}", "Idempotency-Key": "hostile-1"}
    before = {**walk.rows(), "access.keptanswer": None}

    answer = program.generic(
        "PATCH",
        f"/api/v1/drafts/{draft.pk}/answers",
        DEEP[what],
        content_type="application/json",
        headers=headers,
    )

    assert answer.status_code in {400, 413, 422}, answer.text[:300]
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"]
    draft.refresh_from_db()
    assert draft.plain.get("event") is None
    assert {**walk.rows(), "access.keptanswer": None} == before


# ------------------------------------------------------------------ verbs


NOBODYS_VERBS = ["PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "X" * 300]


@pytest.mark.parametrize("verb", NOBODYS_VERBS)
def test_a_verb_nobody_offers_is_405_or_404_everywhere(aoi, verb):
    """Between them they try every address; the API's are tried by its own contract test."""
    browser = browser_of(aoi)
    before = walk.rows()
    mine = walk.pages()[NOBODYS_VERBS.index(verb) :: len(NOBODYS_VERBS)]

    answers = {address: browser.generic(verb, address).status_code for address, _guard in mine}

    assert len(answers) > 20
    assert {address: status for address, status in answers.items() if status not in {404, 405}} == {}
    assert walk.rows() == before


@pytest.mark.parametrize(
    "how", [{"X-HTTP-Method-Override": "DELETE"}, {"X-HTTP-Method": "PUT"}, {"X-Method-Override": "POST"}]
)
def test_a_verb_in_a_header_is_not_believed(aoi, draft, how):
    browser = browser_of(aoi)

    assert browser.get(f"/apply/{draft.pk}/discard/", headers=how).status_code in {200, 405}
    assert browser.post("/my/?_method=DELETE", {"_method": "DELETE"}, headers=how).status_code == 405
    assert Draft.objects.filter(pk=draft.pk).exists()


# ------------------------------------------------------------------ cookies, sessions, keys


@pytest.mark.parametrize(
    "cookie",
    [
        "sessionid=" + "a" * 60_000,
        "; ".join(f"c{n}=1" for n in range(3000)),
        "sessionid=../../etc/passwd",
        "sessionid='; DROP TABLE django_session;--",
        "sessionid=\xff\xfe",
        "sessionid=" + "あ" * 100,
        "csrftoken=" + "x" * 10_000 + "; sessionid=",
        "language=../../../etc; text-size={{ 7*7 }}",
        "language=<script>; terminal=" + "t" * 5000,
        "=; ;;;=a; b",
        "messages=[[broken",
        'messages="eyJub3QiOiAib3VycyJ9:1:xxxx"',
    ],
)
def test_a_cookie_of_nobodys_is_a_stranger(city, db, cookie):
    browser = browser_of()

    for address in ("/", "/my/", "/desk/", "/sign-in/", "/kiosk/"):
        response = browser.generic("GET", address, HTTP_COOKIE=cookie.encode().decode("latin-1"))
        assert response.status_code in {200, 302, 404}, (address, response.status_code)
        assert walk.is_whole(response)


@pytest.mark.parametrize("kept", ["", "not an id", None, "\x00", walk.NOBODYS, "x" * 10_000])
def test_a_session_with_nonsense_in_it_is_a_stranger(city, db, kept):
    browser = browser_of()
    session = browser.session
    for name in (
        sessions.RESIDENT,
        sessions.STAFF,
        "resident_sign_in",
        "staff_sign_in",
        "acting_for",
        "language",
    ):
        session[name] = kept
    session.save()

    assert browser.get("/").status_code == 200
    assert browser.get("/my/")["Location"].startswith("/sign-in/")
    assert browser.get("/desk/")["Location"].startswith("/desk/sign-in/")


@pytest.mark.parametrize("token", ["", "x", "x" * 64, "あ" * 32, "\0" * 64, "a" * 100_000, "<script>"])
def test_a_key_of_a_form_that_is_not_ours_is_refused_with_a_sentence(city, db, token):
    browser = browser_of(enforce_csrf_checks=True)
    browser.get("/sign-in/")

    response = browser.post("/sign-in/", {"login": "a", "csrfmiddlewaretoken": token})

    assert response.status_code in {400, 403}
    assert "もう一度" in response.text
    assert "<script>" not in response.text.replace("<script src", "").replace("<script type", "")
