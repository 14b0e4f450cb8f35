"""Whether what an answer says is shown to be true (catalogue B-02-T2)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from . import rules
from .errors import EvidenceMissing
from .models import Category, Opinion


def check_evidence(opinion: Opinion) -> None:
    """Whether what its class needs is there. Raises EvidenceMissing, which says what."""
    category = opinion.category
    if category is None:
        return
    kinds, what = rules.NEEDED.get(category.meaning, (None, ""))  # type: ignore[call-overload]
    facts = {"sign": category.sign, "label": category.label}
    if kinds is not None:
        # Over what may be fetched already: before publishing, this is asked of every opinion.
        found = [one for one in opinion.evidence.all() if one.kind in kinds]
        if category.meaning == Category.Meaning.REFLECTED:
            found = [one for one in found if one.passage and one.passage.version.kind == "final"]
        if not found:
            raise EvidenceMissing(what=what, **facts)
    if category.meaning in rules.DATED and not hasattr(opinion, "follow_up"):
        raise EvidenceMissing(what=_("つぎに確かめる日"), **facts)
