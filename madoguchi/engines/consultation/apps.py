from django.apps import AppConfig


class ConsultationConfig(AppConfig):
    name = "madoguchi.engines.consultation"
    label = "consultation"

    def ready(self) -> None:
        from . import arriving_jobs, erasing, jobs, listening, metrics, pack, search  # noqa: F401  they connect and register themselves
