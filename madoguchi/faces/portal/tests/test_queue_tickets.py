"""One's own number, and the two questions after the visit."""

import pytest
from django.test import Client
from django.urls import reverse

from madoguchi.engines.queue import services
from madoguchi.engines.queue.models import Source, Ticket
from madoguchi.engines.queue.tests import make
from madoguchi.kernel import clock

pytestmark = pytest.mark.django_db
EVERY_DAY = [
    {"desk": name, "days": [0, 1, 2, 3, 4], "since": "08:30", "until": "17:00"} for name in ("1", "2")
]


@pytest.fixture
def office():
    """Nine o'clock at one counter with one desk open."""
    with clock.frozen(make.at(9)):
        line, clerk = make.line(schedule=EVERY_DAY, minutes=10), make.clerk()
        yield line, clerk, make.desk(line, clerk)


def url(name: str, *args: str) -> str:
    return reverse(f"portal:queue:{name}", args=args)


def took(line, **facts):
    return services.issue(line=line, source=Source.KIOSK, by=make.machine(), **facts)


def test_the_slip_opens_the_page_of_its_number(client, office):
    line, clerk, desk = office
    make.issued(line, 4)
    mine = took(line)

    text = client.get(url("ticket", mine.secret)).text
    assert "F005" in text and "あと4人です。" in text
    assert client.get(url("ticket", mine.secret))["Referrer-Policy"] == "no-referrer"
    assert client.get(url("ticket", "x" * 22)).status_code == 404
    for _person in range(4):
        services.call_next(desk=desk, by=clerk, finishing=True)
    assert "つぎにお呼びします。" in client.get(url("ticket", mine.secret)).text
    services.call_next(desk=desk, by=clerk, finishing=True)

    assert "お呼びしています。1番の席へおいでください。" in client.get(url("ticket", mine.secret)).text


def test_a_number_is_taken_from_home_only_where_the_counter_allows_it(client, office):
    response = client.post(url("take", "kari_f"))
    assert response.status_code == 302
    assert "あなたの番号" in client.get(response["Location"]).text
    make.line("kari_g", "G", from_home=False)

    assert client.post(url("take", "kari_g")).status_code == 409
    assert "家から番号をとる" not in client.get(url("counter", "kari_g")).text
    assert "家から番号をとる" in client.get(url("counter", "kari_f")).text


def test_a_browser_has_one_number_at_a_time_and_is_shown_it_when_it_asks_for_another(client, office):
    line = office[0]
    make.line("kari_g", "G")
    mine = client.post(url("take", "kari_f"))["Location"]

    for counter in ("kari_f", "kari_g"):
        refused = client.post(url("take", counter))
        assert refused.status_code == 409
        assert "もう番号（F001）をおとりになっています。" in refused.text and "あなたの番号" in refused.text

    client.post(f"{mine}leave/")
    assert client.post(url("take", "kari_g")).status_code == 302
    assert sorted(Ticket.objects.values_list("line", "number")) == sorted(
        [(line.pk, 1), (Ticket.objects.get(line__counter="kari_g").line_id, 1)]
    )


def test_strangers_at_one_address_cannot_use_up_the_numbers_of_a_counter(office):
    answers = [Client().post(url("take", "kari_f")) for _ in range(6)]

    assert [one.status_code for one in answers] == [302] * 5 + [429]
    assert "少しお待ちいただいています" in answers[-1].text
    assert (answers[-1]["Retry-After"], Ticket.objects.count()) == ("60", 5)
    assert Client(REMOTE_ADDR="203.0.113.9").post(url("take", "kari_f")).status_code == 302
    with clock.frozen(make.at(9, 1)):
        assert Client().post(url("take", "kari_f")).status_code == 302


def test_whoever_holds_the_slip_leaves_after_being_asked_once(client, office):
    mine = took(office[0])

    assert "とりやめますか" in client.get(url("leave", mine.secret)).text
    assert Ticket.objects.get(pk=mine.ticket.pk).state == "waiting"
    client.post(url("leave", mine.secret))

    assert Ticket.objects.get(pk=mine.ticket.pk).state == "left"
    again = client.post(url("leave", mine.secret))
    assert again.status_code == 409 and "とりやめました" in again.text


def test_the_address_to_tell_is_sealed_and_a_slip_of_the_pen_is_said(client, office):
    mine = took(office[0])

    wrong = client.post(url("tell", mine.secret), {"way": "mail", "mail": "ちがう"})
    assert wrong.status_code == 422 and 'value="ちがう"' in wrong.text
    assert client.post(url("tell", mine.secret), {"way": "inbox"}).status_code == 422
    assert (
        client.post(url("tell", mine.secret), {"way": "mail", "mail": "hito@mihon.invalid"}).status_code
        == 302
    )

    ticket = Ticket.objects.get(pk=mine.ticket.pk)
    assert ticket.key is not None and b"hito" not in bytes(ticket.tell)
    text = client.get(url("ticket", mine.secret)).text
    assert "お知らせする宛先をうかがいました。" in text and "hito@" not in text


def test_two_taps_after_the_visit_are_told_by_counter_with_the_wait(client, office):
    line, clerk, desk = office
    slips = [took(line) for _person in range(6)]
    with clock.frozen(make.at(9, 10)):
        for _person in slips:
            services.call_next(desk=desk, by=clerk, finishing=True)
        before = client.post(url("opinion", slips[5].secret), {"tap": "manner:4"})
        assert before.status_code == 409
        services.done(ticket=Ticket.objects.get(pk=slips[5].ticket.pk), desk=desk, by=clerk)
        asked = client.get(url("ticket", slips[0].secret)).text
        assert "職員の対応は、いかがでしたか" in asked and "とてもよかった" in asked
        for number, slip in enumerate(slips):
            client.post(url("opinion", slip.secret), {"tap": f"manner:{4 if number else 1}"})
            if number < 5:
                client.post(url("opinion", slip.secret), {"tap": "convenience:3"})
        thanks = client.get(url("ticket", slips[0].secret)).text
        assert "お答えをいただきました。" in thanks and 'name="tap"' not in thanks
        assert client.post(url("opinion", slips[0].secret), {"tap": "manner:4"}).status_code == 409
        assert client.post(url("opinion", slips[0].secret), {"tap": "なに"}).status_code == 422

        text = client.get(url("survey")).text
        rows = client.get(url("survey_csv")).content.decode("utf-8-sig").splitlines()

    # Five of six; the wait of those who answered was ten minutes.
    assert "<b>83.3%</b>" in text and "6人のうち5人（無回答0人を除く）" in text
    assert "<b>100.0%</b>" in text and "5人のうち5人（無回答1人を除く）" in text
    assert rows[1:] == ["仮F窓口,6,83.3,0,100.0,1,10.0", "合計,6,83.3,0,100.0,1,10.0"]
