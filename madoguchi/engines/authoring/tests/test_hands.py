"""Whose hand is in it, and what counts as tried, when a text comes back by another way."""

from __future__ import annotations

import pytest

from madoguchi.engines.authoring import services
from madoguchi.engines.authoring.errors import AuthorCannotPublish, NeedsPractice
from madoguchi.engines.authoring.models import PracticeRun, Revision
from madoguchi.engines.authoring.services import editing
from madoguchi.engines.procedures.tests import make as procedures
from madoguchi.kernel import clock

from . import make

pytestmark = pytest.mark.django_db


def titled(blueprint, by, title):
    change = editing.basics({"title": title, "summary": "説明", "kind": "申込み"})
    blueprint.refresh_from_db()
    return services.keep(blueprint=blueprint, seen=blueprint.revision, change=change, what="basics", by=by)


def test_whose_words_a_colleague_brings_back_as_files_does_not_publish_them():
    make.city()
    sato, ogawa = make.author(), make.publisher()
    nagata = procedures.clerk("nagata", "author", "publisher", "head", name="永田")
    event = make.event(sato)
    titled(event, nagata, "永田の題")
    written = dict(Revision.objects.get(blueprint=event, number=event.revision).files)
    titled(event, sato, "佐藤の題")
    services.publish(request=make.asked(event, sato), by=ogawa)
    event.refresh_from_db()
    services.import_files(blueprint=event, seen=event.revision, files=written, by=sato)
    event.refresh_from_db()
    request = make.asked(event, sato)

    with pytest.raises(AuthorCannotPublish):
        services.publish(request=request, by=nagata)

    services.publish(request=request, by=ogawa)


def test_who_wrote_what_is_public_already_may_publish_what_others_write():
    make.city()
    sato, ogawa = make.author(), make.publisher()
    nagata = procedures.clerk("nagata", "author", "publisher", "head", name="永田")
    event = make.event(nagata)
    services.publish(request=make.asked(event, nagata), by=ogawa)
    titled(event, sato, "佐藤の題")

    services.publish(request=make.asked(event, sato), by=nagata)

    event.refresh_from_db()
    assert event.published_revision == event.revision


def test_what_was_tried_and_sent_back_unchanged_is_asked_for_again_without_another_try():
    make.city()
    sato, ogawa = make.author(), make.publisher()
    event = make.event(sato)
    name = f"procedures/{event.key}.yaml"
    text = "# 注\n" + Revision.objects.get(blueprint=event).files[name]
    services.save_text(blueprint=event, seen=1, name=name, text=text, by=sato)
    PracticeRun.objects.create(
        blueprint=event,
        revision=event.revision,
        started_at=clock.now(),
        started_by=sato.account,
        decided_at=clock.now(),
    )
    asked = services.ask(blueprint=event, seen=event.revision, why="募集", by=sato)
    assert asked.revision == 3
    services.send_back(request=asked, why="よく見てから", by=ogawa)
    event.refresh_from_db()

    again = services.ask(blueprint=event, seen=event.revision, why="募集", by=sato)

    assert again.untried_because == ""
    services.send_back(request=again, why="直してから", by=ogawa)
    titled(event, sato, "あたらしい題")
    with pytest.raises(NeedsPractice):
        services.ask(blueprint=event, seen=event.revision, why="募集", by=sato)
