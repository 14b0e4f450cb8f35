"""What of a case may stand in a file: the columns, and what they are called."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.engines.forms import queries as form_queries
from madoguchi.engines.forms.models import Draft
from madoguchi.kernel.errors import NotFound

from . import procedure as procedures
from .models import Export

ANSWER = "answers."
FACTS: dict[str, Any] = {
    "receipt": gettext_lazy("受付番号"),
    "title": gettext_lazy("手続き"),
    "state": gettext_lazy("いまの段階"),
    "channel": gettext_lazy("受付の方法"),
    "received_on": gettext_lazy("受付日"),
    "due_on": gettext_lazy("期限"),
    "assigned": gettext_lazy("担当"),
}
# What never goes out in a list: account numbers, and what is no text.
NEVER = frozenset({"bank_account", "file", "signature", "list_more"})


def answer_columns(procedure: str) -> list[Any]:
    """The questions of a procedure whose answers may stand in a column: asked once of everybody, and text."""
    try:
        definition, found = procedures.current(procedure)
    except NotFound:
        return []
    sheet = form_queries.sheet_of(found.form, {}, Draft(definition=definition), language="ja")
    return [one for one in sheet.questions if one.kind not in NEVER and not one.item]


def labels(export: Export) -> list[str]:
    """The head of the file."""
    asked = {ANSWER + one.path: one.short_label for one in answer_columns(export.procedure)}
    known = {**{name: str(words) for name, words in FACTS.items()}, **asked}
    return [known.get(name, name) for name in export.columns]


def words_of(export: Export) -> str:
    """The columns in one line, for who approves."""
    return _("、").join(labels(export))
