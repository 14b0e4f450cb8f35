"""A program that reads leaves a look with the person it concerns: once an hour, before the answer."""

import datetime as dt

import pytest

from madoguchi.engines.procedures.models import Case
from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import Event

from .conftest import AWAY

pytestmark = pytest.mark.django_db


def looks(what=""):
    found = Event.objects.filter(verb="read")
    return list((found.filter(what=what) if what else found).order_by("at"))


def test_an_app_that_reads_cases_files_and_drafts_is_on_record(app, aoi):
    receipt, draft = app.sent(), app.begun()
    case = Case.objects.get()

    for path in ("/cases", f"/cases/{receipt}", f"/drafts/{draft}"):
        assert app.call("GET", path).status_code == 200

    whats = ["手続きの名前と進みぐあい", "手続きの内容とお知らせ", "書きかけの内容"]
    assert [look.what for look in looks()] == whats
    assert {look.subject for look in looks()} == {case.applicant_id} == {aoi.party}
    assert {look.purpose for look in looks()} == {"つないだアプリでの確認"}
    assert all(look.facts["via"].startswith("app:") for look in looks())


def test_asking_again_within_the_hour_is_the_same_look(app):
    receipt = app.sent()
    for minutes in (-70, -40, 0):
        with clock.frozen(clock.now() + dt.timedelta(minutes=minutes)):
            assert app.call("GET", f"/cases/{receipt}").status_code == 200

    assert len(looks("手続きの内容とお知らせ")) == 2


def test_a_machine_that_follows_what_it_handed_in_is_on_record(kiosk):
    made = kiosk.call("POST", "/drafts", {"procedure": "jido_teate.nintei", "channel": "counter"})
    draft = made.json()["id"]
    kept = kiosk.call("PATCH", f"/drafts/{draft}/answers", {"answers": AWAY})
    for paper in kept.json()["documents"]:
        kiosk.call("PUT", f"/drafts/{draft}/documents/{paper['id']}", {"way": "later"})
    receipt = kiosk.call("POST", f"/drafts/{draft}/submission").json()["receipt"]

    assert kiosk.call("GET", f"/cases/{receipt}").status_code == 200

    (look,) = looks()
    assert (look.subject, look.purpose) == (Case.objects.get().applicant_id, "取り次いだ手続きの確認")
    assert look.facts["via"].startswith("key:")


def test_what_is_not_theirs_leaves_no_look(app, kiosk):
    receipt = app.sent()

    assert kiosk.call("GET", f"/cases/{receipt}").status_code == 404
    assert app.call("GET", "/cases/0000-0000-0").status_code == 404
    assert looks() == []
