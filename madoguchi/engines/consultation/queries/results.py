"""The result of a call, from one query: page, PDF, text, CSV, JSON and API all print this."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Count, F, Min, Prefetch, Q

from madoguchi.engines.plan import queries as plan
from madoguchi.kernel.calendar import said_date

from .. import days, references
from ..models import Call, Comment, Evidence, Opinion, Outcome, Part, UnitText

# Sections of a past call may be many headings deep; its breakdown counts by the first.
NOWHERE = "―"


@dataclass(frozen=True, slots=True)
class Shown:
    """How an evidence is shown: words and where they lead."""

    kind: str
    words: str
    service: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One published opinion. `answered_with` is the number of the row whose answer it shares, if any."""

    id: str
    number: int | None
    section: tuple[str, ...]
    item: str
    items: tuple[str, ...]
    opinion: str
    answer: str
    answered_with: int | None
    category: str
    label: str
    meaning: str
    same: int
    outcome: str
    outcome_label: str
    outcome_words: str
    outcome_on: str
    outcome_source: str
    outcome_service: str
    evidence: tuple[Shown, ...]
    is_summary: bool
    refers_to: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CategoryCount:
    sign: str
    label: str
    meaning: str
    n: int


@dataclass(frozen=True, slots=True)
class Result:
    """Sections 1 to 4 of a result (catalogue B-03.1): reception, by part, by category, the rows."""

    key: str
    title: str
    document: str
    opens_on: dt.date
    closes_on: dt.date
    calendar_days: int
    opening_days: int
    persons: int
    organisations: int
    unknown: int
    channels: tuple[tuple[str, int], ...]
    notices: tuple[dict[str, str], ...]
    sections: tuple[tuple[str, int], ...]
    categories: tuple[CategoryCount, ...]
    uncategorised: int
    withheld: tuple[tuple[str, str, int], ...]
    rows: tuple[Row, ...]
    source: str
    is_fictional: bool

    @property
    def totals(self) -> dict[str, int]:
        """Every number somebody may have typed elsewhere, by its name."""
        return {
            "opinions": len(self.rows),
            "persons": self.persons,
            "organisations": self.organisations,
            **{category.sign: category.n for category in self.categories},
            **dict(self.sections),
        }

    def as_data(self) -> dict[str, Any]:
        """Plain data for JSON, the API and the frozen publication."""
        data = asdict(self) | {"opens_on": self.opens_on.isoformat(), "closes_on": self.closes_on.isoformat()}
        return json.loads(json.dumps(data, ensure_ascii=False))  # type: ignore[no-any-return]


def result(call: Call) -> Result:
    """Count and lay out everything of a call as it stands now."""
    opinions = list(rows_of(Opinion.objects.filter(call=call)))
    rows = laid_out(call, opinions)
    length = days.length(call)
    persons, organisations, unknown = _writers(call)
    counted = Counter(row.category for row in rows)
    return Result(
        key=call.key,
        title=call.title,
        document=call.document,
        opens_on=call.opens_on,
        closes_on=call.closes_on,
        calendar_days=length.calendar,
        opening_days=length.opening,
        persons=persons,
        organisations=organisations,
        unknown=unknown,
        channels=_channels(call),
        notices=tuple(call.notices),
        sections=tuple(_sections(call, rows)),
        categories=tuple(
            CategoryCount(one.sign, one.label, one.meaning, _count(call, one.sign, counted))
            for one in call.categories.all()
        ),
        uncategorised=counted[""],
        withheld=_withheld(call),
        rows=rows,
        source=call.source,
        is_fictional=call.is_fictional,
    )


def public_result(call: Call) -> Result | None:
    """What everybody sees: the rows of today once published; while it is corrected, what was published last."""
    if call.state == Call.State.PUBLISHED:
        return result(call)
    last = call.publications.first() if call.state == Call.State.OPENED else None
    return from_data(last.content) if last is not None else None


def from_data(content: Mapping[str, Any]) -> Result:
    """The result again, from what `as_data` made of it."""
    return Result(
        **{
            **content,
            "opens_on": dt.date.fromisoformat(content["opens_on"]),
            "closes_on": dt.date.fromisoformat(content["closes_on"]),
            "categories": tuple(CategoryCount(**one) for one in content["categories"]),
            "rows": tuple(_row_again(one) for one in content["rows"]),
            "notices": tuple(content["notices"]),
            **{name: tuple(map(tuple, content[name])) for name in ("channels", "sections", "withheld")},
        }
    )


def _row_again(row: Mapping[str, Any]) -> Row:
    lists = {name: tuple(row[name]) for name in ("section", "items", "refers_to")}
    return Row(**{**row, **lists, "evidence": tuple(Shown(**one) for one in row["evidence"])})


def _count(call: Call, sign: str, counted: Counter[str]) -> int:
    """Rows with that sign; where the document prints totals but no sign in any row, its total (001)."""
    printed = call.printed.get("categories", {})
    if sign in printed and not any(number for name, number in counted.items() if name):
        return int(printed[sign])
    return counted[sign]


def rows_of(opinions: Any) -> Any:
    """Opinions with all a row shows, in six queries however many they are."""
    newest = Outcome.objects.order_by("at", "id")
    return (
        opinions.select_related("category", "answer", "unit", "call")
        .annotate(said=Count("parts", distinct=True))
        .prefetch_related(
            "items",
            Prefetch("outcomes", newest),
            Prefetch("evidence", Evidence.objects.select_related("passage")),
            Prefetch("unit__texts", UnitText.objects.select_related("version").order_by("version__number")),
        )
        .order_by(F("number").asc(nulls_last=True), "id")
    )


