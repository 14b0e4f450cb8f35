"""From here on the database keeps the audit: rows come, none changes, none goes."""

from django.db import migrations

from madoguchi.kernel.db import only_added


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [only_added("audit_event")]
