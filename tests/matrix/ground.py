"""One city with everything in it: two divisions, people of every kind, and a thing of every kind that belongs to somebody."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

from madoguchi.engines.authoring import services as authoring
from madoguchi.engines.authoring.tests import make as writing
from madoguchi.engines.forms.models import Draft
from madoguchi.engines.messaging.models import Delivery, Message
from madoguchi.engines.procedures import services
from madoguchi.engines.procedures.models import Case, Correction, Export
from madoguchi.engines.procedures.tests import make
from madoguchi.engines.procedures.tests import make_disposing as due
from madoguchi.faces.shared.tests.entering import give_app
from madoguchi.kernel import clock, jobs
from madoguchi.kernel.access import scopes
from madoguchi.kernel.access import services as access
from madoguchi.kernel.access.terminals import open_terminal, stop_terminal
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.identity.federation.models import Link
from madoguchi.kernel.identity.mandates import services as mandates
from madoguchi.kernel.identity.models import Account, Mandate
from madoguchi.kernel.identity.ways_in import recovery, sign_ins
from madoguchi.kernel.jobs.models import Job
from madoguchi.kernel.practice import practising
from madoguchi.kernel.refs import SYSTEM, Actor
from madoguchi.kernel.vault import retention
from madoguchi.kernel.vault.models import StoredFile
from tests.erasure.planting import picture

from . import waiting
from .things import City
from .words import DANGER, FILE, HELD, NOTE, STORY, SUBJECTS

HERE, THERE = make.DIVISION, "介護保険課"
NARROW = "juminhyo.utsushi"


def build() -> City:
    """The whole of it, once for a file of tests."""
    city = City()
    writing.city()
    due.plan_in_force()
    _staff(city)
    for key in ("aoi", "ben", "mori", "dai", "gen", "yui", "sen"):
        city.actors[key] = make.resident(key, **SUBJECTS[key].profile)
    _erased(city)
    _closed(city)
    _protected(city)
    _open(city)
    _elsewhere(city)
    for name, (case, owner) in waiting.cases_waiting(city).items():
        add_case(city, name, case, owner=owner, procedure=case.definition.key)
    waiting.shared(city, to=THERE)
    _desk(city)
    _programs(city)
    _agents(city)
    _own(city)
    for _turn in range(3):
        jobs.run_due()
    _posted(city)
    _looked_at(city)
    return city


def _staff(city: City) -> None:
    who = city.actors
    who["sato"] = make.clerk("sato", "author", name="佐藤")
    who["ogawa"] = make.clerk("ogawa", "head", name="小川")
    who["tamura"] = make.clerk("tamura", name="田村")
    who["hogo"] = make.clerk("hogo", "sees_protected", name="保護")
    who["takagi"] = make.clerk("takagi", division=THERE, name="高木")
    who["kanda"] = make.clerk("kanda", "head", division=THERE, name="神田")
    who["itou"] = role_only("itou", "operator", division="情報政策課")
    who["bunsho"] = role_only("bunsho", "records", division="総務課")
    who["kansa"] = role_only("kansa", "reviewer", division="監査課")
    who["moved"] = make.clerk("moved", name="異動")
    people.end_appointment(
        appointment=Account.objects.get(pk=who["moved"].account).appointments.get(),
        on=clock.today() - dt.timedelta(days=1),
        by=SYSTEM,
    )
    who["moved"] = again(who["moved"])
    people.stand_in(
        absent=who["ogawa"].account,
        stands_in=who["tamura"].account,
        since=clock.today(),
        until=clock.today(),
        by=who["ogawa"],
    )
    who["tamura"] = again(who["tamura"])


def role_only(login: str, *roles: str, division: str) -> Actor:
    """A member of staff who handles nothing."""
    people.keep_division(key=division, name=division)
    account = people.open_account(kind="staff", login=login, password=None, name=login, by=SYSTEM)
    post = people.keep_post(key=f"post.{login}", division=division, title="担当", roles=list(roles))
    people.appoint(account=account, post=post, since=dt.date(2020, 4, 1), by=SYSTEM)
    return identity.actor_for(account)


def again(actor: Actor) -> Actor:
    """The same person as they stand now."""
    return identity.actor_for(Account.objects.get(pk=actor.account))


def received(city: City, key: str) -> Case:
    return make.received(city.actors[key], SUBJECTS[key].answers)


def whole(case: Case) -> Case:
    return Case.objects.select_related("draft__key", "definition", "applicant", "division").get(pk=case.pk)


def checking(case: Case, city: City) -> Case:
    return make.at(whole(case), "checking", sato=city.actors["sato"])


def decided(case: Case, city: City) -> Case:
    """Granted, drawn, looked through by somebody who may and sent."""
    case = make.at(whole(case), "deciding", sato=city.actors["sato"])
    services.decide(case=case, outcome="granted", by=city.actors["ogawa"], seen=case.version)
    jobs.run_due(kinds=("procedures.letter",))
    case = whole(case)
    services.record_letter_opened(case=case, by=city.actors["hogo"])
    services.check_and_send(case=case, by=city.actors["hogo"])
    return whole(case)


def files(case: Case) -> list[str]:
    abouts = [str(case.ref), f"forms:draft:{case.draft_id}"]
    return [str(pk) for pk in StoredFile.objects.filter(about__in=abouts).values_list("pk", flat=True)]


def add_case(city: City, name: str, case: Case, **whose: Any) -> None:
    """A case, with each of its files beside it."""
    names = {"case_id": case.pk, "receipt": case.receipt}
    for one in files(case) or [str(uuid.uuid4())]:
        city.add(name, {**names, "file_id": one}, seen=case.version, **{"division": HERE, **whose})


def _erased(city: City) -> None:
    """Gen's case was thrown away by two people when its years were over."""
    case = make.at(received(city, "gen"), "deciding", sato=city.actors["sato"])
    services.decide(case=case, outcome="granted", by=city.actors["ogawa"], seen=case.version)
    case = whole(case)
    with due.years_later():
        disposal = due.approved(case, head=city.actors["ogawa"], by=city.actors["bunsho"])
        while jobs.run_due(kinds=("procedures.dispose",)):
            pass
    assert Case.everything.get(pk=case.pk).erased_at is not None
    city.add("erased", {"case_id": case.pk, "receipt": case.receipt, "file_id": uuid.uuid4()})
    city.add("disposal", {"disposal_id": disposal.pk}, division=HERE, staff=frozenset({"bunsho"}))
    held = retention.hold(about=received(city, "gen").ref, kind="lawsuit", why=HELD, by=city.actors["bunsho"])
    city.add("hold", {"hold_id": held.pk}, staff=frozenset({"bunsho"}))


