"""書き出し: asked for with a reason, approved by another person, drawn once, on record for everybody in it, gone in a week."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from madoguchi.engines.forms import queries as form_queries
from madoguchi.engines.forms.models import Channel
from madoguchi.kernel import audit, clock, packs, vault
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotFound, SomebodyWasFaster
from madoguchi.kernel.refs import SYSTEM, Actor, Ref, new_id
from madoguchi.kernel.vault.models import FileKind

from .. import procedure as procedures
from .. import rules, spreadsheets
from ..exporting import ANSWER, FACTS, NEVER, answer_columns, labels
from ..models import Case, Export, ExportSubject
from ..opening_errors import (
    ExportEmpty,
    ExportNeedsAnotherPerson,
    ExportNeedsNamed,
    ExportOver,
    ExportSettled,
    ExportTooLarge,
    ExportUnclear,
)

LASTS = dt.timedelta(days=7)
MANY = 200  # more people than this, by one person in a week: only who is named for it approves
WEEK = dt.timedelta(days=7)
MOST = 2000
DRAWS = 3  # how often a file is begun anew because somebody in it was erased meanwhile
LEAST_WORDS, MOST_WORDS = 10, 500
State = Export.State
WHY = gettext_noop("承認を受けた一覧の書き出し")
WHAT = gettext_noop("一覧に書き出した項目（秘匿の住所や連絡先を除く）")


@writes
def ask_export(
    *,
    cases: list[Any],
    division: str,
    procedure: str,
    columns: Iterable[str],
    why: str,
    wanted: dict[str, str],
    by: Actor,
) -> Export:
    """Ask for these cases as a file: exactly them, whatever comes in until it is approved.

    `cases` are keys as the list showed them; those that are not of `division` are not among them. Raises NotFound,
    ExportUnclear, ExportEmpty, ExportTooLarge.
    """
    if not rules.may_ask_export(by, division) or by.account is None:
        raise NotFound
    chosen = _columns(columns, procedure)
    if not chosen or len(why.strip()) < LEAST_WORDS:
        raise ExportUnclear
    mine = Case.objects.filter(pk__in=cases[: MOST + 1], division=division, practice=False)
    if procedure:
        mine = mine.filter(definition__key=procedure)
    rows = list(mine.values_list("pk", flat=True))
    if not rows:
        raise ExportEmpty
    if len(rows) > MOST:
        raise ExportTooLarge(most=MOST)
    export_id = new_id()
    row = Export(
        pk=export_id,
        division_id=division,
        procedure=procedure,
        columns=chosen,
        wanted=wanted,
        people=len(rows),
        key=vault.new_key(Ref("procedures", "export", str(export_id))),
        asked_at=clock.now(),
        asked_by=by.account,
        asked_by_name=by.name,
    )
    row.sealed_why = vault.seal(row.key, {"words": why.strip()[:MOST_WORDS]}, context=_words_of(row))
    row.save(force_insert=True)
    ExportSubject.objects.bulk_create(ExportSubject(export=row, case_id=pk) for pk in rows)
    audit.record("export.asked", Ref.to(row), by=by, facts=_facts(row))
    return row


def _columns(columns: Iterable[str], procedure: str) -> list[str]:
    """Those that may go out, in the order in which they stand in a case; an account number never."""
    asked = set(columns)
    answers = [ANSWER + one.path for one in answer_columns(procedure)] if procedure else []
    return [name for name in (*FACTS, *answers) if name in asked]


def why_of(export: Export) -> str:
    """What it is for, for who asked and who approves."""
    return str(_sealed_in(export).get("words", ""))


def _sealed_in(export: Export) -> dict[str, Any]:
    return vault.unseal(export.key, bytes(export.sealed_why), context=_words_of(export))


def _words_of(export: Export) -> str:
    return f"procedures.export:{export.pk}"


@writes
def approve_export(*, export: Export, by: Actor) -> Export:
    """Another person says yes; from now on it can be fetched for a week.

    Raises NotFound, ExportNeedsAnotherPerson, ExportNeedsNamed, ExportSettled.
    """
    _check_settles(export, by)
    if people_in_week([export])[export.pk] > MANY and not by.has_role(rules.EXPORT_APPROVER):
        raise ExportNeedsNamed(many=MANY)
    by = by.named_for(export.division_id, "head", rules.EXPORT_APPROVER)
    _settle(export, State.ASKED, State.APPROVED, by, until=clock.now() + LASTS)
    audit.record("export.approved", Ref.to(export), by=by, facts=_facts(export))
    return export


def people_in_week(exports: Iterable[Export]) -> dict[uuid.UUID, int]:
    """For each: how many its asker asked for in the week up to it. What was never to go out is not counted.

    Several lists just under `MANY` are as many people as one above it. In one query, however many exports.
    """
    rows = list(exports)
    if not rows:
        return {}
    theirs = Export.objects.filter(
        asked_by__in={row.asked_by for row in rows}, asked_at__gt=min(row.asked_at for row in rows) - WEEK
    ).exclude(state__in=[State.REFUSED, State.REVOKED], taken=0)
    asked = list(theirs.values_list("pk", "asked_by", "asked_at", "people"))
    return {
        row.pk: row.people
        + sum(
            people
            for pk, by, at, people in asked
            if pk != row.pk and by == row.asked_by and row.asked_at - WEEK < at <= row.asked_at
        )
        for row in rows
    }


@writes
def refuse_export(*, export: Export, by: Actor) -> Export:
    """Another person says no. Raises as `approve_export`."""
    _check_settles(export, by)
    _settle(export, State.ASKED, State.REFUSED, by)
    audit.record("export.refused", Ref.to(export), by=by, facts=_facts(export))
    return export


def _check_settles(export: Export, by: Actor) -> None:
    if not rules.may_approve_export(by, export.division_id):
        raise NotFound
    if export.asked_by == by.account:
        raise ExportNeedsAnotherPerson


def _settle(export: Export, here: str, to: str, by: Actor, **also: Any) -> None:
    settled = {"settled_at": clock.now(), "settled_by": by.account, "settled_by_name": by.name}
    if not Export.objects.filter(pk=export.pk, state=here).update(state=to, **settled, **also):
        raise ExportSettled
    export.refresh_from_db()


@writes
def revoke_export(*, export: Export, by: Actor) -> None:
    """取り消す, by who asked or who approves: from this moment nobody fetches it, and the file is gone."""
    if not (export.asked_by == by.account or rules.may_approve_export(by, export.division_id)):
        raise NotFound
    _revoke(export, by)


def _revoke(export: Export, by: Actor) -> None:
    open_ = Export.objects.filter(pk=export.pk, state__in=[State.ASKED, State.APPROVED])
    if not open_.update(state=State.REVOKED):
        raise ExportSettled
    audit.record("export.revoked", Ref.to(export), by=by)
    export.refresh_from_db()
    _erase(export, by)


def take_export(*, export: Export, by: Actor) -> Any:
    """The file, for who asked for it. Drawn at the first time; each time is on record. Raises NotFound, ExportOver,
    SomebodyWasFaster.

    Everybody in it is on record as read before the file exists, so the look stands on each one's own page.
    """
    if export.asked_by != by.account or not rules.may_ask_export(by, export.division_id):
        raise NotFound
    export.refresh_from_db()
    if export.state != State.APPROVED or export.until is None or export.until <= clock.now():
        raise ExportOver
    if export.file_id is None:
        _draw(export, by)
    file = _taken(export, by)
    if file is None:
        raise ExportOver
    return file


@writes
def _taken(export: Export, by: Actor) -> Any:
    """One more time; of this and a revocation one is first, and the row count says which.

    None where somebody came under 秘匿 since it was drawn: then it goes out to nobody, and is revoked.
    """
    export.refresh_from_db()
    if export.file_id is not None and _shows_protected(export):
        _revoke(export, SYSTEM)
        return None
    good = Export.objects.filter(
        pk=export.pk, state=State.APPROVED, until__gt=clock.now(), file__isnull=False
    )
    if not good.update(taken=F("taken") + 1):
        raise ExportOver
    export.refresh_from_db()
    facts = {"people": export.people, "taken": export.taken}
    audit.record("export.taken", Ref.to(export), by=by, facts=facts)
    return export.file


def _draw(export: Export, by: Actor) -> None:
    """Read and written out before the gate, so that nobody waits; anew when somebody in it was erased meanwhile.

    Raises SomebodyWasFaster when that happened each time.
    """
    for _turn in range(DRAWS):
        cases = list(_cases(export, by))
        looks = [(case.ref, case.applicant_id) for case in cases]
        export.sealed_why = _with_veiled(export, cases)
        audit.record_reads(looks, by=by, purpose=WHY, what=WHAT)
        if _kept(export, _content(export, cases), of={case.pk for case in cases}):
            return
    raise SomebodyWasFaster


@writes
def _kept(export: Export, content: bytes, *, of: set[uuid.UUID]) -> bool:
    """Key, file and link stand together or not at all; False when a case in the file is no longer to be read.

    The rows are held until then: an erasure that comes later waits, and its eraser finds the file.
    """
    mine = Export.objects.select_for_update().filter(pk=export.pk, state=State.APPROVED, file=None)
    if not list(mine.values_list("pk")):
        return True  # revoked, or drawn by the same person's other window, while we drew
    living = Case.objects.select_for_update(no_key=True).filter(pk__in=export.subjects.values("case"))
    if of - set(living.order_by("pk").values_list("pk", flat=True)):
        return False
    stored = vault.keep_artefact(
        content=content,
        name=f"export-{export.number}.csv",
        content_type="text/csv",
        about=Ref.to(export),
        kind=FileKind.EXPORT,
        key=vault.new_key(Ref.to(export)),
    )
    mine.update(file=stored, sealed_why=export.sealed_why)
    return True


def _with_veiled(export: Export, cases: list[Case]) -> bytes:
    """What it is for, sealed anew with whose places the file does not show: only they may be under 秘匿 later."""
    bare = {case.pk for case in cases if not rules.is_protected(case)}
    veiled = [str(pk) for pk in export.subjects.values_list("case", flat=True) if pk not in bare]
    return vault.seal(export.key, {**_sealed_in(export), "veiled": veiled}, context=_words_of(export))


def _shows_protected(export: Export) -> bool:
    protected = export.subjects.filter(case__applicant__is_protected=True).values_list("case", flat=True)
    return bool({str(pk) for pk in protected} - set(_sealed_in(export).get("veiled", [])))


def _cases(export: Export, by: Actor) -> Any:
    """The cases that were approved and are still this division's, with all that is read of them."""
    mine = Case.objects.filter(pk__in=export.subjects.values("case"), division=export.division_id)
    return (
        mine.select_related("definition", "applicant", "assigned", "draft__key", "draft__definition")
        .prefetch_related("draft__revisions")
        .order_by("received_at", "pk")
    )


