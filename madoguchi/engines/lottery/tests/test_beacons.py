"""Where the chance comes from: drand over its own protocol, its signature, and the chain of beacons as published."""

from __future__ import annotations

import datetime as dt
import sys

import pytest

from madoguchi.engines.lottery import errors, queries, services
from madoguchi.engines.lottery.beacons import drand
from madoguchi.engines.lottery.beacons.signatures import is_signed
from madoguchi.engines.lottery.services import Drand, Numbers
from madoguchi.engines.lottery.verifier import verify
from madoguchi.kernel import clock
from madoguchi.kernel.refs import SYSTEM

from . import make, simulator

# A published test vector of the scheme (drand/drand, pull request 1249): round 3 of a network of its own.
KEY = (
    "a1ee12542360bf75742bcade13d6134e7d5283d9eb782887c47d3d9725f05805d37b0106b7f744395bf82c175dd7434a"
    "169e998f188a657a030d588892c0cd2c01f996aaf331c4d8bc5b9734bbe261d09e7d2d39ef88b635077f262bd7bbb30f"
)
SIGNED = "b98dae74f6a9d2ec79d75ba273dcfda86a45d589412860eb4c0fd056b00654dbf667c1b6884987c9aee0d43f8ba9db52"
VALUE = "9e9829dfb34bd8db3e21c28e13aefecd86e007ebd19d6bb8a5cee99c0a34798f"


@pytest.mark.slow
def test_a_signature_of_the_network_is_known_from_any_other():
    assert is_signed(public_key=KEY, number=3, signature=SIGNED)
    assert not is_signed(public_key=KEY, number=4, signature=SIGNED)


@pytest.mark.parametrize("signature", ["", "00" * 48, "ff" * 48, "c0" + "00" * 47, "zz" * 48, SIGNED[:-2]])
def test_what_is_no_point_of_the_curve_is_no_signature(signature):
    assert not is_signed(public_key=KEY, number=3, signature=signature)
    assert not is_signed(public_key="00" * 96, number=3, signature=SIGNED)


def test_the_round_named_is_the_first_that_comes_out_at_or_after_a_moment():
    chain = drand.QUICKNET
    for seconds in (0, 1, 2, 3, 4, 1000):
        at = dt.datetime.fromtimestamp(chain.genesis + seconds, dt.UTC)
        number = chain.first_round(at)
        assert chain.comes_out(number) >= at > chain.comes_out(number) - dt.timedelta(seconds=3)
    # As another client counts (the README of the gem "drand"): midnight of 2026-04-20 UTC.
    assert chain.first_round(dt.datetime(2026, 4, 20, tzinfo=dt.UTC)) == 27946612


def test_what_checks_signatures_leaves_the_process_as_it_was():
    """py_ecc lets Python recurse so deep that JSON from outside could overflow the stack."""
    assert sys.getrecursionlimit() < 10_000


@pytest.fixture
def server(settings):
    with simulator.running() as one:
        settings.DRAND_CHAIN = simulator.chain()
        settings.DRAND_URLS = [one.url]
        yield one


def a_round(**given):
    """Drand a day after closing, and a day later again."""
    beacons = [Drand(make.START + 8 * make.DAY), Drand(make.START + 9 * make.DAY)]
    with clock.frozen(make.START):
        made = make.a_round(**({"beacons": beacons, "draws_at": make.START + 8.5 * make.DAY} | given))
        for _ in range(3):
            make.entered(made, "court.1")
    return make.closed(made)


@pytest.mark.django_db
@pytest.mark.slow
def test_a_round_is_drawn_with_the_signed_round_of_drand_it_named(server):
    round_ = a_round()

    with clock.frozen(round_.draws_at):
        services.draw(round=round_, by=SYSTEM)

    named = round_.beacons[0]
    assert server.asked == [f"/{simulator.HASH}/public/{named['round']}"]
    assert round_.beacon["round"] == named["round"]
    report, _result = verify.check(queries.bundle(round_).encode())
    assert (report["verdict"], report["notes"]) == ("match", ["look_up_drand"])


@pytest.mark.django_db
@pytest.mark.parametrize(
    "lie",
    [
        {"round": 1},
        {"signature": "00" * 48},
        {"signature": 7},
        {"randomness": "0" * 64},
        b"",
        b"[" * 100_000,
        b"x" * 20_000,
        b"null",
    ],
    ids=str,
)
def test_a_server_that_lies_is_not_believed_and_nothing_is_drawn(server, lie, monkeypatch):
    monkeypatch.setattr(simulator, "signature", lambda _number: SIGNED)
    round_ = a_round()
    server.lies = lie

    with clock.frozen(round_.draws_at), pytest.raises(errors.BeaconNotYet):
        services.draw(round=round_, by=SYSTEM)
    assert round_.seed == ""


@pytest.mark.django_db
def test_a_whole_answer_that_another_key_signed_is_not_believed(server, monkeypatch):
    """Round, signature and randomness agree with each other: only the network's key tells."""
    monkeypatch.setattr(simulator, "signature", lambda _number: SIGNED)
    round_ = a_round()

    with clock.frozen(round_.draws_at), pytest.raises(errors.BeaconNotYet):
        services.draw(round=round_, by=SYSTEM)


@pytest.mark.django_db
def test_the_next_beacon_is_used_only_after_the_time_that_was_published_and_the_proof_says_so(
    server, monkeypatch
):
    monkeypatch.setattr(drand, "_is_signed", lambda _beacon, _signature: True)
    monkeypatch.setattr(simulator, "signature", lambda _number: SIGNED)
    round_ = a_round()
    first, second = round_.beacons
    server.lies = b"down"
    with clock.frozen(round_.draws_at), pytest.raises(errors.BeaconNotYet):
        services.draw(round=round_, by=SYSTEM)
    assert len(server.asked) == 0 or server.asked[-1].endswith(str(first["round"]))
    with clock.frozen(dt.datetime.fromisoformat(first["until"])), pytest.raises(errors.BeaconNotYet):
        services.draw(round=round_, by=SYSTEM)  # the second has not come out yet
    server.lies = None

    real = drand.fetch
    monkeypatch.setattr(drand, "fetch", lambda one: None if one["round"] == first["round"] else real(one))
    with clock.frozen(make.START + 9 * make.DAY + dt.timedelta(minutes=1)):
        services.draw(round=round_, by=SYSTEM)

    assert (round_.beacon["place"], round_.beacon["round"]) == (1, second["round"])
    report, _result = verify.check(queries.bundle(round_).encode())
    assert report["notes"] == ["fallback", "look_up_drand"]


@pytest.mark.django_db
def test_nothing_is_asked_over_plain_http_elsewhere_and_nothing_at_all_where_none_is_named(settings):
    round_ = a_round(beacons=[Drand(make.START + 8 * make.DAY)])
    settings.DRAND_URLS = ["http://drand.mihon.invalid", "file:///etc/passwd"]
    with clock.frozen(round_.draws_at):
        assert drand.fetch(round_.beacons[0]) is None
        settings.DRAND_URLS = []
        with pytest.raises(errors.NoBeaconLeft):
            services.draw(round=round_, by=SYSTEM)


@pytest.mark.django_db
def test_numbers_whose_source_could_be_read_two_ways_are_not_named():
    with clock.frozen(make.START), pytest.raises(errors.RoundUnclear):
        make.a_round(beacons=[Numbers("見本\nくじ", make.START + 8 * make.DAY)])
