"""Publishing definitions: their logic once and for ever, their words as often as somebody finds better ones."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from madoguchi.kernel import clock
from madoguchi.kernel.db import writes

from .errors import KeptInPack, MadeOnScreen, PackRefused, VersionTaken
from .models import Definition, DefinitionQuerySet, Origin, TextRevision
from .problems import Problem
from .queries import newest_texts
from .registry import Change, ChangeKind
from .shapes import Located

Texts = Mapping[str, Mapping[str, str]]  # language -> text path -> words


@dataclass(frozen=True, slots=True)
class Publication:
    """One definition as a pack states it. `where` lets a refusal name the file and line."""

    key: str
    version: int
    logic: Mapping[str, Any]
    texts: Texts
    where: Located[Any] | None = None


def publish(
    *,
    kind: str,
    key: str,
    version: int,
    logic: Mapping[str, Any],
    texts: Texts,
    origin: str = Origin.PACK,
) -> Definition:
    """Put one version of a definition in force, and its words; other versions of it are withdrawn.

    Logic is for ever: the same version with other logic raises VersionTaken. Words are not: where they differ from
    the newest revision of their language, one is added. The second time nothing is written.
    """
    definition, _changes = _publish(kind, Publication(key, version, logic, texts), part=kind, origin=origin)
    return definition


@writes
def publish_all(*, kind: str, part: str, publications: Iterable[Publication]) -> list[Change]:
    """Put exactly these definitions of `kind` in force; those that left the pack are withdrawn. Returns the changes.

    What was made on the screen stays in force: it never stood in the pack.

    Open cases keep the version they stand on, whatever happens here. Raises PackRefused naming file and line of every
    published version that has other logic now.
    """
    changes: list[Change] = []
    problems: list[Problem] = []
    kept: set[str] = set()
    for publication in publications:
        if publication.key in kept:
            problems += _twice(publication)
            continue
        kept.add(publication.key)
        try:
            changes += _publish(kind, publication, part=part)[1]
        except (MadeOnScreen, VersionTaken) as refusal:
            if publication.where is None:
                raise
            problems.append(_refused(kind, publication, publication.where, refusal))
    if problems:
        raise PackRefused(part, problems)
    gone = Definition.objects.in_force().filter(kind=kind, origin=Origin.PACK).exclude(key__in=kept)
    for definition in gone:
        changes.append(Change(part, ChangeKind.REMOVED, definition.key, _("版%d") % definition.version))
    if gone:
        gone.update(withdrawn_at=clock.now())
    return changes


def _refused(
    kind: str, publication: Publication, where: Located[Any], refusal: MadeOnScreen | VersionTaken
) -> Problem:
    if isinstance(refusal, MadeOnScreen):
        return where.problem("", str(refusal))
    hint = _("version を %d に上げます。") % (_highest(kind, publication.key) + 1)
    return where.problem("version", str(refusal), hint)


def _twice(publication: Publication) -> list[Problem]:
    message = _("「%s」が二つのファイルに書かれています。") % publication.key
    if publication.where is None:
        return [Problem("", 0, publication.key, message)]
    return [publication.where.problem("", message)]


def canonical(logic: Mapping[str, Any]) -> str:
    """The JSON that is stored and hashed: no spaces, dates as YYYY-MM-DD, keys in the order of the file.

    The order counts: it is the order of questions, and the first state of a flow is where cases begin.
    """
    return json.dumps(logic, ensure_ascii=False, separators=(",", ":"), default=_as_text, allow_nan=False)


def logic_hash(logic: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(logic).encode()).hexdigest()


def _as_text(value: Any) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a definition")


@writes
def _publish(
    kind: str, publication: Publication, *, part: str, origin: str = Origin.PACK
) -> tuple[Definition, list[Change]]:
    same_key = Definition.objects.filter(kind=kind, key=publication.key)
    _keep_apart(same_key, publication, origin)
    definition = same_key.filter(version=publication.version).first()
    if definition is not None and definition.logic_hash != logic_hash(publication.logic):
        raise VersionTaken(kind, publication.key, publication.version)

    is_first = not same_key.exists()
    is_moved = definition is None or definition.withdrawn_at is not None
    now = clock.now()
    same_key.in_force().exclude(version=publication.version).update(withdrawn_at=now)
    if definition is None:
        definition = Definition.objects.create(
            kind=kind,
            key=publication.key,
            version=publication.version,
            logic=canonical(publication.logic),
            logic_hash=logic_hash(publication.logic),
            published_at=now,
            origin=origin,
        )
    elif is_moved:
        same_key.filter(pk=definition.pk).update(withdrawn_at=None)
        definition.refresh_from_db()
    languages = _keep_texts(definition, publication.texts)

    what, version = publication.key, _("版%d") % publication.version
    if is_moved:
        return definition, [Change(part, ChangeKind.ADDED if is_first else ChangeKind.CHANGED, what, version)]
    if languages:
        detail = _("%(version)sの言葉: %(languages)s") % {
            "version": version,
            "languages": "、".join(languages),
        }
        return definition, [Change(part, ChangeKind.CHANGED, what, detail)]
    return definition, []


def _keep_apart(same_key: DefinitionQuerySet, publication: Publication, origin: str) -> None:
    """A key belongs to the pack or to the screen, whoever had it last. Raises MadeOnScreen, KeptInPack.

    The very version that was made on the screen may move into the pack: from then on the pack keeps it.
    """
    newest = same_key.order_by("-version").first()
    if newest is None or newest.origin == origin:
        return
    if origin == Origin.DESK:
        raise KeptInPack(publication.key)
    same = (newest.version, newest.logic_hash) == (publication.version, logic_hash(publication.logic))
    if not same:
        raise MadeOnScreen(publication.key)
    same_key.update(origin=origin)


def _keep_texts(definition: Definition, texts: Texts) -> list[str]:
    """Add a revision for each language whose words are new. Says which."""
    newest = newest_texts(definition)
    changed = []
    for language in sorted({*texts, *newest}):
        number, before = newest.get(language, (0, {}))
        words = dict(texts.get(language, {}))
        if words == before:
            continue
        changed.append(language)
        TextRevision.objects.create(
            definition=definition, language=language, number=number + 1, texts=words, at=clock.now()
        )
    return changed


def _highest(kind: str, key: str) -> int:
    versions = Definition.objects.filter(kind=kind, key=key).values_list("version", flat=True)
    return max(versions, default=0)
