"""Pages: from files of a pack to safe HTML in the reader's language."""

import pytest

from madoguchi.engines.knowledge import markdown, queries
from madoguchi.engines.knowledge.errors import NoSuchPage
from madoguchi.kernel import packs, search
from madoguchi.kernel.refs import SYSTEM, anonymous

PACK = "name: mihon\ntitle: 見本市\nlanguages: [ja, en]\n"
MOVING = "---\ntitle: 引っ越し\nsummary: 転入など\nlife: 1\nlife_events: [引っ越し]\nchecked_on: 2026-11-21\n---\n## 届\n\n14日以内\n"
ENGLISH = "---\ntitle: Moving\n---\nWithin 14 days\n"
ABOUT = "---\ntitle: この見本について\n---\n本文です。\n"


def make_pack(path, **pages):
    folder = path / "mihon"
    (folder / "knowledge").mkdir(parents=True, exist_ok=True)
    (folder / "pack.yaml").write_text(PACK, encoding="utf-8")
    for old in (folder / "knowledge").iterdir():
        old.unlink()
    for name, text in (pages or {"moving": MOVING, "moving.en": ENGLISH, "about": ABOUT}).items():
        (folder / "knowledge" / f"{name}.md").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.django_db
def test_page_is_answered_in_the_readers_language(tmp_path):
    packs.apply(make_pack(tmp_path), by=SYSTEM)

    assert queries.page("moving").title == "引っ越し"
    english = queries.page("moving", "en")
    assert (english.title, english.is_translated) == ("Moving", True)
    assert english.life_events == ("引っ越し",)  # said once, in the Japanese file


@pytest.mark.django_db
def test_page_that_is_not_translated_is_japanese_and_says_so(tmp_path):
    packs.apply(make_pack(tmp_path), by=SYSTEM)

    korean = queries.page("moving", "ko")

    assert (korean.title, korean.language, korean.is_translated) == ("引っ越し", "ja", False)


@pytest.mark.django_db
def test_page_that_is_not_there_is_refused(tmp_path):
    packs.apply(make_pack(tmp_path), by=SYSTEM)

    with pytest.raises(NoSuchPage):
        queries.page("nothing")
    with pytest.raises(NoSuchPage):
        queries.life_event("about")


@pytest.mark.django_db
def test_life_events_come_in_the_packs_order(tmp_path):
    later = MOVING.replace("life: 1", "life: 2").replace("引っ越し", "介護")
    packs.apply(make_pack(tmp_path, about=ABOUT, care=later, moving=MOVING), by=SYSTEM)

    assert [page.slug for page in queries.life_events("en")] == ["moving", "care"]


@pytest.mark.django_db
def test_apply_again_changes_nothing_and_a_file_that_is_gone_takes_its_page_along(tmp_path):
    folder = make_pack(tmp_path)
    packs.apply(folder, by=SYSTEM)
    assert packs.diff(folder) == []

    applied = packs.apply(make_pack(tmp_path, about=ABOUT), by=SYSTEM)

    assert "- knowledge: 引っ越し (ja)" in [str(change) for change in applied.changes]
    assert [page.slug for page in queries.pages()] == ["about"]
    assert search.find("引っ越し", by=anonymous()) == []


@pytest.mark.django_db
def test_page_is_found_by_its_words(tmp_path):
    packs.apply(make_pack(tmp_path), by=SYSTEM)

    assert [hit.title for hit in search.find("14日", by=anonymous())] == ["引っ越し"]


@pytest.mark.parametrize(
    ("pages", "key"),
    [
        ({"about": "本文だけ"}, ""),
        ({"about": "---\nsummary: x\n---\n本文"}, "title"),
        ({"about": "---\ntitle: x\ncolour: red\n---\n本文"}, "colour"),
        ({"about": "---\ntitle: x\n---\n\n"}, ""),
        ({"about": "---\ntitle: x\n---\n[押す](javascript:alert(1))"}, ""),
        ({"about us": ABOUT}, ""),
    ],
)
def test_page_that_cannot_stand_is_named_with_its_file(tmp_path, pages, key):
    found = [problem for problem in packs.check(make_pack(tmp_path, **pages)) if problem.is_error]

    assert [problem.key for problem in found] == [key]
    assert "knowledge/" in found[0].file


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "a <b onmouseover=alert(1)>b</b>",
        "![x](javascript:alert(1))",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>)",
        "[x](//evil.invalid)",
        '[x](\\/evil.invalid "a" onclick=b)',
        "<javascript:alert(1)>",
        '[x](https://a.invalid/"onmouseover="alert(1))',
    ],
)
def test_nothing_in_a_page_runs_or_leads_astray(body):
    html = markdown.render(body)

    assert "<script" not in html
    assert "<img" not in html
    assert "<b " not in html
    assert 'href="javascript' not in html
    assert 'href="data:' not in html
    assert 'href="//' not in html
    assert '" onmouseover' not in html
    assert '"onmouseover="' not in html


def test_tables_lists_and_our_links_stand():
    html = markdown.render("## 見出し\n\n- [人に相談する](/help/)\n\n| a | b |\n|---|---|\n| 1 | 2 |\n")

    assert "<h2>見出し</h2>" in html
    assert '<a href="/help/">人に相談する</a>' in html
    assert "<td>2</td>" in html


def test_words_for_the_index_are_without_signs():
    assert markdown.plain("## 届\n\n**14日**以内に[出す](/help/)") == "届 14日以内に出す"
