"""What has to come of it, said once for every rule of a door and every relation to a thing."""

from __future__ import annotations

import re
from typing import Any

from .people import HANDLING, Walker
from .things import Thing

# Doors that look twice: who gets past the guard is asked further, and why.
ASKS_FURTHER = {
    "POST /procedures/<str:key>/start/": "who has not signed in is asked to, and comes back to the form",
    "POST /oauth/token": "the app names itself and its secret",
    "POST /oauth/revoke": "the app names itself and its secret",
    "GET /desk/sign-in/sso/again/": "this city has no provider for staff",
    "GET /my/account/provider/confirm/": "this city has no provider for residents",
}
IN, SIGN_IN, NO_ROLE, NO_DOOR, NO_TOKEN = "in", "sign in", "no role", "no door", "no token"
NOT_THEIRS = "not theirs"
_ROLES = re.compile(r"staff\((.*)\)")
_SCOPE = re.compile(r"\((\w+)\)")


def at_the_door(guard: str, walker: Walker) -> str:
    """What the guard of an address says to somebody, before any thing is looked at."""
    if guard == "anyone":
        return IN
    if guard == "terminal":
        return IN if walker.kind == "terminal" else NO_DOOR
    if "resident" in guard and _is_scoped(guard):
        return _program(guard, walker)
    if guard.startswith("resident"):
        if walker.kind not in {"resident", "agent", "former agent"}:
            return SIGN_IN
        return NO_ROLE if walker.kind == "agent" and "mandate" not in guard else IN
    if guard.startswith("staff"):
        if walker.kind != "staff":
            return SIGN_IN
        wanted = {role.strip() for role in (_ROLES.findall(guard) or [""])[0].split(",")} - {"", "fresh"}
        return IN if not wanted or wanted & walker.roles else NO_ROLE
    raise AssertionError(f"no rule is written for the guard {guard!r}: tests/matrix/rules.py")


def _is_scoped(guard: str) -> bool:
    return guard.partition("(")[2] not in {"", "fresh)", "or by mandate)"}


def _program(guard: str, walker: Walker) -> str:
    if walker.kind != "program" or walker.scopes is None:
        return NO_TOKEN
    scope = _SCOPE.findall(guard)[0]
    if scope not in walker.scopes or (walker.is_machine and not guard.startswith("resident|machine")):
        return NO_ROLE
    return IN


def is_theirs(face: str, walker: Walker, thing: Thing) -> bool:
    """Whether a person stands to a thing so that this face may name it to them."""
    if face == "desk":
        handles = thing.division in walker.divisions and bool(walker.roles & HANDLING)
        return handles or walker.login in thing.staff
    if face == "api" and walker.is_machine:
        return thing.program == walker.login
    if face == "kiosk":
        return False
    if walker.kind == "former agent" or not walker.subject:
        return False
    in_scope = walker.procedures is None or thing.procedure in walker.procedures
    return thing.owner == walker.subject and in_scope


def came_of(answer: Any) -> str:
    """What an answer says of the door."""
    where = answer.get("Location", "") if answer.status_code in {302, 303} else ""
    if where.startswith(("/sign-in/?", "/desk/sign-in/?")) and "next=" in where:
        return SIGN_IN
    return {401: NO_TOKEN, 403: NO_ROLE, 404: NOT_THEIRS}.get(answer.status_code, IN)


def is_as_it_should(address: str, wanted: str, answer: Any) -> bool:
    """Whether the answer keeps to the table."""
    got = came_of(answer)
    if wanted == IN and address in ASKS_FURTHER:
        return answer.status_code < 500
    if wanted in {NOT_THEIRS, NO_DOOR}:
        return got == NOT_THEIRS
    if wanted == IN:
        return answer.status_code < 500 and got not in {SIGN_IN, NO_TOKEN}
    return got == wanted
