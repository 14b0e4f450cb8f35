from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("vault", "0002_retention"),
    ]

    operations = [
        migrations.AddField(
            model_name="storedfile",
            name="note",
            field=models.CharField(
                blank=True,
                choices=[("masked", "Masked"), ("not_shown", "Not Shown")],
                default="",
                max_length=10,
            ),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="storedfile",
            name="kind",
            field=models.CharField(
                choices=[
                    ("upload", "Upload"),
                    ("pdf", "Pdf"),
                    ("mail", "Mail"),
                    ("export", "Export"),
                    ("view", "View"),
                ],
                default="upload",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="storedfile",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "view")), fields=("derived_from",), name="file_has_one_view"
            ),
        ),
    ]
