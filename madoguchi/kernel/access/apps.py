from importlib import import_module

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "madoguchi.kernel.access"
    label = "access"

    def ready(self) -> None:
        import_module("madoguchi.kernel.access.jobs")
        import_module("madoguchi.kernel.access.recovering")
