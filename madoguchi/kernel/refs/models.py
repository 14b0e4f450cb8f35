"""Running numbers of receipts, one row a month."""

from django.db import models


class ReceiptSerial(models.Model):
    """The last serial given out in one month (key "2611" = November 2026)."""

    month = models.CharField(max_length=4, primary_key=True)
    last = models.PositiveIntegerField(default=0)
