"""A number or a date of a spreadsheet as its sheet shows it, for the forms that Japanese offices use.

Excel keeps 45637 and a form. What is not known here is told apart (None), so that the reader can say so.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal

_WEEKDAYS = "月火水木金土日"
_TOKEN = re.compile(
    r'"([^"]*)"|\\(.)|\[[^\]]*\]|_.|\*.|(g+|e+|y+|m+|d+|h+|s+|a{3,4}|AM/PM)|(.)', re.IGNORECASE | re.DOTALL
)
_NUMBER = re.compile(r"[#0?,]*[#0?](?:\.[0#?]+)?")
_QUOTED = re.compile(r'"([^"]*)"|\\(.)|\[[^\]]*\]|_.|\*.', re.DOTALL)
_ASIDE = 0xF0000  # private letters that hold the places of quoted words
# Forms that Excel knows by number alone and shows in its own language; the library knows the English ones.
_ERA, _LONG, _MONTH, _DAY = "[$-411]ge.m.d", '[$-411]ggge"年"m"月"d"日"', 'yyyy"年"m"月"', 'm"月"d"日"'
JAPANESE_FORMS = {
    14: "yyyy/m/d",
    22: "yyyy/m/d h:mm",
    27: _ERA,
    28: _LONG,
    29: _LONG,
    30: "m/d/yy",
    31: 'yyyy"年"m"月"d"日"',
    32: 'h"時"mm"分"',
    33: 'h"時"mm"分"ss"秒"',
    34: _MONTH,
    35: _DAY,
    36: _ERA,
    50: _ERA,
    51: _LONG,
    52: _MONTH,
    53: _DAY,
    54: _LONG,
    55: _MONTH,
    56: _DAY,
    57: _ERA,
    58: _LONG,
}
_PLAIN = {"general", "@", "", "g/標準"}


def number_printed(value: float, form: str) -> str | None:
    """None for a form that is not read here."""
    if form.lower() in _PLAIN:
        return _plainly(value)
    sections = form.split(";")
    own_sign = value < 0 and len(sections) > 1
    section = sections[1] if own_sign else sections[0]
    kept: list[str] = []
    bare = _QUOTED.sub(lambda found: _set_aside(found, kept), section)
    places = _NUMBER.findall(bare)
    if len(places) != 1 or re.search(r"[eE/]", bare):
        return None
    shown = Decimal(repr(abs(value) if own_sign else value)) * (100 if "%" in bare else 1)
    text = _NUMBER.sub(lambda found: _filled(shown, found.group()), bare)
    return "".join(kept[ord(letter) - _ASIDE] if ord(letter) >= _ASIDE else letter for letter in text).strip()


def _plainly(value: float) -> str:
    """Without .0, and without the noise of binary fractions that Excel does not show either."""
    return f"{value:.11g}" if isinstance(value, float) and abs(value) < 1e11 else f"{value:.0f}"


def _set_aside(found: re.Match[str], kept: list[str]) -> str:
    kept.append(found.group(1) or found.group(2) or "")
    return chr(_ASIDE + len(kept) - 1)


def _filled(value: Decimal, place: str) -> str:
    whole, _point, part = place.partition(".")
    exact = value.quantize(Decimal(1).scaleb(-len(part)), ROUND_HALF_UP)
    optional = len(part) - len(part.rstrip("#"))
    text = f"{abs(exact):,f}" if "," in whole else f"{abs(exact):f}"
    digits, _point, fraction = text.partition(".")
    least = whole.count("0")
    digits = digits.zfill(least)
    for _one in range(optional):
        fraction = fraction.removesuffix("0")
    return ("-" if exact < 0 else "") + digits + (f".{fraction}" if fraction else "")


def is_era(form: str) -> bool:
    """A year of an era and nothing else, which the library takes for a number."""
    bare = _QUOTED.sub("", form).lower()
    return form.lower() not in _PLAIN and bool(re.search("[ge]", bare)) and not re.search("[0#?]", bare)


def date_printed(value: dt.date | dt.time, form: str) -> str | None:
    """None for a form that is not read here."""
    tokens = [token.groups() for token in _TOKEN.finditer(form.split(";", maxsplit=1)[0])]
    fields = [field.lower() for _quoted, _escaped, field, _other in tokens if field]
    out: list[str] = []
    at = 0
    for quoted, escaped, field, other in tokens:
        if not field:
            out.append(quoted or escaped or ("" if other in {None, "@"} else other))
            continue
        said = _field_printed(value, fields[at], is_minute=_is_minute(fields, at), is_gannen="gannen" in form)
        if said is None:
            return None
        out.append(said)
        at += 1
    return "".join(out).strip()


def _is_minute(fields: list[str], at: int) -> bool:
    """M is a month, but after hours and before seconds a minute."""
    after_hours = at > 0 and fields[at - 1][0] == "h"
    return after_hours or (at + 1 < len(fields) and fields[at + 1][0] == "s")


def _field_printed(value: dt.date | dt.time, field: str, *, is_minute: bool, is_gannen: bool) -> str | None:
    letter = field[0]
    if letter in "hs" or (letter == "m" and is_minute):
        return _of_clock(value, field)
    if isinstance(value, dt.time) or field == "am/pm":
        return None
    if letter == "a":
        return _WEEKDAYS[value.weekday()] + ("曜日" if len(field) == 4 else "")
    if letter in "ge":
        return _of_era(value, field, is_gannen=is_gannen)
    if letter == "y":
        return f"{value.year:04d}" if len(field) > 2 else f"{value.year % 100:02d}"
    if len(field) > 2:
        return None  # names of months and days, which are English
    number = value.month if letter == "m" else value.day
    return f"{number:0{len(field)}d}"


def _of_clock(value: dt.date | dt.time, field: str) -> str | None:
    if not isinstance(value, dt.datetime | dt.time):
        return None
    number = {"h": value.hour, "m": value.minute, "s": value.second}[field[0]]
    return f"{number:0{min(len(field), 2)}d}"


def _of_era(day: dt.date, field: str, *, is_gannen: bool) -> str | None:
    # Waking the calendar costs half a second, and few sheets need it.
    from madoguchi.kernel.calendar import era_of

    era = era_of(day.date() if isinstance(day, dt.datetime) else day)
    if era is None:
        return None
    if field[0] == "g":
        return (era.letter, era.name[0], era.name)[min(len(field), 3) - 1]
    year = day.year - era.began_on.year + 1
    if year == 1 and is_gannen:
        return "元"
    return f"{year:02d}" if len(field) >= 2 else str(year)
