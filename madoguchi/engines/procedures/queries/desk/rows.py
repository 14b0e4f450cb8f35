"""The list of the desk: receipt numbers, days and whose turn it is. Never a name, never an answer."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case as Either
from django.db.models import (
    Count,
    DateField,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from madoguchi.engines.forms.models import Channel
from madoguchi.kernel import clock, packs
from madoguchi.kernel.packs.models import Definition
from madoguchi.kernel.refs import Actor, Ref, is_id
from madoguchi.kernel.refs.receipts import normalise_receipt

from ... import procedure as procedures
from ... import rules
from ...models import Case, CorrectionItem, Decision, ReturnedDecision
from ...procedure import Procedure
from .seeing import handled_divisions

CHUNK = 5000  # values in one query

# What waits for the resident comes last, then by days.
STANDS = Either(When(paused_at=None, then=Value(0)), default=Value(1), output_field=IntegerField())
# Both databases put "no date" last only when there is one.
DUE = Coalesce("due_on", Value(dt.date.max), output_field=DateField())
ORDER_KEYS = ("stands", "due", "received_at", "pk")


@dataclass(slots=True)
class Tally:
    """Counts of the home page; `late` is past its date, `unassigned` has nobody."""

    late: int
    today: int
    replied: int
    unassigned: int
    all: int
    mine: int
    second_check: int
    paused: int
    to_decide: int


@dataclass(slots=True)
class Days:
    """Remaining days in words and lengths. `kind` is late, today, paused, "" (ahead), ready (to be fetched) or done."""

    kind: str
    left: int
    used: int
    whole: int
    paused: int = 0  # days the clock stood still so far

    @property
    def over(self) -> int:
        return -self.left


@dataclass(slots=True)
class DeskRow:
    id: uuid.UUID
    receipt: str
    title: str
    state: str
    state_label: str
    channel: str
    days: Days
    assigned: str
    is_mine: bool
    can_take: bool
    our_turn: bool
    replied: bool
    second_check: bool
    is_protected: bool
    version: int
    received_at: dt.datetime
    is_over: bool
    gaps: int = 0
    is_recalled: bool = False  # its paper went out wrong, and the right one has not gone out yet


def waiting() -> Q:
    """Open cases, and decided ones whose letter has not gone out."""
    return Q(closed_at=None) | Q(decision__isnull=False, decision__sent_at=None)


def on_the_desk(actor: Actor) -> QuerySet[Case]:
    """What waits in the divisions whose cases the actor handles."""
    return Case.objects.of_divisions(handled_divisions(actor)).filter(waiting())


_FILTERS: dict[str, Any] = {
    "late": lambda today, actor: Q(due_on__lt=today, paused_at=None),
    "today": lambda today, actor: Q(due_on=today, paused_at=None),
    "replied": lambda today, actor: Q(replied_at__isnull=False),
    "unassigned": lambda today, actor: Q(assigned=None, closed_at=None),
    "mine": lambda today, actor: Q(assigned__in=[actor.account, *actor.stands_in_for]),
    "second_check": lambda today, actor: Q(decision__isnull=False, decision__sent_at=None),
    "paused": lambda today, actor: Q(paused_at__isnull=False),
    "to_decide": lambda today, actor: _to_decide(actor),
}
# "closed" looks back: it is no work, so it is not counted in the tally.
CLOSED = "closed"
FILTERS = (*_FILTERS, CLOSED)


def _to_decide(actor: Actor) -> Q:
    """What waits for who decides, in the divisions where the actor does."""
    heads = actor.divisions_as("head")
    if not heads:
        return Q(pk__in=[])
    mine = Case.objects.of_divisions(heads).open().order_by()
    pairs = list(mine.values_list("definition", "state").distinct())
    definitions = Definition.objects.in_bulk({pk for pk, _state in pairs})
    found = Q(pk__in=[])
    for pk, state in pairs:
        if procedures.of(definitions[pk]).state(state).by == "head":
            found |= Q(definition=pk, state=state, closed_at=None, division__in=heads)
    return found


def tally(actor: Actor) -> Tally:
    """The counts of today, in one query."""
    today = clock.today()
    counts = on_the_desk(actor).aggregate(
        all=Count("id"),
        **{name: Count("id", filter=make(today, actor)) for name, make in _FILTERS.items()},
    )
    return Tally(**counts)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which cases of the list: `whose` is mine, nobody or "" (the whole division); the rest as chosen, or ""."""

    only: str = ""
    whose: str = ""
    procedure: str = ""
    state: str = ""
    channel: str = ""
    gaps: bool = False
    division: str = ""


