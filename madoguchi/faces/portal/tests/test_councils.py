"""会議と議事録 as the public reads them."""

import pytest
from django.urls import reverse

from madoguchi.engines.consultation import services as consulting
from madoguchi.engines.consultation.errors import AlreadyPublished
from madoguchi.engines.consultation.models import Call, Event
from madoguchi.engines.consultation.tests import make as calls
from madoguchi.engines.councils import services
from madoguchi.engines.councils.tests import make
from madoguchi.engines.plan.tests import make_carrying as carrying
from madoguchi.kernel.errors import NotAllowed

pytestmark = pytest.mark.django_db


def council(client, key="kaigi", **headers):
    return client.get(reverse("portal:councils:council", args=[key]), headers=headers).text


def test_what_is_not_there_yet_is_said(client):
    assert "まだ登録されていません。" in client.get(reverse("portal:councils:list")).text
    make.council(members=0)

    text = council(client)

    assert "つぎの会議は、まだ決まっていません。" in text
    assert "ここに記録した会議は、まだありません。" in text
    assert "まだ登録されていません。" in text
    assert client.get(reverse("portal:councils:council", args=["nai"])).status_code == 404


def test_a_body_of_the_city_hall_says_that_nobody_attends(client):
    make.council(is_internal=True)

    assert "区役所の中の会議のため、傍聴はできません。" in council(client)


def test_a_body_is_read_in_the_readers_language_with_its_own_name_beside_it(client):
    make.council(words={"en": {"name": "Sample Council", "does": "It talks."}})

    text = council(client, **{"Accept-Language": "en"})

    assert "Sample Council" in text and "It talks." in text
    assert '<p class="small soft" lang="ja">見本会議</p>' in text


def test_a_past_call_that_names_the_body_is_shown_with_it(client):
    make.council(name="区政改革推進会議")
    told = calls.make_call(key="told", notices=[{"kind": "group", "text": "見本区区政改革推進会議"}])
    calls.make_call(key="untold", notices=[{"kind": "place", "text": "区政改革推進会議"}])
    Call.objects.update(state=Call.State.PUBLISHED)

    text = council(client)

    assert reverse("portal:opinions:call", args=[told.key]) in text
    assert reverse("portal:opinions:call", args=["untold"]) not in text


def test_a_meeting_that_moved_or_was_cancelled_is_told_on_the_page_of_the_call(client):
    planner = calls.staff("kikaku", calls.PLANNING, "planner")
    call, body = calls.opened(planner), make.council()
    meeting = make.meeting(planner, body, place="仮A会議室")
    consulting.brief_council(call=call, meeting_id=meeting.pk, by=planner)
    page = reverse("portal:opinions:call", args=[call.key])
    assert "仮A会議室" in client.get(page).text

    services.change_meeting(meeting=meeting, given=make.given(9, place="仮B会議室"), by=planner)
    moved = client.get(page).text
    assert "仮B会議室" in moved and "仮A会議室" not in moved
    services.cancel(meeting=meeting, why="会場が使えないため", by=planner)

    assert "中止になりました" in client.get(page).text
    shown = client.get(reverse("portal:councils:meeting", args=[meeting.pk])).text
    assert "会場が使えないため" in shown and "中止になったため、議事録はありません。" in shown


def test_only_who_runs_the_call_brings_its_draft_and_not_after_the_result():
    planner = calls.staff("kikaku", calls.PLANNING, "planner")
    call = calls.opened(planner)
    meeting = make.meeting(planner, make.council())

    with pytest.raises(NotAllowed):
        consulting.brief_council(
            call=call, meeting_id=meeting.pk, by=calls.staff("sato", calls.ASKED, "planner")
        )
    call.state = Call.State.PUBLISHED
    with pytest.raises(AlreadyPublished):
        consulting.brief_council(call=call, meeting_id=meeting.pk, by=planner)

    assert not Event.objects.exists() and not meeting.agenda.exists()


@pytest.mark.accepts("P5-1-T2")
def test_a_verified_report_is_read_on_the_agenda_of_both_bodies(client):
    carrying.plan_with_reports()
    carrying.verify(
        carrying.handed_in(carrying.asked(), by=carrying.yamada()), carrying.kato(), carrying.mori()
    )

    for body in make.Meeting.objects.all():
        text = client.get(reverse("portal:councils:meeting", args=[body.pk])).text
        assert "進捗報告書：P1-1 項目1（令和2年度、みどり課）" in text
    assert set(make.Meeting.objects.values_list("council__key", flat=True)) == set(carrying.BODIES)
