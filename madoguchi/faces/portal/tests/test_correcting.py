"""補正 through the resident's pages: only the named places, kept between visits, handed in whole."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from madoguchi.engines.forms import queries as form_queries
from madoguchi.engines.procedures import services
from madoguchi.engines.procedures.models import Attachment, Correction

from .conftest import ANSWERS, answer_all, begin, enter, hand_in_papers, make_resident
from .conftest import send as submit
from .test_cases import LIVES_AT, clerk, row

DOCUMENT = "documents.bekkyo_kango"


def photo() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(made, "PNG")
    return made.getvalue()


def scan(name="mihon.png"):
    return SimpleUploadedFile(name, photo(), content_type="image/png")


def ask(**items):
    sato = clerk()
    if row().state == "received":
        services.advance(case=row(), to="checking", by=sato, seen=row().version)
    asked = {path: services.Wanted(*said) for path, said in items["items"].items()}
    services.ask_correction(case=row(), items=asked, by=sato, seen=row().version)
    return sato


@pytest.fixture
def returned(case):
    """The case, sent back for one answer."""
    ask(items={LIVES_AT: ("寮の名前を<b>書き足して</b>ください。", "incomplete")})
    return case


def version() -> int:
    return Correction.objects.order_by("-asked_at").first().buffer_version


def typed(then="check", **changes):
    posted = {"postcode": "0000000", "address": "架空県見本市寮1", "building": "見本寮 203"}
    return {f"{LIVES_AT}:{name}": value for name, value in {**posted, **changes}.items()} | {
        f"{LIVES_AT}:asked": "1",
        "seen": version(),
        "then": then,
    }


def send(browser, case):
    return browser.post(f"{case}correct/check/", {"seen": version()})


def test_the_case_names_the_places_and_leads_to_where_they_are_put_right(aoi, returned):
    page = aoi.get(returned).text

    assert "直してほしいところが1つあります" in page
    assert f'href="{returned}correct/"' in page
    assert "直していただくあいだは、日数を数えません。" in page


def test_the_place_shows_reason_remark_old_answer_and_input_together(aoi, returned):
    page = aoi.get(f"{returned}correct/").text

    assert "寮の名前を&lt;b&gt;書き足して&lt;/b&gt;ください。" in page
    assert "足りない" in page
    assert "前の答え：" in page
    assert f'name="{LIVES_AT}:building"' in page
    assert 'name="event:value"' not in page, "only the places that were named are open"


def test_what_is_put_right_is_checked_once_more_and_taken_in(aoi, returned):
    checked = aoi.post(f"{returned}correct/", typed())
    assert checked["Location"] == f"{returned}correct/check/"
    last_look = aoi.get(checked["Location"]).text
    assert "<del>〒000-0000 架空県見本市寮1</del>" in last_look
    assert "見本寮 203" in last_look

    response = send(aoi, returned)

    assert response["Location"] == f"{returned}?sent=1"
    assert row().state == "checking"
    page = aoi.get(response["Location"]).text
    assert "直した内容を受け取りました" in page
    put_right = page.split('id="put-right"')[1].split("</section>")[0]
    assert "寮の名前を&lt;b&gt;書き足して" in put_right
    assert "見本寮 203" in put_right


def test_what_was_saved_is_there_when_one_comes_back_and_nobody_else_knows(aoi, returned):
    left = aoi.post(f"{returned}correct/", typed("later"))

    assert left["Location"] == f"{returned}?kept=1"
    assert "まだ送っていません" in aoi.get(left["Location"]).text
    assert 'value="見本寮 203"' in aoi.get(f"{returned}correct/").text
    assert row().state == "returned"
    assert row().draft.revisions.count() == 1


def test_the_town_of_a_postcode_is_put_in_without_a_script_and_the_rest_is_kept(aoi, case):
    ask(items={LIVES_AT: ("寮を", "incomplete"), "applicant.phone": ("電話を", "incorrect")})
    assert f'name="town" value="{LIVES_AT}"' in aoi.get(f"{case}correct/").text
    both = {"applicant.phone:value": "03-0000-0000", "applicant.phone:asked": "1"}

    response = aoi.post(
        f"{case}correct/",
        typed("", postcode="1760012", address="1-2-3", building="") | both | {"town": LIVES_AT},
    )

    assert response.status_code == 200
    assert ">東京都練馬区豊玉北1-2-3</textarea>" in response.text
    assert "町までの住所を入れました" in response.text
    assert "エラー" not in response.text
    assert 'value="03-0000-0000"' in aoi.get(f"{case}correct/").text, "the other place was kept"
    assert f'name="seen" value="{version()}"' in response.text


def test_a_town_is_looked_up_for_nothing_but_an_address_of_the_round(aoi, returned):
    for town in ("event", "applicant.address", "x" * 500):
        assert aoi.post(f"{returned}correct/", typed() | {"town": town}).status_code == 200


def test_a_wrong_answer_is_said_at_its_place_and_stays_as_typed(aoi, returned):
    response = aoi.post(f"{returned}correct/", typed(address="", building="見本寮 203"))

    assert response.status_code == 422
    assert 'value="見本寮 203"' in response.text
    assert f'href="#q-{LIVES_AT.replace(".", "-")}-address"' in response.text
    assert row().state == "returned"


def test_of_two_windows_the_second_to_save_is_told_and_keeps_what_it_typed(aoi, returned):
    first, second = typed("later", building="見本寮 1"), typed("later", building="見本寮 2")
    aoi.post(f"{returned}correct/", first)

    response = aoi.post(f"{returned}correct/", second)

    assert response.status_code == 409
    assert "別の画面で保存した内容があります" in response.text
    assert 'value="見本寮 2"' in response.text
    again = aoi.post(f"{returned}correct/", typed("later", building="見本寮 2"))
    assert again.status_code == 302


def test_a_form_without_its_version_changes_nothing(aoi, returned):
    for seen in ("", "x", "-1", "９"):
        assert aoi.post(f"{returned}correct/", typed() | {"seen": seen}).status_code == 409
        assert aoi.post(f"{returned}correct/check/", {"seen": seen}).status_code in {302, 409}
    assert row().state == "returned"


def test_an_unchanged_place_wants_a_change_or_a_reason(aoi, returned):
    same = typed(building="")
    refused = aoi.post(f"{returned}correct/", same)
    assert refused.status_code == 422
    assert "前の答えと同じです" in refused.text

    mute = aoi.post(f"{returned}correct/", typed(building="") | {f"{LIVES_AT}:right": "1"})
    assert mute.status_code == 422
    assert "このままで正しいと思う理由を書いてください" in mute.text

    right = {f"{LIVES_AT}:right": "1", f"{LIVES_AT}:why": "寮に名前はありません。"}
    assert aoi.post(f"{returned}correct/", typed(building="") | right).status_code == 302
    assert "寮に名前はありません。" in aoi.get(f"{returned}correct/check/").text
    assert send(aoi, returned).status_code == 302
    item = Correction.objects.get().items.get()
    assert (row().state, item.reply) == ("checking", "寮に名前はありません。")


def test_a_paper_is_put_in_anew_and_the_old_one_stays_on_record(aoi, case):
    ask(items={DOCUMENT: ("署名がありません。", "incomplete")})
    page = aoi.get(f"{case}correct/").text
    assert "別居監護申立書" in page
    nothing = aoi.post(f"{case}correct/", {"seen": version(), "then": "check"})
    assert nothing.status_code == 422

    kept = aoi.post(f"{case}correct/", {"seen": version(), "then": "check", f"{DOCUMENT}:value": scan()})
    assert kept["Location"] == f"{case}correct/check/"
    assert "mihon.png" in aoi.get(kept["Location"]).text
    send(aoi, case)

    papers = Attachment.objects.filter(document="bekkyo_kango")
    assert [(one.way, one.replaced_at is None) for one in papers] == [("later", False), ("upload", True)]
    assert "mihon.png" in aoi.get(case).text


def test_a_file_of_the_round_can_be_taken_back_and_a_wrong_one_is_said(aoi, case):
    ask(items={DOCUMENT: ("署名がありません。", "incomplete")})
    text = SimpleUploadedFile("mihon.txt", b"no picture", content_type="text/plain")
    wrong = aoi.post(f"{case}correct/", {"seen": version(), "then": "check", f"{DOCUMENT}:value": text})
    assert wrong.status_code == 422

    aoi.post(f"{case}correct/", {"seen": version(), "then": "keep", f"{DOCUMENT}:value": scan()})
    mine = Attachment.objects.exclude(correction=None).get()
    aoi.post(f"{case}correct/", {"seen": version(), "take_back": str(mine.pk)})

    assert not Attachment.objects.exclude(correction=None).exists()


def test_a_corrected_answer_that_calls_for_another_asks_it_on_the_same_page(aoi):
    together = [(path, posted) for path, posted in ANSWERS if path != LIVES_AT]
    together = [
        (path, {"value": "yes"} if path.endswith("lives_together") else posted) for path, posted in together
    ]
    draft = begin(aoi)
    answer_all(aoi, draft, together)
    hand_in_papers(aoi, draft)
    case = submit(aoi, draft)
    ask(items={"children.1.lives_together": ("別居ではありませんか。", "incorrect")})
    apart = {"children.1.lives_together:value": "no", "children.1.lives_together:asked": "1"}

    more = aoi.post(f"{case}correct/", apart | {"seen": version(), "then": "check"})

    assert more.status_code == 422
    assert more.text.count("答えが変わったので、ここも教えてください。") == 2, (
        "the address, and the paper for it"
    )
    rest = apart | typed("check") | {f"{DOCUMENT}:way": "later", f"{DOCUMENT}:asked": "1"}
    assert aoi.post(f"{case}correct/", rest).status_code == 302
    assert send(aoi, case)["Location"] == f"{case}?sent=1"
    answers = form_queries.answers_at(row().draft, form_queries.latest_revision(row().draft))
    assert answers["children"][0]["lives_at"]["building"] == "見本寮 203"
    assert row().draft.revisions.count() == 2
    assert Attachment.objects.current().filter(document="bekkyo_kango", way="later").exists()


def test_withdrawn_meanwhile_is_said_plainly_and_nothing_typed_is_lost(aoi, returned):
    aoi.post(f"{returned}correct/", typed("later"))
    services.withdraw(case=row(), by=clerk("mori"), seen=row().version, told="電話")

    response = aoi.post(f"{returned}correct/", typed(building="見本寮 305"))

    assert response.status_code == 409
    assert "この手続きは先に進んだので、いまは直せません" in response.text
    assert "見本寮 305" in response.text, "what was in the window"
    assert "見本寮 203" in aoi.get(returned).text, "what was saved"
    assert send(aoi, returned).status_code == 409


def test_handing_in_twice_is_handing_in_once(aoi, returned):
    aoi.post(f"{returned}correct/", typed())
    seen = version()

    answers = [aoi.post(f"{returned}correct/check/", {"seen": seen}) for _ in range(2)]

    assert [answer["Location"] for answer in answers] == [f"{returned}?sent=1"] * 2
    assert row().draft.revisions.count() == 2


def test_nobody_else_reaches_the_round(aoi, returned):
    ben = enter(type(aoi)(), make_resident("ben", given="べん"))

    for address in (f"{returned}correct/", f"{returned}correct/check/"):
        assert ben.get(address).status_code == 404
        assert ben.post(address, {"seen": 0}).status_code == 404
