"""Meetings are planned, held or cancelled; what is to be talked about reaches the next one; minutes are not lost."""

import datetime as dt
import io
import threading

import pytest

from madoguchi.engines.councils import metrics, queries, services
from madoguchi.engines.councils.errors import (
    MaterialUnclear,
    MeetingNotHeld,
    MeetingOver,
    MeetingUnclear,
    MinutesEmpty,
)
from madoguchi.engines.councils.models import AgendaPoint, Council, Material, Meeting
from madoguchi.kernel import clock
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotAllowed, NotFound, SomebodyWasFaster
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.refs import SYSTEM
from madoguchi.kernel.text.errors import MyNumberRefused
from madoguchi.kernel.vault.models import FileState, StoredFile
from tests.at_once import at_once

from . import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def body():
    return make.council()


@pytest.fixture
def nakahara(body):
    return make.staff("nakahara")


def put(about, **said):
    return services.put_on_agenda(
        council_key=said.get("key", "kaigi"), about=about, title="議題", by=said.get("by", SYSTEM)
    )


def test_a_thing_goes_on_the_agenda_of_the_next_meeting_once(nakahara, body):
    later, soon = make.meeting(nakahara, body, days=30), make.meeting(nakahara, body, days=7)
    about = make.thing()

    first, second = put(about), put(about)

    assert first.pk == second.pk and first.meeting == soon
    assert not later.agenda.exists()
    assert put(make.thing()).order == 2


def test_a_meeting_is_planned_where_none_is_to_come(body, nakahara):
    make.held(nakahara, body)

    point = put(make.thing())

    assert (point.meeting.number, point.meeting.state) == (2, "planned")
    assert point.meeting.on >= clock.today() + dt.timedelta(days=30)
    assert put(make.thing(), key="nai") is None


def test_what_was_talked_about_can_be_put_on_the_agenda_again(nakahara, body):
    about, today = make.thing(), make.meeting(nakahara, body, days=0)
    put(about)
    services.hold(meeting=today, by=nakahara)

    again = put(about)

    assert again.meeting.number == 2
    assert [point.meeting.number for point in queries.agenda_about(about)] == [2, 1]


def test_a_cancelled_meeting_says_why_and_hands_on_what_waited(nakahara, body):
    meeting, about = make.meeting(nakahara, body), make.thing()
    services.add_point(meeting=meeting, title="前の回の確認", by=nakahara)
    put(about)

    with pytest.raises(MeetingUnclear):
        services.cancel(meeting=meeting, why=" ", by=nakahara)
    services.cancel(meeting=meeting, why="会場が使えないため", by=nakahara)

    other = body.meetings.get(state="planned")
    assert list(other.agenda.values_list("about", flat=True)) == [str(about)]
    assert meeting.agenda.count() == 2, "what was planned stays readable"
    with pytest.raises(MeetingOver):
        services.add_point(meeting=meeting, title="もう一つ", by=nakahara)


def test_a_meeting_is_held_on_its_day_and_then_it_is_over(nakahara, body):
    meeting = make.meeting(nakahara, body, days=2)
    with pytest.raises(MeetingUnclear):
        services.hold(meeting=meeting, by=nakahara)

    with clock.frozen(clock.now() + dt.timedelta(days=2)):
        services.hold(meeting=meeting, by=nakahara)
        for verb in (
            lambda: services.hold(meeting=meeting, by=nakahara),
            lambda: services.cancel(meeting=meeting, why="遅い", by=nakahara),
            lambda: services.change_meeting(meeting=meeting, given=make.given(), by=nakahara),
            lambda: services.put_on_meeting(meeting=meeting, about=make.thing(), title="遅い", by=SYSTEM),
        ):
            with pytest.raises(MeetingOver):
                verb()

    assert Meeting.objects.get().state == "held" and not AgendaPoint.objects.exists()


@pytest.mark.parametrize("days", [-1, 900, None])
def test_a_day_that_is_over_or_none_is_refused(nakahara, body, days):
    wrong = make.given(on=None) if days is None else make.given(days)

    with pytest.raises(MeetingUnclear):
        services.plan_meeting(council=body, given=wrong, by=nakahara)

    assert not Meeting.objects.exists()


def test_minutes_come_after_the_meeting_and_are_not_written_over_unseen(nakahara, body):
    planned = make.meeting(nakahara, body)
    with pytest.raises(MeetingNotHeld):
        services.publish_minutes(meeting=planned, minutes="早い", by=nakahara)
    meeting = make.held(nakahara, body)
    seen = meeting.version
    with pytest.raises(MinutesEmpty):
        services.publish_minutes(meeting=meeting, minutes=" \n", by=nakahara)
    with pytest.raises(MyNumberRefused):
        services.publish_minutes(meeting=meeting, minutes="番号は123456789018", by=nakahara)

    services.publish_minutes(meeting=meeting, minutes="話し合った。", by=nakahara, seen=seen)
    with pytest.raises(SomebodyWasFaster):
        services.publish_minutes(
            meeting=queries.meeting(meeting.pk), minutes="古い画面から", by=nakahara, seen=seen
        )

    assert queries.meeting(meeting.pk).minutes == "話し合った。"


def test_what_came_out_is_said_after_the_meeting(nakahara, body):
    meeting = make.meeting(nakahara, body, days=0)
    point = services.add_point(meeting=meeting, title="議題", by=nakahara)
    with pytest.raises(MeetingNotHeld):
        services.say_outcome(point=point, outcome="早い", by=nakahara)
    services.hold(meeting=meeting, by=nakahara)

    [point] = queries.meeting(meeting.pk).agenda.all()
    services.say_outcome(point=point, outcome="素案をつくる", by=nakahara)

    assert AgendaPoint.objects.get().outcome == "素案をつくる"


