"""From the first question to the receipt number."""

import io

import pytest
from PIL import Image

from madoguchi.engines.forms.models import Draft
from madoguchi.engines.procedures.models import Case

from .conftest import ANSWERS, KEY, answer_all, begin, enter, hand_in_papers, make_resident, send

BIRTH = "children.1.birth"


@pytest.fixture
def draft(aoi):
    return begin(aoi)


def at_birth(client, draft):
    """The draft answered as far as the child's name."""
    answer_all(client, draft, ANSWERS[:4])
    return f"{draft}question/{BIRTH}/"


def test_start_takes_a_stranger_through_the_sign_in_to_the_first_question(visitor, city, settings):
    settings.DEMO = True
    make_resident("hana")

    asked = visitor.post(f"/procedures/{KEY}/start/")
    assert asked["Location"] == f"/sign-in/?next=%2Fprocedures%2F{KEY}%2Fstart%2F"
    signed_in = visitor.post("/sign-in/", {"login": "hana", "next": f"/procedures/{KEY}/start/"})
    begun = visitor.get(signed_in["Location"])

    assert begun["Location"].startswith("/apply/")
    # Once: the address opened again begins nothing more.
    assert visitor.get(f"/procedures/{KEY}/start/")["Location"] == f"/procedures/{KEY}/"
    assert Draft.objects.count() == 1


def test_a_link_from_elsewhere_begins_nothing(aoi):
    assert aoi.get(f"/procedures/{KEY}/start/")["Location"] == f"/procedures/{KEY}/"
    assert not Draft.objects.exists()


def test_draft_opens_at_the_first_question_that_is_not_known_already(aoi, draft):
    following = aoi.get(draft)["Location"]

    # Name, birth, address, telephone and mail came from the profile.
    assert following == f"{draft}question/event/"


def test_question_is_one_question_with_its_reason(aoi, draft):
    page = aoi.get(f"{draft}question/event/").content.decode()

    assert page.count("<h1") == 1
    assert page.count("<legend") == 1
    assert "どうして聞くのですか" in page
    assert "いつの分から受け取れるかを決めるためです。" in page


def test_whole_errand_ends_with_one_receipt_number(aoi, draft):
    answer_all(aoi, draft)
    hand_in_papers(aoi, draft)
    confirm = aoi.get(f"{draft}confirm/").content.decode()
    case = send(aoi, draft)

    assert "見本 そう" in confirm
    assert "平成27年5月5日" in confirm
    receipt = Case.objects.get().receipt
    assert receipt in aoi.get(f"{case}receipt/").content.decode()


def test_sending_twice_makes_one_case(aoi, draft):
    answer_all(aoi, draft)
    hand_in_papers(aoi, draft)

    first = send(aoi, draft)
    second = send(aoi, draft)

    assert first == second
    assert Case.objects.count() == 1


def test_draft_that_was_sent_leads_to_its_case(aoi, draft):
    answer_all(aoi, draft)
    hand_in_papers(aoi, draft)
    case = send(aoi, draft)

    assert aoi.get(draft)["Location"] == case


def test_wrong_answer_is_shown_again_as_typed_with_what_to_do(aoi, draft):
    address = at_birth(aoi, draft)

    response = aoi.post(address, {"y": "2026", "m": "11", "d": "31"})

    assert response.status_code == 422
    page = response.content.decode()
    assert "エラー：" in page
    assert (
        page.count("11月31日はありません。日を確かめてください。") == 2
    )  # in the list, and beside the field
    assert 'href="#q-children-1-birth-d"' in page
    assert 'id="q-children-1-birth-d" name="d" value="31" aria-invalid="true"' in page
    assert 'name="y" value="2026"' in page


def test_wrong_answer_by_htmx_comes_back_as_a_fragment(aoi, draft):
    address = at_birth(aoi, draft)

    response = aoi.post(address, {"y": "", "m": "11", "d": "3"}, headers={"HX-Request": "true"})

    assert response.status_code == 422
    page = response.content.decode()
    assert "<html" not in page
    assert page.lstrip().startswith('<div class="narrow" id="question"')


def test_right_answer_by_htmx_moves_the_browser_on(aoi, draft):
    address = at_birth(aoi, draft)

    response = aoi.post(address, {"y": "2015", "m": "5", "d": "5"}, headers={"HX-Request": "true"})

    assert response["HX-Redirect"] == f"{draft}question/children.1.lives_together/"


@pytest.mark.parametrize(
    "typed", ["<script>alert(1)</script>", '" autofocus onfocus="x', "\x1b[31m", "あ" * 3000]
)
def test_hostile_name_is_kept_as_text_or_refused_but_never_run(aoi, draft, typed):
    answer_all(aoi, draft, ANSWERS[:3])
    posted = {"family": typed, "given": typed, "family_kana": typed, "given_kana": typed}

    response = aoi.post(f"{draft}question/children.1.name/", posted)

    assert response.status_code in {302, 422}
    page = response.content.decode()
    assert "<script>alert" not in page
    assert '" autofocus onfocus' not in page


def test_second_child_is_asked_right_after_yes(aoi, draft):
    answer_all(aoi, draft, ANSWERS[:7])

    response = aoi.post(f"{draft}question/children.more/", {"value": "yes"})

    assert response["Location"] == f"{draft}question/children.2.name/"
    assert "2人めのお子さん" in aoi.get(response["Location"]).content.decode()


