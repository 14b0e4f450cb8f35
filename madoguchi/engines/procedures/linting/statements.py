"""What somebody who has to agree (連署) would read: only what is asked, and never where anybody lives."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from madoguchi.engines.forms.form import item_leaves, leaves

from .. import rules
from ..definition import CosignerDef
from .faults import Fault, Looked

_PLACE = re.compile(r"\{\{([^{}]*)\}\}")
_MOST_NAMED = 8


def names_nothing(looked: Looked) -> Iterator[Fault]:
    """A place that no question fills: it would stand empty in what they sign."""
    for at, place, known in _places(looked):
        if place not in known:
            yield Fault(
                at,
                _("「{{%s}}」に入る答えがありません。") % place,
                _("入るもの: %s") % "、".join(list(known)[:_MOST_NAMED]),
            )


def tells_where(looked: Looked) -> Iterator[Fault]:
    """Whoever is asked opens an address they were sent: a protected person must not be found by it (秘匿)."""
    for at, place, known in _places(looked):
        if known.get(place) in rules.WHEREABOUTS:
            yield Fault(
                at,
                _("「{{%s}}」は、住むところや連絡先を、署名する人に知らせます。") % place,
                _("住所、電話番号、メールアドレスは、文に入れられません。"),
            )


def _places(looked: Looked) -> Iterator[tuple[str, str, dict[str, str]]]:
    """The key of each statement, each place in it, and the kinds of the questions that it may name."""
    for number, signer in enumerate(looked.shape.cosigners):
        known = _known(looked, signer)
        for found in _PLACE.findall(signer.statement):
            yield f"cosigners.{number}.statement", found.strip(), known


def _known(looked: Looked, signer: CosignerDef) -> dict[str, str]:
    found: dict[str, str] = {}
    for _page, key, field in looked.procedure.form.fields():
        if field.type != "list":
            found |= {leaf.path: leaf.kind for leaf in leaves(key, field, "")}
        elif key == signer.each:
            found |= {f"item.{leaf.path}": leaf.kind for leaf in item_leaves(key, field)}
    return found
