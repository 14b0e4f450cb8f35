"""What must hold of a case after every act, whatever was tried."""

from __future__ import annotations

import hashlib
from itertools import pairwise

from madoguchi.engines.forms import queries as form_queries
from madoguchi.engines.forms.models import AnswerRevision
from madoguchi.engines.procedures import procedure, queries, services
from madoguchi.engines.procedures.models import (
    Attachment,
    Case,
    CoSignature,
    Decision,
    Misissue,
    ReturnedDecision,
)
from madoguchi.kernel import audit

from .. import make
from .city import RIGHT, City, Life
from .editions import LEADS


def snapshot(case: Case) -> dict[str, object]:
    """All that an act could have changed, by name; the record of who looked is not among it."""
    fields = "state version due_on paused_at closed_at definition_id division_id assigned_id gaps unsigned replied_at"
    return {
        **{name: getattr(case, name) for name in fields.split()},
        "steps": case.steps.count(),
        "revision": case.draft.revisions.count(),
        "transfers": case.transfers.count(),
        "moves": case.version_moves.count(),
        "notes": case.notes.count(),
        "decided": list(Decision.objects.filter(case=case).values_list("pk", "sent_at", "letter")),
        "returned": case.returned_decisions.count(),
        "misissues": case.misissues.count(),
        "corrections": list(case.corrections.values_list("pk", "answered_at", "closed_at", "buffer_version")),
        "papers": sorted(
            Attachment.objects.filter(draft=case.draft_id).values_list(
                "pk", "way", "replaced_at", "set_aside_at"
            )
        ),
        "signatures": sorted(
            CoSignature.objects.filter(case=case).values_list(
                "pk", "token_hash", "signed_at", "refused_at", "superseded_at"
            )
        ),
        "record": _verbs(case),
    }


def _verbs(case: Case) -> list[tuple[str, object]]:
    events = audit.events_about(case.ref).filter(verb__startswith="case.")
    return list(events.values_list("verb", "actor_account"))


def as_it_should_stand(city: City, life: Life) -> None:
    legal_state(city, life)
    whole_history(city, life)
    whole_record(city, life)
    right_clock(life)
    two_humans(city, life)
    given_answers(life)
    papers_and_signatures(life)


def legal_state(city: City, life: Life) -> None:
    """Legal by the version the case stands on."""
    case, edition = life.case, life.edition
    assert case.definition_id == edition.definition.pk == case.draft.definition_id
    state = procedure.of(case.definition).shape.flow[case.state]
    assert case.state == edition.name(life.part)
    assert (case.closed_at is not None) == bool(state.end) == life.is_over
    assert (case.paused_at is not None) == (life.part in edition.pauses), (
        "the clock's hand and the state differ"
    )
    assert case.division_id == life.division
    assert city.who(case.assigned_id) == life.assigned
    open_rounds = case.corrections.filter(closed_at=None).count()
    assert open_rounds == (1 if life.part == "returned" else 0)
    assert (life.waiting is not None) == (life.part == "returned")
    moved = [(move.from_definition.version, move.to_definition.version) for move in case.version_moves.all()]
    numbers = [life.began.number, *(one.number for one in life.editions)]
    assert moved == list(pairwise(numbers)), "a move onto another version is lost or double"


def whole_history(city: City, life: Life) -> None:
    """No step is lost, none is double, and each was one the flow of its day had, or an undoing of one."""
    steps = list(life.case.steps.all())
    assert [step.number for step in steps] == list(range(1, len(steps) + 1))
    assert [(step.from_state, step.to_state) for step in steps] == [
        (move.from_name, move.to_name) for move in life.moves
    ]
    assert [city.who(step.by) for step in steps] == [move.who for move in life.moves]
    for step, move in zip(steps, life.moves, strict=True):
        assert step.by_name in move.names, "written down as somebody else"
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    been: list[tuple[str, str]] = []
    for move in life.moves[1:]:
        forward = move.to_part in LEADS.get(move.from_part, ())
        undone = (move.to_part, move.from_part) in been
        assert forward or undone, f"{move.from_part} → {move.to_part} is neither in the flow nor an undoing"
        been.append((move.from_part, move.to_part))
    transfers = list(life.case.transfers.all())
    assert [row.to_division_id for row in transfers] == life.transfers
    assert [row.from_division_id for row in transfers] == [make.DIVISION, *life.transfers][: len(transfers)]
    assert ReturnedDecision.objects.filter(case=life.case).count() == life.returned
    assert Misissue.objects.filter(case=life.case).count() == life.misissues