def test_error_of_a_bank_account_stands_at_its_own_input(aoi, draft):
    answer_all(aoi, draft, ANSWERS[:8])
    typed = {
        "bank": "見本銀行",
        "branch": "見本支店",
        "kind": "futsu",
        "number": "x",
        "holder_kana": "ミホン アオイ",
    }

    page = aoi.post(f"{draft}question/account/", typed).text

    assert 'aria-describedby="q-account-number-error"' in page
    assert 'id="q-account-number-error"' in page
    assert page.count('aria-invalid="true"') == 1
    assert "口座番号（7けたまで）" in page


def test_question_that_is_no_longer_asked_leads_on_instead_of_failing(aoi, draft):
    answer_all(aoi, draft, ANSWERS[:6])
    aoi.post(f"{draft}question/children.1.lives_together/", {"value": "yes"})

    response = aoi.post(f"{draft}question/children.1.lives_at/", {"postcode": "0000000", "address": "あ"})

    assert response.status_code == 302


def test_confirm_before_the_end_leads_to_the_open_question(aoi, draft):
    assert aoi.get(f"{draft}confirm/")["Location"] == f"{draft}question/event/"


def test_sending_before_the_end_is_refused_with_a_sentence(aoi, draft):
    response = aoi.post(f"{draft}submit/")

    assert response.status_code == 422
    assert "まだ答えていない質問" in response.content.decode()
    assert not Case.objects.exists()


def test_who_is_not_eligible_hears_why_before_sending(aoi, draft):
    aoi.post(f"{draft}question/event/", {"value": "birth"})
    aoi.post(f"{draft}question/works_as_public_servant/", {"value": "yes"})

    page = aoi.get(f"{draft}question/event_on/").content.decode()

    assert "公務員の方は勤務先に請求してください。" in page


def test_paper_takes_a_photograph_and_shows_it(aoi, draft):
    answer_all(aoi, draft)
    photo = io.BytesIO()
    Image.new("RGB", (80, 60), "white").save(photo, "JPEG")
    photo.seek(0)
    photo.name = "申立書.jpg"

    response = aoi.post(f"{draft}papers/bekkyo_kango/", {"value": photo})

    assert response["Location"] == f"{draft}papers/bekkyo_kango/"
    assert "申立書" in aoi.get(response["Location"]).content.decode()


def test_paper_refuses_a_program_politely(aoi, draft):
    answer_all(aoi, draft)
    program = io.BytesIO(b"MZ\x90\x00" + b"\x00" * 200)
    program.name = "photo.jpg"

    response = aoi.post(f"{draft}papers/bekkyo_kango/", {"value": program})

    assert 400 <= response.status_code < 500
    page = response.content.decode()
    assert 'id="paper-error"' in page
    assert 'href="#paper-file"' in page


def test_paper_says_before_what_it_takes_and_how_to_go_back(aoi, draft):
    answer_all(aoi, draft)

    page = aoi.get(f"{draft}papers/bekkyo_kango/").text

    assert "1枚10MBまで。写真（JPEG、PNG、HEIC）かPDF。" in page
    assert "マイナンバーカードは表の面だけです。" in page
    assert f'href="{draft}question/account/"' in page
    assert f"/procedures/{KEY}/papers/bekkyo_kango/" in page


def test_photograph_in_the_telephones_own_format_is_told_what_to_do(aoi, draft):
    answer_all(aoi, draft)
    photo = io.BytesIO(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00" + b"\x00" * 200)
    photo.name = "IMG_0001.HEIC"

    response = aoi.post(f"{draft}papers/bekkyo_kango/", {"value": photo})

    assert response.status_code == 422
    assert "スクリーンショット" in response.text
    assert "互換性優先" in response.text


def test_paper_with_nothing_chosen_says_what_to_do(aoi, draft):
    answer_all(aoi, draft)

    response = aoi.post(f"{draft}papers/bekkyo_kango/", {})

    assert response.status_code == 422
    assert "ファイルを選ぶか" in response.content.decode()


def test_paper_that_is_not_asked_for_is_not_there(aoi, draft):
    assert aoi.get(f"{draft}papers/nothing/").status_code == 404


def test_draft_of_somebody_else_is_not_there(aoi, draft):
    ben = enter(type(aoi)(), make_resident("ben", given="べん"))

    for address in (draft, f"{draft}question/event/", f"{draft}confirm/"):
        assert ben.get(address).status_code == 404
    assert ben.post(f"{draft}submit/").status_code == 404
    assert ben.post(f"{draft}question/event/", {"value": "birth"}).status_code == 404


def test_no_answer_stands_in_an_address(aoi, draft):
    at_birth(aoi, draft)

    response = aoi.post(f"{draft}question/{BIRTH}/", {"y": "2015", "m": "5", "d": "5"})

    # The draft's own id may hold any digits; nothing after it may be an answer's.
    assert response["Location"].startswith(draft)
    assert "2015" not in response["Location"].removeprefix(draft)


def test_question_in_another_language_keeps_the_answers(aoi, draft):
    aoi.post(f"{draft}question/event/", {"value": "birth"})
    aoi.cookies["language"] = "en"

    page = aoi.get(f"{draft}question/event/").content.decode()

    assert "A child was born" in page
    assert 'value="birth" checked' in page
