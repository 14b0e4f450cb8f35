"""What a resident needs to know of a division, and the counters people walk up to."""

from __future__ import annotations

from django.db import models

from madoguchi.kernel.refs import new_id


class Contact(models.Model):
    """What one division does and how to reach it, in the pack's words."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    division = models.OneToOneField("identity.Division", models.CASCADE, related_name="contact")
    does = models.CharField(max_length=300, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    place = models.CharField(max_length=100, blank=True)
    hours = models.CharField(max_length=100, blank=True)


class Counter(models.Model):
    """A counter where people are served."""

    key = models.CharField(max_length=60, primary_key=True)
    name = models.CharField(max_length=100)
    division = models.ForeignKey("identity.Division", models.PROTECT, related_name="counters")
    place = models.CharField(max_length=100, blank=True)
    hours = models.CharField(max_length=100, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    is_open = models.BooleanField(default=True)  # False: the pack no longer names it

    class Meta:
        ordering = ["order", "key"]
