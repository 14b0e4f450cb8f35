"""What can be booked in the reference city: said in every language, and alive in its week."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from madoguchi.engines.booking import demo as week
from madoguchi.engines.booking import metrics
from madoguchi.engines.booking.models import Booking, Count, Resource, Slot, State, Waiting
from madoguchi.engines.booking.packing.reading import IS_WORD
from madoguchi.engines.lottery.models import Round, RoundState
from madoguchi.engines.records import demo as registers
from madoguchi.kernel import clock, packs
from madoguchi.kernel.identity import demo as people
from madoguchi.kernel.refs import SYSTEM

from .reading import NERIMA, OTHER_LANGUAGES, beside, rows, yaml

BOOKING = NERIMA / "booking"
AREAS = [path for path in sorted((BOOKING / "areas").glob("*.yaml")) if "." not in path.stem]
ENTRIES = [
    (path.stem, entry)
    for path in sorted((BOOKING / "resources").glob("*.yaml"))
    for entry in yaml(path)["resources"]
]
NAMED = {
    "booking/sites.csv": ("name",),
    "directory/counters.csv": ("name", "place", "hours"),
    "directory/divisions.csv": ("name", "does", "place", "hours"),
}
KANJI = "[\u3400-\u9fff々〆ヶ]"
READING = r"\([ぁ-んァ-ヶー]+\)"
NOW = dt.datetime(2026, 11, 24, 12, tzinfo=clock.JST)


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
@pytest.mark.parametrize("path", AREAS, ids=lambda path: path.stem)
def test_every_word_of_an_area_stands_in_every_language(path, language):
    _logic, japanese = packs.split(yaml(path), IS_WORD)
    assert sorted(yaml(beside(path, language))) == sorted(japanese)


def test_what_is_booked_has_its_name_in_every_language():
    for area, entry in ENTRIES:
        if "counter" in entry.get("facts", {}):
            continue  # it has the name of its counter, in every language that has
        said = {"name"} | ({"about"} & entry.keys()) | ({"why_not"} & entry.keys())
        for language in OTHER_LANGUAGES:
            missing = {key for key in said if not entry["words"][language].get(key)}
            assert not missing, f"{area}/{entry['key']}: {language}: {missing}"
    for path, names in NAMED.items():
        for row in rows(NERIMA / path):
            said = {f"{name}.{language}" for name in names for language in OTHER_LANGUAGES}
            assert {column for column in said if not row[column]} == set(), row["key"]


def test_easy_names_give_a_reading_after_every_kanji():
    easy = [text for _area, entry in ENTRIES for text in entry.get("words", {}).get("ja-easy", {}).values()]
    easy += [
        row[f"{name}.ja-easy"] for path, of in NAMED.items() for row in rows(NERIMA / path) for name in of
    ]
    assert [text for text in easy if re.search(rf"{KANJI}(?!{KANJI}|{READING})", text)] == []


@pytest.mark.slow
@pytest.mark.django_db
def test_the_week_has_a_contested_place_a_line_draws_before_and_after_and_a_full_day():
    with clock.frozen(NOW):
        packs.apply(NERIMA, by=SYSTEM)
        people.lay_week(by=SYSTEM)
        registers.lay_week(by=SYSTEM)
        week.lay_week(by=SYSTEM)
        laid = Booking.objects.count()
        week.lay_week(by=SYSTEM)

        assert Booking.objects.count() == laid
        # The last place of a nursery's morning, and a line before the door of another.
        last = Slot.objects.get(resource__key="piyo-b", starts_at=NOW.replace(day=25, hour=9))
        assert _left(last) == 1
        full = Slot.objects.get(resource__key="piyo-a", starts_at=NOW.replace(day=25, hour=13))
        assert (_left(full), Waiting.objects.filter(slot=full, state="waiting").count()) == (0, 1)
        # A draw that was drawn, one that takes entries; the halls' month by the calendar: drawn on the 13th.
        states = {one.key: one.state for one in Round.objects.all()}
        assert states.pop("koza-oyako-kagaku") in (RoundState.DRAWN, RoundState.SETTLED)
        assert states.pop("koza-machi-aruki") in (RoundState.PLANNED, RoundState.OPEN)
        assert states.pop("shisetsu-202702") in (RoundState.DRAWN, RoundState.SETTLED)
        assert states == {}
        drawn = Slot.objects.get(resource__key="oyako-kagaku")
        assert (_left(drawn), Waiting.objects.filter(slot=drawn).count()) == (0, 4)
        # A full day at a counter, a vehicle with its indoor place, a check-up that came late.
        assert Booking.objects.filter(resource__key="kari_a", state=State.BOOKED).count() == 11
        assert Resource.objects.get(bookings__resource__key="kishinsha-vr").facts == {"instead": "vr-indoor"}
        measured = metrics.days_to_examination(NOW.date())
        assert measured.n == 10
        assert sum(part.n for part in measured.parts if part.group == "over_two_months") == 1


def _left(slot: Slot) -> int:
    count = Count.objects.get(slot=slot, kind="places")
    return count.capacity - count.taken


def test_every_area_has_a_way_without_the_internet():
    for path in AREAS:
        assert set(yaml(path)["channels"]) - {"web"}, path.stem
