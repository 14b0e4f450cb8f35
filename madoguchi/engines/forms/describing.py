"""A form told to programs: its questions with their conditions, and a JSON Schema of its answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .definition import FieldDef
from .form import ITEM_PARTS, TOP_PARTS, Form
from .kinds import PART_KINDS

_TEXT = {"type": "string"}
_SHORT = {"type": "string", "maxLength": 60}
_DATE = {"type": "string", "format": "date"}
_NAME = {
    "type": "object",
    "properties": dict.fromkeys(("family", "given", "family_kana", "given_kana"), _SHORT),
    "required": ["family", "given", "family_kana", "given_kana"],
}
_ADDRESS = {
    "type": "object",
    "properties": {
        "postcode": {"type": "string", "pattern": "^[0-9]{3}-?[0-9]{4}$"},
        "address": {"type": "string", "maxLength": 200},
        "building": {"type": "string", "maxLength": 200},
    },
    "required": ["postcode", "address"],
}
_ACCOUNT = {
    "type": "object",
    "properties": {
        "bank": _SHORT,
        "branch": _SHORT,
        "kind": {"type": "string", "enum": ["futsu", "toza"]},
        "number": {"type": "string", "pattern": "^[0-9]{1,7}$"},
        "holder_kana": _SHORT,
    },
    "required": ["bank", "branch", "kind", "number", "holder_kana"],
}
_KINDS: dict[str, dict[str, Any]] = {
    "text": {"type": "string", "maxLength": 200},
    "long_text": {"type": "string", "maxLength": 2000},
    "number": {"type": "integer"},
    "money": {"type": "integer"},
    "yes_no": {"type": "boolean"},
    "consent": {"type": "boolean"},
    "signature": {"type": "object", "properties": {"name": _SHORT}, "required": ["name"]},
    "date": _DATE,
    "name": _NAME,
    "other_names": {
        "type": "object",
        "properties": {
            **dict.fromkeys(("former_family", "former_family_kana", "alias", "alias_kana"), _SHORT),
            "use": {"type": "string", "enum": ["legal", "former", "alias"]},
        },
    },
    "address": _ADDRESS,
    "bank_account": _ACCOUNT,
    "phone": _TEXT,
    "email": {"type": "string", "format": "email"},
}


def described(form: Form, texts: Mapping[str, str]) -> list[dict[str, Any]]:
    """Page by page: what is asked, how it is answered, and when (`shown_when`, CEL)."""
    return [
        {
            "id": page.id,
            "title": texts.get(f"pages.{page.id}.title") or page.title,
            "fields": [
                _field(key, field, f"fields.{key}", texts, TOP_PARTS) for key, field in page.fields.items()
            ],
        }
        for page in form.pages
    ]


def _field(
    key: str, field: FieldDef, at: str, texts: Mapping[str, str], parts: tuple[str, ...]
) -> dict[str, Any]:
    inner = [
        _field(name, one, f"{at}.fields.{name}", texts, ITEM_PARTS) for name, one in field.fields.items()
    ]
    return {
        "key": key,
        "kind": field.type,
        "label": texts.get(f"{at}.label") or field.label,
        "question": texts.get(f"{at}.question") or field.question,
        "hint": texts.get(f"{at}.hint") or field.hint,
        "why": texts.get(f"{at}.why") or field.why,
        "ground": texts.get(f"{at}.ground") or field.ground,
        "statement": texts.get(f"{at}.statement") or field.statement,
        "is_required": field.required,
        "sensitivity": field.sensitivity or "",
        "shown_when": field.shown_when,
        "options": [
            {"key": option, "label": texts.get(f"{at}.options.{option}") or words}
            for option, words in field.options.items()
        ],
        "least": field.least if field.type != "list" else field.at_least,
        "most": field.most if field.type != "list" else field.at_most,
        "unit": texts.get(f"{at}.unit") or field.unit,
        "parts": list(_parts(field, parts)),
        "fields": inner,
    }


def _parts(field: FieldDef, parts: tuple[str, ...]) -> tuple[str, ...]:
    if field.type == "person":
        return tuple(field.parts) or parts
    if field.of == "person":
        return tuple(field.parts) or ITEM_PARTS
    return ()


def json_schema(form: Form, texts: Mapping[str, str]) -> dict[str, Any]:
    """What a document of answers may hold (JSON Schema 2020-12).

    `required` is told only of what is always asked; the rest hangs on conditions, which `shown_when` tells.
    """
    fields = [(key, field) for _page, key, field in form.fields()]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {key: _schema(key, field, f"fields.{key}", texts, TOP_PARTS) for key, field in fields},
        "required": [key for key, field in fields if field.required and not field.shown_when],
        "additionalProperties": False,
    }


def _schema(
    key: str, field: FieldDef, at: str, texts: Mapping[str, str], parts: tuple[str, ...]
) -> dict[str, Any]:
    title = texts.get(f"{at}.label") or field.label or key
    if field.type == "list":
        return {"title": title, **_list(field, at, texts)}
    if field.type == "person":
        return {"title": title, **_record({part: _part(part) for part in _parts(field, parts)})}
    found = {"title": title, **_KINDS.get(field.type, _TEXT)}
    if field.type == "choice":
        found["enum"] = list(field.options)
    elif field.type == "choices":
        found |= {
            "type": "array",
            "items": {"type": "string", "enum": list(field.options)},
            "uniqueItems": True,
        }
    elif field.type in {"number", "money"}:
        found |= {
            name: bound
            for name, bound in (("minimum", field.least), ("maximum", field.most))
            if bound is not None
        }
    return found if field.required else _or_null(found)


def _list(field: FieldDef, at: str, texts: Mapping[str, str]) -> dict[str, Any]:
    inner = {part: _part(part) for part in _parts(field, ())}
    for name, one in field.fields.items():
        inner[name] = _schema(name, one, f"{at}.fields.{name}", texts, ITEM_PARTS)
    item = _record({"id": {"type": "string", "description": "given by us; send it back"}, **inner})
    return {"type": "array", "items": item, "minItems": field.at_least, "maxItems": field.at_most}


def _record(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _part(part: str) -> dict[str, Any]:
    found = _KINDS[PART_KINDS[part]]
    return _or_null(found) if part in {"phone", "email", "other_names"} else found


def _or_null(found: dict[str, Any]) -> dict[str, Any]:
    kind = found.get("type")
    return {**found, "type": [kind, "null"]} if isinstance(kind, str) and "enum" not in found else found
