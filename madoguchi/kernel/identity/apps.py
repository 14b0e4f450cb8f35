from importlib import import_module

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "madoguchi.kernel.identity"
    label = "identity"

    def ready(self) -> None:
        import_module("madoguchi.kernel.identity.jobs")
        import_module("madoguchi.kernel.identity.forgetting")
