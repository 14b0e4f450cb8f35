import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.kernel import text

KATSURAGI = "葛\U000e0100城"  # 葛 in the form its bearer writes


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ねりまく", "ネリマク"),
        ("ﾈﾘﾏｸ", "ネリマク"),
        ("児童　手当", "児童手当"),
        ("ＡＢＣ１２", "abc12"),
        (KATSURAGI, "葛城"),
        ("ﾊﾟｿｺﾝ", "ぱそこん"),
        ("ヴァ", "ゔぁ"),
        ("㈱", "(株)"),
    ],
)
def test_what_people_call_the_same_is_found_under_one_key(one, other):
    assert text.fold(one) == text.fold(other)


@pytest.mark.parametrize(
    ("one", "other"), [("はは", "ばば"), ("か", "が"), ("児童", "自動"), ("びよういん", "びょういん")]
)
def test_what_is_not_the_same_stays_apart(one, other):
    assert text.fold(one) != text.fold(other)


@given(st.text())
def test_a_key_of_a_key_is_itself_and_normal_text_stays_normal(words):
    assert text.fold(text.fold(words)) == text.fold(words)
    assert text.normal(text.normal(words)) == text.normal(words)
    text.normal(words).encode()  # what is stored can be written anywhere


def test_stored_text_keeps_how_a_name_is_written_and_drops_what_hides():
    assert text.normal(KATSURAGI) == KATSURAGI
    assert text.normal("a\u202eb\u200bc\x00\x1bd\ufeff") == "abcd"
    assert text.normal("一\r\n二\r三\t四") == "一\n二\n三\t四"
    assert text.normal("\ud800a") == "a"
    assert text.normal("\u304b\u3099") == "が"


def test_compatibility_characters_of_names_are_left_as_typed():
    # U+FA11 﨑 and the compatibility ideographs: NFC would turn U+F91D 欄 into U+6B04.
    assert text.normal("山﨑") == "山﨑"
    assert text.normal("\uf91d") == "\uf91d"


@pytest.mark.parametrize(
    ("reading", "is_kana"),
    [
        ("ネリマ アオイ", True),
        ("ー", True),
        ("ねりま", False),
        ("練馬", False),
        ("", False),
        ("ネリマ\n", False),
        ("A", False),
    ],
)
def test_a_reading_is_katakana_only(reading, is_kana):
    assert text.is_kana(reading) is is_kana


def test_kana_of_every_kind_become_katakana():
    assert text.to_katakana("ねりま ﾎﾞﾀﾝ ヴ") == "ネリマ ボタン ヴ"


@pytest.mark.parametrize("typed", ["176-0012", "１７６－００１２", "〒176 0012", "1760012", "176ー0012"])
def test_a_postcode_is_read_in_every_spelling(typed):
    assert text.postcode(typed) == "1760012"
    assert text.shown_postcode("1760012") == "〒176-0012"


@pytest.mark.parametrize(
    "typed", ["03-3993-1111", "０３（３９９３）１１１１", "+81 3-3993-1111", "+81(0)3 3993 1111"]
)
def test_a_telephone_number_is_read_in_every_spelling(typed):
    assert text.phone(typed) == "0339931111"


def test_a_mail_address_is_read():
    assert text.email(" ａｏｉ@example.jp ") == "aoi@example.jp"


@pytest.mark.parametrize(
    ("read", "typed"),
    [
        (text.postcode, "176-001"),
        (text.postcode, "abc"),
        (text.phone, "12345"),
        (text.phone, "1-800-555-0100"),
        (text.email, "aoi"),
        (text.email, "aoi@"),
        (text.email, "a b@example.jp"),
        (text.email, "a@example..jp"),
        (text.email, "a@example.jp\nBcc: x@example.jp"),
    ],
)
def test_what_cannot_be_one_is_refused(read, typed):
    with pytest.raises(ValueError, match="not a"):
        read(typed)


@pytest.mark.parametrize(
    ("code", "lang"), [("ja", "ja"), ("ja-easy", "ja"), ("zh-hans", "zh-Hans"), ("en", "en")]
)
def test_a_page_says_its_language_in_the_standard_way(code, lang):
    assert text.html_lang(code) == lang


def test_the_nearest_word_is_proposed_or_none():
    assert text.nearest("titel", ["title", "summary"]) == "title"
    assert text.nearest("TITLE", ["title"]) == "title"
    assert text.nearest("xyz", ["title"]) is None
    assert text.nearest("a" * 100_000, ["title"]) is None
