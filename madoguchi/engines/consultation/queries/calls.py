"""Calls as the public sees them: the open one, those before, one with its draft."""

from __future__ import annotations

from django.db.models import Count, Prefetch, Q, QuerySet

from madoguchi.kernel import clock
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.refs import Actor

from .. import days, rules, sealing
from ..models import Call, DraftVersion, Question, Unit, UnitText, Unsent
from ..models.receiving import Channel


def open_calls() -> list[Call]:
    """Calls that receive today, the one that closes first in front."""
    today = clock.today()
    return list(
        Call.objects.filter(state=Call.State.OPENED, opens_on__lte=today, closes_on__gte=today).order_by(
            "closes_on"
        )
    )


def shown() -> QuerySet[Call]:
    """Every call the public may see, newest first, with how many published opinions it has."""
    today = clock.today()
    visible = Call.objects.exclude(state=Call.State.DRAFT).exclude(
        state=Call.State.OPENED, opens_on__gt=today
    )
    published = Count("opinions", filter=Q(state=Call.State.PUBLISHED), distinct=True)
    return visible.annotate(opinion_count=published).order_by("-opens_on")


def call(key: str) -> Call:
    """A call the public may see. Raises NotFound."""
    found = shown().filter(key=key).first()
    if found is None:
        raise NotFound
    return found


def call_for(actor: Actor, key: str) -> Call:
    """A call as staff see it, those in preparation too. Raises NotFound."""
    found = Call.objects.filter(key=key).first() if actor.is_staff else None
    if found is None or (found.state == Call.State.DRAFT and not rules.runs(actor, found)):
        raise NotFound
    return found


def draft_of(call: Call, *, final: bool = False) -> DraftVersion | None:
    """The newest version of the draft (or the final plan), with its units in order."""
    kind = DraftVersion.Kind.FINAL if final else DraftVersion.Kind.DRAFT
    texts = UnitText.objects.select_related("unit", "unit__parent").order_by("unit__order")
    return (
        call.versions.filter(kind=kind).prefetch_related(Prefetch("texts", texts)).order_by("-number").first()
    )


def units(call: Call) -> list[Unit]:
    """The passages one can comment on, each with its texts, oldest version first."""
    texts = UnitText.objects.select_related("version").order_by("version__number")
    return list(call.units.prefetch_related(Prefetch("texts", texts)).order_by("order"))


def unsent_row(call: Call, secret: str) -> Unsent:
    """The row kept under this address. Raises NotFound."""
    found = (
        Unsent.objects.select_related("key")
        .filter(call=call, digest=sealing.digest_of_secret(secret))
        .first()
    )
    if found is None:
        raise NotFound
    return found


def unsent(call: Call, secret: str) -> dict[str, object]:
    """What was kept under this address. Raises NotFound."""
    return sealing.unsent_content(unsent_row(call, secret))


def days_left(call: Call) -> int:
    """Whole days until the last one; 0 on the last day itself."""
    return days.days_left(call, clock.today())


def notices_by_kind(call: Call) -> list[tuple[str, list[dict[str, str]]]]:
    """Where one can read and hear of it, in the order of the pack: [(kind, notices)]."""
    kinds: dict[str, list[dict[str, str]]] = {}
    for notice in call.notices:
        # `except` is a word of the template language's host; pages say `but`.
        kinds.setdefault(notice["kind"], []).append({**notice, "but": notice.get("except", "")})
    return list(kinds.items())


def questions_shown(call: Call) -> list[Question]:
    """Questions staff let through, each with its answer."""
    return list(call.questions.filter(state=Question.State.SHOWN))


def came_in(call: Call) -> tuple[int, list[tuple[str, int]]]:
    """How many letters came so far, and by which way: nothing else of them is public."""
    counts = call.comments.values("channel").annotate(n=Count("id")).order_by("-n", "channel")
    names = dict(Channel.choices)
    ways = [(str(names[row["channel"]]), row["n"]) for row in counts]
    return sum(n for _name, n in ways), ways


def became(call: Call) -> dict[str, UnitText]:
    """{unit key: its text in the plan as decided}; empty while nothing is decided."""
    version = draft_of(call, final=True)
    return {text.unit.key: text for text in version.texts.all()} if version else {}


def is_receiving(call: Call) -> bool:
    return call.receives_on(clock.today())
