"""The lines of a pack, and what becomes of them."""

import pytest

from madoguchi.engines.directory.tests.make import make_pack
from madoguchi.engines.queue.models import Desk, Line
from madoguchi.kernel import packs
from madoguchi.kernel.refs import SYSTEM

LINES = """errands:
  teate: {title: 手当, minutes: 9, words: {en: Allowance}}
lines:
  - counter: kari_a
    prefix: A
    walk_order: 3
    per_day: 40
    errands: [teate]
    desks:
      - {desk: "1", hours: ["08:30-17:00"]}
      - {desk: "2", days: [fri, mon], hours: ["08:30-12:00", "13:00-17:00"]}
"""


def pack(path, text=LINES):
    folder = make_pack(path)
    (folder / "queue").mkdir(exist_ok=True)
    (folder / "queue" / "lines.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.django_db
def test_apply_makes_the_line_with_its_desks_and_again_changes_nothing(tmp_path):
    folder = pack(tmp_path)
    packs.apply(folder, by=SYSTEM)

    line = Line.objects.get()
    assert (line.counter_id, line.prefix, line.per_day, line.from_home) == ("kari_a", "A", 40, False)
    assert line.errands == [{"key": "teate", "title": "手当", "minutes": 9, "words": {"en": "Allowance"}}]
    assert line.schedule == [
        {"desk": "1", "days": [0, 1, 2, 3, 4], "since": "08:30", "until": "17:00"},
        {"desk": "2", "days": [0, 4], "since": "08:30", "until": "12:00"},
        {"desk": "2", "days": [0, 4], "since": "13:00", "until": "17:00"},
    ]
    assert list(Desk.objects.values_list("name", flat=True)) == ["1", "2"]
    assert packs.apply(folder, by=SYSTEM).changes == ()


@pytest.mark.django_db
def test_a_line_that_changed_is_changed_and_one_that_is_gone_gives_no_more_numbers(tmp_path):
    packs.apply(pack(tmp_path), by=SYSTEM)
    packs.apply(pack(tmp_path, LINES.replace("per_day: 40", "per_day: 50")), by=SYSTEM)
    assert Line.objects.get().per_day == 50

    packs.apply(pack(tmp_path, "errands: {}\nlines: []\n"), by=SYSTEM)

    assert Line.objects.get().withdrawn_at is not None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("was", "becomes", "key", "says"),
    [
        ("kari_a", "kari_z", "lines[0].counter", "「kari_z」という窓口は counters.csv にありません。"),
        ("errands: [teate]", "errands: [nani]", "lines[0].errands[0]", "上の errands にありません"),
        ("08:30-17:00", "17:00-08:30", "lines[0].desks[0]", "早いほうを先に書きます"),
        ("08:30-17:00", "08:30-25:00", "lines[0].desks[0]", "08:30-17:00 の形"),
        ("[fri, mon]", "[fri, sut]", "lines[0].desks[1]", "曜日は"),
        ("prefix: A", "prefix: a1", "lines[0].prefix", "書き方が違います"),
    ],
)
def test_what_does_not_fit_is_told_with_its_place(tmp_path, was, becomes, key, says):
    problems = packs.check(pack(tmp_path, LINES.replace(was, becomes)))

    assert [(one.key, says in one.message) for one in problems] == [(key, True)]


@pytest.mark.django_db
def test_two_lines_do_not_share_a_counter_or_a_prefix(tmp_path):
    second = LINES[LINES.index("  - counter") :]

    problems = packs.check(pack(tmp_path, LINES + second))

    assert [one.key for one in problems] == ["lines[1].counter", "lines[1].prefix"]
