import os
import time
from pathlib import Path

import pytest

from madoguchi.kernel import packs, rules
from madoguchi.kernel.packs import registry
from madoguchi.kernel.packs.tree import read_yaml

from .make import SERVICE, Front, Row, make_part, write

FILE = "services/jido_teate.nintei.yaml"


def problems(root, files, **meta):
    return packs.check(write(root, "city", files, **meta))


def only(found):
    errors = [problem for problem in found if problem.is_error]
    assert len(errors) == 1, errors
    return errors[0]


def test_a_good_pack_has_no_problems(tmp_path):
    assert problems(tmp_path, {FILE: SERVICE}) == []


@pytest.mark.parametrize(
    ("line", "wrong", "key", "words"),
    [
        (3, "dais: 30", "dais", ["dais", "days"]),
        (3, "days: たくさん", "days", ["整数", "たくさん"]),
        (3, "title: もうひとつ", "title", ["2行目"]),
        (3, "days: &a 30", "days", ["& と *"]),
        (3, "days: !!python/object:os.system 30", "days", ["!"]),
        (3, 'days: "30', "", ["YAML"]),
        (3, "open_on: 2026", "open_on", ["文字", '"2026"']),
        (3, "\tdays: 30", "", ["YAML"]),
        (3, "? [a]\n: b", "", ["キー"]),
    ],
)
def test_a_wrong_line_is_named_with_its_key_and_a_proposal(tmp_path, line, wrong, key, words):
    lines = SERVICE.splitlines()
    lines[2] = wrong

    problem = only(problems(tmp_path, {FILE: "\n".join(lines)}))

    assert problem.file.endswith("city/" + FILE)
    assert (problem.line, problem.key) == (line, key)
    assert all(word in str(problem) for word in words)


def test_a_wrong_option_deep_inside_is_named_with_the_nearest(tmp_path):
    problem = only(problems(tmp_path, {FILE: SERVICE.replace("type: choice", "type: choise")}))

    assert (problem.line, problem.key) == (8, "pages[0].fields.event.type")
    assert "「choice」ではありませんか。" in problem.hint


def test_an_unknown_key_deep_inside_is_named_with_the_nearest(tmp_path):
    problem = only(problems(tmp_path, {FILE: SERVICE.replace("{type", "{lable: x, type")}))

    assert (problem.line, problem.key) == (8, "pages[0].fields.event.lable")
    assert "label" in problem.hint


def test_a_missing_key_is_named_where_it_should_stand(tmp_path):
    problem = only(problems(tmp_path, {FILE: SERVICE.replace("title: 児童手当\n", "")}))

    assert (problem.line, problem.key) == (1, "title")


def test_yes_and_no_are_words_dates_are_dates_and_codes_keep_their_zeros():
    data = read_yaml(
        "a: yes\nb: 2026-11-21\nc: 0012\nd: '1'\ne: true\nf: ~\ng: 1.5\nh: 2026-02-30\n1: x\n"
    ).data

    assert data["a"] == "yes"
    assert data["b"].isoformat() == "2026-11-21"
    assert data["c"] == "0012"
    assert (data["d"], data["e"], data["f"], data["g"], data["h"], data["1"]) == (
        "1",
        True,
        None,
        1.5,
        "2026-02-30",
        "x",
    )


@pytest.mark.parametrize(
    "content", [b"\xef\xbb\xbf" + SERVICE.encode(), SERVICE.replace("\n", "\r\n").encode()]
)
def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path, content):
    assert problems(tmp_path, {FILE: content}) == []


@pytest.mark.parametrize(
    "content",
    [
        SERVICE.encode("cp932"),
        SERVICE.encode("utf-16"),
        b"\x00\x01\x02",
        b"",
        b"- a\n- b\n",
        b"just words",
        b"a: b: c",
        b"%YAML 9.9\n---\na: b\n",
        b"---\na: 1\n---\nb: 2\n",
        b"a: &a [x]\nb: [*a, *a]\n",
        b"[" * 5000,
        b"a: " + b"{b: " * 5000,
        b"- " * 5000,
        b"a: |\n" + b" x\n" * 30_000,
        b"a: '\n",
        b"\xff\xfe\xfa",
        b"a: \xef\xbf\xbe\n",
        b"<<: {a: b}\n",
        "a: \u202e\n".encode(),
    ],
)
def test_a_broken_or_hostile_file_is_one_more_problem_never_a_crash(tmp_path, content):
    started = time.monotonic()

    found = problems(tmp_path, {FILE: content})

    assert any(problem.is_error and problem.file.endswith(FILE) for problem in found)
    assert time.monotonic() - started < 60, "it hangs"


def test_a_laughing_bomb_is_refused_at_its_first_anchor(tmp_path):
    bomb = "a: &a [x, x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
    )

    assert only(problems(tmp_path, {FILE: bomb})).line == 1


