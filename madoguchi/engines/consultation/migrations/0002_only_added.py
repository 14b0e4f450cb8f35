"""The received original, what was published, and what became of an opinion are only ever added to."""

from django.db import migrations

from madoguchi.kernel.db import only_added


class Migration(migrations.Migration):
    dependencies = [("consultation", "0001_initial")]
    operations = [
        only_added("consultation_original"),
        only_added("consultation_outcome"),
        only_added("consultation_publication"),
    ]
