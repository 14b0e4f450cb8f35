"""Sheets, reports, measurements and frozen years are only ever added to."""

from django.db import migrations

from madoguchi.kernel.db import only_added


class Migration(migrations.Migration):
    dependencies = [("plan", "0002_carrying")]
    operations = [
        only_added("plan_sheet"),
        only_added("plan_report"),
        only_added("plan_measurement"),
        only_added("plan_yearreport"),
    ]
