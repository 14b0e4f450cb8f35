"""Idempotency-Key: sent again, the same answer; another request under the same key, a refusal."""

from uuid import uuid4

import pytest

from madoguchi.engines.forms.models import Draft
from madoguchi.engines.procedures.models import Attachment
from madoguchi.engines.procedures.tests import make
from madoguchi.kernel.access.models import KeptAnswer
from madoguchi.kernel.vault.models import FileState, StoredFile

from .conftest import AWAY, KEY, Program, token_for

pytestmark = pytest.mark.slow
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c63f8cfc0f01f00050001ff56c72f0d0000000049454e44ae426082"
)


@pytest.mark.django_db
def test_the_same_request_again_gets_the_same_answer(kiosk):
    key = str(uuid4())
    wanted = {"procedure": KEY, "channel": "counter"}

    first, again = (kiosk.call("POST", "/drafts", wanted, **{"Idempotency-Key": key}) for _ in range(2))

    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert (first.headers.get("Idempotency-Replayed"), again["Idempotency-Replayed"]) == (None, "true")
    assert Draft.objects.count() == 1


@pytest.mark.django_db
def test_the_same_key_with_another_request_is_refused(kiosk):
    key = str(uuid4())
    kiosk.call("POST", "/drafts", {"procedure": KEY, "channel": "counter"}, **{"Idempotency-Key": key})

    other = kiosk.call("POST", "/drafts", {"procedure": KEY, "channel": "phone"}, **{"Idempotency-Key": key})

    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert Draft.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "short", "とても長い日本語のキー"])
def test_without_a_key_nothing_is_made(kiosk, key):
    answer = kiosk.call(
        "POST", "/drafts", {"procedure": KEY, "channel": "counter"}, **{"Idempotency-Key": key}
    )

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")
    assert not Draft.objects.exists()


@pytest.mark.django_db
def test_a_refused_request_may_be_put_right_under_the_same_key(app):
    draft, key = app.begun(), {"Idempotency-Key": str(uuid4())}
    wrong = app.call("PATCH", f"/drafts/{draft}/answers", {"answers": {"event": "moon"}}, **key)

    right = app.call("PATCH", f"/drafts/{draft}/answers", {"answers": {"event": "birth"}}, **key)

    assert (wrong.status_code, right.status_code) == (422, 200)


@pytest.mark.django_db
def test_the_same_key_of_somebody_else_is_another(app, city):
    ben, key = Program(token_for(make.resident("ben"))), {"Idempotency-Key": str(uuid4())}

    first = app.call("POST", "/drafts", {"procedure": KEY}, **key).json()["id"]
    second = ben.call("POST", "/drafts", {"procedure": KEY}, **key).json()["id"]

    assert first != second


@pytest.mark.django_db
def test_a_file_sent_again_is_kept_once(app):
    draft, key = app.answered(AWAY), {"Idempotency-Key": str(uuid4())}
    document = app.call("GET", f"/drafts/{draft}").json()["documents"][0]["id"]
    path = f"/drafts/{draft}/documents/{document}/files"

    first, again = (app.upload(path, "a.png", PICTURE, **key) for _ in range(2))

    assert (first.status_code, first.content) == (201, again.content)
    assert Attachment.objects.filter(draft=draft, way="upload").count() == 1
    assert StoredFile.objects.filter(state=FileState.SAFE).count() == 1


@pytest.mark.django_db
def test_what_is_kept_is_sealed_and_goes_with_the_draft(app):
    key = {"Idempotency-Key": str(uuid4())}
    draft = app.begun()
    said = {"answers": {"applicant": {"name": make.NAME}}}
    app.call("PATCH", f"/drafts/{draft}/answers", said, **key)
    assert "あおい".encode() not in b"".join(bytes(row.sealed) for row in KeptAnswer.objects.all())

    app.call("DELETE", f"/drafts/{draft}")

    assert app.call("PATCH", f"/drafts/{draft}/answers", said, **key).status_code == 404
