"""What the database itself keeps of practice and of real cases."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from madoguchi.engines.authoring.tests import make
from madoguchi.engines.forms.models import AnswerRevision
from madoguchi.engines.procedures.models import Step

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.mark.parametrize("model", [Step, AnswerRevision])
def test_no_real_row_becomes_practice_or_is_taken_away(model):
    make.city()
    make.make.received(make.make.resident())

    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.update(practice=True)
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.all().delete()

    assert model.objects.filter(practice=False).count() == model.objects.count() > 0
