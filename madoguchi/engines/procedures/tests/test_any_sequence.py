"""Whatever residents and staff do, in whatever order: the case stays legal, its history whole, its clock right.

Hypothesis draws the acts and the days between them; each act goes through the services as a page would send it and
either happens or is refused. What must hold is then compared with a model that knows nothing of the engine but
its words: a list of moves, and a calendar walked day by day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from madoguchi.engines.procedures import procedure, services
from madoguchi.engines.procedures.models import Case, Decision, ReturnedDecision
from madoguchi.kernel import audit, clock, jobs
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.refs import Actor

from . import make

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

START = dt.datetime(2026, 11, 2, 9, 0, tzinfo=clock.JST)
OTHER = "介護保険課"
FINE = "18歳になった年度の末までのお子さんが、いないと確かめられたためです。"


@dataclass
class City:
    aoi: Actor
    sato: Actor
    tamura: Actor
    ogawa: Actor
    mori: Actor
    takagi: Actor
    case: Case
    # The model: what was seen to happen, in the engine's words and no other.
    moves: list[tuple[str, str, dt.date]] = field(default_factory=list)
    refused: int = 0
    now: dt.datetime = START

    @property
    def seen(self) -> int:
        return self.case.version


def advance(to: str) -> Callable[[City, Actor], object]:
    return lambda city, by: services.advance(case=city.case, to=to, by=by, seen=city.seen)


def decide(outcome: str, reason: str = "") -> Callable[[City, Actor], object]:
    return lambda city, by: services.decide(
        case=city.case, outcome=outcome, reason=reason, by=by, seen=city.seen
    )


def ask(city: City, by: Actor) -> object:
    items = {"event_on": "母子健康手帳と日付がちがいます。"}
    return services.ask_correction(case=city.case, items=items, by=by, seen=city.seen)


def answer(day: str) -> Callable[[City, Actor], object]:
    posted = {"event_on": {"y": "2026", "m": "10", "d": day}}
    return lambda city, by: services.answer_correction(case=city.case, posted=posted, by=by, seen=city.seen)


def confirm(city: City, by: Actor) -> None:
    for correction in city.case.corrections.exclude(answered_at=None):
        for item in correction.items.filter(confirmed_at=None):
            services.confirm_item(case=city.case, item_id=str(item.pk), by=by)


def draw_letter(_city: City, _by: Actor) -> None:
    jobs.run_due(kinds=("procedures.letter",))


def recall(kind: str) -> Callable[[City, Actor], object]:
    what = "封筒を取りちがえ、別の方の通知書を入れて送りました。"
    return lambda city, by: services.report_misissue(
        case=city.case, kind=kind, step="second_check", what=what, by=by, seen=city.seen
    )


def half_answer(city: City, by: Actor) -> None:
    """The resident begins to correct, hands nothing in, and goes away."""
    correction = city.case.corrections.filter(closed_at=None).first()
    posted = {"event_on": {"y": "2026", "m": "10", "d": "19"}}
    seen = correction.buffer_version if correction else 0
    services.save_correction(case=city.case, posted=posted, by=by, seen=seen)


def read_and_send(city: City, by: Actor) -> object:
    services.record_letter_opened(case=city.case, by=by)
    return services.check_and_send(case=city.case, by=by)


def transfer(to: str) -> Callable[[City, Actor], object]:
    why = "住所が変わり、担当する課が変わったためです。"
    return lambda city, by: services.transfer(case=city.case, to=to, why=why, by=by, seen=city.seen)


ACTS: dict[str, Callable[[City, Actor], object]] = {
    "take": lambda city, by: services.take(case=city.case, by=by),
    "check": advance("checking"),
    "pass on": advance("deciding"),
    "sideways": advance("granted"),
    "ask": ask,
    "answer": answer("20"),
    "answer otherwise": answer("21"),
    "answer badly": answer("32"),
    "confirm": confirm,
    "grant": decide("granted"),
    "refuse": decide("refused", FINE),
    "refuse without saying why": decide("refused", "だめ"),
    "letter": draw_letter,
    "send": read_and_send,
    "send back": lambda city, by: services.send_back(case=city.case, why="金額の根拠が読めません。", by=by),
    "hand back": lambda city, by: services.hand_back(
        case=city.case, why="書類をもう一度見てください。", by=by, seen=city.seen
    ),
    "withdraw": lambda city, by: services.withdraw(case=city.case, by=by, seen=city.seen),
    "half answer": half_answer,
    "recall": recall("wrong_person"),
    "sent twice": recall("twice"),
    "give": lambda city, by: services.give(case=city.case, to=city.tamura.account, by=by, seen=city.seen),
    "put back": lambda city, by: services.put_back(case=city.case, by=by, seen=city.seen),
    "note": lambda city, by: services.add_note(case=city.case, text="電話で確かめた。", by=by),
    "give away": transfer(OTHER),
    "give back": transfer(make.DIVISION),
}
WHO = ("aoi", "sato", "tamura", "ogawa", "mori", "takagi")
EVERYTHING = [(who, act) for who in WHO for act in sorted(ACTS)]
# What is likely in each state, so that sequences get far; one draw in four is anybody doing anything.
LIKELY = {
    "received": [
        ("sato", "take"),
        ("sato", "check"),
        ("sato", "check"),
        ("aoi", "withdraw"),
        ("sato", "give away"),
    ],
    "checking": [
        ("sato", "pass on"),
        ("ogawa", "pass on"),
        ("ogawa", "pass on"),
        ("sato", "ask"),
        ("tamura", "confirm"),
        ("takagi", "give back"),
        ("takagi", "pass on"),
    ],
    "returned": [
        ("aoi", "answer"),
        ("aoi", "answer otherwise"),
        ("aoi", "answer badly"),
        ("aoi", "withdraw"),
    ],
    "deciding": [
        ("ogawa", "grant"),
        ("ogawa", "refuse"),
        ("mori", "refuse"),
        ("ogawa", "hand back"),
        ("ogawa", "ask"),
        ("takagi", "grant"),
        ("mori", "confirm"),
    ],
    "granted": [
        ("tamura", "letter"),
        ("tamura", "send"),
        ("tamura", "send back"),
        ("ogawa", "send"),
        ("sato", "recall"),
    ],
    "refused": [
        ("tamura", "letter"),
        ("tamura", "send"),
        ("tamura", "send back"),
        ("mori", "recall"),
        ("sato", "sent twice"),
    ],
    "withdrawn": [("sato", "note"), ("sato", "check"), ("aoi", "answer")],
}
acts = st.lists(
    st.tuples(
        st.sampled_from([True, True, True, False]),
        st.integers(0, 999),
        st.sampled_from([0, 0, 0, 1, 3, 14, 40]),  # days that pass before it
    ),
    min_size=10,
    max_size=25,
)


@settings(
    max_examples=60,
    deadline=None,
    phases=[
        Phase.explicit,
        Phase.reuse,
        Phase.generate,
    ],  # to shrink takes minutes, and a sequence reads well
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(acts)
def test_any_sequence_of_acts_leaves_a_legal_case_with_its_history_and_its_clock(sequence):
    with transaction.atomic():
        city = begun()
        for number, (likely, pick, days) in enumerate(sequence, 1):
            choices = LIKELY[city.case.state] if likely else EVERYTHING
            live(city, *choices[pick % len(choices)], days=days, minutes=number)
        transaction.set_rollback(True)


def begun() -> City:
    """A claim that has just come in, and everybody who may have to do with it."""
    with clock.frozen(START):
        make.publish_canonical()
        aoi = make.resident()
        city = City(
            aoi=aoi,
            sato=make.clerk("sato"),
            tamura=make.clerk("tamura"),
            ogawa=make.head("ogawa"),
            mori=make.head("mori"),
            takagi=make.clerk("takagi", "head", division=OTHER),
            case=make.received(aoi),
        )
        city.moves.append(("", "received", START.date()))
    return city


def live(city: City, who: str, act: str, *, days: int, minutes: int) -> None:
    """Somebody tries something, days later; afterwards everything is checked."""
    city.now += dt.timedelta(days=days, minutes=minutes)
    with clock.frozen(city.now):
        happen(city, getattr(city, who), act, city.now.date())
        legal_state(city.case)
        whole_history(city)
        right_clock(city)


def happen(city: City, by: Actor, act: str, on: dt.date) -> None:
    before = snapshot(city.case)
    try:
        with transaction.atomic():
            ACTS[act](city, by)
    except Refusal as refused:
        city.refused += 1
        assert str(refused), "a refusal says what to do"
        city.case = Case.objects.get(pk=city.case.pk)
        assert snapshot(city.case) == before, "what was refused left a trace"
        return
    city.case = Case.objects.get(pk=city.case.pk)
    if city.case.state != before["state"]:
        city.moves.append((before["state"], city.case.state, on))


def snapshot(case: Case) -> dict[str, object]:
    """All that an act could have changed, by name; the record of who looked is not among it."""
    fields = {name: getattr(case, name) for name in ("state", "version", "due_on", "paused_at", "closed_at")}
    return {
        **fields,
        "division": case.division_id,
        "assigned": case.assigned_id,
        "steps": case.steps.count(),
        "revision": case.draft.revisions.count(),
        "transfers": case.transfers.count(),
        "decided": list(Decision.objects.filter(case=case).values_list("pk", "sent_at", "letter")),
        "returned": case.returned_decisions.count(),
        "misissues": case.misissues.count(),
        "corrections": list(case.corrections.values_list("pk", "answered_at", "closed_at", "buffer_version")),
    }


def legal_state(case: Case) -> None:
    flow = procedure.of(case.definition).shape.flow
    state = flow[case.state]
    assert (case.closed_at is not None) == bool(state.end)
    assert (case.paused_at is not None) == (case.state in procedure.of(case.definition).shape.within.pause_on)
    decision = Decision.objects.filter(case=case).first()
    assert (decision is not None) == (state.end == "done")
    open_rounds = case.corrections.filter(closed_at=None).count()
    assert open_rounds == (1 if state.tell == "returned" else 0)
    if decision is not None:
        assert decision.outcome == case.state
        assert decision.checked_by != decision.decided_by
        assert (decision.sent_at is None) == (decision.checked_by is None)
        passed_on = case.steps.filter(from_state="checking", to_state="deciding").last()
        assert passed_on is not None
        assert passed_on.by != decision.decided_by, "one person alone granted or refused"


def whole_history(city: City) -> None:
    flow = procedure.of(city.case.definition).shape.flow
    steps = list(city.case.steps.all())
    assert [step.number for step in steps] == list(range(1, len(steps) + 1))
    assert [(step.from_state, step.to_state) for step in steps] == [move[:2] for move in city.moves]
    assert steps[-1].to_state == city.case.state
    been: list[tuple[str, str]] = []
    for step in steps[1:]:
        forward = step.to_state in flow[step.from_state].next
        undone = (step.to_state, step.from_state) in been
        assert forward or undone, f"{step.from_state} → {step.to_state} is neither in the flow nor an undoing"
        been.append((step.from_state, step.to_state))
    moved = {"case.moved", "case.moved_back", "case.received"}
    assert audit.events_about(city.case.ref).filter(verb__in=moved).count() == len(steps)
    transfers = list(city.case.transfers.all())
    for earlier, later in pairwise(transfers):
        assert earlier.to_division_id == later.from_division_id
    assert city.case.division_id == (transfers[-1].to_division_id if transfers else make.DIVISION)
    assert ReturnedDecision.objects.filter(case=city.case).count() == sum(
        flow[before].end == "done" for before, _after, _on in city.moves if before
    )


def right_clock(city: City) -> None:
    """30 days of ours: the day the claim went back is still ours, the day it came again is still the resident's."""
    waits: list[tuple[dt.date, dt.date]] = []
    since = None
    for _before, after, on in city.moves:
        if since is not None:
            waits.append((since, on))
        since = on if after == "returned" else None
    if since is not None:
        return  # nobody knows yet
    day, ours = city.moves[0][2], 0
    while ours < 30:
        day += dt.timedelta(days=1)
        ours += not any(sent < day <= came for sent, came in waits)
    assert city.case.due_on == day


def test_the_good_day_really_ends_in_a_letter():
    """The sequences above must be able to get to the end, or they would prove nothing."""
    walk = ["take", "check", "ask", "answer", "confirm", "pass on", "grant", "letter", "send"]
    who = {"answer": "aoi", "grant": "ogawa", "send": "tamura"}

    city = begun()
    for number, act in enumerate(walk, 1):
        live(city, who.get(act, "sato"), act, days=1, minutes=number)

    assert city.refused == 0
    assert Decision.objects.get().sent_at is not None
    assert city.case.due_on == dt.date(2026, 12, 3)
