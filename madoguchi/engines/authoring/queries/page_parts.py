"""What stands in the boxes of each page: the data of a source, as forms write it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from madoguchi.engines.documents.queries import places as letter_places
from madoguchi.kernel.text.languages import LANGUAGES as ALL_LANGUAGES

from .. import conditions, routes
from ..services.asking import KINDS
from ..source import OTHER_LANGUAGES, Source
from .reading import when

ROUTES = routes.ROUTES
LANGUAGES = [(code, name) for code, name in ALL_LANGUAGES if code in OTHER_LANGUAGES]
ON = "1"


def choices(source: Source, *, before: str = "") -> list[tuple[str, str]]:
    """What a condition can wait for."""
    return conditions.choices(source, before=before)


def places() -> list[tuple[str, str]]:
    """(place, what stands there) for the words of letters."""
    return [(f"{{{{{name}}}}}", words) for name, words in letter_places().items()]


def basics(source: Source) -> dict[str, str]:
    shape = source.procedure
    catalog = shape.get("catalog", {})
    return {
        **{name: shape.get(name, "") for name in ("title", "summary", "basis")},
        "before_you_start": "\n".join(shape.get("before_you_start", [])),
        "life_events": "、".join(catalog.get("life_events", [])),
        "kind": catalog.get("kind", ""),
    }


def questions(source: Source, faults: Iterable[Any]) -> list[dict[str, Any]]:
    """The pages with their questions, as the list shows them."""
    wrong = [one.problem.key for one in faults if one.is_error]
    pages = []
    number = 0
    keys = [key for _page, key, _asked in source.questions()]
    for page in source.procedure.get("pages", []):
        rows = []
        for key, asked in page.get("fields", {}).items():
            number += 1
            rows.append(
                {
                    "number": number,
                    "key": key,
                    "label": asked.get("label") or key,
                    "kind": KINDS.get(asked.get("type", ""), asked.get("type", "")),
                    "optional": asked.get("required") is False,
                    "when": when(source, asked.get("shown_when", "")),
                    "wrong": any(f"fields.{key}" in place for place in wrong),
                    "first": key == keys[0],
                    "last": key == keys[-1],
                }
            )
        pages.append({"title": page.get("title", ""), "rows": rows})
    return pages


_NEW = {"sensitivity": "", "keep": "case", "required": ON}  # how it is protected is chosen each time


def question(source: Source, key: str, kind: str) -> dict[str, Any]:
    """The boxes of one question; of a new one, what is usual for its kind."""
    asked = source.question(key)
    page = source.page_of(key)
    pages = source.procedure.get("pages", [])
    names = (
        "label",
        "question",
        "why",
        "hint",
        "ground",
        "unit",
        "least",
        "most",
        "statement",
        "sensitivity",
        "keep",
    )
    found: dict[str, Any] = {name: (asked or _NEW).get(name, "") for name in names}
    if asked is None:
        found |= _NEW
    asked = asked or {}
    parts = asked.get("parts", ["name"])
    return {
        **found,
        "type": kind,
        "page": page["id"] if page else pages[-1]["id"] if pages else "new",
        "page_title": "",
        "options": "\n".join(asked.get("options", {}).values()),
        "required": "" if asked.get("required") is False else ON,
        "no_later_than": ON if asked.get("no_later_than") else "",
        "no_earlier_than": ON if asked.get("no_earlier_than") else "",
        "parts": " ".join(parts),
        **{f"part.{part}": ON for part in parts},
        "shown_when": _chosen(asked.get("shown_when", "")),
    }


def _chosen(written: str) -> str:
    value = conditions.value_of(written)
    return "as_written" if value is None else value


def papers(source: Source) -> list[dict[str, str]]:
    return [
        {
            "id": one.get("id", ""),
            "title": one.get("title", ""),
            "hint": one.get("hint", ""),
            "when": when(source, one.get("required_when", "")),
        }
        for one in source.procedure.get("documents", [])
    ]


def paper(source: Source, paper_id: str) -> dict[str, str] | None:
    found = next((one for one in source.procedure.get("documents", []) if one.get("id") == paper_id), None)
    if found is None:
        return None
    written = found.get("required_when", "")
    return {
        "title": found.get("title", ""),
        "hint": found.get("hint", ""),
        "shown_when": _chosen(written),
        "written": written,
    }


def channels(source: Source) -> dict[str, str]:
    found = source.procedure.get("channels", {})
    phone = found.get("phone", {}).get("accepts", "request_for_form") if "phone" in found else ""
    return {
        **{name: ON if name in found else "" for name in ("web", "counter", "post")},
        "proxy": ON if found.get("counter", {}).get("proxy") else "",
        "phone": "" if not phone else "whole" if phone == "whole" else "form",
    }


def route(source: Source) -> dict[str, str]:
    flow = source.procedure.get("flow", {})
    return {
        "route": routes.route_of(flow),
        "granted": flow.get("granted", {}).get("label", ""),
        "refused": flow.get("refused", {}).get("label", ""),
    }


def letters(source: Source) -> list[tuple[str, dict[str, Any]]]:
    return list(source.letters.items())


def letter(source: Source, key: str) -> dict[str, str]:
    found = source.letters[key]
    parts = ("body", "closing", "appeal_notice", "contact")
    return {
        **{name: found.get(name, "") for name in ("title", "issuer", "opening")},
        **{name: "\n\n".join(_many(found.get(name, []))) for name in parts},
        "show_answers": ON if found.get("show_answers") else "",
    }


def _many(words: Any) -> list[str]:
    return [words] if isinstance(words, str) else list(words)


def deadline(source: Source) -> dict[str, str]:
    within, kept = source.procedure.get("within", {}), source.procedure.get("retention", {})
    return {
        "days": str(within.get("days", "")),
        "count": within.get("count", "calendar"),
        "class": kept.get("class", ""),
    }


def languages(source: Source) -> list[dict[str, Any]]:
    """By language, how many texts there are and how many are missing."""
    whole = len([text for text in source.japanese().values() if text])
    return [
        {"code": code, "name": name, "missing": len(source.untranslated(code)), "all": whole}
        for code, name in LANGUAGES
    ]


def words(source: Source, code: str, posted: Mapping[str, str] | None) -> list[dict[str, str]]:
    """Each Japanese text with its words in one other language."""
    said = source.words.get(code, {}) if posted is None else posted
    return [
        {"path": path, "japanese": text, "said": said.get(path, "")}
        for path, text in source.japanese().items()
        if text
    ]
