"""A procedure compiled from its published definition: form, conditions, flow, words."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from madoguchi.engines.forms.form import Form, WrongExpression, compile_form, compiled, facts_from
from madoguchi.kernel import clock, packs, rules
from madoguchi.kernel.packs.models import Definition

from .definition import DecidedField, DocumentDef, ProcedureDef, StateDef

KIND = "procedure"
# The world of kernel.practice in which the pack's sample forms (`lesson: true`) are published.
LESSONS = "lessons"


@dataclass(slots=True)
class Eligible:
    """Yes, no or not yet known; `because` are the words for it, `ask_next` the field that would tell."""

    answer: bool | None
    because: str = ""  # the key of the reason that decided
    reason: str = ""
    ask_next: str = ""


@dataclass(slots=True)
class NeededDocument:
    """A document the answers call for. `omitted_by` says which link replaces it, with the person's consent."""

    id: str
    title: str
    hint: str
    form: str = ""  # the printed form it is written on, if the pack has one
    brought: str = ""  # original: only the thing itself, by post or at the counter
    omitted_by: str = ""
    omit_basis: str = ""
    omit_purpose: str = ""


@dataclass(slots=True)
class Procedure:
    """What is fixed about one version of a procedure. Words are looked up when shown."""

    key: str
    version: int
    definition_id: uuid.UUID
    shape: ProcedureDef
    form: Form
    eligibility: rules.Rule | None
    needs: dict[str, rules.Rule] = field(default_factory=dict)
    asks_signer: dict[str, rules.Rule] = field(default_factory=dict)
    proposals: dict[str, rules.Rule] = field(default_factory=dict)  # of `decided`, by key

    def bring(self, texts: Mapping[str, str]) -> list[str]:
        """What to bring, to pay and where to come, in the reader's words."""
        return [texts.get(f"bring.{number}") or words for number, words in enumerate(self.shape.bring)]

    def is_brought(self, document: str) -> bool:
        """Whether only the thing itself will do, so that no photograph of it is taken."""
        return any(one.id == document and one.brought for one in self.shape.documents)

    def state(self, name: str) -> StateDef:
        return self.shape.flow[name]

    @property
    def ends_at_counter(self) -> bool:
        """Whether what is asked for is handed over at the counter, so that nobody waits for the news of a decision."""
        granted = [state for state in self.shape.flow.values() if state.end == "done" and not state.requires]
        return bool(granted) and all(state.hands_over for state in granted)

    def news_at_the_end(self, texts: Mapping[str, str]) -> str:
        """What the letter at the end is called in the reader's words; "" where it is the news of a decision.

        Only where all letters that grant are called the same: before the end nobody knows which it will be.
        """
        called = {
            texts.get(f"flow.{name}.news") or state.news
            for name, state in self.shape.flow.items()
            if state.end == "done" and state.letter and not state.requires
        }
        return called.pop() if len(called) == 1 else ""

    def eligible(
        self, answers: Mapping[str, Any], texts: Mapping[str, str], today: dt.date | None = None
    ) -> Eligible:
        """Whether the answers so far fit, in three values."""
        if self.eligibility is None:
            return Eligible(True)
        outcome = self.eligibility.evaluate(facts_from(self.form, answers, today or clock.today()))
        if outcome.value is True:
            return Eligible(True)
        if outcome.value is False:
            # The answer itself first, then the person it is a part of (applicant.birth -> applicant).
            named = [*outcome.because, *(path.partition(".")[0] for path in outcome.because)]
            because = next((path for path in named if path in self._reasons), "")
            return Eligible(
                False,
                because=because,
                reason=texts.get(f"eligibility.reasons.{because}", "") or self._reasons.get(because, ""),
            )
        return Eligible(None, ask_next=outcome.unknown[0] if outcome.unknown else "")

    @property
    def _reasons(self) -> dict[str, str]:
        return self.shape.eligibility.reasons if self.shape.eligibility else {}

    def documents(
        self,
        answers: Mapping[str, Any],
        texts: Mapping[str, str],
        today: dt.date | None = None,
        *,
        settled: bool = False,
    ) -> list[NeededDocument]:
        """The documents these answers call for. With `settled`, a condition still unknown counts as called for."""
        facts = facts_from(self.form, answers, today or clock.today())
        return [
            needed_document(document, texts)
            for document in self.shape.documents
            if self._is_needed(document, facts, settled)
        ]

    def every_document(self, texts: Mapping[str, str]) -> list[NeededDocument]:
        """All documents the definition knows, called for or not."""
        return [needed_document(document, texts) for document in self.shape.documents]

    def _is_needed(self, document: DocumentDef, facts: Mapping[str, Any], settled: bool) -> bool:
        rule = self.needs.get(document.id)
        if rule is None:
            return True
        outcome = rule.evaluate(facts)
        return outcome.is_true or (settled and outcome.is_unknown)


