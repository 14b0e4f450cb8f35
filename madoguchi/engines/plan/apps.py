from django.apps import AppConfig


class PlanConfig(AppConfig):
    name = "madoguchi.engines.plan"
    label = "plan"

    def ready(self) -> None:
        from . import jobs, listening, metrics, pack, search  # noqa: F401  they register themselves