def test_a_line_that_only_a_later_check_can_judge_is_named_too(tmp_path, monkeypatch):
    folder = write(tmp_path, "city", {FILE: SERVICE})

    def check(made, seen):
        for one in made:
            try:
                rules.compile("evnt == 'birth'", names={"event": rules.Text})
            except rules.RuleError as error:
                seen.wrong_rule(one.where, "pages.0.fields.event", error)

    monkeypatch.setattr(registry, "_parts", {})
    packs.register(make_part(check=check))

    problem = only(packs.check(folder))

    assert (problem.line, problem.key) == (8, "pages[0].fields.event")
    assert "event" in problem.hint


# pack.yaml


@pytest.mark.parametrize(
    ("meta", "key"),
    [
        ({"extend": "common_jp"}, "extend"),
        ({"name": "other"}, "name"),
        ({"extends": "comon_jp"}, "extends"),
        ({"extends": "../../etc"}, "extends"),
        ({"extends": "city"}, "extends"),
        ({"code": '"131203"'}, "code"),
        ({"code": "131202"}, "code"),
        ({"demo": "maybe"}, "demo"),
        ({"languages": "[ja, fr]"}, "languages"),
        ({"languages": "[en]"}, "languages"),
    ],
)
def test_pack_yaml_is_checked_like_every_other_file(tmp_path, meta, key):
    write(tmp_path, "common_jp", {})

    problem = only(problems(tmp_path, {}, **meta))

    assert problem.key == key
    assert problem.file.endswith("city/pack.yaml")


def test_a_real_municipality_code_is_accepted(tmp_path):
    assert problems(tmp_path, {}, code='"131202"', demo="yes") == []


def test_a_missing_parent_is_proposed_by_name(tmp_path):
    write(tmp_path, "common_jp", {})

    assert "common_jp" in only(problems(tmp_path, {}, extends="comon_jp")).hint


def test_packs_that_extend_each_other_are_refused(tmp_path):
    write(tmp_path, "other", {}, extends="city")

    problem = only(problems(tmp_path, {}, extends="other"))

    assert "city → other → city" in problem.message
    assert problem.file.endswith("other/pack.yaml")


@pytest.mark.parametrize("folder", ["nowhere", "empty"])
def test_a_folder_that_is_no_pack_says_so(tmp_path, folder):
    (tmp_path / "empty").mkdir()

    assert only(packs.check(tmp_path / folder))


# files of a pack


def test_an_overlay_takes_the_place_of_the_parents_file_and_other_files_shine_through(tmp_path):
    write(tmp_path, "common_jp", {FILE: SERVICE, "services/other.yaml": SERVICE.replace("jido", "other")})
    folder = write(tmp_path, "city", {FILE: SERVICE.replace("30", "15")}, extends="common_jp")

    pack = packs.read(folder)

    assert pack.problems == []
    assert pack.names == ["city", "common_jp"]
    assert pack.files[FILE].pack == "city"
    assert pack.files[FILE].replaces == "common_jp"
    assert pack.files["services/other.yaml"].pack == "common_jp"


def test_a_fault_in_the_parent_is_named_in_the_parents_file(tmp_path):
    write(tmp_path, "common_jp", {FILE: "service: x\n"})

    problem = only(problems(tmp_path, {}, extends="common_jp"))

    assert problem.file.endswith("common_jp/" + FILE)


def test_links_out_of_the_pack_devices_and_unreadable_files_are_refused(tmp_path):
    folder = write(tmp_path, "city", {FILE: SERVICE})
    (folder / "services/passwd.yaml").symlink_to("/etc/passwd")
    (folder / "services/dangling.yaml").symlink_to("nowhere")
    (folder / "elsewhere").symlink_to("/etc")
    os.mkfifo(folder / "services/pipe.yaml")

    found = packs.check(folder)

    names = {"passwd.yaml", "dangling.yaml", "elsewhere", "pipe.yaml"}
    assert {Path(problem.file).name for problem in found if problem.is_error} == names


def test_a_link_inside_the_pack_is_a_file(tmp_path):
    folder = write(tmp_path, "city", {"services/a.yaml": SERVICE})
    (folder / "services/b.yaml").symlink_to("a.yaml")

    assert "services/b.yaml" in packs.read(folder).files


def test_files_and_folders_nobody_reads_are_warned_of_with_the_nearest_name(tmp_path):
    found = problems(tmp_path, {"service/x.yaml": SERVICE, "services/notes.txt": "x", FILE: SERVICE})

    assert [problem.is_error for problem in found] == [False, False]
    assert "services" in found[0].hint
    assert found[1].file.endswith("notes.txt")


# languages


