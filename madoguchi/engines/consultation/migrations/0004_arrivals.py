"""What a mailbox or a FAX machine brought; and an original may be blanked once its key is destroyed."""

import django.db.models.deletion
from django.db import migrations, models

import madoguchi.kernel.refs.ids
from madoguchi.kernel.db import only_added_but_erased


class Migration(migrations.Migration):
    dependencies = [
        ("consultation", "0003_desk"),
        ("vault", "0004_lost"),
    ]

    operations = [
        migrations.CreateModel(
            name="Round",
            fields=[
                ("name", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("tried_at", models.DateTimeField()),
                ("succeeded_at", models.DateTimeField(null=True)),
                ("failed_with", models.CharField(blank=True, max_length=60)),
                ("left", models.PositiveIntegerField(default=0, help_text="What stayed for the next time.")),
            ],
        ),
        migrations.CreateModel(
            name="Arrival",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=madoguchi.kernel.refs.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("web", "ネット"),
                            ("mail", "電子メール"),
                            ("fax", "ファクス"),
                            ("post", "郵便・はがき"),
                            ("counter", "窓口"),
                            ("phone", "電話"),
                        ],
                        max_length=10,
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("taken", "意見として受け付けた"),
                            ("to_sort", "仕分け待ち"),
                            ("set_aside", "意見ではない"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "why",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("address", "どの募集あてか、わからない"),
                            ("automatic", "自動で送られたメール"),
                            ("over", "その募集は結果を公表済み、または準備中"),
                        ],
                        max_length=10,
                    ),
                ),
                ("sealed", models.BinaryField(default=bytes)),
                ("sender", models.CharField(blank=True, max_length=64)),
                ("arrived_at", models.DateTimeField()),
                ("papers", models.JSONField(default=list)),
                ("papers_done_at", models.DateTimeField(null=True)),
                ("sorted_at", models.DateTimeField(null=True)),
                ("sorted_by", models.UUIDField(null=True)),
                (
                    "comment",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="arrival",
                        to="consultation.comment",
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vault.datakey",
                    ),
                ),
                (
                    "raw",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vault.storedfile",
                    ),
                ),
            ],
            options={
                "ordering": ["arrived_at", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "to_sort")),
                        fields=["arrived_at"],
                        name="arrival_to_sort",
                    ),
                    models.Index(fields=["sender", "arrived_at"], name="arrival_sender"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("comment__isnull", False), ("state", "taken")),
                            models.Q(models.Q(("state", "taken"), _negated=True), ("comment", None)),
                            _connector="OR",
                        ),
                        name="an_arrival_taken_has_its_comment",
                    )
                ],
            },
        ),
        only_added_but_erased(
            "consultation_original",
            blank={"sealed": "bytes"},
            same=["id", "comment_id", "digest"],
            when="EXISTS (SELECT 1 FROM consultation_comment JOIN vault_datakey"
            " ON vault_datakey.id = consultation_comment.key_id"
            " WHERE consultation_comment.id = OLD.comment_id AND vault_datakey.destroyed_at IS NOT NULL)",
            practice=False,
        ),
    ]
