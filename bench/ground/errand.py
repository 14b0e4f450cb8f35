"""One claim from draft to erasure: who does it, what was promised on the way, and what the city does by itself after.

Two papers are uploaded and the claim is submitted over the API with all its middleware, passed on, decided, its letter
drawn by the worker's code, checked and sent; some claims are then erased. Whoever does an act again does it as a
person does who does not know how far it came: the same Idempotency-Key, the same draft, another look at the case.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .moments import Aim, Tell, Watch

UPLOAD, SUBMIT, DECIDE, LETTER, SEND, ERASE = "upload", "submit", "decide", "letter", "send", "erase"
TARGETS = (UPLOAD, SUBMIT, DECIDE, LETTER, SEND, ERASE)
RECOVERS_AFTER = dt.timedelta(minutes=20)


@dataclass
class Claim:
    """One resident's errand as its walker told it: what was begun, and what was answered."""

    number: int
    token: str
    is_erased: bool = False  # whether the person asks at the end that it be forgotten
    begun: list[str] = field(default_factory=list)
    done: dict[str, Any] = field(default_factory=dict)
    moments: list[str] = field(default_factory=list)  # of the act begun last
    keys: dict[str, str] = field(default_factory=dict)  # act -> Idempotency-Key, the same when sent again
    broken: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for act in ("draft", "answers", "documents", SUBMIT):
            self.keys[act] = f"cut-{self.number}-{act}"

    def hear(self, line: dict[str, Any]) -> None:
        if line["what"] == "begin":
            self.begun.append(line["act"])
            self.moments = []
        elif line["what"] == "moment":
            self.moments.append(line["name"])
        else:
            self.done[line["act"]] = line["said"]

    @property
    def stopped_in(self) -> str:
        """The act begun last: it was not answered, or nothing was begun after its answer."""
        return self.begun[-1]


def walk(claim: Claim, tell: Tell, aim: Aim | None = None) -> None:
    """Everything from where it stands, act by act. Does again what it does not know to be done."""
    said = dict(claim.done)
    watch = Watch(tell, aim)

    def act(name: str, verb: Callable[[], Any]) -> Any:
        if name not in said:
            watch.begin(name)
            said[name] = verb()
            watch.answer()
            watch.end(said[name])
        return said[name]

    api = Resident(claim)
    draft = act("draft", api.begin)
    act("answers", lambda: api.answer(draft))
    for place, document in enumerate(act("documents", lambda: api.documents(draft))[:2]):
        act(f"{UPLOAD}.{place}", lambda document=document: api.upload(draft, document))
    receipt = act(SUBMIT, lambda: api.submit(draft))
    act("passed on", lambda: pass_on(receipt))
    act(DECIDE, lambda: decide(receipt))
    act(LETTER, lambda: draw(receipt))
    act(SEND, lambda: send(receipt))
    if claim.is_erased:
        act(ERASE, lambda: erase(receipt))


class Resident:
    """The resident's verbs over the API, through all of its middleware."""

    def __init__(self, claim: Claim) -> None:
        from django.test import Client

        self.claim = claim
        self.client = Client(headers={"authorization": f"Bearer {claim.token}"})

    def call(
        self, act: str, method: str, path: str, body: bytes = b"", kind: str = "application/json"
    ) -> Any:
        answer = self.client.generic(
            method, f"/api/v1{path}", body, kind, headers={"idempotency-key": self.claim.keys[act]}
        )
        if answer.status_code >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.content.decode()[:600]}")
        return json.loads(answer.content)

    def begin(self) -> str:
        from peers.ours import KEY

        draft: str = self.call("draft", "POST", "/drafts", json.dumps({"procedure": KEY}).encode())["id"]
        return draft

    def answer(self, draft: str) -> bool:
        from peers.ours import ACCOUNT, APPLICANT, NAME

        child = {"name": {**NAME, "given": "そう"}, "birth": "2020-05-05", "lives_together": True}
        answers = {
            "applicant": APPLICANT,
            "event": "move_in",
            "event_on": "2026-11-02",
            "works_as_public_servant": False,
            "children": [child],
            "account": ACCOUNT,
        }
        self.call("answers", "PATCH", f"/drafts/{draft}/answers", json.dumps({"answers": answers}).encode())
        return True

    def documents(self, draft: str) -> list[str]:
        return [one["id"] for one in self.call("documents", "GET", f"/drafts/{draft}")["documents"]]

    def upload(self, draft: str, document: str) -> bool:
        from peers.ours import PICTURE

        head = (
            '--cut\r\nContent-Disposition: form-data; name="file"; filename="paper.png"\r\n'
            "Content-Type: image/png\r\n\r\n"
        )
        act = UPLOAD + document
        self.claim.keys.setdefault(act, f"{self.claim.keys['draft']}-{document}")
        self.call(
            act, "POST", f"/drafts/{draft}/documents/{document}/files",
            head.encode() + PICTURE + b"\r\n--cut--\r\n", "multipart/form-data; boundary=cut",
        )  # fmt: skip
        return True

    def submit(self, draft: str) -> str:
        receipt: str = self.call(SUBMIT, "POST", f"/drafts/{draft}/submission")["receipt"]
        return receipt


