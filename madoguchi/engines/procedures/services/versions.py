"""Moving an open case onto a newer version of its procedure: only by a named act, only if nothing is lost."""

from __future__ import annotations

from django.db.models import F

from madoguchi.engines.forms import queries as form_queries
from madoguchi.engines.forms import services as forms
from madoguchi.kernel import audit, clock
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotFound, SomebodyWasFaster
from madoguchi.kernel.packs.models import Definition
from madoguchi.kernel.refs import Actor

from .. import moving
from .. import procedure as procedures
from ..errors import NeedsHead, VersionMoveRefused
from ..models import Attachment, Case, VersionMove
from . import cosigning


@writes
def move_to_version(*, case: Case, to: Definition, by: Actor, seen: int) -> Case:
    """Let the case stand on `to`, by the act that version names. Its answers stay; new questions become `gaps`,
    new papers are awaited, and who has to agree under the new words is asked.

    Whoever decides for the division does it. Raises NotFound, NeedsHead, VersionMoveRefused (with the sentence why),
    SomebodyWasFaster.
    """
    if not by.is_staff or case.division_id not in by.divisions_as("clerk", "head"):
        raise NotFound
    if not by.has_role("head", in_=case.division_id):
        raise NeedsHead
    ours = Case.objects.filter(pk=case.pk, version=seen, closed_at=None, definition=case.definition_id)
    # The row comes first: what is looked at below is then what stands when we commit.
    if not ours.update(version=F("version") + 1):
        raise SomebodyWasFaster
    case = moving.cases_to_move().get(pk=case.pk)
    outlook = moving.outlook(case, to)
    if outlook.refusal:
        raise VersionMoveRefused(outlook.refusal)
    old = case.definition
    Case.objects.filter(pk=case.pk).update(
        definition=to, gaps=outlook.gaps, due_on=outlook.due_on, paused_at=outlook.paused_at
    )
    forms.follow(draft=case.draft, definition=to, by=by)
    now = clock.now()
    Attachment.objects.bulk_create(
        [
            Attachment(draft=case.draft, document=document, way=Attachment.Way.LATER, at=now)
            for document in outlook.papers
        ]
    )
    case = moving.cases_to_move().get(pk=case.pk)
    _ask_signers(case)
    VersionMove.objects.create(
        case=case,
        from_definition=old,
        to_definition=to,
        act=outlook.act,
        at=now,
        by=by.account,
        by_name=by.name,
    )
    audit.record(
        "case.version_moved",
        case.ref,
        by=by,
        facts={
            "from": old.version,
            "to": to.version,
            "gaps": outlook.gaps,
            "papers": len(outlook.papers),
        },
    )
    return Case.objects.get(pk=case.pk)


def _ask_signers(case: Case) -> None:
    """Whoever the newer version wants besides, or who agreed to other words than it has, is asked (again)."""
    revision = case.draft.revisions.all()[0]
    sheet = form_queries.sheet_of(
        procedures.of(case.definition).form, form_queries.answers_at(case.draft, revision), case.draft
    )
    Case.objects.filter(pk=case.pk).update(unsigned=cosigning.awaited_after(case, sheet))
    cosigning.ask_again(case, sheet, revision.number)
