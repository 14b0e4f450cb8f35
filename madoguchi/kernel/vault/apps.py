from importlib import import_module

from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "madoguchi.kernel.vault"
    label = "vault"

    def ready(self) -> None:
        import_module("madoguchi.kernel.vault.jobs")
        import_module("madoguchi.kernel.vault.retention.jobs")
        import_module("madoguchi.kernel.vault.retention.plan")