def _closed(city: City) -> None:
    """Aoi's letter went out; another one of hers was a mistake."""
    add_case(city, "closed", decided(received(city, "aoi"), city), owner="aoi")
    wrong = decided(received(city, "aoi"), city)
    misissue = services.report_misissue(
        case=wrong,
        kind="wrong_person",
        step="second_check",
        what=STORY,
        by=city.actors["tamura"],
        seen=wrong.version,
    )
    add_case(city, "recalled", wrong, owner="aoi")
    city.add("misissue", {"misissue_id": misissue.pk}, division=HERE)


def _protected(city: City) -> None:
    """Mori is hidden from somebody: one case open, one decided."""
    party = make.party_of(city.actors["mori"])
    # Who holds the named right looks at it, and lets it count again or not.
    _acts_for(city, "mori's agent", "mori", ["*"], staff=frozenset({"hogo"}))
    people.protect(party=party, by=SYSTEM, reason="支援措置")
    add_case(city, "protected", received(city, "mori"), owner="mori")
    city.actors["ogawa"] = again(city.actors["ogawa"])
    add_case(city, "protected decided", decided(received(city, "mori"), city), owner="mori")


def _open(city: City) -> None:
    """What is under way: with a paper, asked to be put right, to be signed, half written, shared, opened in an emergency."""
    who = city.actors
    away = {
        **SUBJECTS["aoi"].answers,
        "children.1.lives_together": {"value": "no"},
        "children.1.lives_at": SUBJECTS["aoi"].address,
    }
    draft = make.answer_all(make.draft_of(who["aoi"]), who["aoi"], away)
    photo = picture()
    services.attach(draft=draft, document="bekkyo_kango", upload=photo, name=f"{FILE}.png", by=who["aoi"])
    case = services.submit(
        draft=Draft.objects.select_related("key", "definition").get(pk=draft.pk), by=who["aoi"]
    )
    services.add_note(case=case, text=NOTE, by=who["sato"])
    add_case(city, "open", case, owner="aoi")
    returned = checking(received(city, "aoi"), city)
    services.ask_correction(
        case=returned,
        items={"applicant.address": "番地を確かめてください"},
        by=who["sato"],
        seen=returned.version,
    )
    assert Correction.objects.filter(case=returned).exists()
    add_case(city, "returned", returned, owner="aoi")
    sharing = services.share(
        case=whole(case), to=THERE, ground="consent", why="申請の確認のため", by=who["sato"]
    )
    city.add("asked to share", {"case_id": case.pk, "sharing_id": sharing.pk}, owner="aoi", division=HERE)
    dais = received(city, "dai")
    add_case(city, "looked at in an emergency", dais, owner="dai")
    look = services.open_in_emergency(receipt=dais.receipt, danger="life", why=DANGER, by=who["kanda"])
    city.add("emergency", {"look_id": look.pk}, division=HERE, staff=frozenset({"kanda", "kansa"}))
    begun = make.answer_all(make.draft_of(who["aoi"]), who["aoi"], away)
    city.add("draft", {"draft_id": begun.pk, "file_id": uuid.uuid4()}, owner="aoi")


