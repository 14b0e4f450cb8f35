"""通して読む: nothing goes public that the second person could not read on the page."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from madoguchi.engines.authoring.models import Revision
from madoguchi.kernel import packs
from madoguchi.kernel.packs.tree import read_yaml

from .writers import KEY, practise

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
NAME = f"procedures/{KEY}.yaml"
INNER = {
    "type": "text",
    "label": "内側の質問",
    "question": "ひとりずつの質問ですか",
    "why": "確かめます",
    "ground": "定員の管理",
    "sensitivity": "personal",
    "keep": "case",
}


def text_of(event) -> str:
    return Revision.objects.filter(blueprint=event).latest("number").files[NAME]


def add_list(sato, event) -> None:
    data = read_yaml(text_of(event)).data
    kids = {**INNER, "type": "list", "of": "person", "label": "子ども", "parts": ["name"], "at_least": 1}
    kids["fields"] = {"sect": INNER}
    del kids["question"]
    data["pages"].append({"id": "more", "title": "もっと", "fields": {"kids": kids}})
    answer = sato.send("yaml", event, posted={"file": NAME, "text": packs.write_yaml(data)})
    assert answer.status_code == 302, answer.content.decode()


def test_before_the_first_publication_the_words_of_every_language_are_read(sato, ogawa, event):
    sato.see("language", event, code="en")
    posted = {"title": "Only in English", "summary": "Also only in English"}
    assert sato.send("language", event, posted=posted, code="en").status_code == 302
    sato.asks(event)

    page = ogawa.see("review", event).content.decode()

    assert "Only in English" in page
    assert "Also only in English" in page


def test_questions_inside_of_a_list_and_their_bounds_are_read(sato, ogawa, event):
    add_list(sato, event)
    sato.asks(event)

    page = ogawa.see("review", event).content.decode()

    assert "ひとりずつの質問ですか" in page
    assert "子ども／内側の質問" in page
    assert "at_least" in page
    assert "pause_on" in page


def test_a_later_version_shows_what_changed_inside_of_a_list(sato, ogawa, event):
    add_list(sato, event)
    sato.asks(event)
    assert ogawa.publishes(event).status_code == 302
    text = text_of(event).replace("ひとりずつの質問ですか", "あたらしい内側ですか")
    assert sato.send("yaml", event, posted={"file": NAME, "text": text}).status_code == 302
    sato.asks(event)

    page = ogawa.see("review", event).content.decode()

    assert "<del>ひとりずつの質問ですか</del> <ins>あたらしい内側ですか</ins>" in page


def packed(files, way=zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", way) as made:
        for name, text in files.items():
            made.writestr(name, text)
    return out.getvalue()


def bring(sato, event, content: bytes):
    sato.browser.raise_request_exception = False
    return sato.send("import", event, posted={"file": SimpleUploadedFile("x.zip", content)})


def test_a_damaged_zip_is_refused(sato, event):
    content = bytearray(packed({NAME: text_of(event)}))
    start = 30 + len(NAME)
    content[start : start + 40] = b"\xff" * 40

    assert bring(sato, event, bytes(content)).status_code == 422


@pytest.mark.parametrize("way", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_packed_in_a_rare_way_is_refused(sato, event, way):
    assert bring(sato, event, packed({NAME: text_of(event)}, way)).status_code == 422


@pytest.mark.parametrize("letter", ["a" * 100, "a.b", "-", ".."])
def test_a_letter_that_no_key_can_name_is_refused(sato, event, letter):
    content = packed({f"documents/{KEY.replace('.', '_')}_{letter}.yaml": "letter: x\n"})

    assert bring(sato, event, content).status_code == 422


@pytest.mark.parametrize("days", ["0007301", "0", "731", "٣"])
def test_days_are_between_1_and_730_however_they_are_written(sato, event, days):
    answer = sato.send("deadline", event, posted={"days": days, "count": "calendar", "class": "5年"})

    assert answer.status_code == 422


def test_a_wrong_paper_is_practised_and_what_is_said_stays_in_practice(
    sato, event, django_capture_on_commit_callbacks
):
    run, case = practise(sato, event, django_capture_on_commit_callbacks)
    door = f"/practice/{run.pk}/head/desk/cases/{case.pk}/"
    case.refresh_from_db()
    sato.browser.post(door + "look/", {"reason": "check", "seen": str(case.version)})
    posted = {"kind": "wrong_paper", "step": "handing_over", "back": "asked", "what": "見本のいきさつ"}

    said = sato.browser.post(door + "misissue/", {"seen": str(case.version), **posted})

    assert said.status_code == 302, said.content.decode()[-3000:]
    assert "記録し" not in sato.see("overview", event).content.decode()
    entry = sato.browser.get(said["Location"])
    assert entry.status_code == 200
    assert "記録し" in entry.content.decode()
    assert sato.send("practice_wipe", event, run_id=run.pk).status_code == 302
