"""The town of a postcode and the names of banks: looked up for the person, without JavaScript."""

import pytest

from .kinds_pack import begun


def test_postcode_puts_the_town_in_and_nothing_typed_is_lost(hana):
    address = f"{begun(hana)}question/applicant.address/"

    page = hana.get(address).text
    found = hana.post(
        address,
        {"postcode": "〒176-0012", "address": "１-2-3", "building": "見本荘", "town": "applicant.address"},
    )
    kept = hana.post(
        address,
        {"postcode": "1760012", "address": "見本県見本市1-2", "building": "", "town": "applicant.address"},
    )
    none = hana.post(
        address, {"postcode": "000-0000", "address": "見本町1", "building": "", "town": "applicant.address"}
    )

    assert "住所を入れる" in page
    assert page.index('class="sr" tabindex="-1"') < page.index("住所を入れる")  # Enter goes on
    assert (found.status_code, none.status_code) == (200, 200)
    assert ">東京都練馬区豊玉北１-2-3</textarea>" in found.text
    assert 'name="building" value="見本荘"' in found.text
    assert ">見本県見本市1-2</textarea>" in kept.text
    assert "この郵便番号の町は「東京都練馬区豊玉北」です。" in kept.text
    assert "この郵便番号の町は見つかりませんでした。" in none.text
    assert ">見本町1</textarea>" in none.text
    on = hana.post(address, {"postcode": "000-0000", "address": "見本町1", "building": ""})
    assert on.status_code == 302


ACCOUNT = {"kind": "futsu", "number": "12345", "holder_kana": "カツラギ ハナ"}


@pytest.mark.parametrize(
    ("bank", "branch", "shown"),
    [
        ("0001", "001", "みずほ（0001） 東京営業部（001） 普通"),
        ("みずほ銀行", "東京営業部", "みずほ（0001） 東京営業部（001） 普通"),
        ("ミズホ", "トウキョウエイギョウブ", ""),
        ("ゆうちょ銀行", "018", "ゆうちょ（9900） 〇一八（018） 普通"),
        ("西武信用金庫", "本店", ""),
    ],
)
def test_bank_and_branch_are_taken_by_number_name_or_reading(hana, bank, branch, shown):
    draft = begun(hana)
    address = f"{draft}question/account/"

    response = hana.post(address, {**ACCOUNT, "bank": bank, "branch": branch})

    if shown:
        assert response.status_code == 302
        assert shown in hana.get(f"{draft}answers/").text
    else:
        assert "この金融機関は見つかりません" not in response.text


def test_bank_or_branch_that_does_not_exist_is_refused_with_a_sentence(hana):
    address = f"{begun(hana)}question/account/"

    bank = hana.post(address, {**ACCOUNT, "bank": "9999", "branch": "001"})
    branch = hana.post(address, {**ACCOUNT, "bank": "0001", "branch": "999"})

    assert "この金融機関は見つかりません。名前の一部（例：みずほ）か4けたの番号で" in bank.text
    assert "この支店は見つかりません。名前の一部か3けたの番号で" in branch.text
    assert "<details open>" in bank.text, "how to go on is in sight"
    assert "ゆうちょ銀行の支店の名前は、3けたの店番です。" in bank.text
    assert 'value="0001"' in branch.text


def test_name_that_fits_several_banks_is_chosen_from_a_list(hana):
    draft = begun(hana)
    address = f"{draft}question/account/"
    typed = {**ACCOUNT, "bank": "三菱", "branch": "本店"}

    several = hana.post(address, typed)
    chosen = hana.post(address, {**typed, "bank_code": "0005"})
    taken = hana.post(address, {**typed, "bank_code": "0005", "branch_code": "001"})

    assert several.status_code == 422
    assert "件あります。下から選んでください。" in several.text
    assert 'name="bank_code" value="0005"' in several.text
    assert chosen.status_code in {302, 422}
    assert taken.status_code == 302
    assert "三菱ＵＦＪ（0005） 本店（001）" in hana.get(f"{draft}answers/").text
