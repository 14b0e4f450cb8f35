"""連署: each of them is asked alone, sees little, signs once, and is asked again when it reads differently."""

import datetime as dt

import pytest
from pydantic import ValidationError

from madoguchi.engines.procedures import procedure, queries, services
from madoguchi.engines.procedures.definition import ProcedureDef
from madoguchi.engines.procedures.errors import (
    NameForSigning,
    SignaturesAwaited,
    SignerAlready,
    SigningOver,
    TooManyInvitations,
)
from madoguchi.engines.procedures.models import Case, CoSignature
from madoguchi.engines.procedures.services import cosigning
from madoguchi.kernel import audit, clock
from madoguchi.kernel.errors import NotFound, SomebodyWasFaster
from madoguchi.kernel.identity.models import Party

from . import make

pytestmark = pytest.mark.django_db
ANYBODY = make.as_anyone()
SPOUSE, GUARDIAN = "spouse", "guardian.1"


@pytest.fixture
def city():
    make.publish_canonical()
    make.with_cosigners()
    aoi = make.resident()
    return aoi, make.clerk("sato"), make.head("ogawa"), make.received(aoi)


def sign(token, name="見本 けん"):
    services.sign(token=token, name=name, seen=queries.request_behind(token).seen, by=ANYBODY)


def cards(actor, case):
    return {one.id: one.state for one in queries.signers_for(actor, case.pk)[2]}


def unsigned(case) -> int:
    return Case.objects.get(pk=case.pk).unsigned


def test_a_received_case_waits_for_everybody_the_answers_call_for(city):
    aoi, _sato, _ogawa, case = city

    assert unsigned(case) == 2
    assert cards(aoi, case) == {SPOUSE: "none", GUARDIAN: "none"}


def test_whoever_opens_the_address_sees_the_statement_and_who_asks_and_nothing_else(city):
    aoi, _sato, _ogawa, case = city
    token = services.invite(case=case, signer=GUARDIAN, by=aoi)

    asked = queries.request_behind(token)

    assert asked.statement == "見本 そう（ミホン ソウ）を監護していることを確認します。"
    assert (asked.name, asked.asked_by) == ("見本 そう", "見本 あおい")
    assert "見本町" not in repr(asked)
    assert make.ACCOUNT["number"] not in repr(asked)


def test_the_address_is_not_in_the_database(city):
    aoi, _sato, _ogawa, case = city

    token = services.invite(case=case, signer=SPOUSE, by=aoi)

    row = CoSignature.objects.exclude(token_hash="").get()
    assert len(token) >= 43
    assert token not in repr(row.__dict__)
    assert all(token not in repr(event.__dict__) for event in audit.events_about(case.ref))


def test_a_signature_counts_once_and_uses_the_address_up(city):
    aoi, _sato, _ogawa, case = city
    token = services.invite(case=case, signer=SPOUSE, by=aoi)
    seen = queries.request_behind(token).seen

    sign(token)

    assert (unsigned(case), cards(aoi, case)[SPOUSE]) == (1, "signed")
    row = CoSignature.objects.get(signer=SPOUSE)
    assert (row.name, row.way, row.revision) == ("見本 けん", "web", 1)
    for again in (lambda: sign(token), lambda: services.decline(token=token, by=ANYBODY)):
        with pytest.raises(SigningOver):
            again()
    with pytest.raises(SigningOver):
        services.sign(token=token, name="x", seen=seen, by=ANYBODY)
    with pytest.raises(SignerAlready):
        services.invite(case=case, signer=SPOUSE, by=aoi)
    assert unsigned(case) == 1


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "x" * 5000, "\x00" * 43])
def test_an_address_nobody_was_sent_opens_nothing(city, token):
    with pytest.raises(NotFound):
        queries.request_behind(token)


def test_a_newer_address_closes_the_one_before_and_an_old_one_runs_out(city):
    aoi, _sato, _ogawa, case = city
    first = services.invite(case=case, signer=SPOUSE, by=aoi)
    second = services.invite(case=case, signer=SPOUSE, by=aoi)

    with pytest.raises(NotFound):
        queries.request_behind(first)
    with clock.frozen(clock.now() + dt.timedelta(days=7, minutes=1)):
        with pytest.raises(SigningOver):
            queries.request_behind(second)
        assert cards(aoi, case)[SPOUSE] == "over"
        sign(services.invite(case=case, signer=SPOUSE, by=aoi))
    assert unsigned(case) == 1


