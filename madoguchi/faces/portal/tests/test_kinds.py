"""Every kind of question from the page to the paper: money, several choices, consent, a name for a signature, names."""

import shutil
import subprocess

import pytest

from madoguchi.engines.forms.models import Kept
from madoguchi.engines.procedures.models import Case
from madoguchi.kernel import jobs
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.vault.files import open_file
from madoguchi.kernel.vault.models import StoredFile

from .conftest import enter, make_resident
from .kinds_pack import PERMIT, begun

reads_pdf = pytest.mark.skipif(
    not shutil.which("pdftotext"), reason="pdftotext (Debian: poppler-utils) is not here"
)
KATSURAGI = {
    "family": "葛\U000e0100城",
    "given": "花",
    "family_kana": "かつらぎ",
    "given_kana": "ハナ",
}
ANSWERS = {
    "applicant.name": KATSURAGI,
    "applicant.other_names": {
        "former_family": "辻\U000e0101",
        "former_family_kana": "つじ",
        "alias": "マリア ケイ",
        "alias_kana": "マリア ケイ",
        "use": "alias",
    },
    "applicant.birth": {"era": "平成", "y": "2", "m": "4", "d": "12"},
    "applicant.address": {"postcode": "176-0012", "address": "架空県見本市見本町1-2-3", "building": ""},
    "income": {"value": "１，２３４，５００円"},
    "uses": {"value": "", "is-other": "yes", "is-rent": "yes"},
    "other_use": {"value": "引っこし"},
    "helpers.more": {"value": "no"},
    "account": {
        "bank": "見本銀行",
        "branch": "窓口支店",
        "kind": "futsu",
        "number": "12345",
        "holder_kana": "カツラギ ハナ",
    },
    "agrees": {"value": "yes"},
    "signed": {"value": "葛城　花"},
}


def answered(client, draft, **changed):
    """Every question in turn, as the draft asks them."""
    answers = {**ANSWERS, **changed}
    for _turn in range(30):
        following = client.get(draft)["Location"]
        if "/reuse/" in following:
            client.post(f"{draft}question/applicant.name/", answers["applicant.name"])
            continue
        if "/question/" not in following:
            return
        path = following.split("/question/")[1].rstrip("/")
        response = client.post(following, answers[path])
        assert response.status_code == 302, (path, response.text)


def sent(client, draft, **posted):
    response = client.post(f"{draft}submit/", posted)
    assert response.status_code == 302, response.text
    return response["Location"].removesuffix("receipt/")


def letter_text(case):
    """The receipt copy as a reader of the PDF gets it."""
    jobs.run_due(kinds=("procedures.receipt_copy",))
    content = open_file(StoredFile.objects.get(about=str(case.ref), kind="pdf"))
    done = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True)
    return "".join(done.stdout.decode().split())


def test_every_kind_is_asked_kept_and_shown_before_it_is_sent(hana):
    draft = begun(hana)
    answered(hana, draft)

    page = hana.get(f"{draft}confirm/").text

    for shown in (
        "1,234,500円",
        "家賃、ほか",
        "引っこし",
        "同意します：収入を区が調べることに同意します。",
        "葛城　花（",
        "旧氏 辻\U000e0101（ツジ）、通称 マリア ケイ（マリア ケイ）、書類に書く名前は通称",
        "平成2年4月12日（1990年）",
        "見本銀行 窓口支店 普通 0012345 カツラギ ハナ",
    ):
        assert shown in page
    case = sent(hana, draft)
    assert "1,234,500円" in hana.get(case).text


def test_choices_are_boxes_in_a_fieldset_and_keep_what_was_ticked(hana):
    draft = begun(hana)
    address = f"{draft}question/uses/"

    page = hana.get(address).text
    refused = hana.post(address, {"value": "", "is-rent": "yes", "is-school": "yes", "is-other": "yes"})

    assert page.count('type="checkbox"') == 3
    assert "<fieldset" in page
    assert refused.status_code == 422
    assert "2つまで選べます。" in refused.text
    assert refused.text.count(" checked") == 3
    assert hana.post(address, {"value": ""}).status_code == 422
    assert hana.post(address, {"value": "", "is-school": "yes"}).status_code == 302
    assert 'name="is-school" value="yes" checked' in hana.get(address).text


