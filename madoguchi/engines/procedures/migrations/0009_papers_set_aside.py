"""What a resident had put in when somebody else answered the round stays theirs."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("procedures", "0008_authoring_practice")]

    operations = [migrations.AddField("attachment", "set_aside_at", models.DateTimeField(null=True))]
