"""The blank form on paper: every question that could be asked, for whoever writes by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from .form import Form
from .questions import PageProgress, build

# How many items of a list (children, …) get lines of their own; more go on a second copy.
ITEMS_ON_PAPER = 2


def blank_pages(form: Form, texts: Mapping[str, str]) -> list[PageProgress]:
    """All pages with all their questions, also those that are asked only sometimes.

    Paper cannot hide a question, so conditions are left out and the writer skips what does not apply.
    """
    everything = replace(form, shown={})
    items = [{"id": str(number)} for number in range(1, ITEMS_ON_PAPER + 1)]
    answers = {key: items for _page, key, field in form.fields() if field.type == "list"}
    pages = build(everything, answers, texts).pages
    for page in pages:
        page.questions = [question for question in page.questions if question.kind != "list_more"]
    return pages