WHOSE = ("mine", "nobody", "")


def cases(
    actor: Actor, only: str | Narrowed = "", *, page: int = 1, size: int = 50
) -> tuple[list[DeskRow], int]:
    """The list, the fewest remaining days first, and how many there are in all. Paused cases come last."""
    wanted = only if isinstance(only, Narrowed) else Narrowed(only)
    found = narrowed_cases(actor, wanted)
    total = found.count()
    start = max(page - 1, 0) * size
    order = ("-closed_at", "pk") if wanted.only == CLOSED else ORDER_KEYS
    rows = list(
        found.select_related("definition", "assigned", "decision", "applicant")
        .prefetch_related("steps", "version_moves")
        .annotate(places=_places_put_right(), recalled=Exists(recalled()), stands=STANDS, due=DUE)
        .order_by(*order)[start : start + size]
    )
    words = packs.texts_of({case.definition for case in rows})
    return [row_of(case, actor, words[case.definition_id]) for case in rows], total


def narrowed_cases(actor: Actor, wanted: Narrowed) -> QuerySet[Case]:
    """The cases of the list as it is narrowed, in no order."""
    found: QuerySet[Case]
    if wanted.only == CLOSED:
        found = Case.objects.of_divisions(handled_divisions(actor)).exclude(waiting())
    else:
        found = on_the_desk(actor)
    if wanted.only in _FILTERS:
        found = found.filter(_FILTERS[wanted.only](clock.today(), actor))
    if wanted.whose in _WHOSE:
        found = found.filter(_FILTERS[_WHOSE[wanted.whose]](clock.today(), actor))
    if wanted.procedure:
        found = found.filter(definition__key=wanted.procedure)
    if wanted.gaps:
        found = found.filter(gaps__gt=0)
    chosen = {"state": wanted.state, "channel": wanted.channel, "division": wanted.division}
    return found.filter(**{name: value for name, value in chosen.items() if value})


# The tabs are filters too, so that their counts and their lists say the same.
_WHOSE = {"mine": "mine", "nobody": "unassigned"}


