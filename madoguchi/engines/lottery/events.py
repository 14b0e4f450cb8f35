"""What draws tell those above them: the engine whose round it is.

`drawn(round, by)` after everybody's place and wins are written; `confirmed(win, by)` and `lapsed(win, by)` (also when it
was declined) as wins are answered; `called_off(round, by)` when a round is over without, or with all its wins void.
`entering(round, party, person, wishes, channel, by)` comes first of all: whose round it is may refuse somebody by its own
rules, by raising a Refusal. (It is not sent where the caller has asked them already and passes the answers.)
Receivers run inside the same transaction: what must happen outside is a job.
"""

from __future__ import annotations

from django.dispatch import Signal

entering = Signal()
drawn = Signal()
confirmed = Signal()
lapsed = Signal()
called_off = Signal()
