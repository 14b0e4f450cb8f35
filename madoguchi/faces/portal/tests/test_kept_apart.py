"""前に書いた内容 and what is registered, told apart; and where residents stumbled over a single input."""

from .kinds_pack import begun
from .test_kinds import answered, sent


def test_two_missing_readings_are_told_apart(hana):
    address = f"{begun(hana)}question/applicant.name/"

    bare = hana.post(address, {"family": "見本", "given": "花"}).text
    latin = hana.post(
        address, {"family": "見本", "given": "花", "family_kana": "Mihon", "given_kana": "Hana"}
    ).text

    for said in (bare, latin):
        assert "「みょうじのふりがな」" in said
        assert "「なまえのふりがな」" in said


def test_address_written_over_two_lines_is_one_address(hana):
    address = f"{begun(hana)}question/applicant.address/"

    hana.post(address, {"postcode": "000-0000", "address": "架空県見本市\r\n見本町1-2", "building": ""})

    assert ">架空県見本市 見本町1-2</textarea>" in hana.get(address).text


def test_what_is_registered_is_told_apart_from_what_was_kept(hana):
    draft = begun(hana)
    answered(hana, draft)
    sent(hana, draft, keep="yes")

    asked = hana.post("/my/kept/").text
    assert "覚えている内容を、全部消しますか" in asked
    assert "見本銀行" in hana.get("/my/kept/").text, "nothing is gone before it is said twice"
    hana.post("/my/kept/", {"sure": "yes"})

    kept = hana.get("/my/kept/").text
    assert "何も覚えていません。" in kept
    registered = kept.split('id="registered"')[1]
    assert "葛" in registered
    assert "全部消しても残ります。" in registered
    offer = hana.get(f"{begun(hana)}reuse/").text
    assert "登録されている内容を使いますか" in offer
    assert "前に書いた" not in offer


def test_both_are_offered_under_their_own_names(hana):
    draft = begun(hana)
    answered(hana, draft)
    sent(hana, draft, keep="yes")
    hana.post("/my/kept/", {"item": "person.name"})

    offer = hana.get(f"{begun(hana)}reuse/").text

    kept, registered = offer.split("前に書いた、あなたのこと")[1].split("登録されている内容</h2>")
    assert "マリア ケイ" in kept
    assert "氏名" in registered


def test_family_is_promised_where_it_is_kept(hana):
    loan = begun(hana)
    answered(hana, loan)
    assert "あなたと、ここに書いた家族など" in hana.get(f"{loan}confirm/").text
    assert "日付は覚えません" not in hana.get(f"{loan}confirm/").text
