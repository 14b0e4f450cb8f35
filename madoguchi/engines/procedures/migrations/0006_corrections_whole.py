"""A round of correction knows the revision it made, and a place why it was right as it stood."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("procedures", "0005_deciding_counter")]

    operations = [
        migrations.AddField("correction", "revision", models.PositiveSmallIntegerField(null=True)),
        migrations.AddField("correctionitem", "sealed_reply", models.BinaryField(default=bytes)),
    ]