def laid_out(call: Call, opinions: list[Opinion]) -> tuple[Row, ...]:
    """The rows as they are printed. An answer stands at the first that has it; the others name its number."""
    # Of the whole call, not of these rows alone: one opinion by itself says whose answer it shares too.
    shared = Opinion.objects.filter(call=call, answer__in={opinion.answer_id for opinion in opinions})
    first = dict(
        shared.exclude(number=None).values("answer").annotate(n=Min("number")).values_list("answer", "n")
    )
    numbered = Opinion.objects.filter(call=call).exclude(number=None).values_list("pk", "number")
    numbers = {str(pk): number or 0 for pk, number in numbered}
    return tuple(_row(opinion, first, numbers) for opinion in opinions)


def _row(opinion: Opinion, first: Mapping[Any, int], numbers: dict[str, int]) -> Row:
    answer = opinion.answer
    stands_at = first.get(opinion.answer_id)
    outcomes = list(opinion.outcomes.all())
    now = outcomes[-1] if outcomes else None
    raw = (answer.text or answer.summary) if answer else ""
    return Row(
        id=str(opinion.pk),
        number=opinion.number,
        section=tuple(opinion.section),
        item=_item(opinion),
        items=tuple(item.code for item in opinion.items.all()),
        opinion=opinion.text or opinion.summary,
        answer=references.shown(opinion.call, raw, numbers),
        answered_with=stands_at if stands_at != opinion.number else None,
        category=opinion.category.sign if opinion.category else "",
        label=opinion.category.label if opinion.category else "",
        meaning=opinion.category.meaning if opinion.category else "",
        same=opinion.same_printed or max(opinion.said, 1),  # type: ignore[attr-defined]
        outcome=now.state if now else "",
        outcome_label=str(now.get_state_display()) if now else "",
        outcome_words=now.words if now else "",
        outcome_on=said_when(now.on) if now else "",
        outcome_source=now.source if now else "",
        outcome_service=now.service if now else "",
        evidence=tuple(_shown(one) for one in opinion.evidence.all()),
        is_summary=not opinion.text
        and opinion.call.origin != Call.Origin.DESK
        and not opinion.call.is_fictional,
        refers_to=tuple(numbers[key] for key in references.named_in(raw) if key in numbers),
    )


def said_when(text: str) -> str:
    """H29-07 → 平成29年7月, 2026-11-22 → 11月22日 in the words of the city."""
    try:
        return said_date(dt.date.fromisoformat(text))
    except ValueError:
        return plan.when(text)


def _item(opinion: Opinion) -> str:
    """取組項目⑥（素案：⑤）題名: the number of today, the draft's beside it where it differs."""
    if opinion.item_title:
        draft = opinion.item_draft_number
        was = f"（素案：{draft}）" if draft and draft != opinion.item_number else ""
        return f"{opinion.item_number}{was} {opinion.item_title}".strip()
    texts = list(opinion.unit.texts.all()) if opinion.unit else []
    if not texts:
        return ""
    old, new = texts[0], texts[-1]
    was = f"（素案：{old.number}）" if old.number and new.number != old.number else ""
    return f"{new.number}{was} {new.heading}".strip()


def _shown(one: Evidence) -> Shown:
    words = one.words
    if one.passage and not words:
        words = f"{one.passage.number} {one.passage.heading}".strip()
    return Shown(one.kind, words, one.service, one.url)


def _writers(call: Call) -> tuple[int, int, int]:
    if call.persons is not None:
        return call.persons, call.organisations or 0, 0
    counts = dict(
        call.comments.filter(parts__opinion__isnull=False)
        .values("writer")
        .annotate(n=Count("id", distinct=True))
        .values_list("writer", "n")
    )
    return tuple(counts.get(kind, 0) for kind in Comment.Writer.values)  # type: ignore[return-value]


def _channels(call: Call) -> tuple[tuple[str, int], ...]:
    """Comments by the way they came, as people say it."""
    counts = call.comments.values("channel").annotate(n=Count("id")).order_by("-n", "channel")
    names = dict(Comment._meta.get_field("channel").flatchoices)  # type: ignore[union-attr]
    return tuple((str(names[row["channel"]]), row["n"]) for row in counts)


def _sections(call: Call, rows: tuple[Row, ...]) -> list[tuple[str, int]]:
    """By part of the document, in its order; of a past call as its document breaks it down."""
    if printed := call.printed.get("sections"):
        return [(one["title"], one["n"]) for one in printed]
    depth = _common(rows)
    counts: dict[str, int] = {}
    for row in rows:
        name = row.section[min(depth, len(row.section) - 1)] if row.section else (row.item or NOWHERE)
        counts[name] = counts.get(name, 0) + 1
    return list(counts.items())


def _common(rows: tuple[Row, ...]) -> int:
    """How many headings all rows stand under: 「第4章 取組項目」 over every row tells nothing."""
    depth = 0
    for headings in zip(*(row.section for row in rows), strict=False):
        if len(set(headings)) > 1:
            break
        depth += 1
    return depth


def _withheld(call: Call) -> tuple[tuple[str, str, int], ...]:
    """(reason, what was said about it, how many): what is not published is counted openly."""
    kept_back = (
        Part.objects.filter(comment__call=call)
        .exclude(withheld="")
        .values("withheld", "withheld_note")
        .annotate(n=Count("id"))
        .order_by("withheld", "withheld_note")
    )
    names = dict(Part.Withheld.choices)
    return tuple((str(names[row["withheld"]]), row["withheld_note"], row["n"]) for row in kept_back)


def unaccounted(call: Call) -> int:
    """Parts that are neither in a row nor withheld: 0 is what publishing needs (exactly once)."""
    return Part.objects.filter(Q(comment__call=call), opinion=None, withheld="").count()
