"""Every no is problem+json with a stable code and a sentence in the caller's language, whoever says it."""

import pytest

from .conftest import KEY

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SAID = "application/problem+json"


def is_problem(answer, status, code):
    assert (answer.status_code, answer["Content-Type"]) == (status, SAID), answer.content.decode()
    assert (answer.json()["status"], answer.json()["code"]) == (status, code)
    assert "Traceback" not in answer.content.decode()
    return answer.json()


def test_an_address_that_is_not_there(app):
    is_problem(app.call("GET", "/nothing/here"), 404, "not_found")


def test_a_method_that_is_not_meant(app):
    answer = app.call("DELETE", "/procedures")

    is_problem(answer, 405, "method_not_allowed")
    assert answer["Allow"] == "GET"


@pytest.mark.parametrize(
    "content",
    [b"{", b"\xff\xfe", b'{"procedure": NaN}', b"[" * 100_000, b'{"procedure": "\\u0000"}', b'"\\ud800"'],
)
def test_what_is_no_json_or_no_text(app, content):
    answer = app.client.post(
        "/api/v1/drafts",
        data=content,
        content_type="application/json",
        headers={"Authorization": f"Bearer {app.secret}", "Idempotency-Key": "k" * 20},
    )

    is_problem(answer, 400, "cannot_read")


def test_another_kind_of_content(app):
    answer = app.client.post(
        "/api/v1/drafts",
        data="<procedure/>",
        content_type="application/xml",
        headers={"Authorization": f"Bearer {app.secret}", "Idempotency-Key": "k" * 20},
    )

    is_problem(answer, 415, "not_json")


def test_too_much_at_once(app, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000

    answer = app.call("POST", "/drafts", {"procedure": "x" * 2000})

    is_problem(answer, 413, "too_large")


def test_a_field_that_is_not_known_is_named(app):
    answer = app.call("POST", "/drafts", {"procedure": KEY, "chanel": "web"})

    problem = is_problem(answer, 422, "bad_question")
    assert [one["path"].rpartition(".")[2] for one in problem["errors"]] == ["chanel"]


def test_a_file_of_a_kind_we_do_not_take(app):
    from .conftest import AWAY

    draft = app.answered(AWAY)
    document = app.call("GET", f"/drafts/{draft}").json()["documents"][0]["id"]

    answer = app.upload(f"/drafts/{draft}/documents/{document}/files", "a.exe", b"MZ\x90\x00" * 40)

    is_problem(answer, 415, "file_kind_refused")


def test_a_fault_of_ours_shows_no_trace(app, monkeypatch):
    from madoguchi.engines.procedures import queries

    def broken(*_args, **_kwargs):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(queries, "cases_of", broken)

    answer = app.call("GET", "/cases")

    is_problem(answer, 500, "our_fault")
    assert "secret detail" not in answer.content.decode()


def test_the_sentence_is_in_the_language_asked_for(app):
    english = app.call("GET", "/nothing/here", **{"Accept-Language": "en"})
    japanese = app.call("GET", "/nothing/here")

    assert english["Content-Language"] == "en"
    assert english.json()["code"] == japanese.json()["code"]
    assert english.json()["detail"] != japanese.json()["detail"]


@pytest.mark.parametrize("sent", ["abc", '"x"', "１", "-1"])
def test_a_version_that_is_none_is_refused(app, sent):
    from urllib.parse import quote

    draft = app.begun()

    answer = app.call(
        "PATCH", f"/drafts/{draft}/answers", {"answers": {}}, **{"If-Match": quote(sent, safe='"-')}
    )

    is_problem(answer, 400, "bad_if_match")
