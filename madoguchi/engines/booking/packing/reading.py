"""Reading packs/<name>/booking: areas and their words, sites, what can be booked, what was closed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from django.utils.translation import gettext as _

from madoguchi.kernel import packs
from madoguchi.kernel.packs import Located, PackFolder
from madoguchi.kernel.rules import Bool, Number, RuleError, Type, compile

from ..area_rules import FEE_NAMES, NAMES, type_of
from ..shape import IMPORTED, AreaFile, ClosingsFile, ResourcesFile, SiteRow

FOLDER = "booking"
AREAS = f"{FOLDER}/areas"
RESOURCES = f"{FOLDER}/resources"
SITES = f"{FOLDER}/sites.csv"
CLOSINGS = f"{FOLDER}/closings.yaml"
_AHEAD = re.compile(r"\+(\d{1,3})d")
# Keys of what came in files of another system and of what was made on the screen: no pack names or withdraws them.
ELSEWHERE = (IMPORTED, "event-")
# What of an area is words: it may be corrected any day, without a new version.
IS_WORD = packs.by_name("title", "about", "note", "why_not", "label", "help")


@dataclass(frozen=True, slots=True)
class AreaRead:
    """One area as its file says it: what is published, and its words by language."""

    located: Located[AreaFile]
    logic: Any
    texts: dict[str, dict[str, str]]

    @property
    def said(self) -> AreaFile:
        return self.located.value


@dataclass(slots=True)
class Booking:
    """The folder as read."""

    areas: dict[str, AreaRead] = field(default_factory=dict)
    resources: dict[str, Located[ResourcesFile]] = field(default_factory=dict)
    sites: list[Located[SiteRow]] = field(default_factory=list)
    closings: Located[ClosingsFile] | None = None


def load(folder: PackFolder) -> Booking:
    """Read the files and compile every rule in them."""
    made = Booking(
        sites=folder.csv(SITES, SiteRow, unique="key", optional=True),
        closings=folder.yaml(CLOSINGS, ClosingsFile, optional=True),
    )
    for area in folder.yaml_files(AREAS, AreaFile):
        if _is_own_name(area, "area", area.value.area) and _compiles(folder, area):
            # What it is also searched by goes into the index alone: no version has to rise for one more word.
            published = {key: value for key, value in area.data.items() if key != "also"}
            logic, japanese = packs.split(published, IS_WORD)
            texts = folder.texts_beside(f"{AREAS}/{area.value.area}.yaml", japanese)
            made.areas[area.value.area] = AreaRead(area, logic, texts)
    for one in folder.yaml_files(RESOURCES, ResourcesFile):
        if _is_own_name(one, "area", one.value.area):
            made.resources[one.value.area] = one
            _name(folder, one)
            if area_read := made.areas.get(one.value.area):
                _compile_resources(folder, one, names_of(area_read.said))
    return made


def _name(folder: PackFolder, found: Located[ResourcesFile]) -> None:
    """Everything booked has a name; a counter has that of directory/counters.csv, so that nobody gives it two."""
    counters = {row.value.key: row.value for row in getattr(folder.loaded.get("directory"), "counters", ())}
    for number, entry in enumerate(found.value.resources):
        key = str(entry.facts.get("counter", ""))
        counter, at = counters.get(key), f"resources.{number}"
        if not key:
            if not entry.name:
                found.problem(f"{at}.name", _("名前を書きます。"))
        elif counter is None:
            message = _("「%s」という窓口は counters.csv にありません。") % key
            found.problem(f"{at}.facts.counter", message)
        elif entry.name and entry.name != counter.name:
            message = _("窓口の名前は counters.csv の「%s」です。") % counter.name
            found.problem(f"{at}.name", message, _("ここには書きません。"))
        else:
            entry.name = counter.name
            entry.words = _with_names(entry.words, counter.words_of("name"))


def _with_names(
    words: dict[str, dict[str, str]], names: Mapping[str, Mapping[str, str]]
) -> dict[str, dict[str, str]]:
    return {
        language: {**words.get(language, {}), **names.get(language, {})}
        for language in (*words, *(one for one in names if one not in words))
    }


def _is_own_name(where: Located[Any], key: str, name: str) -> bool:
    if PurePosixPath(where.file).stem == name:
        return True
    where.problem(key, _("ファイル名と同じにします。"))
    return False


def names_of(said: AreaFile) -> Mapping[str, Type]:
    """What the rules of an area may ask for: the common names and its own questions."""
    own = {ask.key: kind for ask in said.asks if (kind := type_of(ask)) is not None}
    return {**NAMES, **own}


def _compiles(folder: PackFolder, area: Located[AreaFile]) -> bool:
    names = names_of(area.value)
    fine = [_compile(folder, area, *each) for each in _rules(area.value, names)]
    return all(fine)


def _rules(said: AreaFile, names: Mapping[str, Type]) -> Iterator[tuple[str, str, Mapping[str, Type], Type]]:
    if said.who.eligible:
        yield "who.eligible", said.who.eligible, names, Bool
    for number, rule in enumerate(said.takes):
        yield f"takes.{number}.amount", rule.amount, names, Number
    if said.fee:
        yield "fee", said.fee, {**names, **FEE_NAMES}, Number


def _compile_resources(folder: PackFolder, found: Located[ResourcesFile], names: Mapping[str, Type]) -> None:
    for number, entry in enumerate(found.value.resources):
        if entry.eligible:
            _compile(folder, found, f"resources.{number}.eligible", entry.eligible, names, Bool)


def _compile(
    folder: PackFolder, where: Located[Any], key: str, source: str, names: Mapping[str, Type], gives: Type
) -> bool:
    try:
        compile(source, names=names, gives=gives)
    except RuleError as error:
        # The amount of one is not written in the file: its place is the entry's.
        folder.wrong_rule(where, key, error)
        return False
    return True


def site_words(row: SiteRow) -> dict[str, dict[str, str]]:
    """The name of a site by language."""
    said = {"en": row.name_en, "ja-easy": row.name_ja_easy, "zh-hans": row.name_zh_hans, "ko": row.name_ko}
    return {language: {"name": name} for language, name in said.items() if name}


def doubles(keys: Iterable[str]) -> set[str]:
    """What stands there more than once."""
    seen: set[str] = set()
    return {key for key in keys if key in seen or seen.add(key)}  # type: ignore[func-returns-value]


def day_of(written: str, start: dt.date) -> dt.date:
    """2026-12-05, or +14d counted from `start`. Raises ValueError."""
    if found := _AHEAD.fullmatch(written):
        return start + dt.timedelta(days=int(found[1]))
    return dt.date.fromisoformat(written)
