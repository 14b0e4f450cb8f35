"""Beginning, saving, what the check says, files in and out."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.engines.authoring import checking, queries, services
from madoguchi.engines.authoring.errors import (
    KeyMalformed,
    KeyTaken,
    SavedMeanwhile,
    SourceUnreadable,
    WrongInput,
)
from madoguchi.engines.authoring.models import Blueprint, Revision
from madoguchi.engines.authoring.services import editing
from madoguchi.engines.authoring.source import read
from madoguchi.engines.authoring.tests import make
from madoguchi.engines.authoring.tests.make import COMMON
from madoguchi.kernel import packs
from madoguchi.kernel.errors import NotAllowed, NotFound
from madoguchi.kernel.packs.models import Definition
from madoguchi.kernel.packs.tree import read_yaml

QUESTION = {
    "type": "choice",
    "label": "会場",
    "options": "図書館\n児童館",
    "ground": "定員の管理",
    "sensitivity": "none",
    "keep": "case",
    "required": "1",
}


@pytest.fixture
def sato(db):
    make.city()
    return make.author()


@pytest.fixture
def event(sato):
    return make.event(sato)


def source_of(blueprint: Blueprint):
    return read(blueprint.key, Revision.objects.get(blueprint=blueprint, number=blueprint.revision).files)


def save(blueprint, change, by, seen=None):
    return services.keep(
        blueprint=blueprint, seen=seen or blueprint.revision, change=change, what="test", by=by
    )


@pytest.mark.parametrize("template", ["event", "certificate", "notification", "grant"])
def test_every_template_begins_without_anything_to_mend(sato, template):
    made = services.begin(template=template, key="neu.eins", title="試し", division=make.DIVISION, by=sato)

    opened = queries.opened(sato, made.pk)
    assert opened.errors == []
    assert opened.shape["title"] == "試し"
    assert opened.shape["division"] == make.DIVISION


def test_a_copy_of_an_own_procedure_has_its_own_key_and_letters(sato):
    made = services.copy_of(
        procedure="jido_teate.nintei", key="jido.utsushi", title="写し", division=make.DIVISION, by=sato
    )

    source = source_of(made)
    assert sorted(source.letters) == ["jido_utsushi_kyakka_tsuchi", "jido_utsushi_nintei_tsuchi"]
    assert "parent" not in source.procedure
    assert source.procedure["flow"]["granted"]["letter"] == "jido_utsushi_nintei_tsuchi"


def test_a_procedure_of_another_division_is_not_there_to_be_copied(sato):
    takagi = make.author("takagi", division="介護保険課")

    with pytest.raises(NotFound):
        services.copy_of(
            procedure="jido_teate.nintei", key="a.b", title="写し", division="介護保険課", by=takagi
        )


@pytest.mark.parametrize(
    "key", ["jido_teate.nintei", "moushikomi.event", "moushikomi_event", "moushikomi.event_grants"]
)
def test_a_key_that_is_taken_or_whose_letters_would_be_is_refused(sato, event, key):
    with pytest.raises(KeyTaken):
        make.event(sato, key=key)


@pytest.mark.parametrize("key", ["", "読み聞かせ", "A B", "../etc", "x" * 41, "1a", "a..b"])
def test_a_key_that_cannot_stand_in_an_address_is_refused(sato, key):
    with pytest.raises(KeyMalformed):
        make.event(sato, key=key)


def test_a_clerk_without_the_role_begins_nothing(sato):
    with pytest.raises(NotAllowed):
        make.event(make.make.clerk("tamura"))


def test_a_save_from_an_older_page_is_refused_and_changes_nothing(sato, event):
    seen = event.revision
    save(event, editing.question(QUESTION), sato)

    with pytest.raises(SavedMeanwhile):
        save(event, editing.remove_question("people"), sato, seen=seen)

    assert [key for _p, key, _a in source_of(event).questions()] == [
        *("applicant", "people", "help_needed", "help_what", "q1"),
    ]


def test_a_question_waits_for_the_answer_that_was_chosen(sato, event):
    save(event, editing.question(QUESTION), sato)
    save(
        event,
        editing.question(
            {
                **QUESTION,
                "type": "text",
                "label": "ひとこと",
                "sensitivity": "personal",
                "shown_when": "q1:a2",
            }
        ),
        sato,
    )

    assert source_of(event).question("q2")["shown_when"] == "q1 == 'a2'"
    assert queries.opened(sato, event.pk).errors == []


def test_an_answer_that_is_reworded_keeps_its_key(sato, event):
    save(event, editing.question(QUESTION), sato)
    save(event, editing.question({**QUESTION, "options": "中央図書館\n児童館"}, "q1"), sato)

    assert source_of(event).question("q1")["options"] == {"a1": "中央図書館", "a2": "児童館"}


def test_a_question_that_others_wait_for_is_named_when_it_goes(sato, event):
    save(event, editing.remove_question("help_needed"), sato)

    (wrong,) = queries.opened(sato, event.pk).errors
    assert wrong.page == "questions"
    assert "help_needed" in wrong.problem.message


def test_a_procedure_without_a_way_besides_the_internet_cannot_be_saved(sato, event):
    with pytest.raises(WrongInput):
        save(event, editing.channels({"web": "1"}), sato)


def test_what_is_written_on_pages_reads_back_as_the_same_data(sato, event):
    save(event, editing.question({**QUESTION, "label": "yes: no # 'x' \"y\" 0012"}), sato)
    source = source_of(event)

    again = read(event.key, source.files())

    assert again == source


def test_the_files_taken_out_check_and_apply_as_a_pack_with_the_same_logic(sato, event, tmp_path):
    reader = make.publisher()
    services.publish(request=make.asked(event, sato), by=reader)
    before = Definition.objects.get(kind="procedure", key=event.key).logic_hash
    folder = tmp_path / "town"
    folder.mkdir()
    (folder / "pack.yaml").write_text("name: town\ntitle: 町\n")
    (folder / "retention.yaml").write_bytes((COMMON / "retention.yaml").read_bytes())
    zipfile.ZipFile(io.BytesIO(queries.archive(queries.written_on_screen()))).extractall(folder)

    assert [str(one) for one in packs.check(folder) if one.is_error] == []
    loaded = packs.PackFolder(packs.read(folder))
    part = next(part for part in packs.parts() if part.folder == "procedures")
    (publication,) = part.desk.publications(part.load(loaded))
    assert packs.logic_hash(publication.logic) == before


HOSTILE = {
    "anchors": "a: &a [x]\nb: *a\n",
    "bomb": "a: &a [" + "x," * 50 + "]\nb: &b [" + "*a," * 50 + "]\nc: [" + "*b," * 50 + "]\n",
    "tag": "procedure: !!python/object/apply:os.system ['true']\n",
    "deep": "a: " + "[" * 200 + "]" * 200,
    "list": "- a\n- b\n",
    "types": "procedure: 1\npages: 3\nflow: []\nchannels: web\ndocuments: {a: 1}\n",
    "flow": "procedure: [\n",
    "empty": "",
    "null": "~",
    "nul": "procedure: \x00",
    "surrogate": "procedure: \ud800",
    "huge": "x: " + "a" * 400_000,
    "two": "a: 1\n---\nb: 2\n",
    "twice": "a: 1\na: 2\n",
    "tab": "a:\n\tb: 1\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_text_that_is_not_a_procedure_is_refused_with_its_places(sato, event, name):
    with pytest.raises(SourceUnreadable) as refused:
        services.save_text(
            blueprint=event, seen=1, name=f"procedures/{event.key}.yaml", text=HOSTILE[name], by=sato
        )

    assert refused.value.faults
    event.refresh_from_db()
    assert event.revision == 1


def test_a_division_cannot_write_itself_into_another(sato, event):
    files = source_of(event).files()
    name = f"procedures/{event.key}.yaml"
    text = files[name].replace(f"division: {make.DIVISION}", "division: 介護保険課", 1)

    with pytest.raises(SourceUnreadable):
        services.save_text(blueprint=event, seen=1, name=name, text=text, by=sato)


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "documents/nintei_tsuchi.yaml", "procedures/jido_teate.nintei.yaml", "a.py"]
)
def test_a_zip_with_files_of_something_else_is_refused(sato, event, name):
    content = queries.archive({name: "a: 1\n"})

    with pytest.raises(SourceUnreadable):
        queries.unpacked(event, content, "x.zip")


def test_a_zip_that_grows_is_refused(sato, event):
    content = queries.archive({f"procedures/{event.key}.yaml": "# " + "a" * 5_000_000})

    with pytest.raises(SourceUnreadable):
        queries.unpacked(event, content, "x.zip")


def test_a_zip_that_was_taken_out_comes_in_again(sato, event):
    save(event, editing.question(QUESTION), sato)
    taken = queries.archive(source_of(event).files())
    save(event, editing.remove_question("q1"), sato)

    services.import_files(
        blueprint=event, seen=event.revision, files=queries.unpacked(event, taken, "x.zip"), by=sato
    )

    assert source_of(event).question("q1")["label"] == "会場"


plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.dates() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(min_size=1), inner, max_size=4),
    max_leaves=15,
)


@given(st.dictionaries(st.text(min_size=1), plain, min_size=1, max_size=5))
def test_any_data_written_as_yaml_is_read_back(data):
    assert read_yaml(packs.write_yaml(data)).data == data


def test_a_revision_is_never_rewritten(sato, event):
    from django.db import DatabaseError, transaction

    with pytest.raises(DatabaseError), transaction.atomic():
        Revision.objects.filter(blueprint=event).update(files={})


def test_the_check_finds_what_only_the_screen_forbids(sato, event):
    files = source_of(event).files()
    files["documents/nintei_tsuchi.yaml"] = files[f"documents/{event.key.replace('.', '_')}_grants.yaml"]

    found = checking.problems(event, files)

    assert {one.file for one in found if one.is_error} == {"documents/nintei_tsuchi.yaml"}
