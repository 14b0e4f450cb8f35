"""Who has taken it, who holds it for a moment, who waits for it."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.identity.models import Party
from madoguchi.kernel.refs import new_id

from .offered import Area, Resource, Row, Slot, Unit


class State(models.TextChoices):
    HELD = "held", _("仮押さえ")
    BOOKED = "booked", _("予約済み")
    ATTENDED = "attended", _("来ました")
    NO_SHOW = "no_show", _("来ませんでした")
    CANCELLED = "cancelled", _("取り消し")
    LAPSED = "lapsed", _("期限切れ")


# What owns its claims and counts.
ACTIVE = (State.HELD, State.BOOKED, State.ATTENDED, State.NO_SHOW)
OPEN = (State.HELD, State.BOOKED)


class Channel(models.TextChoices):
    WEB = "web", _("インターネット")
    PHONE = "phone", _("電話")
    COUNTER = "counter", _("窓口")
    POST = "post", _("郵便・はがき")
    MAIL = "mail", _("メール")
    TERMINAL = "terminal", _("受付機")
    IMPORT = "import", _("ほかのシステムから")


class Paid(models.TextChoices):
    FREE = "free", _("無料")
    UNPAID = "unpaid", _("お支払い前")
    PAID = "paid", _("お支払い済み")
    REFUND_DUE = "refund_due", _("お返しします")
    REFUNDED = "refunded", _("お返ししました")


class Mode(models.TextChoices):
    VENUE = "venue", _("会場")
    ONLINE = "online", _("オンライン")
    VISIT = "visit", _("訪問")


class BookingQuerySet(models.QuerySet["Booking"]):
    def active(self) -> BookingQuerySet:
        return self.filter(state__in=ACTIVE)

    def stale(self, now: dt.datetime) -> BookingQuerySet:
        """Holds whose time ran out: whoever wants what they hold may let them lapse."""
        return self.filter(state=State.HELD, held_until__lte=now)


class Booking(Row):
    """One promise to one party. While it is active it owns its claims or its part of the counts, a hold as well.

    `party` answers for it and is told; `person` is whom it is for: the same, a child, or a registered group. What was
    answered and noted is sealed. `once` says in words what may be had once only: 健診:2026:<person>.
    """

    receipt = models.CharField(max_length=20, unique=True)
    area = models.ForeignKey(Area, models.PROTECT, related_name="bookings")
    definition = models.ForeignKey("packs.Definition", models.PROTECT, related_name="+")
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="bookings")
    slot = models.ForeignKey(Slot, models.PROTECT, null=True, related_name="bookings")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    person = models.ForeignKey(Party, models.PROTECT, related_name="+")
    registration = models.UUIDField(null=True, help_text="records.Registration it stands on.")
    state = models.CharField(max_length=10, choices=State)
    channel = models.CharField(max_length=10, choices=Channel)
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.VENUE)
    takes = models.JSONField(default=dict, help_text="{count kind: how many}")
    people = models.PositiveIntegerField(default=1)
    held_until = models.DateTimeField(null=True)
    yen = models.PositiveIntegerField(default=0)
    paid = models.CharField(max_length=12, choices=Paid, default=Paid.FREE)
    refund_yen = models.PositiveIntegerField(default=0)
    language = models.CharField(
        max_length=10, default="ja", help_text="The language they want at the counter."
    )
    needs = models.JSONField(default=list)
    key = models.ForeignKey("vault.DataKey", models.PROTECT, null=True, related_name="+")
    sealed = models.BinaryField(default=bytes, help_text="{answers, note}")
    once = models.CharField(max_length=120, blank=True)
    about = models.CharField(max_length=120, blank=True, help_text="Ref of the entry of a draw, or a series.")
    series = models.ForeignKey("Series", models.PROTECT, null=True, related_name="bookings")
    number = models.CharField(max_length=60, blank=True, help_text="What the other system calls it.")
    made_at = models.DateTimeField()
    made_by = models.UUIDField(null=True)
    asked = models.CharField(
        max_length=80, blank=True, help_text="The key under which it was asked for once."
    )
    booked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True, help_text="When it was cancelled or lapsed.")
    by_city = models.BooleanField(default=False, help_text="The city cancelled it, not the person.")
    why = models.CharField(max_length=300, blank=True)
    reminded_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = BookingQuerySet.as_manager()
    is_repeated = False  # on the object in hand: it was made before, when the same was asked the first time

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            UniqueConstraint(
                fields=["slot", "person"],
                condition=Q(state__in=["held", "booked", "attended", "no_show"], slot__isnull=False),
                name="one_takes_one_place_of_a_slot",
            ),
            UniqueConstraint(
                fields=["once"],
                condition=Q(state__in=["held", "booked", "attended"]) & ~Q(once=""),
                name="what_is_had_once_is_booked_once",
            ),
            UniqueConstraint(
                fields=["made_by", "asked"], condition=~Q(asked=""), name="asked_twice_is_booked_once"
            ),
            UniqueConstraint(
                fields=["area", "number"], condition=~Q(number=""), name="a_number_from_elsewhere_comes_once"
            ),
            CheckConstraint(
                condition=~Q(state="held") | Q(held_until__isnull=False), name="a_hold_has_its_end"
            ),
        ]
        indexes = [
            models.Index(fields=["party", "state", "starts_at"], name="booking_of_party"),
            models.Index(fields=["resource", "starts_at"], name="booking_of_resource"),
            models.Index(fields=["held_until"], name="booking_held", condition=Q(state="held")),
            models.Index(fields=["starts_at"], name="booking_to_remind", condition=Q(state="booked")),
        ]

    @property
    def context(self) -> str:
        return f"booking.booking:{self.pk}"


class Claim(models.Model):
    """One cell of one unit, given to one booking or one block. The unique pair is the guard (both databases)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="claims")
    cell = models.DateTimeField(help_text="When it begins.")
    booking = models.ForeignKey(Booking, models.PROTECT, null=True, related_name="claims")
    block = models.ForeignKey("Block", models.PROTECT, null=True, related_name="claims")
    is_cleaning = models.BooleanField(default=False)

    class Meta:
        constraints = [
            UniqueConstraint("unit", "cell", name="a_cell_is_given_once"),
            CheckConstraint(
                condition=Q(booking__isnull=True) ^ Q(block__isnull=True),
                name="a_claim_is_of_a_booking_or_a_block",
            ),
        ]
        indexes = [models.Index(fields=["cell"], name="claim_cell")]