def _places_put_right() -> Coalesce:
    """How many places an answered correction put right that nobody has confirmed yet."""
    items = (
        CorrectionItem.objects.filter(
            correction__case=OuterRef("pk"), correction__answered_at__isnull=False, confirmed_at=None
        )
        .order_by()
        .values("correction__case")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return Coalesce(Subquery(items), 0)


def recalled() -> QuerySet[ReturnedDecision]:
    """For a list of cases: decisions whose paper had gone out."""
    return ReturnedDecision.objects.filter(case=OuterRef("pk")).exclude(sent_at=None)


def _is_recalled(case: Case, decision: Decision | None) -> bool:
    if case.closed_at is not None and (decision is None or decision.sent_at is not None):
        return False
    listed = getattr(case, "recalled", None)
    if listed is not None:
        return bool(listed)
    return any(row.sent_at is not None for row in case.returned_decisions.all())


def find_by_receipt(actor: Actor, typed: str) -> Case | None:
    """The case of a receipt number somebody typed, where it is the actor's to handle."""
    receipt = normalise_receipt(typed)
    if receipt is None:
        return None
    mine = Case.objects.of_divisions(handled_divisions(actor)).select_related("applicant")
    return mine.filter(receipt=receipt).first()


def receipts_about(actor: Actor, abouts: Iterable[str]) -> dict[str, str]:
    """Which of these refs are cases of the actor's divisions: ref -> receipt number."""
    ids = sorted({ref.id for ref in map(_case_ref, abouts) if ref is not None})
    found: dict[str, str] = {}
    # A failed mail server leaves thousands behind, and a database takes only so many values at once.
    for start in range(0, len(ids), CHUNK):
        mine = Case.objects.of_divisions(handled_divisions(actor)).filter(pk__in=ids[start : start + CHUNK])
        found |= {str(case.ref): case.receipt for case in mine.only("id", "receipt")}
    return found


def _case_ref(about: str) -> Ref | None:
    try:
        ref = Ref.parse(about)
    except ValueError:
        return None
    return ref if (ref.engine, ref.kind) == ("procedures", "case") and is_id(ref.id) else None


def row_of(case: Case, actor: Actor, texts: dict[str, str], places: int | None = None) -> DeskRow:
    """One line of the list, or the head of a case."""
    decision = getattr(case, "decision", None)
    procedure = procedures.of(case.definition)
    state = procedure.state(case.state)
    second_check = decision is not None and decision.sent_at is None
    days = days_of(case, procedure, decision)
    return DeskRow(
        id=case.pk,
        receipt=case.receipt,
        title=texts.get("title", ""),
        state=case.state,
        state_label=_state_words(
            case, procedure, decision, texts, days, getattr(case, "places", 0) if places is None else places
        ),
        channel=str(Channel(case.channel).label),
        days=days,
        assigned=case.assigned.name if case.assigned else "",
        is_mine=case.assigned_id is not None and case.assigned_id == actor.account,
        can_take=case.assigned_id is None and not state.end,
        our_turn=_waits_for(actor, case, procedure, decision),
        replied=case.replied_at is not None,
        second_check=second_check,
        is_protected=bool(case.applicant and case.applicant.is_protected),
        version=case.version,
        received_at=case.received_at,
        is_over=bool(state.end) and not second_check,
        gaps=case.gaps,
        is_recalled=_is_recalled(case, decision),
    )


def _waits_for(actor: Actor, case: Case, procedure: Procedure, decision: Decision | None) -> bool:
    """Whether this person can do the next thing, and nobody else is named for it."""
    state = procedure.state(case.state)
    if case.paused_at is not None:
        return False
    if decision is not None:
        return (
            decision.sent_at is None
            and decision.decided_by != actor.account
            and rules.may_open_papers(actor, case)
        )
    if state.end:
        return False
    if state.by == "head":
        is_second = not state.second_person or rules.passed_on_by(case) != actor.account
        return actor.has_role("head", in_=case.division_id) and is_second
    return case.assigned_id in {None, actor.account}


def _state_words(
    case: Case,
    procedure: Procedure,
    decision: Decision | None,
    texts: dict[str, str],
    days: Days,
    places: int,
) -> str:
    """Where the case stands, as colleagues say it; the flow's own label is what residents read."""
    label = texts.get(f"flow.{case.state}.label", case.state)
    if decision is not None and decision.sent_at is None:
        words = (
            _("用意ができ、窓口で渡すのを待っています（%(name)sさん以外）")
            if procedure.state(case.state).hands_over
            else _("%(outcome)s。交付前の確認待ち（%(name)sさん以外）")
        )
        return words % {
            "outcome": label,
            "name": decision.decided_by_name,
        }
    if procedure.state(case.state).tell == "returned":
        return _("直しの返事を待っています。残り%(left)s日") % {"left": days.left}
    if case.replied_at is not None and places:
        return _("%(n)sか所が直りました") % {"n": places}
    return label


def days_of(case: Case, procedure: Procedure, decision: Decision | None) -> Days:
    """How many days are left and used of those the standard period gives."""
    within = procedure.shape.within
    if case.due_on is None:
        return Days("", 0, 0, within.days)
    # A clock that stands still shows what was left when it stopped.
    on = clock.today() if case.paused_at is None else clock.in_city(case.paused_at).date()
    left = (case.due_on - on).days
    is_ready = decision is not None and bool(procedure.state(case.state).hands_over)
    if case.closed_at is not None and (decision is None or decision.sent_at is not None or is_ready):
        # What stands ready at the counter waits for the resident, not for us.
        kind = "ready" if is_ready and decision is not None and decision.sent_at is None else "done"
    elif case.paused_at is not None:
        kind = "paused"
    else:
        kind = "late" if left < 0 else "today" if left == 0 else ""
    received = case.counts_from
    stood = (case.due_on - received).days - within.days if within.count == "calendar" else 0
    return Days(kind, left, min(max(within.days - left, 0), within.days), within.days, max(stood, 0))
