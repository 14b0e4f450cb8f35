"""A request goes from post to post, each step by another person, and stays on record."""

import datetime as dt

import pytest

from madoguchi.engines.approvals import events, metrics, queries, services
from madoguchi.engines.approvals.errors import (
    AlreadyAsked,
    ApprovalOver,
    NotYourTurn,
    OwnRequest,
    RemandNeedsReason,
    RouteUnknown,
)
from madoguchi.engines.approvals.models import Request, Route, Step
from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.errors import NotAllowed, NotFound, SomebodyWasFaster
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.identity import standing
from madoguchi.kernel.refs import SYSTEM
from madoguchi.kernel.text.errors import MyNumberRefused

from . import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def sato():
    make.route()
    return make.staff("sato", make.ASKING, "clerk", name="佐藤")


@pytest.fixture
def ogawa(sato):
    return make.staff("ogawa", make.ASKING, "head", name="小川")


@pytest.fixture
def miyoshi(sato):
    return make.staff("miyoshi", make.CHECKING, "planner", name="三好")


def states(request):
    return list(request.steps.values_list("state", "by_name"))


def test_a_request_goes_step_by_step_and_its_end_is_said(sato, ogawa, miyoshi):
    request, heard = make.ask(sato), []

    def hear(request, by, **_more):
        heard.append((request.state, request.digest, by.name))

    events.approved.connect(hear)
    try:
        services.approve(request=request, by=ogawa, note=" よい案です。 ")
        assert heard == [] and make.fresh(request).state == "pending"
        services.approve(request=make.fresh(request), by=miyoshi)
    finally:
        events.approved.disconnect(hear)

    assert heard == [("approved", "a" * 64, "三好")]
    assert states(request) == [("approved", "小川"), ("approved", "三好")]
    assert request.steps.first().note == "よい案です。"
    verbs = Event.objects.filter(about=str(request.ref)).order_by("at", "id").values_list("verb", flat=True)
    assert list(verbs) == ["approval.asked", "approval.step_approved", "approval.approved"]


def test_nobody_takes_a_step_before_its_turn_or_that_is_not_theirs(sato, ogawa, miyoshi):
    request = make.ask(sato)

    for actor in (sato, miyoshi, make.staff("hirano", "介護保険課", "head", "planner")):
        with pytest.raises(NotYourTurn):
            services.approve(request=make.fresh(request), by=actor)

    assert states(request) == [("waiting", ""), ("waiting", "")]
    assert make.fresh(request).version == 1


def test_who_asked_or_took_a_step_is_no_second_pair_of_eyes(sato):
    both = make.staff("both", make.ASKING, "head", name="兼務")
    post = people.keep_post(key="both.second", division=make.CHECKING, title="担当", roles=["planner"])
    people.appoint(
        account=people.Account.objects.get(pk=both.account), post=post, since=clock.today(), by=SYSTEM
    )
    both = make.again(both)
    own, other = make.ask(both), make.ask(sato)
    services.approve(request=other, by=both)

    for request in (own, other):
        with pytest.raises(OwnRequest):
            services.approve(request=make.fresh(request), by=both)

    assert queries.waiting_for(both) == [] and queries.count_waiting(both) == 0


def test_remand_needs_a_reason_and_gives_it_back(sato, ogawa):
    request = make.ask(sato, about="01")

    with pytest.raises(RemandNeedsReason):
        services.remand(request=request, by=ogawa, note="　 ")
    services.remand(request=make.fresh(request), by=ogawa, note="費用が書いてありません。")

    assert make.fresh(request).state == "remanded"
    assert states(request) == [("remanded", "小川"), ("waiting", "")]
    again = make.ask(sato, about="01")
    assert [one.pk for one in queries.of(make.Ref.parse(again.about))] == [again.pk, request.pk]


def test_a_thing_is_on_its_way_once_at_a_time(sato):
    make.ask(sato, about="01")

    with pytest.raises(AlreadyAsked):
        make.ask(sato, about="01")

    assert Request.objects.count() == 1 and Step.objects.count() == 2


def test_withdrawn_by_who_asked_or_their_head_and_by_nobody_else(sato, ogawa, miyoshi):
    first, second = make.ask(sato), make.ask(sato)

    with pytest.raises(NotYourTurn):
        services.withdraw(request=first, by=miyoshi)
    services.withdraw(request=make.fresh(first), by=sato)
    services.withdraw(request=second, by=ogawa)

    assert {one.state for one in Request.objects.all()} == {"withdrawn"}
    with pytest.raises(ApprovalOver):
        services.approve(request=make.fresh(first), by=ogawa)


