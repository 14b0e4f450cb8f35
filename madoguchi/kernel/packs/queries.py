"""What is published, in which words, and which pack is in force."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils.translation import get_language

from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.practice import kind_here
from madoguchi.kernel.text import JAPANESE

from .models import AppliedPack, Definition, DefinitionQuerySet, TextRevision
from .reading import PackMeta
from .words import filled


def current(kind: str, key: str) -> Definition:
    """The version of a definition that is in force; in practice the one that is tried, where there is one.

    Raises NotFound.
    """
    here = kind_here(kind)
    versions = list(Definition.objects.in_force().filter(kind__in={kind, here}, key=key))
    definition = next((one for one in versions if one.kind == here), versions[0] if versions else None)
    if definition is None:
        raise NotFound
    return definition


def definitions(kind: str) -> DefinitionQuerySet:
    """Every definition of a kind that is in force, one version each, by key; in practice those that are tried."""
    return Definition.objects.in_force().filter(kind=kind_here(kind)).order_by("key")


def texts(definition: Definition, language: str = JAPANESE) -> dict[str, str]:
    """The newest words of a definition by text path; Japanese where a word is not translated."""
    return texts_of([definition], language)[definition.pk]


def texts_of(many: Iterable[Definition], language: str = JAPANESE) -> dict[UUID, dict[str, str]]:
    """`texts` of many definitions, in one query."""
    found: dict[UUID, dict[str, dict[str, str]]] = {definition.pk: {} for definition in many}
    revisions = TextRevision.objects.filter(definition__in=list(found), language__in={JAPANESE, language})
    for revision in revisions.order_by("number"):
        found[revision.definition_id][revision.language] = revision.texts
    return {pk: words.get(JAPANESE, {}) | words.get(language, {}) for pk, words in found.items()}


def newest_texts(definition: Definition) -> dict[str, tuple[int, dict[str, str]]]:
    """By language: the number of the newest revision and its words, without any fallback."""
    rows = TextRevision.objects.filter(definition=definition).order_by("number")
    return {row.language: (row.number, row.texts) for row in rows}


def is_whole_in(definition: Definition, language: str) -> bool:
    """Whether every word of a definition is there in that language; where one is missing, the Japanese is shown."""
    if language == JAPANESE:
        return True
    words = newest_texts(definition)
    japanese, said = (words.get(code, (0, {}))[1] for code in (JAPANESE, language))
    return all(said.get(path) for path, text in japanese.items() if text)


def text_numbers(definition: Definition) -> dict[str, int]:
    """By language, the revision in use now: what a submission records of the words that were read."""
    return {language: number for language, (number, _words) in newest_texts(definition).items()}


def languages(definition: Definition) -> set[str]:
    """The languages a definition has words in."""
    return {language for language, (_number, words) in newest_texts(definition).items() if words}


def whole(definition: Definition, language: str = JAPANESE) -> Any:
    """The definition as its file said it, with its newest words in `language`."""
    return filled(definition.body, texts(definition, language))


def pack_in_force() -> AppliedPack | None:
    return AppliedPack.objects.first()


def pack_info(language: str | None = None) -> dict[str, Any]:
    """What pack.yaml of the pack in force says, in the reader's language; blank when none was applied yet."""
    applied = pack_in_force()
    if applied is None:
        return _blank() | {"hash": ""}
    info: dict[str, Any] = _blank() | {key: value for key, value in applied.info.items() if key != "texts"}
    words = applied.info.get("texts", {}).get(language or get_language() or JAPANESE, {})
    for path, text in words.items():
        key, dot, inner = path.partition(".")
        if dot:
            info[key] = {**info[key], inner: text}
        else:
            info[key] = text
    return info | {"hash": applied.hash}


def _blank() -> dict[str, Any]:
    return PackMeta(name="none", title="-").model_dump(mode="json") | {"name": "", "title": ""}