def needed_document(document: DocumentDef, texts: Mapping[str, str]) -> NeededDocument:
    """The document in the reader's words."""
    at, omission = f"documents.{document.id}", document.omit_when
    return NeededDocument(
        id=document.id,
        title=texts.get(f"{at}.title") or document.title,
        hint=texts.get(f"{at}.hint") or document.hint,
        form=document.form,
        brought=document.brought,
        omitted_by=omission.link if omission else "",
        omit_basis=(texts.get(f"{at}.omit_when.basis") or omission.basis) if omission else "",
        omit_purpose=(texts.get(f"{at}.omit_when.purpose") or omission.purpose) if omission else "",
    )


def compile_procedure(shape: ProcedureDef, definition_id: uuid.UUID | None = None) -> Procedure:
    """Compile every expression of a procedure. Raises WrongExpression for the first that is wrong."""
    form = compile_form(shape.pages)
    return Procedure(
        key=shape.procedure,
        version=shape.version,
        definition_id=definition_id or uuid.UUID(int=0),
        shape=shape,
        form=form,
        eligibility=compiled("eligibility.when", shape.eligibility.when, form.names)
        if shape.eligibility
        else None,
        needs={
            document.id: compiled(f"documents.{number}.required_when", document.required_when, form.names)
            for number, document in enumerate(shape.documents)
            if document.required_when
        },
        asks_signer={
            signer.id: compiled(f"cosigners.{number}.when", signer.when, form.names)
            for number, signer in enumerate(shape.cosigners)
            if signer.when
        },
        proposals={
            key: _proposed(f"decided.{key}.proposed", decided, form.names)
            for key, decided in shape.decided.items()
            if decided.proposed
        },
    )


_GIVES = {"money": rules.Number, "number": rules.Number, "date": rules.Date, "yes_no": rules.Bool}


def _proposed(at: str, decided: DecidedField, names: Mapping[str, Any]) -> rules.Rule:
    try:
        return rules.compile(decided.proposed, names=names, gives=_GIVES.get(decided.type))
    except rules.RuleError as error:
        raise WrongExpression(at, error) from error


@lru_cache(maxsize=512)
def _compiled(definition_id: uuid.UUID) -> Procedure:
    definition = Definition.objects.get(pk=definition_id)
    return compile_procedure(ProcedureDef.model_validate(packs.whole(definition)), definition.pk)


def of(definition: Definition) -> Procedure:
    """The compiled procedure of a published definition. Definitions never change, so neither does this."""
    return _compiled(definition.pk)


def by_id(definition_id: uuid.UUID) -> Procedure:
    """The compiled procedure of a version one knows by its id only, such as one a case stood on before."""
    return _compiled(definition_id)


def current(key: str) -> tuple[Definition, Procedure]:
    """The version of `key` that is in force. Raises NotFound."""
    definition = packs.current(KIND, key)
    return definition, of(definition)
