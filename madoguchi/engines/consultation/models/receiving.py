"""What came in, as it came, and the parts staff cut it into. Nothing here is public."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from .calls import Call, Row, Unit


class Channel(models.TextChoices):
    WEB = "web", _("ネット")
    MAIL = "mail", _("電子メール")
    FAX = "fax", _("ファクス")
    POST = "post", _("郵便・はがき")
    COUNTER = "counter", _("窓口")
    PHONE = "phone", _("電話")


class Comment(Row):
    """One letter, mail, FAX or form as received. Its original is sealed, and never changed afterwards."""

    class Writer(models.TextChoices):
        PERSON = "person", _("個人")
        ORGANISATION = "organisation", _("団体")
        UNKNOWN = "unknown", _("わからない")

    call = models.ForeignKey(Call, models.PROTECT, related_name="comments")
    receipt = models.CharField(max_length=20, unique=True)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    # Counted, and never shown with any opinion.
    writer = models.CharField(max_length=14, choices=Writer.choices, default=Writer.UNKNOWN)
    language = models.CharField(max_length=10, default="ja")
    received_at = models.DateTimeField()
    received_by = models.UUIDField(null=True, help_text="The member of staff who typed it, if any.")
    key = models.ForeignKey("vault.DataKey", models.PROTECT, related_name="+")
    # Who wants to hear of it, if they left an address: sealed there, and never shown with any opinion.
    party = models.ForeignKey("identity.Party", models.PROTECT, null=True, related_name="+")
    once = models.CharField(
        max_length=200, help_text="Form's token, Message-ID …: the same one comes in once."
    )
    split_at = models.DateTimeField(null=True)
    split_by = models.UUIDField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["received_at", "id"]
        constraints = [UniqueConstraint("call", "once", name="a_comment_comes_in_once")]


class Original(Row):
    """What came, exactly as it came: sealed, and the database refuses to change it. Scans are files about the comment.

    {parts: [{unit, text}], subject, text, …}. The digest (SHA-256 of the sealed bytes) goes into the audit.
    """

    comment = models.OneToOneField(Comment, models.PROTECT, related_name="original")
    sealed = models.BinaryField()
    digest = models.CharField(max_length=64)


class Part(Row):
    """One opinion cut out of a comment. It ends in one published opinion, or is withheld with a reason."""

    class Withheld(models.TextChoices):
        ABUSE = "abuse", _("個人への中傷など")
        PERSONAL = "personal", _("個人がわかる内容だけ")
        UNRELATED = "unrelated", _("この募集と関係がない")
        GREETING = "greeting", _("あいさつなど、意見でない部分")
        AFTER_DEADLINE = "after_deadline", _("締め切りのあとに届いた")

    comment = models.ForeignKey(Comment, models.PROTECT, related_name="parts")
    order = models.PositiveSmallIntegerField()
    sealed_text = models.BinaryField()
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="parts")
    opinion = models.ForeignKey("consultation.Opinion", models.PROTECT, null=True, related_name="parts")
    withheld = models.CharField(max_length=20, choices=Withheld.choices, blank=True)
    withheld_note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["comment", "order"]
        constraints = [
            UniqueConstraint("comment", "order", name="a_part_has_its_own_place"),
            CheckConstraint(
                condition=Q(opinion=None) | Q(withheld=""), name="a_part_is_published_or_withheld_not_both"
            ),
        ]


class Unsent(Row):
    """A half-written opinion, kept for whoever holds its address; thrown away when the call has closed."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="unsent")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the secret in its address.")
    key = models.ForeignKey("vault.DataKey", models.PROTECT, related_name="+")
    sealed_content = models.BinaryField()
    saved_at = models.DateTimeField()
