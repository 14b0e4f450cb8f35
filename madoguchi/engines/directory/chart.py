"""The chart of the city hall as a pack states it: divisions with their days, posts, who sits in them, duties."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _
from pydantic import Field

from madoguchi.kernel.packs import Located, Shape
from madoguchi.kernel.text import CODES

SEVERAL = re.compile(r"[、,，;；/／\s]+")


class InWords(Shape):
    """What rows have in common whose words stand beside the Japanese, one column for each language."""

    def words_of(self, *fields: str) -> dict[str, dict[str, str]]:
        """{language: {field: text}} of the columns that are filled in, such as name.en."""
        made: dict[str, dict[str, str]] = {}
        for language in CODES[1:]:
            for field in fields:
                if text := getattr(self, f"{field}_{language.replace('-', '_')}"):
                    made.setdefault(language, {})[field] = text
        return made


class DivisionRow(InWords):
    """One line of divisions.csv, in the order of the chart. A division that was renamed is a line of its own."""

    key: str = Field(
        min_length=1, max_length=100, description="the division's name as everything else cites it"
    )
    name: str = Field(min_length=1, max_length=100, description="the name people read")
    department: str = Field("", max_length=100, description="the department it belongs to, where known")
    does: str = Field("", max_length=300, description="what it does, in a sentence for residents")
    place: str = Field("", max_length=100)
    phone: str = Field("", max_length=20, pattern=r"^[0-9-]*$")
    email: str = Field("", max_length=254)
    hours: str = Field("", max_length=100)
    valid_from: dt.date | None = Field(None, description="its first day; empty: it has always been there")
    valid_until: dt.date | None = Field(None, description="its last day; empty: no end is known")
    passes_to: str = Field("", max_length=100, description="the division that goes on with its work")
    name_en: str = Field("", alias="name.en", max_length=100)
    name_ja_easy: str = Field("", alias="name.ja-easy", max_length=100)
    name_zh_hans: str = Field("", alias="name.zh-hans", max_length=100)
    name_ko: str = Field("", alias="name.ko", max_length=100)
    does_en: str = Field("", alias="does.en", max_length=500)
    does_ja_easy: str = Field("", alias="does.ja-easy", max_length=500)
    does_zh_hans: str = Field("", alias="does.zh-hans", max_length=500)
    does_ko: str = Field("", alias="does.ko", max_length=500)
    place_en: str = Field("", alias="place.en", max_length=100)
    place_ja_easy: str = Field("", alias="place.ja-easy", max_length=100)
    place_zh_hans: str = Field("", alias="place.zh-hans", max_length=100)
    place_ko: str = Field("", alias="place.ko", max_length=100)
    hours_en: str = Field("", alias="hours.en", max_length=100)
    hours_ja_easy: str = Field("", alias="hours.ja-easy", max_length=100)
    hours_zh_hans: str = Field("", alias="hours.zh-hans", max_length=100)
    hours_ko: str = Field("", alias="hours.ko", max_length=100)


class PostRow(Shape):
    """One line of posts.csv: a chair, and the roles that come with it."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_.]{0,99}$")
    division: str = Field(min_length=1, description="a key of divisions.csv")
    title: str = Field(min_length=1, max_length=100)
    team: str = Field("", max_length=100)
    roles: str = Field(
        "", max_length=200, pattern=r"^[a-z_ ]*$", description="several roles: separated by a space"
    )


class AppointmentRow(Shape):
    """One line of appointments.csv: who sits in a chair, from a day, until a day."""

    post: str = Field(min_length=1, description="a key of posts.csv")
    login: str = Field(pattern=r"^[a-z][a-z0-9._-]{0,59}$")
    name: str = Field(min_length=1, max_length=100, description="as colleagues see it")
    valid_from: dt.date
    valid_until: dt.date | None = None


