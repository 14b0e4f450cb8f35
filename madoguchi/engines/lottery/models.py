"""Rounds, what may be won, who entered, who won: everything a stranger needs to draw it again."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.identity.models import Party
from madoguchi.kernel.refs.rows import Row


class RoundState(models.TextChoices):
    PLANNED = "planned", _("準備中")
    OPEN = "open", _("受付中")
    CLOSED = "closed", _("締め切りました")  # the entry file is frozen, the beacon not yet known
    DRAWN = "drawn", _("抽選しました")
    SETTLED = "settled", _("確定しました")  # every win was confirmed, declined or lapsed
    CALLED_OFF = "called_off", _("取りやめました")


class Round(Row):
    """One draw. Rules, inventory and the promise of the salt are public before anybody can enter; nothing of them changes.

    `about` says whose round it is (booking:area:…); this engine knows nothing of it.
    """

    key = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    about = models.CharField(max_length=120)
    division = models.ForeignKey("identity.Division", models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=RoundState, default=RoundState.PLANNED)
    # {wishes, bundle_size, win_cap, tiers: [{key, title}], confirm_days, runners_up} and [{item, capacity, title, about}],
    # for our own use. What is published and hashed are the two files, kept as they were published.
    rules = models.JSONField()
    inventory = models.JSONField()
    rules_file = models.TextField()
    rules_hash = models.CharField(max_length=64)
    inventory_file = models.TextField()
    inventory_hash = models.CharField(max_length=64)
    key_of_salt = models.ForeignKey("vault.DataKey", models.PROTECT, related_name="+")
    sealed_salt = models.BinaryField()
    salt = models.CharField(max_length=64, blank=True, help_text="Published with the result, never before.")
    salt_commitment = models.CharField(max_length=64)
    # [{kind: drand, chain, round, …, until} | {kind: numbers, source, at, until}]: the first that can be had, as published.
    beacons = models.JSONField()
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    draws_at = models.DateTimeField()
    entry_file = models.TextField(blank=True, help_text="Canonical: receipts, tiers, wishes; no names.")
    entries_hash = models.CharField(max_length=64, blank=True)
    entries_count = models.PositiveIntegerField(null=True, help_text="How many the file holds.")
    frozen_at = models.DateTimeField(null=True)
    beacon = models.JSONField(default=dict, help_text="The one that was used and its value, as published.")
    seed = models.CharField(max_length=64, blank=True)
    result_file = models.TextField(blank=True, help_text="Canonical: the order, what was won, who is next.")
    result_hash = models.CharField(max_length=64, blank=True)
    drawn_at = models.DateTimeField(null=True)
    drawn_by = models.UUIDField(null=True)
    redraws = models.ForeignKey("self", models.PROTECT, null=True, related_name="redrawn_as")
    why = models.CharField(
        max_length=500, blank=True, help_text="Why it draws again; stands in the rules file."
    )
    ended_because = models.CharField(max_length=500, blank=True, help_text="Why it was called off.")
    made_at = models.DateTimeField()
    made_by = models.UUIDField(null=True)
    words = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-opens_at", "key"]
        constraints = [
            CheckConstraint(
                condition=Q(opens_at__lt=models.F("closes_at")) & Q(closes_at__lt=models.F("draws_at")),
                name="a_round_opens_closes_and_is_drawn_in_this_order",
            ),
            UniqueConstraint(
                fields=["redraws"], condition=Q(redraws__isnull=False), name="a_draw_is_redrawn_once"
            ),
        ]


class EntryState(models.TextChoices):
    IN = "in", _("申し込み済み")
    WITHDRAWN = "withdrawn", _("取り下げ")
    NOT_ADMITTED = "not_admitted", _("受け付けられません")


class Channel(models.TextChoices):
    WEB = "web", _("ネット")
    MAIL = "mail", _("電子メール")
    PHONE = "phone", _("電話")
    POST = "post", _("郵便・はがき")
    COUNTER = "counter", _("窓口")


class Entry(Row):
    """One party's wishes in one round. Its receipt is random and opens the page of the entry; it is all the file shows."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="entries")
    # Random, and the same in a redraw. The page it opens shows what the file shows, and nothing of who it is.
    receipt = models.CharField(max_length=32)
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    person = models.ForeignKey(Party, models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel)
    tier = models.PositiveSmallIntegerField(default=0, help_text="0 is drawn first (residents first).")
    # Ranked bundles: [[item, …], …]; a bundle is won whole or not at all.
    wishes = models.JSONField()
    cap = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=12, choices=EntryState, default=EntryState.IN)
    why = models.CharField(max_length=300, blank=True)
    # What the round's owner needs to make a booking of a win; sealed.
    key = models.ForeignKey("vault.DataKey", models.PROTECT, null=True, related_name="+")
    sealed = models.BinaryField(default=bytes)
    asked = models.CharField(
        max_length=80, blank=True, help_text="mail: the Message-ID; otherwise the form's own token."
    )
    entered_at = models.DateTimeField()
    entered_by = models.UUIDField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["entered_at", "id"]
        constraints = [
            UniqueConstraint(fields=["round", "receipt"], name="a_receipt_is_of_one_entry_of_a_round"),
            UniqueConstraint(
                fields=["round", "person"], condition=Q(state="in"), name="one_enters_a_round_once"
            ),
            UniqueConstraint(
                fields=["round", "asked"], condition=~Q(asked=""), name="an_entry_asked_twice_is_one"
            ),
        ]

        indexes = [models.Index(fields=["receipt"], name="entry_receipt")]

    @property
    def context(self) -> str:
        return f"lottery.entry:{self.pk}"


class WinState(models.TextChoices):
    OFFERED = "offered", _("当選（お返事を待っています）")
    CONFIRMED = "confirmed", _("当選（確定）")
    DECLINED = "declined", _("辞退")
    LAPSED = "lapsed", _("期限までにお返事がありませんでした")
    VOID = "void", _("抽選が取り消されました")


class Win(Row):
    """One bundle won. Not confirmed in time it lapses, and what it held goes to the runners-up."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="wins")
    rank = models.PositiveSmallIntegerField(help_text="1 = the first wish")
    items = models.JSONField()
    state = models.CharField(max_length=10, choices=WinState, default=WinState.OFFERED)
    confirm_until = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["entry", "rank"]
        constraints = [UniqueConstraint("entry", "rank", name="a_wish_is_won_once")]


class RunnerUp(Row):
    """次点: where somebody stands in the line for an item, in the order of the draw."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="runner_up")
    item = models.CharField(max_length=80)
    place = models.PositiveIntegerField(help_text="1 = next")

    class Meta:
        ordering = ["item", "place"]
        constraints = [
            UniqueConstraint("entry", "item", name="one_stands_once_in_the_line_of_an_item"),
        ]


class Numbers(Row):
    """Public numbers as somebody read them at the source; another person reads them there too before they count."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="numbers")
    place = models.PositiveSmallIntegerField(help_text="Which of the round's beacons.")
    numbers = models.CharField(max_length=200)
    typed_at = models.DateTimeField()
    typed_by = models.UUIDField()
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.UUIDField(null=True)

    class Meta:
        ordering = ["typed_at"]
        constraints = [
            UniqueConstraint(
                fields=["round", "place"],
                condition=Q(confirmed_at__isnull=False),
                name="numbers_are_confirmed_once",
            ),
            CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=models.F("typed_by")),
                name="numbers_are_confirmed_by_another",
            ),
        ]
