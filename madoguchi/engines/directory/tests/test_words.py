"""Divisions and counters in the reader's language, as the columns of the pack say."""

import pytest
from django.utils import translation

from madoguchi.engines.directory import queries
from madoguchi.kernel import packs
from madoguchi.kernel.refs import SYSTEM
from madoguchi.kernel.text import said_in, said_of

from .make import make_pack

DIVISIONS = (
    "key,name,does,name.en,name.ja-easy,does.en\n"
    "子育て課,子育て課,手当の係です。,Childcare Division,子育(こそだ)て課(か),Allowances.\n"
)
COUNTERS = "key,name,division,place,name.en,place.en\nkari_a,仮A窓口,子育て課,1階,Sample counter A,Floor 1\n"

pytestmark = pytest.mark.django_db


def test_a_division_and_its_counter_are_called_as_their_columns_say_and_otherwise_in_japanese(tmp_path):
    packs.apply(make_pack(tmp_path, divisions=DIVISIONS, counters=COUNTERS), by=SYSTEM)

    (division,), (counter,) = queries.divisions(), queries.counters()
    with translation.override("en"):
        assert (said_of(division), said_in(division)) == ("Childcare Division", "en")
        assert (said_of(counter), said_of(counter, "place")) == ("Sample counter A", "Floor 1")
        assert said_of(division.contact, "does") == "Allowances."
    with translation.override("ja-easy"):
        assert (said_of(division), said_in(division)) == ("子育(こそだ)て課(か)", "ja")
    with translation.override("ko"):
        assert (said_of(division), said_in(division)) == ("子育て課", "ja")
    assert said_of(division) == "子育て課"


def test_a_translation_that_is_corrected_or_taken_out_changes_the_row_and_nothing_else(tmp_path):
    packs.apply(make_pack(tmp_path, divisions=DIVISIONS, counters=COUNTERS), by=SYSTEM)

    other = COUNTERS.replace("Sample counter A", "Counter A (sample)")
    applied = packs.apply(make_pack(tmp_path, divisions=DIVISIONS, counters=other), by=SYSTEM)
    assert "~ directory: 仮A窓口" in [str(change) for change in applied.changes]
    assert said_of(queries.counters().get(), language="en") == "Counter A (sample)"

    applied = packs.apply(
        make_pack(
            tmp_path,
            divisions=DIVISIONS.replace("Childcare Division", "").replace("Allowances.", ""),
            counters=other,
        ),
        by=SYSTEM,
    )
    assert "~ directory: 子育て課" in [str(change) for change in applied.changes]
    assert said_of(queries.divisions().get(), language="en") == "子育て課"