def staff(login: str) -> Any:
    from madoguchi.kernel.identity import queries as identity
    from madoguchi.kernel.identity.models import Account, Kind

    return identity.actor_for(Account.objects.get(kind=Kind.STAFF, login=login))


def case_of(receipt: str) -> Any:
    from madoguchi.engines.procedures.models import Case

    return Case.everything.get(receipt=receipt)


def pass_on(receipt: str) -> str:
    """Whoever comes back looks where it stands: a step that is taken is not taken again."""
    from madoguchi.engines.procedures import services

    case = case_of(receipt)
    for to in ("checking", "deciding"):
        if case.state in {"received", "checking"} and case.state != to:
            case = services.advance(case=case, to=to, by=staff("sato"), seen=case.version)
    return str(case.state)


def decide(receipt: str) -> str:
    from madoguchi.engines.procedures import services
    from madoguchi.kernel.errors import SomebodyWasFaster

    case = case_of(receipt)
    try:
        services.decide(case=case, outcome="refused", by=staff("ogawa"), seen=case.version, reason=REASON)
    except SomebodyWasFaster:
        pass  # it was they themselves, before the light went out
    except Exception:
        if case_of(receipt).state != "refused":
            raise
    return "refused"


REASON = "18歳になった年度の末までのお子さんがいないため（児童手当法 第4条）。"


def draw(receipt: str) -> bool:
    """The worker's turn: this claim's letter and whatever else is due."""
    from madoguchi.engines.procedures.models import Decision
    from madoguchi.kernel import clock, jobs

    jobs.run_due()
    if Decision.objects.get(case__receipt=receipt).letter_id is None:
        with clock.frozen(
            clock.now() + RECOVERS_AFTER
        ):  # claimed by a worker that died: taken up after a while
            jobs.run_due()
    return Decision.objects.get(case__receipt=receipt).letter_id is not None


def send(receipt: str) -> bool:
    from madoguchi.engines.procedures import services
    from madoguchi.engines.procedures.models import Decision

    case = case_of(receipt)
    if Decision.objects.get(case=case).sent_at is None:
        services.record_letter_opened(case=case, by=staff("sato"))
        services.check_and_send(case=case, by=staff("sato"))
    return True


def erase(receipt: str) -> bool:
    """Taken away for good: keys, papers, letters, messages, and whose it was."""
    from madoguchi.kernel.refs import SYSTEM
    from madoguchi.kernel.vault import retention

    retention.erase(kind="case", about=case_of(receipt).ref, reason="asked", by=SYSTEM)
    return True


def recover() -> int:
    """What a city does by itself within twenty minutes of the light coming back."""
    from madoguchi.kernel import clock, jobs
    from madoguchi.kernel.jobs import outbox
    from madoguchi.kernel.jobs.models import Schedule

    Schedule.objects.all().delete()  # twenty minutes on, all periodic work has had its turn
    done = 0
    with clock.frozen(clock.now() + RECOVERS_AFTER):
        for _turn in range(20):
            turn = jobs.run_due() + outbox.run_periodic()
            done += turn
            if not turn:
                break
    return done
