"""仕分け待ち: mails that name no call are put to one, or said to be no opinion."""

from __future__ import annotations

import pytest

from madoguchi.engines.consultation.mail_in.heard import hear
from madoguchi.engines.consultation.mail_in.rounds import receive_mail
from madoguchi.engines.consultation.models import Arrival, Comment
from madoguchi.engines.consultation.services import arriving
from madoguchi.engines.consultation.tests import make, make_mails
from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.refs import SYSTEM

LOST = "dareka@mihon.invalid"


def arrive(raw: bytes) -> Arrival:
    mail = hear(raw)
    arrival = receive_mail(raw=raw, mail=mail, at=clock.now())
    arriving.take_papers(arrival=arrival, papers=mail.papers, by=SYSTEM)
    return arrival


@pytest.fixture
def lost(call, planner) -> Arrival:
    make.opened(planner.actor, key="hoka")
    return arrive(make_mails.plain(to=LOST))


def test_a_mail_that_names_no_call_is_put_to_one_and_received_as_of_its_hour(planner, call, lost):
    index = planner.get("consultation:index")
    listed = planner.get("consultation:mails")
    assert "仕分け待ち" in index.text and "1通" in index.text
    assert "待ち人数" not in listed.text

    shown = planner.get("consultation:mail", lost.pk)
    assert "家から待ち人数を見たいです。" in shown.text and make_mails.SENDER in shown.text
    assert Event.objects.filter(about=str(lost.ref), verb="read").exists()
    done = planner.post("consultation:mail_put", lost.pk, call=call.key)

    comment = Comment.objects.get()
    assert (comment.call, comment.received_at) == (call, lost.arrived_at)
    assert comment.receipt in done.text and "家から待ち人数を見たいです。" in done.text
    assert planner.post("consultation:mail_put", lost.pk, call=call.key).status_code == 404
    assert Comment.objects.count() == 1


def test_what_is_no_opinion_is_set_aside_and_can_still_be_put_to_a_call(planner, call, lost):
    planner.post("consultation:mail_aside", lost.pk)

    assert "ここには、まだありません" in planner.get("consultation:mails").text
    assert str(lost.pk) in planner.get("consultation:mails", only="aside").text
    planner.post("consultation:mail_put", lost.pk, call=call.key)
    assert Comment.objects.get().call == call


def test_whoever_runs_no_call_finds_nothing_and_a_call_that_is_not_theirs_is_not_found(
    planner, clerk, stranger, call, lost
):
    assert clerk.get("consultation:mail", lost.pk).status_code == 403
    assert stranger.post("consultation:mail_put", lost.pk, call=call.key).status_code == 404
    assert planner.post("consultation:mail_put", lost.pk, call="nai").status_code == 404
    assert Comment.objects.count() == 0


def test_a_letter_says_what_of_it_could_not_be_taken(planner, call):
    arrival = arrive(make_mails.with_papers())

    page = planner.get("consultation:letter", call.key, arrival.comment_id)

    assert "添付の「意見.docx」は受け取れませんでした（ワードやエクセルなどのファイルです）。" in page.text
    assert "意見書.pdf" in page.text


def test_a_writer_who_asks_is_forgotten_on_the_page_of_their_letter(planner, call):
    comment = make.send(call, "家から見たい", mail="aoi@mihon.invalid")

    refused = planner.post("consultation:forget", call.key, comment.pk, sure="yes")
    assert "まだ分けていないか" in refused.text
    make.make_opinion(call, comment, planner.actor)
    planner.post("consultation:forget", call.key, comment.pk)
    assert "家から見たい" in planner.get("consultation:letter", call.key, comment.pk).text
    done = planner.post("consultation:forget", call.key, comment.pk, sure="yes")

    assert "文章と連絡先を消しました" in done.text
    quoted = done.text.split('id="original"')[1].split('id="parts"')[0]
    assert "家から見たい" not in quoted
    assert planner.get("consultation:alike", call.key).status_code == 200
    assert planner.get("consultation:letters", call.key).status_code == 200


def test_the_list_costs_the_same_however_many_wait(planner, lost, django_assert_max_num_queries):
    for number in range(2, 7):
        arrive(make_mails.plain(f"迷子 {number}", number=number, to=LOST))

    with django_assert_max_num_queries(14):
        assert "6通" in planner.get("consultation:mails").text
