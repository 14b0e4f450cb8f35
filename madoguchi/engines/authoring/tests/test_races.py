"""Two at once: both save, both publish, one edits while another publishes."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.db import connection
from django.db.models.query import QuerySet

from madoguchi.engines.authoring import services
from madoguchi.engines.authoring.errors import NothingAsked, SavedMeanwhile
from madoguchi.engines.authoring.models import Blueprint, PublicationRequest, Revision
from madoguchi.engines.authoring.services import editing
from madoguchi.engines.authoring.tests import make
from madoguchi.kernel.packs.models import Definition

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]


def at_once(*acts):
    """Each act in its own thread and connection; what each raised, or None."""
    gate, raised = Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        try:
            gate.wait(10)
            act()
        except Exception as error:
            raised[place] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return raised


def renamed(blueprint, by, title):
    change = editing.basics({"title": title, "summary": "説明"})
    mine = Blueprint.objects.get(pk=blueprint.pk)
    return lambda: services.keep(blueprint=mine, seen=1, change=change, what="basics", by=by)


def test_of_two_who_save_the_same_page_one_is_told():
    make.city()
    sato, tamura = make.author(), make.author("tamura", name="田村")
    event = make.event(sato)

    raised = at_once(renamed(event, sato, "一"), renamed(event, tamura, "二"))

    assert sorted(type(one).__name__ for one in raised) == ["NoneType", "SavedMeanwhile"]
    assert Revision.objects.filter(blueprint=event).count() == 2


def test_an_edit_and_a_publication_at_once_never_publish_what_nobody_read():
    make.city()
    sato, ogawa = make.author(), make.publisher()
    event = make.event(sato)
    request = make.asked(event, sato)
    asked = PublicationRequest.objects.select_related("blueprint").get(pk=request.pk)
    read = asked.revision

    edit = editing.basics({"title": "あとの名前", "summary": "説明"})
    mine = Blueprint.objects.get(pk=event.pk)
    raised = at_once(
        lambda: services.keep(blueprint=mine, seen=read, change=edit, what="basics", by=sato),
        lambda: services.publish(request=asked, by=ogawa),
    )

    event.refresh_from_db()
    request.refresh_from_db()
    assert raised[0] is None
    assert event.revision == read + 1
    if raised[1] is None:
        assert (request.state, event.published_revision) == ("published", read)
    else:
        assert isinstance(raised[1], NothingAsked)
        assert request.state == "overtaken"
        assert not Definition.objects.filter(kind="procedure", key=event.key).exists()


def test_two_who_publish_publish_once():
    make.city()
    sato, ogawa = make.author(), make.publisher()
    otsuka = make.publisher("otsuka", name="大塚")
    request = make.asked(make.event(sato), sato)
    copies = [PublicationRequest.objects.select_related("blueprint").get(pk=request.pk) for _n in range(2)]

    raised = at_once(
        lambda: services.publish(request=copies[0], by=ogawa),
        lambda: services.publish(request=copies[1], by=otsuka),
    )

    assert sorted(type(one).__name__ for one in raised) == ["NoneType", "NothingAsked"]
    assert Definition.objects.filter(kind="procedure", key=make.KEY).count() == 1


def test_without_the_guard_the_second_save_would_be_taken_too(monkeypatch):
    """The teeth of the first test: with the revision left out of the UPDATE, a stale page saves over the other."""
    make.city()
    sato, tamura = make.author(), make.author("tamura", name="田村")
    event = make.event(sato)
    first, second = renamed(event, sato, "一"), renamed(event, tamura, "二")
    whole = QuerySet.filter

    def careless(self, *args, **kwargs):
        if self.model is Blueprint:
            kwargs.pop("revision", None)
        return whole(self, *args, **kwargs)

    monkeypatch.setattr(QuerySet, "filter", careless)
    first()
    second()

    monkeypatch.undo()
    event.refresh_from_db()
    assert event.title == "二"
    assert event.revision == 3
    with pytest.raises(SavedMeanwhile):
        renamed(event, sato, "三")()