def test_consent_and_signature_are_not_taken_for_granted(hana):
    draft = begun(hana)
    hana.post(f"{draft}question/applicant.name/", KATSURAGI)

    alone = hana.post(f"{draft}question/agrees/", {"value": ""})
    other = hana.post(f"{draft}question/signed/", {"value": "例野 かおる"})

    assert "内容を読んで、同意するときは印をつけてください。" in alone.text
    assert "収入を区が調べることに同意します。" in alone.text
    assert other.status_code == 422
    assert "申請する方（あなた）の名前（葛\U000e0100城 花）とちがいます。" in other.text
    for own in ("葛城花", "葛\U000e0100城　花", "葛城 花"):
        assert hana.post(f"{draft}question/signed/", {"value": own}).status_code == 302


def test_name_changed_after_signing_asks_for_the_signature_again(hana):
    draft = begun(hana)
    answered(hana, draft)
    hana.post(f"{draft}question/applicant.name/", {**KATSURAGI, "family": "見本"})

    refused = hana.post(f"{draft}submit/")

    assert refused.status_code == 422
    assert not Case.objects.exists()
    assert "署名にかわる確認" in refused.text


@pytest.mark.parametrize(
    "typed",
    [
        {"era": "令和", "y": "2", "m": "4", "d": "12"},
        {"era": "", "y": "R2", "m": "4", "d": "12"},
        {"y": "令和2年4月12日"},
        {"y": "R2.4.12"},
        {"y": "2020/4/12"},
        {"y": "2020-04-12"},
        {"y": "２０２０", "m": "４", "d": "１２"},
    ],
)
@pytest.mark.accepts("N-25")
def test_date_is_taken_in_both_eras_and_however_it_is_written(hana, typed):
    address = f"{begun(hana)}question/applicant.birth/"

    assert hana.post(address, typed).status_code == 302
    page = hana.get(address).text
    assert 'name="y" value="2020"' in page
    assert '<option value="令和">令和</option>' in page


def test_day_outside_its_era_is_told_which_era_it_is_in(hana):
    address = f"{begun(hana)}question/applicant.birth/"

    refused = hana.post(address, {"era": "平成", "y": "31", "m": "11", "d": "1"})

    assert refused.status_code == 422
    assert "平成31年に、この日付はありません。令和元年ではありませんか。" in refused.text
    assert '<option value="平成" selected>' in refused.text


@reads_pdf
@pytest.mark.accepts("X-40-T1")
def test_paper_shows_the_alias_where_it_is_allowed_and_the_legal_name_where_it_is_not(hana):
    loan = begun(hana)
    answered(hana, loan)
    sent(hana, loan, keep="yes")
    permit = begun(hana, PERMIT)
    hana.post(f"{permit}reuse/")  # the record says: alias
    asked = hana.get(f"{permit}question/applicant.other_names/").text
    sent(hana, permit)

    loan_case, permit_case = Case.objects.order_by("received_at")
    with_alias, with_legal = letter_text(loan_case), letter_text(permit_case)

    assert "マリアケイ様" in with_alias
    assert "葛\U000e0100城花（カツラギハナ）" in with_alias
    assert "葛\U000e0100城花様" in with_legal
    assert "この手続きの書類には、住民票の氏名を書きます。" in asked
    assert "旧氏 辻\U000e0101（ツジ）" in hana.get(f"/my/{permit_case.pk}/").text


@reads_pdf
@pytest.mark.accepts("X-40-T1")
def test_paper_shows_the_former_surname_when_that_was_chosen(hana):
    draft = begun(hana)
    answered(hana, draft, **{"applicant.other_names": {**ANSWERS["applicant.other_names"], "use": "former"}})
    sent(hana, draft)

    assert "辻\U000e0101花様" in letter_text(Case.objects.get())


