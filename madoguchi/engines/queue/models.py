"""Counters as they are staffed, the numbers they give, and what became of each number."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.refs.rows import Row


class Line(Row):
    """The queue of one counter (directory.Counter), as the pack sets it up."""

    counter = models.OneToOneField("directory.Counter", models.PROTECT, related_name="line")
    prefix = models.CharField(max_length=2, help_text="What its numbers begin with, such as A.")
    floor = models.SmallIntegerField(default=1)
    walk_order = models.PositiveSmallIntegerField(
        default=0, help_text="The order in which one passes the counters when one comes in at the door."
    )
    # [{desk: "1", days: [0..4], since: "08:30", until: "17:00"}]: who plans to sit where, when.
    schedule = models.JSONField(default=list)
    # [{key, title, minutes, words}]: what people come for, and the minutes it takes when nothing is known yet.
    errands = models.JSONField(default=list)
    minutes = models.PositiveSmallIntegerField(
        default=8, help_text="One visit, before anything was measured."
    )
    per_day = models.PositiveIntegerField(null=True, help_text="The most numbers a day; null = no limit.")
    booking_area = models.CharField(
        max_length=60, blank=True, help_text="booking: where its visits are booked."
    )
    changes = models.PositiveBigIntegerField(
        default=0, help_text="Rises with every change: the ETag of its pages."
    )
    changed_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(
        null=True,
        help_text="When a desk, a kiosk or staff was last heard of: older than the pack says is stale.",
    )
    stale_minutes = models.PositiveSmallIntegerField(default=5)
    after_booked = models.BooleanField(
        default=False, help_text="Who was called last had booked: a walk-in is next."
    )
    from_home = models.BooleanField(
        default=False, help_text="Numbers may be taken on the web, before one comes."
    )
    # How far off the estimates of the last days were: how long it took ÷ what was said. Closing a day writes it.
    ratios = models.JSONField(default=list)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["walk_order", "counter"]


class Desk(Row):
    """One chair of a line where somebody is served. It is open while somebody sits there and says so."""

    line = models.ForeignKey(Line, models.PROTECT, related_name="desks")
    name = models.CharField(max_length=10)
    account = models.UUIDField(null=True, help_text="Who sits there now; null = nobody.")
    opened_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True, help_text="When its screen last asked.")
    # What it may go on with while it cannot reach us, and until when nobody else calls these.
    share = models.JSONField(default=list)
    share_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["line", "name"]
        constraints = [UniqueConstraint("line", "name", name="a_desk_has_its_own_name")]


class Sequence(models.Model):
    """The last number of a line on a day. One conditional UPDATE gives the next: no gap, no twin."""

    line = models.ForeignKey(Line, models.PROTECT, related_name="+")
    on = models.DateField()
    last = models.PositiveIntegerField(default=0)
    most = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint("line", "on", name="a_line_counts_once_a_day"),
            CheckConstraint(
                condition=Q(most=None) | Q(last__lte=F("most")), name="no_more_numbers_than_the_day_has"
            ),
        ]


class TicketState(models.TextChoices):
    WAITING = "waiting", _("お待ちください")
    CALLED = "called", _("お呼びしています")
    SERVING = "serving", _("ご案内中")
    HELD = "held", _("あとでお呼びします")
    NO_SHOW = "no_show", _("お呼びしましたが、いらっしゃいませんでした")
    TRANSFERRED = "transferred", _("ほかの窓口へご案内しました")
    LEFT = "left", _("とりやめました")
    DONE = "done", _("おわりました")


OPEN_STATES = (TicketState.WAITING, TicketState.CALLED, TicketState.SERVING, TicketState.HELD)


class Source(models.TextChoices):
    KIOSK = "kiosk", _("発券機")
    WEB = "web", _("スマートフォンなど")
    STAFF = "staff", _("窓口")
    PAPER = "paper", _("紙の番号")
    BOOKED = "booked", _("予約")
    TRANSFER = "transfer", _("ほかの窓口から")


class Need(models.TextChoices):
    """What somebody says they need, so that the counter that calls them has it ready."""

    INTERPRETER = "interpreter", _("通訳")
    SIGN = "sign", _("手話")
    WRITING = "writing", _("筆談")
    SLOWLY = "slowly", _("ゆっくり話す")
    LARGE_PRINT = "large_print", _("大きな文字")
    WHEELCHAIR = "wheelchair", _("車いす")
    WITH_CHILD = "with_child", _("小さい子どもと一緒")


class Ticket(Row):
    """One number. Who holds it is known only where they asked to be told, or booked."""

    line = models.ForeignKey(Line, models.PROTECT, related_name="tickets")
    on = models.DateField()
    number = models.PositiveIntegerField()
    source = models.CharField(max_length=10, choices=Source)
    paper = models.CharField(
        max_length=10,
        blank=True,
        help_text="The number on the paper they were given while machines were down.",
    )
    state = models.CharField(max_length=12, choices=TicketState, default=TicketState.WAITING)
    errand = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=10, default="ja")
    needs = models.JSONField(default=list, help_text="keys of Need")
    # Opens the page of this ticket, which anybody may read who holds the slip; kept as a digest.
    digest = models.CharField(max_length=64, unique=True)
    # Where in the line: booked visitors stand at their time, walk-ins at the moment they came.
    stands_at = models.DateTimeField()
    booked_for = models.DateTimeField(null=True)
    about = models.CharField(
        max_length=120, blank=True, help_text="Ref of the booking or case it comes from."
    )
    party = models.UUIDField(null=True, help_text="identity.Party, when signed in or told by staff.")
    # Where to tell when it is nearly their turn (sealed); empty = only the page tells.
    key = models.ForeignKey("vault.DataKey", models.PROTECT, null=True, related_name="+")
    tell = models.BinaryField(default=bytes)
    told_party = models.UUIDField(
        null=True, help_text="identity.Party made of the address only to write to it; forgotten with the day."
    )
    told_at = models.DateTimeField(null=True)
    desk = models.ForeignKey(Desk, models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True)
    times_called = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    came_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="went_to")
    # What was promised when it was issued, in minutes: for measuring the estimate afterwards.
    said_low = models.PositiveSmallIntegerField(null=True)
    said_high = models.PositiveSmallIntegerField(null=True)
    # The estimate behind that range, from which the next range learns how far off it was.
    said_seconds = models.PositiveIntegerField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["stands_at", "number"]
        constraints = [
            UniqueConstraint("line", "on", "number", name="a_number_is_given_once_a_day"),
            UniqueConstraint(
                fields=["line", "on", "paper"], condition=~Q(paper=""), name="a_paper_is_typed_in_once"
            ),
            # Who booked stands in the line once, however often the code is read.
            UniqueConstraint(
                fields=["line", "on", "about"],
                condition=Q(source="booked") & ~Q(about=""),
                name="a_booking_checks_in_once",
            ),
            # One desk serves one visitor; a ticket called or served has its desk.
            UniqueConstraint(
                fields=["desk"],
                condition=Q(state__in=["called", "serving"]),
                name="a_desk_serves_one_at_a_time",
            ),
            CheckConstraint(
                condition=~Q(state__in=["called", "serving"]) | Q(desk__isnull=False),
                name="who_is_called_is_called_to_a_desk",
            ),
        ]
        indexes = [
            models.Index(fields=["line", "on", "state", "stands_at"], name="ticket_waiting"),
            models.Index(fields=["about"], name="ticket_about", condition=~Q(about="")),
        ]

    @property
    def label(self) -> str:
        """The number as it is printed, called and shown: A012."""
        return f"{self.line.prefix}{self.number:03}"

    @property
    def is_booked(self) -> bool:
        """Whether they stand at a time they booked; who came too late for it stands where they came."""
        return self.booked_for is not None and self.stands_at == self.booked_for

    @property
    def context(self) -> str:
        """What seals what is known of them to this row."""
        return f"queue.ticket:{self.pk}"


class Step(Row):
    """What happened to a ticket, appended. `said` makes what a desk did while cut off arrive once."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="steps")
    kind = models.CharField(
        max_length=12, help_text="issued, called, recalled, started, held, back, no_show …"
    )
    at = models.DateTimeField()
    desk = models.ForeignKey(Desk, models.PROTECT, null=True, related_name="+")
    by = models.UUIDField(null=True)
    said = models.UUIDField(null=True, unique=True, help_text="The id the desk's own screen gave this act.")
    was_offline = models.BooleanField(default=False)

    class Meta:
        ordering = ["at", "id"]


