"""The portal's front as residents meet it."""

import pytest
from django.conf import settings

PAGES = [
    "/",
    "/search?q=児童手当",
    "/procedures/",
    "/procedures/jido_teate.nintei/",
    "/procedures/jido_teate.nintei/printable/",
    "/procedures/jido_teate.nintei/papers/bekkyo_kango/",
    "/life/moving/",
    "/life/child/",
    "/help/",
    "/divisions/",
    "/divisions/子育て支援課/",
    "/pages/accessibility/",
    "/pages/privacy/",
    "/pages/about/",
    "/pages/without-card/",
    "/sign-in/",
    "/language/",
]


@pytest.mark.parametrize("address", PAGES)
def test_page_answers_whole_and_without_anything_inline(visitor, address):
    response = visitor.get(address)

    assert response.status_code == 200
    page = response.content.decode()
    assert page.count("<h1") == 1
    assert page.count("<main") == 1
    assert "非公式デモ" in page
    assert "noindex" in page
    for inline in ("<style", " style=", " onclick=", " onload=", "javascript:"):
        assert inline not in page


@pytest.mark.parametrize("code", [code for code, _name in settings.LANGUAGES])
def test_home_answers_in_every_language(visitor, code):
    visitor.cookies[settings.LANGUAGE_COOKIE_NAME] = code

    response = visitor.get("/")

    assert response.status_code == 200
    tag = {"ja-easy": "ja", "zh-hans": "zh-Hans"}.get(code, code)
    assert f'<html lang="{tag}"' in response.content.decode()
    assert response["Content-Language"] == tag


def test_home_shows_six_life_events_in_the_packs_order(visitor):
    page = visitor.get("/").content.decode()

    places = [page.index(f"/life/{slug}/") for slug in ("moving", "child", "care", "bereavement", "health")]
    assert places == sorted(places)
    assert "/life/daily-life/" in page


def test_home_says_there_is_no_figure_rather_than_inventing_one(visitor):
    page = visitor.get("/").content.decode()

    assert "37<small>項目" in page
    assert "まだありません" in page  # nothing was decided yet


def test_home_shows_what_i_left_open(aoi):
    aoi.post("/procedures/jido_teate.nintei/start/")

    page = aoi.get("/").content.decode()

    assert "児童手当の認定請求" in page
    assert "書きかけ・あと" in page


def test_home_asks_the_database_little(visitor, django_assert_max_num_queries):
    with django_assert_max_num_queries(30):
        visitor.get("/")


def test_list_of_divisions_asks_once_for_all(visitor, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        visitor.get("/divisions/")


def test_search_finds_the_procedure_by_a_two_character_word(visitor):
    page = visitor.get("/search", {"q": "手当"}).content.decode()

    assert "/procedures/jido_teate.nintei/" in page


def test_search_without_a_hit_is_kind_and_offers_a_person(visitor):
    page = visitor.get("/search", {"q": "ぬぬぬ"}).content.decode()

    assert "見つかりませんでした" in page
    assert "人に相談する" in page


@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "' OR 1=1 --",
        "%00",
        "😀" * 200,
        '"',
        "%",
        "あ" * 5000,
    ],
)
def test_search_survives_hostile_words(visitor, typed):
    response = visitor.get("/search", {"q": typed})

    assert response.status_code == 200
    page = response.content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page


@pytest.mark.parametrize(
    "address",
    [
        "/nothing",
        "/procedures/nothing/",
        "/procedures/jido_teate.nintei/papers/nothing/",
        "/procedures/jido_teate.nintei/papers/juminhyo/",
        "/life/nothing/",
        "/life/help/",
        "/pages/nothing/",
        "/divisions/無い課/",
    ],
)
def test_what_is_not_there_is_said_in_words(visitor, address):
    response = visitor.get(address)

    assert response.status_code == 404
    assert "人に相談する" in response.content.decode()


def test_a_life_event_shows_its_procedures(visitor):
    page = visitor.get("/life/child/").content.decode()

    assert "/procedures/jido_teate.nintei/" in page
    assert "戸籍法 第49条" in page


def test_page_of_a_life_event_leads_to_its_place(visitor):
    assert visitor.get("/pages/moving/")["Location"] == "/life/moving/"
    assert visitor.get("/pages/help/")["Location"] == "/help/"


@pytest.mark.parametrize("code", [code for code, _name in settings.LANGUAGES])
def test_every_page_of_the_front_is_written_in_every_language(visitor, code):
    visitor.cookies["language"] = code

    for slug in ("about", "privacy", "accessibility", "without-card"):
        assert 'class="prose measure" id="text">' in visitor.get(f"/pages/{slug}/").content.decode()


def test_printable_form_has_every_question_and_room_for_two_children(visitor):
    page = visitor.get("/procedures/jido_teate.nintei/printable/").content.decode()

    assert page.count("いっしょに住んでいますか") == 2
    assert "お子さんの住所" in page  # asked on screen only when the child lives elsewhere
    assert "ほかにお子さんはいますか" not in page


def test_paper_that_goes_with_it_can_be_printed(visitor):
    page = visitor.get("/procedures/jido_teate.nintei/papers/bekkyo_kango/").text

    assert "別居監護申立書" in page
    assert "お子さんの生活費を出していますか" in page
    assert "（西暦・令和・平成・昭和）" in page
    for where in ("/procedures/jido_teate.nintei/", "/procedures/jido_teate.nintei/printable/"):
        assert "/procedures/jido_teate.nintei/papers/bekkyo_kango/" in visitor.get(where).text


def test_help_and_the_way_without_a_card_lead_on(visitor):
    for address in ("/help/", "/pages/without-card/"):
        assert 'href="/procedures/#paper"' in visitor.get(address).text
    for address in ("/help/", "/divisions/子育て支援課/", "/procedures/jido_teate.nintei/"):
        assert 'href="tel:00-0000-0001"' in visitor.get(address).text


def test_no_real_contact_of_the_ward_is_printed(visitor):
    for address in ("/help/", "/divisions/子育て支援課/", "/procedures/jido_teate.nintei/"):
        page = visitor.get(address).content.decode()
        assert "3993-1111" not in page
        assert "city.nerima" not in page
