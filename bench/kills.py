"""The plug is pulled at a random moment, hundreds of times: nothing accepted is lost, and nothing is there twice.

    ./mado bench kills [--database sqlite|postgres] [--kills 200] [--seed N] [--only ACT]

Each round a process of its own walks one claim through: two papers are uploaded and the claim is submitted over
the API with all its middleware, passed on, decided, its letter drawn by the worker's code, checked and sent; every
third claim is then erased. It is killed with SIGKILL at a random point of a random one of these acts. What it had
been answered by then it had written to a pipe. Then the city recovers as it would by itself twenty minutes later
(jobs whose worker died, reconcilers, sweepers), the rest of the errand is done again by a person who does not know
how far it came (same Idempotency-Key), and everything that was accepted is counted: once, whole, readable. Peer:
none; no other system was found that says what it promises here. Prints where it was cut, and every broken promise.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

UPLOAD, SUBMIT, DECIDE, LETTER, SEND, ERASE = "upload", "submit", "decide", "letter", "send", "erase"
TARGETS = (UPLOAD, SUBMIT, DECIDE, LETTER, SEND, ERASE)
RECOVERS_AFTER = dt.timedelta(minutes=20)
ERASES_EVERY = 3


@dataclass
class Claim:
    """One resident's errand as its walker told it: what was begun, and what was answered."""

    number: int
    token: str
    begun: list[str] = field(default_factory=list)
    done: dict[str, Any] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)  # act -> Idempotency-Key, the same when sent again
    broken: list[str] = field(default_factory=list)

    def hear(self, line: dict[str, Any]) -> None:
        if line["what"] == "begin":
            self.begun.append(line["act"])
        else:
            self.done[line["act"]] = line["said"]


def claim_is_erased(number: int) -> bool:
    """Of every third claim the person asks that it be forgotten."""
    return number % ERASES_EVERY == 0


# ------------------------------------------------------------------ processes


