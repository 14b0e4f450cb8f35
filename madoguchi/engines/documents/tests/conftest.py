import pytest


@pytest.fixture(autouse=True)
def own_vault(settings, tmp_path):
    """A vault and keys of its own for each test."""
    settings.VAULT_ROOT = tmp_path / "vault"
    settings.VAULT_KEYS = tmp_path / "keys"
