"""The rooms where nothing is anybody's claim: calls for opinions, approvals, councils, the plan's reports.

What is there belongs to a division and its posts, not to a resident, so that the walk through the claims' ground
(tests/matrix) leaves them out and test_rooms.py walks them all, with things of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from madoguchi.engines.approvals.models import Request
from madoguchi.engines.consultation import services as opinions
from madoguchi.engines.consultation.models import Call
from madoguchi.engines.consultation.services import arriving, importing
from madoguchi.engines.consultation.services.arriving import Arrived
from madoguchi.engines.consultation.tests import make
from madoguchi.engines.councils import services as councils
from madoguchi.engines.councils.models import AgendaPoint, Material
from madoguchi.engines.councils.tests import make as bodies
from madoguchi.engines.plan.tests import make_carrying as carrying
from madoguchi.kernel import clock
from madoguchi.kernel.refs import SYSTEM, Actor, Ref, new_id

from . import booking, booking_desk, lottery, queue, records

# A word that stands in what a resident wrote and nowhere else: who may not read the letter may not see it anywhere.
SECRET, MAILED = "ひみつの言い回しの意見", "届いたメールだけの言い回し"
NAMESPACES = frozenset(
    {"opinions", "consultation", "approvals", "councils", "plan", "records", "booking", "draws", "queue"}
)
# Where programs come in to the same things.
API = {
    "api/v1/areas": "booking",
    "api/v1/bookings": "booking",
    "api/v1/waitings": "booking",
    "api/v1/draws": "draws",
}
DOCUMENT = "意見1：道を広く。\n回答：広げます。\n意見2：木を植えて。\n回答：植えます。\n"


def is_a_room(address: Any) -> bool:
    """Whether an address belongs here and not to the walk through the claims."""
    return address.namespace in NAMESPACES or address.route.startswith(("api/v1/calls", *API))


def _own(address: Any) -> str:
    """Whose things fill its places."""
    return next((room for start, room in API.items() if address.route.startswith(start)), address.namespace)


@dataclass
class Rooms:
    """What stands in the places of their addresses, and who walks."""

    args: dict[str, Any] = field(default_factory=dict)
    staff: dict[str, Actor] = field(default_factory=dict)
    # What fills the places of one namespace alone: namespace -> place -> value.
    own: dict[str, dict[str, Any]] = field(default_factory=dict)


def build() -> Rooms:
    """One call in hand with an answer on its way, one document, one mail to sort, one meeting, one report."""
    make.route()
    rooms = Rooms()
    who = rooms.staff
    who["planner"] = make.staff("kikaku", make.PLANNING, "planner")
    who["clerk"] = make.staff("tanto", make.ASKED, "clerk")
    who["stranger"] = make.staff("hoka", "介護保険課", "planner", "clerk", "head")
    who["clerk elsewhere"] = make.staff("yoso", "介護保険課", "clerk")
    _call(rooms)
    _meeting(rooms)
    _report(rooms)
    rooms.own["records"] = records.build(who, secret=SECRET)
    rooms.own["booking"] = booking.build(who, secret=SECRET) | booking_desk.build(who)
    rooms.own["queue"] = queue.build(who)
    rooms.own["draws"] = lottery.build(who, secret=SECRET)
    return rooms


def _call(rooms: Rooms) -> None:
    planner, clerk = rooms.staff["planner"], rooms.staff["clerk"]
    call = make.opened(planner)
    comment = make.send(call, SECRET, SECRET + "その二", mail="hito@mihon.invalid")
    part = comment.parts.get(order=1)
    opinion = opinions.write_opinion(
        call=call, summary="道を広く", parts=[part], unit=call.units.get(key="shirase"), by=planner
    )
    opinions.number_all(call=call, by=planner)
    answer = opinions.give_answer(opinions=[opinion], division=make.ASKED, by=planner)
    opinions.write_answer(answer=answer, text="広げます。", by=clerk)
    opinion.refresh_from_db()
    other = call.categories.get(sign="－")
    opinions.categorise(opinion=opinion, category=other, by=clerk)
    answer.refresh_from_db()
    opinions.send_for_approval(answer=answer, by=clerk)
    document = importing.take_document(name="kekka.txt", data=DOCUMENT.encode(), by=planner)
    doubt = document.doubts.first()
    arrived = Arrived(
        channel="mail",
        digest="d" * 64,
        raw=b"Subject: x\n\nx",
        content_type="message/rfc822",
        arrived_at=clock.now(),
        text=MAILED,
    )
    arrival = arriving.take(arrived=arrived, call=None, why="address", by=SYSTEM)
    rooms.args |= {
        "key": call.key,
        "number": 1,
        "comment_id": comment.pk,
        "part_id": comment.parts.get(order=2).pk,
        "opinion_id": opinion.pk,
        "answer_id": answer.pk,
        "document_id": document.pk,
        "doubt_id": doubt.pk if doubt else new_id(),
        "arrival_id": arrival.pk,
        "file_id": new_id(),
        "secret": opinions.keep_unsent(call=call, content={"texts": {"whole": SECRET}}, by=SYSTEM),
        "approval": Request.objects.get(about=str(answer.ref)).pk,
    }
    make.make_call(key="mada")
    assert Call.objects.count() == 2


def _meeting(rooms: Rooms) -> None:
    planner = rooms.staff["planner"]
    body = bodies.council()
    meeting = bodies.meeting(planner, body)
    councils.put_on_agenda(council_key=body.key, about=Ref("mihon", "paper", "1"), title="議題", by=planner)
    councils.add_material(meeting=meeting, title="資料", path="/plan/", by=planner)
    rooms.args |= {
        "council": body.key,
        "meeting_id": meeting.pk,
        "point_id": AgendaPoint.objects.first().pk,
        "material_id": Material.objects.first().pk,
    }


def _report(rooms: Rooms) -> None:
    carrying.plan_with_reports({})
    rooms.staff["reporter"] = carrying.yamada()
    request = carrying.handed_in(carrying.asked(), by=rooms.staff["reporter"])
    rooms.args |= {
        "report": request.pk,
        "report_id": request.reports.last().pk,
        "code": "P1-1",
        "indicator": "mikitei",
        "year": 2020,
    }


def args_of(rooms: Rooms, address: Any) -> dict[str, Any]:
    """What fills the places there: `key` and `request_id` name another kind of thing in each room."""
    own = dict(rooms.args)
    if address.namespace == "councils":
        own["key"] = own["council"]
    if address.namespace == "plan":
        own |= {"key": own["indicator"], "request_id": own["report"]}
    if address.namespace == "approvals":
        own["request_id"] = own["approval"]
    return own | rooms.own.get(_own(address), {})
