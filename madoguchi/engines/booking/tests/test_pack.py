"""The booking folder of a pack: what becomes of it, what is said of mistakes, what it refuses to break."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from madoguchi.engines.booking import services
from madoguchi.engines.booking.area_rules import rules_of
from madoguchi.engines.booking.models import Area, Count, Resource, Site, Slot, Unit
from madoguchi.engines.booking.tests import make
from madoguchi.engines.booking.wanting import Wanted, of_slot
from madoguchi.engines.directory.tests.make import make_pack
from madoguchi.kernel import clock, packs, search
from madoguchi.kernel.packs import PackRefused
from madoguchi.kernel.refs import SYSTEM, anonymous

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 1, 10, tzinfo=clock.JST)  # a Monday
SITES = "key,name,division,name.en\nkari-a,仮A館,,Sample hall A\nkari-b,仮B館,税務課,\n"
SLOTS = """area: kenshin
version: 1
kind: slots
title: 健診（見本）
division: 税務課
channels: [web, phone]
who: {eligible: "age >= 40 || plan == 'full'", why_not: 40歳からです。}
opens: {days: 7}
asks:
  - {key: plan, label: どれ, type: choice, options: [{key: full, label: ぜんぶ}, {key: half, label: 半分}]}
takes: [{count: places}, {count: points, amount: "age < 50 ? 2 : 1"}]
"""
TIMES = """area: kenshin
resources:
  - key: asa
    site: kari-a
    name: 朝の健診
    eligible: age >= 20
    facts: {exam: kihon}
    words: {en: {name: Morning check-up}}
    times:
      - {days: [0, 2], since: "09:00", until: "11:00", every: 60, counts: {places: 3, points: 5}}
"""
UNITS = """area: shisetsu
version: 1
kind: units
title: 施設（見本）
division: 税務課
channels: [web, counter]
step: {minutes: 60, shortest: 60, longest: 240}
fee: resource_yen * hours
"""
COURTS = """area: shisetsu
resources:
  - {key: whole, site: kari-b, name: 全面, units: [a, b], yen: 800}
  - {key: half-a, site: kari-b, name: 半面A, units: [a], yen: 400}
"""
EVENT = """area: koza
version: 1
kind: event
title: 講座（見本）
division: 税務課
channels: [web, phone, post]
takes: [{count: places}]
"""
DAYS = """area: koza
resources:
  - key: hatake
    site: kari-a
    name: 畑の講座
    counts: {places: 30}
    days:
      - {on: +14d, since: "10:00", until: "12:00", title: 第1回}
      - {on: +21d, since: "10:00", until: "12:00", title: 第2回}
