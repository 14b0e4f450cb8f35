"""Two windows come back from a provider at the same moment. Real threads, both databases, and the guards taken away."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, connections

from madoguchi.kernel.identity.federation import arrivals, links
from madoguchi.kernel.identity.models import Account, Arrival, Link

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases, pytest.mark.slow]
ISSUER = "https://op.example"


def came(state, subject="pairwise-1"):
    arrival = arrivals.claim(state=state, realm="resident", issuer=ISSUER)
    return arrivals.keep(arrival, subject=subject, assurance="oidc:aal3", facts={})


def at_once(*verbs):
    """Run the verbs in threads that start together; what each gave back or raised, by the name of its kind."""
    gate, results = threading.Barrier(len(verbs)), [None] * len(verbs)

    def run(place, verb):
        gate.wait()
        try:
            results[place] = type(verb()).__name__
        except Exception as error:
            results[place] = type(error).__name__
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(verbs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(str(result) for result in results)


def open_both():
    windows = [came("state-1"), came("state-2")]
    return at_once(*(lambda one=one: links.first_time(arrival=one, keep_facts=False) for one in windows))


def test_first_time_in_two_windows_at_once_opens_one_account():
    assert open_both() == ["SignedIn", "SignedIn"]

    assert Account.objects.count() == Link.objects.count() == 1
    assert Arrival.objects.filter(settled_at=None).count() == 0


def test_without_the_unique_subject_there_would_be_two_accounts():
    guard = next(one for one in Link._meta.constraints if one.name == "subject_opens_one_account")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Link, guard)
    try:
        open_both()
        found = Account.objects.count()
        Link.objects.all().delete()
    finally:
        with connection.schema_editor() as editor:
            editor.add_constraint(Link, guard)

    assert found == 2


def test_claim_of_one_state_by_two_requests_counts_once():
    def claim():
        return arrivals.claim(state="state-1", realm="resident", issuer=ISSUER)

    assert at_once(claim, claim) == ["Arrival", "ReturnNotOurs"]
    assert Arrival.objects.count() == 1


def test_one_arrival_sent_twice_opens_one_account():
    one = came("state-1")

    def send():
        return links.first_time(arrival=one, keep_facts=False)

    assert at_once(send, send) == ["ReturnNotOurs", "SignedIn"]
    assert Account.objects.count() == 1
