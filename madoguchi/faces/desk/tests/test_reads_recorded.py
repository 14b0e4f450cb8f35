"""N-10: whatever page of the desk shows somebody's data, a look with a purpose and the person it concerns came first."""

import uuid

import pytest
from django.urls import URLPattern, get_resolver

from madoguchi.engines.messaging.models import Delivery
from madoguchi.engines.procedures import services
from madoguchi.engines.procedures.models import Case
from madoguchi.engines.procedures.queries.accessing import PURPOSES
from madoguchi.engines.procedures.services.exporting import WHY
from madoguchi.engines.procedures.tests import make
from madoguchi.faces.desk.post import REASON
from madoguchi.faces.desk.procedures.receiving import GO_ON
from madoguchi.faces.desk.words import LOOK_REASONS
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.refs import SYSTEM
from madoguchi.kernel.vault.models import StoredFile

from .test_look import personal_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def patterns(resolver, before=""):
    for one in resolver.url_patterns:
        if isinstance(one, URLPattern):
            yield before + str(one.pattern), one
        else:
            yield from patterns(one, before + str(one.pattern))


def desk_addresses(things):
    """Every address of the desk, with things that exist where its name says what it wants."""
    for pattern, one in patterns(get_resolver()):
        if not pattern.startswith("desk/"):
            continue
        wanted = one.pattern.converters
        for name, converter in wanted.items():
            value = things.get(name, {"int": 1, "uuid": uuid.uuid4()}.get(_kind(converter), "x"))
            pattern = _filled(pattern, name, str(value))
        yield "/" + pattern


def _kind(converter):
    return type(converter).__name__.removesuffix("Converter").lower()


def _filled(pattern, name, value):
    head, _sep, tail = pattern.partition(f":{name}>")
    return head[: head.rindex("<")] + value + tail


@pytest.fixture
def things(sato, case):
    """A case with its files, one written in at the desk with its letter to post, and an entry somebody began."""
    person = people.keep_party(profile={}, by=SYSTEM)
    begun = make.answer_all(make.draft_of(sato.actor, channel="phone", party=person), sato.actor)
    services.submit(draft=begun, by=sato.actor)
    entry = make.answer_all(make.draft_of(sato.actor, channel="phone", party=person), sato.actor)
    file = StoredFile.objects.filter(about__in=[str(case.ref), f"forms:draft:{case.draft_id}"]).first()
    return {
        "case_id": case.pk,
        "draft_id": entry.pk,
        "delivery_id": Delivery.objects.filter(channel="post").first().pk,
        "file_id": file.pk if file else uuid.uuid4(),
        "key": make.KEY,
        "version": 1,
    }


def test_no_page_of_the_desk_shows_personal_data_before_a_look_is_on_record(things, ogawa):
    shown, opened = [], 0
    for address in desk_addresses(things):
        response = ogawa.browser.get(address)
        assert response.status_code < 500, address
        opened += response.status_code == 200
        if personal_in(response):
            shown.append(address)

    looks = Event.objects.filter(verb="read", actor_account=ogawa.actor.account)
    assert shown == []
    assert not looks.exists()
    assert opened > 20, "the walk went through the desk, not around it"
    assert ogawa.get("home").status_code == 200, "and nothing on the way signed her out"


def test_with_looks_on_record_pages_do_show_it_and_each_look_names_its_person_and_purpose(things, ogawa):
    ogawa.look(Case.objects.get(pk=things["case_id"]))
    ogawa.browser.post(f"/desk/receive/{things['draft_id']}/look/")
    ogawa.browser.post(f"/desk/post/{things['delivery_id']}/look/")

    shown = [address for address in desk_addresses(things) if personal_in(ogawa.browser.get(address))]

    assert f"/desk/cases/{things['case_id']}/" in shown
    assert f"/desk/receive/{things['draft_id']}/" in shown
    assert f"/desk/post/{things['delivery_id']}/" in shown
    looks = Event.objects.filter(verb="read", actor_account=ogawa.actor.account)
    assert looks.count() >= 3
    assert not looks.filter(subject=None).exists()
    assert not looks.filter(purpose="").exists()
    assert not looks.filter(what="").exists()


def test_being_found_by_a_search_is_a_look_at_each_person_found(sato, case, aoi):
    other = make.received(make.resident("ben"))

    found = sato.browser.post("/desk/find/person/", {"name": "見本"})

    assert case.receipt in found.text
    looks = Event.objects.filter(verb="read", purpose="氏名などからの検索")
    assert {(look.about, look.subject) for look in looks} == {
        (str(one.ref), one.applicant_id) for one in (case, other)
    }
    assert "見本" not in str(list(looks.values()))
    assert not sato.get("procedures:case", case).text.count("見本町1-2-3"), "a search opens nothing"


def test_every_standing_reason_of_the_desk_has_its_column_in_the_yearly_figures():
    assert {*dict(LOOK_REASONS).values(), REASON, GO_ON, WHY} <= set(PURPOSES)


def test_a_search_of_another_division_finds_and_records_nobody(case, takagi):
    takagi.browser.post("/desk/find/person/", {"name": "見本"})

    assert not Event.objects.filter(verb="read").exists()
