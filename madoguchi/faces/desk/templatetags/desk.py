"""What the frame of the desk shows, and how it prints days and moments: `{% load desk %}`."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from madoguchi.engines.approvals import queries as approvals
from madoguchi.engines.procedures import queries
from madoguchi.kernel import clock
from madoguchi.kernel.calendar import wareki, wareki_year
from madoguchi.kernel.identity import queries as identity

from .. import words
from ..consultation.importing_words import FIELDS

register = template.Library()

WEEKDAYS = "月火水木金土日"


@register.filter
def weekday(value: dt.date) -> str:
    """（火）"""
    return f"（{WEEKDAYS[value.weekday()]}）"


@register.filter
def stamp_date(value: dt.date) -> str:
    """8.11.17, as a date stamp prints it."""
    year = wareki_year(value.year)
    digits = "".join(sign for sign in year if sign.isdigit()) or "1"
    return f"{digits}.{value.month}.{value.day}"


@register.filter
def short_moment(value: dt.datetime) -> str:
    """11/22 21:16; with the year when it is not this one."""
    at = clock.in_city(value)
    day = f"{at.month}/{at.day}" if at.year == clock.today().year else f"{at.year}/{at.month}/{at.day}"
    return f"{day} {at.hour}:{at.minute:02d}"


@register.filter
def long_moment(value: dt.datetime) -> str:
    """11月22日（日）21:16"""
    at = clock.in_city(value)
    return f"{at.month}月{at.day}日{weekday(at.date())}{at.hour}:{at.minute:02d}"


@register.filter
def time_of_day(value: dt.datetime) -> str:
    """10:42"""
    at = clock.in_city(value)
    return f"{at.hour}:{at.minute:02d}"


@register.filter
def wareki_day(value: dt.date) -> str:
    """令和8年11月24日（火）"""
    return wareki(value) + weekday(value)


@register.filter
def job_name(kind: str) -> Any:
    """The name of a piece of work."""
    return words.job_name(kind)


@register.filter
def letter_name(kind: str) -> Any:
    """受付のお知らせ, 補正のお願い, 決定の通知書"""
    return words.letter_name(kind)


@register.filter
def field_name(field: str) -> Any:
    """What a field of a document that was read is called."""
    return FIELDS.get(field, field)


@register.filter
def plain_value(value: Any) -> str:
    """A value that was read, as its form has it: lists one a line, nothing for what is missing."""
    if isinstance(value, list):
        return "\n".join(str(one) for one in value)
    return "" if value is None else str(value)


@register.filter
def anchor(path: str) -> str:
    """The id of a stated fact on the page."""
    return "f-" + path.replace(".", "-")


@register.simple_tag(takes_context=True)
def desk_posts(context: Any) -> str:
    """Where the person sits: 子育て支援課 児童手当係長; a second chair of the same division adds only its title."""
    posts = [chair.post for chair in identity.posts_of(context["request"].account)]
    by_division: dict[str, list[str]] = {}
    for post in posts:
        told = by_division.setdefault(post.division.name, [])
        told.append(post.title if told else _chair(post.team, post.title))
    seats = [f"{division} {'・'.join(titles)}" for division, titles in by_division.items()]
    seats += [_("%sさんの代理") % name for name in context["request"].actor.stands_in_for.values()]
    return "、".join(seats)


def _chair(team: str, title: str) -> str:
    """児童手当係 and 係長 are said in one word; other titles stand apart."""
    if team and title.startswith(team[-1]):
        return team[:-1] + title
    return f"{team} {title}".strip()


@register.simple_tag(takes_context=True)
def desk_count(context: Any) -> int:
    """How many cases wait; counted once a page."""
    tally = context.get("tally") or queries.tally(context["request"].actor)
    return tally.all  # type: ignore[no-any-return]


@register.simple_tag(takes_context=True)
def desk_approvals(context: Any) -> int:
    """How many approvals wait for this person."""
    return approvals.count_waiting(context["request"].actor)


@register.simple_tag
def due_step(request: Any) -> str:
    """Whose turn it is: 企画課の確認. `request` comes with its steps."""
    due = next((step for step in request.steps.all() if step.state == step.State.WAITING), None)
    return due.title if due else ""


@register.filter
def in_city(value: dt.datetime) -> dt.datetime:
    """The same moment by the city's clock, for filters that print a day."""
    return clock.in_city(value)


@register.simple_tag(takes_context=True)
def desk_tab(context: Any) -> str:
    """Which tab this page stands under."""
    match = context["request"].resolver_match
    name = match.view_name if match else ""
    if name.startswith("desk:procedures:"):
        return "cases"
    if name.startswith("desk:authoring:"):
        return "authoring"
    for tab in ("approvals", "councils", "draws", "queue", "records"):
        if name.startswith(f"desk:{tab}:"):
            return tab
    if name.startswith("desk:consultation:"):
        return "consultation"
    if name.startswith("desk:booking:"):
        return "booking"
    if name.startswith("desk:plan:"):
        return "plan"
    tabs = {
        "desk:home": "home",
        "desk:find": "find",
        "desk:find_person": "find",
        "desk:to_post": "post",
        "desk:letter": "post",
    }
    return tabs.get(name, "")


@register.simple_tag
def optional_url(route: str) -> str:
    """The address of a route of another face; "" where this installation does not run that face."""
    try:
        return reverse(route)
    except NoReverseMatch:
        return ""


@register.inclusion_tag("desk/_days.html")
def days(left: Any, long: bool = False) -> dict[str, Any]:
    """The remaining days: a word and a bar."""
    return {"days": left, "long": long}


@register.inclusion_tag("desk/_fact.html")
def fact(one: Any) -> dict[str, Any]:
    """The value of one stated fact as this reader may see it."""
    return {"one": one}


@register.simple_tag
def paper_way(way: str) -> str:
    """How a paper comes that was not uploaded."""
    return {"later": _("郵送か持参で出します"), "": _("まだ出ていません")}.get(way, "")


@register.simple_tag
def paper_state(way: str) -> str:
    """How a paper stands now, in a word."""
    return {
        "upload": _("届いています"),
        "later": _("未着"),
        "omitted": _("不要（ご本人の同意）"),
        "paper": _("紙で受け取りました"),
        "waived": _("要らないことにしました"),
    }.get(way, _("まだ出ていません"))


@register.simple_tag
def optional_request(request_id: Any) -> str:
    """The page of a request for approval, where this desk has one."""
    try:
        return reverse("desk:approvals:request", args=[request_id])
    except NoReverseMatch:
        return ""


@register.simple_tag
def optional_opinion(key: str, number: int) -> str:
    """The public page of an opinion, where this installation runs the portal."""
    try:
        return reverse("portal:opinions:opinion", args=[key, number])
    except NoReverseMatch:
        return ""


@register.filter
def consultation_way(key: str) -> Any:
    """ファクス, 郵便・はがき"""
    return words.COMMENT_WAYS.get(key, key)


@register.filter
def consultation_notice(key: str) -> Any:
    """広報紙, 読める場所"""
    return words.COMMENT_NOTICES.get(key, key)
