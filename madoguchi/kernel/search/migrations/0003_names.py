from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("search", "0002_words")]
    operations = [
        migrations.AddField(
            "entry", "folded_names", models.TextField(blank=True, default=""), preserve_default=False
        )
    ]
