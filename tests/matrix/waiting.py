"""Things that wait for somebody's next step, so that the page of each step opens to who may take it."""

from __future__ import annotations

from madoguchi.engines.forms.pack import IS_WORD
from madoguchi.engines.procedures import procedure, queries, services
from madoguchi.engines.procedures.models import Case
from madoguchi.engines.procedures.tests import make
from madoguchi.engines.procedures.tests import make_utsushi as copies
from madoguchi.kernel import jobs, packs

from .things import City
from .words import SUBJECTS

SIGNED = "jido_teate.shomei"  # the claim, where the spouse and who looks after a child have to sign
# Which step is whose: (address, person, thing). They are walked whatever else the walk leaves out as alike.
OPENS = {
    ("GET /apply/<uuid:draft_id>/papers/<slug:document>/", "aoi", "draft"),
    ("GET /my/<uuid:case_id>/signers/", "aoi", "to be signed"),
    ("GET /my/<uuid:case_id>/signers/<str:signer>/paper/", "aoi", "to be signed"),
    ("GET /my/inbox/<uuid:message_id>/files/<uuid:file_id>/", "aoi", "message with a paper"),
    ("GET /desk/cases/<uuid:case_id>/return/", "sato", "being checked"),
    ("GET /desk/cases/<uuid:case_id>/decide/", "ogawa", "to be decided"),
    ("GET /desk/cases/<uuid:case_id>/hand-back/", "ogawa", "to be decided"),
    ("GET /desk/cases/<uuid:case_id>/send-back/", "sato", "to be sent"),
    ("GET /desk/cases/<uuid:case_id>/hand-over/", "ogawa", "at the counter"),
    ("GET /desk/post/<uuid:delivery_id>/paper/", "sato", "for the post"),
    ("GET /desk/shared/<uuid:sharing_id>/", "takagi", "shared"),
}


def cases_waiting(city: City) -> dict[str, tuple[Case, str]]:
    """The case that waits for each step, and whose it is."""
    sato, ogawa = city.actors["sato"], city.actors["ogawa"]
    checked, decided_on, sent = (make.received(city.actors["dai"], SUBJECTS["dai"].answers) for _one in "123")
    decided_on = make.at(decided_on, "deciding", sato=sato)
    sent = make.at(sent, "deciding", sato=sato)
    services.decide(case=sent, outcome="granted", by=ogawa, seen=sent.version)
    jobs.run_due(kinds=("procedures.letter",))
    copies.publish()
    return {
        "being checked": (make.at(checked, "checking", sato=sato), "dai"),
        "to be decided": (decided_on, "dai"),
        "to be sent": (sent, "dai"),
        "at the counter": (copies.ready(city.actors["dai"], decided_by=sato), "dai"),
        "to be signed": (_to_be_signed(city), "aoi"),
    }


def _to_be_signed(city: City) -> Case:
    """The claim under another name, so that nobody's open claim meets a newer version."""
    canonical = packs.current(procedure.KIND, make.KEY)
    signers, words = packs.split({"cosigners": make.SIGNERS}, IS_WORD)
    packs.publish(
        kind=procedure.KIND,
        key=SIGNED,
        version=1,
        logic={**canonical.body, "procedure": SIGNED, "version": 1, **signers},
        texts={"ja": {**packs.texts(canonical, "ja"), **words}},
    )
    draft = services.start_draft(key=SIGNED, by=city.actors["aoi"])
    draft = make.answer_all(draft, city.actors["aoi"], SUBJECTS["aoi"].answers)
    return services.submit(draft=draft, by=city.actors["aoi"])


def shared(city: City, *, to: str) -> None:
    """Sen agreed that the other division reads the claim; who reads it there has said why."""
    sen = city.actors["sen"]
    case = make.received(sen, SUBJECTS["sen"].answers)
    row = services.share(case=case, to=to, ground="consent", why="申請の確認のため", by=city.actors["sato"])
    services.agree_to_sharing(case=case, sharing_id=row.pk, by=sen)
    row.refresh_from_db()
    for login in ("takagi", "kanda"):
        services.record_shared_look(sharing=row, reason="申請の確認のため", by=city.actors[login])
    city.add("shared", {"sharing_id": row.pk}, division=to)


def looked_at_letter(city: City, case: Case) -> None:
    """Sato has said why the letter is opened for printing."""
    services.record_look(case=case, by=city.actors["sato"], reason="郵送する書類の印刷", what=queries.POSTED)
