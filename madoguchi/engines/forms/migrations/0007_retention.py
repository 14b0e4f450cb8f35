from django.db import migrations, models

from madoguchi.kernel.db import only_added_but_erased


class Migration(migrations.Migration):
    dependencies = [
        ("forms", "0006_arrived_on"),
        ("vault", "0001_initial"),
    ]

    operations = [
        migrations.AddField("draft", "sealed_brief_key", models.BinaryField(default=bytes)),
        migrations.AddField("draft", "warned_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "draft",
            models.Index(condition=models.Q(("closed_at", None)), fields=["updated_at"], name="draft_left"),
        ),
        only_added_but_erased(
            "forms_answerrevision",
            blank={"plain": "json", "sealed": "bytes"},
            same=["id", "draft_id", "number", "words", "at", '"by"', "practice"],
            when="EXISTS (SELECT 1 FROM forms_draft JOIN vault_datakey ON vault_datakey.id = forms_draft.key_id"
            " WHERE forms_draft.id = OLD.draft_id AND vault_datakey.destroyed_at IS NOT NULL)",
        ),
    ]