def test_name_the_paper_may_not_show_cannot_be_chosen(hana):
    draft = begun(hana, PERMIT)
    address = f"{draft}question/applicant.other_names/"

    refused = hana.post(address, ANSWERS["applicant.other_names"])
    left_out = hana.post(address, {"former_family": "", "alias": "", "use": "legal"})

    assert refused.status_code == 422
    assert "この手続きの書類では使えない名前です。" in refused.text
    assert left_out.status_code == 302


def test_nothing_is_filled_in_and_nothing_is_kept_before_the_person_says_so(hana):
    draft = begun(hana)

    offered = hana.get(draft)["Location"]

    assert offered == f"{draft}reuse/"
    offer = hana.get(offered).text
    assert "登録されている内容を使う" in offer
    assert "前に書いた" not in offer, "nothing was written before"
    assert 'name="family" value=""' in hana.get(f"{draft}question/applicant.name/").text
    answered(hana, draft)
    sent(hana, draft)
    assert "何も覚えていません。" in hana.get("/my/kept/").text
    assert not Kept.objects.exists()


def test_what_was_kept_comes_back_when_asked_for_but_never_signatures_or_consents(hana):
    first = begun(hana)
    with_helper = {
        "helpers.1.name": {"family": "見本", "given": "そう", "family_kana": "ミホン", "given_kana": "ソウ"},
        "helpers.1.birth": {"y": "2015", "m": "5", "d": "5"},
    }
    hana.post(f"{first}question/helpers.more/", {"value": "yes"})
    answered(hana, first, **with_helper)
    sent(hana, first, keep="yes")

    kept = hana.get("/my/kept/").text
    second = begun(hana)
    offer = hana.get(f"{second}reuse/").text
    hana.post(f"{second}reuse/", {"member": "1"})
    known = hana.get(f"{second}answers/").text

    assert "見本銀行 窓口支店 普通 0012345" in kept
    assert "見本 そう（平成27年5月5日（2015年））" in kept
    assert "引っこし" not in kept
    assert "同意" not in hana.get("/my/kept/").text.split("<ul")[1].split("</ul>")[0]
    assert 'type="checkbox" name="member" value="1"' in offer
    assert "見本 そう（ミホン ソウ）" in known
    assert "1,234,500円" not in known
    assert hana.get(second)["Location"] == f"{second}question/income/"
    answered(hana, second)
    page = hana.get(f"{second}confirm/").text
    assert "見本銀行 窓口支店 普通 0012345" in page


def test_what_is_kept_is_sealed_on_record_and_gone_once_deleted(hana):
    draft = begun(hana)
    answered(hana, draft)
    sent(hana, draft, keep="yes")
    row = Kept.objects.get()

    hana.post("/my/kept/", {"item": "fields.bank_account"})
    one_less = hana.get("/my/kept/").text
    hana.post("/my/kept/", {"item": "fields.bank_account"})  # pressed twice
    hana.post("/my/kept/", {"sure": "yes"})

    assert "見本銀行".encode() not in bytes(row.sealed)
    assert "見本銀行" not in one_less
    assert "マリア ケイ" in one_less
    assert not Kept.objects.exists()
    written = list(
        Event.objects.filter(verb__startswith="kept.").order_by("at").values_list("verb", flat=True)
    )
    assert written == ["kept.stored", "kept.forgotten", "kept.forgotten"]
    assert "見本" not in str(list(Event.objects.values_list("facts", flat=True)))


def test_nobody_sees_or_deletes_what_is_kept_of_another(hana):
    draft = begun(hana)
    answered(hana, draft)
    sent(hana, draft, keep="yes")
    ben = enter(type(hana)(), make_resident("ben", given="べん"))

    assert "何も覚えていません。" in ben.get("/my/kept/").text
    ben.post("/my/kept/", {"sure": "yes"})
    assert Kept.objects.count() == 1
    assert ben.post(f"{begun(hana)}reuse/").status_code == 404
