"""packs/*/approvals/routes.yaml: the ways approvals go, from post to post."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from django.utils.translation import gettext as _
from pydantic import Field, StringConstraints

from madoguchi.kernel import clock
from madoguchi.kernel.packs import Change, ChangeKind, Located, PackFolder, PackPart, Shape, register
from madoguchi.kernel.refs import Actor

from . import services
from .models import Route

FOLDER = "approvals"
ROUTES = f"{FOLDER}/routes.yaml"


class StepEntry(Shape):
    """One post on the way."""

    title: str = Field(min_length=1, max_length=100)
    division: str = Field(
        services.ASKING, description='a key of directory/divisions.csv, or "*": the one that asks'
    )
    role: str = Field(pattern=r"^[a-z_]+$", description="who of that division: head, planner …")


class RouteEntry(Shape):
    route: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
    title: str = Field(min_length=1, max_length=100)
    steps: list[StepEntry] = Field(min_length=1, max_length=12)


class RoutesFile(Shape):
    routes: list[RouteEntry]


def load(folder: PackFolder) -> Located[RoutesFile] | None:
    return folder.yaml(ROUTES, RoutesFile, optional=True)


def check(made: Located[RoutesFile] | None, folder: PackFolder) -> None:
    """Every division on a way must be there, and a way is named once."""
    if made is None:
        return
    directory = folder.loaded.get("directory")
    known = {row.value.key for row in directory.divisions} if directory else set()
    seen: set[str] = set()
    for number, route in enumerate(made.value.routes):
        if route.route in seen:
            made.problem(("routes", number, "route"), _("「%s」が二つあります。") % route.route)
        seen.add(route.route)
        for place, step in enumerate(route.steps):
            if step.division != services.ASKING and step.division not in known:
                path = ("routes", number, "steps", place, "division")
                made.problem(path, _("「%s」という係は divisions.csv にありません。") % step.division)


def apply(made: Located[RoutesFile] | None, by: Actor) -> Iterable[Change]:
    """Make the rows what the file says. What is on its way keeps the steps it began with."""
    routes = made.value.routes if made else []
    for route in routes:
        steps = [step.model_dump() for step in route.steps]
        known = Route.objects.filter(key=route.route).first()
        if known and known.withdrawn_at is None and (known.title, known.steps) == (route.title, steps):
            continue
        services.keep_route(key=route.route, title=route.title, steps=steps, by=by)
        yield Change(FOLDER, ChangeKind.CHANGED if known else ChangeKind.ADDED, route.title)
    gone = Route.objects.filter(withdrawn_at=None).exclude(key__in=[one.route for one in routes])
    for route_row in gone:
        services.withdraw_route(route=route_row, at=clock.now(), by=by)
        yield Change(FOLDER, ChangeKind.REMOVED, route_row.title)


register(PackPart(folder=FOLDER, order=15, load=load, check=check, apply=apply, models=(RoutesFile,)))
