"""The calls a member of staff runs, and what waits in each."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from madoguchi.kernel import clock
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.refs import Actor

from ... import days, rules, units
from ...models import Answer, Call, Comment, Opinion, Part, Question, Rules, Unit
from ..calls import draft_of
from ..calls import units as units_of


@dataclass(frozen=True, slots=True)
class CallLine:
    """One call in the list, counted."""

    call: Call
    days_left: int
    receives: bool
    letters: int
    loose: int
    opinions: int
    unapproved: int
    questions: int


def _mine(actor: Actor) -> QuerySet[Call]:
    divisions = actor.divisions_as(rules.PLANNER)
    if not actor.is_staff or not divisions:
        return Call.objects.none()
    return Call.objects.filter(Q(division__in=divisions) | Q(division=None))


def run_call(actor: Actor, key: str) -> Call:
    """A call they run, whatever its state. Raises NotFound: not there and not theirs are the same."""
    found = _mine(actor).filter(key=key).select_related("division").first()
    if found is None:
        raise NotFound
    return found


def calls_of(actor: Actor) -> list[CallLine]:
    """Every call they run, the newest first, in one query however many."""
    rows = _mine(actor).annotate(
        letters=_count(Comment.objects.filter(call=OuterRef("pk")), "call"),
        loose=_count(
            Part.objects.filter(comment__call=OuterRef("pk"), opinion=None, withheld=""), "comment__call"
        ),
        opinions_n=_count(Opinion.objects.filter(call=OuterRef("pk")), "call"),
        approved=_count(
            Opinion.objects.filter(call=OuterRef("pk"), answer__state=Answer.State.APPROVED), "call"
        ),
        asked=_count(Question.objects.filter(call=OuterRef("pk"), state=Question.State.ASKED), "call"),
    )
    today = clock.today()
    return [
        CallLine(
            call=row,
            days_left=days.days_left(row, today),
            receives=row.receives_on(today),
            letters=row.letters,
            loose=row.loose,
            opinions=row.opinions_n,
            unapproved=row.opinions_n - row.approved,
            questions=row.asked,
        )
        for row in rows.order_by("-opens_on", "key")
    ]


def _count(rows: QuerySet, by: str) -> Coalesce:  # type: ignore[type-arg]
    """A count of its own: several joins in one query would multiply each other."""
    counted = rows.order_by().values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def former_calls(actor: Actor) -> list[Call]:
    """Calls whose classes of answer can be taken over."""
    published = Call.objects.filter(state=Call.State.PUBLISHED)
    return list((_mine(actor) | published).distinct().exclude(categories=None).order_by("-opens_on")[:50])


def standing_rules() -> Rules:
    """The rules of the pack today."""
    return Rules.objects.filter(pk=1).first() or Rules()


def unit_names(call: Call) -> dict[str, tuple[Unit, str]]:
    """{unit key: (unit, "① heading")}, by the newest draft that has it."""
    names = {}
    for unit in units_of(call):
        texts = [text for text in unit.texts.all() if text.version.kind == "draft"] or list(unit.texts.all())
        if texts:
            names[unit.key] = (unit, f"{texts[-1].number} {texts[-1].heading}".strip())
    return names


def unit_of(call: Call, key: str) -> Unit | None:
    """The passage of that key; None for none, and for one that is not this call's."""
    return call.units.filter(key=key).first()


def draft_text(call: Call, *, final: bool = False) -> str:
    """The newest version as text to go on from; for a final plan nobody has laid yet, the draft's."""
    version = draft_of(call, final=final) or draft_of(call)
    return units.as_text(version)


def warnings(call: Call) -> tuple[days.Length, list[str]]:
    """How long it runs, and what whoever opens it should know."""
    return days.length(call), days.warnings(call)
