from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "madoguchi.kernel.audit"
    label = "audit"
