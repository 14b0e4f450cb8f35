"""What most tables of the engines begin with: a public id that sorts by time of birth, and a name for it everywhere."""

from __future__ import annotations

from django.db import models

from .ids import Ref, new_id


class Row(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)

    class Meta:
        abstract = True

    @property
    def ref(self) -> Ref:
        return Ref.to(self)
