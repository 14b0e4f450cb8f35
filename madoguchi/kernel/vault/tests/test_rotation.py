"""A new master key, cut short and finished; an old one that is still needed is never thrown away."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import textwrap
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings as current
from django.db import connection

from madoguchi.kernel.refs import SYSTEM
from madoguchi.kernel.vault import DataKey, new_key, rotation, seal, unseal
from madoguchi.kernel.vault.errors import KeyInUse, MasterKeyMissing
from madoguchi.kernel.vault.tests import make

KILLED = textwrap.dedent(
    """
    import os, signal
    import django
    django.setup()
    from django.conf import settings
    from pathlib import Path
    settings.VAULT_KEYS = Path({keys!r})
    settings.VAULT_MASTER_KEY = ""
    from madoguchi.kernel.refs import SYSTEM
    from madoguchi.kernel.vault import rotation, sealing
    sealing._BATCH = 2
    whole, seen = sealing._wrapped, []
    def wrapped(key):
        seen.append(key)
        if len(seen) == 4:
            os.kill(os.getpid(), signal.SIGKILL)
        return whole(key)
    sealing._wrapped = wrapped
    rotation.rotate(by=SYSTEM)
    """
)


def seven_sealed():
    keys = [new_key(make.a_case()) for _number in range(7)]
    return keys, [seal(key, {"n": number}, context="t") for number, key in enumerate(keys)]


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_a_rotation_that_was_killed_goes_on_and_everything_opens_at_every_moment(settings):
    keys, sealed = seven_sealed()
    (first,) = [key.id for key in rotation.master_keys()]
    # The same database by its real name: a test's is another than the one that is set.
    address = os.environ.get("MADO_DATABASE", "")
    if connection.vendor == "sqlite":
        address = f"sqlite:///{connection.settings_dict['NAME']}"
    else:
        parts = urlsplit(address)
        address = urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))

    done = subprocess.run(
        [sys.executable, "-c", KILLED.format(keys=str(current.VAULT_KEYS))],
        env={**os.environ, "MADO_DATABASE": address},
        capture_output=True,
        check=False,
    )

    assert done.returncode == -9, done.stderr.decode()
    old, new = rotation.master_keys()
    assert (old.id, old.wraps, new.wraps) == (
        first,
        5,
        2,
    )  # one batch was committed, half of the next was not
    fresh = {key.pk: key for key in DataKey.objects.all()}
    assert [
        unseal(fresh[key.pk], blob, context="t")["n"] for key, blob in zip(keys, sealed, strict=True)
    ] == [*range(7)]
    with pytest.raises(KeyInUse):
        rotation.drop(key_id=old.id, by=SYSTEM)

    key_id, moved = rotation.rotate(by=SYSTEM)

    assert (key_id, moved) == (new.id, 5)  # it went on; no third key was made
    rotation.drop(key_id=old.id, by=SYSTEM)
    assert [key.id for key in rotation.master_keys()] == [new.id]
    fresh = {key.pk: key for key in DataKey.objects.all()}
    assert [
        unseal(fresh[key.pk], blob, context="t")["n"] for key, blob in zip(keys, sealed, strict=True)
    ] == [*range(7)]


@pytest.mark.django_db
def test_the_current_key_and_one_nobody_knows_are_never_dropped():
    seven_sealed()
    (only,) = rotation.master_keys()

    with pytest.raises(KeyInUse):
        rotation.drop(key_id=only.id, by=SYSTEM)
    with pytest.raises(MasterKeyMissing):
        rotation.drop(key_id="k9.00000000", by=SYSTEM)
    assert only.is_current and only.wraps == 7


@pytest.mark.django_db
def test_a_second_rotation_begins_only_when_the_first_is_over():
    seven_sealed()

    first, _moved = rotation.rotate(by=SYSTEM)
    second, moved = rotation.rotate(by=SYSTEM)

    assert first != second and moved == 7


def given(number: int, byte: bytes) -> str:
    return f"k{number}:{base64.b64encode(byte * 32).decode()}"


@pytest.mark.django_db
def test_a_key_of_the_settings_never_takes_the_file_of_another_with_its_number_along(settings):
    seven_sealed()
    (in_file,) = rotation.master_keys()
    settings.VAULT_MASTER_KEY = f"{given(1, b'a')},{given(2, b'c')}"
    same_number, _newest = [key.id for key in rotation.master_keys() if key.id != in_file.id]

    with pytest.raises(MasterKeyMissing):
        rotation.drop(key_id=same_number, by=SYSTEM)

    assert same_number.startswith("k1.") and in_file.id.startswith("k1.")
    assert (settings.VAULT_KEYS / "k1.key").exists()


@pytest.mark.django_db
def test_where_the_settings_give_the_keys_a_rotation_makes_none_but_moves_to_the_newest(settings):
    settings.VAULT_MASTER_KEY = given(1, b"a")
    keys, sealed = seven_sealed()

    assert rotation.waits_for_settings() and rotation.rotate(by=SYSTEM)[1] == 0
    settings.VAULT_MASTER_KEY += f",{given(2, b'c')}"
    assert not rotation.waits_for_settings()
    newest, moved = rotation.rotate(by=SYSTEM)

    assert (newest[:3], moved) == ("k2.", 7)
    assert not settings.VAULT_KEYS.exists()
    assert unseal(DataKey.objects.get(pk=keys[6].pk), sealed[6], context="t") == {"n": 6}
