"""Where what is ready is fetched, and how many: as the person chose it, else at the division of the case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from madoguchi.engines.directory import queries as directory
from madoguchi.engines.forms import queries as form_queries

from . import procedure as procedures
from .models import Case, Decision
from .procedure import Procedure


@dataclass(frozen=True, slots=True)
class FetchPlace:
    """A counter as people find it; "" where the directory does not say."""

    name: str
    where: str = ""
    hours: str = ""


def chosen(case: Case, state: str) -> str:
    """The option of the place the person chose, as the answers in force have it; "" where none was asked."""
    procedure = procedures.of(case.definition)
    fetched = procedure.state(state).fetched
    if fetched is None or not fetched.at:
        return ""
    value = _answers(case).get(fetched.at)
    field = procedure.form.field(fetched.at)
    return value if isinstance(value, str) and field is not None and value in field.options else ""


def copies_asked(case: Case, state: str) -> int:
    """How many were asked for; 1 where the procedure does not ask."""
    fetched = procedures.of(case.definition).state(state).fetched
    value = _answers(case).get(fetched.copies) if fetched is not None and fetched.copies else None
    return value if isinstance(value, int) and value > 0 else 1


def _answers(case: Case) -> dict[str, Any]:
    return form_queries.answers_at(case.draft, form_queries.latest_revision(case.draft))


def place(case: Case, state: str, texts: Mapping[str, str], decision: Decision | None = None) -> FetchPlace:
    """Where it is fetched, in the words of `texts`: as decided, before a decision as chosen."""
    option = decision.fetched_at if decision is not None else chosen(case, state)
    fetched = procedures.of(case.definition).state(state).fetched
    if fetched is None or not option:
        return _counter(case.division.name, case.division_id)
    name = option_words(procedures.of(case.definition), state, option, texts)
    division = fetched.divisions.get(option, "")
    return _counter(name, division) if division else FetchPlace(name)


def option_words(procedure: Procedure, state: str, option: str, texts: Mapping[str, str]) -> str:
    """What the chosen place is called."""
    fetched = procedure.state(state).fetched
    return texts.get(f"fields.{fetched.at}.options.{option}", "") if fetched is not None else ""


def _counter(name: str, division: str) -> FetchPlace:
    contact = directory.contact(division)
    return FetchPlace(name, contact.place, contact.hours) if contact is not None else FetchPlace(name)