def test_a_no_is_told_and_may_be_asked_once_more(city):
    aoi, sato, _ogawa, case = city
    services.decline(token=services.invite(case=case, signer=SPOUSE, by=aoi), by=ANYBODY)

    assert (unsigned(case), cards(aoi, case)[SPOUSE]) == (2, "refused")
    services.record_look(case=case, by=sato, reason="申請の確認・審査")
    assert [one.state for one in queries.read_for_staff(sato, case.pk).signers] == ["refused", "none"]

    sign(services.invite(case=case, signer=SPOUSE, by=aoi))
    assert unsigned(case) == 1
    assert CoSignature.objects.filter(signer=SPOUSE).count() == 2


def test_a_paper_signature_is_recorded_by_a_clerk(city):
    aoi, sato, _ogawa, case = city

    with pytest.raises(NameForSigning):
        services.record_paper_signature(case=case, signer=SPOUSE, name=" ", by=sato)
    services.record_paper_signature(case=case, signer=SPOUSE, name="見本 けん", by=sato)

    row = CoSignature.objects.get(signer=SPOUSE)
    assert (row.way, row.recorded_by, unsigned(case)) == ("paper", sato.account, 1)
    with pytest.raises(SignerAlready):
        services.record_paper_signature(case=case, signer=SPOUSE, name="見本 けん", by=sato)
    with pytest.raises(NotFound):
        services.record_paper_signature(case=case, signer=SPOUSE, name="x", by=aoi)
    assert unsigned(case) == 1


def test_nothing_is_granted_while_a_signature_is_missing_and_refusing_stays_possible(city):
    aoi, sato, ogawa, case = city
    ben = make.resident("ben")
    other = make.at(make.received(ben), "deciding", sato=sato)
    case = make.at(case, "deciding", sato=sato)
    services.record_paper_signature(case=case, signer=SPOUSE, name="見本 けん", by=sato)

    with pytest.raises(SignaturesAwaited):
        services.decide(case=case, outcome="granted", by=ogawa, seen=case.version)

    sign(services.invite(case=case, signer=GUARDIAN, by=aoi))
    case.refresh_from_db()
    services.decide(case=case, outcome="granted", by=ogawa, seen=case.version)
    services.decide(case=other, outcome="refused", by=ogawa, seen=other.version, reason=make.REASON)


def test_a_correction_of_what_was_signed_asks_them_again_and_leaves_the_others(city):
    aoi, sato, _ogawa, case = city
    for signer in (SPOUSE, GUARDIAN):
        services.record_paper_signature(case=case, signer=signer, name="見本 けん", by=sato)
    case = make.at(case, "checking", sato=sato)

    def correct(path, posted, person):
        nonlocal case
        services.ask_correction(case=case, items={path: "確かめてください"}, by=person, seen=case.version)
        case.refresh_from_db()
        case = services.answer_correction(case=case, posted={path: posted}, by=aoi, seen=case.version)

    correct("account", {**make.ACCOUNT, "number": "0000009"}, sato)
    assert unsigned(case) == 0, "no statement speaks of the account"

    correct("event_on", {"y": "2026", "m": "11", "d": "2"}, sato)
    assert (unsigned(case), cards(aoi, case)) == (1, {SPOUSE: "none", GUARDIAN: "signed"})
    assert CoSignature.objects.filter(signer=SPOUSE, superseded_at__isnull=False).count() == 1


