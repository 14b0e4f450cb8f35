import datetime as dt
from pathlib import Path

import pytest

from madoguchi.kernel import packs
from madoguchi.kernel.audit import events_about
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.packs.models import AppliedPack, Definition, TextRevision
from madoguchi.kernel.refs import SYSTEM, Ref

from .make import SERVICE, write

pytestmark = pytest.mark.django_db

FILE = "services/jido_teate.nintei.yaml"
KEY = "jido_teate.nintei"
ENGLISH = "title: Child allowance\n"


def city(root, service=SERVICE, **files):
    for old in (root / "city").rglob("*.yaml"):
        old.unlink()
    named = {name.replace("__", "/") + ".yaml": text for name, text in files.items()}
    return write(root, "city", ({FILE: service} if service else {}) | named)


@pytest.mark.both_databases
def test_apply_publishes_a_definition_with_its_words(tmp_path):
    applied = packs.apply(
        write(tmp_path, "city", {FILE: SERVICE, FILE.replace(".yaml", ".en.yaml"): ENGLISH}), by=SYSTEM
    )

    definition = packs.current("service", KEY)
    assert [change.kind for change in applied.changes] == ["added", "added"]
    assert definition.body["pages"][0]["fields"]["event"]["options"] == {"birth": "", "move_in": ""}
    assert packs.texts(definition, "ja")["fields.event.options.birth"] == "出生"
    assert packs.texts(definition, "en")["title"] == "Child allowance"
    assert packs.texts(definition, "en")["fields.event.label"] == "きっかけ"
    assert packs.languages(definition) == {"ja", "en"}
    assert packs.whole(definition, "ja")["pages"][0]["fields"]["event"]["label"] == "きっかけ"


@pytest.mark.both_databases
def test_the_order_of_keys_is_kept(tmp_path):
    folder = city(tmp_path, SERVICE.replace("{birth: 出生, move_in: 転入}", "{zzz: あ, a: い, mm: う}"))

    packs.apply(folder, by=SYSTEM)

    options = packs.current("service", KEY).body["pages"][0]["fields"]["event"]["options"]
    assert list(options) == ["zzz", "a", "mm"]


def test_apply_twice_changes_nothing_the_second_time(tmp_path):
    packs.apply(city(tmp_path), by=SYSTEM)

    again = packs.apply(city(tmp_path), by=SYSTEM)

    assert again.changes == ()
    assert (AppliedPack.objects.count(), Definition.objects.count(), TextRevision.objects.count()) == (
        1,
        1,
        1,
    )
    assert events_about(Ref.to(AppliedPack.objects.get())).count() == 1


def test_a_corrected_word_is_a_new_revision_of_the_same_definition(tmp_path):
    packs.apply(city(tmp_path), by=SYSTEM)
    before = packs.current("service", KEY)

    packs.apply(city(tmp_path, SERVICE.replace("きっかけ", "請求のわけ")), by=SYSTEM)

    after = packs.current("service", KEY)
    assert after == before
    assert packs.texts(after)["fields.event.label"] == "請求のわけ"
    assert packs.text_numbers(after) == {"ja": 2}


def test_a_published_version_with_other_logic_is_refused_whole_with_its_line(tmp_path):
    packs.apply(city(tmp_path), by=SYSTEM)
    other = SERVICE.replace("days: 30", "days: 15") + "version: 1\n"
    more = {"services__a": SERVICE.replace(KEY, "another")}

    with pytest.raises(packs.PackRefused) as refusal:
        packs.apply(city(tmp_path, other, **more), by=SYSTEM)

    (problem,) = refusal.value.problems
    assert (problem.line, problem.key) == (9, "version")
    assert "2" in problem.hint
    assert [each.key for each in packs.definitions("service")] == [KEY]
    assert packs.current("service", KEY).body["days"] == 30


def test_every_published_version_with_other_logic_is_named_at_once(tmp_path):
    more = {"services__another": SERVICE.replace(KEY, "another")}
    packs.apply(city(tmp_path, **more), by=SYSTEM)
    changed = {name: text.replace("days: 30", "days: 15") for name, text in more.items()}

    with pytest.raises(packs.PackRefused) as refusal:
        packs.apply(city(tmp_path, SERVICE.replace("days: 30", "days: 15"), **changed), by=SYSTEM)

    assert [(Path(each.file).name, each.hint) for each in refusal.value.problems] == [
        ("another.yaml", "version を 2 に上げます。"),
        ("jido_teate.nintei.yaml", "version を 2 に上げます。"),
    ]
    assert {each.body["days"] for each in packs.definitions("service")} == {30}