class Block(Row):
    """Times the city itself keeps a resource back: repair, an election."""

    resource = models.ForeignKey(Resource, models.PROTECT, related_name="blocks")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    made_by = models.UUIDField(null=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["starts_at"]


class Series(Row):
    """毎週・毎月: bookings made by one wish. Days that were taken are said, not skipped silently."""

    resource = models.ForeignKey(Resource, models.PROTECT, related_name="+")
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    rule = models.CharField(max_length=200, help_text="RFC 5545 RRULE")
    clashes = models.JSONField(default=list, help_text="[{starts_at, why}]")
    made_at = models.DateTimeField()
    made_by = models.UUIDField(null=True)


class WaitState(models.TextChoices):
    WAITING = "waiting", _("空きを待っています")
    OFFERED = "offered", _("空きが出ました")
    TAKEN = "taken", _("予約になりました")
    LAPSED = "lapsed", _("お返事がありませんでした")
    LEFT = "left", _("とりやめました")


class Waiting(Row):
    """A place in the line for a slot, or for a time of a resource. An offer is a hold: nobody can take it away."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    slot = models.ForeignKey(Slot, models.PROTECT, null=True, related_name="waiting")
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    person = models.ForeignKey(Party, models.PROTECT, related_name="+")
    # The order: a draw's runners-up come with theirs, others behind them as they came.
    number = models.PositiveBigIntegerField()
    # What the booking will be made of: services.Wanted as JSON; answers and notes are sealed.
    wanted = models.JSONField(default=dict)
    key = models.ForeignKey("vault.DataKey", models.PROTECT, null=True, related_name="+")
    sealed = models.BinaryField(default=bytes)
    takes = models.JSONField(default=dict)
    channel = models.CharField(max_length=10, choices=Channel)
    about = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=10, choices=WaitState, default=WaitState.WAITING)
    booking = models.ForeignKey(Booking, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    offered_at = models.DateTimeField(null=True)
    offer_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    made_by = models.UUIDField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            UniqueConstraint(
                fields=["resource", "starts_at", "person"],
                condition=Q(state__in=["waiting", "offered"]),
                name="one_waits_once_for_a_time",
            ),
            UniqueConstraint(
                fields=["resource", "starts_at", "number"], name="everybody_has_their_own_place_in_the_line"
            ),
        ]
        indexes = [
            models.Index(fields=["resource", "starts_at", "state", "number"], name="waiting_line"),
            models.Index(fields=["offer_until"], name="waiting_offered", condition=Q(state="offered")),
        ]


class Import(Row):
    """A file of another system's facilities, bookings or capacities, taken in once, with what did not fit."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="imports")
    kind = models.CharField(max_length=12, help_text="bookings | capacity | resources")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file")
    name = models.CharField(max_length=200)
    rows = models.PositiveIntegerField()
    taken = models.PositiveIntegerField(default=0)
    clashes = models.JSONField(default=list, help_text="[{line, number, why, with}]")
    made_at = models.DateTimeField()
    made_by = models.UUIDField(null=True)

    class Meta:
        ordering = ["-made_at"]
        constraints = [UniqueConstraint("area", "kind", "digest", name="a_file_is_taken_in_once")]
