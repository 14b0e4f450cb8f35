"""What a booking folder says becomes rows. The second time nothing changes; what would break a booking is refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.kernel import clock, packs, search
from madoguchi.kernel.packs import Change, ChangeKind, Located, PackRefused, Problem, Publication
from madoguchi.kernel.refs import Actor, Ref
from madoguchi.kernel.text import JAPANESE

from ..area_rules import KIND
from ..models import OPEN, Area, Block, Claim, Resource, ResourceUnit, Site, Unit
from ..models import Booking as Booked
from ..services import timetables
from ..shape import IMPORTED, ResourceEntry, ResourcesFile
from .reading import ELSEWHERE, FOLDER, AreaRead, Booking, day_of, site_words

M = TypeVar("M", bound=Model)
# What people type who want the list of bookings, and the one of draws.
BOOK = ("よやく", "空き", "空き状況", "施設予約", "予約する", "booking", "预约", "예약")
DRAW = ("ちゅうせん", "抽選結果", "当選", "くじ", "lottery", "draw", "抽签", "추첨")


def apply(made: Booking, by: Actor) -> list[Change]:
    """Publish the rules and keep the rows: areas, sites, what is booked there, its timetable, what is closed."""
    changes = packs.publish_all(kind=KIND, part=FOLDER, publications=publications(made))
    changes += _keep_sites(made)
    changes += _keep_areas(made)
    changes += Resources(made).keep()
    changes += _drop_sites(made)
    _tell_search(made)
    changes += _lay_timetables(by)
    return changes


def _tell_search(made: Booking) -> None:
    """Each area is found by its own words and by the names of what is booked in it, in every language."""
    for area in made.areas.values():
        found = made.resources.get(area.said.area)
        entries = found.value.resources if found else []
        for language, words in area.texts.items():
            names = [entry.words.get(language, {}).get("name") or entry.name for entry in entries]
            search.put(
                _ref(area.said.area),
                kind=KIND,
                title=words.get("title") or area.said.title,
                text=" ".join([words.get("about") or area.said.about, *names]),
                language=language,
                # Once is enough: what is found in one language is told in the reader's.
                names=area.said.also if language == JAPANESE else (),
            )
    search.keep_only(KIND, [_ref(key) for key in made.areas])
    search.put_page("bookings", gettext_lazy("予約"), names=BOOK, there=bool(made.areas))
    drawn = any(area.said.draw or area.said.kind == "event" for area in made.areas.values())
    search.put_page("draws", gettext_lazy("抽選"), names=DRAW, there=drawn)


def _ref(key: str) -> Ref:
    return Ref("booking", KIND, key)


def publications(made: Booking) -> list[Publication]:
    return [
        Publication(area.said.area, area.said.version, area.logic, area.texts, where=area.located)
        for area in made.areas.values()
    ]


def _keep(row: M | None, kind: type[M], key: Mapping[str, Any], fields: Mapping[str, Any]) -> tuple[M, Any]:
    """(the row, what changed about it or None)."""
    if row is None:
        return kind._default_manager.create(**key, **fields), ChangeKind.ADDED
    changed = {name: value for name, value in fields.items() if getattr(row, name) != value}
    if not changed:
        return row, None
    for name, value in changed.items():
        setattr(row, name, value)
    row.save(update_fields=list(changed))
    return row, ChangeKind.CHANGED


# ------------------------------------------------------------------ sites and areas


def _keep_sites(made: Booking) -> Iterator[Change]:
    known = {site.key: site for site in Site.objects.exclude(key__startswith=IMPORTED)}
    for order, row in enumerate(made.sites, start=1):
        said = row.value
        fields = {
            "name": said.name,
            "address": said.address,
            "latitude": said.latitude,
            "longitude": said.longitude,
            "phone": said.phone,
            "access": said.access,
            "division_id": said.division or None,
            "words": site_words(said),
            "order": order,
            "withdrawn_at": None,
        }
        _row, what = _keep(known.pop(said.key, None), Site, {"key": said.key}, fields)
        if what:
            yield Change(FOLDER, what, said.name)


def _drop_sites(made: Booking) -> Iterator[Change]:
    """Sites no longer named, unless something that did not come from the pack is still booked there."""
    in_use = Resource.objects.filter(withdrawn_at=None).values("site")
    named = [row.value.key for row in made.sites]
    yield from _withdraw(Site.objects.exclude(key__in=named).exclude(pk__in=in_use))


def _withdraw(rows: Iterable[Any]) -> Iterator[Change]:
    """What the pack no longer names is offered no more; what was booked there stays readable."""
    for row in rows:
        if row.withdrawn_at is None and not row.key.startswith(ELSEWHERE):
            type(row).objects.filter(pk=row.pk).update(withdrawn_at=clock.now())
            yield Change(FOLDER, ChangeKind.REMOVED, getattr(row, "name", row.key))


def _keep_areas(made: Booking) -> Iterator[Change]:
    known = {area.key: area for area in Area.objects.all()}
    published = {one.key: one for one in packs.definitions(KIND)}
    closings = {one.area: one for one in made.closings.value.closings} if made.closings else {}
    for key, area in made.areas.items():
        before = known.pop(key, None)
        _refuse_other_kind(area, before)
        closed = closings.get(key)
        fields = {
            "kind": area.said.kind,
            "definition_id": published[key].pk,
            "division_id": area.said.division,
            "order": area.said.order,
            "withdrawn_at": None,
            "closed_on": closed.on if closed else None,
            "closed_why": closed.why if closed else "",
            "closed_instead": closed.instead if closed else "",
            "closed_path": closed.path if closed else "",
            "closed_words": closed.words if closed else {},
            "evaluation": [one.model_dump() for one in closed.evaluation] if closed else [],
        }
        row, what = _keep(before, Area, {"key": key}, fields)
        if what:
            yield Change(FOLDER, what, area.said.title, _after_closing(row))
    for gone in known.values():
        if gone.withdrawn_at is None and (number := _open_bookings(area=gone).count()):
            message = _("「%(area)s」には、これからの予約が%(n)d件あります。") % {
                "area": gone.key,
                "n": number,
            }
            hint = _("ファイルを残し、booking/closings.yaml に、終わる日と理由を書きます。")
            raise PackRefused(FOLDER, [Problem(f"{FOLDER}/areas/{gone.key}.yaml", 0, "area", message, hint)])
    yield from _withdraw(known.values())


def _refuse_other_kind(area: AreaRead, before: Area | None) -> None:
    if before is not None and before.kind != area.said.kind and before.bookings.exists():
        message = _("予約のあるものの kind は変えられません。")
        hint = _("新しい area をつくり、こちらは closings.yaml で終わりにします。")
        raise PackRefused(FOLDER, [area.located.problem("kind", message, hint)])


def _after_closing(area: Area) -> str:
    """A service that ends while people have bookings after its last day: somebody has to tell them."""
    if area.closed_on is None:
        return ""
    midnight = dt.datetime.combine(area.closed_on, dt.time(), tzinfo=clock.JST)
    number = _open_bookings(area=area, starts_at__gte=midnight).count()
    return _("終わる日からあとの予約が%d件あります。中止して知らせてください。") % number if number else ""


def _open_bookings(**of: Any) -> Any:
    return Booked.objects.filter(state__in=OPEN, ends_at__gt=clock.now(), **of)


# ------------------------------------------------------------------ what is booked


class Resources:
    """Resources with their parts, as the files say them; everything known is read once."""

    def __init__(self, made: Booking) -> None:
        self.made = made
        self.areas = {area.key: area for area in Area.objects.filter(withdrawn_at=None)}
        self.sites = {site.key: site for site in Site.objects.all()}
        self.units = {(unit.site.key, unit.key): unit for unit in Unit.objects.select_related("site")}
        rows = Resource.objects.exclude(key__startswith=IMPORTED)
        rows = rows.select_related("area", "site").prefetch_related("parts__unit")
        self.known = {(row.area.key, row.key): row for row in rows}
        self.problems: list[Problem] = []

    def keep(self) -> list[Change]:
        """Raises PackRefused naming every line that would break a booking."""
        changes = [
            change
            for key, found in self.made.resources.items()
            for number, entry in enumerate(found.value.resources)
            for change in self._keep_one(self.areas[key], found, number, entry)
        ]
        changes += self._drop()
        if self.problems:
            raise PackRefused(FOLDER, self.problems)
        return changes

    def _keep_one(
        self, area: Area, found: Located[ResourcesFile], number: int, entry: ResourceEntry
    ) -> Iterator[Change]:
        before = self.known.pop((area.key, entry.key), None)
        site = self.sites[entry.site]
        units = [self._unit(site, key, entry, found, number) for key in entry.units]
        if before is not None:
            self._refuse_moves(before, site, units, found, number)
        fields = {
            "site_id": site.pk,
            "name": entry.name,
            "about": entry.about,
            "people": entry.people,
            "hours": _hours(entry, before),
            "facts": _facts(entry),
            "words": entry.words,
            "order": entry.order or number,
            "withdrawn_at": None,
        }
        row, what = _keep(before, Resource, {"area": area, "key": entry.key}, fields)
        if self._keep_parts(row, before, units) or what:
            yield Change(FOLDER, what or ChangeKind.CHANGED, entry.name)

    def _unit(
        self, site: Site, key: str, entry: ResourceEntry, found: Located[ResourcesFile], number: int
    ) -> Unit:
        unit = self.units.get((site.key, key))
        if unit is None:
            unit = Unit.objects.create(site=site, key=key, name=key, cell_minutes=entry.cell_minutes)
            self.units[site.key, key] = unit
        elif unit.cell_minutes != entry.cell_minutes:
            if Claim.objects.filter(unit=unit, cell__gte=clock.now()).exists():
                message = _("これからの予約がある部分「%s」の、時間のきざみは変えられません。") % key
                self._refuse(found, f"resources.{number}.cell_minutes", message)
            else:
                Unit.objects.filter(pk=unit.pk).update(cell_minutes=entry.cell_minutes)
                unit.cell_minutes = entry.cell_minutes
        return unit

    def _refuse_moves(
        self, before: Resource, site: Site, units: list[Unit], found: Located[ResourcesFile], number: int
    ) -> None:
        """Who booked it goes to where it was, and stands on the parts it had."""
        moved = before.site_id != site.pk
        parts = {part.unit_id for part in before.parts.all()} != {unit.pk for unit in units}
        if not (moved or parts) or not _is_in_use(before):
            return
        key = "site" if moved else "units"
        message = _("「%s」には、これからの予約があるので、場所や部分は変えられません。") % before.name
        hint = _("新しいキーでもう一つ書くか、予約がなくなってから変えます。")
        self._refuse(found, f"resources.{number}.{key}", message, hint)

    def _refuse(self, found: Located[Any], key: str, message: str, hint: str = "") -> None:
        self.problems.append(found.problem(key, message, hint))

    def _keep_parts(self, row: Resource, before: Resource | None, units: list[Unit]) -> bool:
        wanted = {unit.pk for unit in units}
        there = {part.unit_id for part in before.parts.all()} if before is not None else set()
        if wanted == there:
            return False
        ResourceUnit.objects.filter(resource=row, unit_id__in=there - wanted).delete()
        ResourceUnit.objects.bulk_create(
            ResourceUnit(resource=row, unit=unit) for unit in units if unit.pk not in there
        )
        return True

    def _drop(self) -> list[Change]:
        """What is no longer named: withdrawn, unless somebody has it booked."""
        rows = self.known.values()
        going = [row for row in rows if row.withdrawn_at is None and not row.key.startswith(ELSEWHERE)]
        for row in going:
            if _is_in_use(row):
                self._say_in_use(row)
        if self.problems:
            return []
        return list(_withdraw(going))

    def _say_in_use(self, row: Resource) -> None:
        message = _("「%s」には、これからの予約があるので、なくせません。") % row.name
        hint = _("予約を中止して知らせてから、なくします。")
        found = self.made.resources.get(row.area.key)
        if found is not None:
            self._refuse(found, "resources", message, hint)
        elif self.made.areas.get(row.area.key):
            self._refuse(self.made.areas[row.area.key].located, "area", message, hint)
        else:
            file = f"{FOLDER}/resources/{row.area.key}.yaml"
            self.problems.append(Problem(file, 0, row.key, message, hint))


def _is_in_use(row: Resource) -> bool:
    """Somebody has it booked, waits for it, or the city keeps it back."""
    now = clock.now()
    return (
        _open_bookings(resource=row).exists()
        or timetables.is_waited_for(row, now)
        or Block.objects.filter(resource=row, lifted_at=None, ends_at__gt=now).exists()
    )


def _facts(entry: ResourceEntry) -> dict[str, Any]:
    own = {"yen": entry.yen, "eligible": entry.eligible, "why_not": entry.why_not or None}
    return dict(entry.facts) | {key: value for key, value in own.items() if value is not None}


def _hours(entry: ResourceEntry, before: Resource | None) -> dict[str, Any]:
    """Its own hours and timetable. `+14d` counts from the day on which these days were first read."""
    said: dict[str, Any] = {}
    if entry.hours is not None:
        said["hours"] = entry.hours.model_dump(mode="json", by_alias=True)
    if entry.times:
        said["times"] = [line.model_dump(mode="json") for line in entry.times]
    if entry.counts:
        said["counts"] = dict(entry.counts)
    if entry.days:
        written = [day.on for day in entry.days]
        known = before.hours if before is not None else {}
        start = known["laid_on"] if known.get("written") == written else clock.today().isoformat()
        said |= {"written": written, "laid_on": start}
        said["days"] = [
            {**day.model_dump(), "on": day_of(day.on, dt.date.fromisoformat(start)).isoformat()}
            for day in entry.days
        ]
    return said


def _lay_timetables(by: Actor) -> Iterator[Change]:
    for resource, laid in timetables.lay_all(by=by).items():
        if not laid.kept:
            continue  # that there are slots is no news; that somebody has to look at some of them is
        what = _("%s: 予約のある枠") % resource.name
        detail = _("%d枠は、時間割と合わなくなりましたが、予約があるのでそのままにしました。") % len(
            laid.kept
        )
        yield Change(FOLDER, ChangeKind.CHANGED, what, detail)
