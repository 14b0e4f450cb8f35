from importlib import import_module

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "madoguchi.kernel.audit"
    label = "audit"

    def ready(self) -> None:
        import_module("madoguchi.kernel.audit.jobs")
