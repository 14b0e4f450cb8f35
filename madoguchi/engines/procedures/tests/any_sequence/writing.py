"""A draft in the hands of whoever writes it, while versions come and go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from madoguchi.engines.forms import queries as form_queries
from madoguchi.engines.forms.models import Draft
from madoguchi.engines.forms.rebasing import ASIDE
from madoguchi.engines.procedures import procedure, services
from madoguchi.engines.procedures.models import Case
from madoguchi.kernel.errors import Refusal

from .. import make
from .acts_of_correcting import VALUES
from .city import City, Life, Writing
from .editions import NEW_PAPER, Edition

# Whatever is typed twice is the same, so that the model may compare.
TYPED: dict[str, Mapping[str, str]] = {**make.ANSWERS, **VALUES}
FOLLOWED = ("event", "event_on", "account", "hospital", "agree")


def posted_for(path: str, edition: Edition) -> Mapping[str, str]:
    return {"value": "other"} if path == "event" and edition.cut else TYPED[path]


def _follows(city: City) -> None:
    """The model's own reckoning of what a newer version changes under the writer's hands."""
    one, to = _writing(city), city.edition
    if to.number == one.edition.number:
        return
    found: dict[str, str] = {}
    for path in to.asks:
        if path not in one.edition.asks:
            found[path] = "new"
    if any(law.law for law in city.versions if one.edition.number < law.number <= to.number):
        found[""] = "law"
        if "agree" in one.answers:
            found["agree"] = "again"
    if to.cut and one.answers.get("event") == "birth":
        found["event"] = "again"
    if to.label != one.edition.label and "event_on" in one.answers:
        found["event_on"] = "words"
    for path, what in found.items():
        if what == "again":
            one.answers.pop(path)
            one.aside.add(path)
    one.changes |= found
    one.edition = to


def _writing(city: City) -> Writing:
    assert city.writing is not None
    return city.writing


def _write(city: City) -> str:
    """One answer to the question that a page would show next."""
    one = _writing(city)
    draft = services.keep_up(draft=_fresh(city), by=city.actor("aoi"))
    _follows(city)
    question = form_queries.sheet(draft, procedure.of(draft.definition).form).first_open
    path = question.path if question else "event_on"
    services.save_answer(draft=draft, path=path, posted=posted_for(path, one.edition), by=city.actor("aoi"))
    if path in FOLLOWED:
        one.answers[path] = "other" if path == "event" and one.edition.cut else given(path)
    if path == "children.more":
        one.is_whole = True
    one.changes.pop(path, None)
    one.aside.discard(path)
    return path


def given(path: str) -> str:
    return {"event": "birth", "event_on": "2026-11-01"}.get(path, "later")


def _keep_up(city: City) -> None:
    services.keep_up(draft=_fresh(city), by=city.actor("aoi"))
    _follows(city)


def _look(city: City) -> None:
    one = _writing(city)
    services.see_changes(draft=_fresh(city), by=city.actor("aoi"))
    one.changes = {}


def _bring(city: City) -> None:
    services.bring_later(draft=_fresh(city), document=NEW_PAPER, by=city.actor("aoi"))
    _writing(city).has_paper = True


def _apply(city: City) -> None:
    """Sent as the page sends it: what a newer version changed is shown first, and nothing is received unseen."""
    one = _writing(city)
    _keep_up(city)
    answered = set(one.edition.asks) | {"event"} <= set(one.answers) and one.is_whole
    papers = one.has_paper or not one.edition.wants_paper
    may = not one.changes and answered and papers
    try:
        case = services.submit(draft=_fresh(city), by=city.actor("aoi"))
    except Refusal as refused:
        assert not may, f"aoi could not send: {refused}"
        assert not Case.objects.filter(draft=one.draft).exists(), "what was refused left a case"
        return
    assert may, "something was received that its writer had not finished or not seen"
    city.writing, city.life = None, received(city, case, one)


def received(city: City, case: Case, one: Writing) -> Life:
    life = Life(case, city.owner, one.edition, one.edition)
    life.answers = dict(one.answers)
    life.papers = {NEW_PAPER: "later"} if one.has_paper else {}
    return life.begin("aoi", city.today)


def _fresh(city: City) -> Draft:
    return Draft.objects.select_related("definition", "key").get(pk=_writing(city).draft.pk)


ACTS: dict[str, Callable[[City], Any]] = {
    "write": _write,
    "keep up": _keep_up,
    "look at what changed": _look,
    "bring the paper later": _bring,
    "apply": _apply,
}


def as_it_should_stand(city: City) -> None:
    """Nothing that was written is lost, and nothing changes under the writer's hands without being said."""
    one, draft = _writing(city), _fresh(city)
    answers = form_queries.answers_of(draft)
    assert draft.definition_id == one.edition.definition.pk
    assert {change["path"]: change["what"] for change in draft.changes} == one.changes
    assert set(answers.get(ASIDE) or {}) == one.aside, "an old answer is not shown beside its question"
    stands = {path: answers[path] for path in ("event", "event_on") if path in answers}
    assert stands == {path: one.answers[path] for path in ("event", "event_on") if path in one.answers}
    assert {path for path in FOLLOWED if path in answers} == set(one.answers)
    assert answers["applicant"]["name"] == make.NAME
    assert [child["name"]["given"] for child in answers["children"]] == [make.CHILD["given"]]
