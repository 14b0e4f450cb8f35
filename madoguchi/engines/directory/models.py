"""What a resident needs to know of a division, the counters people walk up to, and duties that come with posts."""

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
    words = models.JSONField(default=dict, help_text="{language: {does, place, hours}}")


class Counter(models.Model):
    """A counter where people are served."""

    key = models.CharField(max_length=60, primary_key=True)
    name = models.CharField(max_length=100)
    division = models.ForeignKey("identity.Division", models.PROTECT, related_name="counters")
    place = models.CharField(max_length=100, blank=True)
    hours = models.CharField(max_length=100, blank=True)
    words = models.JSONField(default=dict, help_text="{language: {name, place, hours}}")
    order = models.PositiveSmallIntegerField(default=0)
    is_open = models.BooleanField(default=True)  # False: the pack no longer names it

    class Meta:
        ordering = ["order", "key"]


class Duty(models.Model):
    """Something that comes with a post, such as CIO or a seat in a body. It follows the post, not the person."""

    key = models.CharField(max_length=100, primary_key=True)
    title = models.CharField(max_length=100)
    body = models.CharField(max_length=100, blank=True)
    post = models.ForeignKey("identity.Post", models.PROTECT, null=True, related_name="duties")
    each = models.CharField(max_length=100, blank=True)  # instead of a post: everybody with this title
    note = models.CharField(max_length=200, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "key"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(post=None) ^ models.Q(each=""),
                name="a_duty_is_of_one_post_or_of_everybody_so_called",
            )
        ]