@pytest.mark.parametrize(
    "path", ["https://example.invalid/", "//example.invalid/", "/\\example.invalid", "plan/", ""]
)
def test_a_paper_is_a_file_or_a_page_of_this_site_and_nothing_else(nakahara, body, path):
    with pytest.raises(MaterialUnclear):
        services.add_material(meeting=make.meeting(nakahara, body), title="資料", path=path, by=nakahara)

    assert not Material.objects.exists()


def test_a_paper_that_is_taken_away_is_gone_from_the_vault(nakahara, body):
    meeting = make.meeting(nakahara, body)
    services.add_material(meeting=meeting, title="計画", path="/plan/", by=nakahara)
    paper = services.add_material(
        meeting=meeting, title="図", upload=io.BytesIO(make_png()), name="zu.png", by=nakahara
    )
    assert [one.order for one in queries.meeting(meeting.pk).materials.all()] == [1, 2]

    services.remove_material(material=paper, by=nakahara)

    assert StoredFile.objects.get().state == FileState.ERASED
    with pytest.raises(NotFound):
        queries.material(meeting.pk, paper.pk)


def make_png() -> bytes:
    from PIL import Image

    kept = io.BytesIO()
    Image.new("RGB", (4, 4), "white").save(kept, "PNG")
    return kept.getvalue()


def test_only_who_looks_after_the_body_does_anything(nakahara, body):
    meeting, other = make.meeting(nakahara, body), make.staff("mori", "情報政策課", "planner", "head")
    clerk = make.staff("sato", make.KEEPING, "clerk")

    for actor in (other, clerk, SYSTEM):
        for verb in (
            lambda by: services.plan_meeting(council=body, given=make.given(), by=by),
            lambda by: services.cancel(meeting=meeting, why="だめ", by=by),
            lambda by: services.add_point(meeting=meeting, title="だめ", by=by),
            lambda by: services.add_material(meeting=meeting, title="だめ", path="/", by=by),
        ):
            with pytest.raises(NotAllowed):
                verb(actor)
        with pytest.raises(NotFound):
            queries.meeting_for(actor, meeting.pk)
    assert queries.councils_minded(other) == [] and queries.to_do(other) == 0


def test_pages_that_were_not_printed_are_counted(nakahara, body):
    meeting = make.meeting(nakahara, body, days=0)
    services.add_material(meeting=meeting, title="計画", path="/plan/", pages=12, by=nakahara)
    services.add_material(meeting=meeting, title="図", path="/", by=nakahara)
    assert metrics.pages_not_printed().value == 0

    services.hold(meeting=meeting, by=nakahara)

    assert metrics.pages_not_printed().value == 24
    assert metrics.pages_not_printed(on=clock.today() - dt.timedelta(days=1)).value == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
@pytest.mark.slow
def test_things_put_on_the_agenda_at_once_all_stand_there_each_in_its_place():
    make.council()
    things = [make.thing() for _number in range(4)]

    results = at_once(*[lambda about=about: put(about) for about in [*things, things[0]]])

    assert [type(result).__name__ for result in results] == ["AgendaPoint"] * 5
    meeting = Meeting.objects.get()
    assert sorted(meeting.agenda.values_list("order", flat=True)) == [1, 2, 3, 4]


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
@pytest.mark.slow
def test_without_the_claim_two_things_would_want_the_same_place():
    """The teeth: both read the last place before either writes, and one of them is lost."""
    body = make.council()
    meeting = make.meeting(make.staff("nakahara"), body)
    both_read = threading.Barrier(2, timeout=30)

    def careless():
        place = meeting.agenda.count() + 1
        both_read.wait()
        with writes():
            return AgendaPoint.objects.create(meeting=meeting, order=place, title="議題")

    results = at_once(careless, careless)

    assert sorted(type(result).__name__ for result in results) == ["AgendaPoint", "IntegrityError"]


def test_a_body_no_longer_kept_takes_nothing_but_its_minutes_stay(nakahara, body):
    meeting = make.held(nakahara, body)
    services.publish_minutes(meeting=meeting, minutes="話し合った。", by=nakahara)

    services.withdraw_council(council=body, by=SYSTEM)

    assert put(make.thing()) is None
    assert queries.councils() == [] and queries.council("kaigi").withdrawn_at is not None
    assert queries.meeting(meeting.pk).minutes == "話し合った。"


def test_a_seat_follows_the_post_and_its_days(db):
    from madoguchi.engines.directory import services as directory

    people.keep_division(key="企画課", name="企画課")
    people.keep_post(key="kikaku.kacho", division="企画課", title="課長", roles=[])
    directory.keep_duty(key="unei.cho", title="委員長", order=1, post="kikaku.kacho", by=SYSTEM)
    seat = {"role": "", "name": "", "belongs_to": "", "duty": "unei.cho"}
    services.keep_council(key="unei", fields={"name": "運営委員会"}, members=[seat], by=SYSTEM)

    [found] = queries.seats(Council.objects.get(key="unei"))
    assert (found.role, found.posts) == ("委員長", ("企画課長",))

    people.keep_post(key="joho.kacho", division="企画課", title="課長", team="情報係", roles=[])
    directory.keep_duty(key="unei.cho", title="委員長", order=1, post="joho.kacho", by=SYSTEM)
    [found] = queries.seats(Council.objects.get(key="unei"))
    assert found.posts == ("情報係 課長",)
