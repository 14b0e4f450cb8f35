"""What a drawn letter holds."""

from __future__ import annotations

import pytest

from madoguchi.engines.documents.drawing import draw
from madoguchi.engines.documents.services import Section

from .make import APPEAL, a_letter, reader, text_of


def test_a_letter_can_be_read_copied_and_read_out():
    pdf = draw(a_letter(facts=[("受付番号", "2611-0427-7")], appeal_notice=APPEAL, contact=["子育て支援課"]))

    text = text_of(pdf)
    for part in (
        "令和8年11月22日",
        "𠮷田髙﨑様",
        "架空県見本市見本町1-2-3",
        "見本市長",
        "児童手当認定通知書",
        "審査請求",
    ):
        assert part in text
    root = reader(pdf).root_object
    assert root["/Lang"] == "ja-JP"
    assert root["/MarkInfo"]["/Marked"]
    assert reader(pdf).metadata.title == "児童手当 認定通知書"
    assert "pdfuaid" in reader(pdf).xmp_metadata.stream.get_data().decode()


def test_every_font_is_embedded():
    fonts = [font.get_object() for font in reader(draw(a_letter())).pages[0]["/Resources"]["/Font"].values()]

    for font in fonts:
        described = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert "NotoSansCJKjp" in font["/BaseFont"]
        assert "/FontFile3" in described
        assert "/ToUnicode" in font


@pytest.mark.parametrize(
    "tricky",
    [
        '#read("/etc/passwd")',
        "$x^2$",
        "*強く* _斜_ `code` = 見出し",
        "#let x = 1; #x",
        "\\u{41} \\ // 注 /* 注 */",
        "\"引用\" 'a' -- --- ...",
        "@ref <label> [x] {y}",
        '"}, "is_sample": false',
        "{{reason}}",
        "https://example.invalid/?a=1&b=2",
    ],
)
def test_what_a_person_wrote_stands_there_as_written(tricky):
    pdf = draw(
        a_letter(
            to_name=tricky,
            title=f"題 {tricky}",
            paragraphs=[tricky],
            facts=[(tricky, tricky)],
            reasons=[tricky],
            from_post=tricky,
        )
    )

    assert text_of(pdf).count("".join(tricky.split())) >= 6
    assert reader(pdf).metadata.title == f"題 {tricky}"


def test_signs_that_turn_the_direction_of_reading_are_taken_out():
    pdf = draw(a_letter(to_name="山田\u202e郎太\u2066", facts=[("口座\u200b番号", "12\u200f34")]))

    text = text_of(pdf)
    assert "山田郎太様" in text
    assert "口座番号1234" in text


def test_names_with_variants_and_rare_kanji_are_drawn():
    text = text_of(draw(a_letter(to_name="葛\U000e0100城 𠮷﨑髙子 龘")))

    assert "城𠮷﨑髙子龘様" in text


def test_forty_facts_go_over_pages_and_none_is_lost():
    facts = [(f"項目{number}", f"答え{number} " + "長い説明" * 12) for number in range(40)]

    pdf = draw(a_letter(facts=facts, sections=[Section("お子さん 2人め", [("生年月日", "")])]))

    text = text_of(pdf)
    assert len(reader(pdf).pages) > 1
    assert all(f"答え{number}長い" in text for number in range(40))
    assert "お子さん2人め" in text
    assert "（記入なし）" in text


def test_very_long_words_and_names_stay_on_the_page():
    pdf = draw(a_letter(to_name="寿限無" * 40, title="長い題" * 25, facts=[("x" * 300, "y" * 2000)]))

    assert text_of(pdf).replace("\u200b", "").count("y") >= 2000


def test_a_sample_says_so_on_every_page_and_a_real_one_does_not():
    facts = [("項目", "答え")] * 60
    sample, real = draw(a_letter(facts=facts, is_sample=True)), draw(a_letter(facts=facts))

    pages = [page.extract_text() for page in reader(sample).pages]
    assert len(pages) > 1 and all("効力はありません" in text for text in pages)
    assert "見本　" not in text_of(real) and "効力はありません" not in text_of(real)


def test_the_same_letter_is_drawn_the_same():
    assert draw(a_letter()) == draw(a_letter())


def test_a_character_no_font_has_does_not_cost_the_letter():
    pdf = draw(a_letter(to_name="Ann 👶 ก ع \U0010de92", facts=[("氏名", "見本\ufe0f 花\U000e01ef子")]))

    text = text_of(pdf)
    assert "Ann〓〓〓〓様" in text
    assert "〓は、この書類では表示できない文字です。" in text
    assert "見本花子" in "".join(sign for sign in text if sign.isalnum())


def test_a_letter_that_lacks_nothing_does_not_speak_of_it():
    assert "〓" not in text_of(draw(a_letter(to_name="葛\U000e0100城 é 한 汉 ①Ⅲ㈱")))