def whole_record(city: City, life: Life) -> None:
    """The audit tells the same story: every deed once, in order, by the account of the human who did it."""
    assert [(verb, city.who(account)) for verb, account in _verbs(life.case)] == life.told


def right_clock(life: Life) -> None:
    assert life.case.due_on == life.due_on()


def two_humans(city: City, life: Life) -> None:
    """Who passed on, who decided and who sent are accounts of different people, in whosever chair they sat."""
    decision = Decision.objects.filter(case=life.case).first()
    assert (decision is not None) == (life.part in {"granted", "refused"}) == (life.decided is not None)
    if decision is None or life.decided is None:
        return
    assert decision.outcome == life.decided.outcome == life.part
    assert city.who(decision.decided_by) == life.decided.who != life.passed_on, "one person alone decided"
    assert city.who(decision.checked_by) == life.decided.sent_by != life.decided.who, "one person alone sent"
    assert (decision.sent_at is not None) == bool(life.decided.sent_by)
    assert (decision.letter_id is not None) == life.decided.has_letter
    if life.decided.outcome == "granted":
        assert not life.case.gaps, "granted on half a claim"
        assert not life.case.unsigned, "granted before everybody agreed"


def given_answers(life: Life) -> None:
    """The answers in force are those given, also after a move; revisions are only ever added."""
    rows = [
        (row.number, row.at, row.by, str(row.plain), hashlib.sha256(bytes(row.sealed)).hexdigest())
        for row in AnswerRevision.objects.filter(draft=life.case.draft_id).order_by("number")
    ]
    assert rows[: len(life.revisions)] == life.revisions, "answers that were handed in were written again"
    assert len(rows) == 1 + sum(move.answers for move in life.moves)
    life.revisions = rows
    stands = form_queries.answers_at(life.case.draft, form_queries.latest_revision(life.case.draft))
    for path in ("event_on", "account", "hospital", "agree"):
        assert (path in stands and stands[path] is not None) == (path in life.answers)
    assert stands.get("event_on") == life.answers.get("event_on")
    assert stands["event"] == life.answers["event"]
    assert life.case.gaps == len(life.missing), "what is missing is counted wrong"


def papers_and_signatures(life: Life) -> None:
    papers = Attachment.objects.current().filter(draft=life.case.draft_id)
    assert dict(papers.values_list("document", "way")) == life.papers
    assert papers.count() == len(life.papers)
    standing = CoSignature.objects.filter(case=life.case, superseded_at=None)
    signed = {row.signer for row in standing if row.signed_at}
    assert {row.signer for row in standing} == set(life.edition.wanted)
    assert signed == {one for one, row in life.signatures.items() if row.state == "signed"}
    assert life.case.unsigned == life.unsigned, "signatures that are awaited are counted wrong"


def nobody_sees_half_an_answer(city: City, life: Life) -> None:
    """What the resident has begun to put right is not on any page of staff."""
    if life.waiting is None or not life.waiting.kept:
        return
    who = "sato" if life.division == make.DIVISION else "takagi"
    services.record_look(case=life.case, by=city.actor(who), reason="申請の確認・審査")
    shown = queries.read_for_staff(city.actor(who), life.case.pk)
    values = {one.question.path: one.question.value for one in shown.said}
    assert values["event_on"] == life.answers.get("event_on")
    hidden = {path: life.waiting.kept[path] for path in life.waiting.kept if life.waiting.kept[path] != RIGHT}
    for path in hidden:
        if path not in life.answers and not path.startswith("documents."):
            assert values.get(path) is None, "staff see half an edit"
    assert {paper.id: paper.way for paper in shown.papers if paper.way} == life.papers
    assert all(place.reply == "" for place in shown.places if place.item.correction.answered_at is None)