class Hour(models.Model):
    """What one hour of one line was like: sums, from which every mean is made. Filled by closing a day or by import."""

    line = models.ForeignKey(Line, models.PROTECT, related_name="hours")
    on = models.DateField()
    hour = models.PositiveSmallIntegerField()
    issued = models.PositiveIntegerField(default=0)
    served = models.PositiveIntegerField(default=0)
    no_shows = models.PositiveIntegerField(default=0)
    wait_seconds = models.PositiveBigIntegerField(default=0, help_text="Issued to called, of the served.")
    serve_seconds = models.PositiveBigIntegerField(default=0)
    desk_seconds = models.PositiveBigIntegerField(
        default=0, help_text="How long desks were open, all together."
    )
    origin = models.CharField(max_length=10, default="tickets", help_text="tickets | import")

    class Meta:
        constraints = [UniqueConstraint("line", "on", "hour", name="an_hour_is_summed_once")]
        indexes = [models.Index(fields=["line", "on"], name="hour_of_line")]


class Opinion(Row):
    """Two taps after the visit (職員対応, 利便性). It names nobody and hangs on the ticket only so that it is given once."""

    ticket = models.OneToOneField(Ticket, models.PROTECT, related_name="opinion")
    line = models.ForeignKey(Line, models.PROTECT, related_name="+")
    on = models.DateField()
    manner = models.PositiveSmallIntegerField(null=True, help_text="4 good … 1 bad; null = not answered")
    convenience = models.PositiveSmallIntegerField(null=True)
    waited_seconds = models.PositiveIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            CheckConstraint(
                condition=(Q(manner=None) | Q(manner__range=(1, 4)))
                & (Q(convenience=None) | Q(convenience__range=(1, 4))),
                name="an_opinion_is_one_of_four",
            )
        ]
