"""What was written in the fields of a kind: taken in, said in words, found in what a browser posted."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from madoguchi.kernel import text

from .definition import FieldEntry, RegistrationKind
from .errors import RegistrationUnclear

YES, NO = "yes", "no"
# Members of a group, one a line.
MOST_PEOPLE = 300
MOST_NAME = 60


def taken(kind: RegistrationKind, values: Mapping[str, Any], *, interview: bool) -> dict[str, Any]:
    """The values as they are kept. Raises RegistrationUnclear naming the first field that does not fit."""
    kept = {}
    for field in kind.asked_when(interview=interview):
        value = _READ[field.kind](field, values.get(field.id))
        if value is None and not field.is_optional:
            raise RegistrationUnclear(what=field.label)
        if value is not None:
            kept[field.id] = value
    return kept


def posted(fields: Iterable[FieldEntry], data: Mapping[str, str]) -> dict[str, Any]:
    """What a form sent, as values: `allergies.has` and `allergies.what`, otherwise the field's own name."""
    found: dict[str, Any] = {}
    for field in fields:
        if field.kind == "has_and_what":
            found[field.id] = {
                "has": data.get(f"{field.id}.has", ""),
                "what": data.get(f"{field.id}.what", ""),
            }
        else:
            found[field.id] = data.get(field.id, "")
    return found


def said(field: FieldEntry, value: Any) -> str:
    """A value in words for people."""
    if value is None or value == "":
        return _("（書かれていません）")
    if field.kind == "has_and_what":
        return _("あり：%(what)s") % {"what": value["what"]} if value["has"] else _("なし")
    if field.kind == "choice":
        return next((option.label for option in field.options if option.id == value), str(value))
    if field.kind == "people":
        return "、".join(value)
    return str(value)


def shown_again(field: FieldEntry, value: Any) -> dict[str, str]:
    """The inputs of a form that would send this value."""
    if field.kind == "has_and_what":
        if isinstance(value, Mapping):
            has = value.get("has")
            marked = has if isinstance(has, str) else YES if has else NO
            return {"has": marked, "what": str(value.get("what") or "")}
        return {"has": "", "what": ""}
    if field.kind == "people" and isinstance(value, list):
        return {"value": "\n".join(value)}
    return {"value": "" if value is None else str(value)}


def is_care(kind: RegistrationKind, values: Mapping[str, Any]) -> bool:
    """Whether something of it asks for care: a field marked so holds more than 「なし」."""
    return any(says_something(values.get(field.id)) for field in kind.fields if field.is_care)


def says_something(value: Any) -> bool:
    if isinstance(value, Mapping):
        return bool(value.get("has"))
    return bool(value)


def _text(field: FieldEntry, value: Any) -> str | None:
    written = str(value or "").strip()
    if not written:
        return None
    if len(written) > field.most:
        raise RegistrationUnclear(
            what=_("%(label)s（%(most)d文字まで）") % {"label": field.label, "most": field.most}
        )
    text.refuse_my_number(written)
    return written


def _has_and_what(field: FieldEntry, value: Any) -> dict[str, Any] | None:
    has, what = (value.get("has"), value.get("what")) if isinstance(value, Mapping) else (value, "")
    if has in {True, YES}:
        written = _text(field, what)
        if written is None:
            raise RegistrationUnclear(what=_("%(label)sの内容") % {"label": field.label})
        return {"has": True, "what": written}
    return {"has": False, "what": ""} if has in {False, NO} and has is not None and has != "" else None


def _number(field: FieldEntry, value: Any) -> int | None:
    written = unicodedata.normalize("NFKC", str(value if value is not None else "")).strip()
    if not written:
        return None
    if not (
        written.isascii() and written.isdecimal() and len(written) <= 6 and 0 < int(written) <= field.most
    ):
        raise RegistrationUnclear(what=field.label)
    return int(written)


def _choice(field: FieldEntry, value: Any) -> str | None:
    if value in {None, ""}:
        return None
    if value not in {option.id for option in field.options}:
        raise RegistrationUnclear(what=field.label)
    return str(value)


def _phone(field: FieldEntry, value: Any) -> str | None:
    written = str(value or "").strip()
    if not written:
        return None
    try:
        return text.phone(written)
    except ValueError as error:
        raise RegistrationUnclear(what=field.label) from error


def _people(field: FieldEntry, value: Any) -> list[str] | None:
    lines = value if isinstance(value, list) else str(value or "").splitlines()
    names = [name for name in (str(line).strip() for line in lines) if name]
    if len(names) > MOST_PEOPLE or any(len(name) > MOST_NAME for name in names):
        raise RegistrationUnclear(what=field.label)
    text.refuse_my_number(*names)
    return names or None


_READ = {
    "text": _text,
    "long_text": _text,
    "has_and_what": _has_and_what,
    "number": _number,
    "choice": _choice,
    "phone": _phone,
    "people": _people,
}