def _content(export: Export, cases: list[Case]) -> bytes:
    head = [*labels(export), _("書き出し番号")]
    words = packs.texts_of({case.definition for case in cases})
    rows = ([*_cells(export, case, words[case.definition_id]), export.number] for case in cases)
    return spreadsheets.table(head, rows)


def _cells(export: Export, case: Case, texts: dict[str, str]) -> list[str]:
    facts = {
        "receipt": case.receipt,
        "title": texts.get("title", ""),
        "state": texts.get(f"flow.{case.state}.label", case.state),
        "channel": str(Channel(case.channel).label),
        "received_on": clock.in_city(case.received_at).date().isoformat(),
        "due_on": case.due_on.isoformat() if case.due_on else "",
        "assigned": case.assigned.name if case.assigned else "",
    }
    paths = [name.removeprefix(ANSWER) for name in export.columns if name.startswith(ANSWER)]
    stated = _stated(case, paths) if paths else {}
    return [stated[name] if name.startswith(ANSWER) else facts[name] for name in export.columns]


def _stated(case: Case, paths: list[str]) -> dict[str, str]:
    revision = max(case.draft.revisions.all(), key=lambda one: one.number)
    answers = form_queries.answers_at(case.draft, revision)
    sheet = form_queries.sheet_of(procedures.of(case.definition).form, answers, case.draft, language="ja")
    by_path = {question.path: question for question in sheet.questions}
    found = {}
    for path in paths:
        question = by_path.get(path)
        shown = question.shown if question is not None and question.kind not in NEVER else ""
        # 秘匿: a file travels, so this holds for everybody, whatever right they have at the desk.
        if question is not None and question.kind in rules.WHEREABOUTS and rules.is_protected(case):
            shown = _("（秘匿）")
        found[ANSWER + path] = shown
    return found


def expire_exports(*, limit: int = 100) -> int:
    """Erase what was not revoked within its week; returns how many."""
    late = Export.objects.filter(state=State.APPROVED, until__lte=clock.now())[:limit]
    return sum(_expired(row) for row in late)


@writes
def _expired(export: Export) -> bool:
    if not Export.objects.filter(pk=export.pk, state=State.APPROVED, until__lte=clock.now()).update(
        state=State.EXPIRED
    ):
        return False
    audit.record("export.expired", Ref.to(export), by=SYSTEM)
    export.refresh_from_db()
    _erase(export, SYSTEM)
    return True


def _erase(export: Export, by: Actor) -> None:
    """The file with the key it was sealed with: what lies in a backup cannot be read either."""
    file = export.file
    if file is not None and file.key is not None:
        vault.destroy_key(file.key, by)


def _facts(export: Export) -> dict[str, Any]:
    return {"people": export.people, "columns": len(export.columns), "division": export.division_id}
