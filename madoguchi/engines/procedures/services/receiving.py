"""What is received although something is missing: nobody's paper is sent back unread (行政手続法 第7条)."""

from __future__ import annotations

from madoguchi.engines.forms import queries as form_queries
from madoguchi.engines.forms.models import Draft
from madoguchi.kernel import clock, packs
from madoguchi.kernel.vault import FileState

from .. import rounds
from ..models import Attachment
from ..procedure import Procedure


def gaps(draft: Draft, procedure: Procedure) -> int:
    """How many required answers are missing; papers nobody spoke of are expected to come later.

    Inside the transaction that receives the claim, when its answers no longer change.
    """
    answers = form_queries.answers_of(draft)
    sheet = form_queries.sheet_of(procedure.form, answers, draft)
    here = Attachment.objects.filter(draft=draft).exclude(file__state=FileState.REFUSED)
    handed = set(here.values_list("document", flat=True))
    needed = procedure.documents(answers, packs.texts(draft.definition, draft.language), settled=True)
    Attachment.objects.bulk_create(
        [
            Attachment(draft=draft, document=one.id, way=Attachment.Way.LATER, at=clock.now())
            for one in needed
            if one.id not in handed
        ]
    )
    return rounds.gaps_in(sheet)
