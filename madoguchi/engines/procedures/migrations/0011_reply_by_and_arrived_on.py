"""By when an answer to a correction is asked for, and the day a paper reached the office."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("procedures", "0010_fetched_and_illegible")]

    operations = [
        migrations.AddField("correction", "reply_by", models.DateField(null=True)),
        migrations.AddField("case", "arrived_on", models.DateField(null=True)),
    ]