def forked(work: Callable[[Callable[[dict[str, Any]], None]], None]) -> tuple[int, int]:
    """`work(tell)` in a child with connections of its own; returns its pid and where it tells."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    os.close(reading)
    code = 1
    try:
        work(lambda line: os.write(writing, json.dumps(line).encode() + b"\n") and None)
        code = 0
    except BaseException:  # noqa: BLE001 - the child must end here, whatever happened; the parent is told
        os.write(writing, json.dumps({"what": "broke", "said": traceback.format_exc()}).encode() + b"\n")
    os._exit(code)


def lines(reading: int) -> Any:
    with os.fdopen(reading, "rb") as pipe:
        for raw in pipe:
            if raw.endswith(b"\n"):
                yield json.loads(raw)


def at_once(work: Callable[[], Any]) -> Any:
    """What `work` returns, done in a child."""

    def tell_it(tell: Callable[[dict[str, Any]], None]) -> None:
        tell({"what": "said", "said": work()})

    pid, reading = forked(tell_it)
    heard = list(lines(reading))
    os.waitpid(pid, 0)
    if not heard or heard[-1]["what"] != "said":
        raise SystemExit(heard[-1]["said"] if heard else "a child went without a word")
    return heard[-1]["said"]


# ------------------------------------------------------------------ the errand


def walk(claim: Claim, tell: Callable[[dict[str, Any]], None]) -> None:
    """Everything from where it stands, act by act. Does again what it does not know to be done."""
    said = dict(claim.done)

    def act(name: str, verb: Callable[[], Any]) -> Any:
        if name not in said:
            tell({"what": "begin", "act": name})
            said[name] = verb()
            tell({"what": "done", "act": name, "said": said[name]})
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
    if claim_is_erased(claim.number):
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


# ------------------------------------------------------------------ afterwards


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


def look_at(claim: Claim) -> list[str]:
    """What is not as it was promised, of one claim. [] is what we hope for."""
    from madoguchi.engines.forms.models import Draft
    from madoguchi.engines.messaging.models import Message
    from madoguchi.engines.procedures.models import Attachment, Case, Decision
    from madoguchi.kernel import vault
    from madoguchi.kernel.audit.models import Event
    from madoguchi.kernel.jobs.models import Job, State
    from madoguchi.kernel.refs import Ref
    from madoguchi.kernel.vault.retention.models import Erasure

    wrong: list[str] = []

    def must(holds: bool, promise: str) -> None:
        if not holds:
            wrong.append(f"claim {claim.number}: {promise}")

    drafts = list(Draft.objects.filter(pk=claim.done["draft"])) if "draft" in claim.done else []
    must("draft" not in claim.done or len(drafts) == 1, "its draft is lost")
    if not drafts:
        return wrong
    draft, cases = drafts[0], list(Case.everything.filter(draft=drafts[0]))
    must(len(cases) <= 1, f"{len(cases)} cases from one draft")
    must((draft.closed_at is None) == (not cases), "a draft is closed without a case, or open with one")
    erased = draft.key.destroyed_at is not None
    must(ERASE not in claim.done or erased, "what was erased is there")
    abouts = [str(Ref.to(one)) for one in (draft, *cases)]
    erasures = list(Erasure.objects.filter(about__in=abouts))
    must(
        len(erasures) == int(erased),
        f"{len(erasures)} erasures, and the key is {'gone' if erased else 'there'}",
    )
    must(
        all(one.done_at and one.certificate_id for one in erasures),
        "an erasure is not finished, or not certified",
    )

    papers = list(Attachment.objects.filter(draft=draft, way="upload").select_related("file"))
    accepted = sum(1 for act in claim.done if act.startswith(UPLOAD + "."))
    begun = len({act for act in claim.begun if act.startswith(UPLOAD + ".")})
    must(accepted <= len(papers) <= begun, f"{accepted} papers accepted of {begun}, {len(papers)} there")
    for paper in papers:
        must(paper.file.state == ("erased" if erased else "safe"), f"a paper is {paper.file.state}")
        if not erased:
            must(len(vault.open_file(paper.file)) > 0, "a paper is empty")
    if not cases:
        must(SUBMIT not in claim.done, "an accepted claim is lost")
        return wrong
    case = cases[0]
    must(claim.done.get(SUBMIT, case.receipt) == case.receipt, "another receipt number than was said")
    steps = list(case.steps.order_by("number"))
    must([step.number for step in steps] == list(range(1, len(steps) + 1)), "steps are missing or double")
    must(all(a.to_state == b.from_state for a, b in pairwise(steps)), "steps do not join")
    must(steps[-1].to_state == case.state, "the last step is not where the case stands")
    about = str(case.ref)

    def events(verb: str) -> int:
        return Event.objects.filter(about=about, verb=verb).count()

    must(events("case.received") == 1, f"{events('case.received')} records of its arrival")
    decisions = list(Decision.objects.filter(case=case).select_related("letter"))
    must(len(decisions) <= 1, "decided twice")
    must(DECIDE not in claim.done or len(decisions) == 1, "a decision is lost")
    must(events("case.decided") == len(decisions), "the record of the decision is missing or double")
    if decisions:
        decision = decisions[0]
        must(case.state == decision.outcome, "decided and still where it was")
        letters = vault.files_about(case.ref).filter(name__startswith="決定通知書").count()
        if erased:
            must(letters == 0, "a letter outlived its erasure")
        elif decision.letter is not None:
            must(letters == 1, f"{letters} letters of one decision")
            must(vault.open_file(decision.letter).startswith(b"%PDF"), "the letter is no PDF")
        must(SEND not in claim.done or decision.sent_at is not None, "what was sent is not")
    must(not Job.objects.filter(about=about, state=State.FAILED).exists(), "a job was given up")
    told = Counter(Message.objects.filter(about=about).values_list("kind", flat=True))
    must(max(told.values(), default=1) == 1, f"told twice: {told}")
    words = Message.objects.filter(about=about).exclude(subject="", body="").exists()
    must(not (erased and words), "a message outlived its erasure")
    return wrong


def look_at_all() -> list[str]:
    """What holds over the whole city: no orphan row, no lost file, no forgotten byte."""
    from django.conf import settings

    from madoguchi.engines.forms.models import Draft
    from madoguchi.engines.procedures.models import Case
    from madoguchi.kernel import clock
    from madoguchi.kernel.vault import jobs as sweeping
    from madoguchi.kernel.vault.models import FileState, StoredFile

    wrong = []
    receipts = list(Case.everything.values_list("receipt", flat=True))
    if len(set(receipts)) != len(receipts):
        wrong.append("a receipt number was given twice")
    if orphans := Draft.objects.filter(closed_at__isnull=False, discarded=False, case=None).count():
        wrong.append(f"{orphans} drafts closed without a case")
    if waiting := StoredFile.objects.filter(state=FileState.QUARANTINED).count():
        wrong.append(f"{waiting} files still in quarantine")
    sweeping.UNCLAIMED = dt.timedelta(0)  # bytes without a row are given a day; here nobody is at work
    sweeping.sweep()
    root = Path(settings.VAULT_ROOT)
    lying = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
    kept = set(StoredFile.objects.filter(state=FileState.SAFE).values_list("storage_path", flat=True))
    if lying != kept:
        wrong.append(f"{len(kept - lying)} files lost, {len(lying - kept)} left lying ({clock.today()})")
    return wrong


# ------------------------------------------------------------------ all together


def cut(claim: Claim, target: str, wait: float) -> str:
    """Walk the claim in a child and kill it `wait` seconds after it begins `target`. Returns where it was."""
    pid, reading = forked(lambda tell: walk(claim, tell))
    for line in lines(reading):
        if line["what"] == "broke":
            os.waitpid(pid, 0)
            claim.broken.append(line["said"])
            return "broke"
        claim.hear(line)
        if line["what"] == "begin" and line["act"].startswith(target) and wait >= 0:
            time.sleep(wait)
            os.kill(pid, signal.SIGKILL)
            wait = -1
    os.waitpid(pid, 0)
    unfinished = [act for act in claim.begun if act not in claim.done]
    return unfinished[-1].partition(".")[0] if unfinished else "between"


def took(claim: Claim) -> dict[str, float]:
    """How long each act takes here, from one errand nobody disturbs."""
    pid, reading = forked(lambda tell: walk(claim, tell))
    began, seconds = 0.0, {}
    for line in lines(reading):
        if line["what"] == "broke":
            raise SystemExit(line["said"])
        claim.hear(line)
        if line["what"] == "begin":
            began = time.monotonic()
        else:
            seconds[line["act"].partition(".")[0]] = time.monotonic() - began
    os.waitpid(pid, 0)
    return seconds


def keys_of(number: int) -> dict[str, str]:
    return {act: f"cut-{number}-{act}" for act in ("draft", "answers", "documents", SUBMIT)}


def city(folder: Path, database: str) -> list[str]:
    """The procedure, two members of staff, and residents with their tokens."""
    os.environ.update(
        DJANGO_SETTINGS_MODULE="madoguchi.config.settings",
        MADO_VAR=str(folder),
        MADO_DATABASE=database or f"sqlite:///{folder / 'madoguchi.sqlite3'}",
        MADO_FACES="portal,desk,api",
        MADO_DEMO="1",
        MADO_PLAIN_STATIC="1",
        MADO_HOSTS="testserver",
        MADO_API_PER_MINUTE="1000000",
        MADO_LOG="ERROR",
        MADO_EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
        PYTHONPATH=f"{ROOT}{os.pathsep}{ROOT / 'bench'}",
    )
    laid = subprocess.run(
        [sys.executable, str(ROOT / "bench" / "submissions.py"), "--lay", "0"],
        cwd=ROOT, check=False, capture_output=True, text=True,
    )  # fmt: skip
    if laid.returncode:
        raise SystemExit(laid.stderr[-3000:])
    tokens: list[str] = json.loads(laid.stdout.splitlines()[-1])["tokens"]
    (folder / "static").mkdir(exist_ok=True)
    import django

    django.setup()
    return tokens


def hire() -> bool:
    from madoguchi.engines.procedures.tests import make

    make.clerk("sato")
    make.head("ogawa")
    return True


def run(database: str, kills: int, seed: int, only: str = "") -> int:
    dice = random.Random(seed)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mado-kills-")))
        address = ""
        if database == "postgres":
            from madoguchi.faces.cli.testing import postgres

            address = stack.enter_context(postgres())
        tokens = city(folder, address)
        at_once(hire)
        seconds = took(Claim(0, tokens[0], keys=keys_of(0)))
        print(
            f"── {database}: {kills} kills, seed {seed}; "
            + ", ".join(f"{act} {seconds[act] * 1000:.0f} ms" for act in TARGETS),
            flush=True,
        )
        where: Counter[str] = Counter()
        wrong: list[str] = []
        for number in range(1, kills + 1):
            target = only or dice.choice(TARGETS if claim_is_erased(number) else TARGETS[:-1])
            claim = Claim(number, tokens[number % len(tokens)], keys=keys_of(number))
            where[cut(claim, target, dice.uniform(0, 1.2 * seconds[target]))] += 1
            at_once(recover)
            wrong += at_once(lambda claim=claim: look_at(claim))
            # The person comes back, does not know how far it came, and goes on.
            cut(claim, "nothing", -1)
            at_once(recover)
            wrong += [*claim.broken, *at_once(lambda claim=claim: look_at(claim))]
            if SEND not in claim.done:
                wrong.append(f"claim {number} could not be finished afterwards")
        wrong += at_once(look_at_all)
    print("   cut while: " + ", ".join(f"{act} {times}" for act, times in where.most_common()))
    for promise in wrong:
        print(f"   BROKEN {promise}")
    print(f"   {len(wrong)} broken promises")
    return len(wrong)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgres"])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=TARGETS, default="", help="cut in this act alone")
    wanted = parser.parse_args()
    if wanted.database:
        return min(run(wanted.database, wanted.kills, wanted.seed, wanted.only), 1)
    # One process for each: settings are read once.
    codes = [
        subprocess.run(
            [sys.executable, __file__, "--database", one, *sys.argv[1:]],
            check=False,
        ).returncode
        for one in ("sqlite", "postgres")
    ]
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
