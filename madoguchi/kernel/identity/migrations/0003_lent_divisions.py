"""A stand-in names the divisions whose chairs are lent.

One that was made before names those in which both sit; where its maker is neither the absent one nor somebody who
decides there, it lends nothing.
"""

from django.db import migrations, models


def name_divisions(apps, schema_editor):
    StandIn = apps.get_model("identity", "StandIn")
    Appointment = apps.get_model("identity", "Appointment")
    for row in StandIn.objects.filter(ended_at=None):
        chairs = Appointment.objects.exclude(valid_until__lt=row.since)
        seats = [
            set(chairs.filter(account=account).values_list("post__division", flat=True))
            for account in (row.absent_id, row.stands_in_id)
        ]
        heads = {
            division
            for division, roles in chairs.filter(account=row.made_by).values_list("post__division", "post__roles")
            if row.made_by == row.absent_id or "head" in roles
        }
        row.divisions = sorted(seats[0] & seats[1] & heads)
        row.save(update_fields=["divisions"])


class Migration(migrations.Migration):
    dependencies = [("identity", "0002_whole_procedures")]

    operations = [
        migrations.AddField("standin", "divisions", models.JSONField(default=list)),
        migrations.RunPython(name_divisions, migrations.RunPython.noop),
    ]
