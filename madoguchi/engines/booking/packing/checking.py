"""What is wrong in a booking folder, said with file, line and the nearest key. Reads no rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Any

from django.utils.translation import gettext as _

from madoguchi.kernel import clock
from madoguchi.kernel.packs import Located, PackFolder
from madoguchi.kernel.text import nearest

from ..area_rules import NAMES
from ..shape import AreaFile, ResourceEntry, ResourcesFile, Times
from ..times import minutes_of
from .reading import AREAS, CLOSINGS, ELSEWHERE, RESOURCES, SITES, AreaRead, Booking, day_of, doubles

KINDS = "records/kinds"
RESERVED = (*NAMES, "hours", "periods_yen", "resource_yen")


def check(made: Booking, folder: PackFolder) -> None:
    """What must fit: files of this folder each other, and what other parts of the pack say."""
    for area in made.areas.values():
        _check_area(area.located, folder)
        if area.said.area not in made.resources:
            message = _("booking/resources/%s.yaml がありません。") % area.said.area
            area.located.problem("area", message, _("予約できるものを、少なくとも一つ書きます。"))
    for found in made.resources.values():
        read = made.areas.get(found.value.area)
        if read is None:
            unknown(found, "area", found.value.area, made.areas, AREAS)
        else:
            _check_resources(found, read, made)
    _check_units(made.resources.values())
    _check_sites(made, folder)
    for number, closing in enumerate(made.closings.value.closings if made.closings else ()):
        if made.closings and closing.area not in made.areas:
            unknown(made.closings, f"closings.{number}.area", closing.area, made.areas, CLOSINGS)


def unknown(where: Located[Any], key: str, name: str, known: Iterable[str], place: str) -> None:
    """Nothing has that name: say where names come from, and which one may be meant."""
    close = nearest(name, list(known))
    hint = _("「%s」ではありませんか。") % close if close else ""
    where.problem(key, _("「%(name)s」は %(place)s にありません。") % {"name": name, "place": place}, hint)


# ------------------------------------------------------------------ an area


def _check_area(area: Located[AreaFile], folder: PackFolder) -> None:
    said = area.value
    _check_others(area, folder)
    if set(said.channels) <= {"web"}:
        message = _("インターネットのほかに、少なくとも一つの方法が要ります。")
        area.problem("channels", message, _("phone（電話）か counter（窓口）を足します。"))
    _check_asks(area)
    if (said.kind == "units") != bool(said.periods or said.step) or (said.periods and said.step):
        message = _("kind: units には periods か step のどちらか一つを書きます。ほかの kind には書きません。")
        area.problem("kind", message)
    if said.kind != "units" and not said.takes:
        area.problem("kind", _("takes（一つの予約が使う数）がありません。"))
    if said.kind == "units" and said.takes:
        area.problem("takes", _("kind: units では使いません。場所の部分（units）が数のかわりです。"))
    for number, rule in enumerate(said.takes):
        if rule.mode and rule.mode not in said.modes:
            unknown(area, f"takes.{number}.mode", rule.mode, said.modes, "modes")
    for number, period in enumerate(said.periods):
        if minutes_of(period.since) >= minutes_of(period.until):
            area.problem(f"periods.{number}.until", _("since より後の時刻にします。"))
    if said.step and not said.step.shortest <= said.step.longest:
        area.problem("step.longest", _("shortest より短くできません。"))


def _check_asks(area: Located[AreaFile]) -> None:
    keys = [ask.key for ask in area.value.asks]
    for number, ask in enumerate(area.value.asks):
        at = f"asks.{number}"
        if ask.key in RESERVED:
            area.problem(f"{at}.key", _("「%s」は、きまりの中でもう使っている名前です。") % ask.key)
        if ask.key in doubles(keys):
            area.problem(f"{at}.key", _("「%s」が二つあります。") % ask.key)
        if (ask.type == "choice") != bool(ask.options):
            area.problem(f"{at}.type", _("options は、type: choice のときだけ、必ず書きます。"))
        if twice := doubles(option.key for option in ask.options):
            area.problem(f"{at}.options", _("「%s」が二つあります。") % min(twice))


def _check_others(area: Located[AreaFile], folder: PackFolder) -> None:
    said = area.value
    divisions = _divisions(folder)
    if divisions and said.division not in divisions:
        unknown(area, "division", said.division, divisions, "directory/divisions.csv")
    if said.who.registration:
        kinds = [PurePosixPath(name).stem for name in folder.names(KINDS, ".yaml")]
        if said.who.registration.kind not in kinds:
            unknown(area, "who.registration.kind", said.who.registration.kind, kinds, KINDS)


def _divisions(folder: PackFolder) -> set[str]:
    return {row.value.key for row in getattr(folder.loaded.get("directory"), "divisions", ())}


# ------------------------------------------------------------------ what is booked


def _check_resources(found: Located[ResourcesFile], area: AreaRead, made: Booking) -> None:
    sites = {row.value.key for row in made.sites}
    keys = [entry.key for entry in found.value.resources]
    for number, entry in enumerate(found.value.resources):
        at = f"resources.{number}"
        if entry.key.startswith(ELSEWHERE):
            found.problem(
                f"{at}.key", _("「%s」で始まるキーは、パックでは使えません。") % "」「".join(ELSEWHERE)
            )
        if entry.key in doubles(keys):
            found.problem(f"{at}.key", _("「%s」が二つあります。") % entry.key)
        if entry.site not in sites:
            unknown(found, f"{at}.site", entry.site, sites, SITES)
        instead = entry.facts.get("instead")
        if isinstance(instead, str) and instead not in keys:
            unknown(found, f"{at}.facts.instead", instead, keys, RESOURCES)
        for key, message in _misfits(entry, area.said):
            found.problem(f"{at}.{key}" if key else at, message)


def _misfits(entry: ResourceEntry, area: AreaFile) -> Iterator[tuple[str, str]]:
    """What an entry has that its kind of area has no use for, or lacks. Yields (key, what to say)."""
    wanted = {"slots": ("times",), "units": ("units",), "event": ("days", "counts")}[area.kind]
    for key in ("times", "units", "days", "counts"):
        if key in wanted and not getattr(entry, key):
            yield "", _("kind: %(kind)s では、%(key)s が要ります。") % {"kind": area.kind, "key": key}
        if key not in wanted and getattr(entry, key):
            yield key, _("kind: %(kind)s では使いません。") % {"kind": area.kind}
    taken = {rule.count for rule in area.takes}
    counted = [(f"times.{n}.counts", line.counts) for n, line in enumerate(entry.times)]
    for key, counts in [*counted, *([("counts", entry.counts)] if entry.counts else [])]:
        if area.kind != "units" and set(counts) != taken:
            names = "、".join(sorted(taken))
            yield key, _("takes と同じ数え方（%s）を、過不足なく書きます。") % names
    for number, line in enumerate(entry.times):
        yield from ((f"times.{number}.{key}", said) for key, said in _wrong_times(line))
    for number, day in enumerate(entry.days):
        if minutes_of(day.since) >= minutes_of(day.until):
            yield f"days.{number}.until", _("since より後の時刻にします。")
        if not _is_day(day.on):
            yield f"days.{number}.on", _("2026-12-05 か、見本では +14d の形で書きます。")


def _wrong_times(line: Times) -> Iterator[tuple[str, str]]:
    length = minutes_of(line.until) - minutes_of(line.since)
    if length <= 0:
        yield "until", _("since より後の時刻にします。")
    elif line.every and length % line.every:
        yield "every", _("since から until までが、%d分で割り切れません。") % line.every


def _is_day(written: str) -> bool:
    try:
        day_of(written, clock.today())
    except ValueError:
        return False
    return True


def _check_units(files: Iterable[Located[ResourcesFile]]) -> None:
    """A part that several book, in whichever area, is one part: its cells have one length."""
    known: dict[tuple[str, str], int] = {}
    for found in files:
        for number, entry in enumerate(found.value.resources):
            if doubles(entry.units):
                found.problem(f"resources.{number}.units", _("同じ部分が二つあります。"))
            for unit in entry.units:
                minutes = known.setdefault((entry.site, unit), entry.cell_minutes)
                if minutes != entry.cell_minutes:
                    message = _("「%(unit)s」は、ほかのところで%(minutes)d分きざみです。同じにします。")
                    message %= {"unit": unit, "minutes": minutes}
                    found.problem(f"resources.{number}.cell_minutes", message)


def _check_sites(made: Booking, folder: PackFolder) -> None:
    divisions = _divisions(folder)
    for row in made.sites:
        if row.value.key.startswith(ELSEWHERE):
            row.problem("key", _("「%s」で始まるキーは、パックでは使えません。") % "」「".join(ELSEWHERE))
        if row.value.division and divisions and row.value.division not in divisions:
            unknown(row, "division", row.value.division, divisions, "directory/divisions.csv")
        if (row.value.latitude is None) != (row.value.longitude is None):
            row.problem("latitude", _("latitude と longitude は、両方書くか、両方空にします。"))
        if folder.meta is not None and folder.meta.demo and row.value.phone[:8] not in ("", "00-0000-"):
            message = _("デモのパックに、実在するかもしれない電話番号は書けません。")
            row.problem("phone", message, _("00-0000-0000 の形にします。"))
