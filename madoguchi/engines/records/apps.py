from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "madoguchi.engines.records"
    label = "records"

    def ready(self) -> None:
        from . import erasing, jobs, listening, metrics, pack, telling  # noqa: F401  they connect and register themselves
