"""What moved a case is only ever added to: the database itself refuses anything else."""

from django.db import migrations

from madoguchi.kernel.db import only_added


class Migration(migrations.Migration):
    dependencies = [("procedures", "0003_whole_procedures")]

    operations = [only_added("procedures_transfer"), only_added("procedures_versionmove")]
