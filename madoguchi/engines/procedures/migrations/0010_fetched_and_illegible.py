"""Where what is ready is fetched, and papers that cannot be read."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("procedures", "0009_papers_set_aside")]

    operations = [
        migrations.AddField(
            "decision", "fetched_at", models.CharField(max_length=60, blank=True, default=""), False
        ),
        migrations.AlterField(
            "correctionitem",
            "why",
            models.CharField(
                max_length=12,
                default="incorrect",
                choices=[
                    ("incorrect", "まちがい"),
                    ("incomplete", "足りない"),
                    ("outdated", "古い"),
                    ("illegible", "読めない"),
                ],
            ),
        ),
    ]