def test_a_child_more_brings_somebody_more_to_ask(city):
    aoi, sato, _ogawa, case = city
    case = make.at(case, "checking", sato=sato)
    services.ask_correction(case=case, items={"children.more": "全員を"}, by=sato, seen=case.version)
    case.refresh_from_db()
    for posted in (
        {"children.more": {"value": "yes"}},
        {
            "children.2.name": {**make.CHILD, "given": "みなと", "given_kana": "ミナト"},
            "children.2.birth": {"y": "2020", "m": "1", "d": "2"},
            "children.2.lives_together": {"value": "yes"},
            "children.more": {"value": "no"},
        },
    ):
        seen = case.corrections.get().buffer_version
        services.save_correction(case=case, by=aoi, seen=seen, posted=posted)

    services.hand_in_correction(case=case, by=aoi, seen=case.corrections.get().buffer_version)

    assert unsigned(case) == 3
    assert set(cards(aoi, case)) == {SPOUSE, GUARDIAN, "guardian.2"}


def test_what_reads_differently_since_the_page_was_opened_is_not_signed(city):
    aoi, _sato, _ogawa, case = city
    token = services.invite(case=case, signer=SPOUSE, by=aoi)

    with pytest.raises(SigningOver):
        services.sign(token=token, name="見本 けん", seen="another statement", by=ANYBODY)
    assert unsigned(case) == 2


def test_a_withdrawn_case_takes_no_signature(city):
    aoi, _sato, _ogawa, case = city
    token = services.invite(case=case, signer=SPOUSE, by=aoi)
    seen = queries.request_behind(token).seen
    services.withdraw(case=case, by=aoi, seen=Case.objects.get(pk=case.pk).version)

    with pytest.raises(SigningOver):
        services.sign(token=token, name="見本 けん", seen=seen, by=ANYBODY)
    with pytest.raises(NotFound):
        services.invite(case=Case.objects.get(pk=case.pk), signer=SPOUSE, by=aoi)


def test_invitations_are_limited_and_for_nobody_else_to_make(city):
    aoi, _sato, _ogawa, case = city
    for other in (make.resident("ben"), make.clerk("takagi", division="介護保険課"), ANYBODY):
        with pytest.raises(NotFound):
            services.invite(case=case, signer=SPOUSE, by=other)
    with pytest.raises(NotFound):
        services.invite(case=case, signer="guardian.9", by=aoi)

    for _turn in range(10):
        services.invite(case=case, signer=SPOUSE, by=aoi)
    with pytest.raises(TooManyInvitations):
        services.invite(case=case, signer=GUARDIAN, by=aoi)
    with clock.frozen(clock.now() + dt.timedelta(days=1, minutes=1)):
        services.invite(case=case, signer=GUARDIAN, by=aoi)


@pytest.mark.parametrize(
    "signers",
    [
        [{"id": "a", "title": "t", "statement": "s", "each": "event"}],
        [{"id": "a", "title": "t", "statement": "s"}] * 2,
    ],
)
def test_signers_nobody_could_find_are_refused_in_the_pack(city, signers):
    shape = procedure.current(make.KEY)[1].shape.model_dump(by_alias=True)

    with pytest.raises(ValidationError):
        ProcedureDef.model_validate({**shape, "cosigners": signers})


def test_of_two_windows_that_ask_again_after_a_no_the_second_is_told(city):
    aoi, _sato, _ogawa, case = city
    services.decline(token=services.invite(case=case, signer=SPOUSE, by=aoi), by=ANYBODY)
    refused = CoSignature.objects.get(case=case, signer=SPOUSE, superseded_at=None)
    services.invite(case=case, signer=SPOUSE, by=aoi)

    with pytest.raises(SomebodyWasFaster):
        cosigning._once_more(refused)

    assert CoSignature.objects.filter(case=case, signer=SPOUSE, superseded_at=None).count() == 1


def test_a_statement_never_says_where_a_protected_person_lives(city):
    aoi, _sato, _ogawa, _case = city
    at_home = {**make.SIGNERS[0], "statement": "{{applicant.name}}は{{applicant.address}}に住んでいます。"}
    make.with_cosigners([at_home])
    case = make.received(aoi)
    token = services.invite(case=case, signer=SPOUSE, by=aoi)
    assert "見本町" in queries.request_behind(token).statement

    Party.objects.filter(pk=aoi.party).update(is_protected=True)

    assert queries.request_behind(token).statement == "見本 あおい（ミホン アオイ）はに住んでいます。"
