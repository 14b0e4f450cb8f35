"""The fictional people one may sign in as in a demo. Nothing here works unless `settings.DEMO` is on."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from ruamel.yaml import YAML

from .. import clock
from ..refs import Actor
from . import queries, services
from .models import Account, Kind, Party

PASSWORD = "mihon-mihon"  # noqa: S105  the demo's people have nothing to hide; printed at every start


@lru_cache(maxsize=8)
def _week(path: Path) -> dict[str, Any]:
    return dict(YAML(typ="safe").load(path.read_text(encoding="utf-8")) or {}) if path.exists() else {}


def week(name: str) -> dict[str, Any]:
    """One file of the pack's week in the city (residents, staff, cases); {} where the pack has none."""
    return _week(settings.PACK / "week" / f"{name}.yaml")


def residents() -> list[tuple[str, str]]:
    """(login, who) of the residents one may be; [] outside a demo."""
    if not settings.DEMO:
        return []
    return [
        (one["login"], f"{one['name']['family']} {one['name']['given']}")
        for one in week("residents").get("residents", [])
        if one.get("login")
    ]


def staff() -> list[tuple[str, str, str]]:
    """(login, name, post) of the staff one may be; [] outside a demo."""
    if not settings.DEMO:
        return []
    posts = {post["key"]: post for post in week("staff").get("posts", [])}
    people = []
    for person in week("staff").get("people", []):
        post = posts[person["posts"][0]]
        people.append((person["login"], person["name"], f"{post['division']} {post['team']} {post['title']}"))
    return people


def sign_ins() -> list[tuple[str, str, str, str]]:
    """(who, path of the door, login, password) to print at the start."""
    doors = [(label, "/sign-in/", login, "") for login, label in residents()[:2]]
    return doors + [(f"{name}（{post}）", "/desk/sign-in/", login, PASSWORD) for login, name, post in staff()]


def resident_account(login: str) -> Account | None:
    """The demo resident of that login; None outside a demo, so that no door stands open."""
    if login not in {known for known, _label in residents()}:
        return None
    return Account.objects.filter(kind=Kind.RESIDENT, login=login, is_active=True, is_demo=True).first()


def staff_account(login: str) -> Account | None:
    """The demo member of staff of that login; None outside a demo."""
    if login not in {known for known, _name, _post in staff()}:
        return None
    return Account.objects.filter(kind=Kind.STAFF, login=login, is_active=True, is_demo=True).first()


def party_id(key: str) -> uuid.UUID:
    """The id of a resident of the week, so that other engines' parts of the week can name them."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"madoguchi:week:{key}")


def lay_week(*, by: Actor) -> None:
    """Make the week's staff and residents, as if they had been here a while. Does nothing where people are."""
    if Account.objects.exists():
        return
    with clock.frozen(clock.now() - dt.timedelta(days=60)):
        _lay_people(by, clock.today() + dt.timedelta(days=60))


def _lay_people(by: Actor, day: dt.date) -> None:
    chairs = {
        post["key"]: services.keep_post(
            key=post["key"],
            division=post["division"],
            title=post["title"],
            team=post.get("team", ""),
            roles=list(post["roles"]),
        )
        for post in week("staff").get("posts", [])
    }
    for person in week("staff").get("people", []):
        account = services.open_account(
            kind=Kind.STAFF,
            login=person["login"],
            password=PASSWORD,
            name=person["name"],
            is_demo=True,
            by=by,
        )
        for key in person["posts"]:
            services.appoint(account=account, post=chairs[key], since=day - dt.timedelta(days=400), by=by)
    for one in week("residents").get("residents", []):
        _lay_resident(one, day, by)


def _lay_resident(one: dict[str, Any], day: dt.date, by: Actor) -> Party:
    account = None
    if one.get("login"):
        account = services.open_account(
            kind=Kind.RESIDENT, login=one["login"], password=None, is_demo=True, by=by
        )
    profile: dict[str, Any] = {"name": dict(one["name"])}
    if one.get("birth"):
        profile["birth"] = date_of(one["birth"], day)
    for part in ("address", "phone", "email"):
        if one.get(part):
            profile[part] = dict(one[part]) if part == "address" else one[part]
    return services.keep_party(
        profile=profile,
        by=by,
        party_id=party_id(one["key"]),
        is_protected=bool(one.get("protected")),
        language=one.get("language", "ja"),
        account=account,
    )


def date_of(written: Any, day: dt.date) -> str:
    """An ISO date: as written, or `-12d` counted from `day`."""
    if isinstance(written, str) and written.endswith("d"):
        return (day + dt.timedelta(days=int(written[:-1]))).isoformat()
    return written.isoformat() if isinstance(written, dt.date) else str(written)


def moment(written: str, start: dt.datetime) -> dt.datetime:
    """`-3d 10:42` or `-95m`, seen from `start`; never later than that."""
    if found := re.fullmatch(r"-(\d+)m", written):
        return start - dt.timedelta(minutes=int(found[1]))
    found = re.fullmatch(r"(-?\d+)d (\d{1,2}):(\d{2})", written)
    if not found:
        raise ValueError(f"not a moment of the week: {written!r}")
    day = clock.in_city(start).date() + dt.timedelta(days=int(found[1]))
    return min(dt.datetime.combine(day, dt.time(int(found[2]), int(found[3])), tzinfo=clock.JST), start)


def staff_actor(login: str) -> Actor:
    """A member of staff of the week, as they act at this moment."""
    return queries.actor_for(Account.objects.get(kind=Kind.STAFF, login=login))
