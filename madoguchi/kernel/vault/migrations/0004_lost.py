from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("vault", "0003_files"),
    ]

    operations = [
        migrations.AddField(
            model_name="storedfile",
            name="missing_since",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="storedfile",
            name="note",
            field=models.CharField(
                blank=True,
                choices=[("masked", "Masked"), ("not_shown", "Not Shown"), ("lost", "Lost")],
                max_length=10,
            ),
        ),
    ]
