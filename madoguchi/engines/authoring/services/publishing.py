"""Asking for publication, and the second person who reads the whole and answers."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import IntegrityError

from madoguchi.engines.forms.pack import IS_WORD
from madoguchi.kernel import audit, clock, packs, search
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotAllowed
from madoguchi.kernel.packs.models import Definition, Origin
from madoguchi.kernel.refs import Actor, Ref

from .. import checking, rules
from ..errors import (
    AlreadyAsked,
    AuthorCannotPublish,
    HasProblems,
    NeedsPractice,
    NeedsWords,
    NothingAsked,
    NothingChanged,
    NotPublished,
    SavedMeanwhile,
)
from ..models import Blueprint, PublicationRequest
from ..source import Source, read
from .drafting import PROCEDURE, files_of, keep_revision

State = PublicationRequest.State
LEAST_REASON = 20


@writes
def ask(
    *, blueprint: Blueprint, seen: int, why: str, untried_because: str = "", by: Actor
) -> PublicationRequest:
    """Ask a second person to publish what was seen, saying what was tried.

    The day and the version are written into the files now, so that what is read is what is published. Raises
    HasProblems, NothingChanged, NeedsPractice, NeedsWords, AlreadyAsked, SavedMeanwhile.
    """
    if not rules.may_write(by, blueprint.division_id) or by.account is None:
        raise NotAllowed
    if not why.strip():
        raise NeedsWords
    tried = rules.is_tried(blueprint, seen)
    if not tried and len(untried_because.strip()) < LEAST_REASON:
        raise NeedsPractice
    if PublicationRequest.objects.filter(blueprint=blueprint, state=State.OPEN).exists():
        raise AlreadyAsked
    files = files_of(blueprint, seen)
    source = read(blueprint.key, files)
    _raise_versions(source)
    if wrong := checking.errors(checking.problems(blueprint, source.files())):
        raise HasProblems(len(wrong))
    if _stands_published(blueprint, source):
        raise NothingChanged
    if source.files() != files:
        keep_revision(blueprint, seen=seen, files=source.files(), what=rules.ASKED, by=by, account=by.account)
    elif not Blueprint.objects.filter(pk=blueprint.pk, revision=seen).exists():
        raise SavedMeanwhile
    try:
        request = PublicationRequest.objects.create(
            blueprint=blueprint,
            revision=blueprint.revision,
            why=why.strip()[:1000],
            untried_because="" if tried else untried_because.strip()[:500],
            asked_at=clock.now(),
            asked_by=by.account,
            asked_by_name=by.name,
        )
    except IntegrityError:
        raise AlreadyAsked from None
    audit.record("publication.asked", blueprint.ref, by=by, facts={"revision": request.revision})
    return request


def _stands_published(blueprint: Blueprint, source: Source) -> bool:
    """What would be published is what residents see already."""
    if blueprint.published_revision is None or blueprint.withdrawn_at is not None:
        return False
    return files_of(blueprint, blueprint.published_revision) == source.files()


def _raise_versions(source: Source) -> None:
    """A published version never changes: what differs from it gets the next number."""
    for kind, key, data in (
        (PROCEDURE, source.key, source.procedure),
        *(("letter", key, letter) for key, letter in source.letters.items()),
    ):
        newest = _newest(kind, key)
        if newest is None:
            data["version"] = 1
            continue
        data["version"] = newest.version
        if kind == PROCEDURE:
            data["checked_on"] = dt.date.fromisoformat(newest.body["checked_on"])
        if packs.logic_hash(_logic(kind, data)) != newest.logic_hash:
            data["version"] = newest.version + 1
            if kind == PROCEDURE:
                data["checked_on"] = clock.today()


def _logic(kind: str, data: dict[str, Any]) -> Any:
    return packs.split(data, IS_WORD)[0] if kind == PROCEDURE else data


def _newest(kind: str, key: str) -> Definition | None:
    return Definition.objects.filter(kind=kind, key=key).order_by("-version").first()


@writes
def publish(*, request: PublicationRequest, by: Actor) -> Blueprint:
    """Put what was asked for in force: seen by residents, found, offered by the API, from this moment on.

    Raises AuthorCannotPublish (who wrote any of it), NothingAsked (edited or answered meanwhile), HasProblems,
    KeptInPack.
    """
    blueprint = _answered(request, State.PUBLISHED, by)
    files = files_of(blueprint, request.revision)
    if wrong := checking.errors(checking.problems(blueprint, files)):
        raise HasProblems(len(wrong))
    beside = checking.beside(read(blueprint.key, files))
    made = packs.publish_files(files, beside=beside, languages=checking.languages())
    Blueprint.objects.filter(pk=blueprint.pk).update(published_revision=request.revision, withdrawn_at=None)
    blueprint.refresh_from_db()
    facts = {"revision": request.revision, "definitions": [f"{one.key} v{one.version}" for one in made]}
    audit.record("publication.made", blueprint.ref, by=by, facts=facts)
    return blueprint


@writes
def send_back(*, request: PublicationRequest, why: str, by: Actor) -> None:
    """Not like this: the author reads why. Raises NeedsWords, AuthorCannotPublish, NothingAsked."""
    if not why.strip():
        raise NeedsWords
    blueprint = _answered(request, State.SENT_BACK, by, answer=why.strip()[:1000])
    audit.record("publication.sent_back", blueprint.ref, by=by, facts={"revision": request.revision})


def _answered(request: PublicationRequest, state: str, by: Actor, answer: str = "") -> Blueprint:
    """The request as answered, if it is still open and about what stands now: the database decides who was first."""
    blueprint = request.blueprint
    if not rules.may_publish(by, blueprint) or by.account is None:
        raise NotAllowed
    if by.account in rules.writers(blueprint, request):
        raise AuthorCannotPublish
    # The blueprint's row first: whoever edits waits for it, and what was edited before is seen here. Two UPDATEs and
    # no join, because PostgreSQL looks at a joined row as it was when the statement began.
    as_read = Blueprint.objects.filter(pk=blueprint.pk, revision=request.revision)
    if not as_read.update(revision=request.revision):
        raise NothingAsked
    mine = PublicationRequest.objects.filter(pk=request.pk, state=State.OPEN)
    if not mine.update(
        state=state, answered_at=clock.now(), answered_by=by.account, answered_by_name=by.name, answer=answer
    ):
        raise NothingAsked
    request.refresh_from_db()
    return blueprint


@writes
def take_back(*, request: PublicationRequest, by: Actor) -> None:
    """The author thought better of it. Raises NothingAsked."""
    if not rules.may_write(by, request.blueprint.division_id):
        raise NotAllowed
    mine = PublicationRequest.objects.filter(pk=request.pk, state=State.OPEN)
    if not mine.update(state=State.TAKEN_BACK, answered_at=clock.now(), answered_by=by.account):
        raise NothingAsked
    audit.record("publication.taken_back", request.blueprint.ref, by=by, facts={"revision": request.revision})


@writes
def withdraw(*, blueprint: Blueprint, why: str, by: Actor) -> Blueprint:
    """Stop taking new applications; open cases go on with the version they stand on. Raises NotPublished, NeedsWords.

    Only who may publish may withdraw. Its letters stay in force, for the cases that are still open.
    """
    if not rules.may_publish(by, blueprint):
        raise NotAllowed
    if not why.strip():
        raise NeedsWords
    in_force = Definition.objects.in_force().filter(kind=PROCEDURE, key=blueprint.key, origin=Origin.DESK)
    if not in_force.update(withdrawn_at=clock.now()):
        raise NotPublished
    search.remove(Ref("procedures", "procedure", blueprint.key))
    Blueprint.objects.filter(pk=blueprint.pk).update(published_revision=None, withdrawn_at=clock.now())
    blueprint.refresh_from_db()
    audit.record("publication.withdrawn", blueprint.ref, by=by, facts={"why": why.strip()[:300]})
    return blueprint
