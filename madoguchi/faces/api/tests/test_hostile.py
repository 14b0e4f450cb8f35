"""What nobody means well with: addresses that end a header, bodies that are no JSON, tokens tried out."""

import base64
import json
from urllib.parse import urlencode

import pytest
from django.test import Client as Browser

from madoguchi.faces.shared.tests.entering import enter
from madoguchi.kernel.access import services
from madoguchi.kernel.refs import SYSTEM

from .conftest import AWAY, FULL_SCOPES, Program
from .test_connecting import VERIFIER, ask

pytestmark = [pytest.mark.slow]
HERE = "http://127.0.0.1/cb"


@pytest.fixture
def native(city, db):
    return services.add_client(
        name="見本", redirect_uris=[HERE], scopes_=FULL_SCOPES, by=SYSTEM, is_public=True
    )[0]


@pytest.fixture
def signed(client, aoi):
    enter(client, aoi)
    client.raise_request_exception = False
    return client


def send(app, method, path, data, **headers):
    headers = {"Idempotency-Key": "k" * 20, "Authorization": f"Bearer {app.secret}", **headers}
    return app.client.generic(
        method, f"/api/v1{path}", data=data, content_type="application/json", headers=headers
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:80;frame-ancestors */cb",
        "http://127.0.0.1:80/cb#x",
        "http://me@127.0.0.1/cb",
        "http://127.0.0.1:abc/cb",
        "http://127.0.0.1:99999/cb",
        "http://[127.0.0.1/cb",
        "http://127.0.0.1:1\r\n/cb",
        "http://127.0.0.1:あ/cb",
        "http://127.0.0.1:" + "0" * 600 + "80/cb",
    ],
)
def test_an_address_that_is_not_plainly_one_is_no_way_back(signed, native, address):
    answer = signed.get("/oauth/authorize", ask(native, redirect_uri=address))

    assert answer.status_code == 400
    assert "Location" not in answer.headers
    assert "frame-ancestors *" not in answer["Content-Security-Policy"]


@pytest.mark.django_db
def test_any_port_of_ones_own_machine_is_a_way_back(signed, native):
    answer = signed.get("/oauth/authorize", ask(native, redirect_uri="http://127.0.0.1:5005/cb"))

    assert answer.status_code == 200
    assert "http://127.0.0.1:5005" in answer["Content-Security-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["\u0001", "あ", "\r\n", "x" * 5000, "\0"])
@pytest.mark.parametrize("name", ["response_type", "client_id", "scope", "state", "code_challenge"])
def test_nothing_in_the_question_of_an_app_breaks_the_page(signed, native, name, value):
    address = "/oauth/authorize?" + urlencode(ask(native, **{"redirect_uri": HERE, name: value}))

    assert signed.get(address).status_code in {200, 302, 400}
    assert signed.post(address, {"decision": "connect"}).status_code in {302, 400}


@pytest.mark.django_db
@pytest.mark.both_databases
@pytest.mark.parametrize("sent", [b"", b"a\0:b", b"a%00:b", b"\xff\xfe:x", "é:é".encode()])
@pytest.mark.parametrize("endpoint", ["token", "revoke"])
def test_a_name_and_secret_that_cannot_be_read_are_refused_in_the_form_of_the_standard(city, sent, endpoint):
    header = "Basic " + base64.b64encode(sent).decode()
    said = {"grant_type": "authorization_code", "code": "x", "token": "x", "code_verifier": VERIFIER}

    answer = Browser(raise_request_exception=False).post(
        f"/oauth/{endpoint}", said, headers={"Authorization": header}
    )

    assert answer.status_code in {400, 401}
    assert answer.json()["error"] in {"invalid_request", "invalid_client"}


@pytest.mark.django_db
@pytest.mark.parametrize("data", [b"{", b"\xff\xfe", b"[" * 100_000], ids=["half", "bytes", "deep"])
def test_a_body_that_is_no_json_is_refused_also_where_none_is_asked_for(app, data):
    draft = app.begun()

    answers = [send(app, "POST", f"/drafts/{draft}/{path}", data) for path in ("submission", "changes/seen")]

    assert [(one.status_code, one.json()["code"]) for one in answers] == [(400, "cannot_read")] * 2


@pytest.mark.django_db
def test_withdrawing_with_half_a_body_withdraws_nothing(app):
    receipt = app.sent()

    assert send(app, "POST", f"/cases/{receipt}/withdrawal", b"{").json()["code"] == "cannot_read"


@pytest.mark.django_db
@pytest.mark.parametrize(("text", "is_nul"), [("\\u0000x", False), ("\\\0", True), ("\0", True)])
def test_six_characters_are_not_a_nul(app, text, is_nul):
    answer = send(
        app, "PATCH", f"/drafts/{app.begun()}/answers", json.dumps({"answers": {"event": text}}).encode()
    )

    assert (answer.json()["code"] == "cannot_read") is is_nul


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/api", "/api/", "/api/v1", "/api/v2/x"])
def test_beside_the_api_a_program_is_told_as_a_program(client, address):
    answer = client.get(address)

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["code"] == "not_found"


@pytest.mark.django_db
def test_nothing_is_changed_over_what_was_not_seen(app):
    draft = app.begun()
    paper = app.call("PATCH", f"/drafts/{draft}/answers", {"answers": AWAY}).json()["documents"][0]["id"]
    old = {"If-Match": '"99"'}

    answers = [
        app.call("PUT", f"/drafts/{draft}/documents/{paper}", {"way": "later"}, **old),
        app.call("DELETE", f"/drafts/{draft}/files/{draft}", **old),
        app.call("POST", f"/drafts/{draft}/changes/seen", **old),
        app.call("DELETE", f"/drafts/{draft}", **old),
    ]

    assert [one.json()["code"] for one in answers] == ["draft_moved_on"] * 4
    assert app.call("DELETE", f"/drafts/{draft}", **{"If-Match": "garbage"}).status_code == 400
    seen = app.call("GET", f"/drafts/{draft}")
    assert app.call("DELETE", f"/drafts/{draft}", **{"If-Match": seen["ETag"]}).status_code == 204


@pytest.mark.django_db
def test_who_tries_out_tokens_is_slowed_down_and_others_are_not(app):
    thief = Program("mado_at_" + "x" * 43)

    statuses = {thief.call("GET", "/drafts").status_code for _turn in range(70)}

    assert statuses == {401, 429}
    assert app.call("GET", "/drafts").status_code == 200


@pytest.mark.django_db
def test_one_address_asks_for_so_many_tokens_a_minute(city, monkeypatch):
    from madoguchi.faces.api.oauth import views

    monkeypatch.setattr(views, "TOKENS_PER_MINUTE", 20)
    browser = Browser()

    answers = [browser.post("/oauth/token", {"grant_type": "x"}) for _turn in range(50)]

    assert {one.status_code for one in answers} >= {429}
    assert 0 < int(answers[-1]["Retry-After"]) <= 60
