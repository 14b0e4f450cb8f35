"""手続きを作る, through the pages: write, ask, a second person publishes, a resident applies (C-26)."""

from __future__ import annotations

import pytest
from django.test import Client

from madoguchi.engines.authoring.models import PublicationRequest
from madoguchi.engines.authoring.tests import make as writing
from madoguchi.engines.messaging.models import Delivery
from madoguchi.engines.procedures.tests import make
from madoguchi.faces.shared.tests.entering import enter
from madoguchi.kernel import search
from madoguchi.kernel.packs.models import Definition

from ..conftest import Desk
from .writers import (
    KEY,
    QUESTION,
    TITLE,
    Writer,
    apply_for,
    decide,
    practise,
)


@pytest.mark.accepts("C-26-T1")
def test_a_division_makes_tries_and_publishes_a_procedure_and_a_resident_uses_it(
    sato, ogawa, django_capture_on_commit_callbacks
):
    """C-26-T1: no code is written anywhere here."""
    # The author begins from a template and adds a question, on pages.
    blueprint = sato.begins()
    assert sato.send("question_new", blueprint, posted=QUESTION).status_code == 302
    assert "直すところ" in sato.see("overview", blueprint).content.decode()

    # They try it the whole way, playing everybody.
    run, practised = practise(sato, blueprint, django_capture_on_commit_callbacks)
    assert run.decided_at is not None
    assert practised.practice

    # They ask; a second person reads the whole and publishes.
    sato.asks(blueprint, untried_because="")
    page = ogawa.see("review", blueprint).content.decode()
    assert "どの会場にしますか" in page
    assert "図書館／児童館" in page
    assert ogawa.publishes(blueprint).status_code == 302
    definition = Definition.objects.in_force().get(kind="procedure", key=KEY)
    assert (definition.origin, definition.version) == ("desk", 1)

    # Residents find it in the list, in the search and through the API.
    stranger = Client()
    assert TITLE in stranger.get("/procedures/").content.decode()
    assert KEY in stranger.get("/api/v1/procedures").content.decode()
    assert [hit.ref.id for hit in search.find("読み聞かせ", by=sato.actor)] == [KEY]

    # A resident applies, a clerk decides, another person sends the letter.
    aoi = make.resident(email="aoi@mihon.invalid")
    browser = Client()
    enter(browser, aoi)
    case = apply_for(browser)
    assert not case.practice
    tamura = Desk(make.clerk("tamura", name="田村"))
    decide(
        case,
        {"clerk": (sato.browser, "/"), "checker": (tamura.browser, "/")},
        django_capture_on_commit_callbacks,
    )
    case.refresh_from_db()
    assert case.state == "granted"
    assert Delivery.objects.filter(
        message__about=str(case.ref), message__kind="case.decided", channel="inbox"
    ).exists()


def test_who_wrote_it_does_not_publish_it_whatever_roles_they_hold(sato, event):
    both = Writer(make.clerk("nagata", "author", "publisher", "head", name="永田"))
    both.send("basics", event, posted={"title": "名前", "summary": "説明"})
    sato.asks(event)

    response = both.publishes(event)

    assert response.status_code == 403
    assert "書いた人と申し出た人は、公開できません" in response.content.decode()
    assert not Definition.objects.filter(kind="procedure", key=KEY).exists()


def test_an_edit_after_asking_makes_the_request_void(sato, ogawa, event):
    request = sato.asks(event)
    sato.send("basics", event, posted={"title": "あとで直した", "summary": "説明"})

    response = ogawa.send("publish", event, posted={"asked": str(request.pk)})

    assert response.status_code == 409
    request.refresh_from_db()
    assert request.state == "overtaken"
    assert not Definition.objects.filter(kind="procedure", key=KEY).exists()
    assert "前の申し出はなくなりました" in sato.see("overview", event).content.decode()


def test_a_second_window_keeps_what_was_typed_and_says_that_somebody_was_faster(sato, event):
    sato.send("basics", event, posted={"title": "先の窓", "summary": "説明"})

    stale = sato.browser.post(sato.at("basics", event), {"seen": "1", "title": "後の窓", "summary": "説明"})

    assert stale.status_code == 409
    assert "先に保存しました" in stale.content.decode()
    assert 'value="後の窓"' in stale.content.decode()
    event.refresh_from_db()
    assert event.title == "先の窓"


def test_a_request_that_was_sent_back_shows_its_reason_to_the_author(sato, ogawa, event):
    request = sato.asks(event)

    ogawa.send("send_back", event, posted={"asked": str(request.pk), "why": "会場の住所がありません。"})

    page = sato.see("overview", event).content.decode()
    assert "会場の住所がありません。" in page
    assert "小川" in page


def test_publication_without_practice_needs_a_reason(sato, event):
    response = sato.send("ask", event, posted={"why": "募集", "untried_because": "急ぎ"})

    assert response.status_code == 422
    assert not PublicationRequest.objects.exists()


