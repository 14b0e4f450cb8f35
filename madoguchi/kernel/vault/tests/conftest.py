import pytest


@pytest.fixture(autouse=True)
def _plain_vault(settings):
    """No key and no scanner of the operator's."""
    settings.VAULT_MASTER_KEY = ""
    settings.VAULT_SCAN = ""
    settings.VAULT_CLAMAV = ""
