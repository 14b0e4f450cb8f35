from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "madoguchi.engines.approvals"
    label = "approvals"

    def ready(self) -> None:
        from . import metrics, pack  # noqa: F401  they register themselves