def test_a_translation_of_a_text_that_is_not_there_is_an_error_with_the_nearest_path(tmp_path):
    english = "title: Child allowance\nfields.evnt.label: Reason\n"

    problem = only(problems(tmp_path, {FILE: SERVICE, "services/jido_teate.nintei.en.yaml": english}))

    assert (problem.line, problem.key) == (2, "fields.evnt.label")
    assert "fields.event.label" in problem.hint


def test_untranslated_texts_are_counted_for_the_languages_the_pack_speaks(tmp_path):
    english = "title: Child allowance\npages.applicant.title: About you\nfields.event.options.birth: Birth\n"

    (found,) = problems(
        tmp_path, {FILE: SERVICE, "services/jido_teate.nintei.en.yaml": english}, languages="[ja, en]"
    )

    assert not found.is_error
    assert "2件" in found.message
    assert "fields.event.label" in found.hint


def test_a_translation_that_is_no_text_is_an_error(tmp_path):
    problem = only(problems(tmp_path, {FILE: SERVICE, "services/jido_teate.nintei.en.yaml": "title: 12\n"}))

    assert problem.key == "title"


# CSV and Markdown


def folder_of(root, files):
    return packs.PackFolder(packs.read(write(root, "city", files)))


def test_rows_know_their_line_also_after_a_cell_of_several_lines(tmp_path):
    folder = folder_of(tmp_path, {"services/r.csv": 'key,title,yearly\na,"two\nlines",\n\nb,x,12\n'})

    rows = folder.csv("services/r.csv", Row, unique="key")

    assert folder.problems == []
    assert [(row.line, row.value.key, row.value.yearly) for row in rows] == [(2, "a", None), (5, "b", 12)]


@pytest.mark.parametrize(
    ("content", "line", "key", "words"),
    [
        ("key,titel\na,x\n", 1, "titel", "title"),
        ("key\na\n", 1, "title", "列"),
        ("key,title,key\na,x,b\n", 1, "key", "二つ"),
        ("key,title\na\n", 2, "", "列の数"),
        ("key,title\na,x\na,y\n", 3, "key", "2行目"),
        ("key,title\na,\n", 2, "title", "書かれていません"),
        ("key,title,yearly\na,x,many\n", 2, "yearly", "整数"),
        ('key,title\na,"x\n', 2, "", "CSV"),
        ("", 1, "", "見出し"),
        ("key,title\na," + "x" * 30_000 + "\n", 2, "title", "長すぎます"),
        ("key,title\na," + "x" * 200_000 + "\n", 2, "", "CSV"),
    ],
)
def test_a_wrong_table_is_named_by_line_and_column(tmp_path, content, line, key, words):
    folder = folder_of(tmp_path, {"services/r.csv": content})

    folder.csv("services/r.csv", Row, unique="key")

    problem = folder.problems[0]
    assert (problem.line, problem.key) == (line, key)
    assert words in str(problem)


@pytest.mark.slow
def test_a_table_of_a_hundred_thousand_rows_is_read_and_one_of_faults_is_cut_short(tmp_path):
    good = "key,title\n" + "".join(f"k{n},x\n" for n in range(100_000))
    bad = "key,title,yearly\n" + "k,x,many\n" * 100_000
    folder = folder_of(tmp_path, {"services/good.csv": good, "services/bad.csv": bad})
    started = time.monotonic()

    assert len(folder.csv("services/good.csv", Row, unique="key")) == 100_000
    assert folder.csv("services/bad.csv", Row) == []

    assert len(folder.problems) <= 60
    assert time.monotonic() - started < 60, "it hangs"


def test_a_missing_file_is_a_problem_unless_it_may_be_missing(tmp_path):
    folder = folder_of(tmp_path, {"services/register.csv": "key,title\n"})

    assert folder.csv("services/registr.csv", Row) == []
    assert folder.yaml("services/none.yaml", Front, optional=True) is None

    assert "services/register.csv" in only(folder.problems).hint


def test_pages_are_read_in_every_language_with_their_front_matter(tmp_path):
    folder = folder_of(
        tmp_path,
        {
            "knowledge/child.md": "---\ntitle: 子育て\n---\n## 生まれたら\n",
            "knowledge/child.en.md": "---\ntitle: Children\n---\n## Birth\n",
        },
    )

    ((name, versions),) = folder.markdown_files("knowledge", Front)

    assert name == "knowledge/child.md"
    assert versions["ja"].text == "## 生まれたら"
    assert versions["en"].value.title == "Children"


def test_a_fault_in_front_matter_has_the_line_of_the_file(tmp_path):
    folder = folder_of(tmp_path, {"knowledge/child.md": "---\ntitle: x\ntitel: y\n---\n"})

    folder.markdown("knowledge/child.md", Front)

    problem = only(folder.problems)
    assert (problem.line, problem.key) == (3, "titel")
