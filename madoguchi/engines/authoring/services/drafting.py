"""Beginning a procedure and saving it: each save is a revision, made from the revision somebody saw."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.db import IntegrityError
from django.db.models import F

from madoguchi.kernel import audit, clock, packs
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotAllowed, NotFound
from madoguchi.kernel.packs.models import Definition
from madoguchi.kernel.refs import Actor

from .. import checking, routes, rules
from ..errors import KeyMalformed, KeyTaken, NeedsTitle, SavedMeanwhile, SourceUnreadable
from ..models import Blueprint, PublicationRequest, Revision
from ..pack import KIND as TEMPLATE
from ..source import MOST_BYTES, MOST_FILES, Source, check_readable, read, slug

_KEY = re.compile(r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$")
PROCEDURE = "procedure"


def begin(*, template: str, key: str, title: str, division: str, by: Actor) -> Blueprint:
    """A new procedure from a template. Raises NotFound, KeyTaken, KeyMalformed, NeedsTitle."""
    found = packs.current(TEMPLATE, template).body
    key = _free_key(key)
    source = Source(key, _procedure(found["procedure"], key, title, division))
    names = {"grants": f"{slug(key)}_grants", "refuses": f"{slug(key)}_refuses"}
    for part, name in names.items():
        source.letters[name] = {"letter": name, "version": 1, **found[part]}
    source.procedure["flow"] = routes.flow(
        found["route"], **names, granted=found["granted"], refused=found["refused"]
    )
    source.procedure["retention"] = source.procedure.pop("retention")  # after the flow, as packs are written
    return _begun(source, title=title, division=division, made_from=f"template:{template}", by=by)


def copy_of(*, procedure: str, key: str, title: str, division: str, by: Actor) -> Blueprint:
    """A new procedure from one the division has already, with copies of its letters. Raises as `begin`."""
    definition = packs.current(PROCEDURE, procedure)
    whole: dict[str, Any] = packs.whole(definition)
    if whole.get("division") != division:
        raise NotFound
    key = _free_key(key)
    kept = {
        name: value
        for name, value in whole.items()
        if name not in {"parent", "change", "yearly_applications"}
    }
    source = Source(key, _procedure(kept, key, title, division))
    for state in source.procedure["flow"].values():
        if letter := state.get("letter"):
            name = f"{slug(key)}_{letter}"[:60]
            source.letters[name] = {**packs.current("letter", letter).body, "letter": name, "version": 1}
            state["letter"] = name
    for language in packs.languages(definition) - {"ja"}:
        said = packs.texts(definition, language)
        japanese = packs.texts(definition)
        source.words[language] = {
            path: text for path, text in said.items() if path != "title" and text != japanese.get(path)
        }
    return _begun(source, title=title, division=division, made_from=f"procedure:{procedure}", by=by)


def _procedure(found: Mapping[str, Any], key: str, title: str, division: str) -> dict[str, Any]:
    """The data of a procedure under its new name, keys in the order packs are written."""
    shape: dict[str, Any] = {"procedure": key, "version": 1, "checked_on": clock.today(), **found}
    shape |= {"procedure": key, "version": 1, "checked_on": clock.today(), "title": _title(title)}
    head = {name: shape.pop(name) for name in ("procedure", "version", "checked_on", "title")}
    shape["division"] = division
    if counter := shape.get("channels", {}).get("counter"):
        shape["channels"]["counter"] = {**counter, "at": [division]}
    return head | shape


def _title(title: str) -> str:
    title = " ".join(title.split())
    if not title or len(title) > 200:
        raise NeedsTitle
    return title


def _free_key(key: str) -> str:
    """The key if nobody has it: its letters begin with it, so no other may begin alike."""
    key = key.strip().lower()
    if not _KEY.match(key) or len(key) > 40:
        raise KeyMalformed
    own = slug(key)
    others = {slug(one) for one in Blueprint.objects.values_list("key", flat=True)}
    clashes = any(
        own == other or own.startswith(f"{other}_") or other.startswith(f"{own}_") for other in others
    )
    if clashes or Definition.objects.filter(kind=PROCEDURE, key=key).exists():
        raise KeyTaken
    return key


@writes
def _begun(source: Source, *, title: str, division: str, made_from: str, by: Actor) -> Blueprint:
    if not rules.may_write(by, division) or by.account is None:
        raise NotAllowed
    now = clock.now()
    try:
        blueprint = Blueprint.objects.create(
            key=source.key,
            division_id=division,
            title=_title(title),
            made_from=made_from,
            created_at=now,
            created_by=by.account,
            saved_at=now,
            saved_by_name=by.name,
        )
    except IntegrityError:
        raise KeyTaken from None
    _add_revision(blueprint, source.files(), "begun", by, by.account)
    audit.record("blueprint.begun", blueprint.ref, by=by, facts={"key": source.key, "from": made_from})
    return blueprint


def keep(
    *, blueprint: Blueprint, seen: int, change: Callable[[Source], None], what: str, by: Actor
) -> Blueprint:
    """Change the data and keep it as the next revision. Raises SavedMeanwhile, and whatever `change` refuses with."""
    source = read(blueprint.key, files_of(blueprint, seen))
    change(source)
    return _kept(blueprint, seen=seen, files=source.files(), what=what, by=by)


def save_text(*, blueprint: Blueprint, seen: int, name: str, text: str, by: Actor) -> Blueprint:
    """Keep one file as it was typed. Raises SourceUnreadable with every problem of that file, SavedMeanwhile."""
    files = dict(files_of(blueprint, seen))
    if name not in files:
        raise NotFound
    check_readable(name, text)
    text = text.replace("\r\n", "\n").rstrip("\n") + "\n"
    if text == files[name]:
        return blueprint
    files[name] = text
    wrong = [one for one in checking.problems(blueprint, files) if one.is_error and one.file == name]
    if wrong:
        raise SourceUnreadable(problems=wrong)
    return _kept(blueprint, seen=seen, files=files, what="yaml", by=by)


def import_files(*, blueprint: Blueprint, seen: int, files: Mapping[str, str], by: Actor) -> Blueprint:
    """Take files written elsewhere in place of those that stand. Raises SourceUnreadable, SavedMeanwhile."""
    taken = {**files_of(blueprint, seen), **files}
    for name, text in files.items():
        check_readable(name, text)
    if len(taken) > MOST_FILES or sum(map(len, taken.values())) > 4 * MOST_BYTES:
        raise SourceUnreadable
    wrong = [one for one in checking.problems(blueprint, taken) if one.is_error and one.file in files]
    if wrong:
        raise SourceUnreadable(problems=wrong)
    return _kept(blueprint, seen=seen, files=taken, what="import", by=by)


def files_of(blueprint: Blueprint, number: int) -> dict[str, str]:
    """The files of one revision. Raises SavedMeanwhile when there is no such one."""
    row = Revision.objects.filter(blueprint=blueprint, number=number).first()
    if row is None:
        raise SavedMeanwhile
    return dict(row.files)


@writes
def _kept(blueprint: Blueprint, *, seen: int, files: dict[str, str], what: str, by: Actor) -> Blueprint:
    """One conditional UPDATE decides who saved first; what was asked for before is overtaken by it."""
    if not rules.may_write(by, blueprint.division_id) or by.account is None:
        raise NotAllowed
    if files == files_of(blueprint, seen):
        if Blueprint.objects.filter(pk=blueprint.pk, revision=seen).exists():
            return blueprint
        raise SavedMeanwhile
    return keep_revision(blueprint, seen=seen, files=files, what=what, by=by, account=by.account)


def keep_revision(
    blueprint: Blueprint, *, seen: int, files: dict[str, str], what: str, by: Actor, account: uuid.UUID
) -> Blueprint:
    """The next revision, inside the transaction of whoever calls. Raises SavedMeanwhile."""
    title = str(read(blueprint.key, files).procedure.get("title", ""))[:200] or blueprint.title
    mine = Blueprint.objects.filter(pk=blueprint.pk, revision=seen)
    if not mine.update(revision=F("revision") + 1, title=title, saved_at=clock.now(), saved_by_name=by.name):
        raise SavedMeanwhile
    blueprint.refresh_from_db()
    _add_revision(blueprint, files, what, by, account)
    PublicationRequest.objects.filter(blueprint=blueprint, state=PublicationRequest.State.OPEN).update(
        state=PublicationRequest.State.OVERTAKEN, answered_at=clock.now()
    )
    audit.record(
        "blueprint.saved", blueprint.ref, by=by, facts={"revision": blueprint.revision, "what": what}
    )
    return blueprint


def _add_revision(
    blueprint: Blueprint, files: dict[str, str], what: str, by: Actor, account: uuid.UUID
) -> None:
    Revision.objects.create(
        blueprint=blueprint,
        number=blueprint.revision,
        files=files,
        what=what[:60],
        at=clock.now(),
        by=account,
        by_name=by.name,
    )