def _elsewhere(city: City) -> None:
    """Ben's case was passed to the other division; somebody practises in a world of their own."""
    case = services.transfer(
        case=received(city, "ben"), to=THERE, why="担当がちがうため", by=city.actors["sato"], seen=1
    )
    add_case(city, "elsewhere", whole(case), owner="ben", division=THERE)
    with practising():
        player = make.resident("practice")
        tried = make.received(player, SUBJECTS["ren"].answers)
    city.add("practised", {"case_id": tried.pk, "receipt": tried.receipt, "file_id": uuid.uuid4()})


def _desk(city: City) -> None:
    """What only the desk has: an entry by telephone, a list as a file, a procedure being written."""
    who, tel = city.actors, SUBJECTS["tel"]
    person = people.keep_party(profile=tel.profile, by=SYSTEM)
    told = make.answer_all(
        make.draft_of(who["sato"], channel="phone", party=person), who["sato"], tel.answers
    )
    decided(services.submit(draft=told, by=who["sato"]), city)
    entry = make.answer_all(
        make.draft_of(who["sato"], channel="phone", party=person), who["sato"], tel.answers
    )
    city.add("entry", {"draft_id": entry.pk, "file_id": uuid.uuid4()}, division=HERE)
    cases = Case.objects.filter(division=HERE, closed_at=None).values_list("pk", flat=True)
    export = services.ask_export(
        cases=list(cases),
        division=HERE,
        procedure=make.KEY,
        columns=["receipt", "answers.applicant.name", "answers.applicant.address"],
        why="年度末の名簿の突き合わせに使うため",
        wanted={},
        by=who["sato"],
    )
    services.approve_export(export=export, by=who["ogawa"])
    city.add("export", {"export_id": Export.objects.get().pk}, division=HERE, staff=frozenset({"kansa"}))
    blueprint = authoring.begin(
        template="grant", key="josei.matrix", title="見学の助成の申請", division=HERE, by=who["sato"]
    )
    city.add("blueprint", {"blueprint_id": blueprint.pk, "run_id": uuid.uuid4()}, division=HERE)


def _programs(city: City) -> None:
    """Apps residents connected, keys of machines, screens at counters; one of each is stopped."""
    full, who = list(scopes.KEYS), city.actors
    client, _secret = access.add_client(
        name="見本の家計アプリ",
        redirect_uris=["https://app.mihon.invalid/back"],
        scopes_=full,
        by=SYSTEM,
        publisher="見本社",
    )
    for name, owner, asked in (
        ("app", "aoi", full),
        ("narrow app", "yui", ["drafts"]),
        ("ben's app", "ben", full),
    ):
        grant = access.connect(client=client, asked=asked, by=who[owner])
        city.secrets[name] = access.issue_pair(grant=grant, asked=asked, by=who[owner]).access
        city.add(name, {"grant_id": grant.pk}, owner=owner)
    ended = access.connect(client=client, asked=full, by=who["dai"])
    city.secrets["ended app"] = access.issue_pair(grant=ended, asked=full, by=who["dai"]).access
    access.disconnect(grant_id=str(ended.pk), by=who["dai"])
    for name, division, asked in (
        ("key", HERE, scopes.FOR_MACHINES),
        ("narrow key", HERE, ("drafts",)),
        ("key there", THERE, scopes.FOR_MACHINES),
        ("revoked key", HERE, scopes.FOR_MACHINES),
    ):
        key, city.secrets[name] = access.add_key(
            title=name, division=division, scopes_=list(asked), days=30, by=SYSTEM
        )
        if name == "revoked key":
            access.revoke_key(prefix=key.prefix, by=SYSTEM)
        if name == "key":
            machine = replace(identity.actor_for(key.account), via=f"key:{key.pk}")
            draft = services.begin_for_somebody(key=make.KEY, channel="counter", by=machine)
            make.answer_all(draft, machine, SUBJECTS["api"].answers)
            args = {"draft_id": draft.pk, "file_id": uuid.uuid4()}
            city.add("a machine's draft", args, program="key", division=HERE)
            other = services.begin_for_somebody(key=make.KEY, channel="counter", by=machine)
            case = services.submit_stated(
                draft=make.answer_all(other, machine, SUBJECTS["api"].answers), by=machine
            )
            add_case(city, "a machine's case", case, program="key")
    for name, by in (("terminal", "sato"), ("terminal there", "takagi"), ("stopped terminal", "sato")):
        division = HERE if by == "sato" else THERE
        terminal, city.secrets[name] = open_terminal(division=division, place=name, by=who[by])
        city.add(name, {"terminal_id": terminal.pk}, division=division)
        if name == "stopped terminal":
            stop_terminal(terminal_id=terminal.pk, by=who[by])