def test_a_new_version_takes_over_and_the_old_one_stays_for_open_cases(tmp_path):
    packs.apply(city(tmp_path), by=SYSTEM)
    first = packs.current("service", KEY)

    packs.apply(city(tmp_path, SERVICE.replace("days: 30", "days: 15\nversion: 2")), by=SYSTEM)

    assert packs.current("service", KEY).version == 2
    first.refresh_from_db()
    assert first.withdrawn_at is not None
    assert first.body["days"] == 30


def test_going_back_to_an_older_pack_puts_the_older_version_in_force_again(tmp_path):
    packs.apply(city(tmp_path), by=SYSTEM)
    packs.apply(city(tmp_path, SERVICE.replace("days: 30", "days: 15\nversion: 2")), by=SYSTEM)

    packs.apply(city(tmp_path), by=SYSTEM)

    assert packs.current("service", KEY).version == 1
    assert packs.definitions("service").count() == 1


def test_a_definition_that_left_the_pack_is_withdrawn_not_deleted(tmp_path):
    packs.apply(city(tmp_path), by=SYSTEM)

    applied = packs.apply(city(tmp_path, service=None), by=SYSTEM)

    assert "- services: jido_teate.nintei" in str(applied)
    with pytest.raises(NotFound):
        packs.current("service", KEY)
    assert Definition.objects.count() == 1


def test_diff_says_what_apply_would_do_and_does_nothing(tmp_path):
    folder = city(tmp_path)

    seen = packs.diff(folder)

    assert Definition.objects.count() == AppliedPack.objects.count() == 0
    assert list(packs.apply(folder, by=SYSTEM).changes) == seen
    assert packs.diff(folder) == []


def test_a_pack_with_an_error_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(packs.PackRefused) as refusal:
        packs.apply(city(tmp_path, services__bad="service: x\n"), by=SYSTEM)

    assert refusal.value.facts == {"name": "city", "count": 1}
    assert Definition.objects.count() == 0


def test_one_key_in_two_files_is_refused(tmp_path):
    with pytest.raises(packs.PackRefused):
        packs.apply(city(tmp_path, services__twin=SERVICE), by=SYSTEM)

    assert Definition.objects.count() == 0


def test_a_published_definition_cannot_be_changed_by_mistake(tmp_path):
    packs.apply(city(tmp_path), by=SYSTEM)
    definition = packs.current("service", KEY)
    definition.logic = "{}"

    with pytest.raises(TypeError):
        definition.save()
    with pytest.raises(TypeError):
        Definition.objects.update(logic="{}")


def test_pack_info_speaks_the_readers_language_and_is_blank_before_the_first_pack(tmp_path):
    assert packs.pack_info()["demo"] is False
    folder = write(
        tmp_path,
        "city",
        {"pack.en.yaml": "title: Sample City\ncontact.office: Main office\n"},
        demo="yes",
        strip="見本",
    )

    packs.apply(folder, by=SYSTEM)

    assert packs.pack_info("ja")["title"] == "見本市"
    assert packs.pack_info("en")["title"] == "Sample City"
    assert packs.pack_info("en")["contact"]["office"] == "Main office"
    assert packs.pack_info("ko")["strip"] == "見本"
    assert packs.pack_info()["demo"] is True


def test_publish_refuses_the_same_version_with_other_logic():
    publish = {"kind": "service", "key": "x", "version": 1, "texts": {}}
    packs.publish(logic={"from": dt.date(2026, 4, 1)}, **publish)

    packs.publish(logic={"from": "2026-04-01"}, **publish)
    with pytest.raises(packs.VersionTaken):
        packs.publish(logic={"from": "2026-04-02"}, **publish)


def test_words_and_logic_part_and_come_together_again():
    data = {
        "title": "題",
        "pages": [
            {
                "id": "a",
                "title": "頁",
                "fields": {
                    "f": {
                        "label": "欄",
                        "type": "list",
                        "fields": {"g": {"label": "中", "options": {"x": "え"}}},
                    }
                },
            }
        ],
        "steps": [{"title": "一"}],
        "days": 3,
    }

    logic, words = packs.split(data, packs.by_name("title", "label", tables=("options",)))

    assert words == {
        "title": "題",
        "pages.a.title": "頁",
        "fields.f.label": "欄",
        "fields.f.fields.g.label": "中",
        "fields.f.fields.g.options.x": "え",
        "steps.0.title": "一",
    }
    assert logic["pages"][0]["fields"]["f"]["fields"]["g"] == {"label": "", "options": {"x": ""}}
    assert packs.filled(logic, words) == data
