"""説明: a draft is put on the agenda of a council's meeting, and the meeting is shown with the call."""

from __future__ import annotations

from django.utils.translation import gettext as _

from madoguchi.engines.councils import queries as councils
from madoguchi.engines.councils import services as meetings
from madoguchi.kernel import audit
from madoguchi.kernel.db import writes
from madoguchi.kernel.refs import Actor

from .. import rules
from ..errors import AlreadyPublished
from ..models import Call, Event


@writes
def brief_council(*, call: Call, meeting_id: object, by: Actor) -> Event:
    """Explain the draft at this meeting: a point of its agenda there, an event of the call here. Once, however often.

    Raises AlreadyPublished, councils' MeetingOver, NotFound, NotAllowed.
    """
    rules.check_runs(by, call)
    if call.state == Call.State.PUBLISHED:
        raise AlreadyPublished
    meeting = councils.meeting(meeting_id)
    title = _("素案の説明：%(call)s") % {"call": call.title}
    meetings.put_on_meeting(meeting=meeting, about=call.ref, title=title, by=by)
    # After that write: two who press at once come here one after the other.
    event, made = Event.objects.get_or_create(
        call=call,
        meeting=str(meeting.ref),
        defaults={
            "kind": Event.Kind.COUNCIL,
            "title": _("%(council)s 第%(number)s回")
            % {"council": meeting.council.name, "number": meeting.number},
            "on": meeting.on,
            "place": meeting.place,
        },
    )
    if made:
        audit.record("consultation.briefed", call.ref, by=by, facts={"meeting": event.meeting})
    return event