"""


def pack(path: Path, **changed: str | None) -> Path:
    """A pack with three areas; `changed` names a file (areas/kenshin.yaml is areas_kenshin) and its text, None to leave out."""
    folder = make_pack(path)
    files = {
        "sites.csv": SITES,
        "areas/kenshin.yaml": SLOTS,
        "resources/kenshin.yaml": TIMES,
        "areas/shisetsu.yaml": UNITS,
        "resources/shisetsu.yaml": COURTS,
        "areas/koza.yaml": EVENT,
        "resources/koza.yaml": DAYS,
    }
    files |= {name.replace("_", "/", 1) + ".yaml": text for name, text in changed.items() if name != "sites"}
    if "sites" in changed:
        files["sites.csv"] = changed["sites"]
    for name, text in files.items():
        file = folder / "booking" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            file.unlink(missing_ok=True)
        else:
            file.write_text(text, encoding="utf-8")
    return folder


def apply(path: Path, **changed: str | None):
    return packs.apply(pack(path, **changed), by=SYSTEM)


def faults(path: Path, **changed: str | None) -> list[str]:
    return [str(one) for one in packs.check(pack(path, **changed)) if "/booking/" in one.file]


@pytest.fixture(autouse=True)
def monday():
    with clock.frozen(NOW):
        yield


def begins(resource: str) -> list[str]:
    rows = Slot.objects.filter(resource__key=resource)
    return [f"{clock.in_city(slot.starts_at):%m-%d %H:%M}" for slot in rows]


def booked(resource: str, given: str = "あおい"):
    slot = (
        Slot.objects.select_related("resource__area", "resource__site").filter(resource__key=resource).first()
    )
    who = make.person(given, birth="1970-01-01")
    wanted = of_slot(slot, answers={"plan": "half"}) if resource == "asa" else of_slot(slot)
    return services.book(wanted=wanted, party=who, person=who, by=make.actor(who), channel="web")


# ------------------------------------------------------------------ what becomes of it


def test_apply_makes_areas_sites_resources_and_slots_and_again_changes_nothing(tmp_path):
    apply(tmp_path)

    area = Area.objects.get(key="kenshin")
    assert (area.kind, area.division_id, rules_of(area.definition_id).said.title) == (
        "slots",
        "税務課",
        "健診（見本）",
    )
    assert Site.objects.get(key="kari-a").words == {"en": {"name": "Sample hall A"}}
    asa = Resource.objects.get(key="asa")
    assert asa.facts == {"exam": "kihon", "eligible": "age >= 20"}
    assert {part.unit.key for part in Resource.objects.get(key="whole").parts.all()} == {"a", "b"}
    # Mondays and Wednesdays of the 7 days that can be booked and the 7 after them; Monday's nine o'clock is over.
    assert begins("asa") == [
        "06-03 09:00",
        "06-03 10:00",
        "06-08 09:00",
        "06-08 10:00",
        "06-10 09:00",
        "06-10 10:00",
        "06-15 09:00",
        "06-15 10:00",
    ]
    assert {(count.kind, count.capacity) for count in Count.objects.filter(slot__resource=asa)} == {
        ("places", 3),
        ("points", 5),
    }
    assert apply(tmp_path).changes == ()


def test_an_area_is_found_by_what_is_booked_in_it_until_it_leaves_the_pack(tmp_path):
    apply(tmp_path)
    [hit] = search.find("畑", by=anonymous())
    assert (hit.title, hit.kind) == ("講座（見本）", "booking_area")

    apply(tmp_path, areas_koza=None, resources_koza=None)
    assert list(search.find("畑", by=anonymous())) == []


def test_an_event_counts_its_days_from_the_day_it_was_first_read(tmp_path):
    apply(tmp_path)
    with clock.frozen(NOW + dt.timedelta(days=3)):
        assert apply(tmp_path).changes == ()

    slot = Slot.objects.get(resource__key="hatake")
    assert f"{clock.in_city(slot.starts_at):%m-%d %H:%M}" == "06-15 10:00"
    assert f"{clock.in_city(slot.ends_at):%m-%d %H:%M}" == "06-22 12:00"
    assert [day.title for day in slot.days.all()] == ["第1回", "第2回"]


def test_words_are_corrected_without_a_new_version_and_logic_is_not(tmp_path):
    apply(tmp_path)

    apply(tmp_path, areas_kenshin=SLOTS.replace("健診（見本）", "けんしん（見本）"))
    area = Area.objects.select_related("definition").get(key="kenshin")
    assert packs.whole(area.definition)["title"] == "けんしん（見本）"

    with pytest.raises(PackRefused) as refused:
        apply(tmp_path, areas_kenshin=SLOTS.replace("age >= 40", "age >= 30"))
    assert refused.value.problems[0].line == 2


def test_a_service_that_ends_says_why_and_what_there_is_instead(tmp_path):
    closing = 'closings:\n  - {area: kenshin, "on": 2026-06-09, why: 見本, instead: ほか, evaluation: [{year: R8, text: 済}]}\n'
    folder = pack(tmp_path)
    (folder / "booking" / "closings.yaml").write_text(closing, encoding="utf-8")
    packs.apply(folder, by=SYSTEM)

    area = Area.objects.get(key="kenshin")
    assert (area.closed_on, area.closed_why, area.closed_instead) == (dt.date(2026, 6, 9), "見本", "ほか")
    assert area.evaluation == [{"year": "R8", "text": "済", "source": ""}]
    assert begins("asa")[-1] == "06-08 10:00"


def test_what_is_no_longer_named_is_withdrawn_and_not_deleted(tmp_path):
    apply(tmp_path)
    apply(
        tmp_path,
        areas_koza=None,
        resources_koza=None,
        resources_shisetsu=COURTS.split("  - {key: half", maxsplit=1)[0],
    )

    assert Area.objects.get(key="koza").withdrawn_at == NOW
    assert Resource.objects.get(key="half-a").withdrawn_at == NOW
    assert Resource.objects.get(key="whole").withdrawn_at is None


def test_what_came_from_another_system_or_was_made_on_the_screen_is_not_the_packs_to_withdraw(tmp_path):
    apply(tmp_path)
    area = Area.objects.get(key="kenshin")
    for key in ("imp-12", "event-0123456789ab"):
        make.slot(make.resource(area, key, make.site(f"{key}-place")), starts_in=dt.timedelta(days=3))

    assert apply(tmp_path).changes == ()

    assert Resource.objects.filter(key__in=["imp-12", "event-0123456789ab"], withdrawn_at=None).count() == 2
    assert Slot.objects.filter(resource__key__in=["imp-12", "event-0123456789ab"]).count() == 2


# ------------------------------------------------------------------ what would break a booking


def test_what_somebody_has_booked_is_not_taken_out_of_the_pack(tmp_path):
    apply(tmp_path)
    booked("asa")

    with pytest.raises(PackRefused) as refused:
        apply(tmp_path, resources_kenshin=TIMES.replace("key: asa", "key: hiru"))
    assert "「朝の健診」には、これからの予約があるので、なくせません。" in str(refused.value.problems[0])
    assert refused.value.problems[0].file.endswith("booking/resources/kenshin.yaml")
    with pytest.raises(PackRefused) as refused:
        apply(tmp_path, areas_kenshin=None, resources_kenshin=None)
    assert "closings.yaml" in refused.value.problems[0].hint
    assert Resource.objects.get(key="asa").withdrawn_at is None


def test_the_parts_of_a_court_that_is_booked_stay_its_parts(tmp_path):
    apply(tmp_path)
    court = Resource.objects.select_related("area", "site").get(key="half-a")
    since = NOW.replace(hour=15)
    who = make.person()
    wanted = Wanted(court, since, since + dt.timedelta(hours=1))
    services.book(wanted=wanted, party=who, person=who, by=make.actor(who), channel="web")

    with pytest.raises(PackRefused) as refused:
        apply(tmp_path, resources_shisetsu=COURTS.replace("units: [a]", "units: [a, c]"))
    [problem] = refused.value.problems
    assert (problem.line, problem.key) == (4, "resources[1].units")
    with pytest.raises(PackRefused) as refused:
        apply(tmp_path, resources_shisetsu=COURTS.replace("yen: ", "cell_minutes: 60, yen: "))
    assert {one.key for one in refused.value.problems} == {
        "resources[0].cell_minutes",
        "resources[1].cell_minutes",
    }
    assert Unit.objects.get(key="a").cell_minutes == 30


# ------------------------------------------------------------------ what is said of mistakes


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("areas_kenshin", SLOTS.replace("age >= 40", "agge >= 40"), "kenshin.yaml:7:who.eligible"),
        ("areas_kenshin", SLOTS.replace("'full'\"", "'ful'\""), "full"),
        ("areas_kenshin", SLOTS.replace("version: 1", "verzion: 1"), "「version」ではありませんか。"),
        ("areas_kenshin", SLOTS.replace("[web, phone]", "[web]"), "インターネットのほかに"),
        ("areas_kenshin", SLOTS.replace("税務課", "税務科"), "「税務課」ではありませんか。"),
        ("areas_kenshin", SLOTS.replace("asks:", "asks:\n  - {key: mode, label: x, type: yes_no}"), "もう使っている名前です"),
        ("areas_kenshin", SLOTS + "periods: [{key: am, title: 朝, since: '09:00', until: '08:00'}]\n", "periods[0].until"),
        ("areas_shisetsu", UNITS.replace("step:", "takes: [{count: places}]\nstep:"), "takes: kind: units"),
        ("areas_shisetsu", UNITS + "who: {registration: {kind: dantai}}\n", "「dantai」は records/kinds にありません。"),
        ("resources_kenshin", TIMES.replace("site: kari-a", "site: kari-aa"), "「kari-a」ではありませんか。"),
        ("resources_kenshin", TIMES.replace("age >= 20", "age >= 'x'"), "resources[0].eligible"),
        ("resources_kenshin", TIMES.replace("places: 3, ", ""), "takes と同じ数え方（places、points）"),
        ("resources_kenshin", TIMES.replace("every: 60", "every: 45"), "45分で割り切れません"),
        ("resources_kenshin", TIMES + "    units: [a]\n", "resources[0].units: kind: slots では使いません。"),
        ("resources_shisetsu", COURTS.replace("half-a", "whole"), "「whole」が二つあります。"),
        ("resources_shisetsu", COURTS.replace("[a], ", "[a], cell_minutes: 60, "), "ほかのところで30分きざみです"),
        ("resources_koza", DAYS.replace("+14d", "soon"), "resources[0].days[0].on"),
        ("resources_koza", DAYS.replace("hatake", "event-1"), "で始まるキーは、パックでは使えません。"),
        ("sites", SITES.replace("kari-b", "imp-b"), "で始まるキーは、パックでは使えません。"),
        ("resources_koza", None, "booking/resources/koza.yaml がありません。"),
        ("sites", SITES.replace("税務課", "税務か"), "sites.csv:3:division"),
    ],
)  # fmt: skip
def test_check_names_the_place_of_a_mistake(tmp_path, file, text, said):
    found = faults(tmp_path, **{file: text})

    assert [one for one in found if said in one], found


def test_a_whole_pack_has_no_faults(tmp_path):
    assert faults(tmp_path) == []


def test_a_counter_is_called_as_the_directory_says_and_by_no_second_name(tmp_path):
    counter = TIMES.replace("    name: 朝の健診\n", "").replace("{exam: kihon}", "{counter: kari_a}")
    packs.apply(pack(tmp_path, resources_kenshin=counter), by=SYSTEM)
    assert Resource.objects.get(key="asa").name == "仮A窓口"

    for changed, where in (
        (
            counter.replace("    site: kari-a", "    site: kari-a\n    name: 引っ越しの窓口"),
            "resources[0].name",
        ),
        (counter.replace("kari_a}", "kari_z}"), "resources[0].facts.counter"),
        (counter.replace("{counter: kari_a}", "{exam: kihon}"), "resources[0].name"),
    ):
        found = packs.check(pack(tmp_path, resources_kenshin=changed))
        assert [one.key for one in found if one.is_error] == [where]