def test_a_new_version_shows_its_differences_and_open_cases_stay_on_theirs(sato, ogawa, event):
    sato.asks(event)
    ogawa.publishes(event)
    first = Definition.objects.in_force().get(kind="procedure", key=KEY)
    sato.send("question_new", event, posted=QUESTION)
    sato.asks(event)

    page = ogawa.see("review", event).content.decode()
    assert "質問「会場」の呼び名" in page
    ogawa.publishes(event)

    second = Definition.objects.in_force().get(kind="procedure", key=KEY)
    assert (first.version, second.version) == (1, 2)
    letters = Definition.objects.filter(kind="letter", key="moushikomi_event_grants")
    assert letters.count() == 1


def test_what_was_withdrawn_is_gone_from_list_and_search_at_once(sato, ogawa, event):
    sato.asks(event)
    ogawa.publishes(event)

    ogawa.send("withdraw", event, posted={"why": "募集が終わったため"})

    assert TITLE not in Client().get("/procedures/").content.decode()
    assert search.find("読み聞かせ", by=sato.actor) == []


def test_yaml_that_is_broken_stays_on_the_page_with_its_line(sato, event):
    name = f"procedures/{KEY}.yaml"
    response = sato.send("yaml", event, posted={"file": name, "text": "procedure: x\n  y: [\n"})

    page = response.content.decode()
    assert response.status_code == 422
    assert "2行目" in page
    assert "procedure: x" in page


@pytest.mark.parametrize("file", ["", "../x", "procedures/jido_teate.nintei.yaml"])
def test_yaml_for_a_file_of_something_else_is_refused(sato, event, file):
    assert sato.send("yaml", event, posted={"file": file, "text": "a: 1"}).status_code in {404, 422}


def test_every_page_opens_for_the_author_and_for_the_reader(sato, ogawa, event):
    names = [
        "overview",
        "basics",
        "questions",
        "papers",
        "paper_new",
        "channels",
        "route",
        "letters",
        "deadline",
    ]
    names += ["languages", "yaml", "practice", "review"]
    for writer in (sato, ogawa):
        for name in names:
            assert writer.see(name, event).status_code == 200, name
        for key in ("applicant", "people", "help_what"):
            assert writer.see("question", event, key=key).status_code == 200
        assert writer.see("letter", event, key="moushikomi_event_refuses").status_code == 200
        assert writer.see("language", event, code="en").status_code == 200
    assert sato.see("ask", event).status_code == 200
    assert sato.see("question_new", event).status_code == 200
    assert sato.see("question_remove", event, key="people").status_code == 200
    assert ogawa.see("withdraw", event).status_code == 200
    assert sato.see("new").status_code == 200


def test_another_division_sees_nothing_of_it(event):
    takagi = Writer(writing.author("takagi", division="介護保険課"))

    assert takagi.see("overview", event).status_code == 404
    assert takagi.send("basics", event, posted={"title": "x", "summary": "y"}).status_code == 404
    assert TITLE not in takagi.see("list").content.decode()


def test_a_clerk_without_the_role_finds_no_door(city, event):
    tamura = Writer(make.clerk("tamura"))

    assert tamura.see("list").status_code == 403
    assert "手続きを作る" not in tamura.browser.get("/desk/").content.decode()


def test_the_list_asks_as_little_for_twenty_as_for_one(sato, event, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    sato.see("list")
    with CaptureQueriesContext(
        connection,
    ) as one:
        sato.see("list")
    for number in range(20):
        writing.event(sato.actor, key=f"x{number}.y")
    with CaptureQueriesContext(connection) as many:
        sato.see("list")

    assert len(many) == len(one)


def test_words_in_another_language_reach_the_resident(sato, ogawa, event):
    sato.send(
        "language",
        event,
        code="en",
        posted={"title": "Story time", "fields.people.question": "How many of you?"},
    )
    sato.asks(event)
    ogawa.publishes(event)

    page = Client().get(f"/procedures/{KEY}/", headers={"Accept-Language": "en"}).content.decode()

    assert "Story time" in page
    assert "is in Japanese only" in page
    assert "日本語だけのところがあります" not in Client().get(f"/procedures/{KEY}/").content.decode()


EVIL = {
    "label": "x" * 5000,
    "type": "no_such",
    "options": "\n".join(str(n) for n in range(500)),
    "least": "-1e9",
    "shown_when": "__import__('os')",
    "page": "new:",
    "keep": "for ever",
}


@pytest.mark.parametrize("name", EVIL)
def test_what_no_page_sends_is_refused_without_a_500(sato, event, name):
    posted = {**QUESTION, **({"type": "number"} if name == "least" else {}), name: EVIL[name]}

    response = sato.send("question_new", event, posted=posted)

    assert response.status_code in {200, 422}
    event.refresh_from_db()
    assert event.revision == 1
