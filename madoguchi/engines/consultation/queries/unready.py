"""What still stands between a call and its publication, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from madoguchi.kernel import clock

from .. import references
from ..errors import EvidenceMissing
from ..evidence import check_evidence
from ..models import Answer, Call, Opinion
from .results import unaccounted

# Ten thousand opinions may each lack something; whoever mends them begins with these.
NAMED = 50


def unready(call: Call) -> list[str]:
    """Empty when it can be published."""
    problems = []
    if call.state == Call.State.DRAFT or clock.today() <= call.closes_on:
        problems.append(_("募集の期間がまだ終わっていません。"))
    if whole := call.comments.filter(parts=None).count():
        problems.append(_("まだ分けていない意見書が%(n)s通あります。") % {"n": whole})
    if left := unaccounted(call):
        problems.append(_("意見にも「公表しない」にもなっていない部分が%(n)s件あります。") % {"n": left})
    opinions = list(
        Opinion.objects.filter(call=call)
        .select_related("category", "answer", "follow_up")
        .prefetch_related("evidence__passage__version")
    )
    problems += _of_opinions(opinions)
    if call.origin == Call.Origin.DESK:
        empty = Opinion.objects.filter(call=call, parts=None).count()
        if empty:
            problems.append(_("だれの意見も入っていない行が%(n)s件あります。") % {"n": empty})
    return problems


def _of_opinions(opinions: list[Opinion]) -> list[str]:
    problems = []
    if any(one.number is None for one in opinions):
        problems.append(_("番号の付いていない意見があります。"))
    without = [one for one in opinions if one.category is None]
    if without:
        problems.append(_("対応区分のない意見が%(n)s件あります。") % {"n": len(without)})
    unapproved = [one for one in opinions if one.answer is None or one.answer.state != Answer.State.APPROVED]
    if unapproved:
        problems.append(_("考え方の決裁が終わっていない意見が%(n)s件あります。") % {"n": len(unapproved)})
    there = {str(one.pk) for one in opinions}
    if any(set(references.named_in(one.answer.text)) - there for one in opinions if one.answer is not None):
        problems.append(_("考え方の中に、なくなった意見の番号（No.―）があります。"))
    missing = list(_without_evidence(opinions))
    problems += missing[:NAMED]
    if len(missing) > NAMED:
        problems.append(_("ほかに%(n)s件あります。") % {"n": len(missing) - NAMED})
    return problems


def _without_evidence(opinions: list[Opinion]) -> Iterator[str]:
    for one in opinions:
        try:
            check_evidence(one)
        except EvidenceMissing as refusal:
            yield f"No.{one.number}：{refusal}"
