"""練習: the real pages on rows that concern nobody, and every place they must not appear."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client

from madoguchi.engines.authoring.models import PracticeRun
from madoguchi.engines.authoring.tests import make as writing
from madoguchi.engines.forms.models import AnswerRevision, Draft
from madoguchi.engines.messaging.models import Delivery
from madoguchi.engines.procedures import metrics as measures
from madoguchi.engines.procedures import queries
from madoguchi.engines.procedures.models import Case, Decision, Step
from madoguchi.engines.procedures.tests import make
from madoguchi.faces.shared.tests.entering import enter
from madoguchi.kernel import search
from madoguchi.kernel.identity.models import Account, Party
from madoguchi.kernel.packs.models import Definition
from madoguchi.kernel.refs.models import ReceiptSerial

from ..conftest import Desk
from .writers import (
    KEY,
    Writer,
    practise,
)


def test_practice_appears_nowhere_and_reaches_nobody(
    sato, ogawa, event, settings, django_capture_on_commit_callbacks
):
    real_before = ReceiptSerial.objects.exclude(month="練習").count()
    tally = queries.tally(sato.actor)
    online = measures.online_share().value

    _run, case = practise(sato, event, django_capture_on_commit_callbacks)

    assert case.receipt.startswith("練-")
    assert ReceiptSerial.objects.exclude(month="練習").count() == real_before
    assert queries.tally(sato.actor) == tally
    assert queries.cases(ogawa.actor) == ([], 0)
    assert queries.find_by_receipt(sato.actor, case.receipt) is None
    assert measures.received().value == 0
    assert measures.days_to_decision().n == 0
    assert measures.online_share().value == online
    assert queries.stuck(ogawa.actor).count == 0
    assert queries.to_post(ogawa.actor)[1] == 0
    assert mail.outbox == []
    assert set(Delivery.objects.values_list("channel", flat=True)) == {"inbox"}
    assert search.find("読み聞かせ", by=sato.actor) == []
    assert {one.kind for one in search.find("練習", by=sato.actor)} <= {"fixed_page"}
    assert KEY not in Client().get("/procedures/").content.decode()
    assert Client().get(f"/procedures/{KEY}/").status_code == 404
    assert KEY not in Client().get("/api/v1/procedures").content.decode()
    for desk in (sato, ogawa):
        assert case.receipt not in desk.browser.get("/desk/").content.decode()
        assert desk.browser.get(f"/desk/cases/{case.pk}/").status_code == 404


def test_every_practised_page_says_so_and_its_letter_too(sato, event, django_capture_on_commit_callbacks):
    from io import BytesIO

    from pypdf import PdfReader

    run, case = practise(sato, event, django_capture_on_commit_callbacks)

    for page in (
        f"resident/my/{case.pk}/",
        "clerk/desk/",
        f"clerk/desk/cases/{case.pk}/",
        "resident/procedures/",
    ):
        text = sato.browser.get(f"/practice/{run.pk}/{page}").content.decode()
        assert "<b>練習中</b>" in text, page
        assert "<title>練習：" in text, page
    letter = Decision.objects.get(case=case).letter
    content = sato.browser.get(f"/practice/{run.pk}/checker/desk/cases/{case.pk}/file/{letter.pk}/")
    whole = b"".join(content.streaming_content) if content.streaming else content.content
    assert "練習のために作った" in "".join(page.extract_text() for page in PdfReader(BytesIO(whole)).pages)


def test_links_of_practised_pages_stay_in_practice(sato, event, django_capture_on_commit_callbacks):
    run, case = practise(sato, event, django_capture_on_commit_callbacks)

    page = sato.browser.get(f"/practice/{run.pk}/clerk/desk/cases/{case.pk}/").content.decode()

    inside = f"/practice/{run.pk}/"
    outside = [
        href
        for href in re.findall(r'(?:href|action)="(/[^"]*)"', page)
        if not href.startswith((inside, "/static/", f"/desk/authoring/{event.pk}/"))
    ]
    assert outside == []


@pytest.mark.parametrize(
    "page",
    [
        *(
            "clerk/desk/find/",
            "clerk/desk/people/",
            "clerk/desk/post/",
            "clerk/desk/authoring/",
            "clerk/desk/stuck/",
        ),
        *(
            "head/desk/sign-out/",
            "resident/desk/",
            "resident/api/v1/procedures",
            "resident/search",
            "clerk/procedures/",
        ),
        *("head/desk/misissues/", "head/desk/versions/", "clerk/desk/channels/", "clerk/desk/cases/bulk/"),
        *("clerk/practice/x/", "resident/sign-in/", "owner/desk/"),
    ],
)
def test_what_has_no_practised_rows_is_not_opened_in_practice(sato, event, page):
    sato.send("practice_start", event)
    run = PracticeRun.objects.get()

    assert sato.browser.get(f"/practice/{run.pk}/{page}").status_code == 404


def test_nobody_else_comes_into_a_practice(sato, event):
    sato.send("practice_start", event)
    run = PracticeRun.objects.get()
    takagi = Writer(writing.author("takagi", division="介護保険課"))
    door = f"/practice/{run.pk}/head/desk/"

    assert takagi.browser.get(door).status_code == 404
    assert Desk(make.clerk("tamura")).browser.get(door).status_code == 404
    assert Client().get(door).status_code == 302
    aoi = Client()
    enter(aoi, make.resident())
    assert aoi.get(door)["Location"].startswith("/desk/sign-in/")


def test_a_real_case_cannot_be_opened_through_practice(sato, event):
    case = make.received(make.resident())
    sato.send("practice_start", event)
    run = PracticeRun.objects.get()

    page = sato.browser.get(f"/practice/{run.pk}/head/desk/cases/{case.pk}/")

    assert page.status_code == 404
    assert case.receipt not in sato.browser.get(f"/practice/{run.pk}/head/desk/cases/").content.decode()


def test_the_people_of_practice_are_nobody(sato, event):
    sato.send("practice_start", event)
    played = Account.objects.filter(login__startswith="practice-")

    assert played.count() == 4
    assert not played.filter(is_active=True).exists()
    assert all(not one.has_usable_password() for one in played)
    from madoguchi.kernel.identity import queries as identity

    assert {one.login for one in identity.people_of(make.DIVISION)} == {"sato"}


def test_wiping_takes_everything_of_a_practice_and_nothing_else(
    sato, event, django_capture_on_commit_callbacks
):
    real = make.received(make.resident())
    parties = Party.objects.count()
    run, case = practise(sato, event, django_capture_on_commit_callbacks)

    assert sato.send("practice_wipe", event, run_id=run.pk).status_code == 302

    assert not Case.everything.filter(pk=case.pk).exists()
    assert list(Case.everything.values_list("pk", flat=True)) == [real.pk]
    assert Draft.everything.count() == 1
    assert AnswerRevision.objects.count() == 1
    assert set(Step.objects.values_list("case", flat=True)) == {real.pk}
    assert Party.objects.count() == parties
    assert not Account.objects.filter(login__startswith="practice-").exists()
    assert not Definition.objects.filter(kind__contains="@").exclude(kind__endswith="@lessons").exists()
    run.refresh_from_db()
    assert (run.wiped_at is not None, run.decided_at is not None) == (True, True)
    assert sato.browser.get(f"/practice/{run.pk}/clerk/desk/").status_code == 404


def test_practice_goes_by_itself_after_two_weeks(sato, event):
    import datetime as dt

    from madoguchi.engines.authoring.jobs import wipe_old_practice
    from madoguchi.kernel import clock

    sato.send("practice_start", event)
    with clock.frozen(clock.now() + dt.timedelta(days=13)):
        wipe_old_practice()
        assert PracticeRun.objects.get().wiped_at is None
    with clock.frozen(clock.now() + dt.timedelta(days=15)):
        wipe_old_practice()

    assert PracticeRun.objects.get().wiped_at is not None
