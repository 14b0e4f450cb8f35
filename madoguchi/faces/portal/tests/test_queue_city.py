"""The reference city's 17 counters: the guide through them, and that every page tells of each act at once."""

import pytest
from django.conf import settings
from django.urls import reverse

from madoguchi.engines.queue import demo, services
from madoguchi.engines.queue.models import Line, Source, Ticket
from madoguchi.engines.queue.tests import make
from madoguchi.kernel import clock, packs
from madoguchi.kernel.refs import SYSTEM

from .conftest import NERIMA

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def url(name: str, *args: str) -> str:
    return reverse(f"portal:queue:{name}", args=args)


def poll(client, address: str, tag: str = ""):
    return client.get(address, headers=HTMX | ({"If-None-Match": tag} if tag else {}))


def took(line):
    return services.issue(line=line, source=Source.KIOSK, by=make.machine())


@pytest.fixture
def walk(client, city):
    """The reference city at nine, with people waiting at three of its counters."""
    with clock.frozen(make.at(9)):
        for counter, people in (("kari_g", 3), ("kari_d", 1), ("kari_e", 2)):
            line = Line.objects.get(counter=counter)
            for _person in range(people):
                services.issue(line=line, source=Source.KIOSK, by=make.machine())
        yield client


@pytest.mark.accepts("P1-5-1-T5")
def test_the_guide_lists_counters_in_walking_order_with_their_present_waiting_number(walk):
    text = walk.get(url("guided", "move-in")).text

    order = [text.index(f"仮{letter}窓口") for letter in "GMDJEF"]
    assert order == sorted(order)
    stops = text.split('<p class="guide__head">')[1:]
    waiting = {stop.split("窓口")[0][-2:]: stop for stop in stops}
    assert 'いまお待ちの方　<b class="num">3人</b>' in waiting["仮G"]
    assert 'いまお待ちの方　<b class="num">1人</b>' in waiting["仮D"]
    assert 'いまお待ちの方　<b class="num">2人</b>' in waiting["仮E"]
    assert "転出証明書" in waiting["仮G"]
    # One more takes a number: the sheet says so when it is asked for again.
    services.issue(line=Line.objects.get(counter="kari_d"), source=Source.KIOSK, by=make.machine())
    assert (
        'いまお待ちの方　<b class="num">2人</b>'
        in walk.get(url("guided", "move-in")).text.split("仮D窓口")[1][:900]
    )


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Moving-in notification"),
        ("zh-hans", "迁入申报"),
        ("ko", "전입 신고"),
        ("ja-easy", "転入(てんにゅう)の 届(とど)け"),
    ],
)
def test_the_guide_speaks_the_readers_language(walk, language, words):
    walk.cookies[settings.LANGUAGE_COOKIE_NAME] = language

    assert words in walk.get(url("guided", "move-in")).text


def test_the_guide_names_every_event_and_knows_no_other(walk):
    text = walk.get(url("guide")).text

    for event in ("move-in", "move-within", "move-out", "birth", "bereavement"):
        assert url("guided", event) in text
        assert walk.get(url("guided", event)).status_code == 200
    assert walk.get(url("guided", "nai")).status_code == 404


def test_the_pack_has_17_counters_and_the_front_page_leads_to_them(walk):
    assert walk.get(url("board")).text.count('<li data-standing="') == 17
    assert url("board") in walk.get("/").text
    assert not [problem for problem in packs.check(NERIMA) if "queue" in problem.file and problem.is_error]


@pytest.mark.accepts("P1-2-1-T1")
def test_a_number_at_each_of_the_17_counters_changes_page_display_and_api_at_the_next_question(walk):
    lines = list(Line.objects.filter(withdrawn_at=None).select_related("counter"))
    assert len(lines) == 17
    clerks = {}
    for line in lines:
        division = line.counter.division_id
        clerk = clerks[line.pk] = make.clerk(f"clerk-{line.prefix.lower()}", division)
        desk = make.desk(line, clerk)
        pages = [
            url("board"),
            url("counter", line.counter_id),
            reverse("kiosk:display", args=[line.counter_id]),
            f"/api/v1/counters/{line.counter_id}",
        ]
        tags = {page: poll(walk, page)["ETag"] for page in pages}

        mine = took(line).ticket
        issued = {page: poll(walk, page, tags[page]) for page in pages}
        while services.call_next(desk=desk, by=clerk, finishing=True).pk != mine.pk:
            pass
        called = {page: poll(walk, page, issued[page]["ETag"]) for page in pages}

        for page in pages:
            assert (issued[page].status_code, called[page].status_code) == (200, 200), page
            assert mine.label not in issued[page].text and mine.label in called[page].text, page
            # Nobody keeps it in between: it is asked for again each time.
            assert called[page]["Cache-Control"] == "no-cache", page
            assert poll(walk, page, called[page]["ETag"]).status_code == 304, page


def test_a_resident_is_told_in_the_inbox(aoi):
    line = Line.objects.get(counter="kari_f")
    mine = services.issue(line=line, source=Source.KIOSK, by=make.machine())

    assert aoi.post(url("tell", mine.secret), {"way": "inbox"}).status_code == 302

    assert Ticket.objects.get(pk=mine.ticket.pk).party is not None


def test_the_week_lays_a_year_and_a_queue_in_motion_once_and_the_same(client, city, settings):
    settings.PACK, settings.DEMO = NERIMA, True
    with clock.frozen(make.at(10)):
        demo.lay_week(by=SYSTEM)
        laid = list(
            Ticket.objects.order_by("line", "on", "number").values_list("line", "on", "number", "state")
        )
        demo.lay_week(by=SYSTEM)

        assert Ticket.objects.count() == len(laid)
        assert {state for _line, on, _number, state in laid if on == clock.today()} == {
            "waiting", "called", "serving", "held", "no_show", "transferred", "left", "done",
        }  # fmt: skip
        text = client.get(url("board")).text
        assert "新しい知らせが届いていません" in text and "いまは受付の係がいません。" in text
        assert text.count("くらいで呼ばれます。") > 10
        assert "12月" in client.get(url("counter", "kari_a")).text
    with clock.frozen(make.at(10, 30)):
        assert demo.go_on() > 10
        assert client.get(url("board")).text.count("新しい知らせが届いていません") == 1
        settings.DEMO = False
        assert demo.go_on() == 0
