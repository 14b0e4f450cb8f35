"""個人情報の利用の状況: how often personal records were looked at, why, and what went out, by year and section.

Counted from the audit itself, for anybody to read. Small numbers are withheld as in every public table. Each of the
tables is settled by itself: no figure of one is a sum of another's, so laying them side by side tells nothing more.
They end with yesterday: counted up to the minute, two askings would tell by their difference a single look.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from madoguchi.kernel import clock
from madoguchi.kernel.audit import queries as audit
from madoguchi.kernel.audit.queries import AccessCount
from madoguchi.kernel.calendar import fiscal_year

from .. import rules
from .counting import FEW
from .withholding import withheld

# The standing phrases of the desk; what is not among them somebody wrote themselves, and it is only counted.
PURPOSES: tuple[str, ...] = (
    gettext_noop("受け付けたときの確認"),
    gettext_noop("申請の確認・審査"),
    gettext_noop("補正の返事の確認"),
    gettext_noop("ご本人からの問い合わせ（電話・窓口）"),
    gettext_noop("決裁"),
    gettext_noop("交付前の確認"),
    gettext_noop("郵送のための印刷"),
    gettext_noop("受付のつづき"),
    gettext_noop("承認を受けた一覧の書き出し"),
    rules.STORY_READ,
    rules.SEARCHED,
)
# 緊急閲覧: what follows these words is which danger it was.
EMERGENCY = gettext_noop("緊急閲覧")
GIVEN = ("case.letter_sent", "case.handed_over")
TAKEN_OUT = ("export.taken",)
OTHER = gettext_lazy("そのほか（職員が書いた理由）")
SEVERAL = "、"  # between the names of the sections of one person, as the audit keeps them
OUT = (audit.GIVEN, audit.TAKEN_OUT, audit.APP, audit.MACHINE)  # the columns of what went out
_KEPT = 3600  # seconds; a new block of the audit makes it anew earlier


@dataclass(frozen=True, slots=True)
class AccessTable:
    """Sections by columns, with the sums below; None is not told."""

    columns: list[str]
    rows: list[tuple[str, list[int | None]]]
    sums: list[int | None]

    @property
    def used(self) -> AccessTable:
        """Without the columns in which nothing was counted, so that it fits a page."""
        kept = [place for place, n in enumerate(self.sums) if n != 0]
        return AccessTable(
            [self.columns[place] for place in kept],
            [(name, [cells[place] for place in kept]) for name, cells in self.rows],
            [self.sums[place] for place in kept],
        )


@dataclass(frozen=True, slots=True)
class AccessYear:
    """One fiscal year."""

    year: int
    years: list[int]
    looks: AccessTable
    gone_out: AccessTable
    is_demo: bool

    @property
    def is_masked(self) -> bool:
        told = [*self.looks.rows, *self.gone_out.rows, ("", self.looks.sums), ("", self.gone_out.sums)]
        return any(n is None for _name, cells in told for n in cells)


def access_year(year: int | None = None) -> AccessYear:
    """The year in which we are when none, or none of ours, is asked for."""
    this = fiscal_year(clock.today())
    first = _once_a_block("first", audit.first_at)
    begin = min(fiscal_year(clock.in_city(first).date()), this) if first else this
    years = list(range(begin, this + 1))
    year = year if year in years else this
    looks, gone_out = _tables(year)
    return AccessYear(year=year, years=years, looks=looks, gone_out=gone_out, is_demo=settings.DEMO)


def accesses(year: int, kind: str) -> int | None:
    """How many of one kind in a fiscal year, over all sections; None where the table of that year withholds it."""
    looks, gone_out = _tables(year)
    return looks.sums[-1] if kind == audit.LOOKED else gone_out.sums[OUT.index(kind)]


def _tables(year: int) -> tuple[AccessTable, AccessTable]:
    counts = _counted(year)
    looks = _looks([one for one in counts if one.kind == audit.LOOKED])
    return looks, _gone_out([one for one in counts if one.kind != audit.LOOKED])


def _counted(year: int) -> list[AccessCount]:
    found: list[AccessCount] = _once_a_block(str(year), lambda: _count(year))
    return found


def _once_a_block(name: str, count: Callable[[], Any]) -> Any:
    """Counted once for each sealed block: anybody may ask, and a year may hold a million rows."""
    mark = audit.sealed_so_far()
    if not mark:
        return count()
    key = f"procedures.accesses:{name}:{clock.today()}:{mark}"
    found = cache.get(key)
    if found is None:
        found = count()
        cache.set(key, found, _KEPT)
    return found


def _count(year: int) -> list[AccessCount]:
    today = dt.datetime.combine(clock.today(), dt.time(), tzinfo=clock.JST)
    return audit.access_counts(
        since=dt.datetime(year, 4, 1, tzinfo=clock.JST),
        until=min(dt.datetime(year + 1, 4, 1, tzinfo=clock.JST), today),
        purposes=PURPOSES,
        beginnings=(EMERGENCY,),
        given=GIVEN,
        taken_out=TAKEN_OUT,
    )


def _looks(counts: Sequence[AccessCount]) -> AccessTable:
    """職員が見た回数: sections by purpose, with the sum of each."""
    keys = (*PURPOSES, EMERGENCY, audit.OTHER_PURPOSE)
    names, table = _grid(counts, keys, lambda one: one.purpose)
    hidden = withheld(table, FEW) if table else set()
    last = len(keys)
    rows = [
        (name, _told([*row, sum(row)], place, hidden))
        for place, (name, row) in enumerate(zip(names, table, strict=True))
    ]
    below = [sum(column) for column in zip(*table, strict=True)] if table else [0] * last
    return AccessTable(
        columns=[*(_(key) for key in (*PURPOSES, EMERGENCY)), str(OTHER), _("合計")],
        rows=rows,
        sums=_told([*below, sum(below)], len(table), hidden),
    )


def _gone_out(counts: Sequence[AccessCount]) -> AccessTable:
    """外へ出たもの: kinds that are not added up with one another, so each column is a table of its own."""
    names, table = _grid(counts, OUT, lambda one: one.kind)
    columns = [_column([row[place] for row in table]) for place in range(len(OUT))]
    return AccessTable(
        columns=[
            _("本人などへ渡した・送った"),
            _("業務のために持ち出した"),
            _("本人がつないだアプリが使った"),
            _("連携先の機械が使った"),
        ],
        rows=[(name, [column[place] for column in columns]) for place, name in enumerate(names)],
        sums=[column[-1] for column in columns],
    )


def _column(numbers: list[int]) -> list[int | None]:
    """One column with its sum below."""
    if not numbers:
        return [0]
    hidden = withheld([[n] for n in numbers], FEW)
    # Beside a single column the sum of a row says the same as the row.
    return [
        None if (place, 0) in hidden or (place, 1) in hidden else n
        for place, n in enumerate([*numbers, sum(numbers)])
    ]


def _grid(
    counts: Iterable[AccessCount], keys: Sequence[str], key_of: Any
) -> tuple[list[str], list[list[int]]]:
    cells: dict[str, dict[str, int]] = {}
    for one in counts:
        # The audit names all sections of the person. Two of them at once are as a rule one person's alone.
        division = "" if SEVERAL in one.division else one.division
        row = cells.setdefault(division, dict.fromkeys(keys, 0))
        row[key_of(one)] = row.get(key_of(one), 0) + one.n
    divisions = sorted(cells, key=lambda name: (not name, name))
    names = [name or _("課によらないもの") for name in divisions]
    return names, [[cells[name][key] for key in keys] for name in divisions]


def _told(numbers: list[int], row: int, hidden: set[tuple[int, int]]) -> list[int | None]:
    return [None if (row, column) in hidden else n for column, n in enumerate(numbers)]
