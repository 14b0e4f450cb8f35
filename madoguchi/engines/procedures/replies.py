"""What was typed for a round of correction, read place by place. Nothing is kept here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from madoguchi.engines.forms import services as forms
from madoguchi.engines.forms.errors import AnswerRefused
from madoguchi.engines.forms.kinds import KINDS
from madoguchi.engines.forms.merging import MORE, merged
from madoguchi.kernel import clock
from madoguchi.kernel.refs import Actor

from . import rounds
from .models import Attachment, Correction
from .models.correcting import DOCUMENTS
from .rounds import Place, Round

MOST_WORDS = 500
MOST_TURNS = 30


@dataclass(slots=True)
class PaperIn:
    """A paper as it is put in: a file, or how it will come (`later`, `omitted`, for staff also `paper`)."""

    upload: Any = None
    name: str = ""
    way: str = ""


UNCHANGED = object()


def read_place(
    found: Round, place: Place, inputs: Mapping[str, str], by: Actor, answers: Mapping[str, Any]
) -> Any:
    """The value typed for a place, or UNCHANGED where it says what stands there already. Raises AnswerRefused."""
    question, form = place.question, found.procedure.form
    if question is None:
        return UNCHANGED
    if question.kind == "list_more":
        return _read_more(found, place, inputs, answers)
    was = place.before
    stood = was is not None and was.is_answered
    if not stood and question.is_required and KINDS[question.kind].is_blank(inputs):
        return UNCHANGED  # nothing was written yet: that is said at the end, not while writing
    value = forms.read_answer(form, question, inputs)
    if by.is_resident:
        forms.check_beside(form, merged(form, found.before.answers, {**found.changes}), place.path, value)
    return UNCHANGED if stood and was is not None and value == was.value else value


def _read_more(found: Round, place: Place, inputs: Mapping[str, str], answers: Mapping[str, Any]) -> Any:
    """「ほかにいますか」: each yes brings the questions of one more, no completes the list."""
    if not inputs.get("value"):
        return answers.get(place.path, UNCHANGED)
    field = found.procedure.form.field(place.path.removesuffix(MORE))
    if field is None:
        return UNCHANGED
    added = answers.get(place.path, {}).get("added", 0)
    if KINDS["yes_no"].read(inputs, field):
        return {"added": added + 1, "complete": False}
    return {"added": added, "complete": True}


def attempt(
    correction: Correction,
    *,
    posted: Mapping[str, Mapping[str, str]],
    right: Mapping[str, str],
    papers: Mapping[str, PaperIn],
    by: Actor,
) -> tuple[Round, dict[str, Any]]:
    """The round as far as these inputs answer it, and what is wrong with them."""
    answers: dict[str, Any] = {}
    said = {path: why.strip()[:MOST_WORDS] for path, why in right.items() if why.strip()}
    rows = _rows(correction, papers)
    errors: dict[str, Any] = {}
    done: set[str] = set()
    for _turn in range(MOST_TURNS):
        found = rounds.opened(correction, answers=answers, right=said, papers=rows)
        place = next((one for one in found.places if _is_to_read(one, posted, said, done)), None)
        if place is None:
            break
        done.add(place.path)
        try:
            value = read_place(found, place, posted[place.path], by, answers)
        except AnswerRefused as refused:
            errors |= {f"{place.path}:{name}": words for name, words in refused.errors.items()}
            continue
        if value is not UNCHANGED:
            answers[place.path] = value
    return found, errors


def _is_to_read(place: Place, posted: Mapping[str, Any], right: Mapping[str, str], done: set[str]) -> bool:
    return (
        place.question is not None
        and place.path in posted
        and place.path not in done
        and place.path not in right
    )


def _rows(correction: Correction, papers: Mapping[str, PaperIn]) -> dict[str, list[Attachment]]:
    """The papers as rows that are not kept yet; a file comes here already judged and stored."""
    rows: dict[str, list[Attachment]] = {}
    for path, paper in papers.items():
        is_file = paper.upload is not None
        if not path.startswith(DOCUMENTS) or not (is_file or paper.way in {"later", "omitted", "paper"}):
            continue
        rows[path.removeprefix(DOCUMENTS)] = [
            Attachment(
                draft_id=correction.case.draft_id,
                document=path.removeprefix(DOCUMENTS),
                way=Attachment.Way.UPLOAD if is_file else paper.way,
                file=paper.upload,
                at=clock.now(),
                correction=correction,
            )
        ]
    return rows