def test_an_old_copy_is_told_that_somebody_was_faster(sato, ogawa, miyoshi):
    request = make.ask(sato)
    stale = make.fresh(request)
    services.approve(request=request, by=ogawa)

    with pytest.raises(SomebodyWasFaster):
        services.remand(request=stale, by=miyoshi, note="おそかった")

    assert states(request) == [("approved", "小川"), ("waiting", "")]


def test_the_system_asks_and_approves_nothing_and_unknown_ways_are_told(sato):
    with pytest.raises(NotAllowed):
        make.ask(SYSTEM)
    Route.objects.update(withdrawn_at=clock.now())
    with pytest.raises(RouteUnknown):
        make.ask(sato)


def test_a_my_number_in_a_note_is_refused_and_nothing_is_taken(sato, ogawa):
    request = make.ask(sato)

    with pytest.raises(MyNumberRefused):
        services.approve(request=request, by=ogawa, note="番号は 1234 5678 9018 です")

    assert states(request) == [("waiting", ""), ("waiting", "")]


def test_a_request_keeps_the_steps_of_its_day(sato, ogawa):
    request = make.ask(sato)

    make.route(steps=make.STEPS[:1])
    services.approve(request=request, by=ogawa)

    assert make.fresh(request).state == "pending"
    assert [step.title for step in request.steps.all()] == ["担当課長", "企画課の確認"]


def test_a_stand_in_is_named_for_whom_they_stand_in(sato, ogawa):
    tamura = make.staff("tamura", make.ASKING, "clerk", name="田村")
    standing.stand_in(
        absent=ogawa.account,
        stands_in=tamura.account,
        since=clock.today(),
        until=clock.today(),
        by=ogawa,
    )
    request, tamura = make.ask(sato), make.again(tamura)

    assert [one.pk for one in queries.waiting_for(tamura)] == [request.pk]
    services.approve(request=request, by=tamura)

    assert request.steps.first().by_name == "田村（小川の代理）"
    assert request.steps.first().by == tamura.account


def test_a_division_that_passed_into_another_goes_on_there_with_what_was_on_its_way(sato, ogawa):
    request = make.ask(sato)
    tomorrow = clock.now() + dt.timedelta(days=1)
    new = make.staff("mori", "こども未来課", "head", name="森")
    people.keep_division(
        key=make.ASKING, name=make.ASKING, valid_until=clock.today(), passes_to="こども未来課"
    )

    assert queries.waiting_for(make.again(new)) == []
    with clock.frozen(tomorrow):
        mori = make.again(new)
        assert [one.pk for one in queries.waiting_for(mori)] == [request.pk]
        assert queries.shown(mori, request.pk).may_take
        services.approve(request=make.fresh(request), by=mori)

    step = request.steps.first()
    assert (step.by_name, step.division_id, make.fresh(request).division_id) == (
        "森",
        make.ASKING,
        make.ASKING,
    )


def test_only_who_is_on_the_way_sees_it(sato, ogawa, miyoshi):
    request = make.ask(sato)
    stranger = make.staff("hirano", "介護保険課", "head")

    for actor in (sato, ogawa, miyoshi, make.staff("tamura", make.ASKING, "clerk")):
        assert queries.request_for(actor, request.pk) == request
    for actor, key in ((stranger, request.pk), (sato, "01"), (sato, make.new_id())):
        with pytest.raises(NotFound):
            queries.request_for(actor, key)


def test_the_electronic_share_counts_a_step_on_paper_against_it(sato, ogawa, miyoshi):
    assert metrics.electronic_share().value is None
    for on_paper in (True, False, False, False):
        request = services.approve(request=make.ask(sato), by=ogawa, on_paper=on_paper)
        services.approve(request=make.fresh(request), by=miyoshi)
    services.remand(request=make.ask(sato), by=ogawa, note="数えない")

    found = metrics.electronic_share()

    assert (found.value, found.n, found.of) == (75.0, 3, 4)
    assert metrics.electronic_share(on=clock.today() - dt.timedelta(days=1)).of == 0


def test_who_wrote_the_text_does_not_approve_it_though_another_asked(sato):
    writer = make.staff("writer", make.ASKING, "head", name="書いた課長")
    request = make.ask(sato, written_by=writer.account)

    assert queries.waiting_for(writer) == []
    with pytest.raises(OwnRequest):
        services.approve(request=request, by=writer)