def _acts_for(city: City, name: str, owner: str, procedures: list[str], **whose: Any) -> None:
    """Somebody takes on what a resident asks of them."""
    agent = make.resident(name.replace(" ", "_"))
    until = clock.today() + dt.timedelta(days=30)
    _row, code = mandates.offer_mandate(procedures=procedures, until=until, by=city.actors[owner])
    row = mandates.accept_mandate(code=code, by=agent)
    city.actors[name], city.secrets[name] = agent, str(row.pk)
    city.add(name, {"mandate_id": row.pk}, owner=owner, **whose)


def _agents(city: City) -> None:
    """Yui acts for Aoi in the claim; another mandate is for something else, a third is over, a fourth waits at the desk."""
    for name, procedures in (("agent", [make.KEY]), ("narrow agent", [NARROW]), ("former agent", ["*"])):
        _acts_for(city, name, "aoi", procedures)
    Mandate.objects.filter(pk=city.secrets["former agent"]).update(
        since=clock.today() - dt.timedelta(days=40), until=clock.today() - dt.timedelta(days=1)
    )
    who = city.actors
    registered = services.register_mandate(
        by=who["sato"],
        receipt=Case.objects.filter(applicant=who["dai"].party)[0].receipt,
        agent_code=mandates.new_counter_code(by=who["yui"]),
        kind="guardian",
        evidence="register",
        evidence_on=clock.today(),
        procedures=["*"],
    )
    city.add("registered", {"mandate_id": registered.pk}, owner="dai", division=HERE)


def _own(city: City) -> None:
    """Ways in, sign-ins and requests to come back, of a resident and of a member of staff."""
    for key, whose in (("aoi", {"owner": "aoi"}), ("sato", {"staff": frozenset({"sato"})})):
        account = Account.objects.get(pk=city.actors[key].account)
        give_app(account)
        other = sign_ins.let_in(account=account, assurance="password+totp")
        city.add(f"{key}'s ways in", {"factor_id": account.factors.get().pk, "sign_in_id": other.pk}, **whose)
    aoi = Account.objects.get(pk=city.actors["aoi"].account)
    link = Link.objects.create(
        account=aoi, realm="resident", issuer="https://id.mihon.invalid", subject="aoi", linked_at=clock.now()
    )
    city.add("aoi's link", {"link_id": link.pk}, owner="aoi")
    city.add("aoi comes back", {"recovery_id": recovery.ask(account=aoi).pk}, owner="aoi")
    sato = Account.objects.get(pk=city.actors["sato"].account)
    city.add("sato's account", {"account_id": sato.pk}, division=HERE, staff=frozenset({"itou"}))
    stands = Account.objects.get(pk=city.actors["ogawa"].account).stood_in_by.get()
    city.add("stand-in", {"stand_in_id": stands.pk}, staff=frozenset({"ogawa", "tamura"}))


def _posted(city: City) -> None:
    """Letters to residents: in the inbox, for the post, stuck on the way."""
    own = Delivery.objects.filter(recipient=city.actors["aoi"].party).values("message")
    for message in Message.objects.filter(pk__in=own):
        file = message.files.first()
        args = {"message_id": message.pk, "file_id": file.pk if file else uuid.uuid4()}
        city.add("message with a paper" if file else "message", args, owner="aoi")
    letter = Delivery.objects.filter(channel="post", message__files__isnull=False).first()
    assert letter is not None
    city.add("for the post", {"delivery_id": letter.pk}, division=HERE)
    waiting.looked_at_letter(city, Case.objects.get(pk=letter.message.about.rpartition(":")[2]))
    job = Job.objects.filter(about__startswith="procedures:case:").first()
    if job is not None:
        city.add("job", {"job_id": job.pk}, division=HERE)


def _looked_at(city: City) -> None:
    """Whoever handles a case has said why they look at it: what they then see is what the walk reads."""
    for login, division in (*((login, HERE) for login in ("sato", "ogawa", "hogo")), ("kanda", THERE)):
        for case in Case.objects.filter(division=division):
            services.record_look(case=case, by=city.actors[login], reason="申請の確認・審査")
