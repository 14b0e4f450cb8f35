"""Telephone and postcard make the same case; what came by which way is counted side by side.

Of N-02 only the part of the channels is shown here: every way makes the same case. That one draw treats all ways
alike is for the engine that draws to show.
"""

import csv
import io

import pytest

from madoguchi.engines.procedures.models import Case
from madoguchi.engines.procedures.tests import make

from .test_receiving import everything


def enter(desk, channel: str) -> Case:
    """Taken in through the desk's pages: what, how, the questions, read back, received."""
    begun = desk.post("procedures:receive", procedure=make.KEY, channel=channel)["Location"]
    assert "読み上げて確認してください" in desk.browser.post(begun, {**everything(), "then": "receive"}).text
    done = desk.browser.post(begun, {"then": "confirmed"})
    return Case.objects.get(pk=done["Location"].rstrip("/").rpartition("/")[2])


def row_of(page: str) -> list[str]:
    """The numbers of the procedure's line, in the order of the columns."""
    line = page.split('<th scope="row">児童手当の認定請求', 1)[1].split("</tr>", 1)[0]
    return [cell.split("<", 1)[0] for cell in line.split('<td class="n num">')[1:]]


@pytest.mark.accepts("P1-1-1-T2")
@pytest.mark.accepts("N-02")
def test_the_same_procedure_by_telephone_and_by_postcard_is_counted_side_by_side(sato, takagi, case):
    offered = sato.get("procedures:receive").text
    for value in ("counter", "post", "phone", "postcard"):
        assert f'name="channel" value="{value}"' in offered, value

    by_phone, by_postcard = enter(sato, "phone"), enter(sato, "postcard")

    assert (by_phone.channel, by_postcard.channel, case.channel) == ("phone", "postcard", "web")
    assert by_phone.definition_id == by_postcard.definition_id == case.definition_id
    assert by_phone.state == by_postcard.state == case.state
    page = sato.get("procedures:channels").text
    assert [label in page for label in ("ネット", "窓口", "郵送", "電話", "はがき")] == [True] * 5
    assert row_of(page) == ["1", "0", "0", "1", "1", "3"]
    assert "児童手当の認定請求" not in takagi.get("procedures:channels").text


@pytest.mark.accepts("P1-1-1-T2")
@pytest.mark.accepts("N-02")
def test_anybody_reads_the_counts_by_channel_but_no_small_number(sato, client):
    for channel, n in (("phone", 6), ("postcard", 5)):
        for _one in range(n):
            enter(sato, channel)

    page = client.get("/figures/channels/").text
    sheet = client.get("/figures/channels.csv")

    assert row_of(page) == ["0", "0", "0", "6", "5", "11"]
    assert "電話 6件（55%）" in page and "はがき 5件（45%）" in page
    rows = list(csv.reader(io.StringIO(sheet.content.decode("utf-8-sig"))))
    assert rows[1][1:] == [make.DIVISION, "児童手当の認定請求", "0", "0", "0", "6", "5", "11"]
    enter(sato, "counter")
    assert row_of(client.get("/figures/channels/").text)[1] == "＊"
    assert "＊は、少ない数" in client.get("/figures/channels/").text


@pytest.mark.parametrize(
    "asked", ["?year=9999", "?year=x", "?division=%27&procedure=../", "?division=ない課"]
)
def test_an_odd_address_is_answered_all_the_same(procedure, client, asked):
    assert client.get(f"/figures/channels/{asked}").status_code == 200
    assert client.get(f"/figures/channels.csv{asked}").status_code == 200


def test_the_public_page_asks_the_same_number_of_questions_for_one_case_and_for_many(
    sato, case, client, django_assert_max_num_queries, django_assert_num_queries
):
    client.get("/figures/channels/")
    with django_assert_max_num_queries(25) as counted:
        client.get("/figures/channels/")
    for_one = len(counted)
    for channel in ("phone", "postcard", "counter"):
        enter(sato, channel)

    with django_assert_num_queries(for_one):
        client.get("/figures/channels/")


def test_the_public_count_of_misissues_says_none_when_there_was_none(procedure, client):
    page = client.get("/figures/misissues/")

    assert page.status_code == 200 and "0件" in page.text
