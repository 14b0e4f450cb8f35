"""The words people type find the procedure they mean, told in the language they read."""

import re

import pytest

PLACE = re.compile(r'class="row" href="([^"]+)"')


@pytest.fixture
def read_in(visitor):
    """The page of results read in a language."""

    def ask(query, language="ja"):
        visitor.post("/language/", {"language": language, "next": "/"})
        page = visitor.get("/search", {"q": query}).content.decode()
        return PLACE.findall(page), page

    return ask


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("要介護認定", "kaigo.nintei"),
        ("介護認定", "kaigo.nintei"),
        ("かいご", "kaigo.nintei"),
        ("ヘルパー", "kaigo.nintei"),
        ("デイサービス", "kaigo.nintei"),
        ("認知症", "kaigo.nintei"),
        ("おばあちゃん", "kaigo.nintei"),
        ("じゅうみんひょう", "juminhyo.utsushi"),
        ("旧姓", "juminhyo.utsushi"),
        ("resident certificate", "juminhyo.utsushi"),
        ("孩子医疗证", "kodomo_iryosho.shinsei"),
        ("보육원", "hoiku.genkyo"),
    ],
)
def test_the_words_people_type_find_the_procedure(read_in, typed, key):
    places, _page = read_in(typed)

    assert f"/procedures/{key}/" in places[:3], places


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("待ち時間", "/queue/"),
        ("待ち人数", "/queue/"),
        ("持ち物", "/queue/guide/"),
        ("何を持っていく", "/queue/guide/"),
        ("抽選", "/draws/"),
        ("予約", "/book/"),
        ("団体登録", "/my/registrations/"),
        ("子どもを預けたい", "/book/ichiji_azukari/"),
        ("いちじあずかり", "/book/ichiji_azukari/"),
        ("babysitting", "/book/ichiji_azukari/"),
        ("バドミントン", "/book/shisetsu/"),
        ("テニス", "/book/shisetsu/"),
        ("体育館", "/book/shisetsu/"),
    ],
)
def test_the_words_people_type_find_what_is_booked_and_waited_for(read_in, typed, place):
    places, _page = read_in(typed)

    assert place in places[:3], places


def test_a_page_found_by_words_of_another_language_is_told_in_the_readers(read_in):
    places, page = read_in("lottery", "en")

    assert "/draws/" in places
    assert "抽選" not in page


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("ja", "住民票の写しの請求"),
        ("en", "Request for a copy of the resident record"),
        ("zh-hans", "申请住民票副本"),
        ("ko", "주민표 사본 청구"),
    ],
)
@pytest.mark.parametrize("typed", ["じゅうみんひょう", "resident certificate"])
def test_what_another_languages_words_found_is_told_in_the_readers(read_in, language, title, typed):
    _places, page = read_in(typed, language)

    assert title in page


def test_items_of_the_plan_come_after_everything_one_can_do(read_in):
    places, _page = read_in("介護")

    kinds = ["plan" if place.startswith("/plan") else "errand" for place in places]
    assert "plan" in kinds
    assert kinds == sorted(kinds)