class DutyRow(Shape):
    """One line of duties.csv: something that comes with a post. One post may have several."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_.]{0,99}$")
    title: str = Field(min_length=1, max_length=100)
    body: str = Field("", max_length=100, description="the body it is a seat of; empty: a duty of its own")
    post: str = Field("", description="a key of posts.csv")
    each: str = Field("", max_length=100, description="instead of a post: everybody with this title")
    note: str = Field("", max_length=200)


def check_days(rows: list[Located[DivisionRow]]) -> None:
    """A division that ends says who goes on with its work, and that one is there on the day."""
    known = {row.value.key: row.value for row in rows}
    for row in rows:
        value = row.value
        if value.valid_from and value.valid_until and value.valid_until < value.valid_from:
            row.problem("valid_until", _("終わりの日が、はじまりの日より前です。"))
        if value.passes_to:
            _check_heir(row, known)


def _check_heir(row: Located[DivisionRow], known: Mapping[str, DivisionRow]) -> None:
    value = row.value
    heir = known.get(value.passes_to)
    if heir is None:
        if len(SEVERAL.split(value.passes_to.strip())) > 1:
            message = _("1つの課を分けるときは、どの案件がどちらへ行くかを自動では決められません。")
            row.problem(
                "passes_to",
                message,
                _("引きつぐ課を1つだけ書き、ほかの課へ行く案件は、職員の画面から移します。"),
            )
        else:
            row.problem("passes_to", _("「%s」という係は divisions.csv にありません。") % value.passes_to)
    elif value.valid_until is None:
        row.problem("valid_until", _("仕事を引きつぐ課があるときは、終わりの日を書きます。"))
    elif _is_circle(value.key, known):
        row.problem("passes_to", _("引きつぐ課をたどると、もとの課にもどってしまいます。"))
    elif heir.valid_from and heir.valid_from > value.valid_until + dt.timedelta(days=1):
        row.problem("passes_to", _("「%s」は、この課が終わった次の日には、まだありません。") % heir.name)
    elif heir.valid_until and heir.valid_until <= value.valid_until:
        row.problem("passes_to", _("「%s」は、この課より先に終わります。") % heir.name)


def _is_circle(key: str, known: Mapping[str, DivisionRow]) -> bool:
    seen, here = {key}, known[key].passes_to
    while here in known:
        if here in seen:
            return True
        seen.add(here)
        here = known[here].passes_to
    return False


def heirs_first(rows: Iterable[Located[DivisionRow]]) -> list[tuple[int, DivisionRow]]:
    """(order in the chart, row), so that whoever goes on with the work is there before it is passed to them."""
    ordered = list(enumerate((row.value for row in rows), start=1))
    places = {row.key: (order, row) for order, row in ordered}
    found: dict[str, tuple[int, DivisionRow]] = {}

    def add(key: str) -> None:
        order, row = places[key]
        if row.passes_to in places and row.passes_to not in found and key not in found:
            add(row.passes_to)
        found.setdefault(key, (order, row))

    for key in places:
        add(key)
    return list(found.values())


def check_seats(
    divisions: list[Located[DivisionRow]],
    posts: list[Located[PostRow]],
    appointments: list[Located[AppointmentRow]],
    duties: list[Located[DutyRow]],
) -> None:
    """Posts stand in divisions, people sit in posts, duties come with posts."""
    known, chairs = {row.value.key for row in divisions}, {row.value.key for row in posts}
    titles = {row.value.title for row in posts}
    for post in posts:
        if post.value.division not in known:
            post.problem("division", _("「%s」という係は divisions.csv にありません。") % post.value.division)
    for one in appointments:
        if one.value.post not in chairs:
            one.problem("post", _("「%s」という席は posts.csv にありません。") % one.value.post)
        if one.value.valid_until and one.value.valid_until < one.value.valid_from:
            one.problem("valid_until", _("終わりの日が、はじまりの日より前です。"))
    for duty in duties:
        if bool(duty.value.post) == bool(duty.value.each):
            duty.problem("post", _("post（席）か each（その職名の全員）の、どちらか1つを書きます。"))
        elif duty.value.post and duty.value.post not in chairs:
            duty.problem("post", _("「%s」という席は posts.csv にありません。") % duty.value.post)
        elif duty.value.each and duty.value.each not in titles:
            duty.problem("each", _("「%s」という職名の席は posts.csv にありません。") % duty.value.each)
