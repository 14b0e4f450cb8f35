"""What letters there are, and what one of them will say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from madoguchi.kernel import packs
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.packs.models import Definition
from madoguchi.kernel.practice import is_practice

from .errors import LetterLacksWords, LetterUnknown
from .letter import Letter, Section
from .pack import DECIDED, KIND, PLACE, PLACES, LetterDefinition


def published(key: str) -> Definition:
    """The letter in force; else the last one there was, for cases that began when it still stood. Raises LetterUnknown."""
    try:
        return packs.current(KIND, key)
    except Refusal as refusal:
        last = Definition.objects.filter(kind=KIND, key=key).order_by("-version").first()
        if last is None:
            raise LetterUnknown(letter=key) from refusal
        return last


def versions(key: str) -> list[Definition]:
    """Every version of the letter there ever was, the newest first."""
    return list(Definition.objects.filter(kind=KIND, key=key).order_by("-version"))


def decided_places(form: Definition) -> set[str]:
    """Which `{{decided.…}}` a published letter prints."""
    return {name for name in LetterDefinition.model_validate(form.body).places() if DECIDED.fullmatch(name)}


def letter_definition(key: str) -> LetterDefinition:
    """What the letter `key` says. Raises LetterUnknown."""
    return LetterDefinition.model_validate(published(key).body)


def places() -> dict[str, str]:
    """What may stand in {{…}} in every letter, and what it becomes."""
    return dict(PLACES)


def compose(
    key: str,
    *,
    number: str,
    date: dt.date,
    to_name: str,
    places: Mapping[str, str],
    to_address: str = "",
    office: str = "",
    facts: Sequence[tuple[str, str]] = (),
    sections: Sequence[Section] = (),
    reason: str = "",
    legal_basis: str = "",
    contact: Sequence[str] = (),
    is_sample: bool = False,
    pinned: Definition | None = None,
) -> Letter:
    """The letter `key` with its places filled, as it stands now or as `pinned`.

    `facts` are shown where the definition shows answers.

    Raises LetterUnknown, and LetterLacksWords when a place it uses has nothing to stand in it.
    """
    definition = LetterDefinition.model_validate((pinned or published(key)).body)
    if missing := sorted(name for name in definition.places() if not places.get(name, "").strip()):
        raise LetterLacksWords(places="、".join(missing))

    def filled(text: str) -> str:
        # One pass: an answer that looks like a place stays as it was written.
        return PLACE.sub(lambda found: places[found[1]], text)

    shows_reason = reason.strip() and "reason" not in definition.places()
    return Letter(
        template=key,
        title=filled(definition.title),
        number=number,
        date=date,
        to_name=to_name,
        to_address=to_address,
        from_office=office,
        from_post=filled(definition.issuer),
        paragraphs=[filled(text) for text in (definition.opening, *definition.body)],
        facts=list(facts) if definition.show_answers else [],
        sections=list(sections) if definition.show_answers else [],
        reasons=_paragraphs(reason) if shows_reason else [],
        appeal_notice=[filled(text) for text in definition.appeal_notice],
        closing=[filled(text) for text in definition.closing],
        contact=list(contact) or [filled(text) for text in definition.contact],
        legal_basis=legal_basis,
        decides=definition.decides,
        is_sample=is_sample,
        is_practice=is_practice(),
    )


def _paragraphs(text: str) -> list[str]:
    """A blank line begins the next reason."""
    parts, part = [], []
    for line in [*text.splitlines(), ""]:
        if line.strip():
            part.append(line.strip())
        elif part:
            parts.append("\n".join(part))
            part = []
    return parts
