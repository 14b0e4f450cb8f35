"""いまの待ち人数, 混雑の傾向, one's own number and the two questions, as the public reads them."""

import datetime as dt

import pytest
from django.urls import reverse

from madoguchi.engines.queue import services
from madoguchi.engines.queue.tests import make
from madoguchi.kernel import clock

pytestmark = pytest.mark.django_db
EVERY_DAY = [
    {"desk": name, "days": [0, 1, 2, 3, 4], "since": "08:30", "until": "17:00"} for name in ("1", "2")
]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def office():
    """Nine o'clock at one counter with one desk open."""
    with clock.frozen(make.at(9)):
        line, clerk = make.line(schedule=EVERY_DAY, minutes=10), make.clerk()
        yield line, clerk, make.desk(line, clerk)


def url(name: str, *args: str) -> str:
    return reverse(f"portal:queue:{name}", args=args)


def poll(client, address: str, tag: str = ""):
    return client.get(address, headers=HTMX | ({"If-None-Match": tag} if tag else {}))


def test_the_board_says_how_many_wait_who_is_called_and_how_long_it_takes(client, office):
    line, clerk, desk = office
    make.issued(line, 4)
    services.call_next(desk=desk, by=clerk)

    text = client.get(url("board")).text

    assert "仮F窓口" in text
    assert "<b>3</b><small>人</small>" in text
    assert "<b>F001</b><small>（1番）</small>" in text
    # Three before me and the desk itself, ten minutes each.
    assert 'あと<b class="num nb">20～60分</b>くらいで呼ばれます。' in text


def test_what_was_issued_or_called_is_on_every_public_page_at_the_next_question(client, office):
    line, clerk, desk = office
    pages = [url("board"), url("counter", "kari_f"), reverse("kiosk:display", args=["kari_f"])]
    tags = {page: poll(client, page)["ETag"] for page in pages}
    for page in pages:
        assert poll(client, page, tags[page]).status_code == 304

    make.issued(line, 2)
    for page in pages:
        answer = poll(client, page, tags[page])
        assert answer.status_code == 200 and "F001" not in answer.text
        tags[page] = answer["ETag"]
    services.call_next(desk=desk, by=clerk)

    for page in pages:
        answer = poll(client, page, tags[page])
        assert answer.status_code == 200 and "F001" in answer.text


def test_that_nothing_changed_costs_one_query(client, office, django_assert_num_queries):
    for page in (url("board"), url("counter", "kari_f"), reverse("kiosk:display", args=["kari_f"])):
        tag = poll(client, page)["ETag"]

        with django_assert_num_queries(1):
            assert poll(client, page, tag).status_code == 304


def test_the_board_asks_as_much_for_many_counters_as_for_one(client, office, django_assert_max_num_queries):
    for prefix in "GHI":
        make.line(f"kari_{prefix.lower()}", prefix)

    with django_assert_max_num_queries(8):
        assert client.get(url("board")).status_code == 200


@pytest.mark.accepts("P1-2-1-T5")
def test_a_feed_older_than_its_minutes_is_said_instead_of_its_numbers(client, office):
    line, clerk, desk = office
    make.issued(line, 4)
    services.call_next(desk=desk, by=clerk)
    pages = [url("board"), url("counter", "kari_f"), reverse("kiosk:display", args=["kari_f"])]
    tags = {page: poll(client, page)["ETag"] for page in pages}
    for page in pages:
        assert "F001" in client.get(page).text

    with clock.frozen(make.at(9, 5) + dt.timedelta(seconds=1)):
        for page in pages:
            answer = poll(client, page, tags[page])
            for text in (answer.text, client.get(page).text):
                assert "新しい知らせが届いていません" in text
                assert "F001" not in text and "分</b>くらい" not in text and "<b>3</b>" not in text
    with clock.frozen(make.at(9, 6)):
        make.issued(line)
        assert "新しい知らせが届いていません" not in client.get(url("board")).text


def test_nobody_at_the_desk_is_said_instead_of_a_number(client, office):
    line, clerk, desk = office
    services.close_desk(desk=desk, by=clerk)
    make.issued(line, 2)

    text = client.get(url("counter", "kari_f")).text

    assert "いまは受付の係がいません。" in text and "分</b>くらい" not in text


def test_whoever_is_disturbed_by_it_stops_the_page(client, office):
    assert 'hx-trigger="every 5s"' in client.get(url("board")).text
    assert "hx-trigger" not in client.get(url("board") + "?auto=off").text


def test_a_counter_nobody_knows_is_not_there(client, office):
    for page in (url("counter", "nai"), url("congestion_csv", "nai"), reverse("kiosk:display", args=["nai"])):
        assert client.get(page).status_code == 404
