from django.apps import AppConfig


class QueueConfig(AppConfig):
    name = "madoguchi.engines.queue"
    label = "queue"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import erasing, guiding, jobs, metrics, pack  # noqa: F401  they register themselves
